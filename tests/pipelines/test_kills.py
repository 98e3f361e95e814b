"""The short form of benchmarks/kills.py: three kills of the driver and three of a worker each."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from qhdata.universe import invent

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "kills.py"


def script():
    spec = importlib.util.spec_from_file_location("kills", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["kills"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("engine", ["local", "spark"])
def test_a_build_that_was_killed_ends_with_the_digests_of_one_that_was_not(tmp_path, engine):
    invent(tmp_path / "u", filers=4, seed=9, years=2)
    found = script().trials(tmp_path / "u", tmp_path, [engine], kills=3, seed=2)
    assert len(found) == 6
    assert [t for t in found if not t.same] == []
