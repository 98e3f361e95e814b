"""Where a row came from, and why it was kept or dropped: `qhdata explain ID PATH...`.

An id is looked for as it is; where none is the same, the end of a path or an accession will do,
and each file that it means is answered for, up to a bound.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from pipelines.find import artifacts, first, hits, placed, rows_with, short_columns
from pipelines.match import accession, files_like, near, quarantined_of, rows_like
from pipelines.places import chunks_with, same
from qhdata.artifact import Artifact
from qhdata.errors import UserError

SPANS = {"sections": "section_id", "tables": "table_id", "facts": "fact_id"}
MADE = {  # part of a synth set, shards or rollouts -> the columns that name a row
    "examples": ("example_id",),
    "tasks": ("task_id", "problem_id"),
    "pairs": ("pair_id",),
    "trajectories": ("trajectory_id", "task_id"),
    "pieces": ("example_id", "doc_id"),
}
ABOUT = ("doc_id", "filing_id", "file_id", "source", "source_path", "doc_type", "title",
         "extractor", "n_chars", "public_at")  # fmt: skip
QUOTE = 160
MOST = 8
"""Files, or documents of a filing, that are told of one by one; the rest is counted."""


def explain(
    id: Annotated[str, Parameter(help="Of any row; for a file the end of its path will do.")],
    *path: Annotated[Path, Parameter(help="A run, corpus, synth set or shards.")],
) -> None:
    """Where a row came from, and why it was kept or dropped."""
    for line in story(id, path):
        print(line)


def story(unit: str, paths: Sequence[Path]) -> list[str]:
    """The lines that explain an id. Raises UserError where nothing has it."""
    if not paths or not unit.strip():
        what = "no id was given" if paths else "no path was given"
        raise UserError(what=what, where="explain", mend="explain ID PATH...")
    # Bytes of a name that are no UTF-8 stand in the plan as they are printed: `\\xff`.
    unit = unit.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    found = artifacts(paths)
    corpora = [a for a in found if a.kind == "corpus"]
    lines: list[str] = []
    for artifact in found:
        own = list(_in_corpus(unit, artifact)) if artifact.kind == "corpus" else []
        own += _made(unit, artifact, corpora)
        own += _fate(unit, artifact) if artifact.kind != "corpus" else []
        if own:
            lines += [f"{artifact.where} ({artifact.kind})", *(f"  {line}" for line in own)]
    if not lines:
        like = near(corpora, unit)
        mend = "give an id, the end of a file's path, or an accession"
        mend = f"like it: {', '.join(like)}" if like else mend
        for corpus in corpora:  # what was left out by its date has no row there, on purpose
            notes = corpus.manifest.get("notes", {})
            if left := notes.get("left_out"):
                counts = ", ".join(f"{why} {n:,}" for why, n in left.items())
                mend += f"; {corpus.path} stands at {notes['as_of']} and left out: {counts}"
        raise UserError(
            what=f"no row has the id {unit!r}",
            where=", ".join(map(str, paths)),
            mend=mend,
        )
    return lines


# ------------------------------------------------------------------------- a corpus


def _in_corpus(unit: str, corpus: Artifact) -> Iterator[str]:
    named = "." in unit and ":" not in unit and not accession(unit)  # then the cheapest way first
    files = files_like(corpus, unit) if named else []
    if not files:
        lines = list(_document_or_part(unit, corpus)) or list(_filing_of(unit, corpus))
        if lines:
            yield from lines
            return
        files = files_like(corpus, unit)
    if not files:
        rows, left = rows_like(corpus, unit, ABOUT)
        for chunk, document in rows[:MOST]:
            yield from _document(document, corpus, chunk, short=len(rows) > 1)
        if len(rows) > MOST:
            yield f"and {len(rows) - MOST:,} more documents: give the id of one"
        yield from (f"left out of {why}" for why in left[:MOST])
        yield from _fate(unit, corpus)
        return
    for file_id, chunk in files[:MOST]:
        yield from _file(file_id, corpus, chunk, short=len(files) > 1)
    if len(files) > MOST:
        yield f"and {len(files) - MOST:,} more files: give more of the path"


def _document_or_part(unit: str, corpus: Artifact) -> Iterator[str]:
    """A document, or a section, table or fact: their ids begin with the document's."""
    ids = {unit, unit.partition("#")[0], unit.rpartition("/")[0]}
    found = placed(corpus, "documents", "doc_id", sorted(ids - {""}), ABOUT, most=len(ids))
    for chunk, document in found:
        if document["doc_id"] == unit:
            yield from _document(document, corpus, chunk)
            return
    for chunk, _ in found:
        for part, column in SPANS.items():
            row = first(corpus, part, column, unit, chunk=chunk)
            if row is not None:
                yield from _span(part, row, corpus, chunk)
                return


