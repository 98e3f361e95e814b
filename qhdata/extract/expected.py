"""Items that every filing of a form and time has: one that is not found is said to be missing.

What is not found is most often headed oddly, and its text is in the item before it: that item fails
`next_missing`. The time is told by the items that are there: a filing with risk factors is from
2005 or later.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qhdata.extract.blocks import Block
from qhdata.extract.found import Found
from qhdata.extract.items import FORM_10K, FORM_10Q, Item

_ALWAYS = {
    FORM_10K: """part1.item1 part1.item2 part1.item3 part1.item4 part2.item5 part2.item7 part2.item8
        part2.item9 part3.item10 part3.item11 part3.item12 part3.item13""",
    FORM_10Q: "part1.item1 part1.item2 part2.item6",
}
"""What Forms 10-K and 10-Q ask of all; a 10-Q may leave out what is negative in Part II."""
_SINCE = {
    FORM_10K: (
        (
            "part1.item1a part1.item1b part2.item9b",  # Release 33-8591, 2005
            "part1.item1a part1.item1b part2.item7a part2.item9a part2.item9b part3.item14"
            " part4.item15",
        ),
        ("part1.item1c", "part2.item9c part4.item15"),  # Release 33-11216, 2023
    ),
    FORM_10Q: (("part2.item1a", "part1.item3 part1.item4"),),
}
"""Form -> (items that show the time, items that every filing of that time has)."""
_DOUBTED = {"heading", "order", "by_title"}
SMALLEST = 400
"""Characters of an item that may hold another with its heading."""
OUTSIDE = 200
"""Characters between two items in which a third may stand that was not found."""


def missing(found: Sequence[Found], items: Sequence[Item]) -> Iterator[Found]:
    """A row with the status `not_found` for each item that a filing like this one has to have."""
    have = {f.key for f in found}
    form = next((known for known in _ALWAYS if known is items), None)
    if form is None:
        return
    present = {f.key for f in found if f.status != "not_found"}
    wanted = set(_ALWAYS[form].split())
    for signs, since in _SINCE[form]:
        if present & set(signs.split()):
            wanted |= set(since.split())
    for item in items:
        if item.key in wanted - have:
            yield Found(item.key, "", 0, 0, 2, 0.0, ["not_found"], "not_found")


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


def without_missing(found: Sequence[Found]) -> list[Found]:
    """The sections of an amendment: it restates what it names, and nothing else is missing."""
    kept = [f for f in found if f.status != "not_found"]
    for section in kept:
        if "next_missing" in section.failed:
            section.failed.remove("next_missing")
            section.confidence = round(min(0.97, section.confidence + 0.2), 2)
    return kept
