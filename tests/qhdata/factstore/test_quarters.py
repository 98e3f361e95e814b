"""Quarters from year to date, fourth quarters, trailing twelve months, and why there is none."""

from __future__ import annotations

import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from store_by_hand import FILER, hand_store, lodged, num

from qhdata.errors import UserError
from qhdata.factstore.quarters import REASONS, Flow, Part, combine, no_sum, part_of
from qhdata.factstore.rows import StoredFact
from qhdata.factstore.store import FactStore
from qhdata.factstore.years import DAY, move
from qhdata.step import Skip

M = 1_000_000
SPANS = {"Q1": ("01-01", "03-31"), "Q2": ("04-01", "06-30"), "Q3": ("07-01", "09-30"),
         "Q4": ("10-01", "12-31"), "H1": ("01-01", "06-30"), "9M": ("01-01", "09-30"),
         "FY": ("01-01", "12-31")}  # fmt: skip


def span(year: int, part: str) -> tuple[str, str]:
    start, end = SPANS[part]
    return f"{year}-{start}", f"{year}-{end}"


def told(year: int, concept: str = "Revenues", **parts: int) -> list[Any]:
    """parts: `Q1=10`, `N9=..` for nine months; in millions."""
    names = {"N9": "9M"}
    return [num(concept, v * M, *span(year, names.get(p, p))) for p, v in parts.items()]


def q(name: str, day: str, year: int, *facts: Any) -> Any:
    ends = {"03": "Q1", "06": "Q2", "09": "Q3"}
    return lodged(
        name, f"{day}T00:00:00Z", *facts, form="10-Q", fiscal_year=year,
        period_end=max(f.period_end for f in facts if ends.get(f.period_end[5:7])),
    )  # fmt: skip


def k(name: str, day: str, year: int, *facts: Any) -> Any:
    return lodged(name, f"{day}T00:00:00Z", *facts, period_end=f"{year}-12-31", fiscal_year=year)


