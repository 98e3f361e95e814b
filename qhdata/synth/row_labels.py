"""Labels of rows as people say them: without the number of a list, the mark of a note, and what a
form says of signs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from qhdata.factstore.concepts import concept
from qhdata.synth.grid import Row

_LISTED = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[)）]|\d{1,2}[.．、](?!\d)"
    r"|[（(]\d{1,2}[)）](?=[一-鿿]))\s*"
)
_ADDED = re.compile(r"(?:其中|减|加)[:：]\s*(?=[一-鿿])")
_SIGNED = re.compile(r"[（(][^（）()]{0,20}以\s?[“”\"'‘’]?[-－—–]{1,2}[“”\"'‘’]?\s?号填列[)）]")
_NOTED = re.compile(
    r"(?<![$€£¥\s])(?:\s?[（(](?:[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2}|[1-9]|[a-f])[)）])+$"
    r"|(?<=[\w)]{3})\s?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2}(?:,\s?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2})*$"
)


def plain_label(label: str) -> str:
    """A label without what a form or a note adds to it.

    >>> plain_label("三、营业利润（亏损以“－”号填列）"), plain_label("减：所得税费用")
    ('营业利润', '所得税费用')
    >>> plain_label("Total expenses(¹) (²)"), plain_label("Area (m²)"), plain_label("1-5 年")
    ('Total expenses', 'Area (m²)', '1-5 年')
    """
    said = _SIGNED.sub("", label.strip())
    while (found := _LISTED.match(said)) or (found := _ADDED.match(said)):
        said = said[found.end() :]
    return _NOTED.sub("", said).strip() or label


_TOTALS = frozenset(
    ("assets", "current_assets", "liabilities", "current_liabilities", "equity",
     "liabilities_and_equity")
)  # fmt: skip


def of_statements(rows: Sequence[Row]) -> list[Row]:
    """Rows without the concepts of balances that a label alone tells, in a table without a total of
    a balance sheet: the "Inventories" of a table of deferred taxes are none.
    """
    tagged = any(figure.fact_id for row in rows for figure in row.figures)
    if tagged or any(row.concept in _TOTALS for row in rows):
        return list(rows)
    return [
        replace(row, concept=None) if row.concept and concept(row.concept).instant else row
        for row in rows
    ]


def plain_labels(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Rows with plain labels; those keep theirs that another row would share."""
    plain = [plain_label(row.label) for row in rows]
    counts = Counter(plain)
    return tuple(
        replace(row, label=said) if counts[said] == 1 else row
        for row, said in zip(rows, plain, strict=True)
    )