def _filing_of(unit: str, corpus: Artifact) -> Iterator[str]:
    """A filing by its id or accession."""
    known = accession(unit) or unit
    chunks = chunks_with(corpus, [known])
    filings = short_columns(corpus, "filings", "filing_id", "accession", chunks=chunks)
    for name in ("filing_id", "accession"):
        if filings.num_rows:
            for row in filings.filter(same(filings[name], known)).slice(0, 1).to_pylist():
                where = row["chunk"]
                yield from _lodged(first(corpus, "filings", name, known, chunk=where), corpus)
                return


def _lodged(filing: dict[str, Any], corpus: Artifact) -> Iterator[str]:
    """A filing, its documents, and those of it that an error stopped."""
    yield from _filing(filing)
    documents = placed(corpus, "documents", "filing_id", filing["filing_id"], ABOUT, most=10**6)
    for chunk, document in documents[:MOST]:
        yield from _document(document, corpus, chunk, short=True)
    if len(documents) > MOST:
        yield f"and {len(documents) - MOST:,} more documents: give the id of one"
    for row in quarantined_of(corpus, filing["filing_id"]):
        yield f"document {row['unit_id']}: {_stopped(row)}"


def _document(
    document: dict[str, Any], corpus: Artifact, chunk: str, short: bool = False
) -> Iterator[str]:
    doc_id = document["doc_id"]
    kind = document["doc_type"] or "document"
    length = f"{document['n_chars']:,} characters"
    yield f"document {doc_id}: {kind} {document['title'][:80]!r}, {length}"
    if short:
        yield from _fate(doc_id, corpus, chunk)
        return

    def own(part: str, *columns: str, most: int = 10**6) -> list[dict[str, Any]]:
        return rows_with(corpus, part, "doc_id", doc_id, columns or None, most, chunk)

    filing = first(corpus, "filings", "filing_id", document["filing_id"], chunk=chunk)
    if filing is not None:
        yield from _filing(filing)
    file = first(corpus, "plan", "file_id", document["file_id"], chunk=chunk)
    where = f", {file['path']}, sha256 {file['sha256'][:16]}" if file else ""
    yield f"from file {document['source']}/{document['source_path']}{where}"
    counts = [f"{len(rows):,} {part}" for part in SPANS if (rows := own(part, "doc_id"))]
    yield f"extracted by {document['extractor']}: {', '.join(counts) or 'text only'}"
    sums = own("calculations", "holds")
    if sums:
        yield f"calculations: {sum(row['holds'] for row in sums):,} of {len(sums):,} sums hold"
    for split in own("doc_splits", most=1):
        yield f"split {split['split']} (by {split['rule']}, filer {split['filer_id'] or 'unknown'})"
    for part in corpus.manifest["parts"]:
        if part.startswith("tags/"):
            tags = [t for t in own(part, most=1000) if t["start"] is None]
            words = ", ".join(f"{t['label']} {t['score']:g}" for t in tags)
            if words:
                yield f"tagged by {part.removeprefix('tags/')}: {words}"
    for row in own("clusters"):
        yield (
            f"cluster {row['cluster_id']}: {row['reason']}"
            + (f" of {row['matched_id']}" if row["matched_id"] else "")
            + f", Jaccard {row['similarity']:g}"
        )
    for row in own("amendments"):
        yield f"amends {row['supersedes']}: {', '.join(row['sections']) or 'no section found'}"
    edits = sorted(own("edits"), key=lambda row: (row["start"], row["end"]))
    for row in edits[:MOST]:
        yield f"edited by {row['step']} at [{row['start']}, {row['end']}): {row['reason']}"
    if len(edits) > MOST:
        counts = Counter(row["reason"] for row in edits)
        by = ", ".join(f"{why} {n:,}" for why, n in sorted(counts.items()))
        yield f"and {len(edits) - MOST:,} more edits; in all {by}"
    yield from _fate(doc_id, corpus, chunk)


