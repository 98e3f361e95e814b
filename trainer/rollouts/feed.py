"""The feed of the RL stages: sample, write, read back, one update of each set of rollouts.

    hand weights over -> play this update's tasks -> rollouts/<N>/ -> the loader -> packs

The tasks of update N are a function of N, the shares and the seed alone: no cursor to save but N.
The rollouts of an update are written before it is made; when a run dies in between, the same
rollouts are read again instead of sampled again.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from qhdata.artifact import Artifact
from qhdata.errors import QhdataError, UserError
from qhdata.records import Task, from_dict
from qhdata.shards.layout import ShardSet
from qhdata.shards.loader import Loader, LoaderSettings
from qhdata.shards.mixture import Mixture, Share
from qhdata.shards.order import Order
from trainer.batches import Column
from trainer.feeds import packs_from
from trainer.loop import Batch
from trainer.rollouts.collect import collect, seed_of
from trainer.rollouts.sync import hand_over, probe

if TYPE_CHECKING:
    from qhdata.chat import Renderer
    from qhdata.env import World
    from qhdata.sampling import Sampler
    from qhdata.shards.loader import Pack as Row
    from trainer.distributed import Ranks
    from trainer.settings import StageSettings

KEEP = 3
"""Rollout folders that stay: those of the last updates, to look at and to replay."""


def tasks_of(data: Path, split: str = "train") -> list[Task]:
    """The tasks in a shard set of prompts. Raises UserError where there is none of the split."""
    shards = ShardSet.open(data)
    found = [
        from_dict(Task, json.loads(payload)["task"])
        for payload, of in zip(shards.column("payload"), shards.column("split"), strict=True)
        if payload and of == split
    ]
    if not found:
        raise UserError(
            what=f"no tasks of split {split!r}",
            where=str(data),
            mend="give shards of kind prompts, with tasks in them",
        )
    return found


class Turns:
    """Which set of prompts each place of an endless row comes from, by shares."""

    def __init__(self, names: list[str], shares: Mapping[str, Share]) -> None:
        self.names = names
        self.mixture = Mixture(shares)
        self.mixture.check(names)
        self.served = dict.fromkeys(names, 0.0)
        self.taken = dict.fromkeys(names, 0)
        self.row: list[tuple[str, int]] = []

    def between(self, first: int, end: int) -> list[tuple[str, int]]:
        """(set, how many of it came before) for places [first, end)."""
        while len(self.row) < end:
            seen = len(self.row)
            self.served = self.mixture.level(self.served, seen, max(0, seen - 1))
            name = self.mixture.next(self.names, self.served, seen)
            if name is None:
                raise UserError(what="all shares are 0", where="replay", mend="give one above 0")
            self.row.append((name, self.taken[name]))
            self.taken[name] += 1
            self.served[name] += self.mixture.charge(name, 1, seen)
        return self.row[first:end]


class RolloutFeed:
    """Batches of an RL stage.

    sets: the stage's own prompts and those that it replays, by stage.
    """

    def __init__(
        self,
        sets: Mapping[str, Path],
        out: Path,
        settings: StageSettings,
        ranks: Ranks,
        sampler: Sampler,
        renderer: Renderer,
        world: World | None,
    ) -> None:
        self.out = out
        self.settings = settings
        self.ranks = ranks
        self.sampler = sampler
        self.renderer = renderer
        self.world = world
        self.tasks = {name: tasks_of(path) for name, path in sets.items()}
        self.turns = Turns(list(sets), {str(s): share for s, share in settings.replay.items()})
        self.inputs = {name: ShardSet.open(path).info.tokenizer for name, path in sets.items()}
        self.done = 0

    def state(self) -> dict[str, Any]:
        """The number of updates handed out."""
        return {"updates": self.done}

    def resume(self, state: dict[str, Any]) -> None:
        """Stand where `state` was taken."""
        self.done = int(state["updates"])

    def chosen(self, update: int) -> list[Task]:
        """Tasks of an update: the next `prompts` of orders that are new in every epoch."""
        take = self.settings.sampling.prompts
        found = []
        for name, place in self.turns.between(update * take, (update + 1) * take):
            tasks = self.tasks[name]
            order = Order(len(tasks), self.settings.seed, place // len(tasks))
            found.append(tasks[int(order.at(np.array([place % len(tasks)]))[0])])
        # A task twice in one update would be one group of double size.
        return list({task.task_id: task for task in found}.values())

    def next(self) -> Batch | None:
        """Play, write, read back."""
        if self.done >= self.settings.updates:
            return None
        begun = time.monotonic()
        number = self.done + 1
        folder = self.out / "rollouts" / f"{number:05d}"
        summary = self._summary(folder)
        if summary is None:
            hand_over(self.sampler, self.ranks, self.done)
            if self.ranks.first:
                shutil.rmtree(folder, ignore_errors=True)
                summary = self._collect(folder, number)
            gap = self._probe()
            summary = self.ranks.share(summary)
            summary = {**summary, "probe": gap}
        update = self._read(folder)
        packs = packs_from(update.packs, self.settings.rows_per_pack, _columns)
        self.done = number
        if self.ranks.first:
            for old in sorted((self.out / "rollouts").iterdir())[:-KEEP]:
                shutil.rmtree(old, ignore_errors=True)
        return Batch(
            packs=[p for p in packs if float(p.weight.sum()) > 0],
            tokens=update.tokens,
            progress=number / self.settings.updates,
            sums={**summary, "collect_seconds": time.monotonic() - begun},
        )

    def _collect(self, folder: Path, number: int) -> dict[str, float]:
        return collect(
            self.chosen(number - 1),
            self.world,
            self.renderer,
            self.sampler,
            self.settings.sampling,
            out=folder,
            seed=seed_of(self.settings.seed, "rollouts", number),
            inputs=self.inputs,
            context=self.settings.sampling.max_length + 64,
        )

    def _probe(self) -> float:
        ids = [i % max(2, self.renderer.tokenizer.size) for i in range(7, 7 + 24)]
        return probe(self.sampler, self.ranks, ids, self.settings.sampling.probe)

    def _summary(self, folder: Path) -> dict[str, Any] | None:
        """What a complete folder says of itself; None where it has to be made."""
        found: dict[str, Any] | None = None
        if self.ranks.first and folder.is_dir():
            try:
                steps = Artifact.open(folder, "rollouts").manifest["steps"]
                noted = [s["notes"]["summary"] for s in steps if "summary" in s.get("notes", {})]
                found = noted[-1] if noted else None
            except QhdataError:
                found = None
        shared: dict[str, Any] | None = self.ranks.share(found)
        return shared

    def _read(self, folder: Path) -> Any:
        shards = ShardSet.open(folder)
        width = max(self.settings.seq_len, shards.info.context)
        loader = Loader(
            {folder.name: shards},
            LoaderSettings(
                pack_tokens=width,
                update_tokens=1,
                columns=("advantage",),
                splits=tuple(sorted(shards.info.splits)),
            ),
        )
        return loader.everything(self.ranks.rank, self.ranks.world)


def _columns(row: Row, k: int) -> Mapping[str, Column]:
    part = slice(int(row.starts[k]), int(row.starts[k + 1]))
    n = part.stop - part.start
    return {
        "advantage": np.full(n, row.columns["advantage"][k], dtype=np.float32),
        "logp_sampler": np.zeros(n, np.float32) if row.logp is None else row.logp[part],
    }
