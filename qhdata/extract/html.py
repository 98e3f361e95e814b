"""HTML bytes to blocks in one pass over the tree: text, headings, lists, tables, breaks, facts.

The tree is libxml2's. It stops without a word in the caller's hands where nesting or a text node is
too large, so its error log is read, a tree that it cut is refused, and the letters of the blocks
are counted against those of the bytes: a short document is never made. Hidden parts (ix:header,
display:none) give facts and no text.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from qhdata.extract.blocks import Block
from qhdata.extract.coverage import found_letters, letters, refuse_short
from qhdata.extract.doctype import without_subset
from qhdata.extract.html_tree import as_utf8, tree_of
from qhdata.extract.html_walk import Walk
from qhdata.extract.ixbrl import FactReader
from qhdata.extract.limits import Limits
from qhdata.extract.typed import gather_lines

_DE = "的".encode()
"""The commonest Chinese character: a document with twenty of it is Chinese."""
_GROUNDS = (b"-shadow:", b"text-stroke:", b":before", b":after")
"""Of what can stand behind white letters, or around them, beside backgrounds."""
LONG_TITLE = 1000
"""Characters of a `<title>`; one that is longer, or holds tags, has lost its end."""
_IN_ATTRIBUTES = (b"olor=", b"OLOR=", b"background=", b"BACKGROUND=")
"""Of colours that stand in attributes; most pages have them in styles alone."""


@dataclass(slots=True)
class Parsed:
    """What one HTML document gave: blocks in reading order, facts, a title, counts."""

    blocks: list[Block]
    facts: FactReader
    title: str
    encoding: str
    notes: dict[str, int] = field(default_factory=dict)


def parse_html(data: bytes, limits: Limits) -> Parsed:
    """Blocks and facts of one document.

    Raises RowError: too_large, truncated_html (the file ends inside a tag), truncated_tree (the
    parser gave up), short_text (letters of the bytes are missing), too_many_nodes,
    too_many_attributes, empty_document.
    """
    text_bytes, encoding = as_utf8(data, limits)
    text_bytes, entities = without_subset(text_bytes)
    root = tree_of(text_bytes)
    typed = gather_lines(text_bytes, root)
    facts = FactReader()
    walk = Walk(
        facts,
        limits,
        cjk=text_bytes.count(_DE) > 20,
        grounds=_sees_grounds(text_bytes),
        coloured=any(name in text_bytes for name in _IN_ATTRIBUTES),
    )
    for name, value in root.items():
        if name.startswith("xmlns:"):
            facts.bound[name[6:]] = value
    for part in (root, *root.itersiblings()):  # what follows a first </html> is a second root
        walk.run(part)
    del root, part  # the largest thing in memory goes before the letters are counted
    blocks, hidden = walk.sink.blocks, walk.hidden
    title = 0 if "<" in walk.title else letters(walk.title[:LONG_TITLE].encode("utf-8", "replace"))
    refuse_short(text_bytes, found_letters(blocks) + walk.header + hidden + walk.raised + title)
    if typed:
        walk.notes["typed_lines"] = typed
    if hidden:
        walk.notes["hidden_letters"] = hidden
    if entities:
        walk.notes["entities_unresolved"] = entities
    return Parsed(blocks, facts, walk.title, encoding, walk.notes)


def _sees_grounds(data: bytes) -> bool:
    """Whether what stands behind white text is known: no style sheet of another file says it, and
    no shadow, outline or drawn element makes a ground.
    """
    if any(word in data for word in _GROUNDS):
        return False
    if any(word in data for word in (b"<link", b"<LINK", b"<?xml-stylesheet", b"@import")):
        low = data.lower()
        return b"stylesheet" not in low and b"@import" not in low
    return True
