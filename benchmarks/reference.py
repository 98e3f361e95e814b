"""What a filing shows, read without our extractor: the yardstick of benchmarks/extraction.py.

Everything here walks the bytes with lxml alone, as a stranger would, so that an error of ours
cannot hide in its own yardstick.
"""

from __future__ import annotations

import collections
import json
import random
import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from lxml import etree, html

NUMBER = re.compile(r"(?<![\d,.])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d|,\d)")
TAGLIKE = re.compile(r"\b(?:us-gaap|dei|srt|iso4217|xbrli)[:_][A-Za-z]")
_HIDDEN = re.compile(r"display\s*:\s*none", re.I)
_UNSEEN = ("ix:header", "script", "style", "head", "title")
_XBRLI = "{http://www.xbrl.org/2003/instance}"
_XBRLDI = "{http://xbrl.org/2006/xbrldi}"
_LETTERS = re.compile(r"[A-Za-z]{3}")


class Row(NamedTuple):
    """A row of a table as the page shows it."""

    label: str
    numbers: tuple[str, ...]


def visible(data: bytes) -> html.HtmlElement:
    """The tree without what a reader does not see."""
    tree = html.document_fromstring(data, parser=html.HTMLParser(huge_tree=True))
    for node in list(tree.iter()):
        if not isinstance(node.tag, str):
            continue
        unseen = node.tag.lower() in _UNSEEN or _HIDDEN.search(node.get("style") or "")
        if unseen and node.getparent() is not None:
            node.drop_tree()
    return tree


def walk_styles(data: bytes) -> int:
    """The floor of any extractor: a parse, and a walk that reads every text and style."""
    seen = 0
    for node in html.document_fromstring(data, parser=html.HTMLParser(huge_tree=True)).iter():
        seen += len(node.text or "") + len(node.tail or "")
        if isinstance(node.tag, str):
            style = node.get("style")
            if style:
                seen += len(dict(p.partition(":")[::2] for p in style.split(";") if p))
    return seen


def numbers(text: str) -> collections.Counter[str]:
    """Grouped numbers, as often as they stand."""
    return collections.Counter(NUMBER.findall(text))


def recall(wanted: collections.Counter[str], text: str) -> float:
    """Share of the wanted numbers, as a multiset, that a text holds."""
    return (wanted & numbers(text)).total() / wanted.total() if wanted else 1.0


def repeated_lines(text: str) -> int:
    """Short lines with letters that stand eight times or more: running headers and footers."""
    lines = collections.Counter(
        line.strip()
        for line in text.splitlines()
        if 3 < len(line.strip()) < 80 and "|" not in line[:2]
    )
    return sum(n >= 8 and _LETTERS.search(line) is not None for line, n in lines.items())


def table_rows(tree: html.HtmlElement) -> Iterator[Row]:
    """Rows that have a label and at least one grouped number beside it."""
    for row in tree.iter("tr"):
        if row.find(".//table") is not None:
            continue
        cells = [" ".join(" ".join(cell.itertext()).split()) for cell in row.iter("td", "th")]
        label = next((c for c in cells if c), "")
        found = NUMBER.findall(" ".join(cells[cells.index(label) + 1 :])) if label else []
        if found and _LETTERS.search(label) and not NUMBER.search(label) and len(label) < 120:
            yield Row(label, tuple(found))


def sampled(size: int, count: int, seed: int) -> list[int]:
    """Numbers of the rows to look for, the same ones in every run."""
    return random.Random(seed).sample(range(size), min(count, size))


def rows_kept(rows: list[Row], text: str) -> list[bool]:
    """For each row: does one line of the text hold its label and all its numbers?"""
    lines: dict[str, list[collections.Counter[str]]] = collections.defaultdict(list)
    for line in text.splitlines():
        found = numbers(line)
        if found:
            lines[_plain(line)].append(found)
    kept = []
    for row in rows:
        wanted = collections.Counter(row.numbers)
        label = _plain(row.label)
        kept.append(
            any(
                label in line and any(not wanted - found for found in counts)
                for line, counts in lines.items()
            )
        )
    return kept


def instance_facts(data: bytes) -> set[tuple[str, str, str, Decimal]]:
    """Numeric facts of an XBRL instance: (concept, period, dimensions, value)."""
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, huge_tree=True))
    contexts = {}
    for context in root.iter(f"{_XBRLI}context"):
        period = "/".join((e.text or "").strip() for e in context.find(f"{_XBRLI}period"))
        axes = sorted(
            [member.get("dimension"), "".join(member.itertext()).strip()]
            for kind in ("explicitMember", "typedMember")
            for member in context.iter(_XBRLDI + kind)
        )
        contexts[context.get("id")] = period, json.dumps(axes)
    facts = set()
    for element in root:
        if element.get("contextRef") and element.get("unitRef") and element.text:
            name = etree.QName(element)
            prefix = next(p for p, u in root.nsmap.items() if u == name.namespace)
            period, axes = contexts[element.get("contextRef")]
            value = Decimal(element.text.strip()).normalize()
            facts.add((f"{prefix}:{name.localname}", period, axes, value))
    return facts


def _plain(text: str) -> str:
    """Letters and digits only, raised ones too: marks and spaces are each tool's own business."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).lower()
