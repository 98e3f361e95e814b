"""Pairs of gold and answer whose truth is known, by four hands: our own kinds' renderings and near
misses, babel (numbers, money, percents, dates, English and Chinese), num2words, and filings as they
print their figures, with the value that XBRL gives. A wrong pair is another value in the same
dress.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from random import Random

from qhdata.judge.kinds import KINDS, load
from qhdata.quantities.render import render_number
from qhdata.records.base import DecimalText
from qhdata.records.task import Gold

LETTERS = ("A", "B", "C", "D")
LABELS = ("credit", "liquidity", "market", "operational", "legal")
NUMERIC = ("number", "percent", "multiple", "per_share", "count", "points", "bps")


@dataclass(frozen=True, slots=True)
class Pair:
    """One answer to one gold."""

    hand: str
    lang: str
    gold: Gold
    answer: str
    right: bool
    asked: str
    """Gold as the question asks to write it, for judges that compare two strings."""


def gold(kind: str, value: object, **more: object) -> Gold:
    return Gold(slot="answer", kind=kind, value=str(value), **more)  # type: ignore[arg-type]


def asked(one: Gold) -> str:
    if one.kind not in NUMERIC:
        return one.value
    value = Decimal(one.value) / Decimal(one.scale)
    if one.decimals is not None:
        value = round(value, one.decimals)
    return f"{value:f}%" if one.kind == "percent" else f"{value:f}"


def drawn(rng: Random, kind: str) -> Gold:
    """A gold of a kind, at random."""
    digits, places = rng.randrange(1, 10**6), rng.choice((0, 1, 2))
    value = Decimal(digits).scaleb(-places) * rng.choice((1, 1, -1))
    if kind == "number":
        power = rng.choice((0, 3, 6, 8))
        unit = rng.choice(("USD", "CNY", "EUR", "shares", ""))
        power = power if unit else 0
        return gold(kind, f"{value.scaleb(power):f}", unit=unit, scale=DecimalText(str(10**power)),
                    decimals=rng.choice((None, places)))  # fmt: skip
    if kind in ("percent", "points", "percentage_points", "bps", "multiple"):
        value = Decimal(rng.randrange(1, 20_000)).scaleb(-places) * rng.choice((1, 1, -1))
        return gold(kind, abs(value) if kind == "multiple" else value,
                    decimals=rng.choice((None, places)))  # fmt: skip
    if kind == "per_share":
        return gold(kind, Decimal(digits).scaleb(-4), decimals=2, unit="USD/shares")
    if kind == "count":
        return gold(kind, rng.randrange(0, 5000))
    if kind in ("date", "period"):
        day = dt.date(1994, 1, 1) + dt.timedelta(days=rng.randrange(12_000))
        return gold(kind, day if kind == "date" else f"{day.year}Q{(day.month + 2) // 3}")
    if kind == "bool":
        return gold(kind, rng.choice(("true", "false")))
    if kind == "choice":
        return gold(kind, rng.choice(LETTERS), choices=LETTERS)
    if kind == "label_set":
        some = sorted(rng.sample(LABELS, rng.randrange(1, 4)))
        return gold(kind, str(some).replace("'", '"'), choices=LABELS)
    if kind in ("vector", "range"):
        two = sorted({rng.randrange(1, 10**5) for _ in range(3)})[:2]
        return gold(kind, str(two if len(two) == 2 else [1, 2]))
    if kind == "json":
        return gold(kind, f'{{"risk": {rng.randrange(9)}, "kind": "{rng.choice(LABELS)}"}}')
    if kind == "extractive_spans":
        return gold(kind, f'["{rng.choice(LABELS)} risk rose", "net sales of ${digits}"]')
    return gold("text", f"{rng.choice(LABELS).title()} Holdings {rng.choice(LETTERS)}")


def by_kinds(rng: Random, each: int) -> Iterator[Pair]:
    """Renderings and near misses of every kind, some of each gold."""
    for kind in KINDS:
        for _ in range(each):
            one = drawn(rng, kind)
            said = list(load(kind).renderings(one))
            missed = [text for text, _ in load(kind).near_misses(one)]
            for right, texts in ((True, said), (False, missed)):
                for text in rng.sample(texts, min(3, len(texts))):
                    lang = "zh" if re.search("[\u4e00-\u9fff]", text) else "en"
                    yield Pair("kinds", lang, one, text, right, asked(one))


def _other(rng: Random, one: Gold) -> Gold:
    """A gold that is not this one: another size, sign or figure."""
    value = Decimal(one.value)
    step = Decimal(one.scale).scaleb(-(one.decimals or 0))
    changed = rng.choice((value * 1000, value / 1000, -value, value + 3 * step, value * 2 + step))
    if one.kind == "count":
        changed = value + rng.choice((1, -1, 7))
    other = replace(one, value=f"{changed:f}")
    return other if load(one.kind) and asked(other) != asked(one) and value else replace(
        one, value=f"{value + 7 * step:f}")  # fmt: skip


def by_babel(rng: Random, each: int) -> Iterator[Pair]:
    """Numbers, money, percents and dates as babel writes them; two values that it writes alike are
    no pair.
    """
    from babel.dates import format_date

    for locale, lang, currency in (("en_US", "en", "USD"), ("zh_CN", "zh", "CNY")):
        for n in range(each):
            one, style = _drawn_for(rng, n % len(STYLES), currency)
            text = _styled(one, style, locale, currency)
            other = _styled(_other(rng, one), style, locale, currency)
            yield Pair("babel", lang, one, f"Answer: {text}", True, asked(one))
            if other != text:
                yield Pair("babel", lang, one, f"Answer: {other}", False, asked(one))
            day = dt.date(2000, 1, 1) + dt.timedelta(days=rng.randrange(9000))
            date = gold("date", day)
            later = day + dt.timedelta(days=rng.choice((1, 31, 365)))
            for shown, right in ((day, True), (later, False)):
                text = format_date(shown, ("long", "full", "medium")[n % 3], locale=locale)
                yield Pair("babel", lang, date, text, right, asked(date))


STYLES = ("money", "digits", "percent", "count", "short", "long")


def _drawn_for(rng: Random, n: int, currency: str) -> tuple[Gold, str]:
    style = STYLES[n]
    if style == "percent":
        return gold("percent", Decimal(rng.randrange(1, 9999)).scaleb(-2), decimals=2), style
    if style == "count":
        return gold("count", rng.randrange(1, 10**6)), style
    if style in ("short", "long"):
        value = Decimal(rng.randrange(1001, 9999)).scaleb(rng.choice((4, 5, 6)))
        million = DecimalText("1000000")
        return gold("number", f"{value:f}", unit=currency, scale=million, decimals=3), style
    value = Decimal(rng.randrange(1, 10**9)).scaleb(-2) * rng.choice((1, 1, -1))
    return gold("number", value, unit=currency, decimals=2), style


def _styled(one: Gold, style: str, locale: str, currency: str) -> str:
    from babel import numbers

    value = Decimal(one.value)
    digits = 4 if locale == "zh_CN" else 3
    if style == "money":
        return numbers.format_currency(value, currency, locale=locale)
    if style == "percent":
        return numbers.format_percent(value / 100, "#,##0.00%", locale=locale)
    if style == "short":
        return numbers.format_compact_currency(
            value, currency, locale=locale, fraction_digits=digits
        )
    if style == "long":
        return numbers.format_compact_decimal(
            value, format_type="long", locale=locale, fraction_digits=digits
        )
    return numbers.format_decimal(value, locale=locale)


def by_words(rng: Random, each: int) -> Iterator[Pair]:
    """Numbers spelled out in English by num2words."""
    from num2words import num2words

    for n in range(each):
        places = (0, 1, 2)[n % 3]
        value = Decimal(rng.randrange(1, 10 ** rng.randrange(2, 9))).scaleb(-places)
        value = value.normalize() if value != value.to_integral() else value.to_integral()
        kinds = (
            (gold("number", f"{value:f}", unit="USD"), " dollars"),
            (gold("percent", f"{value:f}"), " percent"), (gold("multiple", f"{value:f}"), " times"),
        )  # fmt: skip
        one, tail = kinds[n % len(kinds)]
        texts = []
        for shown in (Decimal(one.value), Decimal(_other(rng, one).value)):
            texts.append(num2words(int(shown) if shown == shown.to_integral() else shown))
        yield Pair("num2words", "en", one, f"Answer: {texts[0]}{tail}", True, asked(one))
        if texts[1] != texts[0]:  # it writes 0.00008 as 0.08
            yield Pair("num2words", "en", one, f"Answer: {texts[1]}{tail}", False, asked(one))


def by_filings(folder: Path, rng: Random, most: int) -> Iterator[Pair]:
    """Cells of real filings with one fact in them, as printed, and the fact's value."""
    from qhdata.extract import Limits, extract_document
    from qhdata.readers import plan, read_file

    found: list[tuple[Gold, str]] = []
    for file in plan([folder]):
        for raw in read_file(file).documents:
            if b"<ix:" in raw.data:
                found += _printed(extract_document(raw, Limits(), None))
    rng.shuffle(found)
    for n, (one, cell) in enumerate(found[:most]):
        yield Pair("filings", "en", one, cell, True, asked(one))
        other, text = found[n - 1]
        if (other.kind, other.unit) == (one.kind, one.unit) and asked(other) != asked(one):
            yield Pair("filings", "en", one, text, False, asked(one))


