"""Sums that statements keep whoever files them: balance sheet, income statement, cash flows.

A name without prefix is of us-gaap. Where a rule gives several names for a number, the first that
is reported counts; of several rules of one name, the first whose needed numbers are all reported.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """One number of a sum."""

    names: tuple[str, ...]
    weight: int = 1
    needed: bool = True
    """Otherwise it counts as nothing where it is not reported."""


@dataclass(frozen=True, slots=True)
class Rule:
    """`total` is the sum of `terms`."""

    name: str
    total: tuple[str, ...]
    terms: tuple[Term, ...]


def _names(text: str) -> tuple[str, ...]:
    return tuple(n if ":" in n else f"us-gaap:{n}" for n in text.split())


def _plus(text: str) -> Term:
    return Term(_names(text))


def _minus(text: str) -> Term:
    return Term(_names(text), -1)


def _maybe(text: str, weight: int = 1) -> Term:
    return Term(_names(text), weight, needed=False)


def _rule(name: str, total: str, *terms: Term) -> Rule:
    return Rule(name, _names(total), terms)


_CLAIMS = "LiabilitiesAndStockholdersEquity"
_ALL_EQUITY = """
StockholdersEquityIncludingPortionAttributableToNoncontrollingInterest
PartnersCapitalIncludingPortionAttributableToNoncontrollingInterest"""
_MEZZANINE = _maybe("""
TemporaryEquityCarryingAmountIncludingPortionAttributableToNoncontrollingInterests
TemporaryEquityCarryingAmountAttributableToParent
RedeemableNoncontrollingInterestEquityCarryingAmount""")
_MINORITY = _maybe("MinorityInterest")
_REVENUE = "Revenues RevenueFromContractWithCustomerExcludingAssessedTax SalesRevenueNet"
_COST = "CostOfRevenue CostOfGoodsAndServicesSold CostOfGoodsSold CostOfSales"
_PRETAX = (
    "IncomeLossFromContinuingOperationsBeforeIncomeTaxesExtraordinaryItemsNoncontrollingInterest"
)
"""With the results of equity-method investments already in it."""
_PRETAX_ALONE = (
    "IncomeLossFromContinuingOperationsBeforeIncomeTaxes"
    "MinorityInterestAndIncomeLossFromEquityMethodInvestments"
)
"""Without them."""
_TAX = _minus("IncomeTaxExpenseBenefit")
_ASSOCIATES = _maybe("IncomeLossFromEquityMethodInvestments")
_CONTINUING = """
IncomeLossFromContinuingOperationsIncludingPortionAttributableToNoncontrollingInterest
IncomeLossFromContinuingOperations"""
_DISCONTINUED = _maybe("""
IncomeLossFromDiscontinuedOperationsNetOfTax
IncomeLossFromDiscontinuedOperationsNetOfTaxAttributableToReportingEntity""")
_KINDS = ("Operating", "Investing", "Financing")
_CASH_FLOWS = tuple(_plus(f"NetCashProvidedByUsedIn{kind}Activities") for kind in _KINDS)
_FX = _maybe("""
EffectOfExchangeRateOnCashCashEquivalentsRestrictedCashAndRestrictedCashEquivalents
EffectOfExchangeRateOnCashCashEquivalentsRestrictedCashAndRestrictedCashEquivalentsIncludingDisposalGroupAndDiscontinuedOperations
EffectOfExchangeRateOnCashAndCashEquivalents""")
_CASH_CHANGE = "CashCashEquivalentsRestrictedCashAndRestrictedCashEquivalentsPeriodIncreaseDecrease"

RULES = (
    _rule("assets_equal_claims", "Assets", _plus(_CLAIMS)),
    _rule("assets_equal_claims", "ifrs-full:Assets", _plus("ifrs-full:EquityAndLiabilities")),
    _rule("balance", _CLAIMS, _plus("Liabilities"), _plus(_ALL_EQUITY), _MEZZANINE),
    _rule("balance", _CLAIMS, _plus("Liabilities"), _plus("StockholdersEquity"), _MINORITY,
          _MEZZANINE),
    _rule("balance", "ifrs-full:EquityAndLiabilities", _plus("ifrs-full:Equity"),
          _plus("ifrs-full:Liabilities")),
    _rule("equity", _ALL_EQUITY, _plus("StockholdersEquity"), _plus("MinorityInterest")),
    _rule("assets", "Assets", _plus("AssetsCurrent"), _plus("AssetsNoncurrent")),
    _rule("liabilities", "Liabilities", _plus("LiabilitiesCurrent"),
          _plus("LiabilitiesNoncurrent")),
    _rule("gross_profit", "GrossProfit", _plus(_REVENUE), _minus(_COST)),
    _rule("operating_income", "OperatingIncomeLoss", _plus("GrossProfit"),
          _minus("OperatingExpenses")),
    _rule("operating_income", "OperatingIncomeLoss", _plus(_REVENUE), _minus("CostsAndExpenses")),
    _rule("continuing_income", _CONTINUING, _plus(_PRETAX), _TAX),
    _rule("continuing_income", _CONTINUING, _plus(_PRETAX_ALONE), _TAX, _ASSOCIATES),
    _rule("net_income", "ProfitLoss NetIncomeLoss", _plus(_CONTINUING), _DISCONTINUED),
    _rule("net_income", "ProfitLoss NetIncomeLoss", _plus(_PRETAX), _TAX, _DISCONTINUED),
    _rule("net_income", "ProfitLoss NetIncomeLoss", _plus(_PRETAX_ALONE), _TAX, _ASSOCIATES,
          _DISCONTINUED),
    _rule("net_income_shared", "ProfitLoss", _plus("NetIncomeLoss"),
          _plus("NetIncomeLossAttributableToNoncontrollingInterest")),
    _rule("cash_change", f"{_CASH_CHANGE}IncludingExchangeRateEffect", *_CASH_FLOWS, _FX),
    _rule("cash_change", f"{_CASH_CHANGE}ExcludingExchangeRateEffect", *_CASH_FLOWS),
    _rule("cash_change", "CashAndCashEquivalentsPeriodIncreaseDecrease", *_CASH_FLOWS, _FX),
    _rule("cash_change", "ifrs-full:IncreaseDecreaseInCashAndCashEquivalents",
          *(_plus(f"ifrs-full:CashFlowsFromUsedIn{kind}Activities") for kind in _KINDS),
          _maybe("ifrs-full:EffectOfExchangeRateChangesOnCashAndCashEquivalents")),
)  # fmt: skip
