"""The files that a part of a name means: the end of a path, a path on this disk, an accession.

Nobody types `sec/html_2020s/aapl/10q/aapl-20250329.htm` whole. The plan has a row for each file
that ever came in, so its two short columns are compared in Arrow, a million in tens of
milliseconds; no text is read. Where nothing matches, the names most like it are said.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.find import rows_with, short_columns
from pipelines.places import beside, chunks_with, same
from qhdata.artifact import Artifact
from qhdata.readers.pieces import PIECE_END, file_of

ACCESSION = re.compile(r"(\d{10})-?(\d{2})-?(\d{6})")
LIKE = 3
"""Near misses that are named."""
COMPARED = 2000
"""Names that are compared letter by letter for near misses: some 20 ms."""
MANY = 200_000
"""Files of a corpus, beyond which not all names are compared."""
NAMED = 200
"""Characters of a row's own name that its path keeps."""
SHORTEST = 3
"""Letters that a near miss shares at least."""


def accession(text: str) -> str | None:
    """`0000320193-25-000057` however it is written; None for anything else."""
    found = ACCESSION.fullmatch(text.strip())
    return "-".join(found.groups()) if found else None


def files_like(corpus: Artifact, text: str) -> list[tuple[str, str]]:
    """(file_id, chunk), in the plan's order: of this id or path; else whose path ends in the text
    at a name's border, that lie there on this disk, or whose path has the accession.
    """
    name = file_of(text.strip().rstrip("/")).rpartition("/")[2]
    chunks = chunks_with(corpus, [n for n in (text, name, accession(text)) if n])
    plan = short_columns(corpus, "plan", "file_id", "path", chunks=chunks)
    if not plan.num_rows:
        return []
    ids, paths, chunks = plan["file_id"], plan["path"], plan["chunk"]

    def of(hits: pa.ChunkedArray) -> list[tuple[str, str]]:
        names, where = ids.filter(hits).to_pylist(), chunks.filter(hits).to_pylist()
        return list(zip(names, where, strict=True))

    exact = of(pc.or_(same(ids, text), same(paths, text)))
    if exact:
        return exact
    end = text.strip().removeprefix("./").lstrip("/")
    if not end:
        return []
    known = accession(text)
    if known is not None:
        either = f"{re.escape(known)}|{known.replace('-', '')}"
        hits = pc.match_substring_regex(ids, f"(^|[^0-9])({either})($|[^0-9])")
        return of(hits)
    files = pc.replace_substring_regex(ids, PIECE_END, "")  # of which a row may be a piece
    hits = pc.or_(
        pc.or_(same(ids, end), pc.ends_with(ids, f"/{end}")),
        pc.or_(same(files, end), pc.ends_with(files, f"/{end}")),
    )
    found = of(hits)
    if found or not os.path.exists(text.partition("!/")[0]):  # pathlib's raises for long names
        return found
    name = "/" + end.rpartition("/")[2]
    paths = pc.replace_substring_regex(paths, PIECE_END, "")
    alike = pc.ends_with(paths, name)
    wanted = _resolved(text)
    rows = zip(of(alike), paths.filter(alike).to_pylist(), strict=True)
    return [found for found, path in rows if _resolved(path) == wanted]


def rows_like(
    corpus: Artifact, text: str, columns: Sequence[str]
) -> tuple[list[tuple[str, dict[str, Any]]], list[str]]:
    """Of `news.jsonl#n-7`, a row of a file by what it calls itself: (chunk, document), and why rows
    of that name were left out.
    """
    documents: list[tuple[str, dict[str, Any]]] = []
    left: list[str] = []
    for mark in re.finditer("#", text):
        name = " ".join(text[mark.end() :].split())[:NAMED]
        for file_id, chunk in files_like(corpus, text[: mark.start()]) if name else ():
            own = rows_with(corpus, "documents", "file_id", file_id, columns, 10**6, chunk)
            documents += [(chunk, d) for d in own if d["source_path"].endswith(f"#{name}")]
            ids = {d["doc_id"] for d in own}
            notes = short_columns(corpus, "extraction", "doc_id", "notes", chunks=[chunk])
            for row in notes.to_pylist():
                if row["doc_id"] in ids and '"skipped"' in (row["notes"] or ""):
                    skipped = json.loads(row["notes"]).get("skipped", ())
                    left += [f"{file_id}: {s['reason']}" for s in skipped if s["name"] == name]
    return documents, left


def near(corpora: Iterable[Artifact], text: str) -> list[str]:
    """Names of files and accessions that are most like the text, the likest first."""
    name = text.strip().rstrip("/").rpartition("/")[2]
    if len(name) < SHORTEST:
        return []
    found: dict[str, None] = {}
    for corpus in corpora:
        if corpus.part("plan").rows > MANY:  # those that begin like it, and no others
            found.update(dict.fromkeys((beside(corpus, text) or []) + (beside(corpus, name) or [])))
        for part, names in (("plan", ("file_id", "path")), ("filings", ("filing_id", "accession"))):
            if corpus.part(part).rows > MANY:
                continue
            table = short_columns(corpus, part, *names)
            if not table.num_rows:
                continue
            ids = table[names[0]]
            ends = pc.utf8_lower(pc.replace_substring_regex(ids, r"^.*/", ""))
            for piece in (name, name[: len(name) // 2], name[-len(name) // 2 :], name[:SHORTEST]):
                if len(piece) >= SHORTEST:
                    hits = ids.filter(pc.match_substring(ends, piece.lower()))
                    found.update(dict.fromkeys(hits.slice(0, COMPARED).to_pylist()))
    lower = {s.lower(): s for s in (i.rpartition("/")[2] for i in list(found)[:COMPARED])}
    holds = [s for s in lower if name.lower() in s]
    likest = get_close_matches(name.lower(), list(lower), LIKE, cutoff=0.6)
    return [lower[s] for s in dict.fromkeys([*holds, *likest])][:LIKE]


def quarantined_of(
    corpus: Artifact, filing_id: str, chunk: str | None = None
) -> list[dict[str, Any]]:
    """Quarantined documents of a filing: their ids begin with its accession."""
    chunks = chunks_with(corpus, [filing_id])
    units = short_columns(corpus, "quarantine", "unit_id", chunks=chunks)
    if not units.num_rows:
        return []
    own = units.filter(pc.starts_with(units["unit_id"], f"{filing_id}:")).to_pylist()
    found = []
    for unit, at in dict.fromkeys((row["unit_id"], row["chunk"]) for row in own):
        if chunk in (None, at):
            found += rows_with(corpus, "quarantine", "unit_id", unit, chunk=at)
    return found


def _resolved(path: str) -> str:
    outer, mark, inner = path.partition("!/")
    return f"{Path(outer).resolve()}{mark}{inner}"
