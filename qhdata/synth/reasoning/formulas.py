"""Formulas that take one reported figure and numbers that the question gives: what if, tax,
currency, time value, bonds, loans, depreciation, portfolios.

Each statement of a program is one operation, so that its execution is a chain of thought; `{p}` and
its like are drawn from `given` and stand in the question as they stand in the program.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

RATES = ("2", "3", "4", "5", "6", "8", "10", "12")
YEARS = ("2", "3", "4", "5", "7", "10")
SHARES = ("10", "15", "20", "25", "30", "40", "60")
FLOWS = ("revenue", "net_income", "operating_income", "operating_cash_flow", "gross_profit")
COSTS = ("cost_of_revenue", "research", "overhead", "operating_expenses", "costs_and_expenses")


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """One formula over the slot `x`."""

    key: str
    of: tuple[str, ...]
    """Concepts of which `x` may be one; it is above zero."""
    en: str
    zh: str
    brief: str
    program: str
    given: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Name -> what it may be, as written."""
    wrong: tuple[str, ...]
    """Programs of the usual mistakes."""
    kind: Literal["number", "percent"] = "number"
    decimals: int | None = None
    unit: str = ""
    """The answer's, where it is not that of `x`."""


FORMULAS: tuple[Formula, ...] = (
    Formula(
        key="what_if.growth",
        of=FLOWS,
        en='If "{label}" grew by {p}% from {period} to the next year, what would it be then?',
        zh="如果“{label}”在{period}之后的一年增长{p}%，届时是多少？",
        brief="{label} {period} plus {p}%?",
        program="1 + {p}%; x * #0",
        given={"p": RATES},
        wrong=("x * {p}%", "1 - {p}%; x * #0"),
    ),
    Formula(
        key="what_if.decline",
        of=(*FLOWS, *COSTS),
        en='If "{label}" fell by {p}% after {period}, what would it be in the year after?',
        zh="如果“{label}”在{period}之后的一年下降{p}%，届时是多少？",
        brief="{label} {period} less {p}%?",
        program="1 - {p}%; x * #0",
        given={"p": SHARES},
        wrong=("x * {p}%", "1 + {p}%; x * #0"),
    ),
    Formula(
        key="what_if.compound",
        of=FLOWS,
        en='If "{label}" of {period} grew by {p}% a year, what would it be {n} years later?',
        zh="如果{period}的“{label}”每年增长{p}%，{n}年后是多少？",
        brief="{label} {period} at {p}% for {n} years?",
        program="1 + {p}%; #0 ^ {n}; x * #1",
        given={"p": RATES, "n": YEARS},
        wrong=("{p}% * {n}; 1 + #0; x * #1", "1 + {p}%; x * #0"),
    ),
    Formula(
        key="what_if.saving",
        of=COSTS,
        en='A plan saves {p}% of "{label}" of {period}. How much is saved over {n} years if the '
        "cost stays as it was?",
        zh="一项计划可节省{period}“{label}”的{p}%。若该项金额不变，{n}年共节省多少？",
        brief="{p}% of {label} {period} over {n} years?",
        program="x * {p}%; #0 * {n}",
        given={"p": RATES, "n": YEARS},
        wrong=("x * {p}%", "1 - {p}%; x * #0; #1 * {n}"),
    ),
    Formula(
        key="tax.due",
        of=("pretax_income",),
        en='At a tax rate of {p}%, what would the tax on "{label}" of {period} be?',
        zh="按{p}%的税率，{period}“{label}”应缴多少税？",
        brief="Tax of {p}% on {label} {period}?",
        program="x * {p}%",
        given={"p": ("15", "21", "25", "28", "35")},
        wrong=("1 - {p}%; x * #0", "x / {p}%"),
    ),
    Formula(
        key="tax.after",
        of=("pretax_income", "operating_income"),
        en='What is left of "{label}" of {period} after tax at {p}%?',
        zh="{period}的“{label}”按{p}%纳税后还剩多少？",
        brief="{label} {period} after {p}% tax?",
        program="1 - {p}%; x * #0",
        given={"p": ("15", "21", "25", "28", "35")},
        wrong=("x * {p}%", "1 + {p}%; x * #0"),
    ),
    Formula(
        key="tax.shield",
        of=("interest_expense", "depreciation"),
        en='How much tax does "{label}" of {period} save at a tax rate of {p}%?',
        zh="按{p}%的税率，{period}的“{label}”可抵减多少税款？",
        brief="Tax saved by {label} {period} at {p}%?",
        program="x * {p}%",
        given={"p": ("15", "21", "25", "28", "35")},
        wrong=("1 - {p}%; x * #0",),
    ),
    Formula(
        key="currency.into",
        of=("revenue", "net_income", "assets", "cash"),
        en='At {f} yuan to the US dollar, how much is "{label}" of {period} in yuan?',
        zh="按1美元兑{f}元人民币，{period}的“{label}”合多少人民币？",
        brief="{label} {period} in yuan at {f}?",
        program="x * {f}",
        given={"f": ("6.5", "6.9", "7.1", "7.2")},
        wrong=("x / {f}",),
        unit="CNY",
    ),
    Formula(
        key="currency.out_of",
        of=("revenue", "net_income", "assets", "cash"),
        en='At {f} US dollars to the euro, how much is "{label}" of {period} in euros?',
        zh="按1欧元兑{f}美元，{period}的“{label}”合多少欧元？",
        brief="{label} {period} in euros at {f}?",
        program="x / {f}",
        given={"f": ("1.05", "1.08", "1.1", "1.15", "1.2")},
        wrong=("x * {f}",),
        unit="EUR",
    ),
    Formula(
        key="time_value.present",
        of=("net_income", "operating_cash_flow", "dividends", "cash"),
        en='What is an amount as large as "{label}" of {period} worth today if it is paid in {n} '
        "years, at {p}% a year?",
        zh="一笔与{period}“{label}”相等的款项在{n}年后支付，按每年{p}%折现，现值是多少？",
        brief="Present value of {label} {period}, {n} years, {p}%?",
        program="1 + {p}%; #0 ^ {n}; x / #1",
        given={"p": RATES, "n": YEARS},
        wrong=("1 + {p}%; #0 ^ {n}; x * #1", "{p}% * {n}; 1 + #0; x / #1"),
    ),
    Formula(
        key="time_value.perpetuity",
        of=("net_income", "dividends", "operating_cash_flow"),
        en='What is a perpetuity worth that pays "{label}" of {period} every year, at {p}%?',
        zh="每年支付{period}“{label}”金额的永续年金，按{p}%折现值多少？",
        brief="Perpetuity of {label} {period} at {p}%?",
        program="x / {p}%",
        given={"p": RATES},
        wrong=("x * {p}%", "1 + {p}%; x / #0"),
    ),
    Formula(
        key="time_value.growing",
        of=("net_income", "dividends", "operating_cash_flow"),
        en='"{label}" of {period} grows by {g}% a year for ever. What are the payments from next '
        "year on worth at {p}%?",
        zh="{period}的“{label}”以每年{g}%永续增长，按{p}%折现，从次年起各期合计值多少？",
        brief="{label} {period} growing {g}%, worth at {p}%?",
        program="1 + {g}%; x * #0; {p}% - {g}%; #1 / #2",
        given={"g": ("1", "2", "3"), "p": ("5", "6", "8", "10", "12")},
        wrong=("{p}% - {g}%; x / #0", "1 + {g}%; x * #0; #1 / {p}%"),
    ),
    Formula(
        key="time_value.annuity",
        of=("net_income", "dividends", "operating_cash_flow"),
        en='What are {n} yearly payments, each as large as "{label}" of {period} and the first in '
        "a year, worth today at {p}%?",
        zh="从一年后起连续{n}年每年支付{period}“{label}”的金额，按{p}%折现，现值是多少？",
        brief="{n} payments of {label} {period} at {p}%?",
        program="1 + {p}%; #0 ^ {n}; 1 / #1; 1 - #2; #3 / {p}%; x * #4",
        given={"p": RATES, "n": YEARS},
        wrong=("x * {n}", "1 + {p}%; #0 ^ {n}; x / #1"),
    ),
    Formula(
        key="loan.payment",
        of=("long_term_debt",),
        en='A loan as large as "{label}" of {period} at {p}% is paid back in {n} equal yearly '
        "payments. How much is each?",
        zh="一笔与{period}“{label}”相等的贷款，年利率{p}%，分{n}年等额偿还，每年还款多少？",
        brief="Yearly payment on {label} {period}, {p}%, {n} years?",
        program="x * {p}%; 1 + {p}%; #1 ^ {n}; 1 / #2; 1 - #3; #0 / #4",
        given={"p": RATES, "n": YEARS},
        wrong=("x / {n}", "x / {n}; x * {p}%; #0 + #1"),
    ),
    Formula(
        key="loan.basis_points",
        of=("long_term_debt", "liabilities"),
        en='If the interest on all of "{label}" of {period} rose by {b} basis points, how much '
        "more interest would a year cost?",
        zh="若{period}“{label}”全部金额的利率上升{b}个基点，一年利息增加多少？",
        brief="{b} bps more on {label} {period}?",
        program="x * {b}; #0 / 10000",
        given={"b": ("25", "50", "75", "125", "150")},
        wrong=("x * {b}; #0 / 100", "x * {b}; #0 / 1000"),
    ),
    Formula(
        key="bond.price",
        of=("long_term_debt",),
        en='Take "{label}" of {period} as the face value of bonds with a yearly coupon of {c}% and '
        "{n} years to run. What are they worth at a yield of {p}%?",
        zh="把{period}的“{label}”看作面值，票面年利率{c}%，剩余{n}年，到期收益率{p}%时价值多少？",
        brief="Bonds of {label} {period}: {c}%, {n} years, yield {p}%?",
        program="1 + {p}%; #0 ^ {n}; x / #1; x * {c}%; 1 / #1; 1 - #4; #5 / {p}%; #3 * #6; #2 + #7",
        given={"c": ("3", "4", "7"), "p": ("5", "6", "8"), "n": ("3", "5", "10")},
        wrong=("1 + {p}%; #0 ^ {n}; x / #1", "x * {c}%; #0 * {n}; x + #1"),
    ),
    Formula(
        key="assets.straight_line",
        of=("property",),
        en='If "{label}" of {period} is written off evenly over {n} years down to a residual value '
        "of {s}%, how much is written off a year?",
        zh="若{period}的“{label}”按{n}年直线折旧，残值率{s}%，每年折旧多少？",
        brief="{label} {period} over {n} years, residual {s}%?",
        program="1 - {s}%; x * #0; #1 / {n}",
        given={"n": ("5", "8", "10", "15", "20"), "s": ("5", "10", "20")},
        wrong=("x / {n}", "x * {s}%; #0 / {n}"),
    ),
    Formula(
        key="assets.declining",
        of=("property",),
        en='If {s}% of what is left of "{label}" of {period} is written off each year, what is '
        "left after {n} years?",
        zh="若每年按余额的{s}%冲减{period}的“{label}”，{n}年后余额是多少？",
        brief="{label} {period} less {s}% a year, {n} years?",
        program="1 - {s}%; #0 ^ {n}; x * #1",
        given={"s": ("10", "15", "20", "25"), "n": ("2", "3", "4")},
        wrong=("{s}% * {n}; 1 - #0; x * #1", "1 - {s}%; x * #0"),
    ),
    Formula(
        key="portfolio.income",
        of=("cash",),
        en='If {w}% of "{label}" of {period} were held in bonds at {p}% and the rest in deposits '
        "at {q}%, what would a year's income be?",
        zh="若将{period}“{label}”的{w}%投资于收益率{p}%的债券，其余存款利率{q}%，一年收益是多少？",
        brief="{label} {period}: {w}% at {p}%, rest at {q}%?",
        program="x * {w}%; #0 * {p}%; x - #0; #2 * {q}%; #1 + #3",
        given={"w": SHARES, "p": ("5", "6", "8"), "q": ("1", "2", "3")},
        wrong=("x * {p}%", "{p}% + {q}%; #0 / 2; x * #1"),
    ),
    Formula(
        key="capital.required",
        of=("equity",),
        en="With a risk-free rate of {r}%, a market return of {m}% and a beta of {b}, what yearly "
        'return does "{label}" of {period} have to earn by the CAPM?',
        zh="无风险利率{r}%，市场收益率{m}%，贝塔{b}，按CAPM，{period}的“{label}”一年应赚多少？",
        brief="CAPM return on {label} {period}: {r}%, {m}%, beta {b}?",
        program="{m}% - {r}%; #0 * {b}; {r}% + #1; x * #2",
        given={"r": ("2", "3", "4"), "m": ("7", "8", "9"), "b": ("0.8", "0.9", "1.2", "1.5")},
        wrong=("{m}% * {b}; {r}% + #0; x * #1", "x * {m}%"),
    ),
    Formula(
        key="valuation.multiple",
        of=("eps", "eps_diluted"),
        en='At a price-earnings ratio of {m}, what share price does "{label}" of {period} give?',
        zh="按{m}倍市盈率，{period}的“{label}”对应的股价是多少？",
        brief="Price at {m} times {label} {period}?",
        program="x * {m}",
        given={"m": ("12", "15", "18", "22", "25")},
        wrong=("x / {m}",),
        decimals=2,
    ),
    Formula(
        key="per_share.payout",
        of=("eps", "eps_diluted"),
        en='If {p}% of "{label}" of {period} is paid out, how large is the dividend per share?',
        zh="若{period}“{label}”的{p}%用于分红，每股股利是多少？",
        brief="{p}% of {label} {period}?",
        program="x * {p}%",
        given={"p": SHARES},
        wrong=("1 - {p}%; x * #0",),
        decimals=2,
    ),
)
