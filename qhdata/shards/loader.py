"""Packs for the trainer: which groups make an update, cut into packs, dealt to ranks.

What an update consists of is computed by every rank from lengths alone and does not know how many
ranks there are; ranks differ only in which packs they read. The state is one small JSON: for every
source an epoch, a cursor and the tokens it gave. Nothing is lost and nothing comes twice in an
epoch, whatever the number of ranks and however often a run is resumed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from qhdata.errors import UserError
from qhdata.recipe import Settings
from qhdata.shards.layout import ShardSet
from qhdata.shards.mixture import Mixture, Share
from qhdata.shards.order import Order
from qhdata.shards.packing import best_fit, deal


@dataclass(frozen=True, kw_only=True)
class LoaderSettings(Settings):
    """What decides the updates."""

    pack_tokens: int
    """Room of a pack; a piece is never cut, so at least the shards' context."""
    update_tokens: int
    """An update takes groups until it has this many tokens."""
    seed: int = 0
    window: int = 4096
    """Groups that are shuffled among each other."""
    epochs: int | None = None
    """Stop when every source with weight has been read this often; None: go on for ever."""
    splits: tuple[str, ...] = ("train",)
    """Only groups of these splits."""
    columns: tuple[str, ...] = ()
    """Columns of the rows that packs carry, such as `advantage`."""
    mixture: dict[str, Share] = field(default_factory=dict)
    """Share of each shard set, by folder name; 1 where not named."""


@dataclass(frozen=True, slots=True)
class Pack:
    """Whole pieces one after another; all arrays are by token unless said otherwise."""

    ids: np.ndarray
    """int64 [tokens]"""
    weight: np.ndarray
    """float32 [tokens]: how much token i counts as a target; 0 for each piece's first."""
    position: np.ndarray
    """int64 [tokens]: 0 at each piece's first token."""
    piece: np.ndarray
    """int32 [tokens]: number of the piece within the pack."""
    starts: np.ndarray
    """int64 [pieces + 1]: where pieces begin, and the end."""
    logp: np.ndarray | None
    """float32 [tokens]: the sampler's log-probabilities, of rollouts."""
    group: np.ndarray
    """int64 [pieces]: number of the piece's group within the update."""
    member: np.ndarray
    """int64 [pieces]: place in the group; of a pair, chosen is 0 and rejected is 1."""
    source: tuple[str, ...]
    """Shard set of each piece."""
    index: np.ndarray
    """int64 [pieces]: number of the piece in its shard set."""
    columns: dict[str, list[Any]]
    """Asked-for columns, one value a piece."""

    @property
    def tokens(self) -> int:
        """Tokens in the pack."""
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Update:
    """One update's packs for one rank, and what all ranks must agree on."""

    packs: tuple[Pack, ...]
    rounds: int
    """Packs of the rank that has most: every rank runs this many forward passes, the missing
    ones with weight 0.
    """
    tokens: int
    """Of all ranks."""
    weight: float
    """Sum of `weight` over all packs of all ranks: what a loss that counts tokens divides by."""
    pieces: int
    groups: int


@dataclass(frozen=True, slots=True)
class _Taken:
    source: str
    first: int
    size: int
    tokens: int


