from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import fields
from pathlib import Path

import pytest

from pipelines.build import build, last_line, read_settings
from pipelines.chain import RunRecipe
from pipelines.corpus import build_corpus
from pipelines.corpus_settings import CorpusSettings
from pipelines.options import BLOCKS, RECIPES
from pipelines.planned import refuse_as_the_build_would
from pipelines.select import select
from qhdata.artifact import Artifact
from qhdata.dedup.minhash import MinHash
from qhdata.errors import ForeignRecipe, TooManyDropped, TooManyQuarantined, UserError
from qhdata.recipe import parse
from qhdata.render import kept_texts
from qhdata.step import Counts

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))  # the recipe names tiny_extract: a step of the user's own

RECIPE = {
    "extract": "tiny_extract:TinyExtract",
    "tag": ["language", "doc_length", "line_shape", "finance"],
    "select": [
        {"tag": "language", "label_is": ["en"], "reason": "other_language"},
        {"tag": "doc_length", "label": "words", "score_below": 15, "reason": "too_short"},
        {
            "tag": "finance", "label": "finance", "score_below": 0.5, "reason": "not_finance",
            "except_sources": ["general"],
        },
    ],
}  # fmt: skip

MONEY = [
    "revenue",
    "profit",
    "margin",
    "quarter",
    "shares",
    "dividend",
    "fiscal",
    "earnings",
    "cash",
    "loans",
    "interest",
    "equity",
    "securities",
    "assets",
    "liabilities",
    "company",
    "increased",
    "decreased",
    "million",
    "compared",
    "net",
    "income",
    "operating",
]
PLAIN = [
    "river",
    "mountain",
    "horse",
    "kitchen",
    "garden",
    "summer",
    "walked",
    "slowly",
    "bread",
    "window",
    "children",
    "sang",
    "rain",
    "morning",
    "forest",
    "birds",
    "village",
    "story",
    "table",
    "winter",
    "lamp",
    "road",
    "quiet",
    "friend",
    "laughed",
    "evening",
]


def prose(rng: random.Random, words: list[str], sentences: int) -> str:
    small = ["the", "of", "and", "in", "was", "to", "with", "for", "a", "on"]
    out = []
    for _ in range(sentences):
        some = [rng.choice(words if n % 2 else small) for n in range(rng.randint(8, 16))]
        out.append(" ".join(some).capitalize() + ".")
    return "\n".join(out)


def sources(path: Path) -> list[Path]:
    """24 filings of 12 filers, a copy, a near copy, a template twin, a German text, a short text,
    a torn file; 16 stories."""
    rng = random.Random(7)
    filings, general = path / "filings", path / "general"
    filings.mkdir(parents=True)
    general.mkdir()
    head = "filer: cik:{}\nform: 10-Q\nperiod: 2024-{:02d}-30\npublic: 2024-{:02d}-01T00:00:00Z\n"
    texts = {}
    for filer in range(12):
        for quarter in (3, 6):
            text = prose(rng, MONEY, 40) + f"\nNet income was ${rng.randint(100, 999)}.{filer}m."
            name = f"{filer:02d}-{quarter}.txt"
            texts[name] = text
            (filings / name).write_text(head.format(filer, quarter, quarter + 1) + text)
    first = texts["00-3.txt"]
    twin = first.replace("$", "$9").replace(".0m", ".7m")
    near = first.replace("Profit", "Gain", 1).replace("margin", "spread", 1)
    (filings / "copy.txt").write_text("form: 8-K\n" + first.replace("\n", "\n\n"))
    (filings / "near.txt").write_text("form: 8-K\n" + near)
    (filings / "twin.txt").write_text("form: 8-K\n" + twin)
    german = "Die Gesellschaft erzielte im Berichtsjahr einen Umsatz und der Gewinn wurde höher. "
    (filings / "german.txt").write_text(german * 12)
    (filings / "short.txt").write_text("See the exhibit for the whole text.")
    (filings / "torn.txt").write_text("BROKEN")
    for n in range(16):
        (general / f"{n:02d}.txt").write_text(prose(rng, PLAIN, 40))
    (filings / "story.txt").write_text(prose(rng, PLAIN, 40))
    return [filings, general]


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Artifact:
    path = tmp_path_factory.mktemp("build")
    notes: list[str] = []
    settings = parse(CorpusSettings, RECIPE, "test")
    corpus = build_corpus(settings, sources(path), path / "corpus", workers=2, on_note=notes.append)
    assert len(notes) == 1
    assert "classifier of" in notes[0]
    return corpus


