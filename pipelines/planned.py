"""`qhdata build --plan`: time, disk and memory of a build, from a slice of its input.

Nothing is written but a folder beside the output that is removed. It takes about a tenth of the
build that it plans, and never much more than a minute; files beyond the first gigabyte are listed
by their first bytes, not hashed.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pipelines.corpus import refuse_inside
from pipelines.corpus_settings import CorpusSettings, identity, steps_of
from pipelines.estimate import Estimate, estimate
from pipelines.growth import Growth
from pipelines.point_in_time import planned as files_of
from pipelines.point_in_time import refuse_without_moment
from pipelines.progress import clock, size
from pipelines.strata import Stratum, draw, first_files, strata_of
from pipelines.trial import Kept, place, trial
from qhdata.artifact import Artifact
from qhdata.engines.base import plan_chunks
from qhdata.errors import NotAnArtifact
from qhdata.moments import as_moment
from qhdata.readers.seen import Glance
from qhdata.records import SourceFile

SHARE = 0.1
"""Of the build's time that a plan may take."""
LEAST, MOST = 4.0, 40.0
"""Seconds of the slice, whatever the build takes; starting and the first trial come on top."""
TRIED = 4
"""Workers of the trial at most: a slice has few chunks."""


def print_plan(
    settings: CorpusSettings,
    sources: Sequence[Path] | Mapping[str, Path],
    out: Path,
    workers: int,
    restart_from: str = "",
) -> None:
    """Files, bytes, chunks, and time, disk and memory by step; the corpus is not written."""
    there = refuse_as_the_build_would(settings, out, restart_from)
    if there is not None:
        print(f"{there.where}: holds a corpus; counted is a build from nothing, which is the most")
    found, files, slice_ = planned(settings, sources, out, workers, print)
    for line in told(files, found, slice_, out, workers):
        print(line)


def refuse_as_the_build_would(
    settings: CorpusSettings, out: Path, restart_from: str
) -> Artifact | None:
    """The corpus that the output holds already, where it does. Raises ForeignRecipe for one of
    other settings, UserError for a step that is none.
    """
    growth = Growth((), steps_of(settings), restart_from)
    growth.check()
    try:
        there = Artifact.open(out, "corpus")
    except NotAnArtifact:
        return None
    inputs = there.manifest.get("inputs", {})
    growth.refuse(there, {"settings": json.loads(json.dumps(identity(settings))), "inputs": inputs})
    return there


def planned(
    settings: CorpusSettings,
    sources: Sequence[Path] | Mapping[str, Path],
    out: Path,
    workers: int,
    on_note: Callable[[str], None] = lambda _: None,
) -> tuple[Estimate, list[SourceFile], str]:
    """The estimate of a build, the files of its plan, and what the slice was in words."""
    if settings.as_of:
        settings = replace(settings, as_of=as_moment(settings.as_of, "--as-of"))
    refuse_without_moment(settings)
    refuse_inside(sources, out)
    began = time.monotonic()
    seen = Glance()
    files, lines, _ = files_of(settings, sources, seen)
    for line in lines:
        on_note(line)
    listing = time.monotonic() - began
    kinds = {look.path: look.kind for looks in seen.now.values() for look in looks}
    listing *= seen.hashed_share() - 1  # what hashing the rest would add
    found, slice_ = measured(settings, files, kinds, out, workers, listing)
    return found, files, slice_


def at_work(chunks: int, workers: int) -> int:
    """Workers that have a chunk, of those asked for; no more than cores are faster."""
    return max(1, min(workers or os.cpu_count() or 1, chunks))


def measured(
    settings: CorpusSettings,
    files: Sequence[SourceFile],
    kinds: Mapping[str, str],
    out: Path,
    workers: int,
    listing: float,
) -> tuple[Estimate, str]:
    """The estimate from two trials, and what the slice was in words. listing: seconds that the
    build takes for it beyond those that have passed.
    """
    began, cpu = time.monotonic(), time.process_time()
    chunks = [rows for _, rows in plan_chunks(files)]
    cores = os.cpu_count() or 1
    n = at_work(len(chunks), workers)
    tried = min(n, cores, TRIED)
    strata = strata_of(files, kinds)
    with place(out) as folder:
        engine = Kept(workers=tried)
        try:
            first = trial(settings, first_files(files, kinds, tried), engine, folder / "first")
            drawn = draw(strata, _budget(strata, min(n, cores)) * tried, folder / "lines")
            main = trial(settings, drawn, engine, folder / "slice")
        finally:
            engine.close()
    start = (max(1.0, _since_start() - (time.monotonic() - began)) + listing, cpu + listing)
    found = estimate(chunks, strata, first, main, min(n, cores), tried, start)
    words = (
        f"measured on {main.bytes:,} bytes, {main.documents:,} documents of "
        f"{sum(len(d.files) for d in drawn):,} files, in {time.monotonic() - began:.0f} seconds"
    )
    return found, words


def _budget(strata: Sequence[Stratum], workers: int) -> float:
    expected = sum(stratum.worth for stratum in strata) / workers
    return min(MOST, max(LEAST, SHARE * expected))


def told(
    files: Sequence[SourceFile], found: Estimate, slice_: str, out: Path, workers: int
) -> list[str]:
    """The lines of a plan."""
    lines = []
    for label in dict.fromkeys(f.source for f in files):
        own = [f for f in files if f.source == label]
        lines.append(f"{label}: {len(own):,} files, {size(sum(f.bytes for f in own))}")
    chunks = sum(1 for _ in plan_chunks(files))
    total = sum(f.bytes for f in files if f.same_as is None)
    cores = os.cpu_count() or 1
    n = at_work(chunks, workers)
    asked = workers or cores
    of = f" of {asked:,}" if n < asked else ""
    lines.append(
        f"{len(files):,} files, {size(total)} to read, {chunks:,} chunks, {n:,}{of} workers at "
        f"work on {cores:,} cores"
    )
    lines.append(f"{'step':<28}{'time':>9}{'of a core':>12}{'disk':>12}")
    lines += [
        f"{row.step:<28}{_seconds(row.seconds):>9}{_seconds(row.cpu):>12}"
        f"{size(row.disk) if row.disk else '':>12}"
        for row in found.lines
    ]
    whole = sum(row.disk for row in found.lines)
    lines.append(
        f"{'in all':<28}{_seconds(found.seconds.value):>9}{_seconds(found.cpu):>12}"
        f"{size(whole):>12}"
    )
    lines.append(slice_)
    time_, disk, memory = found.seconds, found.disk, found.memory
    lines.append(
        f"about {clock(time_.value)} ({clock(time_.low)} to {clock(time_.high)}), "
        f"{size(disk.value)} of disk ({size(disk.low)} to {size(disk.high)}), "
        f"{size(memory.value)} of memory ({size(memory.low)} to {size(memory.high)}), "
        f"{found.documents:,.0f} documents.   qhdata build ... -o {out}"
    )
    return lines


def _seconds(count: float) -> str:
    return f"{count:.1f} s" if count else ""


def _since_start() -> float:
    """Seconds since this process began; 0 where there is no /proc."""
    try:
        ticks = int(Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()[19])
        up = float(Path("/proc/uptime").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return 0.0
    return up - ticks / os.sysconf("SC_CLK_TCK")
