from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from test_strata import MB, file, kinds_of

from pipelines.estimate import estimate, makespan, stretch
from pipelines.planned import at_work
from pipelines.strata import ANY, Drawn, strata_of
from pipelines.trial import Trial
from qhdata.engines.base import plan_chunks
from qhdata.engines.worker import Spent

FILES = [file(f"{n}.htm", 2 * MB) for n in range(40)]


def trial(drawn: list[Drawn], byte: float, slower: float = 1.0) -> Trial:
    """A machine that takes 0.1 s a chunk, a second to open, and `byte` seconds for a megabyte."""
    spent = []
    for chunk in drawn:
        cpu = 0.1 + byte * chunk.bytes / MB
        spent.append(Spent(seconds=cpu * slower, opening=slower, cpu=cpu + 1.0))
    found = Trial(drawn, documents=sum(len(d.files) for d in drawn))
    found.spent = {"extract": spent}
    found.seconds = {"extract": 3.0 * slower + max(s.seconds + s.opening for s in spent)}
    found.disk = {"extract": [1000 + chunk.bytes // 10 for chunk in drawn]}
    found.files = {"extract": 1000}
    found.peak_mb, found.driver_mb = 500, 150
    return found


def planned(workers: int, slower: float = 1.0, files=FILES):
    strata = strata_of(files, kinds_of(files))
    first = trial([Drawn(ANY, (file("f", 1),)), Drawn(ANY, (file("g", 1),))], 0.5, slower)
    drawn = [Drawn(strata[0].key, (f,)) for f in files[:4]]
    main = trial(drawn, 0.5, slower)
    chunks = [rows for _, rows in plan_chunks(files)]
    return estimate(chunks, strata, first, main, workers, min(2, workers), (1.0, 0.5))


def test_a_slice_of_a_machine_that_is_known_gives_what_that_takes():
    found = planned(2)
    line = next(row for row in found.lines if row.step == "extract")
    chunks = len(list(plan_chunks(FILES)))
    assert line.cpu == pytest.approx(2 * (3 + 1) + 0.1 * chunks + 0.5 * 80, rel=0.05)
    assert line.seconds == pytest.approx(3 + 1 + (0.1 * chunks + 0.5 * 80) / 2, rel=0.05)
    assert line.disk == pytest.approx(1000 * chunks + 8 * MB, rel=0.01)
    assert found.documents == pytest.approx(40)
    assert found.seconds.low < found.seconds.value < found.seconds.high


def test_others_on_the_machine_stretch_the_clock_and_not_the_work():
    alone, among = planned(2), planned(2, slower=4.0)
    assert among.cpu == pytest.approx(alone.cpu, rel=0.1)
    assert among.seconds.value > 3 * alone.seconds.value - 3


def test_one_chunk_is_no_faster_on_two_cores_and_no_worker_is_idle():
    one = [file("a.htm", 7 * MB)]
    alone, two = planned(1, files=one), planned(2, files=one)
    assert two.seconds.value >= 0.95 * alone.seconds.value
    assert makespan([4.0, 1.0, 1.0, 1.0], 2) == 4.0
    assert at_work(3, 100_000) == 3
    assert at_work(0, 2) == 1
    assert stretch(Trial([])) == 1.0


def test_more_workers_take_more_memory():
    assert planned(8).memory.value > planned(2).memory.value + 6 * 150e6