def decisions(corpus: Artifact) -> dict[str, tuple[str, str]]:
    names = {
        r["doc_id"]: r["source_path"]
        for r in corpus.table("documents", ["doc_id", "source_path"]).to_pylist()
    }
    rows = corpus.table("decisions/select").to_pylist()
    return {names[r["unit_id"]]: (r["outcome"], r["reason"]) for r in rows}


def test_every_planted_document_meets_its_rule(built):
    found = decisions(built)
    wanted = {
        "german.txt": ("dropped", "other_language"),
        "short.txt": ("dropped", "too_short"),
        "story.txt": ("dropped", "not_finance"),
        "twin.txt": ("kept", ""),
    }
    assert {name: found[name] for name in wanted} == wanted
    copies = {name: found[name] for name in ("00-3.txt", "copy.txt", "near.txt")}
    assert sorted(r for _, r in copies.values()) == ["", "exact_copy", "near_copy"]
    assert "torn.txt" not in found
    assert sum(outcome == "kept" for outcome, _ in found.values()) == 24 + 1 + 16


def test_no_row_is_lost_in_any_step(built):
    for row in built.manifest["steps"]:
        Counts.of(row)  # refuses to exist where one is missing
    steps = {row["name"]: row for row in built.manifest["steps"]}
    assert (steps["extract"]["rows_in"], steps["extract"]["rows_quarantined"]) == (47, 1)
    assert steps["select"]["rows_in"] == steps["select"]["rows_kept"] + 5
    assert built.table("quarantine").to_pylist()[0]["message"] == "torn.txt is torn"


def test_the_splits_are_by_filer_and_hold_every_document(built):
    rows = built.table("doc_splits").to_pylist()
    assert len(rows) == built.part("documents").rows
    by_filer: dict[str, set[str]] = {}
    for row in rows:
        if row["filer_id"]:
            by_filer.setdefault(row["filer_id"], set()).add(row["split"])
    assert all(len(found) == 1 for found in by_filer.values())
    assert {"train", "dev", "test"} <= {row["split"] for row in rows}


def test_the_same_input_makes_the_same_digests_in_one_process(built, tmp_path):
    settings = parse(CorpusSettings, RECIPE, "test")
    again = build_corpus(
        settings,
        {p.name: p for p in sources(tmp_path)},
        tmp_path / "corpus",
        workers=1,
        on_note=lambda _: None,
    )
    ids = {part for part in built.parts if part not in ("plan", "quarantine")}
    assert {p: again.part(p).rows for p in ids} == {p: built.part(p).rows for p in ids}


def test_kept_texts_are_what_downstream_reads(built):
    texts = [text for _, text in kept_texts(built)]
    assert len(texts) == 41
    assert "See the exhibit" not in " ".join(texts)


def test_a_second_selection_decides_again_without_touching_the_first(built, tmp_path, capsys):
    copy = tmp_path / "corpus"
    shutil.copytree(built.path, copy)
    recipe = write_recipe(tmp_path / "r.yaml", select=RECIPE["select"][:1])
    for _ in range(2):
        select(corpus=copy, name="lax", recipe=recipe)
    found = Artifact.open(copy)
    assert found.digest("decisions/select") == built.digest("decisions/select")
    dropped = [r for r in found.table("decisions/lax").to_pylist() if r["outcome"] == "dropped"]
    assert sorted(r["reason"] for r in dropped) == ["exact_copy", "near_copy", "other_language"]
    assert "3 dropped of 46" in capsys.readouterr().out
    with pytest.raises(UserError, match="by other rules"):
        select(corpus=copy, name="lax", recipe=write_recipe(tmp_path / "s.yaml", select=[]))
    slip = "corpus.select=[{tag: langage, label_is: [en], reason: x}]"
    with pytest.raises(UserError, match="no tag 'langage' is made"):
        select(corpus=copy, name="slip", overrides=[slip])
    with pytest.raises(UserError, match=r"not corpus\.dedup"):
        select(corpus=copy, name="slip", overrides=["corpus.dedup=[]"])


