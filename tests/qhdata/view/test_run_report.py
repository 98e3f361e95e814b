"""The report of a run: curves are means, hostile words are escaped, nothing needs a network."""

from __future__ import annotations

import json
from pathlib import Path

from qhdata.artifact import Artifact
from qhdata.view.run_report import _means, write_run_report

STAGE = {
    "name": "cpt",
    "tokens": 1000,
    "seconds": 2.0,
    "metric": "bits_per_byte",
    "before": 4.0,
    "after": 1.0,
    "interval": [-3.1, -2.9],
    "n": 30,
}


def test_a_long_curve_becomes_means_and_a_short_one_stays() -> None:
    short = [(float(i), float(i % 2)) for i in range(50)]
    assert _means(short) == short
    long = [(float(i), float(i % 2)) for i in range(1000)]
    assert len(_means(long)) == 100
    assert {y for _, y in _means(long)} == {0.5}


def test_a_run_with_a_hostile_name_is_escaped_and_shows_its_stages(tmp_path: Path) -> None:
    run = tmp_path / "<script>alert(1)<script>"
    Artifact.create(run / "corpus", "corpus", settings={}, inputs={}).close()
    (run / "checkpoints" / "cpt").mkdir(parents=True)
    rows = [json.dumps({"step": i, "loss": 5.0 - i / 10}) for i in range(1, 30)]
    (run / "checkpoints" / "cpt" / "metrics.jsonl").write_text("\n".join([*rows, "{torn"]))
    summary = {
        "stages": [STAGE],
        "evaluations": {"init": {"bits_per_byte": {"value": 4.0}}},
        "universe": True,
    }
    write_run_report(run, summary, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "cpt: loss by update" in page
    assert "The filings are invented" in page
    assert "-3.1000 to -2.9000" in page
