"""Draft -> finish -> Task: run the program, refuse what does not discriminate, word the question,
trace the reasoning.

A generator says which figures, which program and which words; the value is always computed here,
never written. The figures of a problem stand in its prompt, so they are exact as shown and the
tolerance is half a unit of the rounding that the question asks for. A draft is skipped, with a
reason that is counted, where a usual mistake or another number of the excerpt would be judged
correct: such a problem rewards luck.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import blake2b
from random import Random
from typing import Literal

from qhdata.judge.closeness import same_number, truth
from qhdata.programs import Undefined, Value
from qhdata.quantities.render import render_number, round_places
from qhdata.quantities.units import CONTEXT
from qhdata.records import DecimalText, Gold, JsonText, Message, Task, Tolerance, json_text
from qhdata.step import Skip
from qhdata.synth.arithmetic import Step, computes, is_infix, run, steps_of
from qhdata.synth.material import Excerpt, Grid, Row, latest, source_of, unit_words


@dataclass(frozen=True)
class Slot:
    """One input of a program: a row of a grid in one of its columns."""

    grid: Grid
    row: Row
    column: int = 0

    @property
    def figure_id(self) -> str:
        """Its fact's id, or its own."""
        figure = self.row.figures[self.column]
        return figure.fact_id or figure.figure_id

    @property
    def value(self) -> Decimal:
        """In base units."""
        return self.row.figures[self.column].value

    @property
    def bare(self) -> Decimal:
        """As shown."""
        return self.row.figures[self.column].bare

    @property
    def period(self) -> str:
        """What the question calls its column."""
        return self.grid.periods[self.column]

    @property
    def label(self) -> str:
        """The row's label."""
        return self.row.label


@dataclass(frozen=True, kw_only=True)
class GoldShape:
    """What kind of answer; the value is computed."""

    kind: Literal["number", "percent", "points", "multiple"] = "number"
    decimals: int | None = None
    """Places asked for; None: as many as the figures show."""


NUMBER = GoldShape()

HUNDREDTHS = ("percent", "points")
"""Kinds that count a program's fraction in hundredths."""


def percent(decimals: int = 1) -> GoldShape:
    """A program's fraction, counted in percent."""
    return GoldShape(kind="percent", decimals=decimals)


def points(decimals: int = 1) -> GoldShape:
    """A difference of two fractions, counted in percentage points."""
    return GoldShape(kind="points", decimals=decimals)


def multiple(decimals: int = 2) -> GoldShape:
    """A ratio."""
    return GoldShape(kind="multiple", decimals=decimals)


@dataclass(frozen=True, kw_only=True)
class Asks:
    """Wordings of one question, with {slots} for words."""

    en: tuple[str, ...]
    zh: tuple[str, ...]
    brief: str
    """A few words, for tiny models."""
    brief_zh: str = ""

    def of(self, lang: str, wording: str) -> tuple[str, ...]:
        """The wordings of a language."""
        if wording == "brief":
            return (self.brief_zh or self.brief,) if lang == "zh" else (self.brief,)
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A problem before its gold is computed."""

    generator: str
    """name@version."""
    excerpts: tuple[Excerpt, ...]
    program: str
    """Over `slots`: `new - old; #0 / old`."""
    slots: Mapping[str, Slot]
    asks: Asks
    words: Mapping[str, str] = field(default_factory=dict)
    """Values of {slots} in the wordings."""
    gold: GoldShape = NUMBER
    distractors: tuple[str, ...] = ()
    """Programs of the usual mistakes."""


def finish(draft: Draft, rng: Random, seed: int = 0) -> tuple[Task, ...] | Skip:
    """The tasks of a draft, one for each phrasing, or why there is none.

    The reasons: zero_denominator, mixed_units, zero_answer, too_many_digits,
    distractor_within_tolerance, answer_stands_in_excerpt.
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
    return tuple(_worded(draft, gold, rng, seed))


def _gold(draft: Draft, value: Decimal) -> Gold:
    shape = draft.gold
    row = next(iter(draft.slots.values())).row
    scale, unit, decimals = row.scale, row.unit, shape.decimals
    if shape.kind != "number":
        scale, unit = Decimal(1), ""
    if shape.kind in HUNDREDTHS:
        value = value.scaleb(2, CONTEXT)
    kind: str = shape.kind
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


def shown_answer(gold: Gold) -> Decimal:
    """Gold as the question asks to write it."""
    return round_places(
        CONTEXT.divide(Decimal(gold.value), Decimal(gold.scale)), gold.decimals or 0
    )


