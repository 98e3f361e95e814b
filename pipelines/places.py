"""Which chunk of a corpus has an id: `_places`, one sorted file, so that one row group is read.

Written at the end of a build and never trusted further than the rows that it was made of: it names
their digests, and beside others it is not used. Whoever removes it loses time and nothing else.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from qhdata.artifact import Artifact
from qhdata.durable import open_table, write_table
from qhdata.parts import whole
from qhdata.readers.pieces import PIECE_END

NAME = "_places"
PARTS = ("documents", "filings", "plan", "quarantine")
NEAR = 500
"""Ids on each side of where a text would stand."""
GROUP = 16_384
"""Rows of a group: one is read for an id, and a million ids have some hundred."""
NUMBER = r"(?:^|[^0-9])(?P<a>\d{10})-?(?P<b>\d{2})-?(?P<c>\d{6})(?:$|[^0-9])"
"""An accession in a path, however it is written."""


def write_places(corpus: Artifact) -> None:
    """Write the file, where there is none of these rows."""
    made = _made_of(corpus)
    path = corpus.path / NAME
    if path.exists() and _read_made(path) == made:
        return
    by_chunk: dict[str, list[pa.Array]] = {}
    for part in PARTS:
        for chunk, ids in _ids(corpus, part):
            by_chunk.setdefault(chunk, []).append(ids)
    # What repeats in a chunk goes first: sorting is what costs.
    tables = [_placed(ids, chunk) for chunk, ids in by_chunk.items()]
    if not tables:
        return
    table = pa.concat_tables(tables)
    table = table.take(pc.sort_indices(table["id"]))
    table = table.replace_schema_metadata({"made_of": json.dumps(made)})
    write_table(path, table, rows=GROUP)


def chunks_with(corpus: Artifact, ids: Sequence[str]) -> list[str] | None:
    """Chunks in which a row has one of these ids; None where nothing is known of these rows.

    Ids are those of documents, filings, files and quarantined rows, accessions with dashes, and
    names of files without their folders.
    """
    path = corpus.path / NAME
    try:
        if _read_made(path) != _made_of(corpus):
            return None
        found: dict[str, None] = {}
        with open_table(path) as reader:
            for wanted in ids:
                for group in groups_with(reader, "id", wanted):
                    table = reader.read_row_group(group)
                    own = table.filter(same(table["id"], wanted))
                    found.update(dict.fromkeys(own["chunk"].to_pylist()))
        return sorted(found)
    except (OSError, pa.ArrowException, KeyError):
        return None


def same(ids: pa.ChunkedArray, value: str) -> pa.ChunkedArray:
    """Which ids are the value. By a pattern, which is an option: of a value as an argument Arrow
    asks pandas what it is, and to import that takes half a second where it is installed.
    """
    quoted = value.replace("\\E", "\\E\\\\E\\Q")
    return pc.match_substring_regex(ids, f"\\A\\Q{quoted}\\E\\z")


def groups_with(reader: pq.ParquetFile, column: str, value: str) -> list[int]:
    """Row groups whose least and greatest value do not rule a value out."""
    metadata = reader.metadata
    at = reader.schema_arrow.get_field_index(column)
    place = next(
        (i for i in range(metadata.num_columns) if metadata.schema.column(i).path == column), at
    )
    found = []
    for group in range(metadata.num_row_groups):
        statistics = metadata.row_group(group).column(place).statistics
        if (
            statistics is None
            or not statistics.has_min_max
            or str(statistics.min) <= value <= str(statistics.max)
        ):
            found.append(group)
    return found


def beside(corpus: Artifact, text: str) -> list[str] | None:
    """Ids that stand about where a text would; None where nothing is known of these rows."""
    path = corpus.path / NAME
    if _read_made(path) != _made_of(corpus):
        return None
    found: list[str] = []
    with open_table(path) as reader:
        last = reader.metadata.num_row_groups - 1
        lows = [reader.metadata.row_group(g).column(0).statistics.min for g in range(last + 1)]
        group = max(0, bisect_right([str(low) for low in lows], text) - 1)
        ids = reader.read_row_group(group, columns=["id"])["id"].to_pylist()
        at = bisect_right(ids, text)
        found += ids[max(0, at - NEAR) : at + NEAR]
    return found


def _ids(corpus: Artifact, part: str) -> Iterator[tuple[str, pa.Array]]:
    """(chunk, ids) of a part."""
    columns = {
        "documents": ("doc_id", "filing_id"),
        "filings": ("filing_id", "accession"),
        "plan": ("file_id",),
        "quarantine": ("unit_id",),
    }[part]
    for file in corpus.part(part).files:
        with whole(corpus.path / file.path), open_table(corpus.path / file.path) as reader:
            rows = reader.read(columns=list(columns))
        for name in columns:
            ids = rows[name].cast(pa.large_string()).combine_chunks()
            yield file.chunk, ids
            if name == "file_id":
                files = pc.replace_substring_regex(ids, PIECE_END, "")
                yield file.chunk, pc.replace_substring_regex(files, r"^.*/", "")
            if name in ("file_id", "doc_id"):
                found = pc.extract_regex(ids, NUMBER)
                dashed = [pc.struct_field(found, n) for n in range(3)]
                dash = pa.scalar("-", pa.large_string())
                yield file.chunk, pc.binary_join_element_wise(*dashed, dash)
            if name == "unit_id":  # of a document that an error stopped: its filing
                yield file.chunk, pc.replace_substring_regex(ids, r":[^:]*$", "")


def _placed(ids: Sequence[pa.Array], chunk: str) -> pa.Table:
    known = pa.chunked_array([array.drop_null() for array in ids], pa.large_string()).unique()
    return pa.table({"id": known, "chunk": pa.repeat(pa.scalar(chunk), len(known))})


def _made_of(corpus: Artifact) -> dict[str, str]:
    return {part: f"{corpus.digest(part)} {corpus.part(part).rows}" for part in PARTS}


def _read_made(path: object) -> object:
    try:
        found = pq.read_schema(path).metadata or {}
        return json.loads(found.get(b"made_of", b"null"))
    except (OSError, ValueError, pa.ArrowException):
        return None