DRIVER = """
import sys
sys.path[:0] = [{here!r}]
from pathlib import Path
from pipelines.corpus import build_corpus
from pipelines.corpus_settings import CorpusSettings
from qhdata.recipe import parse
settings = parse(CorpusSettings, {recipe!r}, "test")
build_corpus(settings, [Path({a!r}), Path({b!r})], Path({out!r}), workers=2)
"""


@pytest.mark.parametrize(
    "kill_at",
    [
        pytest.param("plan@1", marks=pytest.mark.slow),
        "splits@2",
        pytest.param(f"minhash@{MinHash.version}", marks=pytest.mark.slow),
    ],
)
def test_a_killed_build_goes_on_to_the_same_digests(tmp_path, kill_at):
    a, b = sources(tmp_path)
    out = tmp_path / "corpus"
    script = DRIVER.format(here=str(HERE), recipe=RECIPE, a=str(a), b=str(b), out=str(out))
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.DEVNULL)
    for _ in range(6000):
        if any((out / "commits").glob(f"{kill_at}*/*.json")) or process.poll() is not None:
            break
        time.sleep(0.01)
    assert process.poll() is None, "it was killed on the way"
    process.send_signal(signal.SIGKILL)
    process.wait()
    settings = parse(CorpusSettings, RECIPE, "test")
    found, wanted = (
        build_corpus(settings, [a, b], path, workers=1, on_note=lambda _: None)
        for path in (out, tmp_path / "whole")
    )
    assert {n: p.digest for n, p in found.parts.items()} == {
        n: p.digest for n, p in wanted.parts.items()
    }


