"""What a store's rows are once they are read, and the columns and moments of queries."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from qhdata.factstore.figures import Figure
from qhdata.moments import as_moment


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDocument:
    """What the store knows of a document; its text stays in the corpus."""

    doc_id: str
    filing_id: str
    filer_id: str
    filer: str
    """The filer's name."""
    form: str
    doc_type: str
    lang: str
    title: str
    fiscal_year: int | None
    period_end: str | None
    public_at: str | None
    text_sha256: str
    extractor: str
    split: Literal["train", "dev", "test"]
    license: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFact:
    """One reported value, with the filing that reports it."""

    fact_id: str
    doc_id: str
    filing_id: str
    filer_id: str
    concept: str
    family: str | None
    value: Decimal
    unit: str
    decimals: str | None
    period_start: str | None
    period_end: str | None
    dimensions: str
    public_at: str | None
    start: int | None
    end: int | None
    quote: str | None


FACT = (
    "fact_id, doc_id, filing_id, filer_id, concept, family, value, unit, decimals, period_start, "
    'period_end, dimensions, public_at, start, "end", quote'
)
"""The columns of a StoredFact, in its order."""


FIGURE = (
    'figure_id, doc_id, table_id, "row", col, label, header, year, shown, value, unit, scale, '
    'start, "end", label_start, label_end, concept, fact_id, decimals'
)
"""The columns of a Figure, in its order."""


def read_figure(row: tuple[Any, ...]) -> Figure:
    """A row of FIGURE."""
    values = dict(zip(Figure.__slots__, row, strict=True))
    values["value"], values["scale"] = Decimal(values["value"]), Decimal(values["scale"])
    return Figure(**values)


def read_fact(row: tuple[Any, ...]) -> StoredFact:
    """A row of FACT. Written out: a dict of names made look-ups a fifth slower."""
    (fact_id, doc_id, filing_id, filer_id, concept, family, value, unit, decimals, period_start,
     period_end, dimensions, public_at, start, end, quote) = row  # fmt: skip
    return StoredFact(
        fact_id=fact_id, doc_id=doc_id, filing_id=filing_id, filer_id=filer_id, concept=concept,
        family=family, value=Decimal(value or "0"), unit=unit or "", decimals=decimals,
        period_start=period_start, period_end=period_end, dimensions=dimensions,
        public_at=public_at, start=start, end=end, quote=quote,
    )  # fmt: skip


_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)


def moment(as_of: str | None) -> str | None:
    """A moment as records write it; a bare date is its end. Raises UserError for what is none.

    >>> moment("2024-11-01"), moment("2024-11-01T10:00:00+02:00")
    ('2024-11-01T23:59:59Z', '2024-11-01T08:00:00Z')
    """
    if as_of is None or _MOMENT.fullmatch(as_of):
        return as_of
    return as_moment(as_of, "as_of")


def where(
    equal: dict[str, str | None], clock: str, as_of: str | None
) -> tuple[str, tuple[Any, ...]]:
    """A WHERE clause of our own column names and bound values."""
    terms = [f"{name} = ?" for name, value in equal.items() if value is not None]
    values: list[Any] = [value for value in equal.values() if value is not None]
    if as_of is not None:
        terms.append(f"{clock} IS NOT NULL AND {clock} <= ?")
        values.append(moment(as_of))
    return (" WHERE " + " AND ".join(terms) if terms else ""), tuple(values)
