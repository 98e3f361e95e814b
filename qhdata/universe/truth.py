"""The truth beside a universe: what every file is, what it says, and what was planted.

Paths are relative to the universe's folder (`filings/edgar/...`), which is also how `qhdata
build` names files of the SOURCEs `filings` and `general`. A document is `path#sequence`; a
loose file is `path#1`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qhdata.universe.filers import InventedFiler
from qhdata.universe.inline_xbrl import TaggedFact

FACT_COLUMNS = (
    "doc",
    "xml_id",
    "concept",
    "kind",
    "value",
    "unit",
    "period_start",
    "period_end",
    "dimensions",
    "decimals",
    "scale",
    "hidden",
)
"""Facts are rows under these columns, not objects: there are thousands. Values have no trailing
zeros: compare them as decimals, not as text."""

PRINTED_COLUMNS = ("doc", "label", "value", "unit", "period_end")
"""Values of tables that carry no tags."""


@dataclass(slots=True)
class Truth:
    """Collects while the universe is written."""

    out: Path
    files: dict[str, str] = field(default_factory=dict)
    """path -> kind (submission, loose, general, copy, broken)."""
    filings: list[dict[str, Any]] = field(default_factory=list)
    facts: list[list[Any]] = field(default_factory=list)
    printed: list[list[str]] = field(default_factory=list)
    duplicates: list[dict[str, str]] = field(default_factory=list)
    near: list[dict[str, str]] = field(default_factory=list)
    twins: list[dict[str, str]] = field(default_factory=list)
    broken: list[dict[str, Any]] = field(default_factory=list)
    general: list[dict[str, str]] = field(default_factory=list)

    def write(self, path: str, data: str | bytes, kind: str) -> str:
        """Write one file below the universe's folder; text is UTF-8 with line feeds on every
        system."""
        target = self.out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data.encode() if isinstance(data, str) else data)
        self.files[path] = kind
        return path

    def add_facts(self, doc: str, facts: Sequence[TaggedFact]) -> None:
        """The facts of one document, text blocks aside."""
        for fact in facts:
            if fact.kind == "text_block":
                continue
            start = fact.period.start.isoformat() if fact.period.start else None
            self.facts.append(
                [
                    doc,
                    fact.xml_id,
                    fact.concept,
                    fact.kind,
                    fact.value,
                    fact.unit,
                    start,
                    fact.period.end.isoformat(),
                    [list(pair) for pair in fact.dimensions],
                    fact.decimals,
                    fact.scale,
                    fact.hidden,
                ]
            )

    def finish(self, settings: dict[str, int], filers: Sequence[InventedFiler]) -> dict[str, Any]:
        """The whole truth, also written to `truth.json`."""
        truth: dict[str, Any] = {
            "settings": settings,
            "counts": {
                "files": len(self.files),
                "filers": len(filers),
                "filings": len(self.filings),
                "documents": sum(len(f["documents"]) for f in self.filings),
                "facts": len(self.facts),
                "general": len(self.general),
                "duplicates": len(self.duplicates),
                "near": len(self.near),
                "twins": len(self.twins),
                "broken": len(self.broken),
            },
            "filers": [
                {
                    "cik": filer.cik,
                    "name": filer.name,
                    "ticker": filer.ticker,
                    "sic": filer.industry.sic,
                    "industry": filer.industry.name,
                    "archetype": filer.industry.archetype,
                    "size": filer.size,
                    "fiscal_year_end_month": filer.last_month,
                }
                for filer in filers
            ],
            "filings": self.filings,
            "fact_columns": list(FACT_COLUMNS),
            "facts": self.facts,
            "printed_columns": list(PRINTED_COLUMNS),
            "printed": self.printed,
            "duplicates": self.duplicates,
            "near": self.near,
            "twins": self.twins,
            "broken": self.broken,
            "general": self.general,
            "files": self.files,
        }
        (self.out / "truth.json").write_bytes(_readable(truth).encode())
        return truth


def _readable(truth: dict[str, Any]) -> str:
    """JSON with one row a line: small, and still to be read and diffed."""
    lines = []
    for key, value in truth.items():
        if isinstance(value, list) and value:
            rows = ",\n".join(json.dumps(row, ensure_ascii=False) for row in value)
            lines.append(f"{json.dumps(key)}: [\n{rows}\n]")
        else:
            lines.append(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"
