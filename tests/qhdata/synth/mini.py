"""A corpus small enough to read: four filers, two years each, written part by part."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from qhdata.artifact import Artifact
from qhdata.records import (
    Cell,
    DecimalText,
    Decision,
    DocSplit,
    Document,
    Fact,
    Filer,
    Filing,
    Section,
    Table,
    to_batch,
)

PROSE = (
    "We make instruments for laboratories and sell them through distributors in many countries. "
    "Demand for analyzers softened during the second quarter because customers postponed budgets. "
    "Our largest warehouse in Ohio reopened after a flood and shipped every backlogged order. "
    "Competition from importers remains intense and may reduce the prices that we obtain."
)
NOTES = (
    "We define backlog as orders that customers have placed with us and that are not yet shipped. "
    "Backlog helps investors to see what the coming quarters may bring, though orders may be "
    "cancelled.",
    "In March we entered into a term loan with two banks, which is secured by our buildings and "
    "falls due in five years. Its covenants limit dividends and further borrowing.",
    "Our effective tax rate was 21.5% in the year, because a larger part of our profit arose in "
    "states with lower taxes than before, and we expect it to stay near that level.",
)
RATE = "21.5"
NEWS = (
    "Alder Works (NYSE: ALD) today announced results for its fourth quarter and year, with "
    "revenue of $47 million. Growth came from laboratories in Asia and from a new line of "
    "analyzers. Orders rose "
    "by 12% and the backlog reached its highest level since the company was founded.",
    "The board declared a dividend of $0.25 a share, payable in April to holders of record in "
    "March. The company expects revenue growth of 5% to 7% in the coming year. Its new plant in "
    "Ohio should open before the summer and employ about two hundred people.",
)
EXAM = """1. What does the duration of a bond measure?
A. Its age in years
B. Its sensitivity to changes in interest rates
C. The credit of its issuer
Answer: B

2. A bond with a face of 1,000 pays a coupon of 5% a year. How much is paid each year?
A. 5
B. 50
C. 500
Answer: B

