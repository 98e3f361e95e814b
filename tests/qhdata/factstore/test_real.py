"""Real filings: derived quarters are those that the filers announced."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.build import build
from qhdata.artifact import Artifact
from qhdata.factstore.build import build_store
from qhdata.factstore.quarters import Flow
from qhdata.factstore.store import FactStore
from qhdata.step import Skip

REAL = Path(os.environ.get("QHDATA_REAL", Path(__file__).parents[4] / "shared" / "data"))
pytestmark = [
    pytest.mark.real,
    pytest.mark.slow,
    pytest.mark.skipif(not REAL.is_dir(), reason="the real filings are not here"),
]
SNOWFLAKE, APPLE = "cik:0001640147", "cik:0000320193"


def built(source: Path, path: Path) -> FactStore:
    build(source, out=path / "c", workers=1)
    return build_store(Artifact.open(path / "c", "corpus"), path / "facts.sqlite")


@pytest.mark.parametrize(
    ("year", "n", "millions"),
    [(2024, 4, "774.699"), (2025, 1, "828.709"), (2024, 3, "734.173"), (2023, 4, "589.012")],
)
def test_revenue_of_a_year_that_ends_in_january(
    companyfacts: FactStore, year: int, n: int, millions: str
) -> None:
    """As its press releases have it."""
    found = companyfacts.quarter(SNOWFLAKE, "revenue", year, n)
    assert isinstance(found, Flow)
    assert found.value == Decimal(millions) * 10**6
    assert found.derived == (n == 4)


@pytest.fixture(scope="module")
def companyfacts(tmp_path_factory: pytest.TempPathFactory) -> FactStore:
    return built(REAL / "facts" / "companyfacts", tmp_path_factory.mktemp("companyfacts"))


def test_nothing_is_known_before_its_filing(companyfacts: FactStore) -> None:
    asked = (SNOWFLAKE, "revenue", 2024, 4)
    assert companyfacts.quarter(*asked, as_of="2024-03-01") == Skip("not_reported")
    found = companyfacts.quarter(*asked, as_of="2024-03-27T05:00:00Z")
    assert isinstance(found, Flow)
    assert found.public_at == "2024-03-27T05:00:00Z"


def test_a_year_of_52_weeks_and_its_last_quarter(tmp_path: Path) -> None:
    store = built(REAL / "filings" / "sec" / "html_2020s" / "aapl", tmp_path)
    weeks = {p.end: p.weeks for p in store.periods(APPLE) if p.fiscal_period == "FY" and p.start}
    assert weeks == {"2022-09-24": 52, "2023-09-30": 53, "2024-09-28": 52}
    last = store.quarter(APPLE, "net_income", 2024, 4)
    assert isinstance(last, Flow)
    assert (last.value, last.derived) == (14_736 * 10**6, True)
    assert (last.period_start, last.period_end) == ("2024-06-30", "2024-09-28")
    filer = store.filer(APPLE)
    assert filer is not None
    assert (filer.tickers, filer.year_end) == ((("AAPL", "NASDAQ"),), "09-27")
    assert all(finding.holds for *_, finding in store.every_identity())
