"""A corpus that is built again: over more files, fewer, changed ones, or from a later step on."""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from test_build import RECIPE, sources

from pipelines import corpus as chain
from pipelines.corpus import build_corpus
from pipelines.corpus_settings import CorpusSettings
from pipelines.select import select as decide
from qhdata.artifact import Artifact
from qhdata.errors import ForeignRecipe, UserError
from qhdata.recipe import parse
from qhdata.render import kept_texts


def settings_of(**changes) -> CorpusSettings:
    return parse(CorpusSettings, {**RECIPE, **changes}, "test")


def build(*folders: Path, out: Path, restart_from: str = "", note=lambda _line: None, **changes):
    return build_corpus(
        settings_of(**changes), folders, out, workers=1, restart_from=restart_from, on_note=note
    )


def digests(corpus: Artifact) -> dict[str, str]:
    return {name: part.digest for name, part in corpus.parts.items()}


def blinded(folder: Path) -> None:
    """Other bytes under the size and time that the files had: whoever reads them is found out."""
    for path in folder.rglob("*"):
        if path.is_file():
            state = path.stat()
            path.write_bytes(b"\0" * state.st_size)
            os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))


def test_a_grown_corpus_is_the_one_that_is_built_from_nothing_and_reads_only_what_is_new(tmp_path):
    filings, general = sources(tmp_path)
    fresh = digests(build(filings, general, out=tmp_path / "fresh"))
    build(filings, out=tmp_path / "grown")
    blinded(filings)
    told = []
    grown = build(filings, general, out=tmp_path / "grown", note=told.append)
    assert digests(grown) == fresh
    assert any("16 files are new, 0 are gone" in line for line in told)


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_files_that_come_change_and_go_leave_the_parts_of_a_build_from_nothing(
    tmp_path_factory, data
):
    path = tmp_path_factory.mktemp("growth")
    filings, general = sources(path)
    names = sorted(p.name for p in filings.iterdir())
    held = {p.name: p.read_bytes() for p in filings.iterdir()}
    rng = random.Random(data.draw(st.integers(0, 10**6)))
    for name in rng.sample(names, 9):
        (filings / name).unlink()
    build(filings, general, out=path / "grown")
    for _ in range(2):
        for name in rng.sample(names, 8):
            file = filings / name
            if file.exists() and rng.random() < 0.4:
                file.unlink()
            elif rng.random() < 0.5:
                file.write_bytes(held[rng.choice(names)])  # a copy, or what was there
            else:
                file.write_bytes(held[name] + b"\nOne more sentence about revenue and net income.")
        grown = digests(build(filings, general, out=path / "grown"))
    assert grown == digests(build(filings, general, out=path / "fresh"))


def test_a_build_that_was_killed_while_it_grew_goes_on(tmp_path, monkeypatch):
    filings, general = sources(tmp_path)
    fresh = digests(build(filings, general, out=tmp_path / "fresh"))
    build(filings, out=tmp_path / "grown")
    work = chain._map
    calls = []

    def dies(engine, step, corpus, tell):
        calls.append(step.name)
        if step.name == "doc_length":
            raise KeyboardInterrupt
        return work(engine, step, corpus, tell)

    monkeypatch.setattr(chain, "_map", dies)
    with pytest.raises(KeyboardInterrupt):
        build(filings, general, out=tmp_path / "grown")
    monkeypatch.undo()
    assert digests(build(filings, general, out=tmp_path / "grown")) == fresh


