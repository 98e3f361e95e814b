"""What a machine or a hand does to a corpus: each ends in one line, and nothing is lost by it."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from test_bad_input import GOOD, RECIPE, build, build_as_nobody, refused, run

from qhdata.artifact import Artifact
from qhdata.durable import lock

pytestmark = pytest.mark.slow  # whole builds; the manifest and the lock alone: test_artifact.py


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "recipe.yaml"
    path.write_text(RECIPE)
    return path


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """Seventy pages, three chunks."""
    folder = tmp_path / "raw"
    folder.mkdir()
    for n in range(70):
        more = "".join(f"<p>Valve {n * k * 7919} was sold in {1990 + k}.</p>" for k in range(40))
        (folder / f"{n:02d}.htm").write_text(GOOD.replace("47", f"{n}.4").replace("<table", more
                                                          + "<table"))  # fmt: skip
    return folder


def digests(corpus: Path) -> dict[str, str]:
    return {name: part.digest for name, part in Artifact.open(corpus).parts.items()}


def everything(folder: Path) -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_full_disk_is_code_4_and_the_same_command_goes_on_to_the_same_rows(
    tmp_path: Path, recipe: Path, raw: Path
) -> None:
    assert build(tmp_path, recipe, raw).returncode == 0
    whole = tmp_path / "whole"
    (tmp_path / "corpus").rename(whole)
    largest = max(p.stat().st_size for p in whole.rglob("documents/*.parquet"))
    command = ["build", raw, "-o", tmp_path / "corpus", "--recipe", recipe, "-w", 2]
    for most in (2_000, largest - 1):  # the first commit, then a chunk's documents, does not fit
        done = run(
            *command, preexec_fn=lambda m=most: resource.setrlimit(resource.RLIMIT_FSIZE, (m, m))
        )
        refused(done, "too large", code=4)
    # half done and another recipe: refused, and what is there stays
    before = everything(tmp_path / "corpus")
    recipe.write_text(RECIPE.replace("[language]", "[language, doc_length]"))
    refused(build(tmp_path, recipe, raw), "'tag'")
    assert everything(tmp_path / "corpus") == before
    recipe.write_text(RECIPE)
    assert run(*command).returncode == 0
    assert digests(tmp_path / "corpus") == digests(whole)


def test_a_manifest_that_lies_is_refused_and_the_commits_mend_it(
    tmp_path: Path, recipe: Path, raw: Path
) -> None:
    assert build(tmp_path, recipe, raw).returncode == 0
    corpus = tmp_path / "corpus"
    wanted = digests(corpus)
    truth = (corpus / "manifest.json").read_text()
    lie = json.loads(truth)
    lie["parts"]["documents"]["files"].pop()  # a chunk that nobody would miss
    (corpus / "manifest.json").write_text(json.dumps(lie))
    refused(build(tmp_path, recipe, raw), "documents", "--restart-from")
    command = ["build", raw, "-o", corpus, "--recipe", recipe, "--restart-from", "select"]
    assert run(*command).returncode == 0
    assert digests(corpus) == wanted
    (corpus / "manifest.json").write_text(truth[: len(truth) // 2])
    before = everything(corpus)
    refused(build(tmp_path, recipe, raw), "manifest.json")
    assert everything(corpus) == before
    (corpus / "manifest.json").write_text(truth)
    victim = min((corpus / "documents").glob("*.parquet"))  # 00.htm is in it
    victim.rename(tmp_path / "aside")
    refused(build(tmp_path, recipe, raw), victim.name, "is missing")
    refused(run("explain", "00.htm", corpus), victim.name, "is missing")


def test_a_second_run_into_one_folder_is_told_of_the_first(
    tmp_path: Path, recipe: Path, raw: Path
) -> None:
    (tmp_path / "corpus").mkdir()
    held = lock(tmp_path / "corpus")
    refused(build(tmp_path, recipe, raw), "is being written by another process")
    held.close()
    assert build(tmp_path, recipe, raw).returncode == 0
    wanted = digests(tmp_path / "corpus")
    held = lock(tmp_path / "corpus")
    refused(build(tmp_path, recipe, raw), "is being written by another process")
    held.close()
    assert digests(tmp_path / "corpus") == wanted


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has the privileges that this test drops")
def test_an_output_that_may_not_be_written_is_refused_and_left_as_it_is(
    tmp_path: Path, recipe: Path, raw: Path
) -> None:
    tmp_path.chmod(0o555)
    try:
        refused(build_as_nobody(tmp_path, recipe, raw), "corpus", "cannot be written")
        tmp_path.chmod(0o755)
        assert build(tmp_path, recipe, raw).returncode == 0
        corpus = tmp_path / "corpus"
        before = everything(corpus)
        for path in (corpus, *corpus.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        refused(build_as_nobody(tmp_path, recipe, raw), "corpus", "cannot be written")
        assert everything(corpus) == before
    finally:
        for path in (tmp_path, *tmp_path.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)


def test_a_disk_that_sparks_spill_fills_is_code_4_and_the_resumed_corpus_is_the_same(
    tmp_path: Path, recipe: Path, raw: Path
) -> None:
    """The spill lies on a file system of 96 kB, in a mount name space of the build's own."""
    recipe.write_text(RECIPE.replace("[exact]", "[exact, minhash]"))
    out = tmp_path / "corpus"
    (out / "_spill").mkdir(parents=True)
    mount = f"mount -t tmpfs -o size=96k tmpfs {out / '_spill'}"
    inside = ["unshare", "-m", "sh", "-c", f'{mount} && exec "$@"', "sh", sys.executable]
    if subprocess.run(["unshare", "-m", "sh", "-c", mount], capture_output=True).returncode:
        pytest.skip("no file system may be mounted here")
    options = ["build", raw, "-o", out, "--recipe", recipe, "--engine", "spark"]
    command = ["-m", "qhdata", *map(str, options), "--master", "local[2]"]
    done = subprocess.run([*inside, *command], capture_output=True, text=True, timeout=300)
    refused(done, "Spark gave up", "No space left", code=4)
    assert "\n\tat " not in done.stderr
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    own = tmp_path / "local"
    assert run("build", raw, "-o", own, "--recipe", recipe, "-w", 2).returncode == 0
    assert digests(out) == digests(own)
