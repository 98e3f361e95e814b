"""The mini corpus and what is built from it, once a session."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from qhdata.artifact import Artifact
from qhdata.factstore.build import build_store
from qhdata.factstore.store import FactStore
from qhdata.synth.material import Material, Split
from qhdata.synth.settings import SynthSettings

collect_ignore = [] if os.environ.get("QHDATA_PEERS") else ["peers"]  # make peers


@pytest.fixture(scope="session")
def mini() -> ModuleType:
    spec = importlib.util.spec_from_file_location("mini", Path(__file__).with_name("mini.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def corpus(mini: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    found: Artifact = mini.mini_corpus(tmp_path_factory.mktemp("mini") / "corpus")
    return found


@pytest.fixture(scope="session")
def store(corpus: Artifact, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FactStore]:
    with build_store(corpus, tmp_path_factory.mktemp("store") / "facts.sqlite") as opened:
        yield opened


@pytest.fixture(scope="session")
def material(corpus: Artifact, store: FactStore) -> Callable[..., Material]:
    def make(
        split: Split = "train", settings: SynthSettings | None = None, seed: int = 0
    ) -> Material:
        return Material(corpus, store, settings or SynthSettings(), split, seed)

    return make


@pytest.fixture(scope="session")
def texts(corpus: Artifact) -> dict[str, tuple[str, str]]:
    return {
        row["doc_id"]: (row["text"], row["text_sha256"])
        for _, batch in corpus.batches("documents", ["doc_id", "text", "text_sha256"])
        for row in batch.to_pylist()
    }
