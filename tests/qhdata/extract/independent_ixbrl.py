"""Inline XBRL read a second time, in 100 lines that share nothing with qhdata.

XPath over a tree of lower-cased names, plain string rules for each format, floats nowhere. It
reads what can be checked mechanically: numbers, dates, durations and booleans, with their periods,
dimensions and units. Other texts are left to the spans.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from lxml import html

MONTHS = "january february march april may june july august september october november december"
UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
UNITS += " fifteen sixteen seventeen eighteen nineteen"
TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014-"), " ")


def words(text: str) -> int | None:
    total = part = 0
    for word in text.lower().translate(DASHES).replace(",", " ").split():
        if word in UNITS.split():
            part += UNITS.split().index(word)
        elif word in TENS.split():
            part += 10 * (TENS.split().index(word) + 2)
        elif word == "hundred":
            part *= 100
        elif word in ("thousand", "million", "billion"):
            total, part = total + part * 1000 ** (1 + "tmb".index(word[0])), 0
        elif word not in ("and", "no", "none"):
            return None
    return total + part


def shown_date(name: str, text: str) -> str:
    text = re.sub(r"[^\w]+", " ", text).lower()
    numbers = [int(n) for n in re.findall(r"\d+", text)]
    named = [m for m in MONTHS.split() if re.search(rf"\b{m[:3]}", text)]
    month = MONTHS.split().index(named[0]) + 1 if named else numbers.pop(0)
    if "year" not in name:
        return f"--{month:02d}-{numbers[0]:02d}"
    year = numbers[-1] + 2000 * (numbers[-1] < 100)
    return f"{year}-{month:02d}" + (f"-{numbers[0]:02d}" if "day" in name else "")


def lasting(name: str, text: str) -> str:
    if name == "durwordsen":
        amount, unit = text.translate(DASHES).rsplit(None, 1)
        return f"P{amount if amount.strip().isdigit() else words(amount)}{unit[0].upper()}"
    whole, _, part = text.strip().partition(".")
    rest = Decimal("0." + (part or "0"))
    if name != "duryear" or not rest:
        return f"P{whole}" + {"duryear": "Y", "durmonth": "M", "durday": "D"}[name]
    months, days = divmod(rest * 12, 1)
    days = int(days * Decimal("30.4375"))
    years = f"{whole}Y" if int(whole) else ""
    return f"P{years}" + (f"{months:f}M" if months else "") + (f"{days}D" if days else "")


def value(fact: Any) -> str | Decimal | None:
    name = (fact.get("format") or "").split(":")[-1].replace("-", "").lower()
    text = "".join(fact.itertext()).replace("\xa0", " ").strip()
    if fact.get("xsi:nil") in ("true", "1"):
        return None
    if fact.tag == "ix:nonfraction":
        shown = "0" if name in ("fixedzero", "numdash", "zerodash") else text
        if name == "numwordsen":
            shown = str(words(text))
        number = Decimal(shown.replace(",", "").replace(" ", ""))
        number *= Decimal(10) ** int(fact.get("scale") or 0)
        return -number if fact.get("sign") == "-" else number
    if name.startswith("date"):
        return shown_date(name, text)
    if name.startswith("dur"):
        return lasting(name, text)
    if name == "boolballotbox":
        return "false" if "\u2610" in text else "true"
    fixed = {"fixedtrue": "true", "fixedfalse": "false", "fixedempty": "", "nocontent": ""}
    return fixed.get(name.replace("boolean", "fixed"), "?")


def read(data: bytes) -> list[tuple[Any, ...]]:
    """(concept, value, unit, start, end, dimensions, decimals, id, shown) of each, in order."""
    root = html.fromstring(data, parser=html.HTMLParser(encoding="utf-8", huge_tree=True))
    periods, units = {}, {}
    for el in root.xpath("//*[substring-after(local-name(), ':') = 'context']"):
        said = {d.tag.split(":")[-1]: (d.text or "").strip() for d in el.iter()}
        end = said.get("instant") or said["enddate"]
        if "T00:00" in end:
            end = str(datetime.fromisoformat(end).date() - timedelta(days=1))
        members = el.xpath(".//*[contains(local-name(), 'plicitmember')]")
        members += el.xpath(".//*[contains(local-name(), 'typedmember')]")
        pairs = sorted((m.get("dimension"), m.text_content().strip()) for m in members)
        periods[el.get("id")] = (said.get("startdate"), end, pairs)
    for el in root.xpath("//*[substring-after(local-name(), ':') = 'unit']"):
        measures = [m.text.split(":")[-1].strip() for m in el.iter() if m.tag.endswith("measure")]
        units[el.get("id")] = "/".join(measures)
    nothing = (None, None, [])  # fragments of pages have no contexts
    return [
        (f.get("name"), value(f), units.get(f.get("unitref"), f.get("unitref")),
         *periods.get(f.get("contextref"), nothing), f.get("decimals"), f.get("id"),
         "".join(f.itertext()))
        for f in root.xpath("//*[local-name()='ix:nonfraction' or local-name()='ix:nonnumeric']")
    ]  # fmt: skip


def taken_out(data: bytes) -> list[list[str]]:
    """Texts of the ix:exclude in each text fact with its continuations, in order."""
    root = html.fromstring(data, parser=html.HTMLParser(encoding="utf-8", huge_tree=True))
    later = {c.get("id"): c for c in root.xpath("//*[local-name()='ix:continuation']")}
    held = []
    for fact in root.xpath("//*[local-name()='ix:nonnumeric']"):
        parts = [fact]
        while parts[-1].get("continuedat") in later:
            parts.append(later[parts[-1].get("continuedat")])
        out = [x for part in parts for x in part.xpath(".//*[local-name()='ix:exclude']")]
        held.append([x.text_content() for x in out])
    return held
