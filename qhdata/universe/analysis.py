"""Management's words on the numbers: each sentence restates a cell of a table near it.

A small model learns to copy from a table when the text beside the table repeats its numbers, in
another order and in other words; these are the texts that do so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from random import Random

from qhdata.universe.books import Books
from qhdata.universe.chance import say
from qhdata.universe.dates import long_date
from qhdata.universe.filers import InventedFiler
from qhdata.universe.printing import money, percent_change
from qhdata.universe.statements import Line, Span, value_of

_PLAIN = (
    "{label} {was} {now} in {this}, compared with {then} in {last}.",
    "In {this}, {lower} {was} {now}, compared with {then} in {last}.",
    "{label} {was} {now} in {this} and {then} in {last}.",
    "{label} in {this} {was} {now}. In {last}, {lower} {was} {then}.",
)
_MOVED = (
    "{label} {moved} to {now} in {this} from {then} in {last}.",
    "{label} {moved} by {change} to {now} in {this}.",
    "{label} of {now} in {this} {moved} from {then} in {last}.",
    "{label} {moved} {percent} to {now} in {this}, from {then} in {last}.",
)
_BRIEF = (
    "{label}: {now} in {this}, {then} in {last}.",
    "{this} {lower}: {now}; {last} {lower}: {then}.",
    "{label} in {last}: {then}; in {this}: {now}.",
)
_BECAUSE = (
    "The change reflects [higher|lower] [volumes|prices] in {segment}.",
    "This was [mainly|largely] due to {segment}.",
    "[Volumes|Prices] in {segment} explain most of it.",
)


def named(filer: InventedFiler, span: Span) -> str:
    """`fiscal 2024`, or `the quarter ended March 31, 2024`."""
    if len(span.quarters) == 4:
        return f"fiscal {span.fy}"
    end = long_date(span.period(filer).end)
    if len(span.quarters) == 1:
        return f"the quarter ended {end}"
    return f"the {('six', 'nine')[len(span.quarters) - 2]} months ended {end}"


def brief(span: Span) -> str:
    """`FY2024` or `Q2 2024`, as fact sheets say it."""
    if len(span.quarters) == 4:
        return f"FY{span.fy}"
    return f"Q{span.quarters[0]} {span.fy}"


def sentence(
    books: Books,
    line: Line,
    span: Span,
    prior: Span,
    rng: Random,
    *,
    neutral: bool = False,
    why: bool = False,
    short: bool = False,
) -> str:
    """One sentence on a line in two columns.

    `neutral` never says which way it went, `why` may add a cause, `short` says `FY2024`.
    """
    filer = books.filer
    now, then = value_of(books, line, span), value_of(books, line, prior)
    label = line.label.removesuffix(", end of period")
    lower = label[0].lower() + label[1:]
    percent = percent_change(now, then)
    at_end = line.kind == "stock"
    fill: dict[str, object] = {
        "label": label,
        "lower": lower,
        "was": was(label),
        "now": _price(filer, line, now),
        "then": _price(filer, line, then),
        "this": _when(filer, line, span, short),
        "last": _when(filer, line, prior, short),
        "moved": "rose" if now > then else "fell" if now < then else f"{was(label)} unchanged",
        "change": _price(filer, line, abs(now - then)),
        "percent": f"{abs(percent)}%" if percent is not None else "",
    }
    templates: Sequence[str] = _BRIEF if short and neutral and rng.random() < 0.5 else _PLAIN
    if not neutral and percent is not None and now not in (then, 0) and rng.random() < 0.5:
        templates = _MOVED
    text = rng.choice(templates).format_map(fill)
    text = text[0].upper() + text[1:]
    if at_end:
        text = text.replace(" in " + str(fill["this"]), " at " + str(fill["this"]))
        text = text.replace(" in " + str(fill["last"]), " at " + str(fill["last"]))
        text = text.replace("In " + str(fill["this"]), "At " + str(fill["this"]))
        text = text.replace("In " + str(fill["last"]), "At " + str(fill["last"]))
    if why and templates is _MOVED:
        text += " " + say(
            rng.choice(_BECAUSE), rng, {"segment": rng.choice(filer.industry.segments)}
        )
    return text


def restated(label: str, now: str, then: str, this: str, last: str, rng: Random) -> str:
    """A label's two shown values in one sentence that takes no side."""
    fill = {"label": label, "lower": label, "was": was(label), "now": now, "then": then}
    return rng.choice((*_BRIEF, *_PLAIN)).format_map({**fill, "this": this, "last": last})


def _when(filer: InventedFiler, line: Line, span: Span, short: bool) -> str:
    if line.kind == "stock":
        return f"the end of {brief(span)}" if short else long_date(span.instant(filer).end)
    return brief(span) if short else named(filer, span)


def question(books: Books, line: Line, span: Span, *, short: bool = False) -> tuple[str, str]:
    """An investor's question on a cell, and its answer."""
    filer = books.filer
    value = _price(filer, line, value_of(books, line, span))
    at = "at" if line.kind == "stock" else "in"
    when = f"{at} {_when(filer, line, span, short)}"
    label = line.label.removesuffix(", end of period")
    lower = label[0].lower() + label[1:]
    verb = was(label)
    return f"What {verb} {lower} {when}?", f"{label} {verb} {value}."


_TAIL = re.compile(r",| (?:before|for|from|in|of|used|provided) ")


def was(label: str) -> str:
    """The verb that a label takes: assets were, revenue was, net cash used was."""
    head = _TAIL.split(label)[0].split()
    return "were" if head[0] == "Accounts" or head[-1].endswith("s") else "was"


def _price(filer: InventedFiler, line: Line, value: Decimal) -> str:
    if line.kind == "per_share":
        return f"${abs(value):.2f}" if value >= 0 else f"$({abs(value):.2f})"
    if line.kind == "shares":
        return f"{value:,} {filer.scale_word} shares"
    if value == 0:
        return "nil"
    return money(filer, value)