YEARS = (
    k("k22", "2023-02-01", 2022, *told(2022, FY=90)),
    q("q1", "2023-05-01", 2023, *told(2023, Q1=10), *told(2022, Q1=9)),
    q("q2", "2023-08-01", 2023, *told(2023, Q2=20, H1=30), *told(2022, H1=29)),
    q("q3", "2023-11-01", 2023, *told(2023, N9=60), *told(2022, N9=59)),
    k("k23", "2024-02-01", 2023, *told(2023, FY=100), *told(2022, FY=90)),
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> FactStore:
    return hand_store(tmp_path_factory.mktemp("quarters"), *YEARS)


def ask(store: FactStore, n: int, year: int = 2023, **over: Any) -> Any:
    found = store.quarter(FILER, "us-gaap:Revenues", year, n, **over)
    if isinstance(found, Skip):
        return found.reason
    return (found.value / M, found.derived, [(s, f.filing_id) for s, f in found.parts])


def test_a_reported_quarter_is_as_reported_and_others_are_derived_and_marked(
    store: FactStore,
) -> None:
    assert ask(store, 1) == (10, False, [(1, "q1")])
    assert ask(store, 2) == (20, False, [(1, "q2")])
    assert ask(store, 3) == (30, True, [(1, "q3"), (-1, "q2")])
    assert ask(store, 4) == (40, True, [(1, "k23"), (-1, "q3")])
    assert ask(store, 2, 2022) == (20, True, [(1, "q2"), (-1, "q1")])
    assert ask(store, 4, 2022) == (31, True, [(1, "k22"), (-1, "q3")])


def test_a_derived_quarter_says_its_span_its_precision_and_when_it_could_be_known(
    store: FactStore,
) -> None:
    found = store.quarter(FILER, "revenue", 2023, 4)
    assert isinstance(found, Flow)
    assert (found.period_start, found.period_end) == ("2023-10-01", "2023-12-31")
    assert (found.decimals, found.public_at) == ("-6", "2024-02-01T00:00:00Z")
    assert found.slack == M, "half a million for the year, half for nine months"
    assert ask(store, 4, as_of="2024-01-31") == "not_reported"
    early = store.quarter(FILER, "revenue", 2022, 4)
    assert isinstance(early, Flow)
    assert early.public_at == "2023-11-01T00:00:00Z", "nine months of 2022 came late"


def test_trailing_twelve_months_are_of_three_numbers_or_four_quarters(store: FactStore) -> None:
    def ttm(n: int, year: int = 2023, **over: Any) -> Any:
        found = store.trailing(FILER, "us-gaap:Revenues", year, n, **over)
        if isinstance(found, Skip):
            return found.reason
        return found.value / M, found.period_start, found.period_end, found.derived

    assert ttm(3) == (91, "2022-10-01", "2023-09-30", True)
    assert ttm(4) == (100, "2023-01-01", "2023-12-31", False)
    assert ttm(3, as_of="2023-10-31") == "not_reported"
    assert ttm(1, 2022) == "not_reported"


def test_four_quarters_come_to_a_year_that_nobody_reports(tmp_path: Path) -> None:
    store = hand_store(
        tmp_path,
        q("a", "2023-05-01", 2023, *told(2023, Q1=1)),
        q("b", "2023-08-01", 2023, *told(2023, H1=3)),
        q("c", "2023-11-01", 2023, *told(2023, N9=6)),
        k("k", "2024-02-01", 2023, *told(2023, Q4=4)),
    )  # fmt: skip
    found = store.trailing(FILER, "us-gaap:Revenues", 2023, 4)
    assert isinstance(found, Flow)
    assert (found.value, found.derived) == (10 * M, True)
    assert [(s, f.filing_id) for s, f in found.parts] == [(1, "k"), (1, "c")]


def restated(tmp_path: Path, *more: Any) -> FactStore:
    return hand_store(tmp_path, *YEARS, *more)


def test_a_part_that_was_restated_alone_makes_no_quarter(tmp_path: Path) -> None:
    """Next year's report tells nine months anew (a business was sold); the year is not told yet."""
    store = restated(
        tmp_path / "1", q("q3b", "2024-11-01", 2024, *told(2024, N9=70), *told(2023, N9=50))
    )
    assert ask(store, 4) == "restated_between_parts"
    assert ask(store, 4, as_of="2024-10-31") == (40, True, [(1, "k23"), (-1, "q3")])
    both = restated(
        tmp_path / "2",
        lodged("ka", "2024-06-01T00:00:00Z", *told(2023, FY=85, N9=50), form="10-K/A"),
    )
    assert ask(both, 4) == (35, True, [(1, "ka"), (-1, "ka")])
    rounded = restated(
        tmp_path / "3",
        lodged("r", "2024-06-01T00:00:00Z", num("Revenues", 100_400_000, *span(2023, "FY"),
                                               decimals="-5"), form="8-K"),
    )  # fmt: skip
    assert ask(rounded, 4) == (Decimal("40.4"), True, [(1, "r"), (-1, "q3")])


def test_a_quarter_restated_before_the_half_year_was_told_is_one_with_it(tmp_path: Path) -> None:
    store = hand_store(
        tmp_path,
        q("q1", "2023-05-01", 2023, *told(2023, Q1=10)),
        q("q1a", "2023-06-01", 2023, *told(2023, Q1=8)),
        q("q2", "2023-08-01", 2023, *told(2023, H1=30)),
    )  # fmt: skip
    assert ask(store, 2) == (22, True, [(1, "q2"), (-1, "q1a")])


@pytest.mark.parametrize(
    ("concept", "unit", "reason"),
    [
        ("us-gaap:EarningsPerShareDiluted", "USD/shares", "per_share"),
        ("us-gaap:WeightedAverageNumberOfDilutedSharesOutstanding", "shares", "average_or_ratio"),
        ("us-gaap:IncrementalCommonSharesAttributableToConversion", "shares", "count"),
        ("us-gaap:EffectiveIncomeTaxRateContinuingOperations", "pure", "average_or_ratio"),
        ("us-gaap:NumberOfReportableSegments", "segment", "count"),
        ("us-gaap:CapitalExpendituresIncurredButNotYetPaid", "USD", "does_not_add_up"),
        ("us-gaap:ContractWithCustomerLiabilityRevenueRecognized", "USD", "does_not_add_up"),
        ("us-gaap:TreasuryStockSharesAcquired", "shares", ""),
        ("us-gaap:StockIssuedDuringPeriodSharesNewIssues", "shares", ""),
        ("us-gaap:EffectOfExchangeRateOnCashAndCashEquivalents", "USD", ""),
    ],
)
def test_what_does_not_add_up_is_refused(
    tmp_path: Path, concept: str, unit: str, reason: str
) -> None:
    assert no_sum(concept, unit) == reason
    facts = [num(concept, 5, *span(2023, "FY"), unit=unit)]
    facts += [num(concept, 3, *span(2023, p), unit=unit) for p in ("9M", "Q3")]
    store = hand_store(tmp_path, k("k", "2024-02-01", 2023, *facts))
    found = store.quarter(FILER, concept, 2023, 4)
    assert found == Skip(reason) if reason else isinstance(found, Flow)
    assert isinstance(store.quarter(FILER, concept, 2023, 3), Flow), "reported ones are given"


def test_what_the_filers_own_quarters_contradict_does_not_add_up(tmp_path: Path) -> None:
    """Revenue from what was deferred at the beginning: each quarter has a beginning of its own."""
    store = hand_store(
        tmp_path,
        q("q1", "2023-05-01", 2023, *told(2023, "Deferred", Q1=9)),
        q("q2", "2023-08-01", 2023, *told(2023, "Deferred", Q2=9, H1=12)),
        q("q3", "2023-11-01", 2023, *told(2023, "Deferred", N9=14)),
        k("k", "2024-02-01", 2023, *told(2023, "Deferred", FY=15)),
    )
    asked = (FILER, "us-gaap:Deferred", 2023)
    assert store.quarter(*asked, 4) == Skip("does_not_add_up")
    assert isinstance(store.quarter(*asked, 2), Flow), "a reported one is given"
    assert store.quarter(*asked, 3, as_of="2023-11-01") == Skip("does_not_add_up")


def test_other_refusals_say_their_reason(tmp_path: Path) -> None:
    year, nine = span(2023, "FY"), span(2023, "9M")
    store = hand_store(
        tmp_path,
        k(
            "k", "2024-02-01", 2023,
            num("Assets", 5, None, "2023-12-31"),
            num("Segment", 5, *year, dimensions='[["a","b"]]'),
            num("TwoUnits", 9, *year), num("TwoUnits", 5, *nine, unit="EUR"),
            num("BothUnits", 9, *year), num("BothUnits", 5, *nine),
            num("BothUnits", 8, *year, unit="EUR"), num("BothUnits", 4, *nine, unit="EUR"),
            num("OneOnly", 9, *year), num("Shifted", 9, *year),
            num("Shifted", 5, "2023-01-03", nine[1]),
        ),
    )  # fmt: skip

    def why(name: str, **over: Any) -> Any:
        found = store.quarter(FILER, f"us-gaap:{name}", 2023, 4, **over)
        return found.reason if isinstance(found, Skip) else found.value

    assert why("Assets") == "instant"
    assert why("Segment") == "dimensions"
    assert why("TwoUnits") == "units_differ"
    assert why("BothUnits") == "several_units"
    assert why("BothUnits", unit="EUR") == 4
    assert why("OneOnly") == why("Nothing") == "not_reported"
    assert why("Shifted") == "periods_do_not_meet"
    with pytest.raises(UserError, match="no quarter"):
        store.quarter(FILER, "us-gaap:Assets", 2023, 5)


def fact(value: int, start: date | None, end: date, **over: Any) -> StoredFact:
    base: dict[str, Any] = dict.fromkeys(StoredFact.__slots__)
    base |= {"fact_id": f"{start}{end}", "filing_id": "f", "filer_id": "f", "concept": "us-gaap:R",
             "value": Decimal(value), "unit": "USD", "decimals": "0", "dimensions": "[]",
             "period_start": start and start.isoformat(), "period_end": end.isoformat(),
             "public_at": "2024-01-01T00:00:00Z"}  # fmt: skip
    return StoredFact(**{**base, **over})


def part(value: int, start: date | None, end: date, **over: Any) -> Part:
    found = part_of([fact(value, start, end, **over)])
    assert isinstance(found, Part)
    return found


@given(
    values=st.lists(st.integers(-(10**40), 10**40), min_size=4, max_size=4),
    end=st.dates(date(1990, 1, 1), date(2050, 1, 1)),
    cuts=st.lists(st.integers(60, 120), min_size=4, max_size=4),
    use=st.integers(1, 3),
)
def test_what_is_left_of_a_sum_is_the_part_that_was_not_taken(
    values: list[int], end: date, cuts: list[int], use: int
) -> None:
    """Exact, whatever the size, and only where spans meet to the day."""
    edges = [end]
    for days in cuts:
        edges.append(edges[-1] + days * DAY)
    whole = part(sum(values), edges[0], edges[-1] - DAY)
    taken = [part(values[n], edges[n], edges[n + 1] - DAY) for n in range(use)]
    found = combine([(1, whole), *((-1, p) for p in taken)])
    assert isinstance(found, Flow)
    assert found.value == sum(values[use:])
    assert found.period_start == edges[use].isoformat()
    shifted = part(1, edges[0] + DAY, edges[1] - DAY)
    assert combine([(1, whole), (-1, shifted)]) == Skip("periods_do_not_meet")


def test_parts_of_different_things_are_not_added() -> None:
    day = date(2024, 1, 1)
    year, half = part(5, day, move(day, 12) - DAY), move(day, 6) - DAY
    for over, reason in (
        ({"filer_id": "g"}, "different_things"), ({"concept": "us-gaap:X"}, "different_things"),
        ({"dimensions": '[["a","b"]]'}, "dimensions"), ({"unit": "EUR"}, "units_differ"),
    ):  # fmt: skip
        assert combine([(1, year), (-1, part(1, day, half, **over))]) == Skip(reason)
        assert reason in REASONS
    assert combine([(1, year), (-1, part(1, None, half))]) == Skip("instant")


def test_two_documents_of_a_filing_that_contradict_make_no_part() -> None:
    day, end = date(2024, 1, 1), date(2024, 3, 31)
    a, b = fact(5, day, end), fact(9, day, end, fact_id="x")
    assert part_of([a, b]) == Skip("conflicting_values")
    undated = [fact(5, day, end, public_at=None), fact(9, day, end, public_at=None)]
    assert part_of(undated) == Skip("conflicting_values")
    assert isinstance(part_of(undated[:1]), Part)
    assert part_of([]) == Skip("not_reported")
