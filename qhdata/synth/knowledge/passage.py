"""A passage: a synthetic document with the characters that each of its numbers comes from."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from qhdata.factstore.rows import StoredDocument
from qhdata.records import Document, Source
from qhdata.synth.grid import Grid, latest
from qhdata.synth.made import Made


def passage(generator: str, grid: Grid, text: str, sources: Sequence[Source]) -> Made:
    """A passage about one grid, as a document of the same filing."""
    return passage_of(generator, grid.document, text, sources)


def passage_of(
    generator: str, origin: StoredDocument, text: str, sources: Sequence[Source]
) -> Made:
    """A passage about a document, as another document of its filing."""
    digest = sha256(text.encode()).hexdigest()
    document = Document(
        doc_id=f"synth:{digest[:16]}",
        filing_id=origin.filing_id,
        file_id=origin.doc_id,
        source="synth",
        source_path=generator,
        doc_type="knowledge",
        lang="zh" if origin.lang == "zh" else "en",
        title=origin.filer,
        text=text,
        text_sha256=digest,
        extractor=generator,
        n_chars=len(text),
        public_at=latest(sources),
    )
    return Made(documents=(document,), sources=tuple(sources), prompt=text)
