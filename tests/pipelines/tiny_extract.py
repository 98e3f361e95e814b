"""An extraction of plain text files, one document each: enough to run the whole corpus chain.

The first lines of a file may say `filer:`, `form:`, `period:` and `public:`; a file that holds
`BROKEN` cannot be read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pyarrow as pa

from qhdata.errors import RowError
from qhdata.recipe import Settings
from qhdata.records import Document, Filer, Filing, Rows, arrow_schema, to_batch
from qhdata.step import Work


@dataclass(frozen=True, kw_only=True)
class TinyExtract(Settings):
    name: ClassVar[str] = "extract"
    version: ClassVar[int] = 1
    reads: ClassVar[str] = "plan"
    unit: ClassVar[str] = "file_id"

    @property
    def writes(self) -> Mapping[str, pa.Schema]:
        return {"documents": arrow_schema(Document), "filings": arrow_schema(Filing)}

    def open(self) -> Work:
        def work(rows: Rows) -> Mapping[str, Rows]:
            done = [one(row) for row in rows.to_pylist() if row["same_as"] is None]
            return {
                "documents": to_batch(Document, [d for d, _ in done]),
                "filings": to_batch(Filing, [f for _, f in done]),
            }

        return work


def one(file: dict[str, str]) -> tuple[Document, Filing]:
    text = Path(file["path"]).read_text(encoding="utf-8")
    if "BROKEN" in text:
        raise RowError("broken", f"{file['source_path']} is torn")
    head: dict[str, str] = {}
    while text.split(":", 1)[0] in ("filer", "form", "period", "public"):
        line, _, text = text.partition("\n")
        name, _, value = line.partition(":")
        head[name] = value.strip()
    digest = hashlib.sha256(text.encode()).hexdigest()
    doc_id = f"{file['source']}:{hashlib.sha256(file['source_path'].encode()).hexdigest()[:16]}"
    document = Document(
        doc_id=doc_id, filing_id=doc_id, file_id=file["file_id"], source=file["source"],
        source_path=file["source_path"], doc_type=head.get("form", ""), lang="en",
        title=file["source_path"], text=text, text_sha256=digest, extractor="tiny@1",
        n_chars=len(text), public_at=head.get("public"),
    )  # fmt: skip
    filers = (Filer(filer_id=head["filer"], name=head["filer"]),) if "filer" in head else ()
    filing = Filing(
        filing_id=doc_id, accession=None, form=head.get("form"), filers=filers,
        period_end=head.get("period"), fiscal_year=None, filed_at=None, accepted_at=None,
        public_at=head.get("public"), public_at_basis="unknown", sic=None, amends=None,
        license="", source_url=None,
    )  # fmt: skip
    return document, filing
