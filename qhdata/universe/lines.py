"""The lines of the three statements, by archetype: the filer's words and us-gaap concepts."""

from __future__ import annotations

from qhdata.universe.filers import InventedFiler
from qhdata.universe.statements import Line

_REVENUE = "us-gaap:RevenueFromContractWithCustomerExcludingAssessedTax"
_TAX = Line("Provision for income taxes", "us-gaap:IncomeTaxExpenseBenefit", ("tax",))
_EARNINGS = (
    Line("Basic and diluted", "us-gaap:EarningsPerShareBasicAndDiluted", (), "per_share", 1),
    Line(
        "Weighted-average shares outstanding",
        "us-gaap:WeightedAverageNumberOfSharesOutstandingBasic",
        (),
        "shares",
    ),
)
_PRETAX = (
    "us-gaap:IncomeLossFromContinuingOperationsBeforeIncomeTaxes"
    "ExtraordinaryItemsNoncontrollingInterest"
)


def _head(label: str) -> Line:
    return Line(label, "", (), "heading")


def revenue_concept(filer: InventedFiler) -> str:
    """The concept of the filer's first line."""
    return _REVENUE if filer.industry.archetype == "product" else "us-gaap:Revenues"


def income_lines(filer: InventedFiler) -> list[Line]:
    """The income statement."""
    style, trade = filer.style, filer.industry
    net = Line(style.profit, "us-gaap:NetIncomeLoss", ("net_income",), total=True)
    last = [net, _head(f"{style.profit} per share:"), *_EARNINGS]
    pretax = Line("Income before income taxes", _PRETAX, ("pretax",), total=True)
    if trade.archetype == "bank":
        return [
            Line(
                "Interest and dividend income",
                "us-gaap:InterestAndDividendIncomeOperating",
                ("interest_income",),
            ),
            Line("Interest expense", "us-gaap:InterestExpense", ("interest",)),
            Line(
                "Net interest income",
                "us-gaap:InterestIncomeExpenseNet",
                ("net_interest",),
                total=True,
            ),
            Line("Noninterest income", "us-gaap:NoninterestIncome", ("fees",)),
            Line(style.revenue, "us-gaap:Revenues", ("revenue",), total=True),
            Line(
                "Provision for credit losses",
                "us-gaap:ProvisionForLoanLeaseAndOtherLosses",
                ("provision",),
            ),
            Line("Noninterest expense", "us-gaap:NoninterestExpense", ("overhead",)),
            pretax,
            _TAX,
            *last,
        ]
    research = (
        [
            Line(
                "Research and development",
                "us-gaap:ResearchAndDevelopmentExpense",
                ("research",),
                level=1,
            )
        ]
        if trade.research
        else []
    )
    overhead = Line(
        "Selling, general and administrative",
        "us-gaap:SellingGeneralAndAdministrativeExpense",
        ("overhead",),
        level=1,
    )
    wear = Line(
        "Depreciation and amortization",
        "us-gaap:DepreciationDepletionAndAmortization",
        ("depreciation",),
        level=1,
    )
    below = [
        Line("Operating income", "us-gaap:OperatingIncomeLoss", ("operating_income",), total=True),
        Line("Interest expense", "us-gaap:InterestExpense", ("interest",), negated=True),
        Line(
            "Other income (expense), net",
            "us-gaap:OtherNonoperatingIncomeExpense",
            ("other_income",),
        ),
        pretax,
        _TAX,
        *last,
    ]
    revenue = Line(style.revenue, revenue_concept(filer), ("revenue",))
    if trade.archetype == "property":
        return [
            revenue,
            _head("Operating expenses:"),
            Line(
                "Operations and maintenance",
                "us-gaap:DirectCostsOfLeasedAndRentedPropertyOrEquipment",
                ("cost",),
                level=1,
            ),
            Line(
                "General and administrative",
                "us-gaap:GeneralAndAdministrativeExpense",
                ("overhead",),
                level=1,
            ),
            wear,
            Line(
                "Total operating expenses", "us-gaap:CostsAndExpenses", ("total_costs",), total=True
            ),
            *below,
        ]
    cost_word = "Cost of sales" if "sales" in style.revenue.lower() else "Cost of revenue"
    return [
        revenue,
        Line(cost_word, "us-gaap:CostOfRevenue", ("cost",)),
        Line("Gross profit", "us-gaap:GrossProfit", ("gross",), total=True),
        _head("Operating expenses:"),
        *research,
        overhead,
        wear,
        Line("Total operating expenses", "us-gaap:OperatingExpenses", ("expenses",), total=True),
        *below,
    ]


