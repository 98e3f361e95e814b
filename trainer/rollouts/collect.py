"""Play episodes with a sampler and write them as shards: `rollouts/<N>/`.

All episodes of an update are driven side by side, turn by turn: one call of the sampler serves
every play that is waiting. A transcript holds the ids as they were sampled; nothing that the model
said is ever tokenised again. What is written down is everything that training reads, so an update
that was interrupted after this is replayed from disk, and a viewer sees what the trainer saw.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from qhdata.chat import Transcript
from qhdata.env import Episode
from qhdata.errors import Fault
from qhdata.recipe import plain
from qhdata.records import json_text
from qhdata.sampling import Request
from qhdata.shards.rollouts import Rollout, write_rollouts
from trainer.rollouts.advantage import advantages

if TYPE_CHECKING:
    from qhdata.chat import Renderer
    from qhdata.env import World
    from qhdata.records import Score, Task
    from qhdata.sampling import Completion, Sampler
    from trainer.settings import Sampling

TOO_LONG = "TRUNCATED_PROMPT"
"""Status of a play whose prompt left no room for an answer."""


@dataclass(slots=True)
class Play:
    """One episode with its transcript."""

    task: Task
    member: int
    episode: Episode
    transcript: Transcript
    stop: str = ""
    """Why the last turn ended: eos, length, abort."""

    @property
    def status(self) -> str:
        """The episode's, or why it never began."""
        return self.stop if self.stop == TOO_LONG else self.episode.status.value


def seed_of(*names: object) -> int:
    """A 63-bit seed from names: the same on every rank, after every resume."""
    text = "\x00".join(str(name) for name in names).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big") >> 1


def play(
    tasks: Sequence[Task],
    world: World | None,
    renderer: Renderer,
    sampler: Sampler,
    settings: Sampling,
    seed: int,
) -> list[Play]:
    """`settings.group` plays of each task, members of a task together."""
    plays = []
    for task in tasks:
        for member in range(settings.group):
            # The same world and faults for all members: they differ by what the policy says alone.
            episode = Episode(task, world, seed_of(seed, task.task_id, "episode"))
            transcript = Transcript.begin(renderer, episode.opening, episode.tools_json)
            plays.append(Play(task, member, episode, transcript))
    waiting = [p for p in plays if _room(p, settings)]
    turn = 0
    while waiting:
        requests = _requests(waiting, renderer, settings, seed, turn)
        completions = sampler.generate(requests)
        for one, completion in zip(waiting, completions, strict=True):
            _act(one, completion)
        turn += 1
        waiting = [p for p in waiting if p.episode.status == "ONGOING" and _room(p, settings)]
    return plays


def _act(one: Play, completion: Completion) -> None:
    """One sampled turn: written into the transcript, acted out, answered."""
    reply = one.transcript.say(completion.ids, completion.logp, completion.version)
    one.stop = completion.stop
    results = one.episode.act(reply.message(), reply.malformed)
    if results and completion.stop == "eos":
        one.transcript.hear(reply.calls, results)
    elif results:
        # Cut off in the middle of a turn: there is no stop token to go on from.
        one.episode.truncate()


def _room(one: Play, settings: Sampling) -> bool:
    """Whether a turn still fits; ends the play where none does."""
    if len(one.transcript.ids) < settings.max_length:
        return True
    if not one.transcript.versions:
        one.stop = TOO_LONG
    one.episode.truncate()
    return False


def _requests(
    waiting: Sequence[Play], renderer: Renderer, settings: Sampling, seed: int, turn: int
) -> list[Request]:
    """What to sample next, in the order of `waiting`.

    The first turn of a task is one request for all its members, so that its prompt is read once.
    """
    found: list[Request] = []
    before = ""
    for one in waiting:
        left = settings.max_length - len(one.transcript.ids)
        names = (one.task.task_id,) if turn == 0 else (one.task.task_id, one.member, turn)
        if turn == 0 and one.task.task_id == before:
            found[-1] = replace(found[-1], n=found[-1].n + 1)
            continue
        before = one.task.task_id
        found.append(
            Request(
                ids=tuple(one.transcript.ids),
                max_tokens=min(settings.max_tokens, left),
                temperature=settings.temperature,
                seed=seed_of(seed, *names),
                stop_ids=renderer.stop_ids,
            )
        )
    return found


