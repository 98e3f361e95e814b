"""`qhdata judge`: rows in, verdicts out, in order; nothing is lost and nothing is guessed."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "qhdata"))
from chat_server import ChatServer, Reply

from pipelines.judge import judge, verdict_of, verdicts
from qhdata.errors import UserError

USD = {"kind": "number", "value": "1234500000", "unit": "USD"}


def row(gold: object, answer: object, **more: object) -> str:
    return json.dumps({"gold": gold, "answer": answer, **more})


def outcome(gold: object, answer: object) -> tuple[str, str]:
    found = verdict_of(row(gold, answer))
    return found["verdict"], found["reason"]


CASES: list[tuple[dict[str, Any], str, str]] = [
    (USD, "$1,234.5 million", "match"),
    (USD, "1234500000", "match"),
    (USD, "$1,234.5 billion", "scale_error"),
    (USD, "-$1,234.5 million", "sign_error"),
    (USD, "€1,234.5 million", "unit_error"),
    (USD, "1,234.4 million", "out_of_tolerance"),
    (USD | {"asked_scale": "1000000"}, "1234.5", "match"),
    (USD | {"asked_scale": "1000000", "asked_decimals": 0}, "1,235", "match"),
    (USD | {"asked_scale": "1000000", "asked_decimals": 1}, "1,230", "rounding"),
    (USD | {"tolerance": "500000"}, "1,235 million", "match"),
    (USD | {"tolerance": 499999}, "1,235 million", "out_of_tolerance"),
    (USD | {"tolerance": {"low": "1.2e9", "high": "1.25e9"}}, "1.21 billion", "match"),
    (USD | {"tolerance": "1e7", "distractors": ["1235000000"]}, "1,235 million", "distractor"),
    (USD | {"tolerance": "1e7", "distractors": ["1235000000"]}, "1,236 million", "match"),
    ({"kind": "percent", "value": "12.5"}, "0.125", "percent_fraction"),
    ({"kind": "percent", "value": "12.5"}, "百分之十二点五", "match"),
    (
        {"kind": "percent", "value": "12.5",
         "alternatives": [{"kind": "number", "value": "0.125"}]},
        "0.125", "match",
    ),
    ({"kind": "percent", "value": "12.5", "alternatives": ["12.6"]}, "12.6 %", "match"),
    ({"kind": "percentage_points", "value": "1.5"}, "1.5个百分点", "match"),
    ({"kind": "per_share", "value": "2.35", "unit": "USD/share"}, "$2.35 per share", "match"),
    ({"kind": "count", "value": 4}, "four", "match"),
    ({"kind": "bool", "value": True}, "Yes.", "match"),
    ({"kind": "choice", "value": "B", "choices": ["A", "B"]}, "A", "wrong_choice"),
    ({"kind": "vector", "value": [1, 2]}, "1; 2", "match"),
    ({"kind": "range", "value": [5, 6]}, "between 5 and 6", "match"),
    ({"kind": "json", "value": {"a": 1, "b": 2.50}}, '{"answer": {"b": 2.5, "a": 1}}', "match"),
    ({"kind": "number", "value": "5"}, "5 or 6", "hedged"),
    ({"kind": "number", "value": "5"}, "5; 6", "multiple_answers"),
    ({"kind": "number", "value": "5"}, "", "no_answer"),
    ({"kind": "number", "value": "5"}, "the amount", "unparsable"),
]  # fmt: skip


@pytest.mark.parametrize(("gold", "answer", "reason"), CASES)
def test_gold_on_the_wire(gold: dict[str, Any], answer: str, reason: str) -> None:
    assert outcome(gold, answer) == ("correct" if reason == "match" else "wrong", reason)


def test_slots_are_judged_one_by_one() -> None:
    gold = {
        "kind": "number", "unit": "USD", "asked_scale": "1000000",
        "slots": {"2023": {"value": "5000000"}, "2024": "6000000",
                  "up": {"kind": "bool", "value": True, "unit": "", "asked_scale": "1"}},
    }  # fmt: skip
    right = verdict_of(row(gold, '{"2023": 5, "2024": "$6 million", "up": "yes"}'))
    assert right["verdict"] == "correct"
    wrong = verdict_of(row(gold, '{"2023": 5, "2024": 7}'))
    assert (wrong["verdict"], wrong["reason"]) == ("wrong", "out_of_tolerance")
    assert {name: v["reason"] for name, v in wrong["slots"].items()} == {
        "2023": "match", "2024": "out_of_tolerance", "up": "missing_slot",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("gold", "says"),
    [
        ({"value": "5"}, "no kind"),
        ({"kind": "number"}, "no value"),
        ({"kind": "numbr", "value": "5"}, "unknown kind"),
        ({"kind": "number", "value": "five"}, "not a decimal number"),
        ({"kind": "number", "value": "5", "tolerance": "-1"}, "not negative"),
        ({"kind": "number", "value": "5", "tolerance": "wide"}, "not a decimal number"),
        ({"kind": "number", "value": "5", "asked_decimals": "two"}, "whole number"),
        ({"kind": "number", "value": "5", "asked_scale": "0"}, "not positive"),
        ({"kind": "number", "value": "5", "asked_scale": 0}, "not positive"),
        ({"slots": {"a": {"kind": "number", "value": "5", "slots": {"b": "6"}}}}, "of its own"),
        ({"kind": "number", "value": "5", "scale": "1000"}, "no 'scale'"),
        ({"kind": "number", "value": "5", "alternatives": "6"}, "is a list"),
        ({"kind": "range", "value": [6, 5]}, "lower end"),
        ({"kind": "per_share", "value": "5", "unit": "USD"}, "USD/share"),
        ("5", "an object"),
        ({"slots": [1]}, "slots are an object"),
    ],
)
def test_bad_gold_is_unscored_and_says_why(gold: object, says: str) -> None:
    found = verdict_of(row(gold, "5"))
    assert (found["verdict"], found["reason"]) == ("unscored", "bad_gold")
    assert says in found["error"]


def test_bad_alternatives_and_distractors_are_the_golds_fault() -> None:
    odd = {"kind": "number", "value": "5", "alternatives": [{"kind": "numbr", "value": "6"}]}
    assert outcome(odd, "6") == ("unscored", "bad_gold")
    same = {"kind": "number", "value": "5", "tolerance": "1", "distractors": ["5.0"]}
    assert outcome(same, "5") == ("unscored", "bad_gold")


def test_every_line_has_a_row_in_its_place(tmp_path: Path) -> None:
    lines = [
        row(USD, "$1,234.5 million", id="a"), "", "no json", json.dumps([1]),
        row(USD, 5, id="b"), row(USD, "$1 billion"),
    ]  # fmt: skip
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with path.open("ab") as handle:
        handle.write(b'{"gold": {"kind": "text", "value": "\xff"}, "answer": "x"}\n')
    command = [sys.executable, "-m", "qhdata", "judge", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(r["verdict"], r["reason"]) for r in rows] == [
        ("correct", "match"), ("unscored", "bad_row"), ("unscored", "bad_row"),
        ("unscored", "bad_row"), ("wrong", "out_of_tolerance"), ("unscored", "bad_row"),
    ]  # fmt: skip
    assert [r.get("id") for r in rows][:4] == ["a", None, None, "b"]
    assert "6 rows: 1 correct, 1 wrong (out_of_tolerance 1), 4 unscored (bad_row 4)" in done.stderr
    with path.open("rb") as given:
        again = subprocess.run([*command[:-1], "-", "-o", str(tmp_path / "out.jsonl")], stdin=given,
                               capture_output=True, text=True, timeout=60, check=True)  # fmt: skip
    assert again.stdout == ""
    assert len((tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()) == 6


def test_a_file_that_is_not_there_is_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "qhdata", "judge", "no/such.jsonl"],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1


def test_the_file_itself_may_take_the_verdicts(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(row(USD, "$1 billion") + "\n", encoding="utf-8")
    judge(path, out=path)
    assert json.loads(path.read_text(encoding="utf-8"))["verdict"] == "wrong"
    assert [p.name for p in tmp_path.iterdir()] == ["rows.jsonl"]


def test_blank_lines_are_none() -> None:
    assert list(verdicts(["", " \n"])) == []


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("So it is\n<answer>5</answer>", "match"),
        ("<answer>\nAnswer: 5\n</answer>", "match"),
        ("<answer>Answer: 5</answer>", "match"),
        ("<answer>\\boxed{5}</answer>", "match"),
        ('<answer>{"answer": 5}</answer>', "match"),
        ("<think><answer>4</answer></think><answer>5</answer>", "match"),
        ("\\boxed {5}", "match"),
        ("<answer>4</answer> no, <answer>5</answer>", "multiple_answers"),
        ("\\boxed{4}\n<answer>5</answer>", "multiple_answers"),
        ("It is\n<answer>5", "no_answer"),
        ('{"answer": 4, "answer": 5}', "unparsable"),
    ],
)
def test_an_answer_may_stand_between_tags(answer: str, reason: str) -> None:
    assert outcome({"kind": "number", "value": "5"}, answer)[1] == reason


@pytest.mark.parametrize("count", [100, 5000])
def test_many_tags_are_read_in_bounded_time(count: int) -> None:
    for text in ("<answer>" * count, "</answer>" * count, "<answer>5</answer>" * count):
        assert outcome({"kind": "number", "value": "6"}, text)[0] == "wrong"


def test_gold_with_slots_asks_for_an_object_however_many_they_are() -> None:
    one = {"kind": "number", "slots": {"a": "5"}}
    assert outcome(one, '{"a": 5}') == ("correct", "match")
    assert outcome(one, "5") == ("wrong", "missing_slot")
    two = {"kind": "number", "slots": {"a": "5", "b": "6"}}
    assert outcome(two, '{"a": 5, "b": 6}\nAgain: {"a": 5, "b": 6}') == ("correct", "match")
    assert outcome(two, '{"a": 5}\n{"a": 5, "b": 6}') == ("correct", "match")
    assert outcome(two, '{"a": 4, "b": 6}\n{"a": 5, "b": 6}') == ("wrong", "multiple_answers")
    assert outcome(two, '{"a": 4, "a": 5, "b": 6}') == ("wrong", "missing_slot")
    assert outcome({"kind": "json", "value": {"a": 1}}, '{"a": 2, "a": 1}')[1] != "match"


LETTERS = {"kind": "choice", "value": "A", "choices": ["A", "B", "C"]}


@pytest.mark.parametrize(
    "answer",
    ["A, but B is better", "A: wrong. C: right", "A) is incorrect", "A) is not it, b) is",
     "A、不是", "A. maybe", "A、但B也对", "A, but I am not sure", "A could be right, B too",
     "A) could be right"],
)  # fmt: skip
def test_a_letter_of_which_something_is_said_is_no_choice(answer: str) -> None:
    assert outcome(LETTERS, answer) == ("wrong", "ambiguous_choice")


@pytest.mark.parametrize(
    "answer",
    [
        "A. Class B shares",
        "A. Wrong",
        "A: Net income, then tax",
        "A. 错误",
        "(A) Israel",
        "A. is lower than before",
        "A. is not affected",
        "A. Not applicable",
        "A. May 15, 2024",
        "A. could be deferred",
        "A. 不是关联方",
        "A. 可能增加",
        "A. But for tax, nothing",
    ],
)
def test_a_letter_with_the_text_of_its_choice_is_that_choice(answer: str) -> None:
    assert outcome(LETTERS, answer) == ("correct", "match")


def test_a_row_that_utf8_cannot_write_is_written_escaped(tmp_path: Path) -> None:
    rows = [row({"kind": "text", "value": "a"}, text) for text in ("\ud800", "a")]
    (tmp_path / "in.jsonl").write_text("\n".join(rows))
    judge(tmp_path / "in.jsonl", out=tmp_path / "out.jsonl")
    found = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [one["reason"] for one in found] == ["wrong_text", "match"]


@pytest.mark.parametrize(
    "gold",
    [
        {"kind": "number", "value": "5", "unit": "%"},
        {"kind": "number", "value": "5", "unit": "million"},
        {"kind": "number", "value": "5", "unit": ["USD"]},
        {"kind": "number", "value": "5", "tolerance": {"low": "6", "high": "7"}},
    ],
)
def test_gold_that_contradicts_itself_is_our_defect(gold: dict[str, Any]) -> None:
    assert outcome(gold, "5") == ("unscored", "bad_gold")


@pytest.mark.parametrize(
    ("gold", "answer"),
    [
        ({"kind": "number", "value": "25000"}, "两万五"),
        ({"kind": "number", "value": "1250000000", "unit": "CNY"}, "壹拾贰亿伍仟万圆整"),
        ({"kind": "date", "value": "2024-06-30"}, "二〇二四年六月三十日"),
        ({"kind": "per_share", "value": "2.35", "unit": "USD/share"}, "$2.35 per diluted share"),
        (USD | {"asked_scale": "1000000"}, "$1,234.5 (in millions of US dollars)"),
        (
            {"kind": "label_set", "value": ["信用", "流动"], "choices": ["信用", "流动", "市场"]},
            "流动和信用",
        ),
    ],
)
def test_what_filings_and_people_write(gold: dict[str, Any], answer: str) -> None:
    assert outcome(gold, answer) == ("correct", "match")
    assert outcome({"kind": "number", "value": "20005"}, "两万五")[0] == "wrong"


def test_a_range_of_dashes_is_refused_quickly() -> None:
    began = time.perf_counter()
    assert outcome({"kind": "range", "value": [1, 2]}, "-" * 199) == ("wrong", "not_a_range")
    assert time.perf_counter() - began < 0.01


def test_a_folder_that_is_not_there_is_told_before_work(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text(row({"kind": "number", "value": "5"}, "5"))
    with pytest.raises(UserError, match="no such folder"):
        judge(tmp_path / "in.jsonl", out=tmp_path / "none" / "out.jsonl")


LOAN = {"kind": "text", "value": "term loan"}


def test_second_opinions_are_off_and_told_row_by_row(tmp_path: Path) -> None:
    rows = [
        row({"kind": "number", "value": "0.75"}, r"\boxed{\frac{3}{4}}", id=1),
        row(LOAN, "a loan for a fixed term", id=2, question="What is it?"),
        row(LOAN, "a bond", id=3),
        row(USD, "$1,234.5 billion", id=4),
        "no row",
    ]
    source, out = tmp_path / "rows.jsonl", tmp_path / "out.jsonl"
    source.write_text("\n".join(rows))
    judge(source, out=out)
    assert all("appeal" not in json.loads(line) for line in out.read_text().splitlines())

    def says(body: dict[str, Any], _: int) -> Reply:
        holds = "fixed term" in body["messages"][-1]["content"]
        return Reply(json.dumps({"why": "It is read.", "holds": holds}))

    with ChatServer(says) as server:
        recipe = tmp_path / "judge.yaml"
        recipe.write_text(f"llm: {{base_url: '{server.url}', model: m}}")
        for _ in range(2):  # the second time nothing is asked
            judge(source, out=out, algebra=True, model_judge=recipe, cache=tmp_path / "cache")
        assert len(server.bodies) == 2
    found = [json.loads(line) for line in out.read_text().splitlines()]
    assert [(r["verdict"], r["reason"]) for r in found] == [
        ("correct", "match"), ("correct", "match"), ("wrong", "wrong_text"),
        ("wrong", "scale_error"), ("unscored", "bad_row"),
    ]  # fmt: skip
    assert [r.get("appeal", {}).get("rules") for r in found] == [
        "unparsable", "wrong_text", "wrong_text", None, None,
    ]  # fmt: skip
    assert found[0]["judge"].startswith("math-verify")


def test_a_recipe_of_the_model_judge_is_read_strictly(tmp_path: Path) -> None:
    recipe = tmp_path / "judge.yaml"
    recipe.write_text("llm: {base_url: 'http://127.0.0.1:1/v1', model: m}")
    (tmp_path / "rows.jsonl").write_text("")
    with pytest.raises(UserError, match="odd"):
        judge(tmp_path / "rows.jsonl", model_judge=recipe, votes=2)
    recipe.write_text("llm: {base_url: 'http://127.0.0.1:1/v1', model: m}\nbudget: 3")
    with pytest.raises(UserError, match="budget"):
        judge(tmp_path / "rows.jsonl", model_judge=recipe)


@pytest.mark.parametrize(
    ("unit", "answer"),
    [("元", "12元"), ("RMB", "人民币12元"), ("usd", "$12"), ("$", "USD 12"), ("股", "12 shares")],
)
def test_a_units_other_name_is_that_unit(unit: str, answer: str) -> None:
    gold = {"kind": "number", "value": "12", "unit": unit}
    assert outcome(gold, answer) == ("correct", "match")
    assert outcome(gold, "€12") == ("wrong", "unit_error")


@pytest.mark.parametrize(
    "more", [{"alternatives": [{"kind": "zzz", "value": 1}]}, {"distractors": ["1"]}]
)
def test_every_row_that_is_unscored_says_why(more: dict[str, Any]) -> None:
    found = verdict_of(row({"kind": "number", "value": "1", **more}, "1"))
    assert (found["verdict"], found["reason"]) == ("unscored", "bad_gold")
    assert found["error"]


def test_algebra_without_its_library_is_told_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "math_verify", None)
    (tmp_path / "rows.jsonl").write_text(row({"kind": "number", "value": "1"}, "1"))
    with pytest.raises(UserError, match="math-verify is not installed"):
        judge(tmp_path / "rows.jsonl", out=tmp_path / "out.jsonl", algebra=True)
    assert [path.name for path in tmp_path.iterdir()] == ["rows.jsonl"]
