"""From what a slice cost to what the whole will: time, disk and memory, step by step.

Work on chunks grows with bytes, by stratum; what a chunk costs whatever is in it, and what is paid
once (processes, imports, models), is known from a first trial of the smallest files and stands
apart. Chunks are then dealt to workers in their order, as the build deals them: a plan of one chunk
is no faster on two cores. What is done for the corpus as a whole grows with documents, as far as
it took longer than for the first few. All of it
is counted in seconds of a core, which others on the machine hardly change; the clock runs as much
longer as it did for the slice.
"""

from __future__ import annotations

import heapq
import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipelines.strata import Key, Stratum, speed
from pipelines.trial import Trial, by_key, workers_mb
from qhdata.engines.worker import Spent
from qhdata.records import SourceFile

DOUBT = 0.1
"""Of any figure: the machine is not the same a minute later."""
UNSEEN = 0.5
"""Of what a stratum is expected to cost of which the slice has no file."""
ALONE = 0.25
"""Of what a stratum is expected to cost that gave one chunk."""
SLACK_MB = 20
"""What an allocator keeps of what it was given back: that does not grow."""


@dataclass(frozen=True, slots=True)
class Line:
    """A step of the table."""

    step: str
    seconds: float
    cpu: float
    """Seconds of a core; 0 where only the clock was read."""
    disk: float


@dataclass(frozen=True, slots=True)
class Figure:
    """An estimate with its range."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a build will cost."""

    lines: tuple[Line, ...]
    seconds: Figure
    cpu: float
    """Seconds of a core, of all processes."""
    disk: Figure
    memory: Figure
    """Bytes at the peak, of all processes."""
    documents: float


@dataclass(frozen=True, slots=True)
class Work:
    """Seconds of a core that a step costs: once a worker, for each chunk, for each byte by
    stratum.
    """

    opening: float
    chunk: float
    byte: Mapping[Key, float]


def estimate(
    chunks: Sequence[Sequence[SourceFile]],
    strata: Sequence[Stratum],
    first: Trial,
    main: Trial,
    workers: int,
    tried: int,
    start: tuple[float, float],
) -> Estimate:
    """The whole from two trials.

    chunks: of the build's plan; workers: that work at a time; tried: that worked in the trials;
    start: seconds, and of a core, before the first step, listing and hashing included.
    """
    keys = {file.file_id: stratum.key for stratum in strata for file in stratum.files}
    sizes = [_sizes(chunk, keys) for chunk in chunks]
    documents = _documents(strata, main)
    grown = max(1.0, documents / max(1, main.documents))
    lines = [Line("start, list and hash files", *start, 0.0)]
    slower = stretch(first, main)
    # Its processes start with the first step: what that took beyond its chunks.
    names = list(dict.fromkeys([*first.seconds, *main.seconds]))
    begun = False
    for name in names:
        disk = _disk(name, sizes, strata, main)
        if name in main.spent and name in first.spent:
            work = _work(name, strata, first, main)
            begin = 0.0 if begun else max(0.0, first.seconds[name] - _longest(first, name, tried))
            costs = [work.chunk + sum(work.byte[k] * b for k, b in s.items()) for s in sizes]
            wall = begin + (work.opening + makespan(costs, workers)) * slower
            cpu = (begin / slower + work.opening) * min(workers, len(chunks)) + sum(costs)
            begun = True
        else:
            own = [trial.seconds.get(name, 0.0) for trial in (first, main)]
            wall = own[0] + max(0.0, own[1] - own[0]) * grown
            own = [first.cpu_share * own[0], main.cpu_share * own[1]]
            cpu = own[0] + max(0.0, own[1] - own[0]) * grown
        lines.append(Line(name, wall, cpu, disk))
    rest = main.rest + max(0, main.rest - first.rest) * max(0.0, grown - 1)
    rest += main.assets * grown**0.5  # words that are new grow as the root of the text (Heaps)
    lines.append(Line("of the whole corpus", 0.0, 0.0, rest))
    seconds, disk = sum(line.seconds for line in lines), sum(line.disk for line in lines)
    doubt = _doubt(strata, main)
    memory = _memory(strata, first, main, workers, tried, grown)
    return Estimate(
        lines=tuple(lines),
        seconds=_around(seconds, DOUBT + doubt),
        cpu=sum(line.cpu for line in lines),
        disk=_around(disk, DOUBT + doubt / 2),
        memory=_around(memory, DOUBT + doubt / 2),
        documents=documents,
    )


def makespan(costs: Sequence[float], workers: int) -> float:
    """When the last of the chunks is done, each given in its order to who is free.

    >>> makespan([3.0, 1.0, 1.0, 4.0], 2)
    6.0
    """
    free = [0.0] * max(1, workers)
    for cost in costs:
        heapq.heapreplace(free, free[0] + cost)
    return max(free)


def _sizes(chunk: Sequence[SourceFile], keys: Mapping[str, Key]) -> dict[Key, int]:
    found: dict[Key, int] = {}
    for file in chunk:
        if file.file_id in keys:  # arrivals of known bytes and empty files are not read
            key = keys[file.file_id]
            found[key] = found.get(key, 0) + file.bytes
    return found


def _work(name: str, strata: Sequence[Stratum], first: Trial, main: Trial) -> Work:
    small, spent = first.spent[name], main.spent[name]
    opening = max(_opening(s) for s in (*small, *spent))
    chunk = min(_work_alone(s) for s in (*small, *spent))
    found = {}
    for key, rows in by_key(main, name).items():
        seconds = sum(_work_alone(s) - chunk for _, s in rows)
        found[key] = seconds / max(1, sum(d.bytes for d, _ in rows))
    return Work(opening, chunk, {s.key: _of_like(s.key, found, main) for s in strata})


