"""Texts out of whatever lies there: JSON lines, Parquet, WARC, HTML, plain text, folders, a corpus.

A row or file is one document unless the row names another (`document`, `doc_id`, `url`): passages
of one document must not stand on both sides of a split. What has no text is left out and counted;
a row of a web crawl must not stop the rest.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from qhdata.artifact import Artifact
from qhdata.classifier.web import main_text, warc_pages
from qhdata.errors import UserError
from qhdata.manifest import MANIFEST
from qhdata.readers.sniff import HEAD, sniff
from qhdata.readers.text_rows import TEXTS, text_of
from qhdata.render import kept_ids, read_edits, render

DOCUMENTS = ("document", "doc_id", "url", "id")
"""Names of the document that a row is of, the first that is there."""
MOST_BYTES = 64 << 20
"""Of one file that is one text; larger ones are left out."""
_LINES = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")
_CRAWLS = (".warc", ".warc.gz", ".wet", ".wet.gz", ".warc.wet.gz")


@dataclass(frozen=True, slots=True)
class PoolText:
    """One text, with where it lies."""

    name: str
    """The file, with the row in it."""
    document: str
    """What it is of: texts of one document stay together."""
    text: str
    url: str = ""


def read_texts(paths: Sequence[Path], skipped: Counter[str]) -> Iterator[PoolText]:
    """Every text of these paths, in order; what is left out is counted in `skipped` by reason.

    Raises UserError for a path that does not exist and for one that holds no text at all,
    MissingExtra for a WARC file where nothing here reads one.
    """
    for path in paths:
        if not path.exists():
            raise UserError(what="no such file or folder", where=str(path), mend="check the path")
        some = False
        for found in _of_path(path, skipped):
            if not found.text.strip():
                skipped["no_text"] += 1
                continue
            some = True
            yield found
        if not some:
            left_out = ", ".join(f"{reason} {n}" for reason, n in sorted(skipped.items()))
            raise UserError(
                what="holds no text" + (f" (left out: {left_out})" if left_out else ""),
                where=str(path),
                mend="give JSON lines or Parquet with a column text, WARC, HTML, text or a corpus",
            )


def _of_path(path: Path, skipped: Counter[str]) -> Iterator[PoolText]:
    if path.is_file():
        yield from _of_file(path, path.name, skipped)
    elif (path / MANIFEST).exists():
        yield from _of_corpus(path)
    else:
        for file in sorted(path.rglob("*")):
            relative = file.relative_to(path)
            if file.is_file() and not any(part.startswith(".") for part in relative.parts):
                yield from _of_file(file, str(relative), skipped)


def _of_file(path: Path, name: str, skipped: Counter[str]) -> Iterator[PoolText]:
    lower = path.name.lower()
    if lower.endswith(_CRAWLS):
        for page in warc_pages(path):
            text = page.text if page.plain else main_text(page.text)
            where = page.url or f"{name}#{page.number}"
            yield PoolText(f"{name}#{page.number}", where, text, page.url)
    elif lower.endswith(".parquet"):
        yield from _of_rows(_parquet_rows(path), name, skipped)
    elif lower.endswith(_LINES):
        yield from _of_rows(_json_rows(path), name, skipped)
    else:
        yield from _of_page(path, name, skipped)


def _of_page(path: Path, name: str, skipped: Counter[str]) -> Iterator[PoolText]:
    """A file that is one text: HTML or plain, gzip around it."""
    try:
        with path.open("rb") as handle:
            data = handle.read(MOST_BYTES + 1)
        if data.startswith(b"\x1f\x8b"):
            with gzip.open(path) as packed:
                data = packed.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error):
        skipped["unreadable"] += 1
        return
    if len(data) > MOST_BYTES:
        skipped["too_large"] += 1
        return
    kind = sniff(data[:HEAD])
    if kind == "html":
        yield PoolText(name, name, main_text(decoded(data)))
    elif kind == "text":
        yield PoolText(name, name, decoded(data))
    else:
        skipped[kind] += 1


def decoded(data: bytes) -> str:
    """Text of bytes: UTF-8, UTF-16 where a mark says so, else cp1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _of_rows(
    rows: Iterable[Mapping[str, Any] | None], name: str, skipped: Counter[str]
) -> Iterator[PoolText]:
    for n, row in enumerate(rows, 1):
        if row is None:
            skipped["not_json"] += 1
            continue
        text = text_of(row)
        where = f"{name}#{n}"
        document = next((str(row[k]) for k in DOCUMENTS if row.get(k)), where)
        url = row.get("url")
        yield PoolText(where, document, text, url if isinstance(url, str) else "")


def _json_rows(path: Path) -> Iterator[dict[str, Any] | None]:
    opener: Any = gzip.open if path.name.lower().endswith(".gz") else open
    try:
        with opener(path, "rb") as handle:
            for line in handle:
                if line.strip():
                    yield _object(line)
    except (OSError, EOFError, zlib.error) as error:
        raise UserError(
            what=f"breaks off: {error}", where=str(path), mend="fetch it again"
        ) from None


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None


def _parquet_rows(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with pq.ParquetFile(path) as file:
            known = set(file.schema_arrow.names)
            columns = [c for c in (*TEXTS, *DOCUMENTS) if c in known]
            if not known & set(TEXTS):
                raise UserError(
                    what=f"has no column {' or '.join(TEXTS)}",
                    where=str(path),
                    mend=f"it has: {', '.join(sorted(known)[:12])}",
                )
            for batch in file.iter_batches(batch_size=64, columns=columns):
                yield from batch.to_pylist()
    except (OSError, pa.ArrowException) as error:
        what = f"is no Parquet file: {str(error).splitlines()[0][:120]}"
        raise UserError(what=what, where=str(path), mend="write it again") from None


def _of_corpus(path: Path) -> Iterator[PoolText]:
    """Documents of a corpus that select kept, as they are trained on."""
    corpus = Artifact.open(path, "corpus")
    kept = kept_ids(corpus) if corpus.part("decisions/select").rows else None
    edits = read_edits(corpus)
    for _, batch in corpus.batches("documents", ["doc_id", "text"], max_rows=32):
        for row in batch.to_pylist():
            doc_id, text = row["doc_id"], row["text"]
            if (kept is None or doc_id in kept) and text:
                own = edits.get(doc_id)
                yield PoolText(doc_id, doc_id, render(text, own).text if own else text)
