"""Passages of documents for generators that ask about prose: drawn in turns, so that no long filing
dominates; hostile ones left out and counted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from random import Random

from qhdata.factstore.rows import StoredDocument
from qhdata.step import Skip
from qhdata.synth.material import HOSTILE, Material, rng_for
from qhdata.synth.prose import Paragraph, paragraphs

Place = tuple[StoredDocument, Paragraph]

_WORD = re.compile(r"[A-Za-z][A-Za-z-]{3,}|[一-鿿]")
_FIGURE = re.compile(
    r"\d[\d,.]*\s?%|[$¥€£]\s?\d|\d[\d,.]* (?:million|billion)|\d[\d,.]*(?:万|亿)?元"
)


Fits = Callable[[StoredDocument, Paragraph], bool]


def passages(material: Material, rng: Random, fits: Fits | None = None) -> Iterator[Place | Skip]:
    """A paragraph of each document, then a second of each; of one at most four times `per_table`.

    fits: which paragraphs are drawn from; what it leaves out is no draft, and not counted.
    """
    documents = list(material.documents)
    rng.shuffle(documents)
    live = [(document, _drawn(material, document, rng, fits)) for document in documents]
    while live:
        still = []
        for document, found in live:
            paragraph = next(found, None)
            if paragraph is None:
                continue
            still.append((document, found))
            yield Skip("hostile_text") if hostile(paragraph.text) else (document, paragraph)
        live = still


def _drawn(
    material: Material, document: StoredDocument, rng: Random, fits: Fits | None
) -> Iterator[Paragraph]:
    edits = material.edits.get(document.doc_id, [])
    found = paragraphs(material.texts[document.doc_id], edits=edits)
    if fits is not None:
        found = tuple(paragraph for paragraph in found if fits(document, paragraph))
    local = rng_for(rng.random(), document.doc_id)
    yield from local.sample(found, min(len(found), 4 * material.settings.per_table))


def hostile(text: str) -> bool:
    """Whether a passage could be taken for markup of a prompt or an answer."""
    return HOSTILE.search(text) is not None


def salient(sentences: Sequence[str], count: int) -> list[int]:
    """Which sentences say most, in their order: those with figures and with words that the passage
    repeats, for their length (SumBasic, Nenkova and Vanderwende 2005).
    """
    said = [_WORD.findall(sentence.lower()) for sentence in sentences]
    often = Counter(word for words in said for word in set(words))
    scores = [
        sum(often[word] - 1 for word in set(words)) / (len(words) + 4)
        + 0.5 * min(2, len(_FIGURE.findall(sentence)))
        for words, sentence in zip(said, sentences, strict=True)
    ]
    best = sorted(range(len(sentences)), key=lambda n: (-scores[n], n))[:count]
    return sorted(best)


def spoilt(sentence: str, rng: Random) -> str:
    """A sentence that is not word for word any more: another figure, or a word left out."""
    digits = [n for n, char in enumerate(sentence) if char.isdecimal()]
    if digits:
        at = rng.choice(digits)
        other = str((int(sentence[at]) + rng.randrange(1, 10)) % 10)
        return sentence[:at] + other + sentence[at + 1 :]
    words = sentence.split(" ")
    if len(words) < 3:
        return sentence[1:]
    del words[rng.randrange(1, len(words) - 1)]
    return " ".join(words)
