"""`qhdata invent`: one run, its plan, and a refused folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.cli import main


def run(*args: str) -> int:
    try:
        main(["invent", *args])
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def test_a_run_writes_two_sources_and_says_what_to_type_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "u"
    assert run(str(out), "--filers", "3", "--seed", "5", "--years", "2") == 0
    last = capsys.readouterr().out.strip().splitlines()[-1]
    truth = json.loads((out / "truth.json").read_bytes())
    assert truth["settings"] == {"filers": 3, "seed": 5, "years": 2}
    assert f"{truth['counts']['filings']} filings of 3 filers" in last
    assert last.endswith(f"qhdata build {out}/filings {out}/general -o corpus")
    assert (out / "filings").is_dir()
    assert (out / "general").is_dir()


def test_a_plan_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(str(tmp_path / "u"), "--filers", "240", "--plan") == 0
    said = capsys.readouterr().out
    assert "240 filers" in said
    assert "MB on disk" in said
    assert not (tmp_path / "u").exists()


def test_a_folder_of_somebody_else_is_one_line_and_exit_code_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert run(str(tmp_path)) == 2
    error = capsys.readouterr().err.strip()
    assert len(error.splitlines()) == 1
    assert "did not write" in error
    assert "new or empty folder" in error