def balance_lines(filer: InventedFiler) -> list[Line]:
    """The balance sheet; lines without a balance are left out by the printer."""
    bank = filer.industry.archetype == "bank"

    def stock(label: str, concept: str, *keys: str, total: bool = False) -> Line:
        return Line(label, "us-gaap:" + concept, keys, "stock", 0 if total else 1, total)

    current = ("cash", "receivables", "inventory", "other_current")
    fixed = ("property", "goodwill", "other_assets")
    owed_now = ("payables", "accrued", "deferred", "debt_current")
    owed = (*owed_now, "deposits", "debt_long", "other_liabilities")
    equity = ("paid_in", "retained")
    cash = stock("Cash and cash equivalents", "CashAndCashEquivalentsAtCarryingValue", "cash")
    goodwill = stock("Goodwill", "Goodwill", "goodwill")
    other = stock("Other assets", "OtherAssetsNoncurrent", "other_assets")
    rest = [
        stock("Other liabilities", "OtherLiabilitiesNoncurrent", "other_liabilities"),
        stock("Total liabilities", "Liabilities", *owed, total=True),
        _head("Shareholders' equity:"),
        stock(
            "Common stock and additional paid-in capital",
            "CommonStocksIncludingAdditionalPaidInCapital",
            "paid_in",
        ),
        stock("Retained earnings", "RetainedEarningsAccumulatedDeficit", "retained"),
        stock("Total shareholders' equity", "StockholdersEquity", *equity, total=True),
        stock(
            "Total liabilities and shareholders' equity",
            "LiabilitiesAndStockholdersEquity",
            *owed,
            *equity,
            total=True,
        ),
    ]
    if bank:
        return [
            _head("Assets"),
            cash,
            stock(
                "Securities available for sale",
                "AvailableForSaleSecuritiesDebtSecurities",
                "securities",
            ),
            stock(
                "Loans, net",
                "FinancingReceivableExcludingAccruedInterestAfterAllowanceForCreditLoss",
                "loans",
            ),
            stock("Premises and equipment, net", "PropertyPlantAndEquipmentNet", "property"),
            goodwill,
            other,
            stock("Total assets", "Assets", "cash", "securities", "loans", *fixed, total=True),
            _head("Liabilities"),
            stock("Deposits", "Deposits", "deposits"),
            stock("Accrued expenses", "AccruedLiabilitiesCurrentAndNoncurrent", "accrued"),
            stock(
                "Borrowings", "DebtLongtermAndShorttermCombinedAmount", "debt_current", "debt_long"
            ),
            *rest,
        ]
    return [
        _head("Current assets:"),
        cash,
        stock("Accounts receivable, net", "AccountsReceivableNetCurrent", "receivables"),
        stock("Inventories", "InventoryNet", "inventory"),
        stock("Other current assets", "OtherAssetsCurrent", "other_current"),
        stock("Total current assets", "AssetsCurrent", *current, total=True),
        stock("Property and equipment, net", "PropertyPlantAndEquipmentNet", "property"),
        goodwill,
        other,
        stock("Total assets", "Assets", *current, *fixed, total=True),
        _head("Current liabilities:"),
        stock("Accounts payable", "AccountsPayableCurrent", "payables"),
        stock("Accrued liabilities", "AccruedLiabilitiesCurrent", "accrued"),
        stock("Deferred revenue", "ContractWithCustomerLiabilityCurrent", "deferred"),
        stock("Current portion of long-term debt", "LongTermDebtCurrent", "debt_current"),
        stock("Total current liabilities", "LiabilitiesCurrent", *owed_now, total=True),
        stock("Long-term debt", "LongTermDebtNoncurrent", "debt_long"),
        *rest,
    ]


