"""Exam items: found where they stand, turned into statements, asked without their options."""

from __future__ import annotations

import pytest

from qhdata.synth.exam_items import exam_items
from qhdata.synth.knowledge.exam_statements import statement

ENGLISH = """Intro that is no item.

1. What does duration measure?
A. Age
B. Sensitivity to rates
C. Credit
Answer: B

2) A broker's fee is taken ____ the price. A) from  B) off  C) over
Answer: (C)
"""
CHINESE = """1. 久期衡量的是（ ）。
A、债券的年龄
B、债券价格对利率的敏感性
C、发行人的信用
答案：B

2、下列属于资产的是？ A. 应付账款 B. 存货 C. 股本
正确答案：B
"""


def test_items_of_both_languages() -> None:
    first, second = exam_items(ENGLISH)
    assert first.question == "What does duration measure?"
    assert first.options == ("Age", "Sensitivity to rates", "Credit")
    assert first.answer == "Sensitivity to rates"
    assert ENGLISH[first.start : first.end].startswith("1. What")
    assert ENGLISH[first.start : first.end].endswith("Answer: B")
    assert second.answer == "over"
    one, two = exam_items(CHINESE)
    assert one.answer == "债券价格对利率的敏感性"
    assert two.options == ("应付账款", "存货", "股本")


def test_statements_fill_the_blank_or_follow_the_question() -> None:
    first, second = exam_items(ENGLISH)
    assert statement(first, "en") == "What does duration measure? Sensitivity to rates."
    assert statement(second, "en") == "A broker's fee is taken over the price."
    one, _ = exam_items(CHINESE)
    assert statement(one, "zh") == "久期衡量的是债券价格对利率的敏感性。"


@pytest.mark.parametrize(
    "text",
    [
        "What is it?\nA. one\nAnswer: A",  # one option is no choice
        "What is it then?\nA. one\nB. two\nAnswer: D",  # names no option
        "What is it then?\nA. one\nB. one\nAnswer: A",  # two options alike
        "A. one\nB. two\nAnswer: A",  # no question
        "Answer: A",
        "",
        "A. " * 50_000 + "\nAnswer: A",
        "Answer: A\n" * 5_000,
    ],
)
def test_what_is_no_item_is_none(text: str) -> None:
    assert list(exam_items(text)) == []
