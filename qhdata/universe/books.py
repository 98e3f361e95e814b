"""Books: one filer's flows and balances, quarter by quarter, in whole display units.

Every figure is an integer count of the unit that the filer prints (thousands or millions), so
that sums hold as printed, not only before rounding. The cash flow is derived from the changes
of the balance sheet and the balance sheet carries the resulting cash: assets equal liabilities
and equity by construction, and `tests/` prove it as properties.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from qhdata.universe.chance import rng_for, vary
from qhdata.universe.filers import InventedFiler

LAST_YEAR = 2024
"""The fiscal year of the youngest 10-K."""

HISTORY = 2
"""Years that are kept in the books before the first one reported: a 10-K compares three."""

_CENT = Decimal("0.01")


@dataclass(slots=True)
class Books:
    """Flows by (fiscal year, quarter 1..4), balances at their ends; `(first - 1, 4)` is the
    opening balance."""

    filer: InventedFiler
    first: int
    flows: dict[tuple[int, int], dict[str, int]] = field(default_factory=dict)
    stocks: dict[tuple[int, int], dict[str, int]] = field(default_factory=dict)

    def flow(self, key: str, fy: int, quarters: Iterable[int] = (1, 2, 3, 4)) -> int:
        """The sum of a flow over quarters of a fiscal year."""
        return sum(self.flows[fy, quarter].get(key, 0) for quarter in quarters)

    def stock(self, key: str, fy: int, quarter: int = 4) -> int:
        """A balance at the end of a quarter; quarter 0 is the end of the year before."""
        return self.stocks[(fy, quarter) if quarter else (fy - 1, 4)].get(key, 0)

    def shares(self, fy: int, quarters: Iterable[int] = (1, 2, 3, 4)) -> int:
        """Average shares in display units over quarters of a year."""
        counts = [self.flows[fy, quarter]["shares"] for quarter in quarters]
        return sum(counts) // len(counts)

    def per_share(self, fy: int, quarters: Iterable[int] = (1, 2, 3, 4)) -> Decimal:
        """Net income over average shares, to the cent."""
        wanted = tuple(quarters)
        income = Decimal(self.flow("net_income", fy, wanted))
        return (income / self.shares(fy, wanted)).quantize(_CENT, rounding=ROUND_HALF_UP)


def keep_books(filer: InventedFiler, years: int) -> Books:
    """Simulate `years` reported years and the two before them."""
    rng = rng_for(filer.seed, "books", filer.index)
    first = LAST_YEAR - years + 1 - HISTORY
    books = Books(filer, first)
    yearly = {"small": (60, 420), "large": (5_000, 38_000), "thousands": (50_000, 900_000)}
    low, high = yearly[filer.size]
    revenue = rng.randint(low, high)
    season = [rng.randint(225, 270) for _ in range(3)]
    season.append(1000 - sum(season))
    plan = _Plan(
        rng=rng,
        growth=rng.randint(-20, 160),
        dividends=rng.choice((0, 0, 250, 350)),
        rate=rng.choice((210, 230, 250)),
        margin=rng.randint(-60, 60),
        interest=rng.randint(9, 16),
        shares=max(8, revenue // rng.randint(4, 12)),
        weights=[rng.randint(4, 10) for _ in filer.industry.segments],
    )
    books.stocks[first - 1, 4] = _opening(filer, plan, revenue)
    for fy in range(first, LAST_YEAR + 1):
        revenue = max(low, revenue * (1000 + plan.growth + rng.randint(-70, 70)) // 1000)
        for quarter in (1, 2, 3, 4):
            before = books.stocks[(fy, quarter - 1) if quarter > 1 else (fy - 1, 4)]
            of_quarter = vary(rng, revenue * season[quarter - 1] // 1000, 30)
            flows, stocks = _quarter(filer, plan, before, of_quarter)
            books.flows[fy, quarter], books.stocks[fy, quarter] = flows, stocks
    return books


@dataclass(slots=True)
class _Plan:
    """What stays the same over a filer's life."""

    rng: Random
    growth: int
    dividends: int
    rate: int
    margin: int
    interest: int
    shares: int
    weights: list[int]


_ASSETS = (
    "cash",
    "securities",
    "receivables",
    "inventory",
    "other_current",
    "loans",
    "property",
    "goodwill",
    "other_assets",
)
_LIABILITIES = (
    "payables",
    "accrued",
    "deferred",
    "deposits",
    "debt_current",
    "debt_long",
    "other_liabilities",
)


