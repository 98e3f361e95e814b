"""What filings say between their tables: business, risks, properties, controls.

Every text is drawn from templates with nested choices; the draws of one filer stay mostly the
same from year to year, as they do in life: that is what makes template twins.
"""

from __future__ import annotations

from random import Random

from qhdata.universe.chance import say
from qhdata.universe.filers import InventedFiler

_BUSINESS = (
    "{name} [provides|makes and sells|supplies] {offers} to {customers}. [Founded|Established] "
    "in {founded} in {town}, "
    "{company} [serves|works for|delivers to] {customers} [through|by way of] {segments}.",
    "[Our customers are|Among our customers are] {customers}. No [single customer|one customer] "
    "accounted for [more than|over] ten "
    "percent of revenue in [any of the periods presented|the last three fiscal years].",
    "The [main|principal] inputs of our business are {inputs}. We [buy|obtain] them from several "
    "[suppliers|sources] and "
    "[believe that|consider that] other sources [could be found|are available] if one of them "
    "failed.",
    "Our markets are [competitive|crowded]. We compete on [price and reliability|service and "
    "quality|reliability, price and design], and "
    "[many|some] of our competitors have [larger budgets|longer histories|more capital] than we "
    "have.",
    "[Demand for|The market for] {offers} [follows|varies with] the seasons; the "
    "[strongest|busiest] quarter is [usually|as a rule] the last one.",
    "As of the end of fiscal {fy}, we had approximately {employees} employees, of whom [about a "
    "tenth|few|nearly a third] are "
    "[covered by collective agreements|members of a union]. We consider relations with our "
    "people to be good.",
    "We [own|hold] [trademarks and trade names|a small number of patents] that matter to us. We "
    "do not believe that the [loss|expiry] "
    "of any one of them would [hurt|harm] the business as a whole.",
    "Our [facilities|operations] are subject to [federal, state and local|national and local] "
    "rules on [safety|emissions and waste], and "
    "compliance has not had a material effect on [capital expenditures|earnings] so far.",
)

_RISKS = (
    (
        "We depend on {inputs}.",
        "If [prices rise|supply is interrupted], our [costs|margins] may "
        "suffer before we can [raise prices|adjust]. "
        "[In past years|From time to time] such swings have [lasted|persisted] for several "
        "quarters, and [hedges|contracts] cover only a part of them.",
    ),
    (
        "Our customers may spend less.",
        "Demand from {customers} [depends on|varies with] the "
        "economy, on interest rates and on confidence. "
        "A [downturn|recession] could reduce [orders|volumes] at short notice, and we could not "
        "cut "
        "our costs [as fast|at the same pace].",
    ),
    (
        "There are risks that are particular to what we do.",
        "For example, {risk}. Such an event "
        "could [lead to claims|cost us customers], could draw the "
        "attention "
        "of regulators and could [take|require] years to mend.",
    ),
    (
        "Failures of information systems could stop our work.",
        "We rely on [networks and software|"
        "systems] that we and others run. An [intrusion|attack] or a "
        "[simple mistake|failed update] could make them unavailable, expose records or [delay|"
        "prevent] the closing of our books.",
    ),
    (
        "Our debt limits what we can do.",
        "Our credit agreement [contains|has] covenants, among "
        "them a limit on leverage. A breach that is not "
        "[waived|cured] would let the lenders [demand repayment|call the loans].",
    ),
    (
        "We may not keep the people whom we need.",
        "Our success [rests on|depends on] managers and "
        "[specialists|skilled workers]. "
        "The loss of [several of them|key persons] at once would set us back.",
    ),
    (
        "Acquisitions may disappoint.",
        "We [have bought|may buy] businesses and carry goodwill "
        "from such purchases. If they earn less than we "
        "[expected|planned], we may have to write goodwill down, as we would test it [every year|"
        "at "
        "least once a year].",
    ),
    (
        "Laws and taxes may change.",
        "New rules on [trade|labor|the environment|taxation] could "
        "[raise our costs|alter our plans], and we "
        "can [neither foresee|not predict] their content nor [their timing|when they come].",
    ),
    (
        "The price of our shares may swing.",
        "It [reacts|responds] to our results, to those of "
        "others and to [rumor|news]. Holders may be unable to "
        "sell [at the price they paid|without loss].",
    ),
    (
        "Weather and disasters could interrupt us.",
        "[Floods|Storms], fires or [epidemics|"
        "earthquakes] could close the [sites|places] at which we work and "
        "[insurance|our cover] may not [pay|be enough] for all that is lost.",
    ),
)

