"""XBRL contexts and units, as inline documents and stand-alone instances both carry them.

An HTML parser gives `xbrli:context` for a name, an XML parser `{namespace}context`: only what
stands behind is looked at, in lower case.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any, Literal

from qhdata.records import JsonText, json_text

_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_DATE = re.compile(r"^(?:\d{4}-\d{2}(?:-\d{2})?|--\d{2}-\d{2})$")
_DIMENSIONAL = ("explicitmember", "typedmember")


@dataclass(slots=True)
class Period:
    """Who, when and along which dimensions."""

    entity: str = ""
    start: str | None = None
    end: str | None = None
    dimensions: JsonText = JsonText("[]")


NO_CONTEXT = Period()


def local_name(tag: str) -> str:
    """A name without its prefix or namespace, in lower case.

    >>> local_name("xbrli:startDate"), local_name("{http://www.xbrl.org/2003/instance}startDate")
    ('startdate', 'startdate')
    """
    return tag.rsplit(":", 1)[-1].rsplit("}", 1)[-1].lower()


def context_of(el: Any) -> Period:
    """A context element. A forever has neither start nor end.

    What a segment or scenario holds beside dimensions (instances before 2011 had such) counts as a
    dimension named by its element: without it two different facts would look like one.
    """
    context = Period()
    dimensions: list[list[str]] = []
    for sub in el.iter():
        if not isinstance(sub.tag, str):
            continue
        local = local_name(sub.tag)
        if local == "identifier":
            context.entity = (sub.text or "").strip()
        elif local == "startdate":
            context.start = _day(sub.text, end=False)
        elif local in ("enddate", "instant"):
            context.end = _day(sub.text, end=True)
        elif local in ("segment", "scenario"):
            dimensions += [_dimension(part) for part in sub if isinstance(part.tag, str)]
    if dimensions:
        context.dimensions = json_text(sorted(dimensions))
    return context


def _dimension(el: Any) -> list[str]:
    member = " ".join("".join(el.itertext()).split())
    if local_name(el.tag) in _DIMENSIONAL:
        return [(el.get("dimension") or "").strip(), member]
    return [qualified_name(el), member]


def qualified_name(el: Any) -> str:
    """An element's name with its prefix, as filed: `us-gaap:Assets`."""
    name = el.tag.rsplit("}", 1)[-1]
    return f"{el.prefix}:{name}" if el.prefix and ":" not in name else str(name)


def _day(text: str | None, *, end: bool) -> str | None:
    """A date; a time of midnight at an end means the day before."""
    day, _, time = (text or "").strip().partition("T")
    if not _DAY.match(day):
        return day or None
    if end and time.startswith("00:00"):
        try:
            return (dt.date.fromisoformat(day) - dt.timedelta(days=1)).isoformat()
        except (ValueError, OverflowError):
            return day
    return day


def unit_of_measures(el: Any) -> str:
    """A unit element: `USD`, `USD/shares`; several measures are multiplied."""
    parts: dict[str, list[str]] = {"": [], "unitnumerator": [], "unitdenominator": []}
    for sub in el.iter():
        if isinstance(sub.tag, str) and local_name(sub.tag) == "measure":
            parent = local_name(sub.getparent().tag)
            name = (sub.text or "").strip().rsplit(":", 1)[-1]
            parts[parent if parent in parts else ""].append(name)
    top = "*".join(parts[""] + parts["unitnumerator"])
    return f"{top}/{'*'.join(parts['unitdenominator'])}" if parts["unitdenominator"] else top


def kind_of(text: str) -> Literal["date", "bool", "text"]:
    """What a value without format is, by its shape: no schema is at hand that would say.

    >>> kind_of("2024-09-28"), kind_of("--09-28"), kind_of("false"), kind_of("2024")
    ('date', 'date', 'bool', 'text')
    """
    if _DATE.match(text):
        return "date"
    return "bool" if text in ("true", "false") else "text"