def _filing(filing: dict[str, Any]) -> Iterator[str]:
    filers = ", ".join(f"{f['name']} ({f['filer_id']})" for f in filing["filers"] or [])
    public = filing["public_at"] or "unknown"
    yield (
        f"filing {filing['filing_id']}: {filing['form'] or 'form unknown'} of {filers or 'unknown'}"
        f", period {filing['period_end'] or 'unknown'}, public {public} "
        f"({filing['public_at_basis']})"
    )


def _file(file_id: str, corpus: Artifact, chunk: str, short: bool) -> Iterator[str]:
    file = first(corpus, "plan", "file_id", file_id, chunk=chunk)
    yield f"file {file_id}: {file['bytes']:,} bytes, {file['path']}"
    if file["same_as"]:
        yield f"same bytes as {file['same_as']}, read once: explain that"
    row = first(corpus, "files", "file_id", file_id, chunk=chunk)
    if row is not None and not file["same_as"]:
        yield f"{row['outcome']}: {len(row['doc_ids'])} documents"
    yield from _fate(file_id, corpus, chunk)
    documents = rows_with(corpus, "documents", "file_id", file_id, ABOUT, 10**6, chunk)
    short = short or len(documents) > 1
    for document in documents[:MOST]:
        yield from _document(document, corpus, chunk, short=short)
    if len(documents) > MOST:
        yield f"and {len(documents) - MOST:,} more documents: give the id of one"
    for filing in sorted({d["filing_id"] for d in documents}):
        for stopped in quarantined_of(corpus, filing, chunk):
            yield f"document {stopped['unit_id']}: {_stopped(stopped)}"


def _span(part: str, row: dict[str, Any], corpus: Artifact, chunk: str) -> Iterator[str]:
    noun = part.removesuffix("s")
    name = row[SPANS[part]]
    if part == "facts":
        value = row["value"] if row["value"] is not None else (row["text"] or "")[:QUOTE]
        period = f"{row['period_start'] or ''}..{row['period_end'] or ''}".strip(".")
        yield f"fact {name}: {row['concept']} = {value} {row['unit'] or ''}, {period}".rstrip()
    else:
        yield f"{noun} {name}: {row.get('title') or row.get('key') or ''}"
    document = first(corpus, "documents", "doc_id", row["doc_id"], *ABOUT, "text", chunk=chunk)
    if document is None:
        return
    if row["start"] is None:
        why = "hidden in the filing" if document["text"] else "from a file of facts alone"
        yield f"{why}: no characters show it"
    else:
        quote = document["text"][row["start"] : row["end"]]
        yield f"characters [{row['start']}, {row['end']}) of the text: {_shown(quote)}"
    if row.get("source_ref"):
        yield f"in the original at {row['source_ref']}"
    yield from _document(document, corpus, chunk)


def _fate(unit: str, artifact: Artifact, chunk: str | None = None) -> Iterator[str]:
    """Decisions and quarantine, by the step that made them."""
    if chunk is None:
        stopped = placed(artifact, "quarantine", "unit_id", unit)
    else:
        stopped = hits(artifact, "quarantine", "unit_id", unit, chunk=chunk)
    for _, row in stopped:
        yield _stopped(row)
    for part in artifact.manifest["parts"]:
        if not part.startswith("decisions/"):
            continue
        for row in rows_with(artifact, part, "unit_id", unit, most=5, chunk=chunk):
            name = part.removeprefix("decisions/")
            if row["outcome"] == "kept":
                yield f"KEPT by {name}: no rule dropped it"
                continue
            score = f", score {row['score']:g}" if row["score"] is not None else ""
            limit = f" against {row['threshold']:g}" if row["threshold"] is not None else ""
            match = f", matched {row['matched_id']}" if row["matched_id"] else ""
            yield f"DROPPED by {name}, {row['rule']}: {row['reason']}{score}{limit}{match}"


