"""Produce: run generators of one kind over one split, in turns, through finish and gates, and count
what became of each draft.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal

from qhdata.errors import UserError
from qhdata.recipe import load_object
from qhdata.records import DocSplit, Document, Example, Lineage, Pair, Quarantined, Task
from qhdata.step import Counts, Skip
from qhdata.synth.answers import reasoning_example, reasoning_pair
from qhdata.synth.draft import Draft
from qhdata.synth.finish import finish
from qhdata.synth.gates import Gates, fault_of
from qhdata.synth.general import GENERAL
from qhdata.synth.guards import contaminated, near_copies
from qhdata.synth.instruct import INSTRUCT
from qhdata.synth.knowledge import KNOWLEDGE
from qhdata.synth.made import Made, TextDraft, finish_text
from qhdata.synth.material import Material, rng_for
from qhdata.synth.reasoning import REASONING
from qhdata.synth.settings import SynthSettings

Kind = Literal["knowledge", "instruct", "reasoning", "general"]

GENERATORS: dict[str, Mapping[str, str]] = {
    "knowledge": KNOWLEDGE,
    "instruct": INSTRUCT,
    "reasoning": REASONING,
    "general": GENERAL,
}
"""Kind -> name -> import string."""

VERSION = 4
"""Of this machinery: bump when the same drafts give other rows."""


@dataclass(slots=True)
class Batch:
    """Everything that one split of one kind yields."""

    tasks: list[Task] = field(default_factory=list)
    examples: list[Example] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    doc_splits: list[DocSplit] = field(default_factory=list)
    lineage: list[Lineage] = field(default_factory=list)
    quarantine: list[Quarantined] = field(default_factory=list)
    kept: Counter[str] = field(default_factory=Counter)
    """Drafts kept, by generator."""
    shapes: Counter[str] = field(default_factory=Counter)
    """Drafts kept, by the shape of their program."""
    drawn: Counter[str] = field(default_factory=Counter)
    """Drafts that passed the gates, by shape; some are left out at the end."""
    most: int = 0
    """Drafts of one shape that are drawn; 0: any number."""
    skipped: dict[str, Counter[str]] = field(default_factory=dict)
    """Drafts not made, by generator and reason."""
    drafts: int = 0

    def counts(self) -> Counts:
        """Drafts: in, kept, dropped (skipped or refused), quarantined."""
        dropped = sum(sum(reasons.values()) for reasons in self.skipped.values())
        return Counts(self.drafts, sum(self.kept.values()), dropped, len(self.quarantine))

    def reasons(self) -> Counter[str]:
        """Skips of all generators by reason."""
        total: Counter[str] = Counter()
        for reasons in self.skipped.values():
            total.update(reasons)
        return total


def generators_of(kind: str, names: tuple[str, ...] = ()) -> dict[str, Any]:
    """Generators of a kind by name; `names` picks some (names of other kinds are passed over).

    Raises UserError for a name that no kind has, unless it is an import string.
    """
    if kind not in GENERATORS:
        raise UserError(
            what=f"unknown kind {kind!r}",
            where="synth",
            mend=f"known: {', '.join(GENERATORS)}, agentic",
        )
    table = GENERATORS[kind]
    known = {name for found in GENERATORS.values() for name in found}
    for name in names:
        if name not in known and ":" not in name:
            raise UserError(
                what=f"unknown generator {name!r}",
                where="synth.generators",
                mend=f"known: {', '.join(sorted(known))}",
            )
    wanted = [name for name in names if name in table or ":" in name] or list(table)
    return {name: load_object(table.get(name, name), f"synth.{name}")() for name in wanted}


def produce(
    kind: str,
    material: Material,
    limit: int,
    progress: Callable[[int, int], None] | None = None,
) -> Batch:
    """Rows of one kind for one split: generators in turns until `limit` drafts are kept or none is
    left.
    """
    settings, seed = material.settings, material.seed
    share = settings.most_of_shape
    batch, gates = Batch(most=max(1, int(share * limit)) if share < 1 else 0), Gates()
    live: list[tuple[str, Iterator[Any], Random]] = []
    for name, generator in generators_of(kind, settings.generators).items():
        rng = rng_for(seed, material.split, generator.name, generator.version)
        stream = stream_of(generator, material, rng)
        live.append((name, stream, rng_for(seed, material.split, name, "finish")))
    held: list[Held] = []
    while live and len(held) < limit:
        still = []
        for name, stream, rng in live:
            if len(held) >= limit:
                break
            one = _one(batch, gates, kind, name, stream, rng, material)
            if one is not None:
                held.append(one)
                still.append((name, stream, rng))
            if progress is not None:
                progress(len(held), limit)
        live = still
    held = _guarded(batch, held, settings)
    most = most_of_each(Counter(one.shape for one in held if one.shape), share)
    for one in held:
        if one.shape and most is not None and batch.shapes[one.shape] >= most:
            batch.skipped[one.name]["shape_is_full"] += 1
            continue
        batch.kept[one.name] += 1
        batch.shapes[one.shape] += 1
        _add(batch, one.made, material)
    return batch


def stream_of(generator: Any, material: Material, rng: Random) -> Iterator[Any]:
    """What a generator yields: drafts, finished rows, skips. One that is `wordy` is left out where
    the wording is brief, which is for tiny models.
    """
    if getattr(generator, "wordy", False) and material.settings.wording == "brief":
        return iter([Skip("too_long_for_brief_wording")])
    if hasattr(generator, "drafts"):
        return iter(generator.drafts(material, rng))
    return iter(generator.make(material, rng))


def _guarded(batch: Batch, held: list[Held], settings: SynthSettings) -> list[Held]:
    """Less what a benchmark holds and what is another's near copy; counted."""
    why: dict[int, str] = {}
    if settings.against:
        made = [one.made for one in held]
        why = dict.fromkeys(contaminated(made, settings.against), "in_a_benchmark")
    if settings.most_alike < 1:
        prompts = [one.made.prompt for one in held]
        why |= dict.fromkeys(near_copies(prompts, settings.most_alike), "near_copy")
    for n, reason in why.items():
        batch.skipped[held[n].name][reason] += 1
    return [one for n, one in enumerate(held) if n not in why]


