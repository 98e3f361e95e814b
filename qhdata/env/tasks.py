"""Agentic tasks from a world: drafts of a domain's generators, written down, replayed and kept.

Every task that leaves here was replayed: the expert's calls score 1, doing nothing scores 0. Filers
stay in their split; a task stands at a moment of its filer's own history and is drafted from what
that moment shows. Generators take turns, so that no kind of question crowds out the others.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from random import Random
from typing import Any, Literal

from qhdata.artifact import Artifact
from qhdata.env.domain import Domain, Draft, Generator
from qhdata.env.domains import load_domain
from qhdata.env.episode import Episode, Status
from qhdata.env.pick import digits, moments
from qhdata.env.places import Places
from qhdata.env.tools.answer import DECLINED
from qhdata.env.world import World
from qhdata.errors import UserError
from qhdata.recipe import Settings
from qhdata.records import (
    Example,
    Message,
    Task,
    ToolCall,
    Trajectory,
    json_text,
)
from qhdata.step import Skip
from qhdata.synth.settings import Limits

EXPERT = "expert@1"
SPLITS: tuple[Literal["train", "dev", "test"], ...] = ("train", "dev", "test")


@dataclass(frozen=True, kw_only=True)
class AgenticSettings(Settings):
    """Which tasks are made from a world."""

    limits: Limits = field(default_factory=Limits)
    """At most so many tasks of each split."""
    compact: bool = False
    """Tasks for a small model: the desk domain, with short tools, words and numbers."""
    domains: tuple[str, ...] = ("research", "operations")
    """Domains whose generators are run; `compact` runs the desk alone."""
    generators: tuple[str, ...] = ()
    """Names of generators to run; empty: all."""
    moments: int = 2
    """Moments of a filer's history that tasks stand at, the latest always among them."""
    slips: float = 0.1
    """Share of tasks whose expert first makes a usual mistake and recovers; that turn has weight 0.
    """
    max_digits: int = 0
    """Digits that a number in a task may have, the answer's included; 0: any."""
    spare_turns: int = 4
    """Turns beyond the expert's own before a play is cut off."""


def agentic(
    corpus: Artifact, world: World, settings: AgenticSettings, seed: int
) -> Iterator[Task | Skip]:
    """Tasks, and a Skip for each that could not be made or kept.

    Raises UserError where the world was built from another corpus.
    """
    if corpus.digest("documents") != world.corpus_digest:
        raise UserError(
            what="the world was built from another corpus",
            where=str(corpus.path),
            mend="build the world again",
        )
    chosen = generators_in(settings)
    places = Places(world)
    for split in SPLITS:
        limit = settings.limits.of(split)
        filers = [
            filer
            for (filer,) in world.rows(
                "SELECT filer_id FROM seen_filers WHERE split = ? ORDER BY filer_id", (split,)
            )
        ]
        Random(_number(seed, split)).shuffle(filers)
        streams = [
            _tasks(world, domain, generator, filers, split, settings, seed, places)
            for domain, generator in chosen
        ]
        made = 0
        for found in _in_turn(streams) if limit else ():
            yield found
            made += isinstance(found, Task)
            if made >= limit:
                break


def generators_in(settings: AgenticSettings) -> list[tuple[Domain, Generator]]:
    """The generators that settings name, each with its domain; UserError for an unknown name."""
    domains = [load_domain(n) for n in (("desk",) if settings.compact else settings.domains)]
    every = [(domain, generator) for domain in domains for generator in domain.generators]
    known = {generator.name for _, generator in every}
    for name in settings.generators:
        if name not in known:
            raise UserError(
                what=f"no generator {name!r}",
                where="agentic.generators",
                mend=f"known: {', '.join(sorted(known))}",
            )
    return [(d, g) for d, g in every if not settings.generators or g.name in settings.generators]


def _tasks(
    world: World,
    domain: Domain,
    generator: Generator,
    filers: list[str],
    split: Literal["train", "dev", "test"],
    settings: AgenticSettings,
    seed: int,
    places: Places,
) -> Iterator[Task | Skip]:
    """One generator's tasks over the filers of a split, filer by filer in turns."""

    def of_filer(filer: str) -> Iterator[Task | Skip]:
        for as_of in _moments(world, filer, settings.moments, seed):
            rng = Random(_number(seed, generator.name, filer, as_of))
            # A list, so that a stream that waits for its turn holds drafts and no filer's values.
            for draft in list(generator.drafts(places.filer(filer, as_of), rng)):
                yield (
                    draft
                    if isinstance(draft, Skip)
                    else write_down(draft, domain, generator, split, settings, seed, places)
                )

    done: set[str] = set()
    for found in _in_turn([of_filer(filer) for filer in filers]):
        if isinstance(found, Skip):
            yield found
        elif found.task_id in done:
            yield Skip("same_task")
        else:
            done.add(found.task_id)
            fault = check(found, world)
            yield Skip(fault) if fault else found


def _in_turn(streams: list[Iterator[Task | Skip]]) -> Iterator[Task | Skip]:
    """One of each stream, again and again, until all are at their end; nothing is drawn early."""
    while streams:
        alive = []
        for stream in streams:
            found = next(stream, None)
            if found is not None:
                alive.append(stream)
                yield found
        streams = alive


