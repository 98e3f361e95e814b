"""Rows to pieces: documents into slices, conversations with their mask, pairs, prompts.

A plain document is encoded once and cut between tokens: at a blank line where there is one in the
second half of the room, else at a line's end (a table's row), else at a space, else where the room
ends. So the slices' ids, one after another, are the document's ids, and a slice knows its
characters. A conversation is never cut: one that is longer than the context is dropped and counted.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from qhdata.chat import Rendered, Renderer, RoleSpan, Tokenizer
from qhdata.records import Example, JsonText, Message, Pair, Task, as_dict, json_text
from qhdata.shards.pieces import Piece, PieceRow, SpanRow


@dataclass(frozen=True, slots=True)
class Dropped:
    """A row that gives no piece: why, its length in tokens and the longest that is let in."""

    reason: str
    score: float | None = None
    threshold: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A plain document as it is trained on."""

    doc_id: str
    text: str
    split: str
    public_at: str | None = None
    filer_id: str = ""
    source: str = ""
    lang: str = ""
    license: str = ""
    borders: tuple[int, ...] = ()
    """Characters where sections begin: the best places to cut."""


class Slicer:
    """Cuts documents of one tokenizer into pieces of at most `context` tokens."""

    def __init__(self, tokenizer: Tokenizer, context: int) -> None:
        self.context = context
        self._eos = tokenizer.eos
        self._bytes = tokenizer.byte_lengths
        table = tokenizer.bytes_of
        # By id: characters that begin in it, its first and last byte, whether it ends a paragraph.
        self._lead = np.array([sum((b & 0xC0) != 0x80 for b in data) for data in table])
        self._first = np.array([data[0] if data else 0 for data in table])
        self._last = np.array([data[-1] if data else 0 for data in table])
        self._double = np.array([data.endswith(b"\n\n") for data in table])

    def pieces(self, doc: Text, ids: Sequence[int]) -> list[Piece] | Dropped:
        """A document's pieces; `ids` are those of its text. An end-of-document token, which
        counts, closes the last.
        """
        if not doc.text.strip():
            return Dropped("empty")
        flat = np.asarray(ids, dtype=np.uint32)
        ends = np.cumsum(self._lead[flat])
        cuts = _cuts(self._rank(doc, flat, ends), len(flat) + (self._eos is not None), self.context)
        return [
            self._piece(doc, flat, ends, n, low, high)
            for n, (low, high) in enumerate(itertools.pairwise(cuts))
        ]

    def _piece(
        self, doc: Text, flat: np.ndarray, ends: np.ndarray, n: int, low: int, high: int
    ) -> Piece:
        part = flat[low:high]
        last = high >= len(flat)
        if last and self._eos is not None:
            part = np.concatenate([part, np.array([self._eos], dtype=np.uint32)])
        alone = low == 0 and last
        row = _row(
            example_id=doc.doc_id if alone else f"{doc.doc_id}#{n}",
            group_id=f"{doc.doc_id}#{n}",
            split=doc.split,
            public_at=doc.public_at,
            filer_id=doc.filer_id,
            source=doc.source,
            lang=doc.lang,
            license=doc.license,
            tokens=len(part),
            targets=max(0, len(part) - 1),
            bytes=int(self._bytes[part.astype(np.int64)][1:].sum()),
            doc_id=doc.doc_id,
            start=int(ends[low - 1]) if low else 0,
            end=len(doc.text) if last else int(ends[high - 1]),
            continued=n > 0,
        )
        return Piece(ids=part, row=row)

    def _rank(self, doc: Text, ids: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """By token, how good a place to cut is behind it: 4 a section begins, 3 blank line,
        2 line's end, 1 before a space, 0 inside a word, -1 inside a character.
        """
        rank = np.zeros(len(ids), dtype=np.int8)
        if not len(ids):
            return rank
        first, last = self._first[ids], self._last[ids]
        follows = np.concatenate([first[1:], [10]])
        line = last == 10
        begun = np.concatenate([[False], line[:-1]]) & (first == 10)
        rank[(follows & 0xC0) == 0x80] = -1
        rank[follows == 32] = 1
        rank[line] = 2
        rank[line & (self._double[ids] | begun)] = 3
        rank[line & (follows == 10)] = 0  # a blank line that is not over yet
        if doc.borders:
            rank[np.isin(ends, np.array(doc.borders)) & (rank >= 0)] = 4
        return rank


def _cuts(rank: np.ndarray, tokens: int, context: int) -> list[int]:
    """Token numbers where pieces begin and end. `tokens` counts the closing token, `rank` not."""
    text = len(rank)
    cuts = [0]
    while tokens - cuts[-1] > context:
        high = min(cuts[-1] + context, text - 1)
        low = min(cuts[-1] + max(1, context // 2), high)
        if rank[low - 1 : high].max() < 0:  # nothing but insides of characters
            low = cuts[-1] + 1
        room = rank[low - 1 : high]
        cuts.append(low + int(len(room) - 1 - np.argmax(room[::-1])))
    return [*cuts, text]


# ---------------------------------------------------------------- conversations


def conversation(
    row: Example, renderer: Renderer, context: int, byte_lengths: np.ndarray
) -> list[Piece] | Dropped:
    """An example's piece, with its mask."""
    found = renderer.render(row.messages, row.tools)
    wrong = _unfit(found, context)
    if wrong is not None:
        return wrong
    return [
        _masked(
            found,
            byte_lengths,
            example_id=row.example_id,
            group_id=row.group_id,
            split=row.split,
            public_at=row.public_at,
            filer_id=row.filer_id,
            source=row.label or row.family,
            lang=row.lang,
            license=row.license,
            sources=_sources(row),
        )
    ]


def pair(
    row: Pair, renderer: Renderer, context: int, byte_lengths: np.ndarray
) -> list[Piece] | Dropped:
    """Both sides of a pair, chosen first; what they share is not a target."""
    pieces = []
    for member, (role, answer) in enumerate((("chosen", row.chosen), ("rejected", row.rejected))):
        prompt = tuple(_unweighted(m) for m in row.messages)
        found = renderer.render((*prompt, *answer), row.tools)
        wrong = _unfit(found, context)
        if wrong is not None:
            return wrong
        pieces.append(
            _masked(
                found,
                byte_lengths,
                example_id=row.pair_id,
                group_id=row.pair_id,
                member=member,
                split=row.split,
                public_at=row.public_at,
                filer_id=row.filer_id,
                source=row.reason,
                license=row.license,
                role=role,
                sources=_sources(row),
            )
        )
    return pieces


def prompt(
    row: Task, tools: str, renderer: Renderer, context: int, byte_lengths: np.ndarray
) -> list[Piece] | Dropped:
    """A task's prompt, up to where the policy speaks, with the task as payload."""
    found = renderer.prompt(row.messages, tools)
    if len(found.ids) > context:
        return Dropped("longer_than_context", len(found.ids), context)
    bare = Rendered(found.ids, (0.0,) * len(found.ids), found.spans)
    return [
        _masked(
            bare,
            byte_lengths,
            example_id=row.task_id,
            group_id=row.task_id,
            split=row.split,
            public_at=row.public_at,
            filer_id=row.filer_id,
            source=row.domain or row.generator.split("@")[0],
            lang=row.lang,
            license=row.license,
            payload=json_text({"task": as_dict(row), "tools": tools}),
            sources=_sources(row),
        )
    ]


def _unfit(found: Rendered, context: int) -> Dropped | None:
    if len(found.ids) > context:
        return Dropped("longer_than_context", len(found.ids), context)
    if not any(w > 0 for w in found.weights[1:]):
        return Dropped("no_target")
    return None


def _unweighted(message: Message) -> Message:
    return replace(message, weight=0.0) if message.role == "assistant" else message


def _sources(row: Example | Pair | Task) -> JsonText:
    return json_text([as_dict(source) for source in row.sources])


def _masked(found: Rendered, byte_lengths: np.ndarray, **columns: Any) -> Piece:
    ids = np.asarray(found.ids, dtype=np.uint32)
    targets = (np.asarray(found.weights, dtype=np.float32) > 0).astype(np.uint8)
    targets[:1] = 0
    row = _row(
        tokens=len(ids),
        targets=int(targets.sum()),
        bytes=int(byte_lengths[ids.astype(np.int64)][targets > 0].sum()),
        spans=span_rows(found.spans),
        **columns,
    )
    return Piece(ids=ids, targets=targets, row=row)


def span_rows(spans: Sequence[RoleSpan]) -> tuple[SpanRow, ...]:
    """Spans of a renderer as rows."""
    return tuple(
        SpanRow(role=s.role, start=s.start, end=s.end, flags=s.flags, weight=s.weight)
        for s in spans
    )


_PLAIN: Mapping[str, Any] = {
    "group_size": 1, "member": 0, "lang": "", "weight": 1.0, "spans": (), "role": "",
    "doc_id": "", "start": 0, "end": 0, "continued": False, "payload": JsonText(""),
    "sources": JsonText("[]"),
}  # fmt: skip


def _row(**columns: Any) -> PieceRow:
    return PieceRow(**{**_PLAIN, **columns})


def batched(docs: Iterator[Text], characters: int = 1 << 20) -> Iterator[list[Text]]:
    """Documents in batches of about so many characters, for the encoder's threads."""
    batch: list[Text] = []
    size = 0
    for doc in docs:
        batch.append(doc)
        size += len(doc.text)
        if size >= characters:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
