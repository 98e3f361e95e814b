"""What stands above a table of a Chinese report: its title, its unit, whose figures it shows.

Statements come twice, 合并 for the group and 母公司 for the company alone, and so do their notes; a
figure means nothing without knowing which. What is said goes for all tables below until a heading
says something else. A unit goes for its table; one that is said for all (金额单位均为) for all
that say none and show sums of money.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from qhdata.extract.blocks import Block
from qhdata.extract.grid import Grid
from qhdata.extract.units import chinese_unit
from qhdata.records import DecimalText

Scope = Literal["consolidated", "parent", "both"]

_STATEMENT = "(?:资产负债表|利润表|损益表|现金流量表|(?:所有者|股东)?权益变动表|(?:财务|会计)?报表)"
_NAMED = re.compile(
    rf"(?:\d{{1,2}}、|[一-十]、)?(?:\d{{4}}年?\S{{0,8}})?(?:合并|母公司|公司|银行|及)*{_STATEMENT}(?:[(（]续[)）])?$"
)
_BOTH = re.compile(f"合并(?:及|和|与)(?:母公司|公司|银行|本行){_STATEMENT}")
_ONE = re.compile(
    f"(?P<parent>(?:母公司|(?<!子)公司|银行){_STATEMENT})|(?P<group>合并(?:年初到报告期末)?{_STATEMENT})"
)
_GROUP = re.compile(r"^(?:合并|本?集团)")
_PARENT = re.compile(r"^(?:母公司|本?公司|本?银行|本行)(?:$|[\d\s(（])")
_DEFAULT = re.compile(
    r"(?:金额|货币|报表的?)单位(?:均|皆)?(?:为|以)[：:]?\s*(?:人民币)?[十百佰千仟万萬亿億]{0,4}元"
)
_MONEY = re.compile(r"\d{1,3}(?:,\d{3})+|\d\.\d\d$")
_ASIDE = re.compile(
    r"^\W*(?:金额|货币)?单?位|币种|^[☑☐√□]|编制单位|法定代表人|^\W*(?:其他)?说明\W*$|^\W*[无否是]\W*$"
    r"|^\W*(?:除特别|注[：:])|^\d{4}\s*年(?:度|\d{1,2}\s*月)?.{0,12}$|^人民币.{0,12}$|续上表|^[上本]期金额|^股$|^不?适用"
)
_GOES_ON = re.compile(r"^[(（]?续上?表?[)）]?$")
CAPTIONS = 6
"""Blocks above a table, to the table before it, that may say something of it."""
LONGEST = 240
"""Characters above which a block says nothing of the table below it."""


class Said(NamedTuple):
    """What is said of one table."""

    title: str
    unit: str | None
    scale: DecimalText | None
    statement: bool
    scope: Scope | None


def describe(blocks: Sequence[Block]) -> dict[int, Said]:
    """Block number -> what is said of the table there."""
    found: dict[int, Said] = {}
    before: Said | None = None
    default: str | None = None
    for n, (block, scope) in enumerate(zip(blocks, scopes(blocks), strict=True)):
        grid = block.grid
        if grid is None:
            default = default_unit(block.text) or default
            continue
        above = captions(blocks, n)
        if before is not None and all(_GOES_ON.match(text) for text in above):
            found[n] = before = before._replace(scope=scope)  # the year before, below this year's
            continue
        head = [c.text for row in grid.rows[: grid.header_rows + 1] for c in row[:2] if c]
        said = next((u for text in (*above, *head) if (u := chinese_unit(text))), None)
        if said is None and default and shows_money(grid):
            said = chinese_unit(default)
        title = title_of(above)
        if not title and before is not None and len(above) < CAPTIONS:
            title = before.title  # 上期金额 below 本期金额
        found[n] = before = Said(title, *(said or (None, None)), is_statement(title), scope)
    return found


def captions(blocks: Sequence[Block], n: int) -> list[str]:
    """What stands above table n and may be said of it, nearest first."""
    texts = []
    for block in blocks[max(0, n - CAPTIONS) : n][::-1]:
        if block.grid is not None:
            break
        if len(block.text) < LONGEST:
            texts.append(block.text)
    return texts


def title_of(texts: Sequence[str]) -> str:
    """The nearest line that names the table; units, dates and ticked boxes name none."""
    statement = next((m[0] for text in texts if (m := _NAMED.search(text))), "")
    named = [text for text in texts if not _ASIDE.search(text)]
    return statement or next((t for t in named if len(t) <= 60), named[0] if named else "")


def is_statement(title: str) -> bool:
    """Whether a title is a statement's own name; prose that mentions one is none.

    >>> is_statement("1、合并资产负债表"), is_statement("现金流量表补充资料")
    (True, False)
    """
    return len(title) < 60 and _NAMED.search(title) is not None and not title.endswith("财务报表")


def scopes(blocks: Sequence[Block]) -> Iterator[Scope | None]:
    """For each block whose figures a table there shows: 合并, 母公司, both or unsaid."""
    chapter: Scope | None = None
    at: Scope | None = None
    for block in blocks:
        if block.grid is not None:
            yield _side_by_side(block.grid) or at
            continue
        said = said_scope(block.text[-80:]) if len(block.text) < LONGEST else None
        if 0 < block.level <= 3:
            chapter = said
        if said is not None:
            at = said
        elif 0 < block.level <= 3 or (block.level and at != chapter):
            at = chapter
        yield at


def said_scope(text: str) -> Scope | None:
    """What a caption or heading says.

    >>> said_scope("2、母公司资产负债表"), said_scope("合并及银行资产负债表(续)"), said_scope("货")
    ('parent', 'both', None)
    """
    text = re.sub(r"(?:[(（]续[)）]|[:：])\s*$|\s+", "", text)
    if not re.search(f"{_STATEMENT}(?:主要)?(?:项目)?(?:注释|附注)?$", text):
        return None
    if _BOTH.search(text):
        return "both"
    found = None
    for found in _ONE.finditer(text):  # noqa: B007
        pass
    if found is None:
        return None
    return "parent" if found["parent"] else "consolidated"


def _side_by_side(grid: Grid) -> Scope | None:
    head = [c.text for row in grid.rows[: max(1, grid.header_rows)] for c in row if c is not None]
    group, parent = (any(p.match(t) for t in head) for p in (_GROUP, _PARENT))
    return "both" if group and parent else None


def default_unit(text: str) -> str | None:
    """The unit that a line declares for all tables below it, as printed, or None."""
    found = _DEFAULT.search(text) if len(text) < LONGEST else None
    return f"单位：{re.split('为|以', found[0])[-1].strip('：: ')}" if found else None


def shows_money(grid: Grid) -> bool:
    """Whether a table without a unit has cells that look like sums of money."""
    return any(_MONEY.search(c.text) for row in grid.rows for c in row[1:] if c is not None)
