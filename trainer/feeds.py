"""Feeds of shards and pairs: the loader's updates as batches of tensor packs.

The loader decides which pieces make an update and which rows a rank reads, from lengths alone; here
rows become tensors, a few rows a pack. Rollouts have a feed of their own (rollouts/feed.py) that
ends in the same `packs_from`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from qhdata.shards.layout import ShardSet
from qhdata.shards.loader import Loader, LoaderSettings
from trainer.batches import Column, Pack, Piece, make_pack, packs_of
from trainer.loop import Batch

if TYPE_CHECKING:
    from qhdata.shards.loader import Pack as Row
    from trainer.distributed import Ranks
    from trainer.settings import StageSettings

Columns = Callable[["Row", int], Mapping[str, Column]]
"""(row, piece of it) -> column name -> [tokens of the piece]"""


def pieces_of(row: Row, columns: Columns | None = None) -> list[Piece]:
    """The pieces of one of the loader's packs."""
    found = []
    for k in range(len(row.starts) - 1):
        part = slice(int(row.starts[k]), int(row.starts[k + 1]))
        found.append(
            Piece(
                ids=row.ids[part],
                loss=row.weight[part],
                columns=columns(row, k) if columns else {},
            )
        )
    return found


def packs_from(
    rows: Sequence[Row], rows_per_pack: int, columns: Columns | None = None
) -> list[Pack]:
    """The loader's packs as rows of tensor packs."""
    return packs_of([pieces_of(row, columns) for row in rows], rows_per_pack)


class ShardFeed:
    """cpt and sft: updates of `tokens_per_update` until `tokens` have been seen.

    sets: the stage's own shards and those that it replays, by stage.
    """

    def __init__(self, sets: Mapping[str, Path], settings: StageSettings, ranks: Ranks) -> None:
        opened = {name: ShardSet.open(path) for name, path in sets.items()}
        longest = max(shards.info.context for shards in opened.values())
        self.settings = settings
        self.ranks = ranks
        self.columns: Columns | None = None
        self.loader = Loader(
            opened,
            LoaderSettings(
                pack_tokens=max(settings.seq_len, longest),
                update_tokens=settings.tokens_per_update,
                seed=settings.seed,
                mixture={str(stage): share for stage, share in settings.replay.items()},
            ),
        )

    def next(self) -> Batch | None:
        """The next update, or None when enough tokens have been seen."""
        if self.loader.state()["tokens"] >= self.settings.tokens:
            return None
        update = self.loader.update(self.ranks.rank, self.ranks.world)
        if update is None:
            return None
        seen = self.loader.state()["tokens"]
        packs = packs_from(update.packs, self.settings.rows_per_pack, self.columns)
        return Batch(
            packs=self._finish(packs),
            tokens=update.tokens,
            progress=min(1.0, seen / self.settings.tokens),
        )

    def _finish(self, packs: list[Pack]) -> list[Pack]:
        return packs

    def state(self) -> dict[str, Any]:
        """The loader's: O(sources), the same on every rank."""
        return self.loader.state()

    def resume(self, state: dict[str, Any]) -> None:
        """Stand where `state` was taken."""
        self.loader.resume(state)


class PairFeed(ShardFeed):
    """preference: as ShardFeed, with pair, side and the reference's log-probabilities.

    reference: by piece of the shards, [tokens]; made once at the start of the stage.
    """

    def __init__(
        self,
        sets: Mapping[str, Path],
        settings: StageSettings,
        ranks: Ranks,
        reference: Callable[[int], Column],
    ) -> None:
        super().__init__(sets, settings, ranks)
        self.reference = reference
        self.columns = self._columns

    def _columns(self, row: Row, k: int) -> Mapping[str, Column]:
        n = int(row.starts[k + 1] - row.starts[k])
        side = 1.0 if int(row.member[k]) == 0 else -1.0
        return {
            "pair": np.full(n, float(row.group[k]), dtype=np.float32),
            "side": np.full(n, side, dtype=np.float32),
            "logp_ref": self.reference(int(row.index[k])),
        }

    def _finish(self, packs: list[Pack]) -> list[Pack]:
        """Pair numbers 0, 1, ... within each pack."""
        import torch

        found = []
        for pack in packs:
            names, numbers = torch.unique(pack.column("pair"), return_inverse=True)
            columns = {**pack.columns, "pair": numbers.to(torch.float32)}
            found.append(replace(pack, columns=columns, pairs=len(names)))
        return found


def reference_logp(
    data: Path, score: Callable[[Sequence[Pack]], list[np.ndarray]], rows_per_pack: int
) -> Callable[[int], Column]:
    """Log-probabilities of all targets of a shard set under the policy as it is now.

    score: packs -> [targets] each. Returns piece -> [tokens], 0 where a token is no target.
    """
    shards = ShardSet.open(data)
    pieces = [Piece(ids=shards.ids(i), loss=shards.weights(i)) for i in range(len(shards))]
    order = sorted(range(len(pieces)), key=lambda i: (len(pieces[i].ids), i))
    found: dict[int, Column] = {}
    for start in range(0, len(order), rows_per_pack):
        chosen = order[start : start + rows_per_pack]
        # Not packs_of, which sorts rows: here each piece is a row, in this order.
        pack = make_pack([[pieces[i]] for i in chosen])
        (values,) = score([pack])
        at = 0
        for i in chosen:
            targets = np.flatnonzero(pieces[i].loss[1:] > 0) + 1
            full = np.zeros(len(pieces[i].ids), dtype=np.float32)
            full[targets] = values[at : at + len(targets)]
            at += len(targets)
            found[i] = full
    return found.__getitem__
