"""Domain: the tools that an agent is given, the policy text it reads, and who drafts its tasks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from random import Random
from typing import ClassVar, Protocol

from qhdata.env.overlay import Value
from qhdata.env.pick import Filer
from qhdata.env.tools.base import Tool, read_tool
from qhdata.env.world import SeenFact
from qhdata.records import Gold, JsonText, json_text
from qhdata.step import Skip

State = Mapping[str, Mapping[str, "Mapping[str, Value] | None"]]
"""Overlay rows: table -> key -> row; None for a row that has to go."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call of the expert."""

    name: str
    arguments: Mapping[str, str | int]


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A task before it is written down: what is asked, what is right, and how the expert gets
    there.
    """

    kind: str
    """What sort of question: `lookup`, `difference` ...; tells families apart in reports."""
    filer_id: str
    as_of: str
    asks: tuple[str, ...]
    """Wordings of the same question; one is chosen."""
    golds: tuple[Gold, ...]
    calls: tuple[Call, ...]
    facts: tuple[SeenFact, ...]
    """What the question is about: its provenance."""
    initial: State = field(default_factory=dict)
    expected: State = field(default_factory=dict)
    """Rows that a right play adds to the graded tables."""
    slip: tuple[Call, str] | None = None
    """A usual mistake, and the word of the error that it must meet: for recovery trajectories."""


class Generator(Protocol):
    """Makes drafts for one domain; it sees the world as an agent would, at the task's moment."""

    name: ClassVar[str]
    version: ClassVar[int]

    def drafts(self, filer: Filer, rng: Random) -> Iterator[Draft | Skip]:
        """Drafts about a filer as one moment shows it; a Skip for each that cannot be made."""


@dataclass(frozen=True, kw_only=True)
class Domain:
    """A folder of tools, generators and policy, as one value."""

    name: str
    tools: tuple[Callable[..., object], ...]
    generators: tuple[Generator, ...]
    policy: str
    """File beside the domain's `__init__.py`: the system message, which may be empty."""
    package: str
    """Where that file is: the domain's own `__name__`."""
    graded: tuple[str, ...]
    """Overlay tables whose end is compared with the expected one; answers are judged apart."""
    ends: tuple[str, ...]
    """Tools after which the episode is over."""

    @cached_property
    def by_name(self) -> dict[str, Tool]:
        """Tools by name."""
        return {found.name: found for found in map(read_tool, self.tools)}

    @cached_property
    def schemas(self) -> JsonText:
        """What a chat template is given, as JSON."""
        return json_text([found.schema() for found in self.by_name.values()])

    @cached_property
    def policy_text(self) -> str:
        """The system message; empty where the tools alone say enough."""
        return files(self.package).joinpath(self.policy).read_text(encoding="utf-8").strip()