class Loader:
    """Updates of a mixture of shard sets."""

    def __init__(
        self,
        sets: Mapping[str, ShardSet],
        settings: LoaderSettings,
        state: Mapping[str, Any] | None = None,
    ) -> None:
        if not sets:
            raise UserError(what="no shards to read", where="loader", mend="give shard folders")
        self.sets = dict(sets)
        self.settings = settings
        self.names = sorted(sets)
        self.mixture = Mixture(settings.mixture)
        self.mixture.check(self.names)
        self._chosen = {name: _groups(s, settings.splits) for name, s in self.sets.items()}
        for name, found in self._chosen.items():
            if not len(found) and self.mixture.weight(name, 0) > 0:
                raise UserError(
                    what=f"no pieces of split {' or '.join(settings.splits)}",
                    where=str(self.sets[name].path),
                    mend="give weight 0, or other splits",
                )
        longest = max((s.info.context for s in self.sets.values()), default=0)
        if settings.pack_tokens < longest:
            raise UserError(
                what=f"pieces of up to {longest} tokens do not fit packs of {settings.pack_tokens}",
                where="loader.pack_tokens",
                mend=f"at least {longest}, or shards with a smaller context",
            )
        self._orders: dict[str, tuple[tuple[int, int], np.ndarray]] = {}
        self._state = _fresh(self.names)
        if state is not None:
            self.resume(state)

    # ------------------------------------------------------------ state

    def state(self) -> dict[str, Any]:
        """Where it stands, as small JSON; the same for any number of ranks."""
        return {
            "updates": self._state["updates"],
            "tokens": self._state["tokens"],
            "sources": {n: dict(s) for n, s in self._state["sources"].items()},
        }

    def resume(self, state: Mapping[str, Any]) -> None:
        """Stand where `state` was taken. Raises UserError for other shard sets."""
        if sorted(state["sources"]) != self.names:
            raise UserError(
                what=f"was saved with shard sets {', '.join(sorted(state['sources']))}",
                where="loader state",
                mend=f"now: {', '.join(self.names)}",
            )
        self._state = {
            "updates": state["updates"],
            "tokens": state["tokens"],
            "sources": {n: dict(s) for n, s in state["sources"].items()},
        }

    # ------------------------------------------------------------ updates

    def update(self, rank: int = 0, ranks: int = 1) -> Update | None:
        """The next update's packs for one rank; None at the end (`epochs`)."""
        taken = self._take()
        if not taken:
            return None
        self._state["updates"] += 1
        self._state["tokens"] += sum(t.tokens for t in taken)
        return self._packed(taken, rank, ranks)

    def everything(self, rank: int = 0, ranks: int = 1) -> Update:
        """All groups once, in the order of the shards, as one update (rollouts, evaluation)."""
        taken = [
            self._group(name, int(g))
            for name in self.names
            if self.mixture.weight(name, 0) > 0
            for g in self._chosen[name]
        ]
        return self._packed(taken, rank, ranks)

    def _take(self) -> list[_Taken]:
        """Groups until the update is full; moves the cursors."""
        taken: list[_Taken] = []
        tokens = 0
        before = self._state["tokens"]
        while tokens < self.settings.update_tokens:
            seen = self._state["tokens"] + tokens
            live = [n for n in self.names if self._has_more(n)]
            served = {n: self._state["sources"][n]["served"] for n in live}
            for n, level in self.mixture.level(served, seen, before).items():
                self._state["sources"][n]["served"] = served[n] = level
            before = seen
            name = self.mixture.next(live, served, seen)
            if name is None:
                break
            source = self._state["sources"][name]
            group = self._group(name, self._at(name, source["epoch"], source["cursor"]))
            source["cursor"] += 1
            source["tokens"] += group.tokens
            source["served"] += self.mixture.charge(name, max(1, group.tokens), seen)
            if source["cursor"] >= len(self._chosen[name]):
                source["epoch"] += 1
                source["cursor"] = 0
            taken.append(group)
            tokens += group.tokens
        return taken

    def _has_more(self, name: str) -> bool:
        epochs = self.settings.epochs
        some = len(self._chosen[name]) > 0
        return some and (epochs is None or self._state["sources"][name]["epoch"] < epochs)

    def _at(self, name: str, epoch: int, cursor: int) -> int:
        """The group at a cursor; a stretch of the order is computed at a time."""
        stretch = 1024
        key = (epoch, cursor // stretch)
        if name not in self._orders or self._orders[name][0] != key:
            n = len(self._chosen[name])
            low = cursor // stretch * stretch
            positions = np.arange(low, min(n, low + stretch))
            order = Order(n, _seed(self.settings.seed, name), epoch, self.settings.window)
            self._orders[name] = key, self._chosen[name][order.at(positions)]
        return int(self._orders[name][1][cursor % stretch])

    def _group(self, name: str, group: int) -> _Taken:
        shard = self.sets[name]
        first, end = int(shard.groups[group]), int(shard.groups[group + 1])
        return _Taken(name, first, end - first, int(shard.lengths[first:end].sum()))

    # ------------------------------------------------------------ packs

    def _packed(self, taken: Sequence[_Taken], rank: int, ranks: int) -> Update:
        atoms: list[list[tuple[int, str, int, int]]] = []
        for number, group in enumerate(taken):
            pieces = [(number, group.source, group.first + m, m) for m in range(group.size)]
            whole = self.sets[group.source].info.kind == "preference"
            atoms.extend([pieces] if whole else [[piece] for piece in pieces])
        lengths = [sum(int(self.sets[s].lengths[i]) for _, s, i, _ in atom) for atom in atoms]
        packs = best_fit(lengths, self.settings.pack_tokens)
        hands = deal([_cost([lengths[a] for a in pack]) for pack in packs], ranks)
        mine = tuple(self._pack([p for a in packs[n] for p in atoms[a]]) for n in hands[rank])
        weight = sum(self.sets[s].weight_of(i) for a in atoms for _, s, i, _ in a)
        return Update(
            packs=mine,
            rounds=max((len(hand) for hand in hands), default=0),
            tokens=sum(lengths),
            weight=weight,
            pieces=sum(len(a) for a in atoms),
            groups=len(taken),
        )

    def _pack(self, pieces: Sequence[tuple[int, str, int, int]]) -> Pack:
        ids = [self.sets[s].ids(i) for _, s, i, _ in pieces]
        lengths = np.array([len(x) for x in ids], dtype=np.int64)
        logp = [self.sets[s].logp(i) for _, s, i, _ in pieces]
        some = any(x is not None for x in logp)
        filled = [
            np.zeros(n, np.float32) if x is None else x for x, n in zip(logp, lengths, strict=True)
        ]
        return Pack(
            ids=np.concatenate(ids),
            weight=np.concatenate([self.sets[s].weights(i) for _, s, i, _ in pieces]),
            position=np.concatenate([np.arange(n) for n in lengths]),
            piece=np.repeat(np.arange(len(pieces), dtype=np.int32), lengths),
            starts=np.concatenate([[0], np.cumsum(lengths)]),
            logp=np.concatenate(filled) if some else None,
            group=np.array([g for g, _, _, _ in pieces], dtype=np.int64),
            member=np.array([m for _, _, _, m in pieces], dtype=np.int64),
            source=tuple(s for _, s, _, _ in pieces),
            index=np.array([i for _, _, i, _ in pieces], dtype=np.int64),
            columns={
                name: [self.sets[s].column(name)[i] for _, s, i, _ in pieces]
                for name in self.settings.columns
            },
        )


def updates(loader: Loader, rank: int = 0, ranks: int = 1) -> Iterator[Update]:
    """Updates until the loader ends."""
    while (found := loader.update(rank, ranks)) is not None:
        yield found


def _groups(shard: ShardSet, splits: Sequence[str]) -> np.ndarray:
    """Groups whose first piece is of one of the splits, in the order of the shard."""
    first = shard.groups[:-1]
    if set(shard.info.splits) <= set(splits):
        return np.arange(len(first), dtype=np.int64)
    of = shard.column("split")
    return np.array([g for g, i in enumerate(first) if of[int(i)] in splits], dtype=np.int64)


def _fresh(names: Sequence[str]) -> dict[str, Any]:
    return {
        "updates": 0,
        "tokens": 0,
        "sources": {n: {"epoch": 0, "cursor": 0, "tokens": 0, "served": 0.0} for n in names},
    }


def _seed(seed: int, name: str) -> int:
    """A seed of its own for each shard set."""
    digest = hashlib.blake2b(f"{seed}\x00{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def _cost(lengths: Sequence[int]) -> int:
    """What a pack costs a rank: attention grows with the square of each piece."""
    return sum(n * (512 + n) for n in lengths)
