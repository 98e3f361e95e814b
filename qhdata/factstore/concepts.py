"""The catalogue of concepts: families of XBRL names and row labels that mean one thing, with plain
words.

Filers report one thing under several concepts (`Revenues`, `RevenueFromContract...`) and print it
under several labels ("Net sales"). A family joins them, so that a ratio finds its inputs in XBRL
filings, press releases and text-era documents alike. A label joins a family only when it equals one
of its labels, whole and case-blind: "Revenue from services" is not revenue.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

Balance = Literal["debit", "credit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """One family."""

    key: str
    """Our name: `revenue`."""
    en: str
    zh: str
    balance: Balance | None
    instant: bool
    """A balance at a date; otherwise a flow over a period."""
    names: tuple[str, ...]
    """XBRL names without prefix, the preferred one first."""
    labels: tuple[str, ...]
    """Row labels, lower case, English and Chinese."""


def _flow(
    key: str, en: str, zh: str, balance: Balance | None, names: str, labels: str = ""
) -> Concept:
    return Concept(
        key=key,
        en=en,
        zh=zh,
        balance=balance,
        instant=False,
        names=tuple(names.split()),
        labels=_labels(en, zh, labels),
    )


def _stock(
    key: str, en: str, zh: str, balance: Balance | None, names: str, labels: str = ""
) -> Concept:
    return Concept(
        key=key,
        en=en,
        zh=zh,
        balance=balance,
        instant=True,
        names=tuple(names.split()),
        labels=_labels(en, zh, labels),
    )


def _labels(en: str, zh: str, more: str) -> tuple[str, ...]:
    rest = [label.strip() for label in more.split("|") if label.strip()]
    return tuple(dict.fromkeys([en, zh, *rest]))


CONCEPTS: tuple[Concept, ...] = (
    _flow(
        "revenue",
        "revenue",
        "营业收入",
        "credit",
        "Revenues RevenueFromContractWithCustomerExcludingAssessedTax "
        "RevenueFromContractWithCustomerIncludingAssessedTax SalesRevenueNet Revenue",
        "revenues|total revenue|total revenues|net revenue|net revenues|net sales|sales|total "
        "net sales|"
        "total net revenue|total net revenues|sales, net|revenue, net|revenues, net|营业总收入|"
        "一、营业总收入|一、营业收入",
    ),
    _flow(
        "cost_of_revenue",
        "cost of revenue",
        "营业成本",
        "debit",
        "CostOfRevenue CostOfGoodsAndServicesSold CostOfGoodsSold CostOfSales",
        "cost of revenues|cost of sales|cost of goods sold|total cost of revenue|total cost of "
        "revenues|"
        "total cost of sales|cost of products sold|其中：营业成本|减：营业成本",
    ),
    _flow("gross_profit", "gross profit", "毛利", "credit", "GrossProfit", "gross margin|毛利润"),
    _flow(
        "research",
        "research and development expense",
        "研发费用",
        "debit",
        "ResearchAndDevelopmentExpense",
        "research and development|research and development expenses",
    ),
    _flow(
        "overhead",
        "selling, general and administrative expense",
        "销售及管理费用",
        "debit",
        "SellingGeneralAndAdministrativeExpense",
        "selling, general and administrative|selling, general and administrative expenses",
    ),
    _flow(
        "operating_expenses",
        "total operating expenses",
        "营业费用合计",
        "debit",
        "OperatingExpenses",
        "operating expenses",
    ),
    _flow(
        "costs_and_expenses",  # cost of revenue among them
        "total costs and expenses",
        "营业总成本",
        "debit",
        "CostsAndExpenses",
        "costs and expenses|二、营业总成本",
    ),
    _flow(
        "operating_income",
        "operating income",
        "营业利润",
        "credit",
        "OperatingIncomeLoss",
        "operating income (loss)|income from operations|income (loss) from operations|operating "
        "profit|"
        "operating loss|loss from operations|三、营业利润",
    ),
    _flow(
        "interest_expense",
        "interest expense",
        "利息费用",
        "debit",
        "InterestExpense InterestExpenseNonoperating",
        "interest expense, net",
    ),
    _flow(
        "pretax_income",
        "income before income taxes",
        "利润总额",
        "credit",
        "IncomeLossFromContinuingOperationsBeforeIncomeTaxes"
        "ExtraordinaryItemsNoncontrollingInterest "
        "IncomeLossFromContinuingOperationsBeforeIncomeTaxesMinorityInterestAndIncomeLossFromEquityMethodInvestments",
        "income before taxes|income before provision for income taxes|income (loss) before "
        "income taxes|"
        "earnings before income taxes|四、利润总额",
    ),
    _flow(
        "income_tax",
        "income tax expense",
        "所得税费用",
        "debit",
        "IncomeTaxExpenseBenefit",
        "provision for income taxes|income taxes|income tax provision|income tax expense (benefit)|"
        "减：所得税费用",
    ),
    _flow(
        "net_income",
        "net income",
        "净利润",
        "credit",
        "NetIncomeLoss ProfitLoss",
        "net income (loss)|net earnings|net loss|net earnings (loss)|net profit|五、净利润",
    ),
    _flow(
        "operating_cash_flow",
        "net cash provided by operating activities",
        "经营活动产生的现金流量净额",
        "debit",
        "NetCashProvidedByUsedInOperatingActivities",
        "net cash provided by (used in) operating activities|net cash flows from operating "
        "activities|"
        "cash generated by operating activities",
    ),
    _flow(
        "investing_cash_flow",
        "net cash used in investing activities",
        "投资活动产生的现金流量净额",
        "debit",
        "NetCashProvidedByUsedInInvestingActivities",
        "net cash provided by (used in) investing activities",
    ),
    _flow(
        "financing_cash_flow",
        "net cash used in financing activities",
        "筹资活动产生的现金流量净额",
        "debit",
        "NetCashProvidedByUsedInFinancingActivities",
        "net cash provided by (used in) financing activities",
    ),
    _flow(
        "capex",
        "purchases of property and equipment",
        "购建固定资产支付的现金",
        "credit",
        "PaymentsToAcquirePropertyPlantAndEquipment",
        "capital expenditures|purchases of property, plant and equipment",
    ),
    _flow(
        "dividends",
        "dividends paid",
        "分配股利支付的现金",
        "credit",
        "PaymentsOfDividends PaymentsOfDividendsCommonStock",
        "payments of dividends|cash dividends paid",
    ),
    _flow(
        "depreciation",
        "depreciation and amortization",
        "折旧和摊销",
        "debit",
        "DepreciationDepletionAndAmortization DepreciationAndAmortization",
    ),
    _flow(
        "net_interest_income",
        "net interest income",
        "利息净收入",
        "credit",
        "InterestIncomeExpenseNet",
    ),
    _flow(
        "noninterest_income",
        "noninterest income",
        "非利息收入",
        "credit",
        "NoninterestIncome",
        "total noninterest income|non-interest income",
    ),
    _stock(
        "cash",
        "cash and cash equivalents",
        "货币资金",
        "debit",
        "CashAndCashEquivalentsAtCarryingValue",
        "cash",
    ),
    _stock(
        "receivables",
        "accounts receivable",
        "应收账款",
        "debit",
        "AccountsReceivableNetCurrent ReceivablesNetCurrent",
        "accounts receivable, net|receivables|trade receivables|receivables, net",
    ),
    _stock(
        "inventory", "inventories", "存货", "debit", "InventoryNet", "inventory|inventories, net"
    ),
    _stock("current_assets", "total current assets", "流动资产合计", "debit", "AssetsCurrent"),
    _stock(
        "property",
        "property and equipment, net",
        "固定资产",
        "debit",
        "PropertyPlantAndEquipmentNet",
        "property, plant and equipment, net|property, plant and equipment",
    ),
    _stock("goodwill", "goodwill", "商誉", "debit", "Goodwill"),
    _stock("assets", "total assets", "资产总计", "debit", "Assets", "资产合计"),
    _stock("payables", "accounts payable", "应付账款", "credit", "AccountsPayableCurrent"),
    _stock(
        "current_liabilities",
        "total current liabilities",
        "流动负债合计",
        "credit",
        "LiabilitiesCurrent",
    ),
    _stock(
        "long_term_debt",
        "long-term debt",
        "长期借款",
        "credit",
        "LongTermDebtNoncurrent LongTermDebt",
        "long-term debt, net of current portion|long-term debt, less current portion",
    ),
    _stock("liabilities", "total liabilities", "负债合计", "credit", "Liabilities"),
    _stock(
        "retained",
        "retained earnings",
        "未分配利润",
        "credit",
        "RetainedEarningsAccumulatedDeficit",
        "retained earnings (accumulated deficit)|accumulated deficit",
    ),
    _stock(
        "equity",
        "total shareholders' equity",
        "所有者权益合计",
        "credit",
        "StockholdersEquity StockholdersEquityIncludingPortionAttributableToNoncontrollingInterest",
        "total stockholders' equity|shareholders' equity|stockholders' equity|total equity|"
        "total stockholders' equity (deficit)|股东权益合计|所有者权益（或股东权益）合计",
    ),
    _stock(
        "liabilities_and_equity",
        "total liabilities and shareholders' equity",
        "负债和所有者权益总计",
        "credit",
        "LiabilitiesAndStockholdersEquity",
        "total liabilities and stockholders' equity|total liabilities and equity|"
        "负债和所有者权益（或股东权益）总计",
    ),
    _flow(
        "eps",
        "earnings per share",
        "每股收益",
        None,
        "EarningsPerShareBasic EarningsPerShareBasicAndDiluted",
        "基本每股收益",
    ),
    _flow(
        "eps_diluted", "diluted earnings per share", "稀释每股收益", None, "EarningsPerShareDiluted"
    ),
)
"""The families, statement by statement."""


@cache
def _by_key() -> dict[str, Concept]:
    return {concept.key: concept for concept in CONCEPTS}


@cache
def _by_name() -> dict[str, str]:
    return {name: concept.key for concept in CONCEPTS for name in concept.names}


@cache
def _by_label() -> dict[str, str]:
    return {label: concept.key for concept in CONCEPTS for label in concept.labels}


def concept(key: str) -> Concept:
    """A family by our name; KeyError for an unknown one."""
    return _by_key()[key]


def family_of(name: str) -> str | None:
    """The family of a qualified XBRL name: `us-gaap:Revenues` -> `revenue`.

    Only standard taxonomies count: a filer's own `abc:Revenues` may mean anything.
    """
    prefix, _, local = name.rpartition(":")
    return _by_name().get(local) if prefix in ("", "us-gaap", "ifrs-full") else None


_TAIL = re.compile(r"(?:\s*(?:\(\d{1,2}\)|\([a-z]\)|\[\d{1,2}\]|[:：.*†‡]))+$")


def plain_label(label: str) -> str:
    """A row label without case, footnote marks and typographic signs.

    >>> plain_label("Total Stockholders’ Equity (1):")
    "total stockholders' equity"
    """
    text = " ".join(label[:200].replace("’", "'").split()).lower()
    return _TAIL.sub("", text)


def family_of_label(label: str) -> str | None:
    """The family whose label this is, whole."""
    return _by_label().get(plain_label(label))
