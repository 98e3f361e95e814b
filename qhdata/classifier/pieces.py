"""What a classifier learns from: documents as passages, each with a label, a split and a pool.

A text is taken once; one that stands under two labels says nothing and is left out of both. Train
and held-out are parted by document, and a passage that a held-out document has too (boilerplate) is
not trained on.
"""

from __future__ import annotations

import hashlib
import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from qhdata.classifier.fit import Fit
from qhdata.classifier.texts import PoolText, read_texts
from qhdata.errors import UserError
from qhdata.shingles import normal_digest
from qhdata.taggers.passages import passages

TRAIN, HELD_OUT = "train", "test"
MOST_TEXTS = 20_000
"""Of one path, chosen by the hash of the text: a pool of millions must fit in memory."""


class NoTrainingText(UserError):
    """A label has no document in the training split."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One text's passages."""

    doc_id: str
    """The document that it is of."""
    split: str
    label: str
    passages: tuple[str, ...]
    pool: str
    """Where it came from: a path's name, or a source of a corpus."""
    text: bytes = b""
    """Digest of its normalised text."""
    public_at: str | None = None
    """When its document could first be read."""


def read_pieces(
    sides: Mapping[str, Sequence[Path]], settings: Fit, share: float, skipped: Counter[str]
) -> list[Piece]:
    """Pieces of the texts under each label's paths, split, in an order of their own.

    share: of each path's documents, to be held out. skipped: counts what was left out, by reason.
    """
    found: list[Piece] = []
    for pool, (label, path) in pools(sides).items():
        texts = read_texts([path], skipped)
        found += _chosen(_pieces(texts, label, pool, settings, skipped), settings.seed)
    return split(unique(found, skipped), share, settings.seed)


def pools(sides: Mapping[str, Sequence[Path]]) -> dict[str, tuple[str, Path]]:
    """Name of each path -> its label and the path; of two with one name the second is `name-2`."""
    named: dict[str, tuple[str, Path]] = {}
    for label, paths in sides.items():
        for path in paths:
            base = path.resolve().name or label
            name, n = base, 1
            while name in named:
                n += 1
                name = f"{base}-{n}"
            named[name] = (label, path)
    return named


def unique(pieces: Iterable[Piece], skipped: Counter[str]) -> list[Piece]:
    """Each text once; those under two labels not at all. Sorted by document and text."""
    labels: dict[bytes, set[str]] = defaultdict(set)
    ordered = sorted(pieces, key=lambda p: (p.doc_id, p.text, p.label, p.pool))
    for piece in ordered:
        labels[piece.text].add(piece.label)
    kept: dict[bytes, Piece] = {}
    for piece in ordered:
        if len(labels[piece.text]) > 1:
            skipped["under_two_labels"] += 1
        elif piece.text in kept:
            skipped["same_text"] += 1
        else:
            kept[piece.text] = piece
    return list(kept.values())


def split(pieces: Sequence[Piece], share: float, seed: int) -> list[Piece]:
    """Hold out this share of each pool's documents, one at least of two and more.

    No document is on both sides, and no training passage stands in a held-out document.
    """
    documents: dict[str, set[str]] = defaultdict(set)
    for piece in pieces:
        documents[piece.pool].add(piece.doc_id)
    side: dict[str, str] = {}
    for pool in sorted(documents):
        own = sorted(documents[pool], key=lambda doc: _chance(seed, doc.encode()))
        wanted = min(len(own) - 1, max(1, round(share * len(own)))) if share else 0
        for n, doc in enumerate(own):
            side.setdefault(doc, HELD_OUT if n < wanted else TRAIN)
    parted = [replace(piece, split=side[piece.doc_id]) for piece in pieces]
    held = {text for piece in parted if piece.split == HELD_OUT for text in piece.passages}
    kept = []
    for piece in parted:
        if piece.split == TRAIN:
            own_passages = tuple(text for text in piece.passages if text not in held)
            piece = replace(piece, passages=own_passages)
        if piece.passages:
            kept.append(piece)
    return kept


def training_sides(pieces: Sequence[Piece], labels: Sequence[str]) -> dict[str, list[str]]:
    """Training passages by label, in order. Raises NoTrainingText where a label has none."""
    sides: dict[str, list[str]] = {label: [] for label in labels}
    for piece in pieces:
        if piece.split == TRAIN:
            sides[piece.label].extend(piece.passages)
    for label, texts in sides.items():
        if not texts:
            raise NoTrainingText(
                what=f"no {label} document is in the training split",
                mend=f"give more texts of {label}, of at least 8 words each",
            )
    return sides


def _pieces(
    texts: Iterable[PoolText], label: str, pool: str, settings: Fit, skipped: Counter[str]
) -> Iterable[Piece]:
    for text in texts:
        some = passages(text.text, settings.passages)
        if some:
            digest = normal_digest(text.text)
            yield Piece(text.document, "", label, tuple(some), pool, digest)
        else:
            skipped["no_passage"] += 1


def _chosen(pieces: Iterable[Piece], seed: int) -> list[Piece]:
    return heapq.nsmallest(MOST_TEXTS, pieces, key=lambda p: _chance(seed, p.text))


def _chance(seed: int, key: bytes) -> bytes:
    return hashlib.blake2b(key, digest_size=16, salt=str(seed).encode()[:16]).digest()
