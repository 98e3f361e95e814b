"""Ratios with their definitions: a program over concept families, and what kind of number comes
out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """One ratio of one period."""

    key: str
    en: str
    zh: str
    program: str
    """Over slots named like concept keys; percents are multiplied out by the asker."""
    concepts: tuple[str, ...]
    kind: Literal["percent", "multiple"]
    decimals: int
    positive: tuple[str, ...]
    """Denominators: they must be above zero, or the ratio means nothing."""
    wrong: tuple[str, ...]
    """Programs of the usual mistakes."""


RATIOS: tuple[Ratio, ...] = (
    Ratio(
        key="gross_margin",
        en="gross margin",
        zh="毛利率",
        kind="percent",
        decimals=1,
        program="revenue - cost_of_revenue; #0 / revenue",
        concepts=("revenue", "cost_of_revenue"),
        positive=("revenue",),
        wrong=("cost_of_revenue / revenue", "revenue - cost_of_revenue; #0 / cost_of_revenue"),
    ),
    Ratio(
        key="gross_margin_reported",
        en="gross margin",
        zh="毛利率",
        kind="percent",
        decimals=1,
        program="gross_profit / revenue",
        concepts=("gross_profit", "revenue"),
        positive=("revenue",),
        wrong=("revenue - gross_profit; #0 / revenue", "revenue / gross_profit"),
    ),
    Ratio(
        key="operating_margin",
        en="operating margin",
        zh="营业利润率",
        kind="percent",
        decimals=1,
        program="operating_income / revenue",
        concepts=("operating_income", "revenue"),
        positive=("revenue",),
        wrong=("revenue / operating_income", "revenue - operating_income; #0 / revenue"),
    ),
    Ratio(
        key="net_margin",
        en="net margin",
        zh="净利率",
        kind="percent",
        decimals=1,
        program="net_income / revenue",
        concepts=("net_income", "revenue"),
        positive=("revenue",),
        wrong=("revenue / net_income", "revenue - net_income; #0 / revenue"),
    ),
    Ratio(
        key="research_intensity",
        en="research and development as a share of revenue",
        zh="研发费用率",
        kind="percent",
        decimals=1,
        program="research / revenue",
        concepts=("research", "revenue"),
        positive=("revenue",),
        wrong=("revenue / research", "revenue - research; #0 / revenue"),
    ),
    Ratio(
        key="effective_tax_rate",
        en="effective tax rate",
        zh="实际税率",
        kind="percent",
        decimals=1,
        program="income_tax / pretax_income",
        concepts=("income_tax", "pretax_income"),
        positive=("pretax_income",),
        wrong=("pretax_income / income_tax", "pretax_income - income_tax; #0 / pretax_income"),
    ),
    Ratio(
        key="return_on_assets",
        en="return on year-end total assets",
        zh="总资产收益率",
        kind="percent",
        decimals=1,
        program="net_income / assets",
        concepts=("net_income", "assets"),
        positive=("assets",),
        wrong=("assets / net_income",),
    ),
    Ratio(
        key="liabilities_to_assets",
        en="ratio of total liabilities to total assets",
        zh="资产负债率",
        kind="percent",
        decimals=1,
        program="liabilities / assets",
        concepts=("liabilities", "assets"),
        positive=("assets",),
        wrong=("assets / liabilities", "assets - liabilities; #0 / assets"),
    ),
    Ratio(
        key="current_ratio",
        en="current ratio",
        zh="流动比率",
        kind="multiple",
        decimals=2,
        program="current_assets / current_liabilities",
        concepts=("current_assets", "current_liabilities"),
        positive=("current_liabilities",),
        wrong=("current_liabilities / current_assets",),
    ),
    Ratio(
        key="quick_ratio",
        en="quick ratio (current assets less inventories, over current liabilities)",
        zh="速动比率",
        kind="multiple",
        decimals=2,
        program="current_assets - inventory; #0 / current_liabilities",
        concepts=("current_assets", "inventory", "current_liabilities"),
        positive=("current_liabilities",),
        wrong=(
            "current_assets / current_liabilities",
            "current_assets + inventory; #0 / current_liabilities",
        ),
    ),
    Ratio(
        key="cash_ratio",
        en="cash ratio",
        zh="现金比率",
        kind="multiple",
        decimals=2,
        program="cash / current_liabilities",
        concepts=("cash", "current_liabilities"),
        positive=("current_liabilities",),
        wrong=("current_liabilities / cash",),
    ),
    Ratio(
        key="debt_to_equity",
        en="ratio of total liabilities to equity",
        zh="产权比率",
        kind="multiple",
        decimals=2,
        program="liabilities / equity",
        concepts=("liabilities", "equity"),
        positive=("equity",),
        wrong=("equity / liabilities",),
    ),
)
