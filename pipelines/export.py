"""A corpus in other people's formats: `qhdata export CORPUS -o DIR --format jsonl`."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal, cast

from cyclopts import Parameter

from pipelines.options import Decision, Out, Plan
from pipelines.progress import Progress, clock, size
from qhdata.artifact import Artifact
from qhdata.durable import write_bytes
from qhdata.errors import NotAnArtifact, UserError
from qhdata.export import FORMATS
from qhdata.export.known import refuse_absent, refuse_unknown
from qhdata.export.rows import Choice, Counted, export_rows
from qhdata.recipe import load_object, plain
from qhdata.stores import address_of, size_of
from qhdata.text_style import TableStyle, TextStyle

LEAST_CHARS = 200
"""Below this a text is cut to crumbs."""
FormatName = Literal["jsonl", "parquet", "hf", "edgar-corpus"]


def export(
    corpus: Annotated[Path, Parameter(help="A corpus that build wrote.")],
    *,
    out: Out,
    format: Annotated[FormatName, Parameter(help="Layout of the files.")] = "jsonl",
    forms: Annotated[str, Parameter(help="Document types, by comma: 10-K,10-Q; empty: all.")] = "",
    sections: Annotated[
        str, Parameter(help="Sections, by comma: item7,part1.item1a; empty: whole documents.")
    ] = "",
    years: Annotated[str, Parameter(help="2023, or 2015-2023; empty: all.")] = "",
    splits: Annotated[str, Parameter(help="Splits, by comma.")] = "train,dev,test",
    tables: Annotated[TableStyle, Parameter(help="How tables are written.")] = "markdown",
    widest_table: Annotated[
        int, Parameter(help="Tables of more columns as key-value lines; 0: none.")
    ] = 0,
    header: Annotated[bool, Parameter(help="Begin each text with filer, form, date.")] = False,
    max_chars: Annotated[int, Parameter(help="Longest text; 0: never cut.")] = 0,
    confidence: Annotated[float, Parameter(help="Least confidence of a section.")] = 0.5,
    decision: Decision = "select",
    plan: Plan = False,
) -> None:
    """Kept documents or sections, edits applied, in a format that others read."""
    _check(format, sections, max_chars, widest_table, confidence)
    if address_of(out) is not None:
        raise UserError(
            what="an export is written to a folder",
            where=str(address_of(out)),
            mend="give a folder with -o, and copy it",
        )
    writer = load_object(FORMATS[format], "export.format")()
    choice = Choice(
        forms=_names(forms, "--forms"),
        sections=_names(sections, "--sections"),
        years=_years(years),
        splits=_names(splits, "--splits"),
        style=TextStyle(tables=tables, widest=widest_table, header=header),
        max_chars=max_chars,
        confidence=confidence,
        decision=decision,
    )
    refuse_unknown(choice)
    if writer.sections:
        _annual(choice.forms, writer.forms)
        choice = replace(choice, forms=choice.forms or writer.forms)
        choice = replace(choice, sections=writer.sections, max_chars=0, present_only=False)
    opened = Artifact.open(corpus, "corpus")
    if out.exists() and not out.is_dir():
        raise UserError(what="is a file", where=str(out), mend="give a new folder with -o")
    if opened.path.resolve() in (out.resolve(), *out.resolve().parents):
        raise UserError(
            what="is inside the corpus", where=str(out), mend="give a folder outside it with -o"
        )
    absent = refuse_absent(opened, choice, "--forms" if forms else f"--format {format}")
    if absent and forms:
        print(f"export: no document is a {' or '.join(absent)}; the other forms are there")
    documents = opened.part("documents").rows
    if plan:
        total = sum(size_of(opened.path / f.path) for f in opened.part("documents").files)
        print(
            f"would read {documents:,} documents ({size(total)} packed) into {out}: about "
            f"{clock(max(1, total / 3_000_000))}, at most {size(total * 5)} on disk, 0.3 GB of "
            "memory"
        )
        return
    if out.is_dir() and any(out.iterdir()):
        raise NotAnArtifact(what="is not empty", where=str(out), mend="give a new folder with -o")
    counted = Counted()
    with Progress("export") as progress:
        rows = export_rows(opened, choice, counted)
        first = next(rows, None)
        if first is None:
            raise UserError(
                what=f"no row is left: {_reasons(counted)}", where=str(corpus), mend="ask for less"
            )
        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(
                what=f"cannot be written: {error.strerror or error}",
                where=str(out),
                mend="give another folder with -o",
            ) from None

        def told():  # type: ignore[no-untyped-def]
            yield first
            for row in rows:
                progress(counted.documents, documents, "documents")
                yield row

        paths = writer.write(told(), out)
        progress(documents, documents, "documents")
    about = {
        "corpus_digest": opened.digest("documents"),
        "format": format,
        "settings": cast("dict[str, object]", plain(choice)),
        "documents": counted.documents,
        "documents_exported": counted.exported,
        "documents_left_out": dict(sorted(counted.left_out.items())),
        "sections_left_out": dict(sorted(counted.sections_left_out.items())),
        "rows": counted.rows,
        "files": [path.relative_to(out).as_posix() for path in paths],
    }
    write_bytes(out / "export.json", (json.dumps(about, indent=1) + "\n").encode())
    print(
        f"{out}: {counted.rows:,} rows of {counted.exported:,} documents; "
        f"{counted.documents - counted.exported:,} documents left out: {_reasons(counted)}.   "
        f"head -c 600 {paths[0]}"
    )


def _reasons(counted: Counted) -> str:
    found = [f"{name} {n:,}" for name, n in counted.left_out.most_common()]
    found += [f"sections {name} {n:,}" for name, n in counted.sections_left_out.most_common()]
    return ", ".join(found) or "none"


def _check(
    format: str, sections: str, max_chars: int, widest_table: int, confidence: float
) -> None:
    """Raise UserError for numbers out of range, and for what a format decides itself."""
    for wrong, what, where, mend in (
        (max_chars and max_chars < LEAST_CHARS, f"{max_chars} characters", "--max-chars",
         f"0 for no limit, or {LEAST_CHARS} and more"),
        (widest_table < 0, f"{widest_table} columns", "--widest-table", "0 for any, or more"),
        (not 0 <= confidence <= 1, f"a confidence of {confidence}", "--confidence", "0 to 1"),
        (format == "edgar-corpus" and (sections or max_chars),
         "edgar-corpus has all items of annual reports, uncut", "--sections, --max-chars",
         "leave them out, or take another --format"),
    ):  # fmt: skip
        if wrong:
            raise UserError(what=what, where=where, mend=mend)


def _annual(forms: Collection[str], known: Collection[str]) -> None:
    """Raise UserError for a form whose Item 1 is another item than an annual report's."""
    wrong = [form for form in forms if form.removesuffix("/A") not in known]
    if wrong:
        raise UserError(
            what=f"edgar-corpus holds annual reports, and {wrong[0]} is none",
            where="--forms",
            mend=f"some of {', '.join(known)}, or take another --format",
        )


def _names(text: str, where: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if text and not names:
        raise UserError(what=f"{text!r} names nothing", where=where, mend="leave it out for all")
    return names


def _years(text: str) -> tuple[int, int] | None:
    if not text:
        return None
    first, dash, last = text.partition("-")
    if not first.isdecimal() or (dash and not last.isdecimal()):
        raise UserError(what=f"{text!r} is no year", where="--years", mend="2023, or 2015-2023")
    return int(first), int(last or first)
