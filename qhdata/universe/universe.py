"""Invent a universe: filers, their filings in the real formats, general text, planted defects,
and the truth of it all.

No real filing is in it, and no figure of quality may be quoted from it: it proves that the
plumbing holds. Everything follows from (filers, seed, years); the same three give the same
bytes, on one version of Python (see `general.py`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from qhdata.errors import UserError
from qhdata.universe import defects, press
from qhdata.universe.books import LAST_YEAR, keep_books
from qhdata.universe.chance import rng_for
from qhdata.universe.chinese import chinese_report
from qhdata.universe.dates import month_end
from qhdata.universe.filers import InventedFiler, Size, invent_filers
from qhdata.universe.general import boilerplate_page, foreign_documents, general_documents
from qhdata.universe.lodging import Lodging
from qhdata.universe.sgml import Part
from qhdata.universe.text_era import YEARS_BACK, text_report
from qhdata.universe.truth import Truth

Progress = Callable[[int, int, str], None]
"""Called with (done, total, unit) after every filer and once for the rest."""

_MARKER = "universe.json"
_VERSION = 1


def invent(
    out: Path, *, filers: int = 12, seed: int = 7, years: int = 3, progress: Progress | None = None
) -> dict[str, Any]:
    """Write `out/filings`, `out/general` and `out/truth.json`; returns the truth.

    filers: 3 to 2,000; years: 2 to 8 annual reports a filer. UserError where a number is out of
    range, or where `out` holds anything that this function did not write with the same
    settings.
    """
    settings = {"filers": filers, "seed": seed, "years": years}
    check(settings)
    _claim(out, settings)
    truth = Truth(out)
    people = invent_filers(filers, seed)
    lodgings = []
    for filer in people:
        lodging = Lodging(filer, keep_books(filer, years), truth)
        lodging.lodge(years)
        lodgings.append(lodging)
        if progress is not None:
            progress(len(lodgings), filers + 1, "filers")
    _amendments(lodgings)
    for number in range(max(1, filers // 12)):
        _text_era(truth, seed, number)
        _chinese(truth, seed, number)
    _copies(truth, lodgings)
    _broken(truth, lodgings[0], seed)
    _general(truth, seed, max(180, 15 * filers))
    whole = truth.finish(settings, people)
    if progress is not None:
        progress(filers + 1, filers + 1, "filers")
    return whole


def read_truth(folder: Path) -> dict[str, Any]:
    """`truth.json` of a universe, with its facts as dicts."""
    try:
        truth: dict[str, Any] = json.loads((folder / "truth.json").read_bytes())
    except (OSError, ValueError) as error:
        raise UserError(
            what="no truth.json of a universe", where=str(folder), mend="qhdata invent DIR"
        ) from error
    truth["facts"] = [dict(zip(truth["fact_columns"], row, strict=True)) for row in truth["facts"]]
    truth["printed"] = [
        dict(zip(truth["printed_columns"], row, strict=True)) for row in truth["printed"]
    ]
    return truth


def check(settings: dict[str, int]) -> None:
    """Raise UserError for numbers that no universe can have."""
    for name, low, high in (("filers", 3, 2000), ("years", 2, 8), ("seed", 0, 2**63 - 1)):
        if not low <= settings[name] <= high:
            raise UserError(
                what=f"{name} is {settings[name]}", where="invent", mend=f"between {low} and {high}"
            )


def _claim(out: Path, settings: dict[str, int]) -> None:
    """Refuse a folder that is not ours or was made with other settings; mark it as ours before
    the first file."""
    mark = {"made_by": "qhdata invent", "version": _VERSION, "settings": settings}
    marker = out / _MARKER
    try:
        if out.exists() and not out.is_dir():
            raise UserError(what="is not a folder", where=str(out), mend="give a new folder")
        if out.exists() and any(out.iterdir()):
            found = _marked(marker)
            if found is None:
                raise UserError(
                    what="holds files that qhdata invent did not write",
                    where=str(out),
                    mend="give a new or empty folder",
                )
            if found != mark:
                raise UserError(
                    what=f"holds a universe with other settings: {_told(found)}",
                    where=str(out),
                    mend="give another folder, or delete this one",
                )
        out.mkdir(parents=True, exist_ok=True)
        marker.write_bytes((json.dumps(mark, sort_keys=True) + "\n").encode())
    except OSError as error:
        raise UserError(
            what=f"cannot be written: {error.strerror}", where=str(out), mend="give another folder"
        ) from error


def _marked(marker: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(marker.read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and found.get("made_by") == "qhdata invent" else None


def _told(mark: dict[str, Any]) -> str:
    settings = mark.get("settings")
    told = settings if isinstance(settings, dict) else {}
    return ", ".join(
        [f"version {mark.get('version')}", *(f"{k} {v}" for k, v in sorted(told.items()))]
    )


def _amendments(lodgings: list[Lodging]) -> None:
    """One filer in twelve restates Item 8 of its last annual report."""
    able = [x for x in lodgings if x.filer.industry.archetype == "product"]
    for lodging in able[1::12] or able[:1]:
        lodging.amend()


def _text_era(truth: Truth, seed: int, number: int) -> None:
    filer = _extra(seed, 100_000 + 12 * number, "small")
    lodging = Lodging(filer, keep_books(filer, 3), truth)
    text, keys, printed = text_report(lodging.books)
    year = LAST_YEAR - YEARS_BACK
    end = month_end(year, filer.last_month)
    part = Part("10-K", "", "FORM 10-K", text)
    day = (
        month_end(year + 1, 3) if filer.last_month == 12 else month_end(year, filer.last_month + 3)
    )
    path = lodging.submit(
        "10-K", [part], end, day, dialect="mail", sections=keys, folder="text_era", fiscal_year=year
    )
    truth.printed.extend([f"{path}#1", *row] for row in printed)


def _chinese(truth: Truth, seed: int, number: int) -> None:
    report = chinese_report(_extra(seed, 200_001 + 12 * number, "thousands"))
    name = f"{report.filed}_{report.code}_annual-report-{LAST_YEAR}.html"
    path = truth.write(f"filings/cn/{name}", report.body, "loose")
    truth.printed.extend([f"{path}#1", *row] for row in report.printed)
    truth.filings.append(
        {
            "path": path,
            "accession": None,
            "form": "年度报告",
            "cik": None,
            "code": report.code,
            "name": report.name,
            "period": f"{LAST_YEAR}-12-31",
            "fiscal_year": LAST_YEAR,
            "filed_at": report.filed,
            "accepted_at": None,
            "amends": None,
            "sections": [{"title": title, "status": "present"} for title in report.titles],
            "documents": [{"doc": f"{path}#1", "type": "年度报告", "filename": name}],
        }
    )


def _extra(seed: int, index: int, size: Size) -> InventedFiler:
    """A product filer outside the numbered ones, for eras and countries that need but one."""
    filer = invent_filers(2, seed + index)[1]
    return replace(filer, index=index, seed=seed, cik=f"{8_000_000 + index:010d}", size=size)


def _copies(truth: Truth, lodgings: list[Lodging]) -> None:
    """Exact copies (bytes, and words in other markup), near copies, and the list of template
    twins."""
    plain = [x for x in lodgings if not x.releases[0].neutral]
    for lodging in plain[::4]:
        filing = next(f for f in truth.filings if f["cik"] == lodging.filer.cik and f["accession"])
        data = (truth.out / filing["path"]).read_bytes()
        copy = f"filings/mirror/{Path(filing['path']).name}"
        truth.write(copy, data, "copy")
        truth.duplicates.append({"a": filing["path"], "b": copy, "kind": "same_bytes"})
        release = lodging.releases[-1]
        stem = f"filings/wire/{lodging.filer.ticker.lower()}"
        truth.write(f"{stem}-reprint.htm", defects.reflowed(release.markup), "copy")
        truth.duplicates.append(
            {"a": release.doc, "b": f"{stem}-reprint.htm#1", "kind": "same_words"}
        )
    for lodging in (x for x in lodgings if x.releases[0].neutral):
        release = lodging.releases[-1]
        edited = press.press_release(
            lodging.books,
            release.span,
            release.day,
            flavour=release.flavour,
            wording=press.twin_wording(lodging.books),
            neutral=True,
            edition=1,
        )
        path = f"filings/wire/{lodging.filer.ticker.lower()}-edited.htm"
        truth.write(path, edited, "copy")
        truth.near.append({"a": release.doc, "b": f"{path}#1", "kind": "same_numbers"})
        shapes: dict[str, str] = {}
        for one in lodging.releases:
            other = shapes.setdefault(template_of(one.markup), one.doc)
            if other != one.doc:
                truth.twins.append({"a": other, "b": one.doc, "kind": "same_template"})


_FIGURE = re.compile(r"&#8212;|\d+(?:[.,]\d+)*|[()$]")
_MONTH = re.compile(
    r"\b(January|February|March|April|May|June|July|August|September|October|"
    r"November|December)\b",
    re.I,
)


def template_of(markup: str) -> str:
    """The words of a document without its figures and dates: equal for template twins."""
    text = _FIGURE.sub(" ", defects.words_of(markup.replace("&nbsp;", " ")).replace("&#160;", " "))
    return " ".join(_MONTH.sub("M", text).split())


def _broken(truth: Truth, lodging: Lodging, seed: int) -> None:
    """Files that must end in quarantine or be read with care; `expected` lists the outcomes
    that are right."""
    rng = rng_for(seed, "broken")
    release = lodging.releases[0]
    whole = press.press_release(
        lodging.books, release.span, release.day, flavour="font", wording=rng
    )
    inner = (
        "<p>Revenue was $41 million in fiscal 2023, compared with $37 million in fiscal 2022.</p>"
    )
    plants: tuple[tuple[str, str | bytes, str, tuple[str, ...]], ...] = (
        ("empty.htm", b"", "zero_bytes", ("quarantined",)),
        (
            "report.htm",
            defects.small_pdf("Annual report"),
            "pdf_named_htm",
            ("quarantined", "parsed"),
        ),
        ("cut.htm", defects.truncated(whole, rng), "truncated_html", ("quarantined", "parsed")),
        ("noise.htm", defects.binary(rng), "random_binary", ("quarantined",)),
        ("nested.htm", defects.nested_tables(50, inner), "nested_tables_50", ("parsed",)),
        ("spaces.htm", b" \n\t\n" * 50, "white_space_only", ("quarantined",)),
    )
    for name, data, defect, expected in plants:
        path = truth.write(f"filings/broken/{name}", data, "broken")
        truth.broken.append({"path": path, "defect": defect, "expected": list(expected)})


def _general(truth: Truth, seed: int, count: int) -> None:
    for path, text in general_documents(seed, count):
        truth.write(path, text, "general")
        truth.general.append(
            {"path": path, "lang": "en", "kind": "python" if "/python/" in path else "composed"}
        )
    for path, tongue, text in foreign_documents(seed):
        truth.write(path, text, "general")
        truth.general.append({"path": path, "lang": tongue, "kind": "composed"})
    path = truth.write("general/site/menu.htm", boilerplate_page(seed), "general")
    truth.general.append({"path": path, "lang": "en", "kind": "boilerplate"})
    first = truth.general[0]["path"]
    copy = truth.write(
        f"general/again/{Path(first).name}", (truth.out / first).read_bytes(), "copy"
    )
    truth.duplicates.append({"a": first, "b": copy, "kind": "same_bytes"})
