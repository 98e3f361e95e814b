"""What people give by mistake: each ends in one line that says what, where and how to mend it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "qhdata" / "extract"))
from mutations import mutate

from pipelines.cli import main
from qhdata.artifact import Artifact
from qhdata.records import FileRow, Quarantined, from_batch
from qhdata.universe.universe import invent

RECIPE = "corpus:\n  tag: [language]\n  dedup: [exact]\n  quarantine_limit: 1.0\n"
GOOD = (
    "<html><body><p>UNITED STATES SECURITIES AND EXCHANGE COMMISSION</p><p>FORM 10-K</p>"
    "<p>Item 1. Business</p><p>Tallorn Inc. makes valves for water works and sells them.</p>"
    "<table><tr><td>Revenue</td><td>$</td><td>47</td></tr></table></body></html>"
)


def run(*args: object, **kwargs: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "qhdata", *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, timeout=240, **kwargs)  # type: ignore[call-overload,no-any-return]


def refused(done: subprocess.CompletedProcess[str], *says: str, code: int = 2) -> None:
    lines = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert done.returncode == code, done.stderr
    assert len(lines) == 1, done.stderr
    assert "Traceback" not in done.stderr
    for word in says:
        assert word in lines[0]


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "recipe.yaml"
    path.write_text(RECIPE)
    return path


def build(tmp_path: Path, recipe: Path, source: Path) -> subprocess.CompletedProcess[str]:
    return run("build", source, "-o", tmp_path / "corpus", "--recipe", recipe, "-w", 1)


def quarantined(corpus: Path) -> dict[str, str]:
    rows = from_batch(Quarantined, Artifact.open(corpus).table("quarantine"))
    return {row.unit_id: row.error for row in rows}


def test_a_missing_path(tmp_path: Path, recipe: Path) -> None:
    refused(build(tmp_path, recipe, tmp_path / "nowhere"), "nowhere")


def test_an_empty_folder(tmp_path: Path, recipe: Path) -> None:
    (tmp_path / "empty").mkdir()
    refused(build(tmp_path, recipe, tmp_path / "empty"), "empty")


def test_a_folder_with_no_filing(tmp_path: Path, recipe: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    done = build(tmp_path, recipe, folder)
    assert done.returncode in (2, 3), done.stderr
    refused(done, "photos" if done.returncode == 2 else "corpus", code=done.returncode)


def test_files_that_are_no_filings_are_quarantined_by_name_beside_a_good_one(
    tmp_path: Path, recipe: Path
) -> None:
    folder = tmp_path / "raw"
    folder.mkdir()
    (folder / "good.htm").write_text(GOOD)
    (folder / "zero.htm").write_bytes(b"")
    (folder / "report.htm").write_bytes(b"%PDF-1.4\n" + b"x" * 500 + b"\n%%EOF\n")
    (folder / "cut.htm").write_text(GOOD[: GOOD.index("valves")] + '<td class="nu')
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 64)
    deep = "<table><tr><td>" * 50 + "deep 12,345" + "</td></tr></table>" * 50
    (folder / "deep.htm").write_text(f"<html><body><p>Nested</p>{deep}</body></html>")
    done = build(tmp_path, recipe, folder)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    corpus = Artifact.open(tmp_path / "corpus")
    errors = {Path(unit).name: error for unit, error in quarantined(tmp_path / "corpus").items()}
    assert {"zero.htm", "report.htm", "binary.txt", "cut.htm"} <= set(errors), errors
    assert "good.htm" not in errors
    assert "deep.htm" not in errors
    files = {Path(f.file_id).name: f.outcome for f in from_batch(FileRow, corpus.table("files"))}
    assert files["good.htm"] == "parsed"
    texts = corpus.table("documents", ["text"]).column("text").to_pylist()
    assert any("deep 12,345" in text for text in texts)
    extract = next(s for s in corpus.manifest["steps"] if s["name"] == "extract")
    assert extract["rows_in"] == 6
    assert extract["rows_quarantined"] == 4


def test_sixty_damaged_filings_each_have_an_outcome(tmp_path: Path, recipe: Path) -> None:
    invent(tmp_path / "universe", filers=3, seed=5, years=2)
    sources = sorted(p for p in (tmp_path / "universe" / "filings" / "edgar").rglob("*.txt"))
    folder = tmp_path / "raw"
    folder.mkdir()
    for seed in range(60):
        source = sources[seed % len(sources)]
        (folder / f"{seed:03d}.txt").write_bytes(mutate(source.read_bytes(), seed).data)
    done = run("build", folder, "-o", tmp_path / "corpus", "--recipe", recipe, "-w", 2)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    corpus = Artifact.open(tmp_path / "corpus")
    rows = from_batch(FileRow, corpus.table("files"))
    assert len(rows) == len({row.file_id for row in rows}) == 60
    errors = quarantined(tmp_path / "corpus")
    for row in rows:
        assert row.outcome in ("parsed", "same_bytes", "quarantined")
        assert (row.outcome == "quarantined") == (row.file_id in errors)
    extract = next(s for s in corpus.manifest["steps"] if s["name"] == "extract")
    assert extract["rows_in"] == 60
    assert not {"worker_died", "time_limit", "MemoryError"} & set(errors.values())
    recipe.write_text(RECIPE.replace("1.0", "0.01"))
    refused(build(tmp_path / "again", recipe, folder), "quarantined", code=3)


def test_more_quarantined_than_the_recipe_allows_is_exit_code_three(
    tmp_path: Path, recipe: Path
) -> None:
    recipe.write_text(RECIPE.replace("1.0", "0.2"))
    folder = tmp_path / "raw"
    folder.mkdir()
    (folder / "good.htm").write_text(GOOD)
    (folder / "zero.htm").write_bytes(b"")
    refused(build(tmp_path, recipe, folder), "quarantined 1 of 2", code=3)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has the privileges that this test drops")
def test_a_file_that_may_not_be_read_is_quarantined(tmp_path: Path, recipe: Path) -> None:
    folder = tmp_path / "raw"
    folder.mkdir()
    (folder / "good.htm").write_text(GOOD)
    (folder / "secret.htm").write_text(GOOD.replace("47", "48"))
    (folder / "secret.htm").chmod(0o000)
    done = build_as_nobody(tmp_path, recipe, folder)
    assert done.returncode == 0, done.stderr
    assert list(quarantined(tmp_path / "corpus").values()) == ["unreadable"]


def test_every_file_has_its_outcome(tmp_path: Path, recipe: Path) -> None:
    folder = tmp_path / "raw"
    folder.mkdir()
    (folder / "good.htm").write_text(GOOD)
    (folder / "twin.htm").write_text(GOOD)
    (folder / "zero.htm").write_bytes(b"")
    (folder / "torn.htm").symlink_to("nowhere")
    (folder / os.fsdecode(b"bad\xff.htm")).write_text(GOOD + " ")
    done = build(tmp_path, recipe, folder)
    assert done.returncode == 0, done.stderr
    assert "3 rows quarantined" in done.stdout
    corpus = Artifact.open(tmp_path / "corpus")
    outcomes = {row.file_id: row.outcome for row in from_batch(FileRow, corpus.table("files"))}
    assert outcomes == {
        "raw/bad\\xff.htm": "quarantined",
        "raw/good.htm": "parsed",
        "raw/torn.htm": "quarantined",
        "raw/twin.htm": "same_bytes",
        "raw/zero.htm": "quarantined",
    }
    for name, says in (("torn.htm", "a link to nowhere"), ("zero.htm", "empty_file")):
        told = run("explain", name, tmp_path / "corpus").stdout
        assert "QUARANTINED" in told
        assert says in told


@pytest.mark.parametrize("flag", [(), ("--plan",)])
def test_an_output_inside_a_source_is_refused_before_work(
    tmp_path: Path, recipe: Path, flag: tuple[str, ...]
) -> None:
    (tmp_path / "good.htm").write_text(GOOD)
    done = run("build", tmp_path, "-o", tmp_path / "corpus", "--recipe", recipe, "-w", 1, *flag)
    refused(done, "corpus", "inside the source")
    assert not (tmp_path / "corpus").exists()


def build_as_nobody(tmp_path: Path, recipe: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Build in a process that cannot override file modes: without root's capabilities."""
    code = (
        "import ctypes, sys\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH\n"
        "    libc.prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP\n"
        "import os\n"
        "os.execv(sys.executable, [sys.executable, '-m', 'qhdata', *sys.argv[1:]])\n"
    )
    args = ["build", folder, "-o", tmp_path / "corpus", "--recipe", recipe, "-w", "1"]
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, args)], capture_output=True, text=True, timeout=240
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("corpus:\n  tagz: [language]\n", "unknown setting 'tagz'"),
        ("corpus:\n  quarantine_limit: lots\n", "quarantine_limit"),
        ("corpus:\n  tag: [langage]\n", "did you mean 'language'?"),
        ("corpus:\n  select:\n    - {tag: language}\n", "corpus.select.0"),
        ("corpus: [1, 2\n", "not YAML"),
        ("corpus:\n  tag: [language]\n  tag: [doc_length]\n", "the key 'tag' stands twice"),
        ("corpus:\n  tag: [language, {language: {}}]\n", "'language' is listed twice"),
        ("corpus:\n  dedup: [exact, exact]\n", "'exact' is listed twice"),
        ("corpus:\n  dedup: [{minhash: {bands: 0}}]\n", "minhash.bands"),
        ("corpus:\n  dedup: [{minhash: {threshold: 60}}]\n", "minhash.threshold"),
        ("corpus:\n  tag: [{language: {least_score: 40}}]\n", "language.least_score"),
        ("corpus:\n  splits: {dev: 0.6, test: 0.5}\n", "leave nothing to train on"),
        ("corpus:\n  splits: {dev: -0.1}\n", "below 0"),
        ("corpus:\n  splits: {test_from: 01/06/2024}\n", "is no date"),
        ('corpus:\n  splits: {test_from: "20240601"}\n', "is no date"),
    ],
)
def test_a_wrong_recipe(tmp_path: Path, recipe: Path, text: str, says: str) -> None:
    recipe.write_text(text)
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "good.htm").write_text(GOOD)
    refused(build(tmp_path, recipe, tmp_path / "raw"), says)
    assert not (tmp_path / "corpus").exists()


