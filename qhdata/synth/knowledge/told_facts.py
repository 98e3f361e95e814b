"""Numbers that prose tells, as statements and questions: "The effective tax rate was 21.5%."

A filing tags the numbers of its sentences with concept and period; from the sentence come a
statement that stands on its own (who, what, when, how much), a question with its answer, and the
sentence itself. Every number is a fact of the filing at its place in the text, and says that fact's
value: a scale that the filing says elsewhere ("in millions") is put beside it, and a number whose
sign stands in the words ("a loss of $8") is left out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random
from typing import ClassVar

from qhdata.factstore.concepts import concept, family_of
from qhdata.factstore.rows import StoredDocument
from qhdata.quantities.parse import parse
from qhdata.quantities.periods import MONTHS
from qhdata.quantities.units import CONTEXT, convert
from qhdata.step import Skip
from qhdata.synth.grid import source_at
from qhdata.synth.knowledge.passage import passage_of
from qhdata.synth.made import Made
from qhdata.synth.material import Material
from qhdata.synth.passages import Place, passages
from qhdata.synth.prose import Paragraph

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True, slots=True)
class Told:
    """A tagged number of a sentence."""

    fact_id: str
    concept: str
    start: int
    end: int
    shown: str
    period_start: str | None
    period_end: str
    value: str


class ToldFacts:
    """Paragraphs of prose with tagged numbers of standard concepts, without dimensions."""

    name: ClassVar[str] = "knowledge.told_facts"
    version: ClassVar[int] = 2
    wordy: ClassVar[bool] = True

    def make(self, material: Material, rng: Random) -> Iterator[Made | Skip]:
        """One passage for each paragraph that tells something."""
        known: dict[str, list[Told]] = {}

        def tells(document: StoredDocument, paragraph: Paragraph) -> bool:
            if document.doc_id not in known:
                known[document.doc_id] = _told(material, document)
            return any(paragraph.start <= t.start < paragraph.end for t in known[document.doc_id])

        for place in passages(material, rng, tells):
            if isinstance(place, Skip):
                yield place
            else:
                yield self._made(material, place, known[place[0].doc_id], rng)

    def _made(self, material: Material, place: Place, told: list[Told], rng: Random) -> Made | Skip:
        document, paragraph = place
        inside = [t for t in told if paragraph.start <= t.start and t.end <= paragraph.end]
        if not inside:
            return Skip("tells_no_fact")
        by_sentence: dict[str, list[Told]] = defaultdict(list)
        for sentence in paragraph.sentences():
            at = paragraph.start + paragraph.text.index(sentence)
            for one in inside:
                if at <= one.start and one.end <= at + len(sentence):
                    by_sentence[sentence].append(one)
        lines, sources = [], []
        for sentence, found in by_sentence.items():
            if len({(t.concept, t.period_end, t.period_start) for t in found}) < len(found):
                continue  # one thing at two values: which is meant, the sentence alone says
            at = paragraph.start + paragraph.text.index(sentence)
            for one in found:
                shown = in_full(_with_unit(sentence, one.start - at, one.end - at), one.value)
                if not shown:
                    material.skipped["number_is_told_otherwise"] += 1
                    continue
                if family_of(one.concept) is None and not sayable(label_of(one.concept)):
                    material.skipped["name_is_no_phrase"] += 1
                    continue
                lines.append(_said(document, one, shown, rng))
                sources.append(
                    source_at(
                        document,
                        material.corpus_digest,
                        one.start,
                        one.end,
                        one.shown,
                        one.fact_id,
                    )
                )
        if not lines:
            return Skip("tells_no_fact")
        text = "\n\n".join([paragraph.text, *lines])
        return passage_of(f"{self.name}@{self.version}", document, text, sources)


def label_of(name: str) -> str:
    """What a concept's name says, in words.

    >>> label_of("us-gaap:EffectiveIncomeTaxRateContinuingOperations")
    'effective income tax rate continuing operations'
    """
    family = family_of(name)
    if family is not None:
        return concept(family).en
    words = _HUMP.sub(" ", name.rpartition(":")[2]).split()
    return " ".join(word if word.isupper() and len(word) > 1 else word.lower() for word in words)


_MANY = re.compile(r"^(?:accounts|notes) (?:payable|receivable)$|[^s]s$")
LONGEST_NAME = 6
"""Words of a concept's name that still read as a phrase."""
_CODED = re.compile(
    r"\d|\bby\b|\bfv\b|\b(?:gain|income|profit|earnings) loss\b|\bgains losses\b"
    r"|\bincrease decrease\b"
    r"|\b(?:expense benefit|income expense|assets liabilities|proceeds from repayments)\b"
    r"|\bloss contingency\b|\bperiod (?:shares|value)\b|\b(\w+)(?: \w+)? \1\b"
    r"|^(?!net)\w+ net$|\b(?:percent|arrangement|amount|noncurrent|current)$"
)
"""What marks a name as a code of the taxonomy, in which words are not in a sentence's order."""


