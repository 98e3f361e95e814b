"""From a token back to where it comes from: piece, span, document, characters, source filing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from qhdata.chat import Tokenizer
from qhdata.errors import UserError
from qhdata.shards.layout import ShardSet


@dataclass(frozen=True, slots=True)
class Traced:
    """Where one token stands."""

    example_id: str
    piece: int
    token: int
    text: str
    """The token's own characters."""
    target: bool
    role: str
    """Who wrote it; empty in plain documents."""
    flags: tuple[str, ...]
    doc_id: str
    start: int
    end: int
    """Characters of the document's rendered text; -1 where the piece is a conversation."""
    sources: tuple[dict[str, Any], ...]
    """Provenance of a synthetic row: documents and their characters."""


def trace(shard: ShardSet, piece: int, token: int, tokenizer: Tokenizer) -> Traced:
    """Token `token` of piece `piece`. Raises UserError where there is none."""
    if not 0 <= piece < len(shard) or not 0 <= token < int(shard.lengths[piece]):
        raise UserError(
            what=f"there is no token {token} of piece {piece}",
            where=str(shard.path),
            mend=f"{len(shard)} pieces",
        )
    shard.require(tokenizer.digest)
    row = shard.row(piece)
    ids = [int(i) for i in shard.ids(piece)]
    start = end = -1
    if row.doc_id:
        table = tokenizer.bytes_of
        before = sum(_begun(table[i]) for i in ids[:token])
        own = 0 if ids[token] == tokenizer.eos else _begun(table[ids[token]])
        start, end = row.start + before, row.start + before + own
    spans = [s for s in row.spans if s.start <= token < s.end]
    return Traced(
        example_id=row.example_id,
        piece=piece,
        token=token,
        text=tokenizer.decode([ids[token]]),
        target=bool(shard.targets(piece)[token]),
        role=spans[0].role if spans else "",
        flags=spans[0].flags if spans else (),
        doc_id=row.doc_id,
        start=start,
        end=end,
        sources=tuple(json.loads(row.sources)),
    )


def pieces_of(shard: ShardSet, unit: str) -> list[int]:
    """Pieces of a document, example, pair or task, by its id."""
    names, docs = shard.column("example_id"), shard.column("doc_id")
    return [i for i in range(len(shard)) if unit in (names[i], docs[i])]


def _begun(data: bytes) -> int:
    """Characters that begin in these bytes."""
    return sum((b & 0xC0) != 0x80 for b in data)
