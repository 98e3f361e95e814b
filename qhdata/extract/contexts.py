"""XBRL contexts and units, as inline documents and stand-alone instances both carry them.

An HTML parser gives `xbrli:context` for a name, an XML parser `{namespace}context`: only what
stands behind is looked at, in lower case.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from dataclasses import dataclass
from typing import Any, Literal

from qhdata.records import JsonText, json_text

_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?)?"
    r"(?:Z|[+-][0-9]{2}:[0-9]{2})?"
)
_DATE = re.compile(r"^(?:\d{4}-\d{2}(?:-\d{2})?|--\d{2}-\d{2})$")
_DIMENSIONAL = ("explicitmember", "typedmember")


@dataclass(slots=True)
class Period:
    """Who, when and along which dimensions."""

    entity: str = ""
    start: str | None = None
    end: str | None = None
    dimensions: JsonText = JsonText("[]")
    broken: bool = False
    """No period, a date that is none, or an end before its start."""


NO_CONTEXT = Period()


@functools.lru_cache(maxsize=4096)
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
    dates: list[str] = []
    for part in el:
        if not isinstance(part.tag, str):
            continue
        if local_name(part.tag) == "scenario":
            dimensions += _dimensions(part)
            continue
        for sub in part:  # no deeper: the elements of a segment have any name
            local = local_name(sub.tag) if isinstance(sub.tag, str) else ""
            if local == "identifier":
                context.entity = (sub.text or "").strip()
            elif local == "segment":
                dimensions += _dimensions(sub)
            elif local == "startdate":
                context.start = _day(sub.text, end=False)
                dates.append(local)
            elif local in ("enddate", "instant"):
                context.end = _day(sub.text, end=True)
                dates.append(local)
            elif local == "forever":
                dates.append(local)
    if dimensions:
        context.dimensions = json_text(sorted(dimensions))
    if sorted(dates) == ["enddate", "startdate"]:
        context.broken = not (context.start and context.end and context.start <= context.end)
    else:
        context.broken = dates != ["forever"] and (dates != ["instant"] or not context.end)
    return context


def _dimensions(el: Any) -> list[list[str]]:
    return [_dimension(part) for part in el if isinstance(part.tag, str)]


def _dimension(el: Any) -> list[str]:
    if local_name(el.tag) in _DIMENSIONAL:
        return [(el.get("dimension") or "").strip(), _member(el)]
    return [qualified_name(el), _member(el)]


def _member(el: Any) -> str:
    """A member's words; of a typed one with several elements each with its name, `a=1 b=2`."""
    held = [sub for sub in el.iterdescendants() if isinstance(sub.tag, str)]
    if sum(not len(sub) for sub in held) < 2:
        return " ".join("".join(el.itertext()).split())
    said = ((local_name(sub.tag), " ".join((sub.text or "").split()), len(sub)) for sub in held)
    return " ".join(f"{name}={text}" for name, text, inside in said if text or not inside)


def qualified_name(el: Any) -> str:
    """An element's name with its prefix, as filed: `us-gaap:Assets`."""
    name = el.tag.rsplit("}", 1)[-1]
    return f"{el.prefix}:{name}" if el.prefix and ":" not in name else str(name)


@functools.lru_cache(maxsize=4096)
def _day(text: str | None, *, end: bool) -> str | None:
    """A date, None where it is none; midnight at an end means the day before. A time zone is left
    out.
    """
    found = _MOMENT.fullmatch((text or "").strip())
    if not found:
        return None
    hour, minute, second = (int(part or 0) for part in found.groups()[1:])
    midnight = found[2] is not None and hour in (0, 24) and not minute and not second
    shift = (-1 if end and hour == 0 else 1 if not end and hour == 24 else 0) if midnight else 0
    try:
        return (dt.date.fromisoformat(found[1]) + dt.timedelta(days=shift)).isoformat()
    except (ValueError, OverflowError):
        return None


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


@functools.lru_cache(maxsize=4096)
def entity_of(text: str) -> str | None:
    """An entity as filers are named: a CIK with its ten digits; another identifier as written.

    >>> entity_of("320193"), entity_of("529900T8BM49AURSDO55"), entity_of("")
    ('cik:0000320193', '529900T8BM49AURSDO55', None)
    """
    name = text.strip()
    cik = name.isascii() and name.isdecimal() and len(name) <= 10
    return f"cik:{name:0>10}" if cik else name or None
