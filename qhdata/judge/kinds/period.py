"""One period: FY2024, Q2 2024, 2024年上半年; gold is a canonical name such as `2024Q2`
(quantities/periods.py).
"""

from __future__ import annotations

from collections.abc import Iterator

from qhdata.judge.reasons import BadGold, Reason
from qhdata.quantities.periods import is_period, parse_period, render_period
from qhdata.records.task import Gold


def check(gold: Gold) -> None:
    """Raise BadGold where gold is no canonical period."""
    if not is_period(gold.value):
        raise BadGold(f"not a period: {gold.value!r}")


def read(text: str, gold: Gold) -> tuple[str] | Reason:
    """The one period of the slot, by its canonical name."""
    found = parse_period(text)
    return (found,) if is_period(found) else Reason(found)


def differs(found: tuple[str], gold: Gold) -> Reason | None:
    """None: the same period."""
    check(gold)
    return None if found[0] == gold.value else Reason("wrong_period")


def show(found: tuple[str], gold: Gold) -> str:
    """The canonical name."""
    return found[0]


def renderings(gold: Gold) -> Iterator[str]:
    """The canonical name and the words, English and Chinese."""
    name = gold.value
    texts = [name, render_period(name), render_period(name, "zh")]
    if len(name) == 4:
        texts += [f"FY{name}", f"FY {name}", f"fiscal year {name}", f"FY{name[2:]}", f"{name}年"]
    elif name[4] == "Q":
        texts += [f"Q{name[5]} {name[:4]}", f"{name[5]}Q{name[2:4]}", f"{name[:4]}-Q{name[5]}"]
    for text in texts:
        yield text
        yield f"Answer: {text}."


def near_misses(gold: Gold) -> Iterator[tuple[str, Reason]]:
    """The year before, the quarter beside, two periods."""
    name = gold.value
    last_year = f"{int(name[:4]) - 1:04d}{name[4:]}"
    if not name.endswith("02-29"):
        yield f"Answer: {last_year}", Reason("wrong_period")
    if len(name) > 4:
        yield f"Answer: {name[:4]}", Reason("wrong_period")
    else:
        yield f"Answer: Q4 {name}", Reason("wrong_period")
    yield f"Answer: {name} or {last_year}", Reason("not_a_period")
    yield "Answer: last year", Reason("not_a_period")
    yield "", Reason("no_answer")
