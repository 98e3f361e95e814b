"""Planted questions are found by each key; other numbers, and what every filer writes, are not."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.errors import UserError
from qhdata.readers.questions import asked_of, questions_digest, read_questions
from qhdata.taggers.contamination import Contamination, Hit, Index

PASSAGE = (
    "Net sales of the segment rose by 12.4 percent to $1,452.4 million in 2019, after $1,292.2 "
    "million in 2018, because customers in 14 countries ordered more of the pumps that were "
    "presented in March; the order book stood at $633.9 million, 8.1 percent above that of 2018."
)
TABLE = [
    ["", "2019", "2018", "2017"],
    ["Fixed price", "$ 1,452.4", "$ 1,146.2", "$ 1,036.9"],
    ["Other contracts", "44.1", "56.7", "70.8"],
    ["Total sales", "$1,496.5", "$1,202.9", "$1,107.7"],
]
QUESTION = "By how much did the sales of fixed price contracts rise between 2018 and 2019?"
FILLER = "The company makes valves and sells them to builders in many places of the world. " * 9
TATQA = {
    "table": {"uid": "t1", "table": TABLE},
    "paragraphs": [{"text": PASSAGE}],
    "questions": [{"uid": "q1", "question": QUESTION, "answer": 306.2}],
}


def index(tmp_path: Path, *rows: object, **settings: object) -> Index:
    (tmp_path / "set.json").write_text(json.dumps(rows), encoding="utf-8")
    chosen = Contamination(against=str(tmp_path), **settings)  # type: ignore[arg-type]
    return Index(read_questions(tmp_path), chosen)


def hits(made: Index, text: str, doc_id: str = "s:1") -> list[Hit]:
    return list(made.find(doc_id, f"{FILLER}\n\n{text}\n\n{FILLER}"))


def markdown(rows: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def test_a_passage_word_for_word_is_found_where_it_stands(tmp_path: Path) -> None:
    (hit,) = hits(index(tmp_path, TATQA), PASSAGE)
    assert (hit.key, hit.share, hit.asked.question_id) == ("context", 1.0, "t1")
    text = f"{FILLER}\n\n{PASSAGE}\n\n{FILLER}"
    assert text[hit.start : hit.end] == PASSAGE.rstrip(".")


def test_the_same_passage_with_other_numbers_is_another_years(tmp_path: Path) -> None:
    made = index(tmp_path, TATQA)
    other = PASSAGE.translate(str.maketrans("0123456789", "1234567890"))
    assert hits(made, other) == []


@pytest.mark.parametrize("seed", range(5))
def test_a_table_is_found_in_any_order_of_rows_and_columns(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    columns = rng.sample(range(4), 4)
    rows = [[row[c] for c in columns] for row in rng.sample(TABLE, 4)]
    (hit,) = hits(index(tmp_path, TATQA), markdown(rows))
    assert (hit.key, hit.share) == ("table", 1.0)


def test_a_table_with_other_numbers_or_one_row_of_it_is_none(tmp_path: Path) -> None:
    made = index(tmp_path, TATQA)
    assert hits(made, markdown([[c.replace("1", "3") for c in row] for row in TABLE])) == []
    assert hits(made, markdown(TABLE[1:2])) == []


def test_a_question_alone_is_found_whatever_its_case(tmp_path: Path) -> None:
    (hit,) = hits(index(tmp_path, TATQA), f"Q. {QUESTION.upper()} A. 306.2")
    assert (hit.key, hit.theirs) == ("question", QUESTION)


def test_a_short_question_is_said_by_chance(tmp_path: Path) -> None:
    row = {"question": "What were the net sales?", "text": PASSAGE}
    assert hits(index(tmp_path, row), "What were the net sales? They rose.") == []


@pytest.mark.parametrize(
    "text",
    [
        "ITEM 7 MANAGEMENT'S DISCUSSION AND ANALYSIS OF FINANCIAL CONDITION AND OF RESULTS",
        "The following table presents the cost of awards of stock that was included in income.",
    ],
)
def test_what_every_filer_writes_is_no_leak(tmp_path: Path, text: str) -> None:
    assert hits(index(tmp_path, {"question": QUESTION, "text": text}), text) == []


def test_the_filing_that_a_set_names_is_found_by_its_accession(tmp_path: Path) -> None:
    made = index(tmp_path, {"question": QUESTION, "accession": "0000320193-24-000123"})
    (hit,) = hits(made, "Anything.", "0000320193-24-000123:1")
    assert (hit.key, hit.share) == ("filing", 1.0)
    assert hits(made, "Anything.", "0000320193-24-000124:1") == []


COVERS = [
    "FORM 10-K\n\nFor the fiscal year ended June 30, 2009\n\n{rest}\n\nOur stock is traded on the "
    "Nasdaq Global Select Market under the symbol \u201cJKHY\u201d.",
    "FORM 10-K\n\nfor the year ended December 31, 2008\n\n| Title of each class | Trading "
    "Symbol(s) | Exchange |\n| Common Stock | JKHY | NYSE |\n\n{rest}",
    "Annual report for the period ended 2009\n\nInvented Corp. (NYSE: JKHY)",
]


@pytest.mark.parametrize("cover", COVERS)
@pytest.mark.parametrize("key", ["id", "filename"])
def test_the_report_that_a_page_is_from_is_found_by_ticker_and_year(
    tmp_path: Path, cover: str, key: str
) -> None:
    made = index(tmp_path, {"question": QUESTION, key: "Single_JKHY/2009/page_28.pdf-3"})
    (hit,) = hits(made, cover)
    assert (hit.key, hit.theirs) == ("filing", "Single_JKHY/2009/page_28.pdf-3")
    assert hits(made, cover.replace("JKHY", "JKH")) == []
    assert hits(made, cover.replace("2009", "2011").replace("2008", "2011")) == []


BARS = "\n".join(map("|".join, TABLE))
LAYOUTS: list[dict[str, object]] = [
    TATQA,
    {"id": "t1", "pre_text": [PASSAGE], "table": TABLE, "qa": {"question": QUESTION}},
    {"id": "t1", "pre_text": [PASSAGE], "table_ori": TABLE, "qa_0": {"question": QUESTION}},
    {"question_id": "t1", "question": QUESTION, "text": PASSAGE, "table": BARS},
    {"id": "t1", "questions": [QUESTION], "text": PASSAGE, "table": TABLE},
]


@pytest.mark.parametrize("row", LAYOUTS)
def test_every_layout_gives_the_same(tmp_path: Path, row: dict[str, object]) -> None:
    found = hits(index(tmp_path, row), f"{PASSAGE}\n\n{markdown(TABLE)}\n\n{QUESTION}")
    assert [hit.key for hit in found] == ["context", "table", "question"]
    assert {hit.asked.question_id for hit in found} == {"t1"}


def test_an_instruction_with_its_article_is_a_text(tmp_path: Path) -> None:
    made = index(
        tmp_path, {"instruction": f"{PASSAGE} Classify this. {PASSAGE[:120]}", "output": "A"}
    )
    assert [hit.key for hit in hits(made, PASSAGE)] == ["context"]


COUNT = " ".join(map(str, range(40)))


@given(st.text(max_size=300), st.text(max_size=40))
def test_no_text_breaks_it_and_what_is_planted_is_found(text: str, more: str) -> None:
    settings = Contamination(against="x", ngram=5, words=2)
    asked = asked_of({"question": "a b", "text": f"{text} {COUNT}"}, "s", 0)
    assert asked is not None
    whole = f"{more} {text} {COUNT} {more}"
    found = list(Index([asked], settings).find("s:1", whole))
    assert any(hit.key == "context" and hit.share == 1 for hit in found)
    assert all(0 <= (hit.start or 0) < (hit.end or 1) <= len(whole) for hit in found)


def test_the_step_writes_a_tag_and_a_row_with_both_texts(tmp_path: Path) -> None:
    (tmp_path / "set.json").write_text(json.dumps([TATQA]), encoding="utf-8")
    step = Contamination(against=str(tmp_path)).settled()
    assert step.sha256 == questions_digest(tmp_path)
    rows = pa.RecordBatch.from_pylist(
        [{"doc_id": "s:1", "text": f"{FILLER} {PASSAGE}"}, {"doc_id": "s:2", "text": FILLER}]
    )
    made = step.open()(rows)
    tags = made[next(iter(step.writes))].to_pylist()
    whole = [(t["doc_id"], t["score"]) for t in tags if t["label"] == "contaminated"]
    assert whole == [("s:1", 1.0), ("s:2", 0.0)]
    (hit,) = made["contamination"].to_pylist()
    assert (hit["key"], hit["question_set"], hit["ours"]) == ("context", "set", PASSAGE.rstrip("."))
    assert hit["theirs"] == PASSAGE


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("set.json", "[1, 2]", "no question"),
        ("set.json", "{", "cannot be read"),
        ("set.txt", "x", "no .json"),
        ("set.jsonl", '{"a": 1}\n', "no question"),
    ],
)
def test_what_holds_no_question_is_refused(tmp_path: Path, name: str, data: str, said: str) -> None:
    (tmp_path / name).write_text(data)
    with pytest.raises(UserError, match=said):
        list(read_questions(tmp_path))


@pytest.mark.parametrize("words", [8, 60, 61, 65, 72, 90])
def test_a_question_of_any_length_is_found_word_for_word(tmp_path: Path, words: int) -> None:
    rng = random.Random(words)
    question = "".join(chr(rng.randrange(0x4E10, 0x9F00)) for _ in range(words))
    found = hits(index(tmp_path, {"question": question}), question)
    assert "question" in {hit.key for hit in found}


def test_a_set_that_prints_numbers_its_own_way_meets_the_filings(tmp_path: Path) -> None:
    theirs = {
        "questions": [QUESTION],
        "text": "marathon 2019s sales rose to $ 22560 million from $ 20684 million of the year "
        "before and the 201ccredit facility 201d of $ 1500 million was not drawn upon .",
        "table": "- | 2014 | 2013\nfreight revenues | $ 22560 | $ 20684\nother | -27 ( 27 ) | 1428",
    }
    made = index(tmp_path, theirs)
    text = (
        "Marathon’s sales rose to $22,560 million from $20,684 million of the year before, and the "
        "“credit facility” of $1,500 million was not drawn upon."
    )
    rows = [["Freight revenues", "$22,560", "$20,684"], ["Other", "(27)", "1,428"]]
    assert [hit.key for hit in hits(made, f"{text}\n\n{markdown(rows)}")] == ["context", "table"]
    assert hits(made, text.replace("22,560", "22,561").replace("20,684", "20,685")) == []


def test_a_table_of_one_figure_a_row_is_found_and_its_years_alone_are_not(tmp_path: Path) -> None:
    rows = [["2008", "$ 4,935"], ["2009", "3,144"], ["thereafter", "9,934"]]
    made = index(tmp_path, {"question": QUESTION, "table": rows})
    assert [hit.key for hit in hits(made, markdown(rows))] == ["table"]
    assert hits(made, markdown([["2008", ""], ["2009", "3"], ["thereafter", ""]])) == []


def test_digits_that_changed_are_no_leak_though_words_for_numbers_stay(tmp_path: Path) -> None:
    question = (
        "老李每月领取的养老金不够支出，20年期的住房贷款终于还完了，仅存的积蓄每年减少一成，"
        "关于反向抵押年金保险，以下叙述错误的是哪一项，请从下列选项中选择最合适的一个作为本题的答案"
    )
    row = {"question": question}
    made = index(tmp_path, row)
    assert hits(made, question.replace("20", "53")) == []


@pytest.mark.parametrize(
    "question",
    ["下列说法中，正确的是（）。", "Which of the following statements is most likely correct?"],
)
def test_a_question_that_every_exam_asks_is_no_leak(tmp_path: Path, question: str) -> None:
    made = index(tmp_path, {"question": question, "choices": {"A": "one", "B": "another"}})
    assert hits(made, f"{question}\n\nA. 国债\n\nB. 企业债") == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", json.dumps({"train": [{"question": "a b"}], "test": [{"question": "c d"}]})),
        ("a.json", json.dumps({"version": [1], "data": [{"question": "a b"}, {"question": "c"}]})),
        ("a.jsonl", '{"question": "a\u2028b"}\n\n{"question": "c\x85d"}\n'),
        ("a.json", json.dumps([{"question": "a"}, {"text": "asks nothing"}, 7, {"query": "b"}])),
    ],
)
def test_every_row_of_a_set_is_read(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert len(list(read_questions(tmp_path))) == 2


def test_one_question_alone_is_a_set(tmp_path: Path) -> None:
    row = {"question": QUESTION, "paragraphs": [{"text": PASSAGE}], "choices": ["a", "b"]}
    (tmp_path / "a.json").write_text(json.dumps(row), encoding="utf-8")
    (asked,) = read_questions(tmp_path)
    assert (asked.questions, asked.passages) == ((QUESTION,), (PASSAGE,))
