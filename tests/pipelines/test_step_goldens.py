"""Output that changes without a version bump fails here: a golden digest for each step@version.

`make goldens` writes tests/golden/step_digests.json anew, and refuses where a step's output changed
under the same version, input and earlier steps.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from pipelines.build import read_settings
from pipelines.corpus import build_corpus
from pipelines.options import DEMO
from qhdata.artifact import Artifact
from qhdata.universe import invent

GOLDEN = Path(__file__).parents[1] / "golden" / "step_digests.json"
LEFT_OUT = ("finance",)
"""The classifier's floats may differ in the last bit from one processor to another."""


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> dict[str, object]:
    path = tmp_path_factory.mktemp("goldens")
    invent(path / "u", filers=3, seed=11, years=2)
    corpus = build_corpus(
        read_settings(DEMO, ("corpus.finance.train=false",)),
        [path / "u" / "filings", path / "u" / "general"],
        path / "c",
        workers=1,
        on_note=lambda _line: None,
    )
    return digests_of(corpus)


def digests_of(corpus: Artifact) -> dict[str, object]:
    """Inputs, and of each step in order the digests of what it wrote."""
    steps = {}
    for step in corpus.manifest["steps"]:
        parts: dict[str, int] = {}
        for name, part in corpus.parts.items():
            own = [f for f in part.files if Path(f.path).name.startswith(f"{step['id']}.")]
            if own:
                plain = name.split("-")[0] if name.startswith("tags/") else name
                parts[plain] = sum(int(f.digest, 16) for f in own) % (1 << 128)
        if parts and step["name"] not in LEFT_OUT:
            digests = {name: f"{value:032x}" for name, value in sorted(parts.items())}
            steps[f"{step['name']}@{step['version']}"] = digests
    return {"inputs": corpus.manifest["inputs"], "steps": steps}


def unbumped(golden: dict, found: dict) -> list[str]:
    """Steps whose output is another under the same version, input and earlier steps."""
    if golden.get("inputs") != found["inputs"]:
        return []
    for name, digests in found["steps"].items():
        if name not in golden["steps"]:
            return []  # bumped or new: all that comes later may follow from it
        if golden["steps"][name] != digests:
            return [name]
    return []


def test_golden_output_of_each_step_changes_only_with_its_version(found):
    golden = json.loads(GOLDEN.read_text()) if GOLDEN.exists() else {}
    changed = unbumped(golden, found)
    assert not changed, f"output of {changed[0]} changed: bump its version, then make goldens"
    if os.environ.get("QHDATA_WRITE_GOLDENS"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(json.dumps(found, indent=1) + "\n")
        golden = found
    assert golden == found, "a step is new or bumped, or the universe changed: run make goldens"


def test_a_changed_output_is_told_from_a_bumped_version_and_from_another_input(found):
    first, *_, last = found["steps"]
    other = {**found["steps"], last: {"part": "0"}}
    assert unbumped({**found, "steps": other}, found) == [last]
    assert unbumped({"inputs": {}, "steps": other}, found) == []
    bumped = {name: d for name, d in other.items() if name != first}
    assert unbumped({**found, "steps": bumped}, found) == []
