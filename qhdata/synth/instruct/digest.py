"""A digest of news or of an item in sentences of its own: nothing is said that the filing does not
say.

Example: a passage of an earnings release -> three bullets, each a sentence of it between quotes.
Checked: so many bullets, every quotation word for word in the passage, a length. Which sentences is
decided by figures and by words that the passage repeats.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import ClassVar

from qhdata.factstore.rows import StoredDocument
from qhdata.step import Skip
from qhdata.synth.grid import source_at
from qhdata.synth.made import TextDraft, criterion
from qhdata.synth.material import Material, rng_for
from qhdata.synth.passages import hostile, salient, spoilt
from qhdata.synth.prose import Paragraph, paragraphs

LONGEST = 5000
"""Characters of a passage."""
NEWS = ("EX-99", "8-K", "6-K")
"""Document types, or how they begin, that are news."""


class NewsDigest:
    """Press releases and current reports."""

    name: ClassVar[str] = "news.digest"
    version: ClassVar[int] = 1
    wordy: ClassVar[bool] = True
    bullets: ClassVar[int] = 3
    ask: ClassVar[str] = "Digest this news in exactly {n} bullets."
    ask_zh: ClassVar[str] = "用恰好{n}条要点概括以上新闻。"

    def make(self, material: Material, rng: Random) -> Iterator[TextDraft | Skip]:
        """A few drafts for each document."""
        documents = list(material.documents)
        rng.shuffle(documents)
        for document in documents:
            for start, end in self.spans(material, document):
                yield from self._of_span(material, document, start, end, rng)

    def spans(self, material: Material, document: StoredDocument) -> list[tuple[int, int]]:
        """Characters of a document that this kind digests."""
        news = document.doc_type.upper().startswith(NEWS)
        return [(0, len(material.texts[document.doc_id]))] if news else []

    def _of_span(
        self, material: Material, document: StoredDocument, start: int, end: int, rng: Random
    ) -> Iterator[TextDraft | Skip]:
        edits = material.edits.get(document.doc_id, [])
        found = paragraphs(material.texts[document.doc_id], start, end, edits=edits)
        local = rng_for(rng.random(), document.doc_id, start)
        made = 0
        for passage in _runs(found, material.texts[document.doc_id]):
            if made == material.settings.per_table:
                return
            draft = self._draft(material, document, passage, local)
            made += not isinstance(draft, Skip)
            yield draft

    def _draft(
        self, material: Material, document: StoredDocument, passage: list[Paragraph], rng: Random
    ) -> TextDraft | Skip:
        text = "\n\n".join(paragraph.text for paragraph in passage)
        if any(hostile(p.text) for p in passage):
            return Skip("hostile_text")
        places = [
            (sentence, paragraph.start + paragraph.text.index(sentence))
            for paragraph in passage
            for sentence in paragraph.sentences()
        ]
        sentences = [sentence for sentence, _ in places]
        least = 15 if document.lang == "zh" else 40
        usable = [  # a quotation inside a quotation would end it
            n
            for n, s in enumerate(sentences)
            if least <= len(s) <= 500 and not any(mark in s for mark in '"“”「」')
        ]
        if len(usable) < self.bullets + 2:
            return Skip("too_few_sentences")
        picked = salient([sentences[n] for n in usable], self.bullets)
        chosen = [usable[n] for n in picked]
        zh = document.lang == "zh"
        ask = (self.ask_zh if zh else self.ask).format(n=self.bullets)
        ask += (
            "每条以“- ”开头，是原文中一个完整的句子，一字不差，放在英文双引号内。"
            if zh
            else ' Start each with "- " and make it one whole sentence of the passage, word for '
            "word, in double quotes."
        )
        reply = "\n".join(f'- "{sentences[n]}"' for n in chosen)
        changed = rng.choice(chosen)
        wrong = reply.replace(sentences[changed], spoilt(sentences[changed], rng))
        return TextDraft(
            generator=f"{self.name}@{self.version}",
            document=document,
            lang="zh" if zh else "en",
            prompt=f"{text}\n\n{ask}",
            reply=reply,
            sources=tuple(
                source_at(document, material.corpus_digest, start, start + len(sentence), sentence)
                for sentence, start in (places[n] for n in chosen)
            ),
            criteria=(
                criterion(
                    "verbatim",
                    "Every quotation stands in the passage.",
                    "verbatim_quote",
                    {"text": text, "min_words": 4},
                    gate=True,
                ),
                criterion(
                    "bullets",
                    f"Exactly {self.bullets} bullets.",
                    "bullet_count",
                    {"count": self.bullets},
                    gate=True,
                ),
                criterion("short", "Not the whole passage.", "max_words", {"words": 400}),
            ),
            wrong=((wrong, "not_verbatim"),),
        )


class ItemSummary(NewsDigest):
    """Business, risk factors, MD&A and market risk of periodic reports."""

    name: ClassVar[str] = "section.summary"
    version: ClassVar[int] = 1
    bullets: ClassVar[int] = 4
    ask: ClassVar[str] = "Summarise this part of the filing in exactly {n} bullets."
    ask_zh: ClassVar[str] = "用恰好{n}条要点总结年报的这一部分。"

    def spans(self, material: Material, document: StoredDocument) -> list[tuple[int, int]]:
        """Sections of prose that are present."""
        rows = material.store.connection.execute(
            'SELECT key, start, "end" FROM sections WHERE doc_id = ? AND status = ? ORDER BY start',
            (document.doc_id, "present"),
        )
        return [(start, end) for key, start, end in rows if key in _ITEMS]


_ITEMS = frozenset(
    (
        *("part1.item1", "part1.item1a", "part1.item2", "part2.item7", "part2.item7a"),
        *("cn.business_overview", "cn.management_discussion", "cn.board_report", "cn.letter"),
    )
)


def _runs(found: tuple[Paragraph, ...], text: str) -> Iterator[list[Paragraph]]:
    """Paragraphs that follow each other with nothing but space between, up to LONGEST."""
    run: list[Paragraph] = []
    size = 0
    for paragraph in found:
        if paragraph.text[:1] in "(*¹²³":  # a table's note
            continue
        apart = run and text[run[-1].end : paragraph.start].strip()
        if run and (apart or size + len(paragraph.text) > LONGEST):
            yield run
            run, size = [], 0
        run.append(paragraph)
        size += len(paragraph.text)
    if run:
        yield run
