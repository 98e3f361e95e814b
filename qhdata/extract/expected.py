"""Items that a filing has to have: one that is not found is said to be missing.

Three things tell them: the form, for the day on which the period ended; the filing's own contents;
and of a current report the header of its submission. What is not found is most often headed oddly,
and its text is in the item before it: that item fails `next_missing`. Where no day is known, the
items that are there tell the time: a filing with risk factors is from 2005 or later.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from typing import NamedTuple

from qhdata.extract.blocks import Block
from qhdata.extract.found import Found
from qhdata.extract.items import (
    FORM_8K,
    FORM_10K,
    FORM_10KSB,
    FORM_10Q,
    FORM_10QSB,
    FORM_20F,
    ITEMS,
    Item,
)
from qhdata.extract.told import Told


class _Asked(NamedTuple):
    """Items that a form asks of all for periods that end in [since, until)."""

    keys: str
    since: str = ""
    until: str = "9999"
    signs: str = ""
    """Where no day is known: items of which one shows that the time has come."""


_RISKS = "part1.item1a part1.item1b part2.item9b"
_ASKED = {
    FORM_10K: (
        _Asked(
            "part1.item1 part1.item2 part1.item3 part1.item4 part2.item5 part2.item7 part2.item8"
            " part2.item9 part3.item10 part3.item11 part3.item12 part3.item13"
        ),
        _Asked("part2.item6", until="2020-11-01", signs="part4.item14"),  # Release 33-10890
        _Asked("part2.item7a", since="1998-06-15", signs=_RISKS),  # Release 33-7386
        _Asked("part4.item14", until="2002-08-29"),
        _Asked("part4.item15", since="2002-08-29", signs=f"{_RISKS} part2.item9c"),  # 33-8124
        _Asked("part2.item9a", since="2003-08-31", signs=_RISKS),  # Release 33-8238
        _Asked("part3.item14", since="2003-12-15", signs=_RISKS),  # Release 33-8183
        _Asked("part2.item9b", since="2004-08-31", signs=_RISKS),  # Release 33-8400
        _Asked("part1.item1a part1.item1b", since="2005-12-01", signs=_RISKS),  # 33-8591
        _Asked("part2.item9c", since="2021-12-31", signs="part1.item1c"),  # Release 34-93701
        _Asked("part1.item1c", since="2023-12-15"),  # Release 33-11216
    ),
    FORM_10KSB: (
        _Asked(
            "part1.item1 part1.item2 part1.item3 part1.item4 part2.item5 part2.item6 part2.item7"
            " part2.item8 part3.item9 part3.item10 part3.item11 part3.item12 part3.item13"
        ),
        _Asked("part2.item8a", since="2003-08-31"),
        _Asked("part3.item14", since="2003-12-15"),
        _Asked("part2.item8b", since="2004-08-31"),
    ),
    FORM_10Q: (
        _Asked("part1.item1 part1.item2 part2.item6"),
        _Asked("part1.item3", since="1998-06-15", signs="part2.item1a"),
        _Asked("part1.item4", since="2002-08-29", signs="part2.item1a"),
    ),
    FORM_10QSB: (
        _Asked("part1.item1 part1.item2 part2.item6"),
        _Asked("part1.item3", since="2002-08-29"),
    ),
    FORM_20F: (
        _Asked("part1.item3 part1.item4 part1.item5"),
        _Asked(
            "part1.item1 part1.item2 part1.item6 part1.item7 part1.item8 part1.item9 part1.item10"
            " part1.item11 part1.item12 part2.item13 part2.item14 part3.item19",
            since="2000-09-30",
            signs="part2.item16a part2.item16b part2.item16c",
        ),
        _Asked(
            "part2.item15 part2.item16a part2.item16b part2.item16c",
            since="2003-12-15",
            signs="part2.item16e part2.item16g",
        ),
        _Asked("part1.item4a part2.item16e", since="2006-01-01", signs="part2.item16g"),
        _Asked("part2.item16f part2.item16g", since="2009-12-15"),
        _Asked("part2.item16k", since="2023-12-15"),
    ),
}
"""What the forms ask of all; a 10-Q may leave out what is negative in Part II (its Instruction),
and nobody has to write a summary (Item 16 of Form 10-K)."""
_SAID = ("part2.item1", "part2.item2", "part2.item3", "part2.item4", "part2.item5")
"""Items of Part II of Form 10-Q: who prints one that says "None" prints them all."""
_NEW_ITEMS = "2004-08-23"
"""The day from which current reports have items such as 5.02 (Release 33-8400)."""
_DOUBTED = {"heading", "order", "by_title"}
SMALLEST = 400
"""Characters of an item that may hold another with its heading."""
OUTSIDE = 200
"""Characters between two items in which a third may stand that was not found."""


def missing(
    found: Sequence[Found],
    items: Sequence[Item],
    told: Told,
    named: Set[str] = frozenset(),
    amended: bool = False,
) -> Iterator[Found]:
    """A row with the status `not_found` for each item that this filing has to have.

    named: keys that its contents name. amended: it restates what it names, and nothing else is
    missing. Where neither it nor its form says anything, one row says that no item was found.
    """
    have = {f.key for f in found}
    present = {f.key for f in found if f.status != "not_found"}
    wanted = {*named, *_in_header(told, items)}
    form = next((known for known in _ASKED if known is items), None)
    for asked in _ASKED[form] if form and not amended else ():
        if told.period:
            due = asked.since <= told.period < asked.until
        else:
            always = not asked.since and asked.until == "9999"
            due = always or bool(present & set(asked.signs.split()))
        if due:
            wanted |= set(asked.keys.split())
    if items is FORM_10Q and any(f.status == "omitted" and f.key in _SAID for f in found):
        wanted |= set() if amended else set(_SAID)
    if not wanted and not have:
        yield Found(ITEMS, "", 0, 0, 2, 0.0, ["not_found"], "not_found")
    for item in items:
        if item.key in wanted - have:
            yield Found(item.key, "", 0, 0, 2, 0.0, ["not_found"], "not_found")


def _in_header(told: Told, items: Sequence[Item]) -> Iterator[str]:
    """Keys of the items of a current report that its submission's header lists."""
    if items is not FORM_8K:
        return
    new = told.period >= _NEW_ITEMS
    for said in told.items:
        if re.fullmatch(r"\d{1,2}(?:\.\d\d)?", said):
            fitting = [item for item in items if item.number == said]
        else:
            fitting = [
                item
                for item in items
                if ("." in item.number) == new and re.match(item.title, said, re.I)
            ]
        if len(fitting) > 1:  # "Amendments to the Registrant's Code of Ethics" is Item 5.05
            fitting = fitting[-1:] if re.search("code of ethics", said, re.I) else fitting[:1]
        yield from (item.key for item in fitting)


