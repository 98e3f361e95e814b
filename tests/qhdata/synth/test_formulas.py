"""Each formula beside the same thing computed another way: payment by payment, year by year."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from decimal import Decimal

import pytest

from qhdata.factstore.concepts import CONCEPTS
from qhdata.factstore.ratios import RATIOS
from qhdata.programs import Undefined, Value
from qhdata.synth.arithmetic import program_of, run
from qhdata.synth.material import Material
from qhdata.synth.produce import produce, shape_of
from qhdata.synth.reasoning.across import ACROSS
from qhdata.synth.reasoning.formula import ALL
from qhdata.synth.reasoning.formulas import Formula
from qhdata.synth.settings import SynthSettings

X = 1000.0


def paid_back(x: float, p: float, n: float) -> float:
    """The payment that leaves nothing of a loan, by halving the interval in which it lies."""
    low, high = x / n, x
    for _ in range(200):
        middle, left = (low + high) / 2, x
        for _ in range(int(n)):
            left = left * (1 + p / 100) - middle
        low, high = (middle, high) if left > 0 else (low, middle)
    return low


def discounted(payments: list[float], p: float) -> float:
    return sum(one / (1 + p / 100) ** n for n, one in enumerate(payments, 1))


def written_off(x: float, s: float, n: float) -> float:
    for _ in range(int(n)):
        x -= x * s / 100
    return x


def grown(x: float, p: float, n: float) -> float:
    for _ in range(int(n)):
        x += x * p / 100
    return x


def replicated(price: float, u: float, d: float, p: float) -> float:
    """What a call at the money costs: shares and a loan that pay what it pays, up and down."""
    high, low = price * (1 + u / 100), price * (1 - d / 100)
    shares = (high - price) / (high - low)
    return shares * price - shares * low / (1 + p / 100)


OTHERWISE: dict[str, Callable[..., float]] = {
    "what_if.growth": lambda x, p: x + x * p / 100,
    "what_if.decline": lambda x, p: x - x * p / 100,
    "what_if.compound": grown,
    "what_if.saving": lambda x, p, n: sum(x * p / 100 for _ in range(int(n))),
    "tax.due": lambda x, p: x * p / 100,
    "tax.after": lambda x, p: x - x * p / 100,
    "tax.shield": lambda x, p: x * p / 100,
    "currency.into": lambda x, f: x * f,
    "currency.out_of": lambda x, f: x / f,
    "time_value.present": lambda x, p, n: discounted([0.0] * (int(n) - 1) + [x], p),
    "time_value.perpetuity": lambda x, p: discounted([x] * 3000, p),
    "time_value.growing": lambda x, g, p: discounted(
        [x * (1 + g / 100) ** n for n in range(1, 4000)], p
    ),
    "time_value.annuity": lambda x, p, n: discounted([x] * int(n), p),
    "loan.payment": paid_back,
    "loan.basis_points": lambda x, b: x * b / 100 / 100,
    "bond.price": lambda x, c, n, p: discounted(
        [x * c / 100] * (int(n) - 1) + [x * c / 100 + x], p
    ),
    "assets.straight_line": lambda x, n, s: (x - x * s / 100) / n,
    "assets.declining": written_off,
    "portfolio.income": lambda x, w, p, q: x * w / 100 * p / 100 + x * (100 - w) / 100 * q / 100,
    "capital.required": lambda x, r, m, b: x * (r + b * (m - r)) / 100,
    "valuation.multiple": lambda x, m: x * m,
    "per_share.payout": lambda x, p: x * p / 100,
    "option.payoff": lambda x, m, d, u: max(x * m * (100 + u) / 100 - x * m * (100 - d) / 100, 0.0),
    "option.parity": lambda x, m, c, n, p: (
        x * m * c / 100 + discounted([0.0] * (int(n) - 1) + [x * m], p) - x * m
    ),
    "option.binomial": lambda x, m, u, d, p: replicated(x * m, u, d, p),
}


@pytest.mark.parametrize("formula", ALL, ids=lambda f: f.key)
def test_a_formula_gives_what_it_gives_computed_otherwise(formula: Formula) -> None:
    names = list(formula.given)
    for some in itertools.product(*formula.given.values()):
        given = dict(zip(names, some, strict=True))
        result = run(formula.program.format_map(given), {"x": Value(Decimal("1000"), "USD")})
        assert not isinstance(result, Undefined)
        numbers = {name: float(value) for name, value in given.items()}
        assert float(result.value) == pytest.approx(OTHERWISE[formula.key](X, **numbers), rel=1e-9)
        for wrong in formula.wrong:
            mistaken = run(wrong.format_map(given), {"x": Value(Decimal("1000"), "USD")})
            assert isinstance(mistaken, Undefined) or mistaken.value != result.value


@pytest.mark.parametrize("formula", ALL, ids=lambda f: f.key)
def test_a_question_says_every_number_that_its_program_takes(formula: Formula) -> None:
    for text in (formula.en, formula.zh, formula.brief):
        for name in (*formula.given, "label", "period"):
            assert f"{{{name}}}" in text
    known = {concept.key for concept in CONCEPTS}
    assert set(formula.of) <= known


def test_shapes_and_names_are_all_different() -> None:
    assert len({f.key for f in ALL}) == len(ALL)
    ratios = [*RATIOS, *ACROSS]
    assert len({r.key for r in ratios}) == len(ratios)
    shapes = {shape_of(f.program) for f in ALL} | {shape_of(r.program) for r in ratios}
    assert len(shapes) >= 65


@pytest.mark.parametrize("ratio", [*RATIOS, *ACROSS], ids=lambda r: r.key)
def test_a_ratio_takes_the_concepts_that_it_names_one_operation_a_statement(ratio: object) -> None:
    program = program_of(ratio.program)  # type: ignore[attr-defined]
    assert set(program.slots) == set(ratio.concepts)  # type: ignore[attr-defined]
    assert {c.key for c in CONCEPTS} >= set(ratio.concepts)  # type: ignore[attr-defined]
    for wrong in ratio.wrong:  # type: ignore[attr-defined]
        assert set(program_of(wrong).slots) <= set(ratio.concepts)  # type: ignore[attr-defined]


def test_no_shape_fills_more_than_its_share(material: Callable[..., Material]) -> None:
    settings = SynthSettings(most_of_shape=0.04)
    batch = produce("reasoning", material(settings=settings), 200)
    counts = Counter(shape_of(task.program or "") for task in batch.tasks)
    assert 1 < max(counts.values()) <= 0.04 * len(batch.tasks)
    assert batch.counts().rows_in == batch.drafts
    assert batch.counts().rows_kept == len(batch.tasks)
    assert batch.reasons()["shape_is_full"] > 0
    assert max(produce("reasoning", material(), 200).shapes.values()) > 4
