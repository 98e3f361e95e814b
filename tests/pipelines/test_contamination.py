"""Questions of public benchmarks in a corpus: named, shown with both texts, dropped by a rule."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from test_build import RECIPE, sources

from pipelines.corpus import build_corpus
from pipelines.corpus_settings import CorpusSettings, with_against
from qhdata.artifact import Artifact
from qhdata.errors import ForeignRecipe, UserError
from qhdata.recipe import parse
from qhdata.view.report import write_report

LEAK = (
    "Orders of the segment rose from 1,204 in March to 1,377 in June 2021 while those of the other "
    "three fell by 4.5 percent, which left 2,911 orders in the book at the end of 12 months."
)


def test_a_file_without_questions_is_refused_before_any_work(tmp_path: Path) -> None:
    questions = tmp_path / "questions"
    questions.mkdir()
    (questions / "a.json").write_text(json.dumps([{"question": "What is asked here?"}]))
    (questions / "b.json").write_text(json.dumps({"users": {"a": 1}}))
    with pytest.raises(UserError, match="holds no question"):
        build(sources(tmp_path), questions, tmp_path / "corpus")
    assert not (tmp_path / "corpus").exists()


HEAD = "filer: cik:77\nform: 10-Q\nperiod: 2024-03-30\npublic: 2024-04-01T00:00:00Z\n"


def build(folders: list[Path], questions: Path, out: Path, **more: str) -> Artifact:
    rule = {"tag": "contamination", "label": "contaminated", "score_above": 0, "reason": "leaked"}
    tag = with_against(tuple(RECIPE["tag"]), str(questions))
    settings = parse(CorpusSettings, {**RECIPE, "tag": list(tag), "select": [rule]}, "test")
    return build_corpus(settings, folders, out, workers=1, **more)


def test_a_document_that_holds_a_question_is_dropped_by_name_and_shown(tmp_path: Path) -> None:
    folders, out = sources(tmp_path), tmp_path / "corpus"
    (folders[0] / "leak.txt").write_text(f"{HEAD}{LEAK} <b>")
    questions = tmp_path / "questions"
    questions.mkdir()
    asked = [{"question": "By how many orders did the segment grow?", "text": LEAK}]
    (questions / "set.json").write_text(json.dumps(asked))
    corpus = build(folders, questions, out)
    (hit,) = corpus.table("contamination").to_pylist()
    assert (hit["key"], hit["question_set"], hit["theirs"]) == ("context", "set", LEAK)
    dropped = {
        row["unit_id"]: row["reason"]
        for row in corpus.table("decisions/select").to_pylist()
        if row["outcome"] == "dropped"
    }
    assert dropped[hit["doc_id"]] == "leaked"
    write_report(corpus, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text()
    assert "Contamination" in page
    assert page.count("which left 2,911 orders") >= 2

    asked.append({"question": "What is asked of nobody at all here?", "text": LEAK[:90]})
    (questions / "set.json").write_text(json.dumps(asked))
    with pytest.raises(ForeignRecipe, match="contamination"):
        build(folders, questions, out)
    again = build(folders, questions, out, restart_from="contamination")
    assert again.part("contamination").rows == 1
