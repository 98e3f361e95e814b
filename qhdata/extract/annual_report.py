"""An annual report to shareholders (EX-13): the items of a 10-K, by their titles alone.

A filer may send the reader of Items 5 to 8 to its annual report, which knows no item numbers. A
heading with an item's title begins that item here; statements are found as they are behind a 10-K's
items. No real EX-13 was at hand: confidence is low and every row says `by_title`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qhdata.extract.blocks import Block
from qhdata.extract.found import Found
from qhdata.extract.statements import ITEM_8, find_statements

CONFIDENCE = 0.6
_TITLES = (
    ("part2.item7", re.compile(r"^\W*management.{1,3}s? discussion and analysis\b", re.I)),
    ("part2.item7a", re.compile(r"^\W*quantitative and qualitative disclosures?\b", re.I)),
    (
        "part2.item6",
        re.compile(
            r"^\W*(?:selected (?:consolidated |historical )?financial (?:data|information)"
            r"|(?:five|six|ten|eleven)[- ]year (?:financial |selected )?(?:summary|review|data))\b",
            re.I,
        ),
    ),
    (
        "part2.item5",
        re.compile(
            r"^\W*(?:market for (?:the )?(?:registrant|compan)|common stock (?:data|inf))", re.I
        ),
    ),
)  # fmt: skip
LONGEST = 160


def is_annual_report(doc_type: str) -> bool:
    """Whether a document is Exhibit 13 of its filing."""
    return doc_type == "EX-13" or doc_type.startswith("EX-13.")


def find_by_title(blocks: Sequence[Block]) -> list[Found]:
    """Items of an annual report, in order; [] where no heading names one."""
    starts: dict[str, int] = {}
    for n, block in enumerate(blocks):
        if block.kind != "text" or len(block.text) > LONGEST or block.text.endswith("."):
            continue
        if not (block.bold or block.center or block.level or block.text.isupper()):
            continue
        for key, title in _TITLES:
            if key not in starts and title.match(block.text):
                starts[key] = n
    span = find_statements(blocks, 0)
    if span is not None:
        starts[ITEM_8] = span[0]
    ordered = sorted((n, key) for key, n in starts.items())
    found = []
    for i, (start, key) in enumerate(ordered):
        end = ordered[i + 1][0] if i + 1 < len(ordered) else len(blocks)
        if key == ITEM_8 and span is not None and i + 1 == len(ordered):
            end = span[1]
        named = " ".join(blocks[start].text.split())[:200]
        found.append(Found(key, named, start, end, 2, CONFIDENCE, ["by_title"], parent="part2"))
    return found
