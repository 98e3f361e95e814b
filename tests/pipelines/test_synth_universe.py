"""The chain on invented filings: invented, read, extracted, selected; then facts, figures and
problems from them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.synth import run_kind
from qhdata.artifact import Artifact
from qhdata.factstore.build import build_store
from qhdata.synth.settings import Limits, SynthSettings
from qhdata.synth.validate import validate_set

FEW = Limits(train=60, dev=20, test=20)
BRIEF = SynthSettings(
    knowledge=FEW, instruct=FEW, reasoning=FEW, general=FEW, context_rows=2,
    context_style="lines", wording="brief", reasoning_in="content", max_digits=2,
)  # fmt: skip
FULL = SynthSettings(knowledge=FEW, instruct=FEW, reasoning=FEW, general=FEW)


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    corpus = pytest.importorskip("pipelines.corpus")
    from qhdata.universe.universe import invent

    folder = tmp_path_factory.mktemp("universe")
    invent(folder / "u", filers=5, seed=3)
    found: Artifact = corpus.build_corpus(
        corpus.CorpusSettings(), [folder / "u" / "filings"], folder / "corpus", workers=1
    )
    return found


@pytest.mark.slow
@pytest.mark.parametrize("settings", [FULL, BRIEF], ids=["full", "brief"])
@pytest.mark.parametrize("kind", ["knowledge", "instruct", "reasoning", "general"])
def test_every_kind_comes_out_of_invented_filings_without_a_fault(
    kind: str, settings: SynthSettings, invented: Artifact, tmp_path: Path
) -> None:
    made = run_kind(kind, invented, tmp_path / kind, settings, seed=1)
    assert made.manifest["steps"][-1]["rows_kept"] >= 60
    assert all(row["faulty"] == 0 for row in validate_set(made, invented).values())


@pytest.mark.slow
def test_most_figures_of_invented_statements_are_used(invented: Artifact, tmp_path: Path) -> None:
    store = build_store(invented, tmp_path / "facts.sqlite")
    shown = store.connection.execute(
        "SELECT count(*) FROM facts WHERE kind = 'number' AND start IS NOT NULL"
    ).fetchone()[0]
    known = store.connection.execute(
        "SELECT count(DISTINCT fact_id) FROM figures WHERE fact_id IS NOT NULL"
    ).fetchone()[0]
    assert known > 0.7 * shown
