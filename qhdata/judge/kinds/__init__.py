"""Kinds of gold: each file reads an answer of its kind, compares it, and carries its own proof.

A kind is a module with `check`, `read`, `differs`, `show`, `renderings` and `near_misses`. The
suite walks renderings and near misses of every kind in this dict, so a new file is tested before
its author writes a test.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any, Protocol, cast

from qhdata.judge.reasons import BadGold, Reason
from qhdata.records.task import Gold

KINDS: dict[str, str] = {
    "number": "qhdata.judge.kinds.number",
    "percent": "qhdata.judge.kinds.percent",
    "points": "qhdata.judge.kinds.points",
    "percentage_points": "qhdata.judge.kinds.points",
    "bps": "qhdata.judge.kinds.bps",
    "multiple": "qhdata.judge.kinds.multiple",
    "per_share": "qhdata.judge.kinds.per_share",
    "count": "qhdata.judge.kinds.count",
    "date": "qhdata.judge.kinds.date",
    "period": "qhdata.judge.kinds.period",
    "bool": "qhdata.judge.kinds.bool",
    "choice": "qhdata.judge.kinds.choice",
    "label_set": "qhdata.judge.kinds.label_set",
    "text": "qhdata.judge.kinds.text",
    "vector": "qhdata.judge.kinds.vector",
    "range": "qhdata.judge.kinds.range",
    "json": "qhdata.judge.kinds.json",
    "extractive_spans": "qhdata.judge.kinds.extractive_spans",
}


class Kind(Protocol):
    """What a kind's module offers."""

    def check(self, gold: Gold) -> None:
        """Raise BadGold where gold itself cannot be read."""

    def read(self, text: str, gold: Gold) -> Any:
        """What a slot's text says, or a Reason (a str) why it says no one thing."""

    def differs(self, found: Any, gold: Gold) -> Reason | None:
        """None where what was found is gold; else why not."""

    def show(self, found: Any, gold: Gold) -> str:
        """What was found, as canonical text: two answers that mean the same show the same."""

    def renderings(self, gold: Gold) -> Iterator[str]:
        """Replies that must all be judged correct."""

    def near_misses(self, gold: Gold) -> Iterator[tuple[str, Reason]]:
        """Replies that must all be judged wrong, for the reason given."""


@cache
def load(kind: str) -> Kind:
    """The module of a kind; raises BadGold for a kind that no file has."""
    if kind not in KINDS:
        raise BadGold(f"unknown kind {kind!r}; known: {', '.join(KINDS)}")
    return cast(Kind, import_module(KINDS[kind]))
