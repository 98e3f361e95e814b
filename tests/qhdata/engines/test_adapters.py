"""Our taggers in other people's pipelines, with the same scores as in ours."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from test_local import corpus_of
from tiny_steps import Length, SameText

from qhdata.engines.adapters import as_datatrove_step
from qhdata.engines.local import LocalEngine
from qhdata.errors import UserError
from qhdata.step import tag_part
from qhdata.taggers.line_shape import LineShape
from qhdata.taggers.pii import PII

TEXTS = ["one two", "a\nb\nc\n" + "long " * 30, "", "raise", "净利润增长 12.5%"]


def scores_of_a_corpus(path: Path) -> dict[tuple[str, str], float]:
    with corpus_of(path, TEXTS) as corpus, LocalEngine(workers=0) as engine:
        engine.map(LineShape(), corpus)
        rows = corpus.table(tag_part(LineShape())).to_pylist()
    return {(r["doc_id"], r["label"]): r["score"] for r in rows}


def test_a_datatrove_block_gives_each_document_the_tags_of_a_build(tmp_path):
    from datatrove.data import Document

    documents = [Document(text=text, id=f"d{n}") for n, text in enumerate(TEXTS)]
    done = list(as_datatrove_step(LineShape())(iter(documents)))
    found = {
        (d.id, label.split(".")[1]): score for d in done for label, score in d.metadata.items()
    }
    assert found == scores_of_a_corpus(tmp_path / "c")


def test_a_document_that_a_step_cannot_do_is_left_out_and_counted(tmp_path):
    from datatrove.data import Document

    block = as_datatrove_step(Length())
    done = list(block(iter([Document(text=t, id="same id") for t in TEXTS])))
    assert [d.text for d in done] == [t for t in TEXTS if t != "raise"]
    assert block.stats["quarantined_bad_text"].total == 1


def test_spans_are_of_the_text_that_is_handed_on():
    from datatrove.data import Document

    text = "Mail someone.long@example.com or call (408) 555-0134 today."
    metadata = {"mine.spans": "none", "other.spans": "[[53, 58]]"}
    given = Document(text=text, id="d", metadata=metadata)
    (done,) = as_datatrove_step(PII(action="redact"))(iter([given]))
    spans = json.loads(done.metadata["pii.spans"])
    assert [done.text[a:b] for a, b, *_ in spans] == ["[email]", "[phone]"]
    ((start, end),) = json.loads(done.metadata["other.spans"])
    assert done.text[start:end] == text[53:58]
    assert done.metadata["mine.spans"] == "none"


def test_what_reads_no_documents_is_refused():
    with pytest.raises(UserError, match="same_text"):
        as_datatrove_step(SameText())


@pytest.mark.slow
def test_spark_apply_tags_a_strangers_dataframe(tmp_path):
    from qhdata.engines.spark import SparkEngine, apply

    with SparkEngine(master="local[2]") as engine:
        df = engine._session.createDataFrame(
            [(f"d{n}", text, n) for n, text in enumerate(TEXTS)], "name string, body string, n int"
        )
        rows = apply(LineShape(), df, id="name", text="body").collect()
        stopped = apply(Length(), df, id="name", text="body", part="quarantine").collect()
        nobodys = engine._session.createDataFrame(
            [(None, "one two"), ("None", "three"), (None, "raise")], "name string, body string"
        )
        named = apply(LineShape(), nobodys, id="name", text="body").collect()
        unnamed = apply(Length(), nobodys, id="name", text="body", part="quarantine").collect()
        with pytest.raises(UserError, match="no part 'x'"):
            apply(Length(), df, part="x")
    assert {(r.doc_id, r.label): r.score for r in rows} == scores_of_a_corpus(tmp_path / "c")
    assert [(r.unit_id, r.error) for r in stopped] == [("d3", "bad_text")]
    assert [r.doc_id for r in named] == ["None", "None"], "a label each of the one that has a name"
    assert [(r.unit_id, r.error) for r in unnamed] == [("", "no_id")] * 2