def write_down(
    draft: Draft,
    domain: Domain,
    generator: Generator,
    split: Literal["train", "dev", "test"],
    settings: AgenticSettings,
    seed: int,
    places: Places,
) -> Task | Skip:
    """A draft as a task: its words, its ids, its provenance."""
    if any(fact.start is None or not fact.quote for fact in draft.facts):
        return Skip("fact_not_shown")
    if settings.max_digits and longest(draft) > settings.max_digits:
        return Skip("too_many_digits")
    label = f"{generator.name}@{generator.version}"
    facts = [fact.fact_id for fact in draft.facts]
    problem = _hash(
        label, draft.filer_id, draft.as_of, draft.asks[0], *facts, json_text(draft.expected)
    )
    wording = _number(seed, problem, "wording") % len(draft.asks)
    calls: list[dict[str, Any]] = [
        {"name": call.name, "arguments": dict(call.arguments)} for call in draft.calls
    ]
    if draft.slip and _number(seed, problem, "slip") % 1000 < settings.slips * 1000:
        slip = draft.slip[0]
        calls.insert(0, {"name": slip.name, "arguments": dict(slip.arguments), "mistake": True})
    system = [Message(role="system", content=domain.policy_text)] if domain.policy_text else []
    sources = tuple(places.source(fact.doc_id, fact) for fact in draft.facts)
    return Task(
        task_id=_hash(problem, draft.asks[wording], domain.name),
        problem_id=problem,
        family="agentic",
        generator=label,
        seed=seed,
        lang="en",
        messages=(*system, Message(role="user", content=draft.asks[wording])),
        golds=draft.golds,
        criteria=(),
        program=None,
        program_slots=json_text({}),
        trace=None,
        domain=domain.name,
        as_of=draft.as_of,
        initial_state=json_text(draft.initial),
        expected_state=json_text(draft.expected),
        expert=json_text(calls),
        max_turns=len(calls) + settings.spare_turns,
        split=split,
        public_at=max(fact.public_at for fact in draft.facts),
        filer_id=draft.filer_id,
        license=places.license(draft.facts[0].doc_id),
        sources=sources,
    )


def longest(draft: Draft) -> int:
    """Digits of the longest number that a play of a draft meets: looked up, or given."""
    given = [str(value) for name, value in draft.calls[-1].arguments.items() if name == "value"]
    return max(digits(draft.facts), *(sum(c.isdigit() for c in text) for text in given), 0)


def check(task: Task, world: World) -> str | None:
    """None for a sound task, or what is wrong with it; no model is needed."""
    played = expert(task, world)
    if json.loads(played.score)["total"] != 1.0:
        return "expert_does_not_win"
    if sum(m.error for m in played.messages) > _errors_meant(task):
        return "expert_meets_an_error"
    idle = Episode(task, world, 0)
    idle.act(Message(role="assistant", content=""))
    if idle.score().total != 0.0:
        return "doing_nothing_wins"
    return None


def _errors_meant(task: Task) -> int:
    """Errors that the expert is made to meet: its slip, and the look-up of what is absent."""
    slips = sum(bool(call.get("mistake")) for call in json.loads(task.expert))
    return slips + (DECLINED in json.loads(task.expected_state))


def expert(task: Task, world: World, seed: int = 0) -> Trajectory:
    """Replay the expert's calls, one a turn; a mistaken turn has weight 0."""
    episode = Episode(task, world, seed)
    for call in json.loads(task.expert):
        wrong = bool(call.get("mistake"))
        made = ToolCall(call_id="c0", name=call["name"], arguments=json_text(call["arguments"]))
        episode.act(
            Message(role="assistant", content="", calls=(made,), weight=0.0 if wrong else 1.0)
        )
        if episode.status is not Status.ONGOING:
            break
    return episode.record(EXPERT)


def example(task: Task, trajectory: Trajectory) -> Example:
    """A trajectory as a row of supervised training: the agent's own turns are trained, results
    never.
    """
    return Example(
        example_id=_hash(task.task_id, trajectory.policy),
        group_id=task.problem_id,
        family="agentic",
        label=task.generator.partition("@")[0],
        lang=task.lang,
        messages=tuple(
            m if m.role == "assistant" else replace(m, weight=0.0) for m in trajectory.messages
        ),
        tools=trajectory.tools,
        split=task.split,
        public_at=task.public_at,
        generator=task.generator,
        seed=task.seed,
        filer_id=task.filer_id,
        license=task.license,
        sources=task.sources,
    )


def _moments(world: World, filer: str, count: int, seed: int) -> list[str]:
    """The latest moment of a filer's history, and some earlier ones."""
    found = moments(world, filer)
    earlier = found[:-1]
    rng = Random(_number(seed, "moments", filer))
    return [*found[-1:], *sorted(rng.sample(earlier, min(len(earlier), max(0, count - 1))))]


def _hash(*parts: str) -> str:
    return blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()


def _number(*parts: object) -> int:
    text = "\x1f".join(map(str, parts))
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")
