"""Stand-alone XBRL instances: facts, contexts, units, dimensions and footnotes, and no text.

The XML is read as a stream and each element is let go once it is kept, so memory follows the facts
and not the tree. DTDs and entities are refused: an instance has no use for them. Tuples are skipped
and counted (EDGAR takes none). A fact's value is what stands in the file: an instance knows neither
scale nor format. Text facts keep their markup as filed, with white space collapsed.
"""

from __future__ import annotations

import io
from typing import Any

from lxml import etree

from qhdata.errors import RowError
from qhdata.extract.contexts import local_name, qualified_name
from qhdata.extract.extracted import Extracted
from qhdata.extract.fact_notes import said
from qhdata.extract.fact_values import fraction
from qhdata.extract.facts_of import facts_of
from qhdata.extract.hardened import refuse_entities, xml_encoding
from qhdata.extract.ixbrl import FactReader, Found
from qhdata.extract.limits import Limits, above
from qhdata.records import RawDocument

DOC_TYPE = "EX-101.INS"
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_XLINK = "{http://www.w3.org/1999/xlink}"
_KNOWN = ("{http://www.xbrl.org/2003/", "{http://www.w3.org/")
"""Namespaces whose elements are no facts: links to schemas, roles and arcs."""


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
    reader = read_instance(data, limits)
    facts = facts_of(reader, raw.doc_id, public_at, {}, "", limits.max_fact_text)
    if not facts:
        raise RowError("empty_document", "is an XBRL instance without facts; fetch it again")
    notes: dict[str, object] = {"facts_alone": len(facts), **said(reader.notes)}
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
        notes=notes,
        dei=reader.dei(),
        entity=reader.entity(),
    )


def read_instance(data: bytes, limits: Limits) -> FactReader:
    """What an instance holds, and in its notes what was skipped of it."""
    encoding = xml_encoding(data)
    refuse_entities(data)
    reader = FactReader()
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
            _child(el, reader)
            if len(reader.found) > limits.max_facts:
                raise above("too_many_facts", f"more than {limits.max_facts} facts", "max_facts")
            el.clear()
            while el.getprevious() is not None:
                del el.getparent()[0]
    except (etree.XMLSyntaxError, ValueError) as error:
        raise RowError("damaged_xml", f"{error}; fetch it again") from None
    return reader


def _child(el: Any, reader: FactReader) -> None:
    """One element right below the root."""
    local = local_name(el.tag)
    if local == "context":
        reader.context(el)
    elif local == "unit":
        reader.unit(el)
    elif el.get("contextRef") is not None or el.get("unitRef") is not None:
        reader.found.append(_fact(el, reader))
    elif local == "footnotelink":
        _footnotes(el, reader)
    else:
        inside = sum(sub.get("contextRef") is not None for sub in el.iter())
        if inside:
            reader.notes["skipped_tuples"] += 1
            reader.notes["skipped_tuple_facts"] += inside
        elif not el.tag.startswith(_KNOWN):
            reader.notes["skipped_elements"] += 1


def _fact(el: Any, reader: FactReader) -> Found:
    name = qualified_name(el)
    attributes = {"name": name}
    for theirs in ("contextRef", "unitRef", "decimals", "precision", "id"):
        if el.get(theirs) is not None:
            attributes[theirs.lower()] = el.get(theirs).strip()
    if el.get(_NIL) is not None:
        attributes["xsi:nil"] = el.get(_NIL).strip()
    shown = "".join(el.itertext())
    tag, wrong = "ix:nonnumeric", ""
    if "unitref" in attributes:
        tag = "ix:nonfraction"
        if len(el):
            tag = "ix:fraction"
            shown, why = fraction(el, "{*}numerator", "{*}denominator")
            wrong = why or ""
    return Found(tag, attributes, shown, True, el.sourceline or 0, name, wrong)


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