3. Equity is what is left of assets after ____ are taken off.
A. dividends  B. liabilities  C. sales
Answer: B
"""
INCOME = (
    ("Revenue", "us-gaap:Revenues", 47, 42),
    ("Cost of revenue", "us-gaap:CostOfRevenue", 29, 27),
    ("Gross profit", "us-gaap:GrossProfit", 18, 15),
    ("Research and development", "us-gaap:ResearchAndDevelopmentExpense", 6, 4),
    ("Operating income", "us-gaap:OperatingIncomeLoss", 8, 9),
    ("Other income (expense), net", "us-gaap:OtherNonoperatingIncomeExpense", -2, 1),
    ("Net income", "us-gaap:NetIncomeLoss", 5, 7),
)
BALANCE = (
    ("Cash and cash equivalents", "us-gaap:CashAndCashEquivalentsAtCarryingValue", 13, 11),
    ("Inventories", "us-gaap:InventoryNet", 20, 17),
    ("Trade receivables", "us-gaap:ReceivablesNetCurrent", 8, 9),
    ("Total current assets", "us-gaap:AssetsCurrent", 41, 37),
    ("Goodwill", "us-gaap:Goodwill", 9, 10),
    ("Total assets", "us-gaap:Assets", 83, 78),
    ("Total current liabilities", "us-gaap:LiabilitiesCurrent", 22, 25),
    ("Total liabilities", "us-gaap:Liabilities", 45, 46),
    ("Total shareholders' equity", "us-gaap:StockholdersEquity", 38, 32),
)
CASH = (
    (
        "Net cash provided by operating activities",
        "us-gaap:NetCashProvidedByUsedInOperatingActivities",
        14,
        12,
    ),
    ("Purchases of property and equipment", "", -7, -8),
    ("Dividends paid", "", -3, -1),
    (
        "Net cash used in financing activities",
        "us-gaap:NetCashProvidedByUsedInFinancingActivities",
        -4,
        -6,
    ),
)
INSTANT = frozenset(concept for _, concept, *_ in BALANCE)

FILERS = (
    ("cik:1", "Alder Works", "train", 0),
    ("cik:2", "Birch & Sons", "train", 3),
    ("cik:3", "Cedar Group", "dev", 5),
    ("cik:4", "Dogwood Inc", "test", 1),
)


def shown(value: int) -> str:
    return f"({-value})" if value < 0 else str(value)


class Maker:
    """Collects parts and writes them as a corpus."""

    def __init__(self) -> None:
        self.documents: list[Document] = []
        self.filings: list[Filing] = []
        self.sections: list[Section] = []
        self.tables: list[Table] = []
        self.facts: list[Fact] = []
        self.splits: list[DocSplit] = []
        self.decisions: list[Decision] = []

    def filing(
        self,
        filer_id: str,
        name: str,
        split: str,
        shift: int,
        *,
        form: str = "10-K",
        accession: str = "",
        public_at: str | None = "2025-02-20T21:00:00Z",
        restate: int = 0,
        xbrl: bool = True,
        kept: bool = True,
        lang: str = "en",
    ) -> str:
        accession = accession or f"000-{filer_id[4:]}"
        doc_id = f"{accession}:1"
        self.filings.append(
            Filing(
                filing_id=accession,
                accession=accession,
                form=form,
                filers=(Filer(filer_id=filer_id, name=name),),
                period_end="2024-12-31",
                fiscal_year=2024,
                filed_at="2025-02-20",
                accepted_at=public_at,
                public_at=public_at,
                public_at_basis="acceptance" if public_at else "unknown",
                sic="3826",
                amends=None,
                license="public",
                source_url=None,
            )
        )
        cover = "Large accelerated filer for the year ended December 31, 2024"
        text = f"{name}\n\nForm {form}\n\n{cover}\n\nItem 1. Business\n\n{PROSE}\n\n"
        text += "\n\n".join(NOTES) + "\n\n"
        if xbrl:
            self.covered(doc_id, public_at, text)
        cells_of = []
        for title, rows in (("Income", INCOME), ("Balance", BALANCE), ("Cash flows", CASH)):
            start = len(text)
            head = "Year ended December 31," if rows is not BALANCE else "December 31,"
            text += f"| | {head} 2024 | {head} 2023 |\n|---|---:|---:|\n"
            cells = [
                Cell(row=0, col=1, rowspan=1, colspan=2, text=head, value=None, header=True),
                Cell(row=1, col=1, rowspan=1, colspan=1, text="2024", value=None, header=True),
                Cell(row=1, col=2, rowspan=1, colspan=1, text="2023", value=None, header=True),
            ]
            for index, (label, concept, new, old) in enumerate(rows):
                new, old = new + shift * (1 + index % 3), old + shift
                if restate and label == "Revenue":
                    old += restate
                row = index + 2
                text += f"| {label} |"
                cells.append(
                    Cell(row=row, col=0, rowspan=1, colspan=1, text=label, value=None, header=False)
                )
                for col, value, year in ((1, new, 2024), (2, old, 2023)):
                    at = len(text) + 1
                    text += f" {shown(value)} |"
                    cells.append(
                        Cell(
                            row=row,
                            col=col,
                            rowspan=1,
                            colspan=1,
                            text=shown(value),
                            value=DecimalText(str(value)),
                            header=False,
                        )
                    )
                    if concept and xbrl:
                        self.facts.append(
                            Fact(
                                fact_id=f"{doc_id}#{title}{index}{year}",
                                doc_id=doc_id,
                                public_at=public_at,
                                concept=concept,
                                kind="number",
                                value=DecimalText(str(Decimal(value) * 1_000_000)),
                                text=None,
                                unit="USD",
                                decimals="-6",
                                scale=6,
                                sign=None,
                                period_start=None if concept in INSTANT else f"{year}-01-01",
                                period_end=f"{year}-12-31",
                                start=at,
                                end=at + len(shown(value)),
                            )
                        )
                text += "\n"
            cells_of.append((title, start, len(text) - 1, cells))
            text += "\n"
        for ordinal, (title, start, end, cells) in enumerate(cells_of):
            self.tables.append(
                Table(
                    table_id=f"{doc_id}#t{ordinal}",
                    doc_id=doc_id,
                    section_key="part2.item8",
                    ordinal=ordinal,
                    start=start,
                    end=end,
                    kind="statement",
                    title=title,
                    unit="USD",
                    scale=DecimalText("1000000"),
                    header_rows=2,
                    totals=0,
                    totals_right=0,
                    cells=tuple(cells),
                    source_ref="",
                )
            )
        self.sections.append(
            Section(
                section_id=f"{doc_id}#s0",
                doc_id=doc_id,
                key="part1.item1",
                title="Business",
                level=1,
                parent=None,
                start=0,
                end=text.index("| |"),
                status="present",
                points_to=None,
                confidence=1.0,
                checks_failed=(),
            )
        )
        self.documents.append(
            Document(
                doc_id=doc_id,
                filing_id=accession,
                file_id=f"mini/{accession}.htm",
                source="mini",
                source_path=f"{accession}.htm",
                doc_type=form,
                lang=lang,
                title=name,
                text=text,
                text_sha256=hashlib.sha256(text.encode()).hexdigest(),
                extractor="mini@1",
                n_chars=len(text),
                public_at=public_at,
            )
        )
        self.splits.append(DocSplit(doc_id=doc_id, filer_id=filer_id, split=split, rule="filer"))  # type: ignore[arg-type]
        self.decisions.append(
            Decision(
                unit_id=doc_id,
                outcome="kept" if kept else "dropped",
                rule="",
                reason="",
                score=None,
                threshold=None,
                matched_id=None,
            )
        )
        return doc_id

    def covered(self, doc_id: str, public_at: str | None, text: str) -> None:
        """What the cover and the prose of a filing tag."""
        told = (
            (
                "dei:EntityFilerCategory",
                "text",
                "Large accelerated filer",
                "Large Accelerated Filer",
            ),
            ("dei:DocumentPeriodEndDate", "date", "December 31, 2024", "2024-12-31"),
            ("us-gaap:EffectiveIncomeTaxRateContinuingOperations", "number", RATE, "0.215"),
        )
        for concept, kind, quote, value in told:
            number = kind == "number"
            start = text.index(quote)
            self.facts.append(
                Fact(
                    fact_id=f"{doc_id}#{concept}",
                    doc_id=doc_id,
                    public_at=public_at,
                    concept=concept,
                    kind=kind,  # type: ignore[arg-type]
                    value=DecimalText(value) if number else None,
                    text=None if number else value,
                    unit="pure" if number else None,
                    decimals="3" if number else None,
                    scale=-2 if number else None,
                    sign=None,
                    period_start="2024-01-01",
                    period_end="2024-12-31",
                    start=start,
                    end=start + len(quote),
                )
            )

    def loose(self, filing: str, doc_type: str, text: str) -> None:
        """A further document of a filing: text alone."""
        doc_id = f"{filing}:{doc_type}"
        first = next(d for d in self.documents if d.filing_id == filing)
        split = next(s for s in self.splits if s.doc_id == first.doc_id)
        digest = hashlib.sha256(text.encode()).hexdigest()
        self.documents.append(
            replace(
                first, doc_id=doc_id, doc_type=doc_type, text=text, text_sha256=digest,
                n_chars=len(text),
            )
        )  # fmt: skip
        self.splits.append(replace(split, doc_id=doc_id))
        self.decisions.append(replace(self.decisions[0], unit_id=doc_id))

    def write(self, path: Path) -> Artifact:
        corpus = Artifact.create(path, "corpus", settings={}, inputs={})
        corpus.commit(
            "mini",
            "0",
            {
                "documents": [to_batch(Document, self.documents)],
                "filings": [to_batch(Filing, self.filings)],
                "sections": [to_batch(Section, self.sections)],
                "tables": [to_batch(Table, self.tables)],
                "facts": [to_batch(Fact, self.facts)],
                "doc_splits": [to_batch(DocSplit, self.splits)],
                "decisions/select": [to_batch(Decision, self.decisions)],
            },
            {"rows_in": 1, "rows_kept": 1, "rows_dropped": 0, "rows_quarantined": 0},
        )
        corpus.finish("mini", name="mini", version=1, unit="document", seconds=0.0)
        corpus.close()
        return Artifact.open(path)


def mini_corpus(path: Path) -> Artifact:
    """Four filers; the first restates its revenue of 2023 in a 10-K/A; one document was dropped."""
    maker = Maker()
    for filer_id, name, split, shift in FILERS:
        maker.filing(filer_id, name, split, shift, xbrl=filer_id != "cik:2")
    maker.filing(
        "cik:1",
        "Alder Works",
        "train",
        0,
        form="10-K/A",
        accession="000-1A",
        public_at="2025-06-02T21:00:00Z",
        restate=3,
    )
    maker.filing("cik:2", "Birch & Sons", "train", 8, accession="000-2D", kept=False)
    maker.loose("000-1", "EX-99.1", "\n\n".join(NEWS))
    maker.loose("000-1", "EX-99.2", EXAM)
    return maker.write(path)
