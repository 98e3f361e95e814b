"""Whose turn it is: shard sets mixed by weight, in tokens, without chance.

The source that is furthest behind its share gives the next group, so shares are exact to within one
group at every moment and the state is one count a source. A weight may change with the tokens seen:
points (tokens, weight), straight lines between them. A source whose weight was 0 begins level with
the others: it does not make up for the time when it was not wanted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from qhdata.errors import UserError
from qhdata.recipe import PositiveOrZero, Settings


@dataclass(frozen=True, kw_only=True)
class Share(Settings):
    """How much of the tokens one shard set gives."""

    weight: PositiveOrZero = 1.0
    """Relative to the other sets."""
    points: tuple[tuple[int, PositiveOrZero], ...] = ()
    """(tokens seen, weight), rising; where given they replace `weight`. In RL tasks are counted."""

    def at(self, tokens: int) -> float:
        """The weight when `tokens` have been seen."""
        if not self.points:
            return self.weight
        before = self.points[0]
        for after in self.points:
            if tokens < after[0]:
                if after[0] == before[0]:
                    return after[1]
                part = max(0.0, (tokens - before[0]) / (after[0] - before[0]))
                return before[1] + part * (after[1] - before[1])
            before = after
        return before[1]


@dataclass(frozen=True, slots=True)
class Mixture:
    """Shares by name of shard set."""

    shares: Mapping[str, Share] = field(default_factory=dict)

    def next(self, names: Sequence[str], served: Mapping[str, float], tokens: int) -> str | None:
        """The set that is furthest behind its share; None where all weights are 0.

        served: what each set has given, in tokens divided by its weight at the time (see
        `charge`).
        """
        live = [n for n in names if self.weight(n, tokens) > 0]
        return min(live, key=lambda n: (served[n], names.index(n))) if live else None

    def level(self, served: Mapping[str, float], tokens: int, before: int) -> dict[str, float]:
        """`served` with the sets that had weight 0 at `before` and have some now level with those
        that are furthest behind.
        """
        live = [n for n in served if self.weight(n, tokens) > 0]
        awake = [n for n in live if self.weight(n, before) > 0]
        least = min((served[n] for n in awake), default=0.0)
        woken = {n: max(served[n], least) for n in live if n not in awake}
        return {**served, **woken}

    def charge(self, name: str, cost: int, tokens: int) -> float:
        """What a group of `cost` tokens adds to `served`."""
        return cost / self.weight(name, tokens)

    def weight(self, name: str, tokens: int) -> float:
        """Weight of a set when `tokens` have been seen; 1 where no share is given."""
        share = self.shares.get(name)
        return 1.0 if share is None else share.at(tokens)

    def check(self, names: Sequence[str]) -> None:
        """Raise UserError for a share of an unknown set, a negative weight, or none above 0."""
        unknown = sorted(set(self.shares) - set(names))
        if unknown:
            raise UserError(
                what=f"no shard set named {unknown[0]!r}",
                where="mixture",
                mend=f"known: {', '.join(names)}",
            )
        every = [
            w
            for n in names
            for s in [self.shares.get(n, Share())]
            for w in ([s.weight] if not s.points else [p[1] for p in s.points])
        ]
        if any(w < 0 for w in every) or not any(w > 0 for w in every):
            raise UserError(
                what="weights must be 0 or more, and one above 0", where="mixture", mend=""
            )
