"""Drafts of all generators of reasoning problems in turns, for kinds that use them otherwise."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from random import Random

from qhdata.recipe import load_object
from qhdata.step import Skip
from qhdata.synth.draft import Draft
from qhdata.synth.material import Material, rng_for
from qhdata.synth.reasoning import REASONING


def every_draft(
    material: Material, rng: Random, but: Collection[str] = ()
) -> Iterator[Draft | Skip]:
    """One of each generator, then a second of each; other draws than the reasoning set's own."""
    live: list[Iterator[Draft | Skip]] = [
        load_object(spec, f"synth.{name}")().drafts(material, rng_for(rng.random(), name))
        for name, spec in REASONING.items()
        if name not in but
    ]
    while live:
        still = []
        for stream in live:
            draft = next(stream, None)
            if draft is not None:
                still.append(stream)
                yield draft
        live = still
