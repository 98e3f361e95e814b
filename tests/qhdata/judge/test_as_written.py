"""Answers as models write them, right and wrong: what no renderer of ours would write."""

from __future__ import annotations

from typing import Any

import pytest

from qhdata.judge.judge import judge_all, overall
from qhdata.judge.wire import golds_of

MILLIONS: dict[str, Any] = {
    "kind": "number", "value": "1234500000", "unit": "USD", "asked_scale": "1000000",
    "asked_decimals": 1,
}  # fmt: skip
YUAN: dict[str, Any] = {"kind": "number", "value": "1234500000", "unit": "CNY"}
PLAIN: dict[str, Any] = {"kind": "number", "value": "12.5"}
PERCENT: dict[str, Any] = {"kind": "percent", "value": "12.5", "asked_decimals": 1}
POINTS: dict[str, Any] = {"kind": "percentage_points", "value": "-1.5", "asked_decimals": 1}
CHOICE: dict[str, Any] = {"kind": "choice", "value": "B", "choices": ["A", "B", "C", "D"]}
LABELS: dict[str, Any] = {
    "kind": "label_set", "value": '["A", "C"]', "choices": ["A", "B", "C", "D"],
}  # fmt: skip
DAY: dict[str, Any] = {"kind": "date", "value": "2024-12-31"}
SEVENTH: dict[str, Any] = {"kind": "date", "value": "2024-06-07"}
QUARTER: dict[str, Any] = {"kind": "period", "value": "2024Q2"}
RANGE: dict[str, Any] = {"kind": "range", "value": '["5", "6"]', "unit": "%"}
VECTOR: dict[str, Any] = {"kind": "vector", "value": '["1200", "-35"]'}
TRUE: dict[str, Any] = {"kind": "bool", "value": "true"}

RIGHT: tuple[tuple[dict[str, Any], tuple[str, ...]], ...] = (
    (
        MILLIONS,
        (
            r"\boxed{\$1\,234.5 \text{ million}}",
            r"Answer: \[1{,}234.5\]",
            "USD$1,234.5 million",
            "### Final Answer\n\n$1,234.5 million",
            "**Answer**\n1,234.5",
            "The correct answer is: 1,234.5",
            "Answer: 1,234.5 (million USD)",
            "Answer: 1'234.5 million",
            "1\u202f234.5 million",
            "$1,234,500,000 (i.e., $1,234.5 million)",
        ),
    ),
    (
        YUAN,
        (
            "CN¥1.2345 billion",
            "最终答案是：12.345亿元",
            "正确答案：12.345亿元",
            "共计12.345亿元",
            "12.345 亿元（人民币）",
            "12.345亿元（即123450万元）",
            "12.345亿元，即123450万元",
        ),
    ),
    (PLAIN, (r"\boxed{1.25\times10^{1}}", "1.25 × 10^1", "1.25x10¹", "12.5 (rounded)")),
    (
        PERCENT,
        (
            r"\boxed{\approx 12.5\%}",
            r"\boxed{12.5\% \text{ (rounded)}}",
            "0.125 (12.5%)",
            "0.125 = 12.5%",
            "12.5% YoY",
        ),
    ),
    (
        POINTS,
        (
            "a decrease of 1.5 percentage points",
            "下降了1.5个百分点",
            "fell by 1.5 pp",
            r"\boxed{{-}1.5\text{ pp}}",
            "-1.5 percentage-points",
            "-1.5% points",
            "-1.5 p.p.",
        ),
    ),
    (
        CHOICE,
        (
            "The correct answer is B.",
            "答案是B",
            "正确答案：B",
            "故选：B。",
            "因此，答案为B。",
            "B is correct",
            "B选项",
            "B - Net income fell",
            "B. Class A shares are converted",
            "B. Vitamin C",
            "B) as computed",
            "B. A decrease in cash",
            "B. Revenue is not recognized",
        ),
    ),
    (
        LABELS,
        (
            "A and C",
            "(A) and (C)",
            r"\boxed{\text{A and C}}",
            "选AC",
            "A & C",
            r"\{A, C\}",
            "Options A and C",
        ),
    ),
    (
        DAY,
        (
            "on December 31, 2024",
            "as of December 31, 2024",
            "31-Dec-2024",
            "31.12.2024",
            "12-31-2024",
            "the 31st of December 2024",
            "截至2024年12月31日",
        ),
    ),
    (
        QUARTER,
        (
            "Q2 FY24",
            "Q2'24",
            "2024年Q2",
            "Q2, 2024",
            "fiscal Q2 2024",
            "二零二四年第二季度",
            "FY24 Q2",
        ),
    ),
    (RANGE, (r"\boxed{5\%\text{--}6\%}", "介于5%和6%之间")),
    (VECTOR, ("1,200 和 -35",)),
    (TRUE, ("Yes, it is", "属实", "对的")),
)