@pytest.mark.parametrize("polite", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_is_one_line_and_code_4_and_the_same_command_goes_on(tmp_path, polite):
    a, b = sources(tmp_path)
    recipe = write_recipe(tmp_path / "r.yaml")
    out = tmp_path / "corpus"
    code = f"import sys; sys.path.insert(0, {str(HERE)!r}); from pipelines.cli import main; main()"
    command = [sys.executable, "-c", code, "build", str(a), str(b), "-o", str(out), "-w", "2"]
    command += ["--recipe", str(recipe)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    for _ in range(6000):
        if any((out / "commits").glob("extract@1*/*.json")) or process.poll() is not None:
            break
        time.sleep(0.01)
    if polite == signal.SIGINT:
        os.killpg(process.pid, polite)  # as a terminal does: to the workers too
    else:
        process.send_signal(polite)  # as a scheduler does
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 4, errors
    assert "interrupted (the same command goes on" in errors
    assert "Traceback" not in errors
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "41 documents kept" in done.stdout


def write_recipe(path: Path, **over) -> Path:
    import json

    path.write_text(json.dumps({"corpus": {**RECIPE, **over}}))
    return path


def test_the_command_ends_with_what_was_made_and_what_to_type_next(tmp_path, capsys):
    filings, _ = sources(tmp_path)
    recipe = write_recipe(tmp_path / "r.yaml")
    build(filings, out=tmp_path / "c", recipe=recipe, workers=1)
    printed = capsys.readouterr().out.splitlines()
    assert any(line.startswith("finance: skipped") for line in printed)
    assert any(line.startswith("select: without not_finance") for line in printed)
    assert "documents kept" in printed[-1]
    assert "1 rows quarantined" in printed[-1]
    assert printed[-1] == last_line(Artifact.open(tmp_path / "c"))


def test_more_quarantined_than_allowed_is_exit_code_3_and_the_corpus_is_there(tmp_path, capsys):
    filings, _ = sources(tmp_path)
    recipe = write_recipe(tmp_path / "r.yaml", quarantine_limit=0.01)
    with pytest.raises(TooManyQuarantined, match="extract quarantined 1 of 31 rows") as caught:
        build(filings, out=tmp_path / "c", recipe=recipe, workers=1)
    assert caught.value.exit_code == 3
    assert Artifact.open(tmp_path / "c").part("decisions/select").rows > 0
    assert "documents kept" in capsys.readouterr().out


def test_another_recipe_into_the_same_folder_is_refused_by_name(tmp_path):
    filings, _ = sources(tmp_path)
    recipe = write_recipe(tmp_path / "r.yaml", tag=["language"], dedup=[], select=[])
    build(filings, out=tmp_path / "c", recipe=recipe, workers=1)
    with pytest.raises(ForeignRecipe, match="setting 'tag'"):
        build(filings, out=tmp_path / "c", recipe=recipe, overrides=("corpus.tag=[doc_length]",))
    others = tmp_path / "elsewhere" / filings.name
    others.mkdir(parents=True)
    for path in filings.iterdir():
        (others / path.name).write_bytes(path.read_bytes() + b"another text")
    with pytest.raises(ForeignRecipe, match="input 'filings'"):
        build(others, out=tmp_path / "c", recipe=recipe)


def test_a_side_without_training_text_skips_the_classifier_and_says_so(tmp_path, capsys):
    filings, general = sources(tmp_path)
    for path in general.iterdir():
        path.write_text("too short")
    recipe = write_recipe(tmp_path / "r.yaml", select=[], dedup=[], tag=["finance"])
    build(filings, general, out=tmp_path / "c", recipe=recipe, workers=1)
    assert "finance: skipped, no general (general) document" in capsys.readouterr().out


def test_a_plan_says_what_would_be_done_and_writes_nothing(tmp_path, capsys):
    found = sources(tmp_path)
    build(*found, out=tmp_path / "c", recipe=write_recipe(tmp_path / "r.yaml"), plan=True)
    printed = capsys.readouterr().out
    assert "47 files" in printed
    assert "chunks" in printed
    for step in ("extract", "language", "minhash", "report"):
        assert re.search(rf"^{step} +[\d.]+ s", printed, re.M), step
    last = printed.splitlines()[-1]
    for word in ("about", "of disk", "of memory", "documents"):
        assert word in last
    assert sorted(p.name for p in tmp_path.iterdir()) == ["filings", "general", "r.yaml"]


def test_a_plan_refuses_what_the_build_would_refuse(tmp_path):
    filings, _ = sources(tmp_path)
    with pytest.raises(UserError, match="names 'nope'"):
        build(filings, out=tmp_path / "c", path_pattern="{nope}", plan=True)
    with pytest.raises(UserError, match="no such file"):
        build(filings, out=tmp_path / "c", metadata=str(tmp_path / "gone.csv"), plan=True)
    with pytest.raises(UserError, match="no step 'bogus'"):
        build(filings, out=tmp_path / "c", restart_from="bogus", plan=True)


def test_a_plan_over_a_corpus_refuses_another_recipe(built, tmp_path):
    same, other = (parse(CorpusSettings, {**RECIPE, **o}, "t") for o in ({}, {"dedup": []}))
    assert refuse_as_the_build_would(same, built.path, "").path == built.path
    assert refuse_as_the_build_would(same, tmp_path / "none", "minhash") is None
    with pytest.raises(ForeignRecipe, match="made with another setting 'dedup'"):
        refuse_as_the_build_would(other, built.path, "")


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ({"tag": ["langage"]}, "did you mean 'language'"),
        ({"tag": [{"line_shape": {"shrt": 3}}]}, "did you mean 'short'"),
        ({"tag": [{"finance": {"asset": "x"}}], "select": []}, "say corpus.finance.asset"),
        ({"dedup": ["simhash"]}, "known: exact, minhash, paragraphs, amendments"),
        ({"select": [{"tag": "topic", "score_above": 0.5, "reason": "x"}]}, "no tag 'topic'"),
        ({"select": [{"tag": "language", "reason": "x"}]}, "one condition"),
        ({"select": [{"tag": "language", "label_is": ["en"], "reason": " "}]}, "a reason"),
        (
            {"select": [{"tag": "line_shape", "label": "shrt", "score_above": 1, "reason": "x"}]},
            "no label 'shrt' .known: short_lines",
        ),
        ({"select": [{"tag": "line_shape", "score_above": 1, "reason": "x"}]}, "several scores"),
        (
            {
                "tag": ["pii"],
                "select": [{"tag": "pii", "label": "email", "score_above": 0, "reason": "x"}],
            },
            "no label 'email' .known: pii",
        ),
        (
            {
                "tag": ["language"],
                "select": [{"tag": "language", "label": "en", "label_is": ["en"], "reason": "x"}],
            },
            "label_is stands alone",
        ),
        (
            {
                "tag": ["gopher_prose"],
                "survivor": {"prefer": "quality", "quality": "gopher_prose.x"},
            },
            "gopher_prose has alpha_words",
        ),
        ({"splits": {"dev": "0.2"}}, "splits"),
        ({"quarantine": 1}, "unknown setting 'quarantine'"),
        ({"quarantine_limit": 7}, "quarantine_limit"),
    ],
)
def test_a_wrong_recipe_is_one_line_before_any_work(tmp_path, over, words):
    with pytest.raises(UserError, match=words) as caught:
        read_settings(write_recipe(tmp_path / "r.yaml", **over))
    assert "\n" not in str(caught.value)


