"""Inline XBRL as filed: contexts, units, a hidden header, tagged numbers and text with
continuations.

The writer keeps what it tagged: those rows are the truth that extraction is compared with.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from qhdata.universe.dates import Period, long_date
from qhdata.universe.filers import InventedFiler

Dimensions = tuple[tuple[str, str], ...]

NAMESPACES = (
    'xmlns="http://www.w3.org/1999/xhtml" xmlns:ix="http://www.xbrl.org/2013/inlineXBRL" '
    'xmlns:ixt="http://www.xbrl.org/inlineXBRL/transformation/2020-02-12" '
    'xmlns:ixt-sec="http://www.sec.gov/inlineXBRL/transformation/2015-08-31" '
    'xmlns:xbrli="http://www.xbrl.org/2003/instance" xmlns:xbrldi="http://xbrl.org/2006/xbrldi" '
    'xmlns:iso4217="http://www.xbrl.org/2003/iso4217" '
    'xmlns:link="http://www.xbrl.org/2003/linkbase" '
    'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dei="http://xbrl.sec.gov/dei/{year}" '
    'xmlns:us-gaap="http://fasb.org/us-gaap/{year}" xmlns:srt="http://fasb.org/srt/{year}"'
)

_UNITS = {
    "USD": '<xbrli:unit id="usd"><xbrli:measure>iso4217:USD</xbrli:measure></xbrli:unit>',
    "shares": '<xbrli:unit id="shares"><xbrli:measure>xbrli:shares</xbrli:measure></xbrli:unit>',
    "USD/shares": "<xbrli:unit "
    'id="usdPerShare"><xbrli:divide><xbrli:unitNumerator><xbrli:measure>iso4217:USD'
    "</xbrli:measure></xbrli:unitNumerator><xbrli:unitDenominator><xbrli:measure>xbrli:shares</xbrli:measure>"
    "</xbrli:unitDenominator></xbrli:divide></xbrli:unit>",
    "pure": '<xbrli:unit id="number"><xbrli:measure>xbrli:pure</xbrli:measure></xbrli:unit>',
}
_UNIT_IDS = {"USD": "usd", "shares": "shares", "USD/shares": "usdPerShare", "pure": "number"}


@dataclass(frozen=True, slots=True)
class TaggedFact:
    """One fact as it was written."""

    xml_id: str
    concept: str
    kind: str
    """number, text, bool or date."""
    value: str
    """Decimal text in base units, or the text."""
    unit: str | None
    period: Period
    dimensions: Dimensions
    decimals: str | None
    scale: int | None
    hidden: bool
    shown: str


def plain(value: Decimal) -> str:
    """Decimal text without an exponent or trailing zeros."""
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def shown_number(value: Decimal, places: int = 0) -> str:
    """`1,234` or `1.25`, unsigned."""
    return f"{abs(value):,.{places}f}"


@dataclass(slots=True)
class Tagger:
    """Tags what one document shows; ids count up as in filed documents: c-1, f-1."""

    filer: InventedFiler
    year: int
    prefix: str = ""
    facts: list[TaggedFact] = field(default_factory=list)
    _contexts: dict[tuple[Period, Dimensions], str] = field(default_factory=dict)
    _units: set[str] = field(default_factory=set)
    _hidden: list[str] = field(default_factory=list)

    def context(self, period: Period, dimensions: Dimensions = ()) -> str:
        """The id of a context, made when first used."""
        key = (period, tuple(sorted(dimensions)))
        if key not in self._contexts:
            self._contexts[key] = f"c-{len(self._contexts) + 1}"
        return self._contexts[key]

    def number(
        self,
        concept: str,
        value: Decimal,
        period: Period,
        *,
        unit: str = "USD",
        scale: int = 0,
        places: int = 0,
        dimensions: Dimensions = (),
    ) -> str:
        """A tagged number; `value` is in display units, its parentheses stand outside, as
        filers write them.

        A zero is shown as an em dash with `ixt:fixed-zero`.
        """
        self._units.add(unit)
        zero = value == 0
        shown = "—" if zero else shown_number(value, places)
        decimals = "INF" if unit == "shares" and scale == 0 else str(places - scale)
        attributes = [
            f'unitRef="{_UNIT_IDS[unit]}"',
            f'contextRef="{self.context(period, dimensions)}"',
            f'decimals="{decimals}"',
            f'name="{concept}"',
            f'format="ixt:{"fixed-zero" if zero else "num-dot-decimal"}"',
        ]
        if value < 0:
            attributes.append('sign="-"')
        if scale:
            attributes.append(f'scale="{scale}"')
        base = value.scaleb(scale)
        fact = self._add(
            concept, "number", plain(base), unit, period, dimensions, decimals, scale, shown
        )
        text = "&#8212;" if zero else shown
        return f'<ix:nonFraction {" ".join(attributes)} id="{fact.xml_id}">{text}</ix:nonFraction>'

    def text(self, concept: str, text: str, period: Period, *, markup: str = "") -> str:
        """A tagged name or ballot box; `markup` is what is shown where it is not the text
        itself."""
        kind = "bool" if text in ("true", "false") else "text"
        form = f' format="ixt:fixed-{text}"' if kind == "bool" else ""
        return self._nonnumeric(
            concept, kind, text, form, period, markup or html.escape(text, quote=False)
        )

    def day(self, concept: str, day: date, period: Period) -> str:
        """A tagged date, shown in words; its value is ISO."""
        form = ' format="ixt:date-monthname-day-year-en"'
        return self._nonnumeric(concept, "date", day.isoformat(), form, period, long_date(day))

    def _nonnumeric(
        self, concept: str, kind: str, value: str, form: str, period: Period, shown: str
    ) -> str:
        fact = self._add(concept, kind, value, None, period, (), None, None, shown)
        return (
            f'<ix:nonNumeric contextRef="{self.context(period)}" name="{concept}"{form} '
            f'id="{fact.xml_id}">'
            f"{shown}</ix:nonNumeric>"
        )

    def block(self, concept: str, period: Period, parts: Sequence[str]) -> list[str]:
        """A text block over several pieces of markup: the first is the fact, the others
        continue it."""
        fact = self._add(concept, "text_block", "", None, period, (), None, None, "")
        ids = [fact.xml_id, *(f"{fact.xml_id}-{n}" for n in range(1, len(parts)))]
        pieces = []
        for number, part in enumerate(parts):
            more = f' continuedAt="{ids[number + 1]}"' if number + 1 < len(parts) else ""
            if number == 0:
                pieces.append(
                    f'<ix:nonNumeric contextRef="{self.context(period)}" name="{concept}" '
                    f'id="{fact.xml_id}"'
                    f'{more} escape="true">{part}</ix:nonNumeric>'
                )
            else:
                pieces.append(f'<ix:continuation id="{ids[number]}"{more}>{part}</ix:continuation>')
        return pieces

    def hide(self, concept: str, text: str, period: Period) -> None:
        """A fact of the hidden header: `dei:AmendmentFlag` and the like."""
        kind = "bool" if text in ("true", "false") else "text"
        fact = self._add(concept, kind, text, None, period, (), None, None, "", hidden=True)
        self._hidden.append(
            f'<ix:nonNumeric contextRef="{self.context(period)}" name="{concept}" '
            f'id="{fact.xml_id}">'
            f"{html.escape(text, quote=False)}</ix:nonNumeric>"
        )

    def header(self, schema: str) -> str:
        """The hidden header with all contexts and units that were used; call it last."""
        units = "".join(_UNITS[unit] for unit in sorted(self._units))
        contexts = "".join(self._context(*key, name) for key, name in self._contexts.items())
        return (
            f'<div style="display:none"><ix:header><ix:hidden>{"".join(self._hidden)}</ix:hidden>'
            '<ix:references xml:lang="en-US"><link:schemaRef xlink:type="simple" '
            f'xlink:href="{schema}"/>'
            f"</ix:references><ix:resources>{units}{contexts}</ix:resources></ix:header></div>"
        )

    def _context(self, period: Period, dimensions: Dimensions, name: str) -> str:
        segment = "".join(
            f'<xbrldi:explicitMember dimension="{axis}">{member}</xbrldi:explicitMember>'
            for axis, member in dimensions
        )
        if segment:
            segment = f"<xbrli:segment>{segment}</xbrli:segment>"
        when = f"<xbrli:instant>{period.end}</xbrli:instant>"
        if period.start is not None:
            start = f"<xbrli:startDate>{period.start}</xbrli:startDate>"
            when = f"{start}<xbrli:endDate>{period.end}</xbrli:endDate>"
        return (
            f'<xbrli:context id="{name}"><xbrli:entity><xbrli:identifier '
            'scheme="http://www.sec.gov/CIK">'
            f"{self.filer.cik}</xbrli:identifier>{segment}</xbrli:entity>"
            f"<xbrli:period>{when}</xbrli:period></xbrli:context>"
        )

    def _add(
        self,
        concept: str,
        kind: str,
        value: str,
        unit: str | None,
        period: Period,
        dimensions: Dimensions,
        decimals: str | None,
        scale: int | None,
        shown: str,
        hidden: bool = False,
    ) -> TaggedFact:
        fact = TaggedFact(
            f"f-{len(self.facts) + 1}",
            concept,
            kind,
            value,
            unit,
            period,
            tuple(sorted(dimensions)),
            decimals,
            scale,
            hidden,
            shown,
        )
        self.facts.append(fact)
        return fact
