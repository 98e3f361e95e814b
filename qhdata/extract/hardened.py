"""What XBRL files may not do: declare document types or entities, or hide them in an encoding."""

from __future__ import annotations

import re

from qhdata.errors import RowError

_ENCODING = re.compile(rb"^\s*(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*[\"']([\w.:-]+)")
_ASCII_BASED = ("utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin1", "windows-1252")
"""Encodings in which `<!ENTITY` is spelt in its own bytes."""


def xml_encoding(data: bytes) -> str | None:
    """What to tell the parser: utf-8 for what was UTF-16 when it came, else nothing.

    Raises RowError damaged_xml for an encoding in which a declaration could hide.
    """
    found = _ENCODING.match(data[:200])
    name = found[1].decode().lower() if found else "utf-8"
    if name.startswith("utf-16"):
        return "utf-8"
    if name not in _ASCII_BASED:
        known = ", ".join(_ASCII_BASED)
        why = f"its encoding {name!r} is none of {known}; save it as UTF-8"
        raise RowError("damaged_xml", why)
    return None


def refuse_entities(data: bytes) -> None:
    """Raise RowError entities_refused for a document type or an entity."""
    if b"<!DOCTYPE" in data[:65536] or b"<!ENTITY" in data:
        raise RowError(
            "entities_refused",
            "declares a document type or entities: no XBRL file does, and bombs are made of them; "
            "fetch it again from the filer, or take the declaration out",
        )
