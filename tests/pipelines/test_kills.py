"""The short form of benchmarks/kills.py: three kills of the driver and three of a worker each."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from qhdata.universe import invent

pytestmark = pytest.mark.slow

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.mark.parametrize("engine", ["local", "spark"])
def test_a_build_that_was_killed_ends_with_the_digests_of_one_that_was_not(
    tmp_path, engine, monkeypatch
):
    # What stands beside a script is on its path when it is run; here it is put there.
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    kills = importlib.import_module("kills")
    invent(tmp_path / "u", filers=4, seed=9, years=2)
    found = kills.trials(tmp_path / "u", tmp_path, [engine], kills=3, seed=2)
    assert len(found) == 6
    assert [t for t in found if not t.same] == []
