"""A small corpus of five filers, three years and a restatement, and the world built from it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.env import build_world
from qhdata.artifact import Artifact
from qhdata.env import World
from qhdata.env.tasks import AgenticSettings, agentic
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
    SplitRow,
    Table,
    Task,
    to_batch,
)
from qhdata.synth.settings import Limits

NAMES = ("Aster Corp", "Borealis Holdings", "Cobalt Foods Inc", "Dune Energy", "Ember Bank")
SPLITS = ("train", "train", "train", "dev", "test")
CONCEPTS = (
    ("Revenues", True, 100),
    ("CostOfRevenue", True, 60),
    ("NetIncomeLoss", True, 11),
    ("OperatingIncomeLoss", True, 20),
    ("Assets", False, 300),
    ("Liabilities", False, 140),
    ("CashAndCashEquivalentsAtCarryingValue", False, 25),
)
LATER = "2023-06-15T12:00:00Z"
"""When the restated value of Aster's 2022 net income became public: first 17, then 7."""


def make_corpus(folder: Path) -> Artifact:
    rows: dict[str, tuple[type, list[object]]] = {
        "filings": (Filing, []),
        "documents": (Document, []),
        "sections": (Section, []),
        "tables": (Table, []),
        "facts": (Fact, []),
        "splits": (SplitRow, []),
        "doc_splits": (DocSplit, []),
        "decisions/select": (Decision, []),
    }
    for index, name in enumerate(NAMES):
        filer_id = f"cik:{index + 1:010d}"
        rows["splits"][1].append(SplitRow(filer_id=filer_id, split=SPLITS[index], rule="test"))
        for year in (2021, 2022, 2023):
            changed = {("NetIncomeLoss", 2022): 7} if (index, year) == (0, 2023) else {}
            _file(rows, index, name, filer_id, year, year, f"{year + 1}-02-20T21:00:00Z", changed)
    _old_file(rows)
    restated = {("NetIncomeLoss", 2022): 7}
    _file(rows, 0, NAMES[0], "cik:0000000001", 2022, 9022, LATER, restated)
    with Artifact.create(folder, "corpus", settings={}, inputs={}) as corpus:
        corpus.commit(
            "extract",
            "c0",
            {name: [to_batch(cls, found)] for name, (cls, found) in rows.items()},
            {"rows_in": 1, "rows_kept": 1, "rows_dropped": 0, "rows_quarantined": 0},
        )
        corpus.finish("extract", name="extract", version=1, unit="document", seconds=0.0)
    return Artifact.open(folder, "corpus")


def _old_file(rows) -> None:  # type: ignore[no-untyped-def]
    """Dune's annual report for 1996: a table without a single tag."""
    _file(rows, 3, NAMES[3], "cik:0000000004", 1996, 1996, "1997-03-28T21:00:00Z", {})
    document, filing = rows["documents"][1].pop(), rows["filings"][1].pop()
    rows["facts"][1][:] = [f for f in rows["facts"][1] if f.doc_id != document.doc_id]
    lines = [
        ("", "1996", "1995"),
        ("Revenues", "412", "388"),
        ("Net income", "31", "(4)"),
        ("Other things", "7", "8"),
        ("Total assets", "900", "870"),
    ]
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    text = document.text + "\n" + table + "\n"
    rows["filings"][1].append(replace(filing, form="10-K405"))
    rows["documents"][1].append(
        replace(
            document,
            text=text,
            n_chars=len(text),
            text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        )
    )
    cells = [
        Cell(
            row=r,
            col=c,
            rowspan=1,
            colspan=1,
            text=shown,
            value=(shown.replace("(", "-").strip(")") if r and c else None),  # type: ignore[arg-type]
            header=r == 0,
        )
        for r, line in enumerate(lines)
        for c, shown in enumerate(line)
        if shown
    ]
    rows["tables"][1].append(
        Table(
            table_id=f"{document.doc_id}:t1",
            doc_id=document.doc_id,
            section_key=None,
            ordinal=1,
            start=len(document.text) + 1,
            end=len(text) - 1,
            kind="statement",
            title="Selected data",
            unit="USD",
            scale=DecimalText("1000000"),
            header_rows=1,
            totals=0,
            totals_right=0,
            cells=tuple(cells),
            source_ref="",
        )
    )