def doubt_neighbours(
    blocks: Sequence[Block], found: Sequence[Found], items: Sequence[Item]
) -> None:
    """The item before one that is not found fails `next_missing`: it may hold the other's text.

    Not where it says next to nothing, or where text lies behind it that is in no section.
    """
    order = {item.key: n for n, item in enumerate(items)}
    lost = {order[f.key] for f in found if f.status == "not_found" and f.key in order}
    there = [f for f in found if f.status != "not_found"]
    lost |= {order[f.key] for f in there if "heading" in f.failed and f.key in order}
    lost -= {order[f.key] for f in there if "heading" not in f.failed and f.key in order}
    here = {order[f.key] for f in there if f.key in order}
    for n in lost:
        before = max((k for k in here - lost if k < n), default=-1)
        for section in there:
            if order.get(section.key) != before or section.status == "omitted":
                continue
            if _DOUBTED & set(section.failed):
                continue  # it was not found by the heading that stands before the other
            if sum(len(b.text) for b in blocks[section.start : section.end]) < SMALLEST:
                continue
            after = min((f.start for f in there if f.start >= section.end), default=len(blocks))
            outside = sum(len(b.text) for b in blocks[section.end : after])
            if outside < OUTSIDE and "next_missing" not in section.failed:
                section.failed.append("next_missing")
                section.confidence = round(max(0.05, section.confidence - 0.2), 2)
