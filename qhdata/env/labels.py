"""Plain words for concepts: `us-gaap:NetIncomeLoss` is `net income`, and so is "net earnings".

Families come from the catalogue of the fact store; the order of a family's names is the order of
preference when a filer uses two of them. Any other concept is called by its own name, split at
capitals.
"""

from __future__ import annotations

import re
from functools import cache

from qhdata.factstore.concepts import CONCEPTS, concept, family_of, family_of_label

UNLISTED = 99
"""Preference of a concept that the catalogue does not hold."""

TABLE = "table"
"""Prefix of the concept of a value that no tag names, only a row label; tags are preferred."""

_SIGNED = {
    "investing cash flow": "net cash from investing activities (negative: used)",
    "financing cash flow": "net cash from financing activities (negative: used)",
}
"""Wordings that keep the sign of the tag: the catalogue's own say "used" and turn it round."""

_SPLIT = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")


def plain_label(name: str) -> tuple[str, int]:
    """(label, preference) of a qualified XBRL name.

    >>> plain_label("us-gaap:NetIncomeLoss"), plain_label("acme:BackLogAmount")
    (('net income', 0), ('back log amount', 99))
    """
    prefix, _, local = name.rpartition(":")
    untagged = prefix == TABLE
    family = family_of(local if untagged else name)
    if family is not None:
        return short(family), concept(family).names.index(local) + (50 if untagged else 0)
    return " ".join(word.lower() for word in _SPLIT.findall(local)) or name, UNLISTED


def label_of_words(words: str) -> str:
    """The label that an agent's words mean: a label, a family's printed label, or the words."""
    folded = " ".join(words.lower().replace("_", " ").split())
    if folded in known():
        return folded
    family = family_of_label(folded)
    return short(family) if family else folded


def wording(label: str) -> str:
    """How a question calls a label: `equity` -> `total shareholders' equity`."""
    return _SIGNED.get(label) or known().get(label, label)


def short(family: str) -> str:
    """A family's label: its key in words."""
    return family.replace("_", " ")


def printed(label: str) -> tuple[str, ...]:
    """Row labels under which filings print a label."""
    return concept(label.replace(" ", "_")).labels if label in known() else ()


@cache
def known() -> dict[str, str]:
    """Labels of the catalogue -> their English wording, in the catalogue's order."""
    return {short(found.key): found.en for found in CONCEPTS}