def _file(rows, index, name, filer_id, year, serial, public_at, changed) -> None:  # type: ignore[no-untyped-def]
    accession = f"{index + 1:010d}-{serial % 100:02d}-{serial:06d}"
    doc_id = f"{accession}:1"
    text = f"{name} annual report {year}\nITEM 1. Business. We sell anvils and lanterns.\n"
    facts = []
    for place, (concept, flow, base) in enumerate(CONCEPTS):
        for when in (year, year - 1):
            value = changed.get((concept, when), base + 9 * index + (when - 2020) * (place + 1))
            start = len(text) + len(concept) + 6
            text += f"{concept} {when} {value}\n"
            facts.append(
                Fact(
                    fact_id=f"{doc_id}#{concept}{when}",
                    doc_id=doc_id,
                    public_at=public_at,
                    concept=f"us-gaap:{concept}",
                    kind="number",
                    value=f"{value}000000",
                    text=None,
                    unit="USD",
                    decimals="-6",
                    scale=6,
                    sign=None,
                    period_start=f"{when}-01-01" if flow else None,
                    period_end=f"{when}-12-31",
                    start=start,
                    end=start + len(str(value)),
                )
            )
            assert text[start : start + len(str(value))] == str(value)
    text += "filler " * 900
    rows["filings"][1].append(
        Filing(
            filing_id=accession,
            accession=accession,
            form="10-K/A" if serial > 9000 else "10-K",
            filers=(Filer(filer_id=filer_id, name=name),),
            period_end=f"{year}-12-31",
            fiscal_year=year,
            filed_at=public_at[:10],
            accepted_at=public_at,
            public_at=public_at,
            public_at_basis="acceptance",
            sic=None,
            amends=None,
            license="invented",
            source_url=None,
        )
    )
    rows["documents"][1].append(
        Document(
            doc_id=doc_id,
            filing_id=accession,
            file_id=f"s/{doc_id}",
            source="s",
            source_path=doc_id,
            doc_type="10-K",
            lang="en",
            title=f"{name} 10-K {year}",
            text=text,
            text_sha256=hashlib.sha256(text.encode()).hexdigest(),
            extractor="test@1",
            n_chars=len(text),
            public_at=public_at,
        )
    )
    rows["sections"][1].append(
        Section(
            section_id=f"{doc_id}#1",
            doc_id=doc_id,
            key="part1.item1",
            title="Business",
            level=1,
            parent=None,
            start=text.index("ITEM 1"),
            end=len(text),
            status="present",
            points_to=None,
            confidence=1.0,
            checks_failed=(),
        )
    )
    rows["facts"][1].extend(facts)
    rows["doc_splits"][1].append(
        DocSplit(doc_id=doc_id, filer_id=filer_id, split=SPLITS[index], rule="test")
    )
    rows["decisions/select"][1].append(
        Decision(
            unit_id=doc_id,
            outcome="kept",
            rule="",
            reason="",
            score=None,
            threshold=None,
            matched_id=None,
        )
    )


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    return make_corpus(tmp_path_factory.mktemp("corpus") / "c")


@pytest.fixture(scope="session")
def world_path(corpus: Artifact, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("world") / "w"
    build_world(corpus, path)
    return path


@pytest.fixture(scope="session")
def world(world_path: Path) -> World:
    return World.open(world_path)


@pytest.fixture(scope="session")
def tasks(corpus: Artifact, world: World) -> list[Task]:
    """Some tasks of every generator of every domain."""
    limits = Limits(train=120, dev=40, test=40)
    found = []
    for compact in (False, True):
        settings = AgenticSettings(limits=limits, compact=compact, slips=0.3)
        found += [t for t in agentic(corpus, world, settings, 7) if isinstance(t, Task)]
    return found
