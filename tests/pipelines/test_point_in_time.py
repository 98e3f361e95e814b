"""A corpus as of a moment: what came later is nowhere in its folder, and nothing shows it."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipelines.cli import main
from pipelines.corpus import build_corpus
from pipelines.corpus_settings import CorpusSettings
from qhdata.artifact import Artifact
from qhdata.chat import Tokenizer
from qhdata.errors import UserError
from qhdata.factstore.build import build_store
from qhdata.recipe import parse
from qhdata.render import kept_texts
from qhdata.select import selected
from qhdata.shards.layout import ShardSet
from qhdata.shards.training_texts import TokenizerSettings, tokenizer_for
from qhdata.universe import invent

NUMBER = "73,918,264"
"""The figure of the later filings; no other text has it."""
PLAIN = (NUMBER.encode(), NUMBER.replace(",", "").encode(), b"Zanzibar Restated")
LATER = "0009999999-25-000001"
RECIPE = {
    "keep_undated": ["general"],
    "tag": ["language", "doc_length", "line_shape", "finance"],
    "dedup": ["exact", "minhash", {"paragraphs": {"action": "cut"}}, "amendments"],
    "survivor": {"prefer": "newest"},
    "select": [
        {"tag": "language", "label_is": ["en", "zh", "und"], "reason": "other_language"},
        {"tag": "finance", "score_below": 0.01, "reason": "x", "except_sources": ["general"]},
    ],
}
SAFE = (
    "Statements in this report that are not facts of history look forward and are subject to "
    "risks that could make what comes about differ from what is said here in a material way."
)


def submission(name: str, form: str, accepted: str, body: str, period: str = "20231231") -> str:
    day = accepted[:8]
    return (
        f"<SEC-DOCUMENT>{name}.txt : {day}\n<SEC-HEADER>{name}.hdr.sgml : {day}\n"
        f"<ACCEPTANCE-DATETIME>{accepted}\nACCESSION NUMBER:\t\t{name}\n"
        f"CONFORMED SUBMISSION TYPE:\t{form}\nPUBLIC DOCUMENT COUNT:\t\t1\n"
        f"CONFORMED PERIOD OF REPORT:\t{period}\nFILED AS OF DATE:\t\t{day}\n\nFILER:\n\n"
        "\tCOMPANY DATA:\t\n\t\tCOMPANY CONFORMED NAME:\t\t\tPLANTED WORKS INC\n"
        "\t\tCENTRAL INDEX KEY:\t\t\t0009999999\n</SEC-HEADER>\n"
        f"<DOCUMENT>\n<TYPE>{form}\n<SEQUENCE>1\n<FILENAME>a.htm\n<TEXT>\n"
        f"<html><body>{body}</body></html>\n</TEXT>\n</DOCUMENT>\n</SEC-DOCUMENT>\n"
    )


def report(figure: str, more: str = "") -> str:
    words = " ".join(
        f"Sentence {n} of the annual report tells of the {n * 7} sites where Planted Works made "
        f"and sold its {n * 13} products, of their costs and of what was earned with them."
        for n in range(1, 40)
    )
    return (
        f"<p>Item 7. Management's Discussion</p><p>{SAFE}</p><p>{words}</p>{more}"
        f"<table><tr><td>Revenue</td><td>{figure}</td></tr>"
        "<tr><td>Cost</td><td>1,204</td></tr></table>"
    )


def planted(folder: Path) -> None:
    """An earlier report; later, its amendment, its copies, the next year's, one without a date."""
    folder.mkdir(parents=True)
    late = f"<p>Zanzibar Restated: revenue is {NUMBER}.</p>"
    for name, form, accepted, body in (
        ("0009999999-24-000001", "10-K", "20240215170000", report("5,001")),
        ("0009999999-24-000002", "10-Q", "20240515170000", f"<p>{SAFE}</p>" + report("6,002")),
        (LATER, "10-K/A", "20250301170000", report(NUMBER, late)),
        ("0009999999-25-000002", "10-K", "20250302170000", report("5,001")),  # a later copy
        ("0009999999-25-000003", "10-K", "20250303170000", report("5,001", late)),  # all but one
        ("0009999999-25-000004", "8-K", "20250304170000", f"<p>{late * 40}</p>"),
    ):
        text = submission(name, form, accepted, body)
        (folder / f"{name}.txt").write_text(text)
    for n in range(6):  # other filers take up the paragraph later: it becomes boilerplate of all
        name = f"00088888{n:02d}-25-000009"
        text = submission(name, "10-K", "20250401170000", f"<p>{SAFE}</p><p>Site {n}: {NUMBER}</p>")
        text = text.replace("0009999999", f"00088888{n:02d}").replace("PLANTED", f"OTHER{n}")
        (folder / f"{name}.txt").write_text(text)
    (folder / "notes.htm").write_text(f"<html><body><p>{NUMBER} of no date.</p></body></html>")


