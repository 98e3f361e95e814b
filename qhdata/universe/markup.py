"""Markup in the house styles of filing agents: paragraphs, headings, anchors, tables with split
cells.

What is written here is what makes filings hard to read: `$`, `)` and `%` stand in cells of
their own, columns are padded with empty cells and colspans, every word carries its style, a
heading may be a table.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Flavour = Literal["span", "paragraph", "font", "plain"]
"""`span` and `paragraph` are XHTML for inline XBRL; `font` is the soup of older exhibits;
`plain` is short."""


@dataclass(frozen=True, slots=True)
class Amount:
    """One value cell: `before` is `$` or empty, `body` is markup, `after` is `)`, `%`, `)%` or
    empty."""

    body: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One table row; `cells` of None are empty."""

    label: str
    cells: tuple[Amount | None, ...] = ()
    level: int = 0
    total: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of amounts: `heads` are rows of (text, how many value columns)."""

    heads: tuple[tuple[tuple[str, int], ...], ...]
    rows: tuple[Row, ...]
    columns: int


def esc(text: str) -> str:
    """Text as ASCII markup, as filings are: apostrophes curled, everything else as numeric
    references."""
    curled = html.escape(text, quote=False).replace("'", "’")
    return curled.encode("ascii", "xmlcharrefreplace").decode()


@dataclass(frozen=True, slots=True)
class Markup:
    """One house style; every method returns markup of already escaped text."""

    flavour: Flavour
    font: str = "'Times New Roman',serif"

    def paragraph(
        self, text: str, *, bold: bool = False, italic: bool = False, align: str = "justify"
    ) -> str:
        """One block of text."""
        weight = "700" if bold else "400"
        slant = "font-style:italic;" if italic else ""
        if self.flavour == "span":
            return (
                f'<div style="margin-top:9pt;text-align:{align}"><span '
                f'style="font-family:{self.font};'
                f'font-size:9pt;{slant}font-weight:{weight}">{text}</span></div>\n'
            )
        if self.flavour == "paragraph":
            body = f"<b>{text}</b>" if bold else (f"<i>{text}</i>" if italic else text)
            return (
                f'<p style="font:10pt {self.font};margin:0 0 8pt 0;text-align:{align}">{body}</p>\n'
            )
        body = f"<b>{text}</b>" if bold else (f"<i>{text}</i>" if italic else text)
        if self.flavour == "font":
            place = ' align="center"' if align == "center" else ""
            return f'<p{place}><font size="2" face="Times New Roman">{body}</font></p>\n'
        return f"<p>{body}</p>\n"

    def anchor(self, name: str) -> str:
        """Where a link of the table of contents leads."""
        return f'<a name="{name}"></a>' if self.flavour == "font" else f'<div id="{name}"></div>'

    def cells_heading(self, left: str, right: str) -> str:
        """A heading that is a table: the item in one cell, its title in the other."""
        return (
            '<table style="width:100%;border-collapse:collapse"><tr>'
            f'<td style="width:12%;vertical-align:top">{self._run(left, True)}</td>'
            f'<td style="width:88%;vertical-align:top">{self._run(right, True)}</td></tr></table>\n'
        )

    def listing(self, rows: Sequence[Sequence[str]], head: Sequence[str] = ()) -> str:
        """A table of words: exhibits, properties, the cover page."""
        lines = [self._words(head, True)] if head else []
        lines.extend(self._words(row, False) for row in rows)
        return f"{self._table_tag()}{''.join(lines)}</table>\n"

    def grid(self, grid: Grid) -> str:
        """A table of amounts with split cells."""
        if self.flavour in ("font", "plain"):
            return self._short_grid(grid)
        shade = ("#ffffff", "#efefef") if self.flavour == "span" else ("#ffffff", "#cceeff")
        rows = []
        if self.flavour == "span":
            widths = (
                '<td style="width:1.0%"/><td style="width:50%"/><td style="width:0.1%"/>'
                + '<td style="width:1.0%"/><td style="width:9%"/><td style="width:0.1%"/>'
                '<td style="width:0.1%"/>' * grid.columns
            )
            rows.append(f"<tr>{widths}</tr>")
        for head in grid.heads:
            cells = "".join(self._head(text, span) for text, span in head)
            rows.append(f'<tr><td colspan="3"/>{cells}</tr>')
        for number, row in enumerate(grid.rows):
            rows.append(self._row(row, shade[number % 2], grid.columns))
        return f"{self._table_tag()}{''.join(rows)}</table>\n"

    def _table_tag(self) -> str:
        if self.flavour == "font":
            return '<table cellspacing="0" cellpadding="0" width="100%" border="0">\n'
        if self.flavour == "plain":
            return "<table>\n"
        if self.flavour == "paragraph":
            return (
                f'<table cellpadding="0" cellspacing="0" style="font:10pt {self.font};width:100%">'
            )
        return '<table style="border-collapse:collapse;display:inline-table;width:100.000%">'

    def _run(self, text: str, bold: bool = False) -> str:
        if self.flavour == "font":
            return f'<font size="2">{f"<b>{text}</b>" if bold else text}</font>'
        if self.flavour == "plain":
            return text
        if self.flavour == "paragraph":
            return f"<b>{text}</b>" if bold else text
        weight = "font-weight:700" if bold else "font-weight:400"
        return f'<span style="font-family:{self.font};font-size:9pt;{weight}">{text}</span>'

    def _words(self, row: Sequence[str], bold: bool) -> str:
        style = (
            ""
            if self.flavour in ("font", "plain")
            else ' style="padding:2px 1pt;vertical-align:top"'
        )
        return "<tr>" + "".join(f"<td{style}>{self._run(c, bold)}</td>" for c in row) + "</tr>\n"

    def _head(self, text: str, span: int) -> str:
        line = "border-bottom:1pt solid #000000;" if text else ""
        gap = "<td/>"
        body = self._run(text, True) if text else ""
        return f'<td colspan="{4 * span - 1}" style="{line}text-align:center">{body}</td>{gap}'

    def _row(self, row: Row, colour: str, columns: int) -> str:
        indent = "&#160;" * 3 * row.level
        parts = [f'<td colspan="3">{self._run(indent + row.label, row.total)}</td>']
        line = "border-top:1pt solid #000000;" if row.total else ""
        right = f'style="{line}text-align:right"'
        left = f' style="{line}"' if line else ""
        for cell in (*row.cells, *[None] * (columns - len(row.cells))):
            if cell is None:
                parts.append('<td colspan="3"/><td/>')
                continue
            body = self._run(cell.body, row.total)
            if cell.before:
                parts.append(
                    f"<td{left}>{self._run(cell.before, row.total)}</td><td {right}>{body}</td>"
                )
            else:
                parts.append(f'<td colspan="2" {right}>{body}</td>')
            after = self._run(cell.after, row.total) if cell.after else ""
            parts.append(f"<td{left}>{after}</td><td/>")
        return f'<tr style="background-color:{colour}">{"".join(parts)}</tr>\n'

    def _short_grid(self, grid: Grid) -> str:
        font = self.flavour == "font"
        rows = []
        for head in grid.heads:
            cells = "".join(
                f"<td{' align=' + chr(34) + 'center' + chr(34) if font else ''} "
                f'colspan="{3 * span}">'
                f"{self._run(text, True)}</td>"
                for text, span in head
            )
            rows.append(f"<tr><td></td>{cells}</tr>\n")
        for row in grid.rows:
            indent = "&nbsp;" * 2 * row.level
            parts = [f"<td>{self._run(indent + row.label, row.total and font)}</td>"]
            for cell in (*row.cells, *[None] * (grid.columns - len(row.cells))):
                if cell is None:
                    parts.append('<td colspan="3"></td>')
                else:
                    nowrap = ' align="right" nowrap' if font else ""
                    after = self._run(cell.after) if cell.after else ""
                    before = self._run(cell.before) if cell.before else ""
                    parts.append(
                        f"<td>{before}</td><td{nowrap}>{self._run(cell.body)}</td><td>{after}</td>"
                    )
            rows.append(f"<tr>{''.join(parts)}</tr>\n")
        return f"{self._table_tag()}{''.join(rows)}</table>\n"