def _opening(filer: InventedFiler, plan: _Plan, revenue: int) -> dict[str, int]:
    trade, rng = filer.industry, plan.rng
    stocks = dict.fromkeys((*_ASSETS, *_LIABILITIES), 0)
    stocks["cash"] = vary(rng, revenue * 14 // 100, 300)
    stocks["property"] = vary(rng, revenue * trade.fixed_assets // 1000, 150)
    stocks["goodwill"] = vary(rng, revenue * 18 // 100, 600)
    stocks["other_assets"] = vary(rng, revenue * 6 // 100, 300)
    if trade.archetype == "bank":
        stocks["loans"] = vary(rng, revenue * 12, 80)
        stocks["securities"] = vary(rng, revenue * 3, 100)
        stocks["deposits"] = (stocks["loans"] + stocks["securities"]) * 86 // 100
        stocks["property"] = revenue * 30 // 100
    debt = (sum(stocks[key] for key in _ASSETS) - stocks["deposits"]) * rng.randint(15, 38) // 100
    stocks["debt_current"], stocks["debt_long"] = debt // 12, debt - debt // 12
    stocks.update(_working(filer, plan, revenue // 4, revenue * trade.cost // 4000))
    equity = sum(stocks[key] for key in _ASSETS) - sum(stocks[key] for key in _LIABILITIES)
    stocks["paid_in"] = equity * rng.randint(30, 60) // 100
    stocks["retained"] = equity - stocks["paid_in"]
    return stocks


def _working(filer: InventedFiler, plan: _Plan, revenue: int, cost: int) -> dict[str, int]:
    """The balances that follow a quarter's trade."""
    trade, rng = filer.industry, plan.rng
    working = {
        "receivables": vary(rng, revenue * 46 // 100, 80),
        "other_current": vary(rng, revenue * 12 // 100, 150),
        "accrued": vary(rng, revenue * 24 // 100, 80),
        "other_liabilities": vary(rng, revenue * 20 // 100, 60),
    }
    if trade.archetype == "bank":
        del working["receivables"], working["other_current"]
    else:
        working["payables"] = vary(rng, cost * 40 // 100, 80)
        working["inventory"] = vary(rng, revenue * 4 * trade.stock // 1000, 80)
        working["deferred"] = vary(rng, revenue * 4 * trade.prepaid // 1000, 50)
    return working


def _quarter(
    filer: InventedFiler, plan: _Plan, before: dict[str, int], revenue: int
) -> tuple[dict[str, int], dict[str, int]]:
    flows = _income(filer, plan, before, revenue)
    stocks, rng = dict(before), plan.rng
    stocks.update(_working(filer, plan, revenue, flows.get("cost", 0)))
    flows["stock_pay"] = revenue * 12 // 1000
    flows["dividends"] = max(0, flows["net_income"] * plan.dividends // 1000)
    flows["buybacks"] = max(0, flows["net_income"] // 5) if plan.dividends != 250 else 0
    flows["capex"] = flows["depreciation"] * rng.randint(800, 1350) // 1000
    stocks["property"] += flows["capex"] - flows["depreciation"]
    if filer.industry.archetype == "bank":
        flows["lending"] = vary(rng, before["loans"] * plan.growth // 5000, 200)
        flows["bought_securities"] = rng.randint(-20, 20) * before["securities"] // 1000
        stocks["loans"] += flows["lending"] - flows["provision"]
        stocks["securities"] += flows["bought_securities"]
        stocks["deposits"] += flows["lending"] * rng.randint(800, 1050) // 1000
        flows["taken_deposits"] = stocks["deposits"] - before["deposits"]
    for key, sign in (
        ("receivables", 1),
        ("inventory", 1),
        ("other_current", 1),
        ("payables", -1),
        ("accrued", -1),
        ("deferred", -1),
        ("other_liabilities", -1),
    ):
        # A rise of an operating asset uses cash; a rise of an operating liability brings it.
        flows[f"d_{key}"] = sign * (before[key] - stocks[key])
    flows["operating"] = (
        flows["net_income"]
        + flows["depreciation"]
        + flows["stock_pay"]
        + flows.get("provision", 0)
        + sum(value for key, value in flows.items() if key.startswith("d_"))
    )
    flows["investing"] = -(
        flows["capex"] + flows.get("lending", 0) + flows.get("bought_securities", 0)
    )
    _finance(plan, before, flows, stocks)
    stocks["paid_in"] += flows["stock_pay"]
    stocks["retained"] += flows["net_income"] - flows["dividends"] - flows["buybacks"]
    return flows, stocks


def _finance(
    plan: _Plan, before: dict[str, int], flows: dict[str, int], stocks: dict[str, int]
) -> None:
    """Borrow when cash would run low, repay when there is plenty; close the cash flow."""
    debt = before["debt_current"] + before["debt_long"]
    flows["repaid"] = min(debt, debt * plan.rng.randint(5, 25) // 1000)
    paid_out = flows["repaid"] + flows["dividends"] + flows["buybacks"]
    inflow = flows["operating"] + flows["investing"] + flows.get("taken_deposits", 0)
    floor = max(4, flows["revenue"] * 40 // 100)
    flows["borrowed"] = max(0, floor - (before["cash"] + inflow - paid_out))
    flows["financing"] = flows["borrowed"] - paid_out + flows.get("taken_deposits", 0)
    flows["net_change"] = flows["operating"] + flows["investing"] + flows["financing"]
    stocks["cash"] = before["cash"] + flows["net_change"]
    debt += flows["borrowed"] - flows["repaid"]
    stocks["debt_current"], stocks["debt_long"] = debt // 12, debt - debt // 12


def _income(
    filer: InventedFiler, plan: _Plan, before: dict[str, int], revenue: int
) -> dict[str, int]:
    trade, rng = filer.industry, plan.rng
    flows: dict[str, int] = {"shares": vary(rng, plan.shares, 6)}
    debt = before["debt_current"] + before["debt_long"]
    flows["depreciation"] = vary(rng, revenue * trade.depreciation // 1000, 60)
    flows["interest"] = debt * plan.interest // 1000
    if trade.archetype == "bank":
        flows["interest_income"] = (before["loans"] * 15 + before["securities"] * 8) // 1000
        flows["interest"] += before["deposits"] * rng.randint(3, 5) // 1000
        flows["net_interest"] = flows["interest_income"] - flows["interest"]
        flows["fees"] = vary(rng, flows["net_interest"] * 24 // 100, 100)
        flows["revenue"] = flows["net_interest"] + flows["fees"]
        flows["provision"] = before["loans"] * rng.randint(0, 12) // 10_000
        flows["overhead"] = vary(rng, flows["revenue"] * 58 // 100, 60)
        flows["pretax"] = flows["revenue"] - flows["provision"] - flows["overhead"]
    else:
        flows["revenue"] = revenue
        flows["cost"] = vary(rng, revenue * (trade.cost - plan.margin) // 1000, 25)
        flows["gross"] = revenue - flows["cost"]
        flows["research"] = vary(rng, revenue * trade.research // 1000, 60)
        flows["overhead"] = vary(rng, revenue * trade.overhead // 1000, 60)
        flows["expenses"] = flows["research"] + flows["overhead"] + flows["depreciation"]
        flows["total_costs"] = flows["cost"] + flows["expenses"]
        flows["operating_income"] = flows["gross"] - flows["expenses"]
        flows["other_income"] = rng.randint(-4, 6) * revenue // 1000
        flows["pretax"] = flows["operating_income"] - flows["interest"] + flows["other_income"]
    flows["tax"] = vary(rng, max(0, flows["pretax"]) * plan.rate // 1000, 60)
    flows["net_income"] = flows["pretax"] - flows["tax"]
    left = flows["revenue"]
    for number, weight in enumerate(plan.weights[1:], start=1):
        part = vary(rng, flows["revenue"] * weight // sum(plan.weights), 50)
        flows[f"segment_{number}"] = part
        left -= part
    flows["segment_0"] = left
    return flows


def restate(books: Books, fy: int, amount: int) -> Books:
    """The same books with `amount` moved from overhead to cost of revenue in the fourth quarter
    of a year."""
    flows = {key: dict(value) for key, value in books.flows.items()}
    quarter = flows[fy, 4]
    quarter["cost"] += amount
    quarter["gross"] -= amount
    quarter["overhead"] -= amount
    quarter["expenses"] -= amount
    return Books(books.filer, books.first, flows, books.stocks)