def _opening(spent: Spent) -> float:
    """Seconds of a core to open a step: of the clock's, as the whole chunk had."""
    whole = spent.seconds + spent.opening
    return spent.cpu * spent.opening / whole if whole else 0.0


def _work_alone(spent: Spent) -> float:
    return spent.cpu - _opening(spent)


def stretch(*trials: Trial) -> float:
    """Seconds of the clock for a second of a core: others on the machine, and waiting for disks."""
    spent = [s for trial in trials for chunks in trial.spent.values() for s in chunks]
    cpu = sum(s.cpu for s in spent)
    return max(1.0, sum(s.seconds + s.opening for s in spent) / cpu) if cpu else 1.0


def _of_like(key: Key, found: Mapping[Key, float], main: Trial, paced: bool = True) -> float:
    """A stratum's figure, or of those most like it: of its kind, or of all, by bytes; where it is
    of time, as much slower as the kind is expected to be.
    """
    if key in found:
        return found[key]
    weights: dict[Key, int] = {}
    for drawn in main.drawn:
        weights[drawn.key] = weights.get(drawn.key, 0) + drawn.bytes
    like = [k for k in found if k[1] == key[1]] or list(found)
    total = sum(weights[k] / (speed(k[1]) if paced else 1.0) for k in like)
    figure = sum(found[k] * weights[k] for k in like) / total if total else 0.0
    return figure / speed(key[1]) if paced else figure


def _disk(
    name: str,
    sizes: Sequence[Mapping[Key, int]],
    strata: Sequence[Stratum],
    main: Trial,
) -> float:
    if name not in main.disk:
        return 0.0
    fixed = main.files[name]
    weights: dict[Key, list[int]] = {}
    for drawn, size in zip(main.drawn, main.disk[name], strict=True):
        row = weights.setdefault(drawn.key, [0, 0])
        row[0] += max(0, size - fixed)
        row[1] += drawn.bytes
    apart, together = main.together.get(name, (1, 1))
    share = together / apart if apart > 0 else 1.0
    found = {key: share * size / max(1, of) for key, (size, of) in weights.items()}
    byte = {s.key: _of_like(s.key, found, main, paced=False) for s in strata}
    return sum(fixed + sum(byte[k] * b for k, b in chunk.items()) for chunk in sizes)


def _longest(trial: Trial, name: str, workers: int) -> float:
    return makespan([s.seconds + s.opening for s in trial.spent[name]], workers)


def _documents(strata: Sequence[Stratum], main: Trial) -> float:
    """Documents that there will be. Files were taken as often as they have bytes, so a byte of each
    stands for as many.
    """
    rates: dict[Key, list[float]] = {}
    for drawn in main.drawn:
        for file in drawn.files:
            count = main.documents_of.get(file.file_id, 1)
            rates.setdefault(drawn.key, []).append(count / file.bytes)
    means = {key: sum(rows) / len(rows) for key, rows in rates.items()}
    return sum(s.bytes * _of_like(s.key, means, main, paced=False) for s in strata)


def _doubt(strata: Sequence[Stratum], main: Trial) -> float:
    """Twice the standard error of the work, as a share of it: how unlike a stratum's chunks are."""
    total, variance = 0.0, 0.0
    costs: dict[Key, list[tuple[int, float]]] = {}
    for place, drawn in enumerate(main.drawn):
        seconds = sum(_work_alone(spent[place]) for spent in main.spent.values())
        costs.setdefault(drawn.key, []).append((drawn.bytes, seconds))
    rates = {k: sum(s for _, s in rows) / sum(b for b, _ in rows) for k, rows in costs.items()}
    for stratum in strata:
        rows = costs.get(stratum.key, [])
        expected = stratum.bytes * _of_like(stratum.key, rates, main)
        total += expected
        left = 1 - min(1.0, sum(b for b, _ in rows) / stratum.bytes)
        if not rows:
            variance += (UNSEEN * expected) ** 2
        elif len(rows) == 1:
            variance += (ALONE * expected * left) ** 2
        else:
            spread = statistics.stdev(s / b for b, s in rows) / math.sqrt(len(rows))
            variance += (spread * stratum.bytes * left) ** 2
    return 2 * math.sqrt(variance) / total if total else 0.0


def _memory(
    strata: Sequence[Stratum], first: Trial, main: Trial, workers: int, tried: int, grown: float
) -> float:
    """The slice's peak; more for more workers, for larger files, and for more documents."""
    own = workers_mb(main) / max(1, tried)
    largest = sorted((f.bytes for s in strata for f in s.files), reverse=True)[:workers]
    seen = max((f.bytes for d in main.drawn for f in d.files), default=0)
    before = max((f.bytes for d in first.drawn for f in d.files), default=0)
    slope = max(0.0, own - workers_mb(first) / max(1, tried)) / max(1, seen - before)
    more = sum(max(0, size - seen) * slope for size in largest)
    driver = max(0, main.driver_mb - first.driver_mb - SLACK_MB) * max(0.0, grown - 1)
    return (main.peak_mb + (workers - tried) * own + more + driver) * 1e6


def _around(value: float, doubt: float) -> Figure:
    return Figure(value, value * max(0.0, 1 - doubt), value * (1 + doubt))
