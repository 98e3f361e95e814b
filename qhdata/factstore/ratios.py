"""Ratios with their definitions: a program over concept families, and what kind of number comes
out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["percent", "multiple", "number", "days"]
_DECIMALS: dict[Kind, int | None] = {"percent": 1, "multiple": 2, "number": None, "days": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """One ratio of one period."""

    key: str
    en: str
    zh: str
    program: str
    """Over slots named like concept keys; percents are multiplied out by the asker."""
    concepts: tuple[str, ...]
    kind: Kind
    decimals: int | None
    """None: as many as its inputs show."""
    positive: tuple[str, ...]
    """Denominators: they must be above zero, or the ratio means nothing."""
    wrong: tuple[str, ...]
    """Programs of the usual mistakes."""


def ratio(
    key: str,
    en: str,
    zh: str,
    program: str,
    *,
    of: str,
    wrong: tuple[str, ...],
    above_zero: str = "",
    kind: Kind = "percent",
    decimals: int | None = None,
) -> Ratio:
    """A ratio in few words: concepts apart by spaces, all above zero where it does not say which,
    and as many decimals as its kind mostly has.
    """
    return Ratio(
        key=key, en=en, zh=zh, program=program, concepts=tuple(of.split()), kind=kind,
        decimals=_DECIMALS[kind] if decimals is None else decimals,
        positive=tuple((above_zero or of).split()), wrong=wrong,
    )  # fmt: skip


RATIOS: tuple[Ratio, ...] = (
    ratio(
        "gross_margin", "gross margin", "毛利率", "revenue - cost_of_revenue; #0 / revenue",
        of="revenue cost_of_revenue", above_zero="revenue", wrong=("cost_of_revenue / revenue",
        "revenue - cost_of_revenue; #0 / cost_of_revenue"),
    ),
    ratio(
        "gross_margin_reported", "gross margin", "毛利率", "gross_profit / revenue",
        of="gross_profit revenue", above_zero="revenue",
        wrong=("revenue - gross_profit; #0 / revenue", "revenue / gross_profit"),
    ),
    ratio(
        "operating_margin", "operating margin", "营业利润率", "operating_income / revenue",
        of="operating_income revenue", above_zero="revenue", wrong=("revenue / operating_income",
        "revenue - operating_income; #0 / revenue"),
    ),
    ratio(
        "net_margin", "net margin", "净利率", "net_income / revenue", of="net_income revenue",
        above_zero="revenue", wrong=("revenue / net_income", "revenue - net_income; #0 / revenue"),
    ),
    ratio(
        "research_intensity", "research and development as a share of revenue", "研发费用率",
        "research / revenue", of="research revenue", above_zero="revenue",
        wrong=("revenue / research", "revenue - research; #0 / revenue"),
    ),
    ratio(
        "effective_tax_rate", "effective tax rate", "实际税率", "income_tax / pretax_income",
        of="income_tax pretax_income", above_zero="pretax_income",
        wrong=("pretax_income / income_tax", "pretax_income - income_tax; #0 / pretax_income"),
    ),
    ratio(
        "return_on_assets", "return on year-end total assets",
        "总资产收益率（净利润除以年末总资产）",
        "net_income / assets", of="net_income assets", above_zero="assets",
        wrong=("assets / net_income",),
    ),
    ratio(
        "liabilities_to_assets", "ratio of total liabilities to total assets", "资产负债率",
        "liabilities / assets", of="liabilities assets", above_zero="assets",
        wrong=("assets / liabilities", "assets - liabilities; #0 / assets"),
    ),
    ratio(
        "current_ratio", "current ratio", "流动比率", "current_assets / current_liabilities",
        of="current_assets current_liabilities", above_zero="current_liabilities",
        wrong=("current_liabilities / current_assets",), kind="multiple",
    ),
    ratio(
        "quick_ratio", "quick ratio (current assets less inventories, over current liabilities)",
        "速动比率", "current_assets - inventory; #0 / current_liabilities",
        of="current_assets inventory current_liabilities", above_zero="current_liabilities",
        wrong=("current_assets / current_liabilities",
        "current_assets + inventory; #0 / current_liabilities"), kind="multiple",
    ),
    ratio(
        "cash_ratio", "cash ratio", "现金比率", "cash / current_liabilities",
        of="cash current_liabilities", above_zero="current_liabilities",
        wrong=("current_liabilities / cash",), kind="multiple",
    ),
    ratio(
        "debt_to_equity", "ratio of total liabilities to equity", "产权比率",
        "liabilities / equity", of="liabilities equity", above_zero="equity",
        wrong=("equity / liabilities",), kind="multiple",
    ),
    ratio(
        "overhead_ratio", "selling, general and administrative expenses as a share of revenue",
        "销售及管理费用率", "overhead / revenue", of="overhead revenue", above_zero="revenue",
        wrong=("revenue / overhead", "revenue - overhead; #0 / revenue"),
    ),
    ratio(
        "operating_expense_ratio", "operating expenses as a share of revenue", "营业费用率",
        "operating_expenses / revenue", of="operating_expenses revenue", above_zero="revenue",
        wrong=("revenue / operating_expenses", "revenue - operating_expenses; #0 / revenue"),
    ),
    ratio(
        "all_cost_ratio", "total costs and expenses as a share of revenue", "营业总成本率",
        "costs_and_expenses / revenue", of="costs_and_expenses revenue", above_zero="revenue",
        wrong=("revenue / costs_and_expenses", "revenue - costs_and_expenses; #0 / revenue"),
    ),
    ratio(
        "cost_ratio", "cost of revenue as a share of revenue", "营业成本率",
        "cost_of_revenue / revenue", of="cost_of_revenue revenue", above_zero="revenue",
        wrong=("revenue / cost_of_revenue", "revenue - cost_of_revenue; #0 / revenue"),
    ),
    ratio(
        "pretax_margin", "pretax margin", "税前利润率", "pretax_income / revenue",
        of="pretax_income revenue", above_zero="revenue", wrong=("revenue / pretax_income",
        "revenue - pretax_income; #0 / revenue"),
    ),
    ratio(
        "interest_coverage", "interest coverage (operating income over interest expense)",
        "利息保障倍数（营业利润除以利息费用）", "operating_income / interest_expense",
        of="operating_income interest_expense", above_zero="interest_expense operating_income",
        wrong=("interest_expense / operating_income",
        "operating_income - interest_expense; #0 / interest_expense"), kind="multiple", decimals=1,
    ),
    ratio(
        "tax_burden", "tax burden (net income over pretax income)", "税负系数",
        "net_income / pretax_income", of="net_income pretax_income",
        above_zero="pretax_income net_income", wrong=("pretax_income / net_income",
        "pretax_income - net_income; #0 / pretax_income"),
    ),
    ratio(
        "interest_burden", "interest burden (pretax income over operating income)", "利息负担系数",
        "pretax_income / operating_income", of="pretax_income operating_income",
        above_zero="operating_income pretax_income", wrong=("operating_income / pretax_income",
        "operating_income - pretax_income; #0 / operating_income"),
    ),
    ratio(
        "noninterest_share",
        "noninterest income as a share of net interest and noninterest income", "非利息收入占比",
        "net_interest_income + noninterest_income; noninterest_income / #0",
        of="net_interest_income noninterest_income",
        wrong=("noninterest_income / net_interest_income",
        "net_interest_income + noninterest_income; net_interest_income / #0"),
    ),
    ratio(
        "equity_multiplier", "equity multiplier (total assets over equity)", "权益乘数",
        "assets / equity", of="assets equity", above_zero="equity", wrong=("equity / assets",
        "assets - equity; #0 / equity"), kind="multiple",
    ),
    ratio(
        "equity_ratio", "equity ratio (equity over total assets)", "股东权益比率",
        "equity / assets", of="equity assets", above_zero="assets equity",
        wrong=("assets / equity", "assets - equity; #0 / assets"),
    ),
    ratio(
        "debt_to_assets", "long-term debt as a share of total assets", "长期负债率",
        "long_term_debt / assets", of="long_term_debt assets", above_zero="assets",
        wrong=("assets / long_term_debt", "assets - long_term_debt; #0 / assets"),
    ),
    ratio(
        "debt_to_equity_long", "ratio of long-term debt to equity", "长期债务权益比",
        "long_term_debt / equity", of="long_term_debt equity", above_zero="equity",
        wrong=("equity / long_term_debt", "long_term_debt + equity; long_term_debt / #0"),
        kind="multiple",
    ),
    ratio(
        "debt_to_capital",
        "long-term debt as a share of long-term capital (long-term debt and equity)",
        "长期资本负债率", "long_term_debt + equity; long_term_debt / #0",
        of="long_term_debt equity", above_zero="equity long_term_debt",
        wrong=("long_term_debt / equity", "long_term_debt + equity; equity / #0"),
    ),
    ratio(
        "working_capital", "working capital (current assets less current liabilities)", "营运资金",
        "current_assets - current_liabilities", of="current_assets current_liabilities",
        above_zero="current_assets", wrong=("current_liabilities - current_assets",
        "current_assets + current_liabilities"), kind="number",
    ),
    ratio(
        "working_capital_share", "working capital as a share of total assets",
        "营运资金占总资产比例", "current_assets - current_liabilities; #0 / assets",
        of="current_assets current_liabilities assets", above_zero="assets",
        wrong=("current_assets / assets",
        "current_assets - current_liabilities; #0 / current_assets"),
    ),
    ratio(
        "net_debt", "net debt (long-term debt less cash and cash equivalents)", "净债务",
        "long_term_debt - cash", of="long_term_debt cash", above_zero="long_term_debt",
        wrong=("cash - long_term_debt", "long_term_debt + cash"), kind="number",
    ),
    ratio(
        "receivables_share", "receivables as a share of current assets", "应收账款占流动资产比例",
        "receivables / current_assets", of="receivables current_assets",
        above_zero="current_assets", wrong=("current_assets / receivables",
        "current_assets - receivables; #0 / current_assets"),
    ),
    ratio(
        "inventory_share", "inventories as a share of current assets", "存货占流动资产比例",
        "inventory / current_assets", of="inventory current_assets", above_zero="current_assets",
        wrong=("current_assets / inventory", "current_assets - inventory; #0 / current_assets"),
    ),
    ratio(
        "goodwill_share", "goodwill as a share of total assets", "商誉占总资产比例",
        "goodwill / assets", of="goodwill assets", above_zero="assets", wrong=("assets / goodwill",
        "assets - goodwill; #0 / assets"),
    ),
    ratio(
        "goodwill_to_equity", "goodwill as a share of equity", "商誉占净资产比例",
        "goodwill / equity", of="goodwill equity", above_zero="equity", wrong=("equity / goodwill",
        "equity - goodwill; #0 / equity"),
    ),
    ratio(
        "property_share", "property, plant and equipment as a share of total assets",
        "固定资产占总资产比例", "property / assets", of="property assets", above_zero="assets",
        wrong=("assets / property", "assets - property; #0 / assets"),
    ),
    ratio(
        "noncurrent_share", "noncurrent assets as a share of total assets", "非流动资产占比",
        "assets - current_assets; #0 / assets", of="assets current_assets", above_zero="assets",
        wrong=("current_assets / assets", "assets - current_assets; #0 / current_assets"),
    ),
    ratio(
        "current_debt_share", "current liabilities as a share of total liabilities",
        "流动负债占比", "current_liabilities / liabilities", of="current_liabilities liabilities",
        above_zero="liabilities", wrong=("liabilities / current_liabilities",
        "liabilities - current_liabilities; #0 / liabilities"),
    ),
    ratio(
        "retained_share", "retained earnings as a share of equity", "留存收益占比",
        "retained / equity", of="retained equity", above_zero="equity retained",
        wrong=("equity / retained", "equity - retained; #0 / equity"),
    ),
    ratio(
        "tangible_equity", "tangible equity (equity less goodwill)", "有形净值",
        "equity - goodwill", of="equity goodwill", wrong=("equity + goodwill",
        "goodwill - equity"), kind="number",
    ),
    ratio(
        "cash_conversion", "cash conversion (operating cash flow over net income)",
        "净利润现金含量", "operating_cash_flow / net_income", of="operating_cash_flow net_income",
        above_zero="net_income operating_cash_flow", wrong=("net_income / operating_cash_flow",
        "operating_cash_flow - net_income; #0 / net_income"), kind="multiple",
    ),
    ratio(
        "depreciation_share", "depreciation and amortization as a share of operating cash flow",
        "折旧摊销占经营现金流比例", "depreciation / operating_cash_flow",
        of="depreciation operating_cash_flow", above_zero="operating_cash_flow depreciation",
        wrong=("operating_cash_flow / depreciation",
        "operating_cash_flow - depreciation; #0 / operating_cash_flow"),
    ),
    ratio(
        "dilution", "dilution of earnings per share (basic less diluted, over basic)",
        "每股收益稀释程度", "eps - eps_diluted; #0 / eps", of="eps eps_diluted",
        wrong=("eps_diluted / eps", "eps - eps_diluted; #0 / eps_diluted"),
    ),
)  # fmt: skip
