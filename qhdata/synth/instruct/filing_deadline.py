"""Is a report lodged in time? The day by which it is due, by the filer's category and period.

Example: a large accelerated filer's 10-K for the year to 2024-12-31 is due on 2025-03-03, since 60
days later is a Saturday; lodged on 2025-03-05 it is late. The rule stands in the question (General
Instruction A of Form 10-K and 10-Q, and Rule 0-3: a day that is no business day moves on). Days
that may be federal holidays are not asked about. Checked: three keys of a JSON object.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import ClassVar

from qhdata.factstore.rows import StoredDocument
from qhdata.records import Source
from qhdata.step import Skip
from qhdata.synth.grid import source_at
from qhdata.synth.made import TextDraft, criterion
from qhdata.synth.material import Material
from qhdata.synth.passages import hostile

DAYS = {
    "10-K": {"large accelerated": 60, "accelerated": 75, "non-accelerated": 90},
    "10-Q": {"large accelerated": 40, "accelerated": 40, "non-accelerated": 45},
}
"""Form -> days after the period's end, by category."""

_ASK = (
    "The cover of this Form {form} gives the period's end and the filer's category as above. A "
    "Form {form} is due {large} days after the period's end for a large accelerated filer, "
    "{accelerated} days for an accelerated filer and {other} days for others; where that day is a "
    "Saturday or Sunday, on the next Monday. The filer means to lodge it on {day}. Reply with JSON "
    'only: {{"due": "YYYY-MM-DD", "days_left": days from the lodging to the due day, negative if '
    'late, "in_time": true or false}}.'
)


class FilingDeadline:
    """Annual and quarterly reports whose cover says category and period."""

    name: ClassVar[str] = "compliance.deadline"
    version: ClassVar[int] = 1
    wordy: ClassVar[bool] = True

    def make(self, material: Material, rng: Random) -> Iterator[TextDraft | Skip]:
        """Two drafts for each report: one in time, one late."""
        for document in material.documents:
            if document.form not in DAYS or document.lang == "zh":
                continue
            cover = _cover(material, document)
            if cover is None:
                yield Skip("cover_says_no_category_or_period")
                continue
            category, end, sources = cover
            due = due_day(document.form, category, end)
            if due is None:
                yield Skip("may_be_a_holiday")
                continue
            for late in (False, True):
                lodged = due + timedelta(days=rng.randrange(1, 9) if late else -rng.randrange(9))
                yield self._draft(document, category, end, due, lodged, sources)

    def _draft(
        self,
        document: StoredDocument,
        category: str,
        end: date,
        due: date,
        lodged: date,
        sources: tuple[Source, ...],
    ) -> TextDraft:
        days = DAYS[document.form]
        right = {"due": str(due), "days_left": (due - lodged).days, "in_time": lodged <= due}
        wrong = {**right, "in_time": lodged > due}
        plain = end + timedelta(days=days[category])
        unmoved = {**right, "due": str(plain if plain != due else due + timedelta(days=1))}
        head = (
            f"{document.filer or 'The filer'}, Form {document.form}\n"
            f"Period ended: {end}\nCategory: {category} filer"
        )
        ask = _ASK.format(
            form=document.form,
            large=days["large accelerated"],
            accelerated=days["accelerated"],
            other=days["non-accelerated"],
            day=lodged,
        )
        return TextDraft(
            generator=f"{self.name}@{self.version}",
            document=document,
            lang="en",
            prompt=f"{head}\n\n{ask}",
            reply=json.dumps(right),
            sources=sources,
            criteria=(
                criterion("keys", "The three keys.", "json_keys", {"keys": list(right)}, gate=True),
                criterion("values", "The right day.", "json_values", {"values": right}, gate=True),
            ),
            wrong=((json.dumps(wrong), "wrong_verdict"), (json.dumps(unmoved), "wrong_day")),
        )


def due_day(form: str, category: str, end: date) -> date | None:
    """The day by which a report is due; None where that may be a federal holiday.

    >>> due_day("10-K", "large accelerated", date(2023, 12, 31))
    datetime.date(2024, 2, 29)
    """
    due = end + timedelta(days=DAYS[form][category])
    if due.weekday() >= 5:
        due += timedelta(days=7 - due.weekday())
    return None if _maybe_holiday(due) else due


def _maybe_holiday(day: date) -> bool:
    fixed = {(1, 1), (1, 2), (6, 19), (6, 20), (7, 3), (7, 4), (7, 5), (11, 10), (11, 11),
             (11, 12), (12, 24), (12, 25), (12, 26), (12, 31)}  # fmt: skip
    mondays = {1: (15, 21), 2: (15, 21), 5: (25, 31), 9: (1, 7), 10: (8, 14)}
    low, high = mondays.get(day.month, (0, 0))
    thanksgiving = day.month == 11 and day.weekday() == 3 and 22 <= day.day <= 28
    return (
        (day.month, day.day) in fixed
        or (day.weekday() == 0 and low <= day.day <= high)
        or thanksgiving
    )


def _cover(
    material: Material, document: StoredDocument
) -> tuple[str, date, tuple[Source, ...]] | None:
    """(category, end of the period, where the cover says so)."""
    rows = material.store.connection.execute(
        'SELECT concept, text, fact_id, start, "end", quote FROM facts WHERE doc_id = ? AND '
        "concept IN ('dei:EntityFilerCategory', 'dei:DocumentPeriodEndDate')",
        (document.doc_id,),
    ).fetchall()
    said = {row[0]: row for row in rows}
    if len(said) != 2:
        return None
    category = (said["dei:EntityFilerCategory"][1] or "").lower().removesuffix(" filer").strip()
    try:
        end = date.fromisoformat(said["dei:DocumentPeriodEndDate"][1] or "")
    except ValueError:
        return None
    sources = tuple(
        source_at(document, material.corpus_digest, start, stop, quote, fact)
        for _, _, fact, start, stop, quote in said.values()
        if start is not None and quote and not hostile(quote)
    )
    if category not in DAYS[document.form] or not sources:
        return None
    return category, end, sources
