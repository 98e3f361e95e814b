from __future__ import annotations

import json
from pathlib import Path

from trainer.meter import Meter


def _meter(out: Path) -> Meter:
    return Meter(out, "cpt", active=True, flops_per_token=1.0)


def test_rows_are_cut_back_to_the_checkpoint_and_half_a_row_goes(tmp_path: Path) -> None:
    meter = _meter(tmp_path)
    for step in range(1, 6):
        meter.row({"step": step, "loss": 1.0}, progress=0.1 * step, seconds=1.0)
    with meter.path.open("a") as handle:
        handle.write('{"step": 6, "lo')
    meter.cut(3)
    assert [json.loads(line)["step"] for line in meter.path.open()] == [1, 2, 3]


def test_only_the_first_rank_writes(tmp_path: Path) -> None:
    silent = Meter(tmp_path, "cpt", active=False, flops_per_token=1.0)
    silent.row({"step": 1, "loss": 1.0}, progress=0.1, seconds=1.0)
    assert not silent.path.exists()
