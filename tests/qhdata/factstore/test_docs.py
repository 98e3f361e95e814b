"""The examples of docs/factstore.md run, and give what it shows."""

from __future__ import annotations

import doctest
import importlib
import json
import pkgutil
import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from store_by_hand import dei, hand_store, lodged, num

from qhdata import factstore
from qhdata.factstore.quarters import REASONS
from qhdata.factstore.schema import TABLES
from qhdata.factstore.store import FactStore

DOC = Path(__file__).parents[3] / "docs" / "factstore.md"
M = 1_000_000
YEAR = ("2023-01-01", "2023-12-31")


def example(path: Path) -> FactStore:
    return hand_store(
        path,
        lodged(
            "10-Q", "2023-11-01T00:00:00Z", num("Revenues", 60 * M, YEAR[0], "2023-09-30"),
            dei("CurrentFiscalYearEndDate", "--12-31"), form="10-Q", period_end="2023-09-30",
            fiscal_year=2023, filer="Elm Corp",
        ),
        lodged(
            "10-K", "2024-02-01T00:00:00Z", num("Revenues", 100 * M, *YEAR),
            num("NetIncomeLoss", 15 * M, *YEAR), num("Assets", 83 * M, None, YEAR[1]),
            num("LiabilitiesAndStockholdersEquity", 83 * M, None, YEAR[1]),
            num("Liabilities", 45 * M, None, YEAR[1]),
            num("StockholdersEquity", 36 * M, None, YEAR[1]),
            period_end=YEAR[1], fiscal_year=2023, filer="Elm Corp",
        ),
        lodged(
            "10-K/A", "2024-06-01T00:00:00Z", num("Revenues", 99 * M, *YEAR),
            dei("TradingSymbol", "OAK"), dei("SecurityExchangeName", "NYSE"),
            form="10-K/A", period_end=YEAR[1], fiscal_year=2023, filer="Oak Inc",
        ),
    )  # fmt: skip


def test_the_examples_give_what_they_show(tmp_path: Path) -> None:
    (block,) = re.findall(r"```pycon\n(.*?)```", DOC.read_text(encoding="utf-8"), re.S)
    test = doctest.DocTestParser().get_doctest(
        block, {"store": example(tmp_path)}, DOC.name, str(DOC), 0
    )
    report: list[str] = []
    outcome = doctest.DocTestRunner().run(test, out=report.append)
    assert outcome.attempted > 10
    assert not outcome.failed, "".join(report)


@pytest.mark.parametrize("name", [m.name for m in pkgutil.iter_modules(factstore.__path__)])
def test_the_examples_of_a_module_run(name: str) -> None:
    outcome = doctest.testmod(importlib.import_module(f"qhdata.factstore.{name}"))
    assert not outcome.failed


def test_every_table_and_reason_is_named() -> None:
    text = DOC.read_text(encoding="utf-8")
    for name in (*TABLES, *(r for r in REASONS if r != "different_things")):
        assert f"`{name}`" in text, name


def test_the_counts_are_those_of_the_stored_run() -> None:
    text = DOC.read_text(encoding="utf-8")
    (path,) = re.findall(r"\((\.\./benchmarks/results/[-\w]*statements\.json)\)", text)
    run = json.loads((DOC.parent / path).read_text())
    shown = re.findall(r"\| `(\w+)` \| (\d+) \| (\d+) \|", text)
    assert [(name, int(holds), int(fails)) for name, holds, fails in shown] == [
        (name, row["holds"], row["fails"]) for name, row in run["identities"].items()
    ]
    for count in (run["facts"], run["figures"], run["quarters"]["reported"],
                  run["quarters"]["derived"], run["vintages"]["same"]):  # fmt: skip
        assert f"{count:,}" in text
    assert run["own_labels"] == {"same": 19, "other": []}
