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

TOPICS = {
    "part1.item1": "Business",
    "part1.item1a": "Risk Factors",
    "part1.item2": "Properties",
    "part1.item3": "Legal Proceedings",
    "part2.item7": "Management's Discussion and Analysis",
    "part2.item7a": "Market Risk",
    "part2.item9a": "Controls and Procedures",
}
"""Section key -> title, of sections whose prose is told apart by its content."""


class SectionTopic:
    """Paragraphs of sections that are present, topics in turns."""

    name: ClassVar[str] = "filing.section_topic"
    version: ClassVar[int] = 1
    wordy: ClassVar[bool] = True

    def make(self, material: Material, rng: Random) -> Iterator[TextDraft | Skip]:
        """A few paragraphs of each section of each document."""
        documents = [d for d in material.documents if d.lang != "zh"]
        rng.shuffle(documents)
        for document in documents:
            rows = _sections(material.store.connection, document.doc_id)
            topics = {key: (start, end) for key, start, end in rows if key in TOPICS}
            if len(topics) < 3:
                yield Skip("too_few_sections")
                continue
            for key, (start, end) in topics.items():
                yield from self._of_section(material, document, key, start, end, rng)

    def _of_section(
        self,
        material: Material,
        document: StoredDocument,
        key: str,
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
        local = rng_for(rng.random(), document.doc_id, key)
        title = TOPICS[key]
        for paragraph in local.sample(found, min(3, len(found))):
            if title.lower() in paragraph.text.lower() or "<" in paragraph.text:
                yield Skip("title_in_paragraph")
                continue
            options = local.sample([t for t in TOPICS.values() if t != title], 3)
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
