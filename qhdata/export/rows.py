"""A corpus as rows that others train on: whole documents or chosen sections, decided and edited.

Every row says where it comes from (accession, CIK, form, dates, licence, digest of its text),
stands in the split of its filer, and is cut at paragraph borders where it is longer than allowed.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from qhdata.artifact import Artifact
from qhdata.errors import UserError
from qhdata.extract.items import section_keys
from qhdata.recipe import Settings
from qhdata.records import Edit
from qhdata.render import inside, kept_ids, read_edits, render, tables_of
from qhdata.select import selected
from qhdata.text_style import TextStyle, heading, styled


@dataclass(frozen=True, kw_only=True)
class Choice(Settings):
    """Which rows, and how they look."""

    forms: tuple[str, ...] = ()
    """Document types, such as 10-K; `10-K/A` has to be named; empty: all."""
    sections: tuple[str, ...] = ()
    """Section keys, such as part2.item7, or an item, such as item7; empty: whole documents."""
    years: tuple[int, int] | None = None
    """First and last year, of the fiscal year where known, else of filing."""
    splits: tuple[str, ...] = ("train", "dev", "test")
    """Splits to take."""
    decision: str = "select"
    """Name of the decision that says which documents are kept."""
    style: TextStyle = TextStyle()
    """How tables are written, and whether a line says first whose text it is."""
    present_only: bool = True
    """Leave out sections that only say that they are omitted or incorporated by reference."""
    confidence: float = 0.5
    """Least confidence of a section; less sure ones are left out and counted."""
    max_chars: int = 0
    """Longest text; longer ones are cut where sections begin, else at paragraphs; 0: never cut."""


@dataclass(slots=True)
class Counted:
    """What became of every document."""

    documents: int = 0
    exported: int = 0
    rows: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    """Documents that gave no row, by reason."""
    sections_left_out: Counter[str] = field(default_factory=Counter)
    """Sections of exported documents, by reason."""


def export_rows(corpus: Artifact, choice: Choice, counted: Counted) -> Iterator[dict[str, Any]]:
    """Rows in the corpus' order; `counted` is filled on the way. Raises UserError for a section
    that no form has.
    """
    wanted = _wanted(choice.sections)
    corpus = selected(corpus, choice.decision)
    kept = kept_ids(corpus, choice.decision)
    edits, filings = read_edits(corpus), _filings(corpus)
    restyle = choice.style.needs_tables
    look = replace(choice.style, header=False)  # every piece gets its header, not the first alone
    splits = _column(corpus, "doc_splits", "split")
    sections = _by_document(corpus, "sections") if wanted or choice.max_chars else {}
    for chunk, batch in corpus.batches("documents", max_rows=32):
        rows = batch.to_pylist()
        tables = tables_of(corpus, chunk, {r["doc_id"] for r in rows}) if restyle else {}
        for row in rows:
            counted.documents += 1
            filing = filings.get(row["filing_id"], {})
            year = year_of(filing, row["public_at"])
            split = splits.get(row["doc_id"], "train")
            reason = _why_not(row, choice, kept, year, split)
            if reason:
                counted.left_out[reason] += 1
                continue
            own = styled(
                look, row, filing, tables.get(row["doc_id"], ()), edits.get(row["doc_id"], ())
            )
            made = list(_texts(row, own, sections.get(row["doc_id"], ()), wanted, choice, counted))
            if not made:
                counted.left_out["no_such_section"] += 1
                continue
            counted.exported += 1
            common = _common(row, filing, year, split)
            line = heading(filing, row["doc_type"], row["public_at"]) if choice.style.header else ""
            head = f"{line}\n\n" if line else ""
            numbers: Counter[str] = Counter()  # an index may place an item in several runs of pages
            for key, title, text, borders in made:
                most = max(1, choice.max_chars - len(head)) if choice.max_chars else 0
                for part in cut(text, most, borders):
                    n = numbers[key]
                    numbers[key] += 1
                    counted.rows += 1
                    yield {
                        "id": f"{row['doc_id']}{'/' + key if key else ''}{f'~{n}' if n else ''}",
                        **common,
                        "section": key,
                        "section_title": title,
                        "part": n,
                        "text": head + part,
                        "text_sha256": sha256((head + part).encode()).hexdigest(),
                    }


def _wanted(sections: Sequence[str]) -> frozenset[str]:
    known = section_keys()
    found: set[str] = set()
    for name in sections:
        keys = [k for k in known if k == name or k.rpartition(".")[2] == name]
        if not keys:
            raise UserError(
                what=f"no section {name!r}",
                where="--sections",
                mend="such as item7, part2.item7, item5.02, cn.management_discussion",
            )
        found.update(keys)
    return frozenset(found)


def _why_not(
    row: Mapping[str, Any], choice: Choice, kept: set[str], year: int | None, split: str
) -> str | None:
    if row["doc_id"] not in kept:
        return "dropped"
    if choice.forms and row["doc_type"] not in choice.forms:
        return "other_form"
    if choice.years and (year is None or not choice.years[0] <= year <= choice.years[1]):
        return "year_unknown" if year is None else "other_year"
    return None if split in choice.splits else "other_split"


def _texts(
    row: Mapping[str, Any],
    edits: Sequence[Edit],
    sections: Sequence[Mapping[str, Any]],
    wanted: frozenset[str],
    choice: Choice,
    counted: Counted,
) -> Iterator[tuple[str, str, str, tuple[int, ...]]]:
    """(section key, title, text, where sections begin in it) of what is wanted of one document."""
    if not wanted:
        done = render(row["text"], edits)
        carried = (done.carry(s["start"], s["end"]) for s in sections if s["status"] == "present")
        yield "", row["title"], done.text, tuple(span[0] for span in carried if span is not None)
        return
    for section in sections:
        if section["key"] not in wanted:
            continue
        status = section["status"]
        if status == "not_found" or (choice.present_only and status != "present"):
            counted.sections_left_out[status] += 1
        elif section["confidence"] < choice.confidence:
            counted.sections_left_out["not_sure"] += 1
        else:
            start, end = section["start"], section["end"]
            own = inside(edits, start, end)
            yield section["key"], section["title"], render(row["text"][start:end], own).text, ()


def _common(
    row: Mapping[str, Any], filing: Mapping[str, Any], year: int | None, split: str
) -> dict[str, Any]:
    filer: Mapping[str, Any] = next(iter(filing.get("filers") or ()), {})
    return {
        "doc_id": row["doc_id"],
        "accession": filing.get("accession"),
        "filer_id": filer.get("filer_id"),
        "filer": filer.get("name"),
        "form": row["doc_type"],
        "filed_at": filing.get("filed_at"),
        "period_end": filing.get("period_end"),
        "year": year,
        "public_at": row["public_at"],
        "lang": row["lang"],
        "split": split,
        "source": row["source"],
        "source_path": row["source_path"],
        "source_url": filing.get("source_url"),
        "license": filing.get("license"),
        "extractor": row["extractor"],
        "document_sha256": row["text_sha256"],
    }


def cut(text: str, most: int, borders: Sequence[int] = ()) -> Iterator[str]:
    """Pieces of at most `most` characters: whole sections together while they fit, a longer one
    at its paragraphs, a longer paragraph at its lines. borders: where sections begin in the text.
    """
    if not most or len(text) <= most:
        yield text
        return
    at = [0, *sorted({b for b in borders if 0 < b < len(text)}), len(text)]
    held = 0
    for end, after in itertools.pairwise([*at[1:], len(text) + most + 1]):
        if after - held <= most:
            continue
        yield from _paragraphs(text[held:end].strip("\n"), most)
        held = end


def _paragraphs(text: str, most: int) -> Iterator[str]:
    piece = ""
    for paragraph in text.split("\n\n"):
        for part in _lines(paragraph, most):
            if piece and len(piece) + 2 + len(part) > most:
                yield piece
                piece = ""
            piece = f"{piece}\n\n{part}" if piece else part
    if piece:
        yield piece


def _lines(paragraph: str, most: int) -> Iterator[str]:
    while len(paragraph) > most:
        at = max(paragraph.rfind("\n", 0, most), paragraph.rfind(" ", 0, most))
        at = at if at > most // 2 else most
        yield paragraph[:at]
        paragraph = paragraph[at:].lstrip(" \n")
    yield paragraph


# ------------------------------------------------------------------ reading


def _filings(corpus: Artifact) -> dict[str, dict[str, Any]]:
    if not corpus.part("filings").rows:
        return {}
    return {row["filing_id"]: row for row in corpus.table("filings").to_pylist()}


def _column(corpus: Artifact, part: str, column: str) -> dict[str, str]:
    if not corpus.part(part).rows:
        return {}
    table = corpus.table(part, ["doc_id", column])
    return dict(zip(table["doc_id"].to_pylist(), table[column].to_pylist(), strict=True))


def _by_document(corpus: Artifact, part: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for _, batch in corpus.batches(part):
        for row in batch.to_pylist():
            found.setdefault(row["doc_id"], []).append(row)
    return found


def year_of(filing: Mapping[str, Any], public_at: str | None) -> int | None:
    """The fiscal year where the filing says it, else the year it was filed or public in."""
    date = filing.get("filed_at") or public_at
    own = int(date[:4]) if date and date[:4].isdecimal() else None
    return filing.get("fiscal_year") or own
