"""The words of a problem: how its answer is asked for and written, and the chain of thought that
the program's execution writes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from qhdata.programs import Value
from qhdata.quantities.render import render_number, round_places
from qhdata.quantities.units import CONTEXT
from qhdata.records import Gold
from qhdata.synth.arithmetic import Step, is_infix, rounded_steps
from qhdata.synth.draft import HUNDREDTHS, Draft
from qhdata.synth.grid import Excerpt, unit_words


def shown_answer(gold: Gold) -> Decimal:
    """Gold as the question asks to write it."""
    return round_places(
        CONTEXT.divide(Decimal(gold.value), Decimal(gold.scale)), gold.decimals or 0
    )


def answer_text(gold: Gold, separators: bool = True, *, lang: str = "en") -> str:
    """Gold as an answer writes it."""
    text = render_number(shown_answer(gold), gold.decimals or 0, separators=separators)
    points = "个百分点" if lang == "zh" else " percentage points"
    return text + {"percent": "%", "points": points}.get(gold.kind, "")


def has_parentheses(excerpts: Sequence[Excerpt]) -> bool:
    """Whether an excerpt shows a number in parentheses."""
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


def trace_of(draft: Draft, gold: Gold) -> str | None:
    """The chain of thought: what is read, then each operation in the scale that is shown; None
    where what the lines show never rounds to the answer (5.41499... of an exact 5.415).
    """
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
    places = (gold.decimals or 0) + 4
    steps = rounded_steps(draft.program, bare, places)
    while places < MOST_PLACES and not _ends_in(steps, gold, draft):
        places += 2
        steps = rounded_steps(draft.program, bare, places)
    if not _ends_in(steps, gold, draft):
        return None
    lines += _operations(steps, gold, draft, places)
    if draft.gold.kind in HUNDREDTHS:
        last = _digits(steps[-1].value, places, separators=not brief)
        lines.append(f"{last} = {answer_text(gold, lang=grid.lang)}")
    return "\n".join(lines)


def _ends_in(steps: Sequence[Step], gold: Gold, draft: Draft) -> bool:
    """Whether steps that go on with what the line before shows still end in the answer."""
    if not steps:
        return True
    value, decimals = steps[-1].exact, gold.decimals or 0
    if draft.gold.kind in HUNDREDTHS:
        value = steps[-1].value.scaleb(2, CONTEXT)
    return round_places(value, decimals) == shown_answer(gold)


def _operations(steps: Sequence[Step], gold: Gold, draft: Draft, places: int) -> Iterator[str]:
    separators = draft.excerpts[0].grid.settings.wording != "brief"
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
            left = f"({left})" if left.startswith("-") and step.operator == "power" else left
            yield f"{left} {_SIGNS.get(step.operator, step.operator)} {right} = {value}"
        else:
            yield f"{step.operator}({', '.join(numbers)}) = {value}"


_SIGNS = {"power": "^"}
MOST_PLACES = 16
"""Places of a step; no chain of ours needs as many."""


def _digits(value: Decimal, places: int, *, separators: bool) -> str:
    """At most `places` decimals, without trailing zeros."""
    rounded = round_places(value, places).normalize(CONTEXT)
    return render_number(rounded, separators=separators)
