"""Quote the one sentence of a passage that mentions a term, word for word.

Checked: the quotation stands in the passage, holds the term, and is not the whole passage. Terms
are words of one sentence only, so there is one right answer.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import ClassVar

from qhdata.factstore.rows import StoredDocument
from qhdata.step import Skip
from qhdata.synth.grid import source_at
from qhdata.synth.made import TextDraft, criterion
from qhdata.synth.material import Material, rng_for
from qhdata.synth.prose import Paragraph, paragraphs

_WORD = re.compile(r"[A-Za-z][A-Za-z-]{6,}")


class QuoteSentence:
    """English paragraphs of three to eight sentences."""

    name: ClassVar[str] = "quote.sentence"
    version: ClassVar[int] = 1
    wordy: ClassVar[bool] = True

    def make(self, material: Material, rng: Random) -> Iterator[TextDraft | Skip]:
        """One draft for each paragraph, documents in turns."""
        documents = [d for d in material.documents if d.lang != "zh"]
        rng.shuffle(documents)
        for document in documents:
            edits = material.edits.get(document.doc_id, [])
            found = paragraphs(material.texts[document.doc_id], edits=edits)
            local = rng_for(rng.random(), document.doc_id)
            for paragraph in local.sample(found, min(len(found), material.settings.per_table)):
                yield self._draft(material, document, paragraph, local)

    def _draft(
        self, material: Material, document: StoredDocument, paragraph: Paragraph, rng: Random
    ) -> TextDraft | Skip:
        sentences = paragraph.sentences()
        if not 3 <= len(sentences) <= 8:
            return Skip("not_3_to_8_sentences")
        if '"' in paragraph.text or "“" in paragraph.text:
            return Skip("quotes_in_passage")
        counts = Counter(word for s in sentences for word in set(_WORD.findall(s.lower())))
        index = rng.randrange(len(sentences))
        terms = sorted(
            word for word in set(_WORD.findall(sentences[index])) if counts[word.lower()] == 1
        )
        if not terms or len(sentences[index]) < 30:
            return Skip("no_term_of_its_own")
        term = rng.choice(terms)
        others = [
            word
            for i, s in enumerate(sentences)
            if i != index
            for word in sorted(set(_WORD.findall(s)))
            if counts[word.lower()] == 1
        ]
        if not others:
            return Skip("no_term_of_its_own")
        start = paragraph.start + paragraph.text.index(sentences[index])
        wrong = sentences[(index + 1) % len(sentences)]
        return TextDraft(
            generator=f"{self.name}@{self.version}",
            document=document,
            lang="en",
            prompt=(
                f"{paragraph.text}\n\nQuote, word for word and in double quotes, the sentence of "
                f"the passage that "
                f'contains the word "{term}". Write nothing else.'
            ),
            reply=f'"{sentences[index]}"',
            sources=(
                source_at(
                    document,
                    material.corpus_digest,
                    start,
                    start + len(sentences[index]),
                    sentences[index],
                ),
            ),
            criteria=(
                criterion(
                    "verbatim",
                    "The quotation stands in the passage.",
                    "verbatim_quote",
                    {"text": paragraph.text, "min_words": 4},
                    gate=True,
                ),
                criterion(
                    "term", f"It contains {term}.", "contains_all", {"texts": [term]}, gate=True
                ),
                criterion("alone", "It is one sentence.", "contains_none", {"texts": others}),
            ),
            wrong=((f'"{wrong}"', "wrong_sentence"),),
        )