def collect(
    tasks: Sequence[Task],
    world: World | None,
    renderer: Renderer,
    sampler: Sampler,
    settings: Sampling,
    *,
    out: Path,
    seed: int,
    inputs: Mapping[str, str],
    context: int,
) -> dict[str, float]:
    """Play an update's tasks and write `out`; returns what the metrics row says of them.

    A folder that is already complete is not played again. Raises Fault where more rollouts than
    `settings.unscored_share` could not be scored.
    """
    plays = play(tasks, world, renderer, sampler, settings, seed)
    rollouts, summary = judged(plays, settings)
    write_rollouts(
        out,
        rollouts,
        tokenizer=renderer.tokenizer,
        family=renderer.family,
        template=renderer.digest,
        context=context,
        settings={"sampling": plain(settings), "seed": seed},
        inputs=inputs,
        notes={"summary": summary},
    )
    return summary


def judged(plays: Sequence[Play], settings: Sampling) -> tuple[list[Rollout], dict[str, float]]:
    """Rewards and advantages of plays (members of a task together), and the update's summary."""
    scores = [_score(one) for one in plays]
    unscored = sum(score.total is None for score in scores)
    if unscored > settings.unscored_share * len(plays):
        reasons = sorted({s.reason for s in scores if s.total is None})
        raise Fault(
            what=f"{unscored} of {len(plays)} rollouts could not be scored: {', '.join(reasons)}",
            where="rollouts.collect",
            mend="the harness is broken, not the policy: play one task by hand (qhdata env run)",
        )
    rollouts = []
    alive = groups = 0
    for start in range(0, len(plays), settings.group):
        members = range(start, min(start + settings.group, len(plays)))
        found = advantages([scores[i].total for i in members])
        groups += 1
        alive += found.alive
        rollouts += [
            _rollout(plays[i], scores[i], found.advantages[k], found.used[k], settings)
            for k, i in enumerate(members)
        ]
    rewards = [s.total for s in scores if s.total is not None]
    sampled = [sum(end - begin for begin, end, _ in p.transcript.versions) for p in plays]
    return rollouts, {
        "reward": sum(rewards) / max(1, len(rewards)),
        "success": sum(r >= 1.0 - 1e-9 for r in rewards) / max(1, len(rewards)),
        "alive": alive / max(1, groups),
        "unscored": float(unscored),
        "truncated": sum(p.stop == "length" for p in plays) / max(1, len(plays)),
        "sampled_tokens": float(sum(sampled)),
        "turns": sum(len(p.transcript.versions) for p in plays) / max(1, len(plays)),
    }


def _score(one: Play) -> Score:
    return one.episode.score()


def _rollout(one: Play, score: Score, advantage: float, used: bool, settings: Sampling) -> Rollout:
    record = one.episode.record("policy")
    done = one.transcript.done()
    return Rollout(
        ids=done.ids,
        weights=done.weights,
        logp=one.transcript.logp,
        spans=done.spans,
        task_id=one.task.task_id,
        group_id=one.task.task_id,
        member=one.member,
        status=one.status,
        reward=score.total,
        parts={part.name: part.value for part in score.parts},
        advantage=advantage,
        versions=one.transcript.versions,
        # Weight 0 keeps a dead group or an unscored rollout on disk and out of the loss.
        weight=1.0 if used else 0.0,
        split=one.task.split,
        filer_id=one.task.filer_id,
        lang=one.task.lang,
        license=one.task.license,
        public_at=one.task.public_at,
        source=one.task.domain or one.task.family,
        sampling={"temperature": settings.temperature, "max_tokens": settings.max_tokens},
        world_digest=record.world_digest,
        overlay_digest=record.overlay_digest,
        trajectory=json_text({"score": record.score, "status": one.status}),
    )
