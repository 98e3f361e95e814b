"""Lodging: one filer's documents put into submissions (or left loose), dated, numbered and
written down as true."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from qhdata.universe import press
from qhdata.universe.analysis import named
from qhdata.universe.books import LAST_YEAR, Books, restate
from qhdata.universe.chance import rng_for
from qhdata.universe.dates import eastern_to_utc, long_date, quarter_end, work_day
from qhdata.universe.defects import soup
from qhdata.universe.filers import InventedFiler
from qhdata.universe.form_8k import current_report
from qhdata.universe.form_10k import Written, amended_report, annual_report
from qhdata.universe.form_10q import quarterly_report
from qhdata.universe.markup import Flavour
from qhdata.universe.sgml import Dialect, Envelope, Part, picture, submission
from qhdata.universe.statements import Span
from qhdata.universe.truth import Truth


@dataclass(slots=True)
class Release:
    """A press release that was filed, kept for planting copies of it."""

    doc: str
    markup: str
    span: Span
    day: str
    flavour: Flavour
    neutral: bool


@dataclass(slots=True)
class Lodging:
    """Writes one filer's filings; accession numbers count up per filer and year."""

    filer: InventedFiler
    books: Books
    truth: Truth
    releases: list[Release] = field(default_factory=list)
    _counts: dict[int, int] = field(default_factory=dict)

    def lodge(self, years: int) -> None:
        """All filings of one filer: annual reports of all years, quarterly ones of the last,
        current ones of the last two."""
        filer, last = self.filer, LAST_YEAR
        for fy in range(last - years + 1, last + 1):
            self._annual(fy)
        for quarter in (1, 2, 3):
            if quarter == 2 or filer.index % 2 == 0:
                self._quarterly(last, quarter)
        for fy in range(max(last - 1, last - years + 1), last + 1):
            for quarter in (1, 2, 3, 4):
                self._results(fy, quarter)
        if filer.index % 12 == 2:
            day = quarter_end(last, 2, filer.last_month) + timedelta(days=11)
            written = current_report(filer, work_day(day), "", ("5.02",), ())
            self.submit(
                "8-K",
                [self._part("8-K", "form8k.htm", written)],
                work_day(day),
                work_day(day),
                items=("5.02",),
                written=written,
            )

    def amend(self) -> None:
        """A 10-K/A to the last annual report that restates Item 8."""
        original = next(
            f["accession"]
            for f in self.truth.filings
            if f["cik"] == self.filer.cik and f["form"] == "10-K" and f["fiscal_year"] == LAST_YEAR
        )
        moved = max(1, self.books.flow("overhead", LAST_YEAR, (4,)) // 9)
        written = amended_report(
            self.books, restate(self.books, LAST_YEAR, moved), LAST_YEAR, moved
        )
        end = quarter_end(LAST_YEAR, 4, self.filer.last_month)
        part = self._part("10-K/A", f"{self.filer.ticker.lower()}-10ka.htm", written)
        self.submit(
            "10-K/A",
            [part],
            end,
            end + timedelta(days=131),
            written=written,
            fiscal_year=LAST_YEAR,
            amends=original,
        )

    def submit(
        self,
        form: str,
        parts: list[Part],
        period: date,
        day: date,
        *,
        written: Written | None = None,
        items: tuple[str, ...] = (),
        fiscal_year: int | None = None,
        amends: str | None = None,
        dialect: Dialect = "tabs",
        sections: list[tuple[str, str]] | None = None,
        folder: str = "edgar",
    ) -> str:
        """Write one submission and what is true of it; returns its path."""
        filer = self.filer
        filed = work_day(day)
        number = self._counts[filed.year] = self._counts.get(filed.year, 0) + 1
        accession = f"{filer.cik}-{filed.year % 100:02d}-{number:06d}"
        rng = rng_for(filer.seed, "accepted", accession)
        clock = datetime(
            filed.year,
            filed.month,
            filed.day,
            rng.randint(7, 17),
            rng.randint(0, 59),
            rng.randint(0, 59),
        )
        envelope = Envelope(
            accession=accession, form=form, period=period, filed=filed, accepted=clock, items=items
        )
        suffix = "nc" if dialect == "tags" else "txt"
        path = f"filings/{folder}/{filer.cik}/{accession}.{suffix}"
        self.truth.write(path, submission(filer, envelope, parts, dialect), "submission")
        accepted = eastern_to_utc(clock) if dialect == "tabs" else None
        self._record(
            path,
            form,
            parts,
            period,
            written,
            accession,
            filed,
            accepted,
            fiscal_year,
            amends,
            sections,
        )
        return path

    def loose(self, form: str, written: Written, period: date, fiscal_year: int) -> None:
        """The main document alone, as a file of its own: nothing says when it was filed."""
        name = f"{self.filer.ticker.lower()}-{period:%Y%m%d}.htm"
        path = self.truth.write(f"filings/loose/{name}", written.body, "loose")
        part = Part(form, name, "", written.body)
        self._record(path, form, [part], period, written, None, None, None, fiscal_year, None, None)

    def _record(
        self,
        path: str,
        form: str,
        parts: list[Part],
        period: date,
        written: Written | None,
        accession: str | None,
        filed: date | None,
        accepted: str | None,
        fiscal_year: int | None,
        amends: str | None,
        sections: list[tuple[str, str]] | None,
    ) -> None:
        if written is not None:
            sections = written.sections
            self.truth.add_facts(f"{path}#1", written.facts)
        row: dict[str, Any] = {
            "path": path,
            "accession": accession,
            "form": form,
            "cik": self.filer.cik,
            "period": period.isoformat(),
            "fiscal_year": fiscal_year,
            "filed_at": filed.isoformat() if filed else None,
            "accepted_at": accepted,
            "amends": amends,
            "sections": [{"key": key, "status": status} for key, status in sections or ()],
            "documents": [
                {"doc": f"{path}#{n}", "type": part.type, "filename": part.filename}
                for n, part in enumerate(parts, start=1)
            ],
        }
        self.truth.filings.append(row)

    def _annual(self, fy: int) -> None:
        filer = self.filer
        rng = rng_for(filer.seed, "annual", filer.index, fy)
        written = annual_report(self.books, fy)
        end = quarter_end(fy, 4, filer.last_month)
        stem = f"{filer.ticker.lower()}-{end:%Y%m%d}"
        parts = [
            self._part("10-K", f"{stem}.htm", written),
            Part("EX-21", "ex21.htm", "SUBSIDIARIES", self._subsidiaries(end)),
        ]
        if rng.random() < 0.5:
            parts.append(Part("GRAPHIC", "logo.gif", "LOGO", picture(rng), binary=True))
        self.submit(
            "10-K",
            parts,
            end,
            end + timedelta(days=rng.randint(48, 74)),
            written=written,
            fiscal_year=fy,
        )

    def _quarterly(self, fy: int, quarter: int) -> None:
        filer = self.filer
        rng = rng_for(filer.seed, "quarterly", filer.index, fy, quarter)
        written = quarterly_report(self.books, fy, quarter)
        end = quarter_end(fy, quarter, filer.last_month)
        if filer.index % 4 == 1:
            self.loose("10-Q", written, end, fy)
            return
        part = self._part("10-Q", f"{filer.ticker.lower()}-{end:%Y%m%d}.htm", written)
        dialect: Dialect = "tags" if rng.random() < 0.15 else "tabs"
        day = end + timedelta(days=rng.randint(29, 39))
        self.submit("10-Q", [part], end, day, written=written, fiscal_year=fy, dialect=dialect)

    def _results(self, fy: int, quarter: int) -> None:
        """An 8-K with a press release and key figures; the last quarter's tells the year."""
        filer = self.filer
        rng = rng_for(filer.seed, "results", filer.index, fy, quarter)
        end = quarter_end(fy, quarter, filer.last_month)
        day = work_day(end + timedelta(days=rng.randint(19, 27)))
        span = Span(fy) if quarter == 4 else Span(fy, (quarter,))
        neutral = filer.index % 3 == 0
        flavour: Flavour = (
            "font" if (filer.index if neutral else rng.randrange(3)) % 3 < 2 else "plain"
        )
        wording = press.twin_wording(self.books) if neutral else rng
        markup = press.press_release(
            self.books, span, long_date(day), flavour=flavour, wording=wording, neutral=neutral
        )
        if not neutral and rng.random() < 0.45:
            markup = soup(markup, rng)
        figures = press.key_figures(self.books, span, wording=rng, blocks=rng.randint(8, 12))
        what = f"results for {named(filer, span)}"
        exhibits = (("99.1", "Press release"), ("99.2", "Key figures"))
        items = ("2.02", "7.01", "9.01")
        written = current_report(filer, day, what, items, exhibits)
        parts = [
            self._part("8-K", "form8k.htm", written),
            Part("EX-99.1", "ex991.htm", "PRESS RELEASE", markup),
            Part("EX-99.2", "ex992.htm", "KEY FIGURES", figures),
        ]
        path = self.submit("8-K", parts, day, day, written=written, items=items, fiscal_year=fy)
        self.releases.append(Release(f"{path}#2", markup, span, long_date(day), flavour, neutral))

    def _part(self, form: str, name: str, written: Written) -> Part:
        return Part(form, name, form, written.body, xbrl=True)

    def _subsidiaries(self, end: date) -> str:
        filer = self.filer
        rows = "".join(
            f"<tr><td>{filer.short} {segment} LLC</td><td>{filer.state[1]}</td></tr>\n"
            for segment in filer.industry.segments
        )
        blocks = [
            '<p align="right">Exhibit 21.1</p>\n',
            f"<p>Subsidiaries of {filer.name} at {long_date(end)}</p>\n",
            f"<table>\n<tr><td>Name</td><td>State of incorporation</td></tr>\n{rows}</table>\n",
        ]
        return press.page("Subsidiaries", blocks, "font")
