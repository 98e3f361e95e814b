"""Draft -> finish -> Task: run the program, refuse what does not discriminate, word the question.

The figures of a problem stand in its prompt, so they are exact as shown, and the tolerance is half
a unit of the rounding that the question asks for. A draft is skipped, with a reason that is
counted, where a usual mistake or another number of the excerpt would be judged correct: such a
problem rewards luck.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from hashlib import blake2b
from random import Random

from qhdata.judge.closeness import same_number, truth
from qhdata.programs import Undefined, Value
from qhdata.quantities.render import round_places
from qhdata.quantities.units import CONTEXT
from qhdata.records import DecimalText, Gold, JsonText, Message, Task, Tolerance, json_text
from qhdata.step import Skip
from qhdata.synth.arithmetic import computes, run
from qhdata.synth.draft import HUNDREDTHS, Draft
from qhdata.synth.grid import latest, source_of
from qhdata.synth.wording import answer_text, form_of_answer, has_parentheses, trace_of


def finish(draft: Draft, rng: Random, seed: int = 0) -> tuple[Task, ...] | Skip:
    """The tasks of a draft, one for each phrasing, or why there is none.

    The reasons: zero_denominator, mixed_units, zero_answer, too_many_digits,
    distractor_within_tolerance, answer_stands_in_excerpt, steps_end_beside_answer.
    """
    values = {name: Value(slot.value, slot.row.unit) for name, slot in draft.slots.items()}
    result = run(draft.program, values)
    if isinstance(result, Undefined):
        return Skip(result.reason)
    if len({(slot.row.unit, slot.row.scale) for slot in draft.slots.values()}) > 1:
        return Skip("mixed_units")
    if not result.value:
        return Skip("zero_answer")
    value = result.value
    gold = _gold(draft, value)
    if _too_long(gold, draft):
        return Skip("too_many_digits")
    reason = _not_discriminating(draft, values, gold)
    if reason is not None:
        return Skip(reason)
    trace = trace_of(draft, gold)
    if trace is None:
        return Skip("steps_end_beside_answer")
    return tuple(_worded(draft, gold, trace, rng, seed))


def _gold(draft: Draft, value: Decimal) -> Gold:
    shape = draft.gold
    row = next(iter(draft.slots.values())).row
    scale, unit, decimals = row.scale, row.unit, shape.decimals
    if shape.kind != "number":
        scale, unit = Decimal(1), ""
    unit = shape.unit or unit
    if shape.kind in HUNDREDTHS:
        value = value.scaleb(2, CONTEXT)
    kind: str = shape.kind
    if kind == "days":
        kind, unit = "number", "days"
    if unit == "percent":
        unit, kind = "", "percent"
        if len(draft.slots) > 1:
            kind = "points"
    if decimals is None:
        decimals = max(0, *(_places(slot.bare) for slot in draft.slots.values()))
    value = round_places(value, max(decimals, 0) + 12).normalize(CONTEXT)
    text = DecimalText(format(value, "f"))
    value = Decimal(text)
    shown = round_places(CONTEXT.divide(value, scale), decimals)
    exact = CONTEXT.multiply(shown, scale) == value
    tolerance = None
    if not exact:
        half = CONTEXT.multiply(Decimal(5).scaleb(-decimals - 1), scale)
        tolerance = Tolerance(
            low=DecimalText(format(value - half, "f")),
            high=DecimalText(format(value + half, "f")),
            why=f"half a unit of the {decimals} decimals asked; the inputs are exact as shown",
        )
    return Gold(
        slot="answer",
        kind=kind,
        value=text,
        unit=unit,
        scale=DecimalText(format(scale, "f")),
        decimals=decimals,
        tolerance=tolerance,
    )


def _places(value: Decimal) -> int:
    exponent = value.normalize(CONTEXT).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _too_long(gold: Gold, draft: Draft) -> bool:
    limit = next(iter(draft.slots.values())).grid.settings.max_digits
    return bool(limit) and sum(c.isdigit() for c in answer_text(gold)) > limit + 1


def _not_discriminating(draft: Draft, values: Mapping[str, Value], gold: Gold) -> str | None:
    for program in draft.distractors:
        result = run(program, values)
        if isinstance(result, Undefined):
            continue
        wrong = result.value
        if draft.gold.kind in HUNDREDTHS:
            wrong = wrong.scaleb(2, CONTEXT)
        if _judged_correct(gold, wrong):
            return "distractor_within_tolerance"
    picked = set()
    if not computes(draft.program):
        picked = {slot.row.figures[slot.column].figure_id for slot in draft.slots.values()}
    for excerpt in draft.excerpts:
        for row in excerpt.rows:
            for figure in row.figures:
                if figure.figure_id not in picked and _judged_correct(gold, figure.value):
                    return "answer_stands_in_excerpt"
    return None


def _judged_correct(gold: Gold, value: Decimal) -> bool:
    """Whether a number, written in gold's scale and at the decimals asked, would pass."""
    exact = truth(gold)
    shown = round_places(CONTEXT.divide(value, exact.scale), gold.decimals or 0)
    return same_number(CONTEXT.multiply(shown, exact.scale), exact)


def _worded(draft: Draft, gold: Gold, trace: str, rng: Random, seed: int) -> Iterator[Task]:
    grid = draft.excerpts[0].grid
    settings, lang = grid.settings, grid.lang
    wordings = list(draft.asks.of(lang, settings.wording))
    rng.shuffle(wordings)
    slots = {
        name: {"id": slot.figure_id, "value": format(slot.value, "f"), "unit": slot.row.unit}
        for name, slot in sorted(draft.slots.items())
    }
    figures = [slot.row.figures[slot.column] for slot in draft.slots.values()]
    sources = tuple(
        source_of(slot.grid, figure)
        for slot, figure in zip(draft.slots.values(), figures, strict=True)
    )
    problem_id = digest_of(
        draft.generator, draft.program, json_text(slots), gold.kind, gold.value, str(gold.decimals)
    )
    context = "\n\n".join(excerpt.text() for excerpt in draft.excerpts)
    nameless = "公司" if lang == "zh" else "the company"
    words = {"filer": grid.document.filer or nameless, **draft.words}
    for wording in wordings[: settings.phrasings]:
        question = wording.format_map(words)
        prompt = f"{context}\n\n{question}"
        if settings.wording == "full":
            prompt += " " + form_of_answer(gold, lang, has_parentheses(draft.excerpts))
        yield Task(
            task_id="task:" + digest_of(problem_id, prompt),
            problem_id="problem:" + problem_id,
            family="reasoning",
            generator=draft.generator,
            seed=seed,
            lang=lang,
            messages=(Message(role="user", content=prompt),),
            golds=(gold,),
            criteria=(),
            program=draft.program,
            program_slots=json_text(slots),
            trace=trace,
            domain=None,
            as_of=None,
            initial_state=JsonText("[]"),
            expected_state=JsonText("[]"),
            expert=JsonText("[]"),
            max_turns=1,
            split=grid.document.split,
            public_at=latest(sources),
            filer_id=grid.document.filer_id,
            license=grid.document.license,
            sources=sources,
        )


def digest_of(*parts: str) -> str:
    """A name made of content: 16 hex characters."""
    return blake2b("\x1f".join(parts).encode(), digest_size=8).hexdigest()
