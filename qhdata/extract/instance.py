"""Stand-alone XBRL instances: facts, contexts, units, dimensions and footnotes, and no text.

The XML is read as a stream and each element is let go once it is kept, so memory follows the facts
and not the tree. DTDs and entities are refused: an instance has no use for them. Tuples are skipped
and counted (EDGAR takes none). A fact's value is what stands in the file: an instance knows neither
scale nor format. Text facts keep their markup as filed, with white space collapsed.
"""

from __future__ import annotations

import io
from collections import Counter
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree

from qhdata.errors import RowError
from qhdata.extract.contexts import context_of, local_name, qualified_name, unit_of_measures
from qhdata.extract.extracted import Extracted
from qhdata.extract.hardened import refuse_entities, xml_encoding
from qhdata.extract.ixbrl import FactReader, Found
from qhdata.extract.limits import Limits, above
from qhdata.records import RawDocument

DOC_TYPE = "EX-101.INS"
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_XLINK = "{http://www.w3.org/1999/xlink}"


def extract_instance(
    raw: RawDocument, data: bytes, limits: Limits, public_at: str | None
) -> Extracted:
    """The facts of one instance. data: its bytes, in UTF-8 where they came in UTF-16.

    Raises RowError: too_large, damaged_xml, entities_refused, too_many_nodes, too_many_facts,
    empty_document (no fact in it).
    """
    if len(data) > limits.max_bytes:
        raise above(
            "too_large", f"{len(data)} bytes of XBRL, at most {limits.max_bytes}", "max_bytes"
        )
    reader, skipped = read_instance(data, limits)
    facts = reader.finish(raw.doc_id, public_at, {}, "", limits.max_fact_text)
    if not facts:
        raise RowError("empty_document", "is an XBRL instance without facts; fetch it again")
    notes: dict[str, object] = {"facts_alone": len(facts), **dict(sorted(skipped.items()))}
    if reader.unreadable:
        notes["facts_unreadable"] = reader.unreadable
    if reader.left_out:
        notes["facts_text_left_out"] = reader.left_out
    dei = reader.dei()
    form, end = dei.get("DocumentType", ""), dei.get("DocumentPeriodEndDate", "")
    who = dei.get("EntityRegistrantName") or reader.entity()
    return Extracted(
        raw=raw,
        form=DOC_TYPE,
        title=" ".join(f"XBRL instance: {who} {form} {end}".split())[:200],
        lang="und",
        text="",
        sections=[],
        tables=[],
        facts=facts,
        reader=reader,
        notes=notes,
    )


def read_instance(data: bytes, limits: Limits) -> tuple[FactReader, Counter[str]]:
    """What an instance holds, and what was skipped of it by name."""
    encoding = xml_encoding(data)
    refuse_entities(data)
    reader = FactReader()
    skipped: Counter[str] = Counter()
    steps = etree.iterparse(
        io.BytesIO(data.lstrip()), events=("start", "end"), resolve_entities=False,
        no_network=True, load_dtd=False, huge_tree=True, remove_comments=True, remove_pis=True,
        encoding=encoding,
    )  # fmt: skip
    depth = nodes = 0
    try:
        for event, el in steps:
            if event == "start":
                depth += 1
                nodes += 1
                if nodes > limits.max_nodes:
                    raise above(
                        "too_many_nodes", f"more than {limits.max_nodes} elements", "max_nodes"
                    )
                continue
            depth -= 1
            if depth != 1:
                continue
            _child(el, reader, skipped)
            if len(reader.found) > limits.max_facts:
                raise above("too_many_facts", f"more than {limits.max_facts} facts", "max_facts")
            el.clear()
            while el.getprevious() is not None:
                del el.getparent()[0]
    except (etree.XMLSyntaxError, ValueError) as error:
        raise RowError("damaged_xml", f"{error}; fetch it again") from None
    return reader, skipped


def _child(el: Any, reader: FactReader, skipped: Counter[str]) -> None:
    """One element right below the root."""
    local = local_name(el.tag)
    if local == "context":
        reader.contexts[el.get("id") or ""] = context_of(el)
    elif local == "unit":
        reader.units[el.get("id") or ""] = unit_of_measures(el)
    elif el.get("contextRef") is not None:
        reader.found.append(_fact(el))
    elif local == "footnotelink":
        _footnotes(el, reader)
    else:
        inside = sum(sub.get("contextRef") is not None for sub in el.iter())
        if inside:
            skipped["skipped_tuples"] += 1
            skipped["skipped_tuple_facts"] += inside


def _fact(el: Any) -> Found:
    name = qualified_name(el)
    attributes = {"name": name, "contextref": el.get("contextRef").strip()}
    for ours, theirs in (("unitref", "unitRef"), ("decimals", "decimals"), ("id", "id")):
        if el.get(theirs) is not None:
            attributes[ours] = el.get(theirs).strip()
    if el.get(_NIL) is not None:
        attributes["xsi:nil"] = el.get(_NIL).strip()
    shown = "".join(el.itertext())
    tag = "ix:nonnumeric"
    if "unitref" in attributes:
        tag = "ix:fraction" if len(el) else "ix:nonfraction"
        shown = "/".join(" ".join((c.text or "").split()) for c in el) if len(el) else shown
    precision = el.get("precision")
    if precision is not None and "decimals" not in attributes:
        decimals = decimals_of(shown, precision.strip())
        if decimals is not None:
            attributes["decimals"] = decimals
    return Found(tag, attributes, shown, True, el.sourceline or 0, name)


def decimals_of(value: str, precision: str) -> str | None:
    """The decimals that a precision means for a value (XBRL 2.1, 4.6.6); None where it has none.

    >>> decimals_of("123456", "3"), decimals_of("0.0125", "2"), decimals_of("0", "2")
    ('-3', '3', None)
    """
    if precision == "INF":
        return "INF"
    try:
        number, digits = abs(Decimal(value.strip())), int(precision)
    except (InvalidOperation, ValueError):
        return None
    if not number.is_finite() or not number or digits < 1:
        return None
    return str(digits - number.adjusted() - 1)


def _footnotes(link: Any, reader: FactReader) -> None:
    """Footnotes of one extended link: locators and footnotes by label, joined by arcs."""
    facts: dict[str, list[str]] = {}
    texts: dict[str, list[str]] = {}
    arcs: list[tuple[str, str]] = []
    for el in link:
        local, label = local_name(el.tag), el.get(f"{_XLINK}label") or ""
        if local == "loc":
            facts.setdefault(label, []).append((el.get(f"{_XLINK}href") or "").rpartition("#")[2])
        elif local == "footnote":
            key = f"{len(reader.footnotes)}"
            reader.footnotes[key] = " ".join("".join(el.itertext()).split())
            texts.setdefault(label, []).append(key)
        elif local == "footnotearc":
            arcs.append((el.get(f"{_XLINK}from") or "", el.get(f"{_XLINK}to") or ""))
    for source, target in arcs:
        if source in facts and target in texts:
            reader.links.append((" ".join(facts[source]), " ".join(texts[target])))