@pytest.fixture(scope="module")
def sources(tmp_path_factory) -> dict[str, Path]:
    path = tmp_path_factory.mktemp("universe")
    invent(path / "u", filers=3, seed=11, years=2)
    planted(path / "planted")
    for old in sorted((path / "u" / "general").rglob("*"))[40:]:  # enough to tell apart by
        if old.is_file():
            old.unlink()
    return {
        "filings": path / "u" / "filings",
        "planted": path / "planted",
        "general": path / "u" / "general",
    }


AS_OF = "2024-12-31"


def build(sources, out: Path, **changes) -> Artifact:
    settings = parse(CorpusSettings, {**RECIPE, **changes}, "test")
    told: list[str] = []
    corpus = build_corpus(settings, sources, out, workers=2, on_note=told.append)
    corpus.manifest["told"] = told
    return corpus


@pytest.fixture(scope="module")
def everything(sources, tmp_path_factory) -> Artifact:
    return build(sources, tmp_path_factory.mktemp("all") / "c")


@pytest.fixture(scope="module")
def then(sources, tmp_path_factory) -> Artifact:
    return build(sources, tmp_path_factory.mktemp("then") / "c", as_of=AS_OF)


@pytest.fixture(scope="module")
def only_then(sources, everything, tmp_path_factory) -> Artifact:
    """A build over the files alone that the whole corpus says were public by then."""
    path = tmp_path_factory.mktemp("only")
    documents = everything.table("documents", ["file_id", "public_at", "source"]).to_pylist()
    files = {
        row["file_id"]
        for row in documents
        if row["source"] == "general" or (row["public_at"] or "9") <= f"{AS_OF}T23:59:59Z"
    }
    known = everything.table("files", ["file_id", "sha256"]).to_pylist()
    same = {row["sha256"] for row in known if row["file_id"] in files}
    files |= {row["file_id"] for row in known if row["sha256"] in same}
    for file in files:
        label, _, name = file.partition("/")
        target = path / label / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(sources[label] / name, target)
    return build({label: path / label for label in sources}, path / "c")


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Every file of a folder; of a Parquet file, all its values unpacked."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        data = path.read_bytes()
        if data[:4] == b"PAR1":
            data += repr(pq.read_table(path).to_pylist()).encode()
        found[str(path.relative_to(folder))] = data + str(path.name).encode()
    return found


def digests(corpus: Artifact) -> dict[str, str]:
    return {name: part.digest for name, part in corpus.parts.items()}


def test_a_build_as_of_a_moment_is_a_build_over_what_was_public_then(then, only_then):
    assert digests(then) == digests(only_then)


def test_nothing_that_came_later_stands_anywhere_in_its_folder(then, everything):
    wanted = (*PLAIN, LATER.encode(), b"-25-00000", b"notes.htm")
    before = bytes_of(everything.path)
    for words in wanted:  # the search can find: the whole corpus has each
        assert any(words in data for data in before.values()), words
    for name, data in bytes_of(then.path).items():
        for words in wanted:
            assert words not in data, f"{words!r} in {name}"


def test_what_is_left_out_is_counted_by_reason(then, only_then):
    left = then.manifest["notes"]["left_out"]
    assert left["not_public_yet"] >= 10
    assert left["public_at_unknown"] >= 1
    assert any("not_public_yet" in line for line in then.manifest["told"])
    assert "left_out" not in only_then.manifest.get("notes", {})


def test_the_classifier_says_by_when_its_texts_were_public(then, everything, sources, tmp_path):
    notes = Artifact.open(then.path / "assets" / "finance").manifest["notes"]
    assert notes["public_at"] <= f"{AS_OF}T23:59:59Z"
    later = {"asset": str(everything.path / "assets" / "finance")}
    for given in (
        {"finance": later},
        {"tag": ["language", "finance", {"topic": later}]},
    ):
        with pytest.raises(UserError, match="has read texts of 2025"):
            build(sources, tmp_path / "c", as_of=AS_OF, **given)


def test_a_moment_before_everything_is_refused_by_what_is_left_out(sources, tmp_path):
    with pytest.raises(UserError, match="nothing was public by 1990"):
        build(sources, tmp_path / "c", as_of="1990-01-01", keep_undated=[])


def test_rows_without_a_date_stay_where_the_recipe_keeps_them(tmp_path):
    planted(tmp_path / "planted")
    given = {"tag": ["language"], "select": [], "as_of": AS_OF}
    left = build({"planted": tmp_path / "planted"}, tmp_path / "a", **given)
    kept = build({"planted": tmp_path / "planted"}, tmp_path / "b", **given, keep_undated=["*"])
    assert left.part("documents").rows == 2
    assert kept.part("documents").rows == 3