def sayable(name: str) -> bool:
    """Whether a concept's name can stand in a sentence.

    >>> sayable("long-term debt"), sayable("finite lived intangible assets gain loss")
    (True, False)
    >>> sayable("capitalized computer software amortization1"), sayable("cost incurred cost")
    (False, False)
    """
    return len(name.split()) <= LONGEST_NAME and _CODED.search(name) is None


_SCALES = {0: "", 3: " thousand", 6: " million", 9: " billion"}


def in_full(shown: str, value: str) -> str:
    """A number of a sentence so that it says the fact's value alone; empty where it cannot.

    >>> in_full("$8", "8000000"), in_full("$8 million", "8000000"), in_full("21.5%", "0.215")
    ('$8 million', '$8 million', '21.5%')
    >>> in_full("$8", "-8000000"), in_full("8", "9")
    ('', '')
    """
    found, fact = parse(shown), Decimal(value)
    if isinstance(found, str):
        return ""
    said = convert(found.value, found.sense, "plain")
    scales = _SCALES if found.scale is None and found.sense == "plain" else {0: ""}
    for power, word in scales.items():
        if said.scaleb(power, CONTEXT) == fact:
            return shown + word
    return ""


def when_of(start: str | None, end: str) -> str:
    """A period in words.

    >>> when_of("2024-01-01", "2024-12-31"), when_of(None, "2024-06-30")
    ('for the year ended December 31, 2024', 'at June 30, 2024')
    """
    last = date.fromisoformat(end)
    day = f"{MONTHS[last.month - 1]} {last.day}, {last.year}"
    if start is None:
        return f"at {day}"
    days = (last - date.fromisoformat(start)).days + 1
    for name, low, high in (("year", 350, 378), ("six months", 175, 190), ("quarter", 83, 99)):
        if low <= days <= high:
            return f"for the {name} ended {day}"
    if days == 1:
        return f"on {day}"
    return f"for the {days} days ended {day}"


def _said(document: StoredDocument, told: Told, shown: str, rng: Random) -> str:
    filer, label = document.filer or "the company", label_of(told.concept)
    when = when_of(told.period_start, told.period_end)
    was = "were" if _MANY.search(label) else "was"
    question = rng.choice(
        (f"What {was} the {label} of {filer} {when}?", f"How much {was} {filer}'s {label} {when}?")
    )
    statement = rng.choice(
        (
            f"{when[0].upper()}{when[1:]}, the {label} of {filer} {was} {shown}.",
            f"{filer} reported {label} of {shown} {when}.",
        )
    )
    return f"{statement}\n\nQuestion: {question}\nAnswer: {shown}"


def _with_unit(sentence: str, start: int, end: int) -> str:
    """The number with the sign and the scale word that stand beside it."""
    before = re.search(r"(?:US)?[$€£¥]\s?$", sentence[:start])
    after = re.match(
        r"\s?(?:%|percent\b|thousand\b|million\b|billion\b|trillion\b)", sentence[end:]
    )
    return (
        (before[0] if before else "") + sentence[start:end] + (after[0] if after else "")
    ).strip()


def _told(material: Material, document: StoredDocument) -> list[Told]:
    """Numbers with a place, without dimensions, of a taxonomy that many filers share."""
    rows = material.store.connection.execute(
        'SELECT fact_id, concept, start, "end", quote, period_start, period_end, value '
        "FROM facts "
        "WHERE doc_id = ? AND kind = 'number' AND dimensions = '[]' AND start IS NOT NULL "
        "AND quote IS NOT NULL AND period_end IS NOT NULL ORDER BY start, fact_id",
        (document.doc_id,),
    )
    return [
        Told(*row)
        for row in rows
        if row[1].startswith(("us-gaap:", "ifrs-full:")) and row[4][:1].isdigit()
    ]
