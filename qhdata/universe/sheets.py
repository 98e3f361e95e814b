"""Sheets: a filing's blocks laid out on pages, with footers, page breaks and a table of
contents that points right.

Pages exist in filings because they were once printed; readers have to take them out again. A
paragraph may be cut by a page: its halves are then two blocks, with footer and break between
them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from qhdata.universe.filers import InventedFiler
from qhdata.universe.markup import Grid, Markup, esc

_TAG = re.compile(r"<[^<>]{1,2000}>")
_PAGE = 2600
"""Visible characters on a page."""


@dataclass(slots=True)
class Sheets:
    """Blocks of one document in order; `finish` lays them out."""

    filer: InventedFiler
    markup: Markup
    running: str
    """The middle of the footer: `2024 Form 10-K`."""
    pieces: list[str] = field(default_factory=list)
    page: int = 1
    _used: int = 0
    _contents: list[tuple[str, str, str, int]] = field(default_factory=list)
    _parts: int = 0

    def say(
        self, text: str, *, bold: bool = False, italic: bool = False, align: str = "justify"
    ) -> None:
        """A paragraph of plain text; a long one may be cut by the page."""
        words = text.split()
        room = _PAGE - self._used
        if len(text) > room + 200 and room > 300 and len(words) > 60 and not bold:
            cut = len(text[:room].split())
            self.put(self.markup.paragraph(esc(" ".join(words[:cut])), italic=italic, align=align))
            self.break_page()
            self.put(self.markup.paragraph(esc(" ".join(words[cut:])), italic=italic, align=align))
            return
        self.put(self.markup.paragraph(esc(text), bold=bold, italic=italic, align=align))

    def put(self, piece: str) -> None:
        """A block of markup; goes to the next page when this one is full."""
        size = len(_TAG.sub("", piece))
        if self._used and self._used + size > _PAGE + 400:
            self.break_page()
        self.pieces.append(piece)
        self._used += size

    def grid(self, grid: Grid) -> None:
        """A table; never cut by a page."""
        self.put(self.markup.grid(grid))

    def part(self, title: str) -> None:
        """`PART II`, centred, on a page of its own."""
        self.break_page()
        self._parts += 1
        self._contents.append(("", title, f"part{self._parts}", self.page))
        self.put(
            self.markup.anchor(f"part{self._parts}")
            + self.markup.paragraph(esc(title), bold=True, align="center")
        )

    def item(self, label: str, title: str, key: str) -> None:
        """An item heading in the filer's manner, with its anchor and its line in the contents."""
        if self._used > _PAGE * 2 // 3:
            self.break_page()
        self._contents.append((label, title, key, self.page))
        style = self.filer.style.heading
        if style == "cells":
            heading = self.markup.cells_heading(f"{label}.", esc(title))
        elif style == "ITEM 7. TITLE":
            heading = self.markup.paragraph(
                esc(f"{label}. {title}".upper()), bold=True, align="left"
            )
        else:
            heading = self.markup.paragraph(
                f"{label}.&#160;&#160;&#160;&#160;{esc(title)}", bold=True, align="left"
            )
        self.put(self.markup.anchor(key) + heading)

    def break_page(self) -> None:
        """The footer of this page, the break, and the header of the next."""
        if not self._used:
            return
        rule = '<hr style="page-break-after:always"/>\n'
        if self.markup.flavour == "paragraph":
            rule = (
                '<div style="page-break-before:always"></div><hr size="3" style="color:#999999"/>\n'
            )
        self.pieces.append(self._footer() + rule)
        if self.filer.style.back_link:
            self.pieces.append(
                '<div style="text-align:left"><span style="font-size:8pt">'
                '<a href="#contents">Table of Contents</a></span></div>\n'
            )
        self.page += 1
        self._used = 0

    def contents(self) -> str:
        """The table of contents, with links and page numbers; known only when all is laid out."""
        rows = []
        for label, title, key, page in self._contents:
            link = f'<a href="#{key}" style="color:#0000ff;text-decoration:underline">'
            first = f"{link}{label}.</a>" if label else ""
            last = f"{link}{page}</a>" if label else ""
            rows.append((first, f"{link}{esc(title)}</a>", last))
        return (
            self.markup.anchor("contents")
            + self.markup.paragraph("TABLE OF CONTENTS", bold=True, align="center")
            + self.markup.listing(rows, ("", "", "Page"))
        )

    def finish(self) -> str:
        """All blocks, with the last footer; `{contents}` in a block becomes the table of
        contents."""
        body = "".join([*self.pieces, self._footer()])
        return body.replace("{contents}", self.contents())

    def _footer(self) -> str:
        style = self.filer.style.footer
        text = {
            "name": f"{esc(self.filer.name)} | {self.running} | {self.page}",
            "page": str(self.page),
            "name_dash": f"- {self.page} -",
        }[style]
        if self.markup.flavour == "paragraph":
            return (
                f'<p style="font:8pt {self.markup.font};margin:12pt '
                f'0;text-align:center">{text}</p>\n'
            )
        return (
            '<div style="height:42.75pt;position:relative;width:100%"><div '
            'style="bottom:0;position:absolute;'
            'width:100%"><div style="text-align:center"><span '
            'style="color:#000000;font-size:8pt;font-weight:400">'
            f"{text}</span></div></div></div>\n"
        )
