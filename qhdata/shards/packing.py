"""Pieces into packs: best fit, longest first, whole pieces only.

A piece is never cut (plain documents were sliced when they were sharded). An atom is what has to
stand in one pack: a piece, or both sides of a pair. An atom longer than a pack gets one of its own,
as long as it is. Best fit decreasing leaves a percent or two of room on the piece lengths of a
typical mixture; nothing is padded here, a pack is as long as what is in it.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence


def best_fit(lengths: Sequence[int], room: int) -> list[list[int]]:
    """Atoms of these lengths into packs of `room` tokens; lists of atom numbers, each rising.

    Packs come in the order of their first atom. Deterministic: equal lengths go by number.
    """
    order = sorted(range(len(lengths)), key=lambda i: (-lengths[i], i))
    packs: list[list[int]] = []
    free: list[tuple[int, int]] = []  # (room left, pack), rising
    for i in order:
        length = lengths[i]
        at = bisect_left(free, (length, -1))
        if at < len(free) and length <= room:
            left, pack = free.pop(at)
            packs[pack].append(i)
        else:
            left, pack = room, len(packs)
            packs.append([i])
        if left > length:
            insort(free, (left - length, pack))
    return sorted((sorted(pack) for pack in packs), key=lambda pack: pack[0])


def deal(costs: Sequence[int], ranks: int) -> list[list[int]]:
    """Packs to ranks: dearest first, each to the rank with the least so far; no rank gets more
    than its share of the number, rounded up. Lists of pack numbers, one a rank.
    """
    most = -(-len(costs) // ranks) if costs else 0
    hands: list[list[int]] = [[] for _ in range(ranks)]
    held = [0] * ranks
    for i in sorted(range(len(costs)), key=lambda i: (-costs[i], i)):
        fullest = [r for r in range(ranks) if len(hands[r]) < most]
        rank = min(fullest, key=lambda r: (held[r], r))
        hands[rank].append(i)
        held[rank] += costs[i]
    return [sorted(hand) for hand in hands]
