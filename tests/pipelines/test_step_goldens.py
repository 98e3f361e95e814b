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
from qhdata.dedup import DEDUP
from qhdata.taggers import TAGGERS
from qhdata.universe import invent

GOLDEN = Path(__file__).parents[1] / "golden" / "step_digests.json"
LEFT_OUT = ("finance",)
"""The classifier's floats may differ in the last bit from one processor to another."""
QUESTION = {
    "question": "is a party to claims that arise in the ordinary course",
    "accession": "0009011000-23-000001",
}
"""Words and a filing of the universe, so that contamination has something to find."""


def every_step(path: Path) -> tuple[str, ...]:
    """Settings that name all taggers and dedup rules; those beside the demo's do most that they
    can.
    """
    (path / "asked").mkdir()
    (path / "asked" / "set.json").write_text(json.dumps(QUESTION))
    more: dict[str, object] = {
        "pii": {"action": "redact", "companys": True},
        "contamination": {"against": str(path / "asked"), "words": 8},
        "paragraphs": {"action": "cut"},
    }
    tags = [name for name in TAGGERS if name != "topic"]  # of which none is shipped
    lists = {"tag": tags, "dedup": list(DEDUP)}
    return "corpus.finance.train=false", *(
        f"corpus.{key}={json.dumps([{n: more[n]} if n in more else n for n in names])}"
        for key, names in lists.items()
    )


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> dict[str, object]:
    path = tmp_path_factory.mktemp("goldens")
    invent(path / "u", filers=3, seed=11, years=2)
    corpus = build_corpus(
        read_settings(DEMO, every_step(path)),
        [path / "u" / "filings", path / "u" / "general"],
        path / "c",
        workers=1,
        on_note=lambda _line: None,
    )
    return digests_of(corpus)


def digests_of(corpus: Artifact) -> dict[str, object]:
    """Inputs, and of each step in order the digests of what it wrote."""
    steps: dict[str, dict[str, str]] = {}
    # The plan says where the files of this run lie; keys and edges are the same in every run.
    names = [n for n in (*corpus.manifest["parts"], *corpus.manifest["internal"]) if n != "plan"]
    for step in corpus.manifest["steps"]:
        parts: dict[str, int] = {}
        for name in names:
            files = corpus.part(name).files
            own = [f for f in files if Path(f.path).name.startswith(f"{step['id']}.")]
            if own:
                plain = name.split("-")[0] if "@" in name else name
                parts[plain] = sum(int(f.digest, 16) for f in own) % (1 << 128)
        if parts and step["name"] not in LEFT_OUT:
            digests = {name: f"{value:032x}" for name, value in sorted(parts.items())}
            steps.setdefault(f"{step['name']}@{step['version']}", {}).update(digests)
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


def test_the_golden_has_every_tagger_and_dedup_rule_with_something_to_find(found):
    known = {name.split("@")[0] for name in found["steps"]}
    assert {*TAGGERS, *DEDUP, "clusters"} - known == {"finance", "topic"}
    nothing = f"{0:032x}"
    wrote = {part for parts in found["steps"].values() for part, d in parts.items() if d != nothing}
    assert {"edits", "contamination", "clusters"} <= wrote


def test_a_changed_output_is_told_from_a_bumped_version_and_from_another_input(found):
    first, *_, last = found["steps"]
    other = {**found["steps"], last: {"part": "0"}}
    assert unbumped({**found, "steps": other}, found) == [last]
    assert unbumped({"inputs": {}, "steps": other}, found) == []
    bumped = {name: d for name, d in other.items() if name != first}
    assert unbumped({**found, "steps": bumped}, found) == []
