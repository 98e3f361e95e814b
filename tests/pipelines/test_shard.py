"""`qhdata shard` as a person runs it: a build, a look, a check, and one line for each error."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelines.cli import main
from qhdata.artifact import Artifact
from qhdata.records import (
    Decision,
    DocSplit,
    Document,
    Example,
    JsonText,
    Message,
    concat,
    to_batch,
)
from qhdata.shards.vocabulary import VocabularySettings, train_tokenizer


def document(n: int) -> Document:
    text = f"Revenue of {n} rose to {n * 13} million.\n\n| Assets | {n},000 |\n" * 4
    return Document(
        doc_id=f"d{n}", filing_id="f", file_id="x", source="made", source_path="x",
        doc_type="10-K", lang="en", title="", text=text, text_sha256="", extractor="t@1",
        n_chars=len(text), public_at=None,
    )  # fmt: skip


def example(n: int) -> Example:
    said = (Message(role="user", content=f"Revenue of {n}?"),
            Message(role="assistant", content=f"{n * 13} million"))  # fmt: skip
    return Example(
        example_id=f"e{n}", group_id=f"e{n}", family="instruct", label="lookup", lang="en",
        messages=said, tools=JsonText("[]"), split="train", public_at=None, generator="g@1",
        seed=n, filer_id="", license="own", sources=(),
    )  # fmt: skip


def one(path: Path, kind: str, parts: dict[str, object]) -> Path:
    with Artifact.create(path, kind, settings={}, inputs={}) as made:
        counts = {"rows_in": 1, "rows_kept": 1, "rows_dropped": 0, "rows_quarantined": 0}
        made.commit("make", "0", parts, counts)
        made.finish("make", name="make", version=1, unit="row", seconds=0.0)
    return path


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shard")
    documents = [document(n) for n in range(6)]
    decisions = [
        Decision(
            unit_id=f"d{n}", outcome="kept", rule="", reason="", score=None, threshold=None,
            matched_id=None,
        )
        for n in range(6)
    ]  # fmt: skip
    splits = [
        DocSplit(doc_id=f"d{n}", filer_id="", split="test" if n == 5 else "train", rule="")
        for n in range(6)
    ]
    one(
        folder / "corpus",
        "corpus",
        {
            "documents": concat(Document, [to_batch(Document, documents)]),
            "decisions/select": concat(Decision, [to_batch(Decision, decisions)]),
            "doc_splits": concat(DocSplit, [to_batch(DocSplit, splits)]),
        },
    )
    examples = to_batch(Example, [example(n) for n in range(6)])
    one(folder / "synth", "synth", {"examples": concat(Example, [examples])})
    train_tokenizer([d.text for d in documents], folder / "tokenizer", VocabularySettings(size=320))
    return folder


def run(capsys: pytest.CaptureFixture[str], *args: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main([str(a) for a in args])
    captured = capsys.readouterr()
    return int(ended.value.code or 0), captured.out, captured.err


def test_documents_to_shards_and_back_to_text(here, tmp_path, capsys):
    code, out, _ = run(
        capsys, "shard", "build", here / "corpus", "-o", tmp_path / "s", "--kind", "cpt",
        "--tokenizer", here / "tokenizer", "--context", "64",
    )  # fmt: skip
    assert code == 0
    assert re.search(
        r"tokens in \d+ pieces of 5 documents; 1 dropped \(split_test 1\), 0 quarantined \(6 in\)",
        out,
    )
    code, out, _ = run(
        capsys, "shard", "inspect", tmp_path / "s", "--tokenizer", here / "tokenizer"
    )
    assert code == 0
    assert "kind         cpt" in out
    assert "[[" in out
    code, out, _ = run(capsys, "shard", "verify", tmp_path / "s")
    assert (code, out.endswith("sound.\n")) == (0, True)


def test_inspect_marks_what_is_trained(here, tmp_path, capsys):
    run(
        capsys, "shard", "build", here / "synth", "-o", tmp_path / "s", "--kind", "sft",
        "--tokenizer", here / "tokenizer",
    )  # fmt: skip
    _, out, _ = run(capsys, "shard", "inspect", tmp_path / "s", "--tokenizer", here / "tokenizer")
    assert re.search(
        r"<\|user\|>Revenue of (\d)\?<\|end\|><\|assistant\|>\[\[\d+ million<\|end\|>\]\]", out
    )
    assert "chat family compact" in out


def test_a_plan_does_nothing(here, tmp_path, capsys):
    code, out, _ = run(
        capsys, "shard", "build", here / "corpus", "-o", tmp_path / "s", "--kind", "cpt",
        "--tokenizer", here / "tokenizer", "--plan",
    )  # fmt: skip
    assert code == 0
    assert "6 rows" in out
    assert "Nothing was done." in out
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"input": "nothing"}, "no such folder"),
        ({"input": "tokenizer"}, "not a folder that qhdata wrote"),
        ({"--kind": "sft"}, "has no examples"),
        ({"--kind": "rlhf"}, "rlhf"),
        ({"--tokenizer": "corpus"}, "cannot be read"),
        ({"--context": "2"}, "holds nothing"),
        ({"--family": "nope"}, "--kind cpt has no chat family"),
        ({"--family": "nope", "--kind": "sft", "--plan": ""}, "unknown chat family 'nope'"),
    ],
)
def test_a_users_error_is_one_line(here, tmp_path, capsys, change, says):
    given = {"--kind": "cpt", "--tokenizer": "tokenizer", "--context": "64", **change}
    given["--tokenizer"] = here / given["--tokenizer"]
    path = here / given.pop("input", "corpus")
    words = [w for pair in given.items() for w in pair]
    code, _, err = run(capsys, "shard", "build", path, "-o", tmp_path / "s", *words)
    assert code == 2
    assert len(err.strip().splitlines()) == 1
    assert says in err


def test_a_flipped_byte_is_a_fault(here, tmp_path, capsys):
    run(
        capsys, "shard", "build", here / "corpus", "-o", tmp_path / "s", "--kind", "cpt",
        "--tokenizer", here / "tokenizer",
    )  # fmt: skip
    file = tmp_path / "s" / "00000.ds"
    data = bytearray(file.read_bytes())
    data[3] ^= 1
    file.write_bytes(data)
    code, _, err = run(capsys, "shard", "verify", tmp_path / "s")
    assert code == 4
    assert "00000.ds: bytes differ" in err