def test_a_folder_of_another_recipe_or_another_tool(tmp_path: Path, recipe: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "good.htm").write_text(GOOD)
    assert build(tmp_path, recipe, raw).returncode == 0
    recipe.write_text(RECIPE.replace("[language]", "[language, doc_length]"))
    refused(build(tmp_path, recipe, raw), "corpus", "'tag'")
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "thesis.doc").write_text("x")
    done = run("build", raw, "-o", theirs, "--recipe", recipe)
    refused(done, "did not write")
    assert [p.name for p in theirs.iterdir()] == ["thesis.doc"]


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["synth", "run", "reasoning", "-c", "{}/none", "-o", "{}/s"], "no such folder"),
        (["synth", "run", "poetry", "-c", "{}", "-o", "{}/s"], "poetry"),
        (["build", "{}", "-o", "{}/c", "-w", "-3"], "-3 processes cannot work"),
        (["synth", "validate", "{}"], "not a folder that qhdata wrote"),
        (["shard", "inspect", "{}"], "not a folder that qhdata wrote"),
        (["shard", "build", "{}", "-o", "{}/x", "--kind", "cpt", "--tokenizer", "{}/t"], "{}"),
        (["train", "{}/none.yaml", "-o", "{}/t"], "no such recipe"),
        (["evaluate", "{}", "--on", "{}"], "no model"),
        (["explain", "x", "{}"], "nothing that qhdata wrote"),
        (["run", "{}/none.yaml", "-o", "{}/r"], "no such recipe"),
        (["invent", "{}/../theirs", "--filers", "0"], "filers"),
    ],
)
def test_other_commands_refuse_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], args: list[str], says: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([arg.replace("{}", str(tmp_path)) for arg in args])
    lines = capsys.readouterr().err.strip().splitlines()
    assert ended.value.code == 2
    assert len(lines) == 1
    assert lines[0].startswith("error: ")
    assert says.replace("{}", str(tmp_path)) in lines[0]
