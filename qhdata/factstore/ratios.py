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
    kind: Literal["percent", "multiple", "number"]
    decimals: int | None
    """None: as many as its inputs show."""
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
    Ratio(
        key="overhead_ratio",
        en="selling, general and administrative expenses as a share of revenue",
        zh="销售及管理费用率",
        kind="percent",
        decimals=1,
        program="overhead / revenue",
        concepts=(
            "overhead",
            "revenue",
        ),
        positive=("revenue",),
        wrong=(
            "revenue / overhead",
            "revenue - overhead; #0 / revenue",
        ),
    ),
    Ratio(
        key="operating_expense_ratio",
        en="operating expenses as a share of revenue",
        zh="营业费用率",
        kind="percent",
        decimals=1,
        program="operating_expenses / revenue",
        concepts=(
            "operating_expenses",
            "revenue",
        ),
        positive=("revenue",),
        wrong=(
            "revenue / operating_expenses",
            "revenue - operating_expenses; #0 / revenue",
        ),
    ),
    Ratio(
        key="cost_ratio",
        en="cost of revenue as a share of revenue",
        zh="营业成本率",
        kind="percent",
        decimals=1,
        program="cost_of_revenue / revenue",
        concepts=(
            "cost_of_revenue",
            "revenue",
        ),
        positive=("revenue",),
        wrong=(
            "revenue / cost_of_revenue",
            "revenue - cost_of_revenue; #0 / revenue",
        ),
    ),
    Ratio(
        key="pretax_margin",
        en="pretax margin",
        zh="税前利润率",
        kind="percent",
        decimals=1,
        program="pretax_income / revenue",
        concepts=(
            "pretax_income",
            "revenue",
        ),
        positive=("revenue",),
        wrong=(
            "revenue / pretax_income",
            "revenue - pretax_income; #0 / revenue",
        ),
    ),
    Ratio(
        key="interest_coverage",
        en="interest coverage (operating income over interest expense)",
        zh="利息保障倍数",
        kind="multiple",
        decimals=1,
        program="operating_income / interest_expense",
        concepts=(
            "operating_income",
            "interest_expense",
        ),
        positive=(
            "interest_expense",
            "operating_income",
        ),
        wrong=(
            "interest_expense / operating_income",
            "operating_income - interest_expense; #0 / interest_expense",
        ),
    ),
    Ratio(
        key="tax_burden",
        en="tax burden (net income over pretax income)",
        zh="税负系数",
        kind="percent",
        decimals=1,
        program="net_income / pretax_income",
        concepts=(
            "net_income",
            "pretax_income",
        ),
        positive=(
            "pretax_income",
            "net_income",
        ),
        wrong=(
            "pretax_income / net_income",
            "pretax_income - net_income; #0 / pretax_income",
        ),
    ),
    Ratio(
        key="interest_burden",
        en="interest burden (pretax income over operating income)",
        zh="利息负担系数",
        kind="percent",
        decimals=1,
        program="pretax_income / operating_income",
        concepts=(
            "pretax_income",
            "operating_income",
        ),
        positive=(
            "operating_income",
            "pretax_income",
        ),
        wrong=(
            "operating_income / pretax_income",
            "operating_income - pretax_income; #0 / operating_income",
        ),
    ),
    Ratio(
        key="noninterest_share",
        en="noninterest income as a share of net interest and noninterest income",
        zh="非利息收入占比",
        kind="percent",
        decimals=1,
        program="net_interest_income + noninterest_income; noninterest_income / #0",
        concepts=(
            "net_interest_income",
            "noninterest_income",
        ),
        positive=(
            "net_interest_income",
            "noninterest_income",
        ),
        wrong=(
            "noninterest_income / net_interest_income",
            "net_interest_income + noninterest_income; net_interest_income / #0",
        ),
    ),
    Ratio(
        key="equity_multiplier",
        en="equity multiplier (total assets over equity)",
        zh="权益乘数",
        kind="multiple",
        decimals=2,
        program="assets / equity",
        concepts=(
            "assets",
            "equity",
        ),
        positive=("equity",),
        wrong=(
            "equity / assets",
            "assets - equity; #0 / equity",
        ),
    ),
    Ratio(
        key="equity_ratio",
        en="equity ratio (equity over total assets)",
        zh="股东权益比率",
        kind="percent",
        decimals=1,
        program="equity / assets",
        concepts=(
            "equity",
            "assets",
        ),
        positive=(
            "assets",
            "equity",
        ),
        wrong=(
            "assets / equity",
            "assets - equity; #0 / assets",
        ),
    ),
    Ratio(
        key="debt_to_assets",
        en="long-term debt as a share of total assets",
        zh="长期负债率",
        kind="percent",
        decimals=1,
        program="long_term_debt / assets",
        concepts=(
            "long_term_debt",
            "assets",
        ),
        positive=("assets",),
        wrong=(
            "assets / long_term_debt",
            "assets - long_term_debt; #0 / assets",
        ),
    ),
    Ratio(
        key="debt_to_equity_long",
        en="ratio of long-term debt to equity",
        zh="长期债务权益比",
        kind="multiple",
        decimals=2,
        program="long_term_debt / equity",
        concepts=(
            "long_term_debt",
            "equity",
        ),
        positive=("equity",),
        wrong=(
            "equity / long_term_debt",
            "long_term_debt + equity; long_term_debt / #0",
        ),
    ),
    Ratio(
        key="debt_to_capital",
        en="long-term debt as a share of long-term capital (long-term debt and equity)",
        zh="长期资本负债率",
        kind="percent",
        decimals=1,
        program="long_term_debt + equity; long_term_debt / #0",
        concepts=(
            "long_term_debt",
            "equity",
        ),
        positive=(
            "equity",
            "long_term_debt",
        ),
        wrong=(
            "long_term_debt / equity",
            "long_term_debt + equity; equity / #0",
        ),
    ),
    Ratio(
        key="working_capital",
        en="working capital (current assets less current liabilities)",
        zh="营运资金",
        kind="number",
        decimals=None,
        program="current_assets - current_liabilities",
        concepts=(
            "current_assets",
            "current_liabilities",
        ),
        positive=("current_assets",),
        wrong=(
            "current_liabilities - current_assets",
            "current_assets + current_liabilities",
        ),
    ),
    Ratio(
        key="working_capital_share",
        en="working capital as a share of total assets",
        zh="营运资金占总资产比例",
        kind="percent",
        decimals=1,
        program="current_assets - current_liabilities; #0 / assets",
        concepts=(
            "current_assets",
            "current_liabilities",
            "assets",
        ),
        positive=("assets",),
        wrong=(
            "current_assets / assets",
            "current_assets - current_liabilities; #0 / current_assets",
        ),
    ),
    Ratio(
        key="net_debt",
        en="net debt (long-term debt less cash and cash equivalents)",
        zh="净债务",
        kind="number",
        decimals=None,
        program="long_term_debt - cash",
        concepts=(
            "long_term_debt",
            "cash",
        ),
        positive=("long_term_debt",),
        wrong=(
            "cash - long_term_debt",
            "long_term_debt + cash",
        ),
    ),
    Ratio(
        key="receivables_share",
        en="receivables as a share of current assets",
        zh="应收账款占流动资产比例",
        kind="percent",
        decimals=1,
        program="receivables / current_assets",
        concepts=(
            "receivables",
            "current_assets",
        ),
        positive=("current_assets",),
        wrong=(
            "current_assets / receivables",
            "current_assets - receivables; #0 / current_assets",
        ),
    ),
    Ratio(
        key="inventory_share",
        en="inventories as a share of current assets",
        zh="存货占流动资产比例",
        kind="percent",
        decimals=1,
        program="inventory / current_assets",
        concepts=(
            "inventory",
            "current_assets",
        ),
        positive=("current_assets",),
        wrong=(
            "current_assets / inventory",
            "current_assets - inventory; #0 / current_assets",
        ),
    ),
    Ratio(
        key="goodwill_share",
        en="goodwill as a share of total assets",
        zh="商誉占总资产比例",
        kind="percent",
        decimals=1,
        program="goodwill / assets",
        concepts=(
            "goodwill",
            "assets",
        ),
        positive=("assets",),
        wrong=(
            "assets / goodwill",
            "assets - goodwill; #0 / assets",
        ),
    ),
    Ratio(
        key="goodwill_to_equity",
        en="goodwill as a share of equity",
        zh="商誉占净资产比例",
        kind="percent",
        decimals=1,
        program="goodwill / equity",
        concepts=(
            "goodwill",
            "equity",
        ),
        positive=("equity",),
        wrong=(
            "equity / goodwill",
            "equity - goodwill; #0 / equity",
        ),
    ),
    Ratio(
        key="property_share",
        en="property, plant and equipment as a share of total assets",
        zh="固定资产占总资产比例",
        kind="percent",
        decimals=1,
        program="property / assets",
        concepts=(
            "property",
            "assets",
        ),
        positive=("assets",),
        wrong=(
            "assets / property",
            "assets - property; #0 / assets",
        ),
    ),
    Ratio(
        key="noncurrent_share",
        en="noncurrent assets as a share of total assets",
        zh="非流动资产占比",
        kind="percent",
        decimals=1,
        program="assets - current_assets; #0 / assets",
        concepts=(
            "assets",
            "current_assets",
        ),
        positive=("assets",),
        wrong=(
            "current_assets / assets",
            "assets - current_assets; #0 / current_assets",
        ),
    ),
    Ratio(
        key="current_debt_share",
        en="current liabilities as a share of total liabilities",
        zh="流动负债占比",
        kind="percent",
        decimals=1,
        program="current_liabilities / liabilities",
        concepts=(
            "current_liabilities",
            "liabilities",
        ),
        positive=("liabilities",),
        wrong=(
            "liabilities / current_liabilities",
            "liabilities - current_liabilities; #0 / liabilities",
        ),
    ),
    Ratio(
        key="retained_share",
        en="retained earnings as a share of equity",
        zh="留存收益占比",
        kind="percent",
        decimals=1,
        program="retained / equity",
        concepts=(
            "retained",
            "equity",
        ),
        positive=(
            "equity",
            "retained",
        ),
        wrong=(
            "equity / retained",
            "equity - retained; #0 / equity",
        ),
    ),
    Ratio(
        key="tangible_equity",
        en="tangible equity (equity less goodwill)",
        zh="有形净值",
        kind="number",
        decimals=None,
        program="equity - goodwill",
        concepts=(
            "equity",
            "goodwill",
        ),
        positive=(
            "equity",
            "goodwill",
        ),
        wrong=(
            "equity + goodwill",
            "goodwill - equity",
        ),
    ),
    Ratio(
        key="cash_conversion",
        en="cash conversion (operating cash flow over net income)",
        zh="净利润现金含量",
        kind="multiple",
        decimals=2,
        program="operating_cash_flow / net_income",
        concepts=(
            "operating_cash_flow",
            "net_income",
        ),
        positive=(
            "net_income",
            "operating_cash_flow",
        ),
        wrong=(
            "net_income / operating_cash_flow",
            "operating_cash_flow - net_income; #0 / net_income",
        ),
    ),
    Ratio(
        key="depreciation_share",
        en="depreciation and amortization as a share of operating cash flow",
        zh="折旧摊销占经营现金流比例",
        kind="percent",
        decimals=1,
        program="depreciation / operating_cash_flow",
        concepts=(
            "depreciation",
            "operating_cash_flow",
        ),
        positive=(
            "operating_cash_flow",
            "depreciation",
        ),
        wrong=(
            "operating_cash_flow / depreciation",
            "operating_cash_flow - depreciation; #0 / operating_cash_flow",
        ),
    ),
    Ratio(
        key="dilution",
        en="dilution of earnings per share (basic less diluted, over basic)",
        zh="每股收益稀释程度",
        kind="percent",
        decimals=1,
        program="eps - eps_diluted; #0 / eps",
        concepts=(
            "eps",
            "eps_diluted",
        ),
        positive=(
            "eps",
            "eps_diluted",
        ),
        wrong=(
            "eps_diluted / eps",
            "eps - eps_diluted; #0 / eps_diluted",
        ),
    ),
)