def answer_text(gold: Gold, separators: bool = True) -> str:
    """Gold as an answer writes it."""
    text = render_number(shown_answer(gold), gold.decimals or 0, separators=separators)
    return text + {"percent": "%", "points": " percentage points"}.get(gold.kind, "")


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


# ------------------------------------------------------------------- wording


def _worded(draft: Draft, gold: Gold, rng: Random, seed: int) -> Iterator[Task]:
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
    trace = _trace(draft, gold)
    context = "\n\n".join(excerpt.text() for excerpt in draft.excerpts)
    words = {"filer": grid.document.filer or "the company", **draft.words}
    for wording in wordings[: settings.phrasings]:
        question = wording.format_map(words)
        prompt = f"{context}\n\n{question}"
        if settings.wording == "full":
            prompt += " " + form_of_answer(gold, lang, _parentheses(draft.excerpts))
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


def _parentheses(excerpts: Sequence[Excerpt]) -> bool:
    return any(
        figure.shown.startswith("(")
        for excerpt in excerpts
        for row in excerpt.rows
        for figure in row.figures
    )


def form_of_answer(gold: Gold, lang: str, parentheses: bool) -> str:
    """The sentence that says unit, scale, decimals, sign and slot; most ambiguity is a question's
    defect.
    """
    decimals = gold.decimals or 0
    words = unit_words(gold.unit, Decimal(gold.scale), lang)
    if lang == "zh":
        unit = {"percent": "以百分数表示", "points": "以百分点表示", "multiple": "以倍数表示"}.get(
            gold.kind
        )
        places = f"保留{decimals}位小数" if decimals else "取整数"
        minus = "括号内的数字为负数。" if parentheses else ""
        where = unit or words or "与表中单位一致"
        return f"答案{where}，{places}。{minus}最终答案写在 \\boxed{{}} 中。"
    unit = {
        "percent": "in percent",
        "points": "in percentage points",
        "multiple": "as a multiple",
    }.get(gold.kind)
    places = (
        "as a whole number"
        if not decimals
        else f"to {decimals} decimal place{'s' if decimals > 1 else ''}"
    )
    minus = " A number in parentheses is negative." if parentheses else ""
    where = unit or words or "in the unit of the table"
    return f"Answer {where}, {places}.{minus} Put the final answer in \\boxed{{}}."


# --------------------------------------------------------------------- trace


def _trace(draft: Draft, gold: Gold) -> str:
    """The chain of thought: what is read, then each operation in the scale that is shown."""
    grid = draft.excerpts[0].grid
    brief = grid.settings.wording == "brief"
    lines = []
    for slot in draft.slots.values():
        shown = slot.grid.number(slot.row.figures[slot.column])
        if len(draft.excerpts) > 1:
            lines.append(f"{slot.grid.document.form} {slot.label} {slot.period}: {shown}")
        elif brief:
            lines.append(f"{slot.label} {slot.period}: {shown}")
        elif grid.lang == "zh":
            lines.append(f"{slot.period}的{slot.label}为{shown}。")
        else:
            lines.append(f"{slot.label} for {slot.period} is {shown}.")
    bare = {name: Value(slot.bare, slot.row.unit) for name, slot in draft.slots.items()}
    steps = steps_of(draft.program, bare)
    lines += [line for line in _operations(steps, gold, draft, separators=not brief)]
    if draft.gold.kind in HUNDREDTHS:
        last = _digits(steps[-1].value, (gold.decimals or 0) + 4, separators=not brief)
        lines.append(f"{last} = {answer_text(gold)}")
    return "\n".join(lines)


def _operations(
    steps: Sequence[Step], gold: Gold, draft: Draft, *, separators: bool
) -> Iterator[str]:
    places = (gold.decimals or 0) + 4
    for index, step in enumerate(steps):
        last = index == len(steps) - 1 and draft.gold.kind not in HUNDREDTHS
        value = (
            render_number(shown_answer(gold), gold.decimals, separators=separators)
            if last
            else _digits(step.value, places, separators=separators)
        )
        numbers = [_digits(operand, places, separators=separators) for operand in step.operands]
        if is_infix(step.operator):
            left, right = numbers
            right = f"({right})" if right.startswith("-") else right
            yield f"{left} {step.operator} {right} = {value}"
        else:
            yield f"{step.operator}({', '.join(numbers)}) = {value}"


def _digits(value: Decimal, places: int, *, separators: bool) -> str:
    """At most `places` decimals, without trailing zeros."""
    rounded = round_places(value, places).normalize(CONTEXT)
    return render_number(rounded, separators=separators)
