"""One day: `2024-06-30`, June 30, 2024, 2024年6月30日; a day and month that could be swapped are no
answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from qhdata.judge.reasons import BadGold, Reason
from qhdata.quantities.periods import MONTHS, parse_date, render_date
from qhdata.records.task import Gold


def check(gold: Gold) -> None:
    """Raise BadGold where gold is no ISO date."""
    _truth(gold)


def read(text: str, gold: Gold) -> date | Reason:
    """The one day of the slot."""
    found = parse_date(text)
    return Reason(found) if isinstance(found, str) else found


def differs(found: date, gold: Gold) -> Reason | None:
    """None: the same day."""
    return None if found == _truth(gold) else Reason("wrong_date")


def show(found: date, gold: Gold) -> str:
    """ISO."""
    return found.isoformat()


def renderings(gold: Gold) -> Iterator[str]:
    """ISO, English, Chinese, US where it is not ambiguous."""
    day = _truth(gold)
    month = MONTHS[day.month - 1]
    texts = [
        day.isoformat(), day.strftime("%Y%m%d"), f"{day.year}/{day.month}/{day.day}",
        render_date(day), render_date(day, "zh"), f"{day.day} {month} {day.year}",
        f"{month[:3]}. {day.day}, {day.year}", f"{month[:3].upper()} {day.day:02d}, {day.year}",
    ]  # fmt: skip
    if day.day > 12:
        texts.append(f"{day.month}/{day.day}/{day.year}")
    for text in texts:
        yield text
        yield f"Answer: {text}."
        yield f"\\boxed{{{text}}}"


def near_misses(gold: Gold) -> Iterator[tuple[str, Reason]]:
    """Neighbouring days, months and years; two dates; a month alone."""
    day = _truth(gold)
    for other in (day + timedelta(days=1), day - timedelta(days=1), day + timedelta(days=366)):
        yield f"Answer: {other.isoformat()}", Reason("wrong_date")
    yield f"Answer: {day.isoformat()} or {day.year}-01-02", Reason("not_a_date")
    yield f"Answer: {MONTHS[day.month - 1]} {day.year}", Reason("not_a_date")
    yield f"Answer: {day.year}-02-30", Reason("not_a_date")
    if day.day <= 12 and day.day != day.month:
        yield f"Answer: {day.month}/{day.day}/{day.year}", Reason("ambiguous_date")
    yield "", Reason("no_answer")


def _truth(gold: Gold) -> date:
    try:
        return date.fromisoformat(gold.value)
    except ValueError:
        raise BadGold(f"not an ISO date: {gold.value!r}") from None
