"""What the fact store makes of real filings: periods, quarters, restatements, identities.

    python benchmarks/statements.py CORPUS [--keep] [--name statements]

CORPUS is a corpus of real filings with XBRL. Three things are checked against what filers say: the
fiscal year and quarter that a report's own end is given (`dei:DocumentFiscalYearFocus` and
`PeriodFocus`), quarters that are reported and can be derived too, and the identities of statements.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from dated import keep, stamp

from qhdata.artifact import Artifact
from qhdata.factstore import flows
from qhdata.factstore.build import build_store
from qhdata.factstore.calendar import classify
from qhdata.factstore.quarters import QUARTERS, Flow, same
from qhdata.factstore.store import FactStore


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--keep", action="store_true", help="write benchmarks/results")
    parser.add_argument("--name", default="statements", help="of the result that is kept")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = build_store(Artifact.open(args.corpus, "corpus"), Path(folder) / "facts.sqlite")
        found: dict[str, Any] = {
            **stamp("fact store: real statements", "python benchmarks/statements.py CORPUS"),
            **store.counts(),
            "refused": json.loads(store.meta("refused")),
            "periods": periods(store),
            "own_labels": own_labels(store),
            "quarters": quarters(store),
            "vintages": vintages(store),
            "identities": identities(store),
        }
        store.close()
    print(json.dumps(found, indent=1))
    if args.keep:
        keep(args.name, found)


def periods(store: FactStore) -> dict[str, int]:
    rows = store.connection.execute(
        "SELECT CASE period_start WHEN '' THEN 'instant ' ELSE '' END || fiscal_period, count(*)"
        " FROM periods GROUP BY 1 ORDER BY 2 DESC"
    )
    weeks = store.connection.execute(
        "SELECT weeks || ' weeks', count(*) FROM periods WHERE weeks NOT NULL GROUP BY 1 ORDER BY 1"
    )
    return {name: count for name, count in (*rows, *weeks)}


def own_labels(store: FactStore) -> dict[str, Any]:
    """Of filings that say their fiscal year and period: how many ends are given the same."""
    same, other = 0, []
    for filer, end, year, part in store.connection.execute(
        "SELECT filer_id, period_end, fiscal_year, fiscal_period FROM filings"
        " WHERE period_end NOT NULL AND fiscal_year NOT NULL AND fiscal_period NOT NULL"
    ).fetchall():
        found = classify(store.years(filer), None, end)
        if (found.fiscal_year, found.fiscal_period) == (year, part):
            same += 1
        else:
            other.append(f"{filer} {end}: {year} {part}, not {found.fiscal_year} "
                         f"{found.fiscal_period}")  # fmt: skip
    return {"same": same, "other": other}


def quarters(store: FactStore) -> dict[str, Any]:
    """Every fiscal quarter of every concept with a duration: reported, derived, or why neither; and
    of those that are reported and derivable, how many are the same within rounding.
    """
    counts: Counter[str] = Counter()
    checked: Counter[str] = Counter()
    for filer, name in store.connection.execute(
        "SELECT DISTINCT filer_id, concept FROM facts WHERE kind = 'number' AND dimensions = '[]'"
        " AND period_start NOT NULL ORDER BY 1, 2"
    ).fetchall():
        years = [
            year
            for (year,) in store.connection.execute(
                "SELECT DISTINCT p.fiscal_year FROM facts f JOIN periods p ON p.filer_id ="
                " f.filer_id AND p.period_end = f.period_end AND p.period_start = f.period_start"
                " WHERE f.filer_id = ? AND f.concept = ? AND f.dimensions = '[]' ORDER BY 1",
                (filer, name),
            )
        ]
        for year in years:
            for n in (1, 2, 3, 4):
                found = store.quarter(filer, name, year, n)
                if not isinstance(found, Flow):
                    counts[found.reason] += 1
                    continue
                counts["derived" if found.derived else "reported"] += 1
                if found.derived:
                    continue
                for way in QUARTERS[n][1:]:
                    other = flows.by_way(store.connection, filer, name, year, way, found.unit, None)
                    if isinstance(other, Flow):
                        checked["same" if same(found, other) else name] += 1
    return {**dict(counts.most_common()), "reported_and_derivable": dict(checked)}


def vintages(store: FactStore) -> dict[str, int]:
    """Reports after the first: the same, rounded or restated."""
    counts: Counter[str] = Counter()
    for key in store.connection.execute(
        "SELECT filer_id, concept, period_end, period_start, unit FROM facts"
        " WHERE kind = 'number' AND dimensions = '[]' GROUP BY 1, 2, 3, 4, 5"
    ).fetchall():
        filer, name, end, start, unit = key
        for vintage in store.vintages(filer, name, end, period_start=start, unit=unit):
            counts[vintage.change] += 1
    return dict(counts.most_common())


def identities(store: FactStore) -> dict[str, dict[str, Any]]:
    """By identity: how many hold and fail, and the three largest failures."""
    found: dict[str, dict[str, Any]] = {}
    for filer, start, end, finding in store.every_identity():
        row = found.setdefault(finding.identity, {"holds": 0, "fails": 0, "largest": []})
        row["holds" if finding.holds else "fails"] += 1
        if not finding.holds:
            told = f"{filer} {start or ''}..{end}: {finding.excess:f} beyond rounding"
            row["largest"].append((finding.excess, told))
    for row in found.values():
        row["largest"] = [told for _, told in sorted(row["largest"], reverse=True)[:3]]
    return dict(sorted(found.items()))


if __name__ == "__main__":
    main()
