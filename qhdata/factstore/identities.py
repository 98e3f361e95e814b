"""Identities that statements keep: the balance sheet balances, income and cash flows add up, cash
at the beginning and its change come to cash at the end.

The rules are those that extraction checks documents by (`extract/calculation_rules.py`), with what
needs two dates or two kinds of temporary equity. An identity is tried where all that it needs is
reported; it holds where the two sides are no farther apart than rounding allows: each number stands
for an interval of half a unit of its last place (`decimals`) on both sides. A number that does not
say its precision is not tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal

from qhdata.extract.calculation_rules import RULES, Rule, Term
from qhdata.factstore.rows import StoredFact
from qhdata.factstore.sound import half_unit

BEGINNING = "@beginning"
"""After a concept's name: its value at the end of the day before the period."""
_EXACT = Context(prec=120)
_GAAP = "us-gaap:"
_CASH_ALL = f"{_GAAP}CashCashEquivalentsRestrictedCashAndRestrictedCashEquivalents"
_CASH_TOO = f"{_CASH_ALL}IncludingDisposalGroupAndDiscontinuedOperations"
_CASH = f"{_GAAP}CashAndCashEquivalentsAtCarryingValue"
_FX = (
    f"{_GAAP}EffectOfExchangeRateOnCashCashEquivalentsRestrictedCashAndRestrictedCashEquivalents",
    f"{_GAAP}EffectOfExchangeRateOnCashCashEquivalentsRestrictedCashAndRestrictedCashEquivalents"
    "IncludingDisposalGroupAndDiscontinuedOperations",
    f"{_GAAP}EffectOfExchangeRateOnCashAndCashEquivalents",
)
_EQUITY = f"{_GAAP}StockholdersEquity"
_ALL_EQUITY = f"{_EQUITY}IncludingPortionAttributableToNoncontrollingInterest"
_MEZZANINE = (
    Term((f"{_GAAP}TemporaryEquityCarryingAmountAttributableToParent",)),
    Term((f"{_GAAP}RedeemableNoncontrollingInterestEquityCarryingAmount",)),
)
_LIABILITIES = Term((f"{_GAAP}Liabilities",))
_CLAIMS = (f"{_GAAP}LiabilitiesAndStockholdersEquity",)
_ASSETS = (f"{_GAAP}Assets",)


def _maybe(*names: str) -> Term:
    return Term(names, needed=False)


def _cash(end: str, *terms: Term) -> Rule:
    return Rule("cash_end", (end,), (Term((end + BEGINNING,)), *terms))


def _balances(total: tuple[str, ...], *mezzanine: Term) -> tuple[Rule, Rule]:
    minority = _maybe(f"{_GAAP}MinorityInterest")
    return (
        Rule("balance", total, (_LIABILITIES, Term((_ALL_EQUITY,)), *mezzanine)),
        Rule("balance", total, (_LIABILITIES, Term((_EQUITY,)), minority, *mezzanine)),
    )


IDENTITIES: tuple[Rule, ...] = (
    *_balances(_CLAIMS, *_MEZZANINE),
    *RULES,
    *_balances(_ASSETS, *(_maybe(*term.names) for term in _MEZZANINE)),
    Rule("comprehensive_income",
         (f"{_GAAP}ComprehensiveIncomeNetOfTaxIncludingPortionAttributableToNoncontrollingInterest",),
         (Term((f"{_GAAP}ProfitLoss",)),
          Term((f"{_GAAP}OtherComprehensiveIncomeLossNetOfTax",)))),
    Rule("comprehensive_income", (f"{_GAAP}ComprehensiveIncomeNetOfTax",),
         (Term((f"{_GAAP}NetIncomeLoss",)),
          Term((f"{_GAAP}OtherComprehensiveIncomeLossNetOfTaxPortionAttributableToParent",
                f"{_GAAP}OtherComprehensiveIncomeLossNetOfTax")))),
    *(_cash(end, Term((f"{_CASH_ALL}PeriodIncreaseDecreaseIncludingExchangeRateEffect",)))
      for end in (_CASH_TOO, _CASH_ALL, _CASH)),
    *(_cash(end, Term((f"{_CASH_ALL}PeriodIncreaseDecreaseExcludingExchangeRateEffect",)),
            _maybe(*_FX))
      for end in (_CASH_TOO, _CASH_ALL, _CASH)),
    _cash(_CASH, Term((f"{_GAAP}CashAndCashEquivalentsPeriodIncreaseDecrease",))),
    _cash("ifrs-full:CashAndCashEquivalents",
          Term(("ifrs-full:IncreaseDecreaseInCashAndCashEquivalents",))),
)  # fmt: skip
"""Of several of one name the first whose needed numbers are all reported counts."""
CONCEPTS_IN = tuple(sorted({
    name.removesuffix(BEGINNING)
    for rule in IDENTITIES
    for names in (rule.total, *(term.names for term in rule.terms))
    for name in names
}))  # fmt: skip
"""Every concept that an identity looks at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One identity, tried on the numbers of one filing."""

    identity: str
    total: StoredFact
    parts: tuple[tuple[int, StoredFact], ...]
    """(+1 or -1, fact): what should come to the total."""
    difference: Decimal
    """The total less the sum of its parts."""
    slack: Decimal
    """How far apart rounding may bring them."""

    @property
    def holds(self) -> bool:
        """Whether rounding explains the difference."""
        return abs(self.difference) <= self.slack

    @property
    def excess(self) -> Decimal:
        """By how much more than rounding they differ; 0 where they do not."""
        return max(abs(self.difference) - self.slack, Decimal(0))


def check_identities(values: Mapping[str, StoredFact]) -> Iterator[Finding]:
    """Try every identity on the numbers of one filing, period and unit, by concept; those at the
    beginning of the period have BEGINNING after their name.
    """
    known = {
        name: slack
        for name, fact in values.items()
        if (slack := half_unit(fact.decimals)) is not None
    }
    done: set[str] = set()
    for rule in IDENTITIES:
        terms = None if rule.name in done else _terms(rule, known)
        if terms is None:
            continue
        done.add(rule.name)
        (_, total), *parts = terms
        expected, slack = Decimal(0), known[total]
        for sign, name in parts:
            add = _EXACT.add if sign > 0 else _EXACT.subtract
            expected = add(expected, values[name].value)
            slack = _EXACT.add(slack, known[name])
        yield Finding(
            identity=rule.name,
            total=values[total],
            parts=tuple((sign, values[name]) for sign, name in parts),
            difference=_EXACT.subtract(values[total].value, expected),
            slack=slack,
        )


def _terms(rule: Rule, known: Mapping[str, object]) -> list[tuple[int, str]] | None:
    """The total and the parts of a rule that are reported; None where one that is needed is not."""
    found = []
    for term in (Term(rule.total), *rule.terms):
        name = next((n for n in term.names if n in known), None)
        if name is not None:
            found.append((term.weight, name))
        elif term.needed:
            return None
    names = [name for _, name in found]
    return found if len(set(names)) == len(names) else None