def _printed(done: object) -> Iterator[tuple[Gold, str]]:
    text: str = done.text  # type: ignore[attr-defined]
    for fact in done.facts:  # type: ignore[attr-defined]
        if fact.start is None or fact.kind != "number" or not fact.value or fact.unit is None:
            continue
        start = text.rfind("|", text.rfind("\n", 0, fact.start) + 1, fact.start) + 1
        end = text.find("|", fact.end)
        cell = text[start:end].strip() if start and end > 0 else ""
        shown = re.sub(r"[^\d.]", "", text[fact.start : fact.end])
        value = Decimal(fact.value)
        negative = cell.startswith(("(", "-", "$(", "−")) or "$ (" in cell
        bare = not re.search("[A-Za-z\n]", cell)  # "Greater than $171.58" is a range
        one_number = len(re.findall(r"\d[\d,.]*", cell)) == 1 and bare
        if not one_number or not shown.strip(".") or not value or negative != (value < 0):
            continue
        ratio = abs(value) / Decimal(shown)
        if fact.unit == "pure" and cell.endswith("%") and ratio == Decimal("0.01"):
            yield gold("percent", render_number(value * 100, separators=False)), cell
        elif fact.unit in ("USD", "shares", "USD/shares") and ratio in (1, 10**3, 10**6):
            scale = DecimalText(str(int(ratio)))
            yield gold("number", f"{value:f}", unit=fact.unit, scale=scale), cell
