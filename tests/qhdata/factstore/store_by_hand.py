"""A fact store of a few filings, written by hand, fact by fact."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from corpus_by_hand import doc, filing, write

from qhdata.artifact import Artifact
from qhdata.factstore.build import build_store
from qhdata.factstore.store import FactStore
from qhdata.records import DecimalText, DocSplit, Fact, Filer, Filing, JsonText

FILER = "cik:0000000042"
BLANK = Fact(
    fact_id="", doc_id="", public_at=None, kind="number", concept="", value=None, text=None,
    unit=None, decimals=None, scale=None, sign=None, period_start=None, period_end=None,
)  # fmt: skip


def num(concept: str, value: Any, start: str | None, end: str | None, **over: Any) -> Fact:
    """One number in millions of dollars, rounded to a million."""
    name = concept if ":" in concept else f"us-gaap:{concept}"
    known: dict[str, Any] = {"unit": "USD", "decimals": "-6"}
    return replace(
        BLANK, concept=name, value=DecimalText(str(value)), period_start=start, period_end=end,
        **{**known, **over},
    )  # fmt: skip


def dei(concept: str, text: str, dimensions: str = "[]") -> Fact:
    return replace(
        BLANK, kind="text", concept=f"dei:{concept}", text=text, period_start="2024-01-01",
        period_end="2024-12-31", dimensions=JsonText(dimensions),
    )  # fmt: skip


def lodged(
    name: str, public_at: str | None, *facts: Fact, filer: str = "Elm", **over: Any
) -> tuple[Filing, list[Fact]]:
    """A filing with one document of its name, and its facts."""
    unsaid: dict[str, Any] = {"period_end": None, "fiscal_year": None}
    filers = (Filer(filer_id=FILER, name=filer),)
    own = filing(name, accession=name, public_at=public_at, **{**unsaid, "filers": filers, **over})
    return own, [
        replace(f, fact_id=f"{name}#{n}", doc_id=name, public_at=public_at)
        for n, f in enumerate(facts)
    ]


def hand_corpus(path: Path, *filings: tuple[Filing, list[Fact]]) -> Artifact:
    documents = [
        doc(f.filing_id, f"Text of {f.filing_id}.", f.filing_id, public_at=f.public_at)
        for f, _ in filings
    ]
    parts: dict[str, list[Any]] = {
        "documents": documents,
        "filings": [f for f, _ in filings],
        "facts": [fact for _, facts in filings for fact in facts],
        "doc_splits": [
            DocSplit(doc_id=d.doc_id, filer_id=FILER, split="train", rule="x") for d in documents
        ],
    }
    write(path, **parts).close()
    return Artifact.open(path, "corpus")


def hand_store(path: Path, *filings: tuple[Filing, list[Fact]]) -> FactStore:
    return build_store(hand_corpus(path / "c", *filings), path / "facts.sqlite")
