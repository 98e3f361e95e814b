"""One recipe, every engine: the parts of a corpus are the same, digest by digest."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipelines.build import read_settings
from pipelines.corpus import build_corpus
from pipelines.options import DEMO
from qhdata.artifact import Artifact
from qhdata.engines.launch import LaunchEngine
from qhdata.engines.local import LocalEngine
from qhdata.engines.spark import SparkEngine
from qhdata.universe import invent

pytestmark = pytest.mark.slow

REAL = Path(os.environ.get("QHDATA_REAL", Path(__file__).parents[3] / "shared" / "data"))


def built(sources: list[Path], out: Path, engine) -> dict[str, str]:
    corpus = build_corpus(
        read_settings(DEMO), sources, out, engine=engine, on_note=lambda _line: None
    )
    return digests(corpus)


def digests(corpus: Artifact) -> dict[str, str]:
    return {name: part.digest for name, part in corpus.parts.items()}


def engines(path: Path):
    yield "two workers", LocalEngine(workers=2)
    yield "spark", SparkEngine(master="local[2]", scratch=path / "spill")
    yield "ray", LaunchEngine("ray", tasks=2)


@pytest.fixture(scope="module")
def ray_cluster():
    import ray

    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    yield
    ray.shutdown()


def test_the_universe_gives_the_same_parts_on_every_engine(tmp_path, ray_cluster):
    invent(tmp_path / "u", filers=4, seed=3, years=2)
    sources = [tmp_path / "u" / "filings", tmp_path / "u" / "general"]
    wanted = built(sources, tmp_path / "one", LocalEngine(workers=1))
    assert wanted["clusters"]
    assert wanted["documents"]
    for name, engine in engines(tmp_path):
        assert built(sources, tmp_path / name.replace(" ", "-"), engine) == wanted, name


def test_the_order_of_the_sources_is_not_seen(tmp_path):
    invent(tmp_path / "u", filers=3, seed=4, years=2)
    filings, general = tmp_path / "u" / "filings", tmp_path / "u" / "general"
    one = built([filings, general], tmp_path / "a", LocalEngine(workers=1))
    assert built([general, filings], tmp_path / "b", LocalEngine(workers=1)) == one


@pytest.mark.real
@pytest.mark.skipif(not REAL.is_dir(), reason="the real filings are not here")
def test_all_real_filings_give_the_same_parts_on_spark(tmp_path):
    sources = [REAL / "filings" / "sec", REAL / "filings" / "cn"]
    wanted = built(sources, tmp_path / "one", LocalEngine(workers=2))
    spark = SparkEngine(master="local[2]", scratch=tmp_path / "spill")
    assert built(sources, tmp_path / "spark", spark) == wanted