def cash_lines(filer: InventedFiler) -> list[Line]:
    """The cash flow statement."""
    bank = filer.industry.archetype == "bank"

    def flow(
        label: str, concept: str, *keys: str, total: bool = False, negated: bool = False
    ) -> Line:
        return Line(label, "us-gaap:" + concept, keys, "flow", 0 if total else 1, total, negated)

    lending = [
        flow(
            "Net increase in loans",
            "PaymentsForProceedsFromLoansAndLeases",
            "lending",
            negated=True,
        ),
        flow(
            "Purchases of securities, net",
            "PaymentsForProceedsFromAvailableForSaleSecurities",
            "bought_securities",
            negated=True,
        ),
    ]
    return [
        _head("Operating activities:"),
        flow(filer.style.profit, "NetIncomeLoss", "net_income"),
        flow(
            "Depreciation and amortization", "DepreciationDepletionAndAmortization", "depreciation"
        ),
        flow("Share-based compensation", "ShareBasedCompensation", "stock_pay"),
        *(
            [
                flow(
                    "Provision for credit losses",
                    "ProvisionForLoanLeaseAndOtherLosses",
                    "provision",
                )
            ]
            if bank
            else []
        ),
        flow(
            "Accounts receivable",
            "IncreaseDecreaseInAccountsReceivable",
            "-d_receivables",
            negated=True,
        ),
        flow("Inventories", "IncreaseDecreaseInInventories", "-d_inventory", negated=True),
        flow(
            "Other current assets",
            "IncreaseDecreaseInOtherCurrentAssets",
            "-d_other_current",
            negated=True,
        ),
        flow("Accounts payable", "IncreaseDecreaseInAccountsPayable", "d_payables"),
        flow(
            "Accrued and other liabilities",
            "IncreaseDecreaseInAccruedLiabilitiesAndOtherOperatingLiabilities",
            "d_accrued",
            "d_deferred",
            "d_other_liabilities",
        ),
        flow(
            "Net cash provided by operating activities",
            "NetCashProvidedByUsedInOperatingActivities",
            "operating",
            total=True,
        ),
        _head("Investing activities:"),
        flow(
            "Purchases of property and equipment",
            "PaymentsToAcquirePropertyPlantAndEquipment",
            "capex",
            negated=True,
        ),
        *(lending if bank else []),
        flow(
            "Net cash used in investing activities",
            "NetCashProvidedByUsedInInvestingActivities",
            "investing",
            total=True,
        ),
        _head("Financing activities:"),
        *(
            [flow("Net increase in deposits", "IncreaseDecreaseInDeposits", "taken_deposits")]
            if bank
            else []
        ),
        flow("Proceeds from borrowings", "ProceedsFromIssuanceOfLongTermDebt", "borrowed"),
        flow("Repayments of borrowings", "RepaymentsOfLongTermDebt", "repaid", negated=True),
        flow("Dividends paid", "PaymentsOfDividends", "dividends", negated=True),
        flow(
            "Repurchases of common stock",
            "PaymentsForRepurchaseOfCommonStock",
            "buybacks",
            negated=True,
        ),
        flow(
            "Net cash used in financing activities",
            "NetCashProvidedByUsedInFinancingActivities",
            "financing",
            total=True,
        ),
        flow(
            "Net change in cash and cash equivalents",
            "CashCashEquivalentsRestrictedCashAndRestrictedCashEquivalentsPeriodIncreaseDecreaseIncludingExchangeRateEffect",
            "net_change",
            total=True,
        ),
        Line(
            "Cash and cash equivalents, beginning of period",
            "us-gaap:CashAndCashEquivalentsAtCarryingValue",
            (),
            "opening_cash",
        ),
        Line(
            "Cash and cash equivalents, end of period",
            "us-gaap:CashAndCashEquivalentsAtCarryingValue",
            ("cash",),
            "stock",
            0,
            True,
        ),
    ]