_SHORT = {
    "1b": "None.",
    "1c": "[Our chief information officer|A committee of managers] [oversees|is charged with] "
    "the assessment of threats to our systems and reports to the "
    "audit committee [twice a year|every quarter]. No incident has had a material effect "
    "on {company} in fiscal {fy}.",
    "2": "Our headquarters are in {town}. We [own|lease] [most|some] of the [sites|buildings] "
    "that we use, and [lease|own] the others under agreements that end "
    "at various dates. We believe that they are [suitable|adequate] for our present needs.",
    "3": "From time to time {company} is a party to [claims|proceedings] that arise in the "
    "ordinary course. [In the opinion of management|We believe that] none of "
    "them [is likely to have|will have] a material effect on our financial position.",
    "4": "Not applicable.",
    "6": "[Reserved]",
    "9": "None.",
    "9a": "Management, with the participation of the chief executive officer and the chief "
    "financial officer, evaluated our disclosure controls and procedures "
    "as of the end of fiscal {fy} and concluded that they were effective. There was no "
    "change in internal control over financial reporting during the "
    "fourth quarter that has materially affected it.",
    "9b": "During the fourth quarter no director or officer adopted or ended a Rule 10b5-1 "
    "trading arrangement.",
    "9c": "Not applicable.",
    "16": "None.",
}

_PROXY = (
    "The information [required|called for] by this Item is incorporated by reference to our "
    "definitive proxy statement for the {next} annual meeting of "
    "shareholders, which will be filed within 120 days of the end of fiscal {fy}."
)


def slots(filer: InventedFiler, fy: int) -> dict[str, object]:
    """What the templates fill in."""
    trade = filer.industry
    last = trade.segments[-1]
    return {
        "name": filer.name,
        "short": filer.short,
        "town": filer.town,
        "founded": filer.founded,
        "offers": trade.offers,
        "customers": trade.customers,
        "inputs": trade.inputs,
        "risk": trade.risk,
        "segments": f"{_count(len(trade.segments))} segments, {', '.join(trade.segments[:-1])} "
        f"and {last}",
        "company": filer.style.company,
        "employees": f"{filer.employees:,}",
        "fy": fy,
        "next": fy + 1,
    }


def business(filer: InventedFiler, rng: Random, fy: int) -> list[str]:
    """The paragraphs of Item 1."""
    fill = slots(filer, fy)
    return [_capital(say(text, rng, fill)) for text in _BUSINESS]


def risks(filer: InventedFiler, rng: Random, fy: int) -> list[tuple[str, str]]:
    """(heading, paragraph) of Item 1A."""
    fill = slots(filer, fy)
    chosen = rng.sample(_RISKS, k=rng.randint(7, len(_RISKS)))
    return [(_capital(say(head, rng, fill)), say(body, rng, fill)) for head, body in chosen]


def short_item(filer: InventedFiler, item: str, rng: Random, fy: int) -> str:
    """The paragraph of an item that is short in every report."""
    if item in ("10", "11", "12", "13", "14"):
        return say(_PROXY, rng, slots(filer, fy))
    if item == "6":
        return _SHORT[item]
    return _capital(say(_SHORT[item], rng, slots(filer, fy)))


def status_of(item: str, text: str) -> str:
    """What became of an item that says `text`: present, omitted or incorporated_by_reference."""
    if text in ("None.", "Not applicable.", "[Reserved]"):
        return "omitted"
    referred = item in ("10", "11", "12", "13", "14") and "incorporated by reference" in text
    return "incorporated_by_reference" if referred else "present"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _count(number: int) -> str:
    return ("no", "one", "two", "three", "four")[number]
