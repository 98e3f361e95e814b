"""Which item of the filing is this paragraph from? One of four titles."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from random import Random
from typing import ClassVar

from qhdata.factstore.rows import StoredDocument
from qhdata.step import Skip
from qhdata.synth.grid import source_at
from qhdata.synth.made import TextDraft, criterion
from qhdata.synth.material import Material, rng_for
from qhdata.synth.prose import paragraphs

_YEARLY = {
    "part1.item1": "Business",
    "part1.item1a": "Risk Factors",
    "part1.item2": "Properties",
    "part1.item3": "Legal Proceedings",
    "part2.item7": "Management's Discussion and Analysis",
    "part2.item7a": "Market Risk",
    "part2.item9a": "Controls and Procedures",
}
_QUARTERLY = {
    "part1.item2": "Management's Discussion and Analysis",
    "part1.item3": "Market Risk",
    "part1.item4": "Controls and Procedures",
    "part2.item1": "Legal Proceedings",
    "part2.item1a": "Risk Factors",
}
TITLES = tuple(_YEARLY.values())


def topics_of(form: str) -> dict[str, str]:
    """Section key -> title, of sections whose prose is told apart by its content: the same item is
    another in another form. Empty for a form whose items are not known.

    >>> topics_of("10-K/A")["part1.item2"], topics_of("10-Q")["part1.item2"], topics_of("10-KSB")
    ('Properties', "Management's Discussion and Analysis", {})
    """
    plain = form.upper().removesuffix("/A")
    return (
        _YEARLY
        if plain in ("10-K", "10-KT", "10-K405")
        else (_QUARTERLY if plain in ("10-Q", "10-QT") else {})
    )


class SectionTopic:
    """Paragraphs of sections that are present, topics in turns."""

    name: ClassVar[str] = "filing.section_topic"
    version: ClassVar[int] = 2
    wordy: ClassVar[bool] = True

    def make(self, material: Material, rng: Random) -> Iterator[TextDraft | Skip]:
        """A few paragraphs of each section of each document."""
        documents = [d for d in material.documents if d.lang != "zh"]
        rng.shuffle(documents)
        for document in documents:
            rows = _sections(material.store.connection, document.doc_id)
            titles = topics_of(document.form)
            topics = {key: (start, end) for key, start, end in rows if key in titles}
            if len(topics) < 3:
                yield Skip("too_few_sections" if titles else "items_of_form_unknown")
                continue
            for key, (start, end) in topics.items():
                yield from self._of_section(material, document, titles[key], start, end, rng)

    def _of_section(
        self,
        material: Material,
        document: StoredDocument,
        title: str,
        start: int,
        end: int,
        rng: Random,
    ) -> Iterator[TextDraft | Skip]:
        text = material.texts[document.doc_id]
        edits = material.edits.get(document.doc_id, [])
        found = paragraphs(text, start, end, edits=edits)
        if not found:
            yield Skip("no_prose_in_section")
            return
        local = rng_for(rng.random(), document.doc_id, title)
        for paragraph in local.sample(found, min(3, len(found))):
            if title.lower() in paragraph.text.lower() or "<" in paragraph.text:
                yield Skip("title_in_paragraph")
                continue
            options = local.sample([t for t in TITLES if t != title], 3)
            options.insert(local.randrange(4), title)
            listed = "; ".join(options)
            wrong = next(option for option in options if option != title)
            yield TextDraft(
                generator=f"{self.name}@{self.version}",
                document=document,
                lang="en",
                prompt=(
                    f"{paragraph.text}\n\nWhich section of the filing is this paragraph from? "
                    f"Reply with one of: "
                    f"{listed}."
                ),
                reply=title,
                sources=(
                    source_at(
                        document,
                        material.corpus_digest,
                        paragraph.start,
                        paragraph.end,
                        paragraph.text,
                    ),
                ),
                criteria=(
                    criterion(
                        "title",
                        f"It is {title}.",
                        "label_in_set",
                        {"labels": options, "expected": title},
                        gate=True,
                    ),
                ),
                wrong=((wrong, "wrong_choice"),),
            )


def _sections(connection: sqlite3.Connection, doc_id: str) -> list[tuple[str, int, int]]:
    return list(
        connection.execute(
            'SELECT key, start, "end" FROM sections WHERE doc_id = ? AND status = ? ORDER BY start',
            (doc_id, "present"),
        )
    )
