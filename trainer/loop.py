"""The visible loop: packs, log-probabilities, a loss sum, one division, an update, a row.

All packs of an update are fetched first, because the denominator must be known before the first
backward: ZeRO reduces gradients while backward runs, so nothing can be divided afterwards. It is
counted over all ranks. So the gradient does not depend on how tokens fall into packs and ranks.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, Protocol

from qhdata.errors import Fault
from trainer import checkpoint, health
from trainer.batches import Pack
from trainer.meter import Meter

if TYPE_CHECKING:
    from trainer.distributed import Ranks
    from trainer.losses import Loss
    from trainer.schedule import Schedule

DURABLE_EVERY = 30.0
"""Seconds between checkpoints that wait for the disk; those in between survive a kill only."""
SAVE_GAP = 0.5
"""Seconds that pass at least between checkpoints: a save of half a million weights takes 17 ms,
which is nothing beside an RL update and a sixth of a small cpt update. A kill -9 costs at most
this, or the update in flight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one update trains on: this rank's packs, and what all ranks read."""

    packs: Sequence[Pack]
    tokens: int
    """Of all ranks, without padding."""
    progress: float
    """Share of the stage that is done after this update."""
    sums: dict[str, float] = field(default_factory=dict)
    """What the feed wants in the row: reward, share of live groups ..."""


class Feed(Protocol):
    """Who makes batches: shards, pairs or rollouts."""

    def next(self) -> Batch | None:
        """The next update's batch, or None when the stage is done."""

    def state(self) -> dict[str, Any]:
        """Where it stands after the last batch: small, JSON, the same on every rank."""

    def resume(self, state: dict[str, Any]) -> None:
        """Stand where `state` was taken."""


@dataclass(slots=True)
class Progress:
    """How far a stage is; what a checkpoint keeps beside tensors."""

    update: int = 0
    tokens: int = 0
    seconds: float = 0.0
    stopped: bool = False
    """A signal ended it before the stage was done."""
    rows: list[dict[str, Any]] = field(default_factory=list)


def train(
    feed: Feed,
    loss: Loss,
    ranks: Ranks,
    schedule: Schedule,
    meter: Meter,
    out: Path,
    progress: Progress,
    *,
    temperature: float = 1.0,
    save_every: int = 1,
) -> Progress:
    """Run updates until the feed is done or a signal comes; checkpoints on the way and at the end.

    Raises Fault for a run that is dead (see health.py).
    """
    warned: set[str] = set()
    saved_at = durable_at = time.monotonic()
    with stop_signals() as stop:
        while (batch := feed.next()) is not None:
            begun = time.monotonic()
            row = update(batch, loss, ranks, schedule.at(batch.progress), temperature)
            took = time.monotonic() - begun
            progress.update += 1
            progress.tokens += batch.tokens
            progress.seconds += took + batch.sums.get("collect_seconds", 0.0)
            row |= {"step": progress.update, "tokens": progress.tokens, "seconds": took}
            row |= meter.rates(batch.tokens, took + batch.sums.get("collect_seconds", 0.0))
            progress.rows = [*progress.rows[-2 * health.WINDOW :], row]
            meter.row(row, progress=batch.progress, seconds=progress.seconds)
            judge(progress.rows, warned, loud=ranks.first)
            now = time.monotonic()
            due = progress.update % save_every == 0 and now - saved_at >= SAVE_GAP
            # One answer for all ranks: their clocks and signals differ.
            asked = ranks.largest(2.0 if stop[0] or orphaned() else float(due))
            stopping = asked >= 2.0
            if asked >= 1.0:
                durable = stopping or now - durable_at > DURABLE_EVERY
                saved_at, durable_at = now, now if durable else durable_at
                checkpoint.save(out, ranks, _state(progress, feed), durable=durable)
            if stopping:
                progress.stopped = True
                return progress
    checkpoint.save(out, ranks, _state(progress, feed), durable=True)
    return progress


def update(
    batch: Batch, loss: Loss, ranks: Ranks, lr: float, temperature: float = 1.0
) -> dict[str, Any]:
    """One optimizer step; returns its row. Every rank must call it, with any number of packs."""
    mine = sum(count(pack, loss) for pack in batch.packs)
    (denominator,) = ranks.total([mine])
    row: dict[str, Any] = {"lr": lr, **batch.sums}
    if denominator <= 0:  # RL: no live group; nothing to learn from, and nothing is updated
        return row | {"loss": 0.0, "grad_norm": 0.0}
    logged: dict[str, float] = {}
    total = 0.0
    for pack in ranks.pad(batch.packs):
        logp = ranks.logp(pack, temperature)
        loss_sum, sums = loss(logp, pack)
        # A pack without targets still goes backward: every rank makes the same calls.
        ranks.backward((loss_sum + 0.0 * logp.sum()) / denominator)
        total += float(loss_sum.detach())
        for name, value in sums.items():
            logged[name] = logged.get(name, 0.0) + float(value)
    norm = ranks.update(lr)
    names = sorted(logged)
    values = ranks.total([total, *(logged[name] for name in names)])
    row |= {name: v / denominator for name, v in zip(names, values[1:], strict=True)}
    row.pop("tokens", None)
    return row | {"loss": values[0] / denominator, "grad_norm": norm, "targets": denominator}


def count(pack: Pack, loss: Loss) -> float:
    """What this pack adds to the denominator."""
    return float(pack.pairs) if loss.counts == "pair" else float(pack.weight.sum())


def judge(rows: list[dict[str, Any]], warned: set[str], *, loud: bool) -> None:
    """Print each warning once; raise Fault for a dead run."""
    for finding in health.examine(rows):
        if finding.level == "dead":
            raise Fault(what=finding.text, where=f"update {rows[-1]['step']}")
        if finding.name not in warned and loud:
            print(f"warning: {finding.text}", flush=True)
        warned.add(finding.name)


def orphaned() -> bool:
    """Whether the command that started this process (QHDATA_PARENT: its id) is gone: nobody would
    hear the end of the stage, and a second command may be waiting for the folder.
    """
    parent = os.environ.get("QHDATA_PARENT", "")
    # Under torchrun our parent is the launcher, which says nothing about who launched it.
    if not parent.isdigit() or "TORCHELASTIC_RUN_ID" in os.environ:
        return False
    return os.getppid() != int(parent)


def _state(progress: Progress, feed: Feed) -> dict[str, Any]:
    return {
        "update": progress.update,
        "tokens": progress.tokens,
        "seconds": progress.seconds,
        "feed": feed.state(),
    }


@contextmanager
def stop_signals() -> Iterator[list[bool]]:
    """[False] that becomes [True] at SIGTERM or Ctrl-C; a second Ctrl-C interrupts at once."""
    flag = [False]

    def stop(number: int, frame: FrameType | None) -> None:
        if flag[0] and number == signal.SIGINT:
            raise KeyboardInterrupt
        flag[0] = True

    before = {s: signal.signal(s, stop) for s in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield flag
    finally:
        for number, old in before.items():
            signal.signal(number, old)