def test_a_key_of_a_recipe_that_no_command_reads_is_refused(tmp_path):
    (tmp_path / "r.yaml").write_text("corpsu: {dedup: []}\n")
    with pytest.raises(UserError, match="unknown key 'corpsu', did you mean 'corpus'"):
        read_settings(tmp_path / "r.yaml")
    with pytest.raises(UserError, match=r"unknown key 'extract' .known: universe, corpus"):
        read_settings(RECIPES / "demo.yaml", ["extract.limits.max_nodes=5"])


def test_the_keys_that_a_recipe_may_have_are_those_of_a_run():
    assert set(BLOCKS) == {f.name for f in fields(RunRecipe)}


def test_an_artifact_as_a_source_is_refused_by_its_kind(tmp_path):
    Artifact.create(tmp_path / "c", "corpus", settings={}, inputs={}).close()
    for plan in (True, False):
        with pytest.raises(UserError, match="c: is a corpus that qhdata wrote, not filings"):
            build(tmp_path / "c", out=tmp_path / "d", plan=plan)


def test_a_source_that_would_lose_most_of_its_documents_to_duplicates_stops_the_build(tmp_path):
    filings, _ = sources(tmp_path)
    copy = sorted(filings.iterdir())[0].read_bytes()
    for number in range(60):
        (filings / f"copy{number}.txt").write_bytes(copy + b"\n" * (number + 1))
    recipe = write_recipe(tmp_path / "r.yaml", tag=["language"], select=[])
    with pytest.raises(TooManyDropped, match="drop 62 of 90 documents of source filings, 69%") as e:
        build(filings, out=tmp_path / "c", recipe=recipe, overrides=("corpus.loss_guard.least=50",))
    assert e.value.exit_code == 3
    build(
        filings, out=tmp_path / "c", recipe=recipe,
        overrides=("corpus.loss_guard.least=50", "corpus.loss_guard.share=0.9"),
    )  # fmt: skip


@pytest.mark.parametrize(
    "survivor", [{"prefer": "quality"}, {"prefer": "quality", "quality": "finance.finance"}]
)
def test_a_survivor_rule_that_names_no_tag_is_refused_before_any_work(tmp_path, survivor):
    filings, _ = sources(tmp_path)
    recipe = write_recipe(tmp_path / "r.yaml", survivor=survivor)
    with pytest.raises(UserError, match=r"corpus\.survivor"):
        build(filings, out=tmp_path / "c", recipe=recipe)
    assert not (tmp_path / "c").exists()
