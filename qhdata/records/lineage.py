"""Lineage and Taught: where a synthetic row comes from, beside the row itself, whose record has no
place for it.
"""

from __future__ import annotations

from dataclasses import dataclass

from qhdata.records.base import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """Sources of one row of another part."""

    row_id: str
    """The row's own id, such as a synthetic document's doc_id."""
    generator: str
    """name@version."""
    seed: int
    filer_id: str
    license: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """What a language model had to do with one row of another part."""

    row_id: str
    """The row's own id: a task's or an example's."""
    parent_id: str
    """The row of the same kind that it was made of, in the set that was taught."""
    parent_generator: str
    """name@version of the parent's generator."""
    skill: str
    """name@version: paraphrase, thoughts."""
    prompt: str
    """name@version of the prompt's template."""
    model: str
    """As it was asked for."""
    served: str
    """As the server called it; empty where it did not say."""
    reply: str
    """Digest of the request, which names its reply in the cache."""
