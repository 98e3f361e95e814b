"""What a question calls a column, and which columns it may not take for a year's."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from random import Random
from types import SimpleNamespace
from typing import Any, cast

import pytest

from qhdata.judge import judge
from qhdata.step import Skip
from qhdata.synth.draft import Draft, GoldShape
from qhdata.synth.finish import finish
from qhdata.synth.knowledge.statements import Statements, period_of
from qhdata.synth.material import Material
from qhdata.synth.periods_asked import called, part_of_year, part_unsaid
from qhdata.synth.produce import generators_of
from qhdata.synth.reasoning.across import ACROSS
from qhdata.synth.reasoning.formula import FormulaOfFigure
from qhdata.synth.reasoning.restated import Restated
from qhdata.synth.settings import SynthSettings


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("2024 年 1-6 月", "2024年1-6月"),
        ("2024年1～9月", "2024年1-9月"),
        ("2024 年第一季度", "2024年第一季度"),
        ("2024年上半年 金额", "2024年上半年"),
        ("2024年前三季度", "2024年前三季度"),
        ("2024 年 12 月 31 日", "2024年"),
        ("2024 年度", "2024年"),
    ],
)
def test_a_part_of_a_year_is_named_in_chinese_too(head: str, said: str) -> None:
    found = called(2024, head, "zh", SynthSettings())
    assert found == said
    assert part_of_year(found) is (said != "2024年")


@pytest.mark.parametrize(
    ("form", "head", "unsaid"),
    [
        ("10-Q", "2025", True),
        ("10-Q", "U.S. Plans 2025", True),
        ("10-Q", "June 30, 2025", False),
        ("10-Q", "Six Months Ended June 30, 2025", False),
        ("10-Q", "Fiscal 2025", False),
        ("8-K", "2025", True),
        ("8-K", "FY2025", False),
        ("10-K", "2025", False),
    ],
)
def test_a_year_alone_says_no_length_in_a_report_on_a_quarter(
    form: str, head: str, unsaid: bool, material: Callable[..., Material]
) -> None:
    grid = material().grids[0]
    grid = replace(grid, document=replace(grid.document, form=form), headers=(head,))
    assert part_unsaid(grid, 0) is unsaid


def test_the_first_half_of_a_year_does_not_restate_the_year(
    material: Callable[..., Material],
) -> None:
    first = material().grids[0]
    year = replace(first, headers=("2024",), periods=("2024",), document=_of(first, "10-K", "1"))
    row = year.rows[0]
    other = replace(row.figures[0], value=Decimal(7), shown="7", figure_id="f9")
    half = replace(year, document=_of(first, "10-Q", "2"), rows=(replace(row, figures=(other,)),))

    def drafts(*grids: Any) -> list[Draft]:
        stub = cast("Material", SimpleNamespace(grids=list(grids)))
        return [d for d in Restated().drafts(stub, Random(1)) if not isinstance(d, Skip)]

    assert drafts(year, half) == []
    assert len(drafts(year, replace(half, document=_of(first, "10-K/A", "2")))) == 1


def _of(grid: Any, form: str, day: str) -> Any:
    return replace(
        grid.document, form=form, filing_id=f"filing{day}", public_at=f"2025-01-0{day}T00:00:00Z"
    )


def test_a_year_alone_in_a_quarterly_report_enters_no_yearly_formula(
    material: Callable[..., Material],
) -> None:
    for grid in material().grids:
        bare = replace(
            grid, headers=("2024", "2023")[: len(grid.headers)],
            document=replace(grid.document, form="10-Q"),
        )  # fmt: skip
        for draft in FormulaOfFigure()._of_grid(bare, Random(3)):
            if not isinstance(draft, Skip):
                assert "yearly" not in draft.asks.en[0]
                assert "every year" not in draft.asks.en[0]


@pytest.mark.parametrize("one", [one for one in ACROSS if "天数" in one.zh])
def test_days_are_asked_for_in_days(one: Any, material: Callable[..., Material]) -> None:
    assert one.kind == "days"
    generator = generators_of("reasoning", ("difference",))["difference"]
    drafts = generator.drafts(material(), Random(0))
    draft = next(d for d in drafts if not isinstance(d, Skip))
    made = finish(
        replace(draft, program="new / old; #0 * 365", distractors=(),
                gold=GoldShape(kind=one.kind, decimals=one.decimals)),
        Random(0),
    )  # fmt: skip
    assert not isinstance(made, Skip)
    gold = made[0].golds[0]
    assert (gold.kind, gold.unit, gold.scale) == ("number", "days", "1")
    assert "Answer in days, to 1 decimal place." in made[0].messages[0].content
    shown = made[0].trace.rsplit("= ", 1)[1] if made[0].trace else ""
    assert judge(gold, f"{shown} days").outcome == judge(gold, f"{shown}天").outcome == "correct"


@pytest.mark.parametrize(
    ("form", "head", "period", "said"),
    [
        ("10-Q", "Three Months Ended Jul 27, 2025 (in millions)", "the three months of 2025",
         "the three months ended Jul 27, 2025"),
        ("10-Q", "June 27, 2025", "2025", "June 27, 2025"),
        ("10-K", "December 31, 2024", "2024", "December 31, 2024"),
        ("10-K", "As of February 2, 2025 (in millions)", "2025", "February 2, 2025"),
        ("10-K", "Year Ended December 31, 2024", "2024", "2024"),
        ("8-K", "YEARS ENDED DECEMBER 31, 1999", "1999", "the year ended December 31, 1999"),
        ("8-K", "Quarter Ended September 30, 2006", "the quarter of 2006",
         "the quarter ended September 30, 2006"),
        ("8-K", "FOR THE SIX-MONTH PERIODS ENDED MARCH 31, 2000", "the six months of 2000",
         "the six months ended March 31, 2000"),
        ("10-K", "Three Months Ended Jul 27, 2025", "the three months of 2025",
         "the three months ended Jul 27, 2025"),
        ("10-K", "2024", "2024", "2024"),
    ],
)  # fmt: skip
def test_a_sentence_without_its_table_says_which_quarter(
    form: str, head: str, period: str, said: str, material: Callable[..., Material]
) -> None:
    grid = material().grids[0]
    grid = replace(
        grid, document=replace(grid.document, form=form), headers=(head,), periods=(period,)
    )
    assert period_of(grid, 0) == said


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("Quarter Ended September 30, 2006", "the quarter of 2006"),
        ("SIX-MONTH PERIOD ENDED MARCH 31, 2006", "the six months of 2006"),
        ("Three Months Ended Mar 31, 2006", "the three months of 2006"),
        ("Q3 2006", "Q3 2006"),
        ("Year Ended March 31, 2006", "2006"),
    ],
)
def test_a_part_of_a_year_is_named(head: str, said: str) -> None:
    found = called(2006, head, "en", SynthSettings())
    assert found == said
    assert part_of_year(found) is (said != "2006")


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ("Year Ended December 31, 2024 (in thousands, except percentages)", True),
        ("As of December 31, 2024", True),
        ("Three Months Ended February 28, 2023 As Reported (GAAP)", True),
        ("2024 年 12 月 31 日 金额", True),
        ("Three Months Ended February 28, 2023 Steel Processing", False),
        ("Twelve Months Ended June 30, 2000 STEICHEN (DOLLARS IN THOUSANDS)", False),
        ("Fair Value December 31, 2024", False),
        ("2024 年 母公司", False),
    ],
)
def test_a_sentence_tells_no_column_of_a_part_of_the_filer(
    head: str, told: bool, material: Callable[..., Material]
) -> None:
    grid = replace(material().grids[0], headers=(head,), periods=("2024",))
    grid = replace(grid, rows=tuple(replace(r, figures=r.figures[:1]) for r in grid.rows))
    found = list(Statements()._of_grid(grid, Random(1)))
    assert (Skip("heading_says_more") in found) is not told


def test_a_sentence_tells_a_day_as_a_day_and_no_fact_of_a_part(
    material: Callable[..., Material],
) -> None:
    grid = next(g for g in material().grids if "Total assets" in {r.label for r in g.rows})
    days = ("December 31, 2024", "December 31, 2023")
    (made, *_) = Statements()._of_grid(replace(grid, headers=days), Random(1))
    assert not isinstance(made, Skip)
    text = made.documents[0].text
    assert re.search(r"\bat December 31, 2024\b|\bAt December 31, 2024, ", text)
    assert "for December" not in text
    assert "For December" not in text
    assert grid.rows[0].figures[0].fact_id
    found = Statements()._of_grid(grid, Random(1), lambda _: '[["us-gaap:Axis","a:BMember"]]')
    assert {type(one) for one in found} == {Skip}


def test_a_column_of_which_no_part_is_said_makes_no_sentence(
    material: Callable[..., Material],
) -> None:
    grid = material().grids[0]
    bare = replace(grid, document=replace(grid.document, form="10-Q"), headers=("2024", "2023"))
    assert list(Statements()._of_grid(bare, Random(1))) == [Skip("part_unsaid")]


@pytest.mark.parametrize(
    ("label", "concept", "told"),
    [
        ("Total", None, False),
        ("Total", "assets", False),
        ("Total assets", None, False),
        ("Total assets", "assets", True),
        ("Senior notes due 2030", None, True),
    ],
)
def test_a_sentence_tells_no_row_whose_label_needs_its_table(
    label: str, concept: str | None, told: bool, material: Callable[..., Material]
) -> None:
    grid = material().grids[0]
    row = replace(grid.rows[0], label=label, concept=concept)
    other = replace(grid.rows[0], label="Senior notes due 2031", concept=None)
    third = replace(other, label="Senior notes due 2032")
    found = list(Statements()._of_grid(replace(grid, rows=(row, other, third)), Random(1)))
    made = found[0]
    assert not isinstance(made, Skip)
    assert (label in made.documents[0].text) is told