WRONG: tuple[tuple[dict[str, Any], tuple[str, ...]], ...] = (
    (
        MILLIONS,
        (
            "$1,234.5 thousand",
            "1,234.5 (thousand USD)",
            "1,234.5 (million EUR)",
            "Answer: 1,234.5 × 2",
            "### Answer\n\n1,234.5\n\n### Answer\n\n1,300",
            "increase of 1,234.5",
            "1,234.5 (not 1,300)",
            r"\boxed{1\,234.5 \text{ or } 1\,300}",
        ),
    ),
    (YUAN, ("12.345亿元（即12.4亿元）", "12.345亿元，即13亿元", "12.345亿元（美元）")),
    (
        PLAIN,
        (
            "12.5 x 10^2",
            "12.5 (percentage points)",
            "12.5 (negative)",
            "12.5 (or 13)",
            "12.5 = 13",
            "a 12.5",
            "12.5 by",
            "Wrong answer: 12.5",
            "1'2.5",
        ),
    ),
    (PERCENT, ("a decrease of 12.5%", "下降12.5%", "12.5% points", "12.5 (13%)", "0.125 (13%)")),
    (
        POINTS,
        (
            "an increase of 1.5 pp",
            "fell by -1.5 pp",
            "rose or fell by 1.5 pp",
            "fell to 1.5 pp",
            "下降1.5倍",
            "下降至1.5个百分点",
            "no decrease of 1.5 pp",
            "a 1.5% decrease",
        ),
    ),
    (
        CHOICE,
        (
            "B, could be C",
            "B, or maybe C",
            "B, no wait, it is C",
            "B. Actually A",
            "B, then again A",
            "B: the answer could also be D",
            "B. Wait, the answer is C",
            "B. 应选C",
            "B. 错，选C",
            "B, C?",
            "B, though C also",
            "B, unless C",
            "B, alternatively D",
            "B. But D is better",
            "B. A is correct",
            "Neither B nor C",
        ),
    ),
    (LABELS, ("A or C", "A, C or D", "A but not C", "not A and C", "only A", "A和C都不对", "ABC")),
    (
        DAY,
        (
            "on or about December 31, 2024",
            "before December 31, 2024",
            "12.31.2023",
            "on December 31",
        ),
    ),
    (SEVENTH, ("07-06-2024", "7.6.2024", "06.07.2024")),
    (QUARTER, ("Q2'23", "FY24 Q3", "2024年Q3", "二零二三年第二季度", "Q2")),
    (RANGE, ("5% or 6%", r"\boxed{6\%\text{--}5\%}")),
    (VECTOR, ("1200 和 35",)),
    (TRUE, ("不对", "不属实", "No, it is not", "未必")),
)


def outcome(gold: dict[str, Any], answer: str) -> str:
    return overall(judge_all(golds_of(gold), answer)).outcome


@pytest.mark.parametrize(
    ("gold", "answer"), [(gold, answer) for gold, answers in RIGHT for answer in answers]
)
def test_what_says_gold_is_right(gold: dict[str, Any], answer: str) -> None:
    assert outcome(gold, answer) == "correct"


@pytest.mark.parametrize(
    ("gold", "answer"), [(gold, answer) for gold, answers in WRONG for answer in answers]
)
def test_what_says_another_thing_or_two_is_wrong(gold: dict[str, Any], answer: str) -> None:
    assert outcome(gold, answer) == "wrong"
