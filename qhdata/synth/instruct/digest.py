"""A digest of news or of an item in sentences of its own: nothing is said that the filing does not
say.

Example: a passage of an earnings release -> three bullets, each a sentence of it between quotes.
Checked: so many bullets, every quotation word for word in the passage, a length. Which sentences is
decided by figures and by words that the passage repeats.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import ClassVar

from qhdata.factstore.rows import StoredDocument
from qhdata.step import Skip
from qhdata.synth.grid import source_at
from qhdata.synth.made import TextDraft, criterion
from qhdata.synth.material import Material, rng_for
from qhdata.synth.passages import hostile, salient, spoilt
from qhdata.synth.prose import Paragraph, paragraphs, whole

LONGEST = 5000
"""Characters of a passage."""
Part = tuple[int, int]
"""Characters of a document."""
HEAD = 2500
"""Characters in which a release says that it is one."""
NEWS = ("EX-99", "6-K")
"""Document types, or how they begin, that may be a press release."""
NO_NEWS = ("item9.01", "item7", "signatures", "heading")
"""Sections of an 8-K that list its statements and exhibits."""
_RELEASE = re.compile(
    r"for immediate release|\b(?:press|news|earnings) release|prnewswire|business ?wire"
    r"|globe ?newswire|marketwire|\btoday (?:announced|reported)|\b(?:announced|reported) today"
    r"|\((?:nasdaq|nyse|amex|otc)[^)]{0,40}\)",
    re.I,
)
_CALL = re.compile(r"\bmoderator:|\boperator:|\btranscript\b|\bconfirmation ?#", re.I)
_END = re.compile(
    r"^(?=.{0,140}$)(?:#+ )?(?:.{0,60}\b(?:condensed|consolidated|notes? to|reconciliation)\b.*"
    r"|.{0,60}\b(?:balance sheets?|statements? of (?:income|operations|earnings|cash flows?))\b.*"
    r"|.{0,30}\b(?:forward[- ]looking|safe harbou?r|cautionary)\b.*|(?-i:About [A-Z]).{0,80})$",
    re.I | re.M,
)
"""A line after which a release is no news: statements, their notes, legal words, who the filer is.
"""
_SMALL_PRINT = re.compile(
    r"Based in [^.]{0,80}, |Our (?:non-)?GAAP |The following statements are based on"
    r"|Th(?:is|e) (?:press |news |earnings )?(?:release|communication) (?:contain|include|does not)"
    r"|Except for historical|Statements? (?:in|made in|contained in) this|Certain statements"
    r"|[^.]{0,80}\bconference call\b[^.]{0,40}\b(?:will|may|is)\b|A (?:copy|replay) of",
    re.I,
)
"""How paragraphs begin that every release repeats."""


class NewsDigest:
    """Press releases, up to their statements, and items of current reports."""

    name: ClassVar[str] = "news.digest"
    version: ClassVar[int] = 3
    wordy: ClassVar[bool] = True
    bullets: ClassVar[int] = 3
    ask: ClassVar[str] = "Digest this news in exactly {n} bullets."
    ask_zh: ClassVar[str] = "用恰好{n}条要点概括以上新闻。"

    def make(self, material: Material, rng: Random) -> Iterator[TextDraft | Skip]:
        """A few drafts for each document."""
        documents = list(material.documents)
        rng.shuffle(documents)
        for document in documents:
            for span in self.spans(material, document):
                if isinstance(span, Skip):
                    yield span
                else:
                    yield from self._of_span(material, document, *span, rng)

    def spans(self, material: Material, document: StoredDocument) -> Iterator[Part | Skip]:
        """Characters of a document that this kind digests."""
        kind = document.doc_type.upper()
        if kind.startswith("8-K"):
            found = present(material, document)
            yield from ((start, end) for key, start, end in found if key not in NO_NEWS)
        elif kind.startswith(NEWS):
            text = material.texts[document.doc_id]
            if not _RELEASE.search(text[:HEAD]):
                yield Skip("no_press_release")
            elif _CALL.search(text[:HEAD]):
                yield Skip("transcript_of_a_call")
            else:
                end = _END.search(text, 300)
                yield 0, end.start() if end else len(text)

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
            if least <= len(s) <= 500 and whole(s) and not any(mark in s for mark in '"“”「」')
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
    version: ClassVar[int] = 2
    bullets: ClassVar[int] = 4
    ask: ClassVar[str] = "Summarise this part of the filing in exactly {n} bullets."
    ask_zh: ClassVar[str] = "用恰好{n}条要点总结年报的这一部分。"

    def spans(self, material: Material, document: StoredDocument) -> Iterator[Part | Skip]:
        """Sections of prose that are present."""
        yield from ((s, e) for key, s, e in present(material, document) if key in _ITEMS)


def present(material: Material, document: StoredDocument) -> list[tuple[str, int, int]]:
    """(key, start, end) of the sections that a document has, in its order."""
    return material.store.connection.execute(
        'SELECT key, start, "end" FROM sections WHERE doc_id = ? AND status = ? ORDER BY start',
        (document.doc_id, "present"),
    ).fetchall()


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
        if paragraph.text[:1] in "(*¹²³" or _SMALL_PRINT.match(paragraph.text):  # a table's note
            continue
        apart = run and text[run[-1].end : paragraph.start].strip()
        if run and (apart or size + len(paragraph.text) > LONGEST):
            yield run
            run, size = [], 0
        run.append(paragraph)
        size += len(paragraph.text)
    if run:
        yield run
