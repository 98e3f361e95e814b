"""XML data of a submission (ownership forms, form D, 13F) to text: one line an element."""

from __future__ import annotations

import re

from lxml import etree

from qhdata.errors import RowError
from qhdata.extract.blocks import Block
from qhdata.extract.limits import Limits, above

_WIDE = re.compile(
    rb"^(\s*<\?xml[^>]{0,200}?)\s+encoding\s*=\s*['\"](?:utf|ucs)-?(?:16|32)[^'\"]*['\"]", re.I
)
"""A declaration that bytes without zeros belie."""


def xml_blocks(data: bytes, limits: Limits) -> tuple[list[Block], int]:
    """`name: text` lines, nested by indent; text after an element stands on a line of its own. And
    how many references to entities stay as they are written.

    Entities and the network are off, so what an entity of its own says is not in the text.
    Raises RowError damaged_xml or too_many_nodes.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    if _WIDE.match(data) and b"\x00" not in data[:64]:
        data = _WIDE.sub(rb"\1", data)
    try:
        root = etree.fromstring(data.strip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise RowError("damaged_xml", f"{error}; fetch it again") from None
    lines: list[str] = []
    depth = unresolved = 0
    for nodes, (event, el) in enumerate(etree.iterwalk(root, events=("start", "end"))):
        if nodes > 2 * limits.max_nodes:
            raise above("too_many_nodes", f"more than {limits.max_nodes} elements", "max_nodes")
        if event == "end":
            depth -= 1
            tail = " ".join((el.tail or "").split())
            if tail:
                lines.append("  " * max(0, min(depth - 1, 6)) + tail)
            continue
        depth += 1
        if not isinstance(el.tag, str):  # an entity that is not resolved
            lines.append(el.text or "")
            unresolved += 1
            continue
        name = el.tag.rsplit("}", 1)[-1]
        text = " ".join((el.text or "").split())
        if text:
            lines.append("  " * min(depth - 2, 6) + f"{name}: {text}")
        elif len(el):
            lines.append("  " * min(depth - 2, 6) + name)
    return [Block("pre", "\n".join(lines))] if lines else [], unresolved
