"""A calculation linkbase: which concepts a filer says add up to which, role by role.

It stands in a file of its own, or inside the filer's schema.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from lxml import etree

from qhdata.errors import RowError
from qhdata.extract.contexts import local_name
from qhdata.extract.hardened import refuse_entities, xml_encoding
from qhdata.extract.limits import Limits, above

_XLINK = "{http://www.w3.org/1999/xlink}"


@dataclass(frozen=True, slots=True)
class Summation:
    """One total of one role, and its items."""

    role: str
    total: str
    items: tuple[tuple[str, Decimal], ...]
    """(concept, weight), in the linkbase's order."""


def read_summations(data: bytes, limits: Limits) -> list[Summation]:
    """All totals of a calculation linkbase.

    Raises RowError: too_large, damaged_xml, entities_refused, too_many_nodes.
    """
    if len(data) > limits.max_bytes:
        raise above(
            "too_large", f"{len(data)} bytes of XBRL, at most {limits.max_bytes}", "max_bytes"
        )
    encoding = xml_encoding(data)
    refuse_entities(data)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True, encoding=encoding,
    )  # fmt: skip
    try:
        root = etree.fromstring(data.strip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise RowError("damaged_xml", f"{error}; fetch it again") from None
    found = []
    for nodes, link in enumerate(root.iter()):  # also inside a schema's annotations
        if nodes > limits.max_nodes:
            raise above("too_many_nodes", f"more than {limits.max_nodes} elements", "max_nodes")
        if isinstance(link.tag, str) and local_name(link.tag) == "calculationlink":
            found += _link(link)
    return found


def _link(link: etree._Element) -> list[Summation]:
    names: dict[str, str] = {}
    arcs: list[tuple[str, str, Decimal]] = []
    for el in link:
        if not isinstance(el.tag, str):
            continue
        local = local_name(el.tag)
        if local == "loc":
            place = (el.get(f"{_XLINK}href") or "").rpartition("#")[2]
            names[el.get(f"{_XLINK}label") or ""] = place.replace("_", ":", 1)
        elif local == "calculationarc":
            try:
                weight = Decimal(el.get("weight") or "1")
            except InvalidOperation:
                raise RowError(
                    "damaged_xml", f"weight {el.get('weight')!r} is no number; fetch it again"
                ) from None
            arcs.append((el.get(f"{_XLINK}from") or "", el.get(f"{_XLINK}to") or "", weight))
    items: dict[str, dict[str, Decimal]] = {}
    for source, target, weight in arcs:
        if source in names and target in names and weight.is_finite():
            items.setdefault(names[source], {})[names[target]] = weight
    role = link.get(f"{_XLINK}role") or ""
    return [Summation(role, total, tuple(parts.items())) for total, parts in items.items()]
