"""README says what is: its tables are those of the stored results, its links lead somewhere."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def tables() -> object:
    spec = importlib.util.spec_from_file_location(
        "readme_tables", ROOT / "benchmarks" / "readme_tables.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_tables_are_those_of_the_stored_runs() -> None:
    module = tables()
    for path in module.PAGES:  # type: ignore[attr-defined]
        page = path.read_text(encoding="utf-8")
        assert module.rewritten(page) == page, "run `python benchmarks/readme_tables.py`"  # type: ignore[attr-defined]
    for name in ("demo", "filings"):
        found = tables().newest(name)  # type: ignore[attr-defined]
        assert found is not None
        for key in ("command", "date", "commit", "machine", "stages"):
            assert found[key]


def test_links_lead_to_files() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        if not target.startswith("http"):
            assert (ROOT / target).exists(), target


def test_the_readme_shows_every_command() -> None:
    for words in (
        "run", "invent", "build", "synth run", "synth validate", "shard build", "shard inspect",
        "train", "evaluate", "explain", "doctor",
    ):  # fmt: skip
        assert f"qhdata {words}" in README


def test_results_are_dated_and_carry_their_command() -> None:
    for path in (ROOT / "benchmarks" / "results").glob("*.json"):
        assert re.match(r"\d{4}-\d\d-\d\d-[a-z0-9-]+\.json$", path.name)
        row = json.loads(path.read_text(encoding="utf-8"))
        assert row["command"]
        assert row["date"]