def most_of_each(counts: Mapping[str, int], share: float) -> int | None:
    """The most that each may have so that none has more than its share of what is then left; None
    where all may stay. Where there are too few to share it so, the evenest: as many as the fewest.

    >>> most_of_each({"a": 50, "b": 30, "c": 30}, 0.4), most_of_each({"a": 5, "b": 3}, 0.4)
    (40, 3)
    """
    if share >= 1 or not counts:
        return None
    most = max(counts.values())
    while most:
        allowed = int(share * sum(min(n, most) for n in counts.values()))
        if allowed >= most:
            return most
        most = allowed
    return min(counts.values())


@dataclass(frozen=True, slots=True)
class Held:
    """A draft that passed the gates."""

    name: str
    shape: str
    made: Made


def _one(
    batch: Batch,
    gates: Gates,
    kind: str,
    name: str,
    stream: Iterator[Any],
    rng: Random,
    material: Material,
) -> Held | None:
    """Draw from one generator until a draft is kept; None when it has no more."""
    skipped = batch.skipped.setdefault(name, Counter())
    for draft in stream:
        batch.drafts += 1
        shape = shape_of(draft.program) if isinstance(draft, Draft) else ""
        if shape and batch.most and batch.drawn[shape] >= batch.most:
            skipped["shape_is_full"] += 1
            continue
        made = finished(draft, kind, rng, material)
        if not isinstance(made, Skip):
            made = gates.refuse(made) or made
        if isinstance(made, Skip):
            skipped[made.reason] += 1
            continue
        fault = fault_of(made)
        if fault is not None:
            unit = next((row.task_id for row in made.tasks), name)
            batch.quarantine.append(
                Quarantined(
                    unit_id=unit,
                    step=f"synth.{kind}@{VERSION}",
                    error=fault,
                    message=f"{name}: {made.prompt[:200]}",
                    retryable=False,
                )
            )
            continue
        batch.drawn[shape] += 1
        return Held(name, shape, made)
    return None


_NUMBER = re.compile(r"(?<![#\w.])\d+(?:\.\d+)?")


def shape_of(program: str) -> str:
    """A program whose numbers are not looked at.

    >>> shape_of("1 + 5%; #0 ^ 3; x * #1")
    'N + N%; #0 ^ N; x * #1'
    """
    return _NUMBER.sub("N", program)


def finished(draft: Any, kind: str, rng: Random, material: Material) -> Made | Skip:
    """Whatever a generator yields, as rows."""
    settings, seed = material.settings, material.seed
    if isinstance(draft, Skip | Made):
        return draft
    if isinstance(draft, TextDraft):
        family: Literal["instruct", "general"] = "general" if kind == "general" else "instruct"
        return finish_text(draft, family, seed, pairs=settings.pairs)
    return _reasoning(draft, rng, material)


def _reasoning(draft: Draft, rng: Random, material: Material) -> Made | Skip:
    settings = material.settings
    done = finish(draft, rng, material.seed)
    if isinstance(done, Skip):
        return done
    pairs = [reasoning_pair(task, settings, rng) for task in done] if settings.pairs else []
    return Made(
        tasks=done,
        examples=tuple(reasoning_example(task, settings) for task in done),
        pairs=tuple(pair for pair in pairs if pair is not None),
        prompt=done[0].messages[-1].content,
    )


def _add(batch: Batch, made: Made, material: Material) -> None:
    batch.tasks.extend(made.tasks)
    batch.examples.extend(made.examples)
    batch.pairs.extend(made.pairs)
    batch.documents.extend(made.documents)
    for document in made.documents:
        origin = material.by_id[document.file_id]
        batch.doc_splits.append(
            DocSplit(
                doc_id=document.doc_id,
                filer_id=origin.filer_id,
                split=origin.split,
                rule="of_its_sources",
            )
        )
        batch.lineage.append(
            Lineage(
                row_id=document.doc_id,
                generator=document.extractor,
                seed=material.seed,
                filer_id=origin.filer_id,
                license=origin.license,
                sources=made.sources,
            )
        )