def _stopped(row: dict[str, Any]) -> str:
    again = ", a retry may help" if row["retryable"] else ""
    return f"QUARANTINED by {row['step']}: {row['error']}: {row['message']}{again}"


# ------------------------------------------------------------------------- what was made of it


def _made(unit: str, artifact: Artifact, corpora: Sequence[Artifact]) -> Iterator[str]:
    for part, columns in MADE.items():
        for column in columns:
            rows = rows_with(artifact, part, column, unit, most=3)
            for row in rows:
                yield from _made_row(part, column, row, corpora)
                yield from _taught(row.get("task_id") or row.get("example_id"), artifact)
            if rows:
                break


def _made_row(
    part: str, column: str, row: dict[str, Any], corpora: Sequence[Artifact]
) -> Iterator[str]:
    known = ("family", "generator", "seed", "split", "label", "lang", "tokens", "targets", "status")
    words = [f"{k} {row[k]}" for k in known if row.get(k) not in (None, "")]
    noun = "trajectory" if part == "trajectories" else part.removesuffix("s")
    yield f"{noun} {row[column]}: {', '.join(words)}"
    if row.get("program"):
        yield f"program: {row['program']}"
    for gold in row.get("golds") or []:
        shown = " ".join(filter(None, (gold["value"], gold["unit"], f"({gold['kind']})")))
        yield f"gold {gold['slot']}: {shown}"
    sources = row.get("sources") or []
    if isinstance(sources, str):
        sources = json.loads(sources)
    for source in sources[:12]:
        yield from _source(source, corpora)
    if len(sources) > 12:
        yield f"and {len(sources) - 12} more sources"
    if not sources and row.get("doc_id"):
        for corpus in corpora:
            for chunk, document in placed(corpus, "documents", "doc_id", row["doc_id"], ABOUT, 1):
                yield from _document(document, corpus, chunk, short=True)


def _taught(row_id: str | None, artifact: Artifact) -> Iterator[str]:
    """What a language model had to do with it."""
    for row in rows_with(artifact, "taught", "row_id", row_id, most=1) if row_id else ():
        served = f", served as {row['served']}" if row["served"] else ""
        yield (
            f"taught by {row['skill']} from {row['parent_id']} of {row['parent_generator']}: model "
            f"{row['model']}{served}, prompt {row['prompt']}, reply {row['reply']}"
        )


def _source(source: dict[str, Any], corpora: Sequence[Artifact]) -> Iterator[str]:
    doc_id, start, end = source["doc_id"], source["start"], source["end"]
    fact = f", fact {source['fact_id']}" if source.get("fact_id") else ""
    yield f"source {doc_id} [{start}, {end}){fact}: {_shown(source.get('quote') or '')}"
    for corpus in corpora:
        columns = (*ABOUT, "text", "text_sha256")
        found = placed(corpus, "documents", "doc_id", doc_id, columns, 1)
        if not found:
            continue
        chunk, document = found[0]
        same = document["text"][start:end] == source.get("quote")
        verdict = "those characters stand there" if same else "THE TEXT THERE IS ANOTHER"
        yield f"  in {corpus.path}: {verdict}; {document['source']}/{document['source_path']}"
        file = first(corpus, "plan", "file_id", document["file_id"], chunk=chunk)
        if file is not None:
            yield f"  original file {file['path']}, sha256 {file['sha256'][:16]}"
        return


def _shown(text: str) -> str:
    line = " ".join(text.split())
    return repr(line if len(line) <= QUOTE else line[: QUOTE - 1] + "…")