def test_a_few_files_of_one_chunk_may_change_and_go_too(tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()
    for n in range(3):
        (raw / f"{n}.txt").write_text(f"The company sold {n} machines in the year, said the board.")
    build(raw, out=tmp_path / "c", tag=["language"], select=[])
    (raw / "0.txt").write_text("The company sold its machines and the land that they stood on.")
    (raw / "2.txt").unlink()
    grown = digests(build(raw, out=tmp_path / "c", tag=["language"], select=[]))
    assert grown == digests(build(raw, out=tmp_path / "fresh", tag=["language"], select=[]))


def test_sources_that_have_nothing_in_common_with_the_corpus_are_refused(tmp_path):
    filings, general = sources(tmp_path)
    build(filings, out=tmp_path / "c", tag=["language"], select=[])
    with pytest.raises(ForeignRecipe, match="another input"):
        build(general, out=tmp_path / "c", tag=["language"], select=[])


def test_a_changed_setting_is_refused_by_name_with_the_steps_that_can_be_done_again(tmp_path):
    filings, general = sources(tmp_path)
    build(filings, general, out=tmp_path / "c")
    with pytest.raises(ForeignRecipe, match=r"setting 'dedup'.*--restart-from.* clusters"):
        build(filings, general, out=tmp_path / "c", dedup=["exact"])


def test_restart_from_reuses_what_comes_before_and_equals_a_build_from_nothing(tmp_path):
    filings, general = sources(tmp_path)
    changed = {"dedup": ["exact", {"minhash": {"threshold": 0.9}}, "amendments"]}
    fresh = digests(build(filings, general, out=tmp_path / "fresh", **changed))
    build(filings, general, out=tmp_path / "c")
    for folder in (filings, general):
        blinded(folder)
    again = build(filings, general, out=tmp_path / "c", restart_from="minhash", **changed)
    assert digests(again) == fresh
    assert [s["name"] for s in again.manifest["steps"]].count("extract") == 1


def test_restart_from_a_step_after_the_one_that_changed_is_refused(tmp_path):
    filings, general = sources(tmp_path)
    build(filings, general, out=tmp_path / "c")
    with pytest.raises(ForeignRecipe, match="restart-from minhash"):
        build(
            filings, general, out=tmp_path / "c", restart_from="select",
            dedup=["exact", {"minhash": {"threshold": 0.9}}],
        )  # fmt: skip
    for out in (tmp_path / "c", tmp_path / "new"):
        with pytest.raises(UserError, match="no step 'minhahs'"):
            build(filings, general, out=out, restart_from="minhahs")
    assert not (tmp_path / "new").exists()


def test_restart_from_select_leaves_everything_before_it_alone(tmp_path):
    filings, general = sources(tmp_path)
    tags = {"tag": ["language", "doc_length"]}
    first = digests(
        build(filings, general, out=tmp_path / "c", select=RECIPE["select"][:2], **tags)
    )
    decide(corpus=tmp_path / "c", name="mine", overrides=["corpus.select=[]"])
    written = {p: p.stat().st_mtime_ns for p in (tmp_path / "c" / "commits").rglob("*.json")}
    told: list[str] = []
    again = build(
        filings, general, out=tmp_path / "c", restart_from="select", select=[], note=told.append,
        **tags,
    )  # fmt: skip
    assert "decided on what was there before, and gone: mine; select again" in told
    found = digests(again)
    assert {n for n in first if first[n] != found[n]} == {"decisions/select"}
    done = {p for p, at in written.items() if not p.exists() or p.stat().st_mtime_ns != at}
    assert {p.parent.name.split("@")[0] for p in done} == {"select"}, done


def test_paragraphs_are_cut_in_a_build_and_a_changed_rule_of_select_counts_them_anew(tmp_path):
    filings, general = sources(tmp_path)
    shared = "What this paragraph says is said by every filer in the same words and order. " * 3
    for path in filings.iterdir():
        path.write_bytes(path.read_bytes() + f"\n\n{shared}".encode())
    options = {
        "tag": ["language", "doc_length"],
        "dedup": ["exact", "minhash", {"paragraphs": {"action": "cut", "of_all": 3}}],
        "select": RECIPE["select"][:2],
    }
    corpus = build(filings, general, out=tmp_path / "c", **options)
    cut = {row["doc_id"] for row in corpus.table("edits").to_pylist()}
    kept = dict((row["doc_id"], text) for row, text in kept_texts(corpus))
    holders = [doc_id for doc_id, text in kept.items() if shared.strip() in text]
    assert len(holders) == 1
    assert cut & set(kept)
    fresh = build(filings, general, out=tmp_path / "other", **{**options, "select": []})
    again = build(
        filings, general, out=tmp_path / "c", restart_from="select", **{**options, "select": []}
    )
    assert digests(again) == digests(fresh)


def test_a_build_that_is_done_writes_nothing_when_it_is_run_again(tmp_path):
    filings, _ = sources(tmp_path)
    options = {"tag": ["language"], "dedup": ["exact"], "select": []}
    build(filings, out=tmp_path / "c", **options)
    before = {p: p.stat().st_mtime_ns for p in (tmp_path / "c").rglob("*") if p.is_file()}
    build(filings, out=tmp_path / "c", **options)
    after = {p: p.stat().st_mtime_ns for p in (tmp_path / "c").rglob("*") if p.is_file()}
    assert after == before
