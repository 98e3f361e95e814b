"""What has to be found out first: which filer, which version of a value, or that there is none.

"Find the filer known as ASTR. What was its revenue for fiscal 2023?" -> find_filer, get_fact,
submit_answer. How it can go wrong: a hint that fits two filers (skipped), a value that a later
filing repeats unchanged (not restated), a concept that the texts name without a tag (not asked as
absent).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import ClassVar

from qhdata.env.domain import Call, Draft
from qhdata.env.domains.research.words import (
    TRIES,
    declined,
    draft,
    look,
    said,
    submit,
    unreported,
)
from qhdata.env.labels import wording
from qhdata.env.pick import Filer, alike, amount, in_words
from qhdata.env.tools.filings import shown_value
from qhdata.step import Skip


@dataclass(frozen=True)
class Restated:
    """A value that a later filing changed: as first published, or as restated."""

    name: ClassVar[str] = "research.restated"
    version: ClassVar[int] = 1

    def drafts(self, filer: Filer, rng: Random) -> Iterator[Draft | Skip]:
        """Both versions of the same question: only the wording says which is right."""
        changed = [
            (key, chain)
            for key, chain in sorted(filer.history.items())
            if key in filer.first and Decimal(chain[0].value) != Decimal(chain[-1].value)
        ]
        if not changed:
            yield Skip("nothing_restated")
        for (label, period), chain in changed[:TRIES]:
            if not alike(chain[0], chain[-1]):
                yield Skip("two_scales")
                continue
            for version, fact, words in (
                ("first", chain[0], "as first published"),
                ("latest", chain[-1], "as restated in its latest filing"),
            ):
                yield draft(
                    filer,
                    f"restated_{version}",
                    (
                        f"What was the {wording(label)} of {filer.name} for {said(period)},"
                        f" {words}, in {in_words(fact)}?",
                    ),
                    amount(fact),
                    (look(filer, label, period, version), submit(shown_value(fact))),
                    (chain[0], chain[-1]),
                )


@dataclass(frozen=True)
class TwoHop:
    """The filer is known by its ticker, or a part of its name, and has to be found first."""

    name: ClassVar[str] = "research.two_hop"
    version: ClassVar[int] = 1

    def drafts(self, filer: Filer, rng: Random) -> Iterator[Draft | Skip]:
        """Only where the hint leads to one filer."""
        known_as = filer.world.filer(filer.filer_id)
        hint = known_as[1] if known_as and known_as[1] else filer.name.split(" ")[0]
        found = filer.world.filers(hint, 5)
        if len(found) != 1 or found[0][0] != filer.filer_id or hint == filer.name:
            yield Skip("hint_is_ambiguous")
            return
        for label, period in filer.some(rng, TRIES, short=True):
            fact = filer.first[label, period]
            yield draft(
                filer,
                "two_hop",
                (
                    f"Find the filer known as {hint}. What was its {wording(label)} for"
                    f" {said(period)}, in {in_words(fact)}?",
                ),
                amount(fact),
                (
                    Call(name="find_filer", arguments={"name": hint}),
                    look(filer, label, period),
                    submit(shown_value(fact)),
                ),
                (fact,),
            )


@dataclass(frozen=True)
class NotStated:
    """A value that the filer does not report: silence earns nothing, `decline` is the answer."""

    name: ClassVar[str] = "research.not_stated"
    version: ClassVar[int] = 1

    def drafts(self, filer: Filer, rng: Random) -> Iterator[Draft | Skip]:
        """A concept that it never reports, and a year that is not public yet."""
        near = next(iter(filer.first.values()), None)
        label = next(unreported(filer, rng), None)
        if near is None or label is None:
            yield Skip("everything_reported")
            return
        year = max(period[:4] for _, period in filer.first)
        yield declined(filer, label, year, "not_reported", near, in_words(near))
        label = rng.choice(filer.labels)
        year = str(int(year) + 1)
        if not any(name == label and p.startswith(year) for name, p in filer.first):
            yield declined(filer, label, year, "not_yet_public", near, in_words(near))
