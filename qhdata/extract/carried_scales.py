"""Scales that are said once for several tables: under the title of the notes, or above a group.

"(Dollars in millions, except as otherwise stated)" below "Notes to the Financial Statements" is
said of all tables up to the section's end; "The following tables show details (in millions):" of
those that follow with the same headings. A table takes such a scale only where it says none and
its first amounts show a currency: counts of shares and ratios stand among the notes too.
"""

from __future__ import annotations

import re

from qhdata.extract.blocks import Block
from qhdata.extract.column_scales import begins_with_money
from qhdata.extract.grid import Grid
from qhdata.extract.units import names_scale, said_by
from qhdata.records import DecimalText

_NOTES = re.compile(
    r"^\W*(?:condensed |consolidated )*notes to (?:the |our )?(?:\w+ ){0,4}financial statements",
    re.I,
)
_ALONE = re.compile(
    r"^\W*(?:(?:all|tabular|dollars?|currency|the|amounts?|figures|are|presented|expressed|stated"
    r"|reported|shown|in|of|and|shares|notes|tables|[$€£]|U\.?S\.?)[\s(]+)*"
    r"(?:thousands|millions|billions)\b.{0,120}$",
    re.I | re.S,
)
"""A text of the scale alone."""
_SENTENCE = re.compile(
    r"(?:^|[.;)] +)((?:unless (?:otherwise|where) [^.,]{1,40}, )?(?:all |the )?"
    r"(?:tabular|dollars?|amounts?|figures)\b[^.;]{0,80}\bin (?:thousands|millions|billions)\b"
    r"[^.;]{0,120})",
    re.I,
)
_OTHERWISE = re.compile(r"\botherwise\b|\btabular\b", re.I)
_GROUP = re.compile(r"\bfollowing (?:\w+ ){0,3}tables\b", re.I)
_ENDS = re.compile(
    r"^\W*(?:reports? of (?:the )?(?:independent|management)|management[’']s (?:discussion|report)"
    r"|selected financial|supplementary (?:financial )?(?:data|information)"
    r"|quantitative and qualitative|signatures?\W*$)",
    re.I,
)
NEAR = 4
"""Blocks behind the title of the notes among which their scale stands."""
SENTENCE = 80
"""Characters from which a line between tables is no mere heading of one."""


class CarriedScales:
    """What was said for tables to come. Blocks are heard in order, tables ask when they come."""

    __slots__ = ("_group", "_heads", "_notes", "_scale", "at")

    def __init__(self) -> None:
        self._notes = -NEAR
        self._scale: DecimalText | None = None
        self.at = -1
        """The block that said the scale for all; -1 where none did."""
        self._group: DecimalText | None = None
        self._heads: list[str] | None = None

    def hear(self, n: int, block: Block) -> None:
        """Block n is no table: it may say something of those to come."""
        text = block.text
        if len(text) >= SENTENCE or text.rstrip().endswith(":"):
            group = names_scale(text[-300:]) and _GROUP.search(text)
            self._group = said_by([text[-300:]]).scale if group else None
            self._heads = None
        if len(text) < 200 and _NOTES.match(text):
            self._notes = n
        elif self._scale is not None and _ENDS.match(text):
            self._scale = None
        if not names_scale(text):
            return
        said = None
        if len(text) < 200 and _ALONE.match(text):
            said = text if n - self._notes <= NEAR or _OTHERWISE.search(text) else None
        elif _OTHERWISE.search(text) and (found := _SENTENCE.search(text)):
            said = found[1] if _OTHERWISE.search(found[1]) else None
        if said and (scale := said_by([said]).scale) is not None:
            self._scale, self.at = scale, n

    def scale_for(self, grid: Grid, same: bool) -> DecimalText | None:
        """The scale that was said for a table without one of its own. same: it stands in the
        section of block `at`.
        """
        if not begins_with_money(grid):
            return None
        if self._group is not None and self._heads == _heads(grid):
            return self._group
        return self._scale if same else None

    def shown(self, grid: Grid, own: DecimalText | None) -> None:
        """A table was shown; own: the scale that was said of it."""
        if self._group is not None and self._heads is None:
            self._heads = _heads(grid) if own == self._group else []


def _heads(grid: Grid) -> list[str]:
    return [c.text for row in grid.rows[: max(1, grid.header_rows)] for c in row if c is not None]