# --------------------------------------------------------------- a selection as of a moment


def run(*args: object) -> None:
    with pytest.raises(SystemExit) as ended:
        main([str(a) for a in args])
    assert ended.value.code == 0


@pytest.fixture(scope="module")
def chosen(everything, tmp_path_factory) -> Path:
    """A copy of the whole corpus in which `select --as-of` has decided."""
    path = tmp_path_factory.mktemp("chosen") / "c"
    shutil.copytree(everything.path, path)
    run("select", path, "--name", "then", "--as-of", AS_OF, "--keep-undated", "general")
    return path


@pytest.mark.parametrize(
    "part", ["clusters", "edits", "splits", "doc_splits", "amendments", "filings"]
)
def test_a_selection_has_the_parts_of_a_build_as_of_the_moment(chosen, then, part):
    assert Artifact.open(chosen).digest(f"{part}/then") == then.digest(part)


def test_a_selection_keeps_the_texts_of_a_build_as_of_the_moment(chosen, then):
    corpus = selected(Artifact.open(chosen), "then")
    ours = {row["doc_id"]: text for row, text in kept_texts(corpus, "then")}
    assert ours == {row["doc_id"]: text for row, text in kept_texts(then)}
    reasons = Counter(corpus.table("decisions/then")["reason"].to_pylist())
    assert reasons["not_public_yet"] >= 9
    assert reasons["public_at_unknown"] >= 1


def test_the_later_figure_is_in_nothing_that_is_made_through_the_selection(
    chosen, then, tmp_path, capsys
):
    tokenizer = tokenizer_for([chosen], tmp_path / "t", TokenizerSettings(decisions="then"))
    del tokenizer
    run("export", chosen, "-o", tmp_path / "lines", "--decision", "then")
    run("export", chosen, "-o", tmp_path / "hf", "--format", "parquet", "--decision", "then")
    run("env", "world", chosen, "-o", tmp_path / "world", "--decision", "then")
    run(
        "shard", "build", chosen, "-o", tmp_path / "shards", "--kind", "cpt",
        "--tokenizer", tmp_path / "t", "--decision", "then", "--split", "train",
    )  # fmt: skip
    build_store(selected(Artifact.open(chosen), "then"), tmp_path / "facts.db")
    for name, data in bytes_of(tmp_path).items():
        for words in (*PLAIN, LATER.encode(), b"-25-00000"):
            assert words not in data, f"{words!r} in {name}"
    texts = (tmp_path / "lines").rglob("*.jsonl")
    assert any("Planted Works made" in path.read_text() for path in texts)
    shown = ShardSet.open(tmp_path / "shards")
    loaded = Tokenizer.load(tmp_path / "t")
    assert not any(NUMBER in loaded.decode(shown.ids(n)) for n in range(len(shown)))
    capsys.readouterr()
    run("render", chosen, "--preview", "0009999999-24-000001:1", "--decision", "then")
    assert "Planted Works made" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["render", str(chosen), "--preview", f"{LATER}:1", "--decision", "then"])
    said = capsys.readouterr()
    assert NUMBER not in said.out + said.err


def test_a_rule_whose_classifier_has_read_later_texts_is_left_out_and_said(chosen, capsys):
    run("select", "--corpus", chosen, "--name", "again", "--as-of", AS_OF)
    said = capsys.readouterr().out
    assert "without x: its classifier has read texts of 2025" in said
    assert "not_public_yet" in said


def test_other_rules_decide_again_without_the_corpus_recipe(chosen, capsys):
    rule = "{tag: line_shape, label: short_lines, score_above: 0.5, reason: short}"
    run("select", chosen, "--name", "strict", "--set", f"corpus.select=[{rule}]")
    assert "short" in capsys.readouterr().out
    corpus = Artifact.open(chosen)
    assert "edits/strict" in corpus.parts
    assert "clusters/strict" not in corpus.parts


def test_explain_says_that_a_corpus_stands_at_a_moment(then, capsys):
    with pytest.raises(SystemExit):
        main(["explain", LATER, str(then.path)])
    said = capsys.readouterr().err
    assert "stands at 2024-12-31T23:59:59Z and left out: not_public_yet" in said


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["select"], "--corpus is missing (A corpus that build wrote.)"),
        (["select", "c"], "--name is missing (Name of the new decision.)"),
        (["select", "c", "--name"], "--name"),
        (["select", "c", "--name", "as_of"], "is a decision of the build"),
        (["select", "c", "--name", "n", "--as-of", "soon"], "is no moment"),
    ],
)
def test_what_select_was_not_given_is_said_by_name(then, args, said, capsys):
    args = [str(then.path) if a == "c" else a for a in args]
    with pytest.raises(SystemExit) as ended:
        main(args)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err
