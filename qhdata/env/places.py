"""Places: what the writing of tasks reads of a world again and again, read once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from qhdata.env.pick import Filer
from qhdata.env.world import SeenFact, World
from qhdata.records import Source

FILERS = 64
"""Filers that are kept in memory: generators walk over them at one pace."""


class Places:
    """What all generators read of the world, read once: filers at a moment, places of facts."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.known: dict[str, Mapping[str, Any]] = {}
        self.filers: OrderedDict[tuple[str, str], Filer] = OrderedDict()

    def filer(self, filer_id: str, as_of: str) -> Filer:
        """A filer's values at a moment."""
        key = (filer_id, as_of)
        if key not in self.filers:
            self.filers[key] = Filer(self.world.at(as_of), filer_id)
            if len(self.filers) > FILERS:
                self.filers.popitem(last=False)
        self.filers.move_to_end(key)
        return self.filers[key]

    def document(self, doc_id: str) -> Mapping[str, Any]:
        """What is known of a document, its filing's license with it."""
        if doc_id not in self.known:
            found = dict(self.world.document(doc_id) or {})
            rows = self.world.rows(
                "SELECT license FROM seen_filings WHERE filing_id = ?", (found["filing_id"],)
            )
            found["license"] = rows[0][0] if rows else ""
            self.known[doc_id] = found
        return self.known[doc_id]

    def license(self, doc_id: str) -> str:
        """License of a document's filing."""
        return str(self.document(doc_id)["license"])

    def source(self, doc_id: str, fact: SeenFact) -> Source:
        """The characters of a document that show a fact."""
        document, start = self.document(doc_id), fact.start or 0
        return Source(
            corpus_digest=self.world.corpus_digest,
            doc_id=doc_id,
            text_sha256=document["text_sha256"],
            extractor=document["extractor"],
            start=start,
            end=start + len(fact.quote),
            quote=fact.quote,
            fact_id=fact.fact_id,
            public_at=fact.public_at,
        )
