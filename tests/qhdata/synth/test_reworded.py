"""A re-worded question is refused unless it asks the same: no digit, name or direction differs."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.synth.reworded import names_in, numbers, refusal

CONTEXT = """Alder Works, Form 10-K, public 2025-02-20 (in millions of USD)

| | Year ended December 31, 2024 | 2023 |
|---|---:|---:|
| Revenue | 47 | 42 |
| Level 3 assets {at cost} | 18 | 15 |"""
GROWTH = 'By what percentage did "Revenue" grow from 2023 to 2024? A decline is negative.'
LARGER = 'Which is larger for 2024, "Revenue" or "Level 3 assets {at cost}"? Give its value.'
SIMPLE = 'Which is larger for 2024, "Revenue" or "Goodwill"? Give the value of the larger.'
CHANGE = 'By how much did "Revenue" change from 2023 to 2024? A decrease is negative.'
LOOKUP = 'What does Alder Works report for "Revenue" in 2024?'
LATER = 'What is "Revenue" for 2023 in the later filing, less what the earlier one reported?'
WHAT_IF = 'If "Revenue" grew by 5% from 2024 to the next year, what would it be then?'
MARGIN = "What was Alder Works's gross margin in 2024?"
DATED = 'What was the average of "Revenue" over the second quarter of 2024 and June 30, 2023?'
TAX = 'What is left of "Revenue" of 2024 after tax at 21%?'
TURNOVER = "Compute the asset turnover (revenue over year-end total assets) for 2024."
STAGE = "根据上表，“转移至第 2阶段”在2019年的数值是多少？"
CHINESE = "“营业收入”从2023年到2024年的增长率是多少？下降用负数表示。"
GOOD = [
    (CHANGE, 'From 2023 to 2024, how large was the change in "Revenue"? A decrease is negative.'),
    (LOOKUP, 'How much "Revenue" did Alder Works report for 2024?'),
    (SIMPLE, 'For 2024, take the larger of "Revenue" and "Goodwill" and tell its value.'),
    (GROWTH, 'From 2023 to 2024, how did "Revenue" grow? Show a decline as a negative figure.'),
    (GROWTH, 'What was the growth of "Revenue" from 2023 to 2024, negative for a decline?'),
    (LATER, 'Compute "Revenue" for 2023 as the later filing has it, minus what the earlier has.'),
    (WHAT_IF, 'Suppose "Revenue" increased by 5 percent from 2024 to the following year; to what?'),
    (MARGIN, "In 2024, how high did Alder Works have its gross margin?"),
    (DATED, 'Give the mean of "Revenue" for the second quarter of 2024 and for June 30, 2023.'),
    (TAX, 'How much of "Revenue" of 2024 would be left after tax at 21%?'),
    (TURNOVER, "What was the asset turnover (revenue over year-end total assets) in 2024?"),
    (STAGE, "2019年“转移至第 2阶段”的数值是多少？"),
    (CHINESE, "从2023年到2024年，“营业收入”增长了多少？若下降，请用负数。"),
]  # fmt: skip
BAD = [
    (GROWTH, GROWTH.upper(), "unchanged"),
    (GROWTH, "Revenue growth?", "too_short"),
    (GROWTH, GROWTH + " " + "Please be careful with this. " * 8, "too_long"),
    (GROWTH, GROWTH.replace("did", "d\u200bid"), "odd_characters"),
    (GROWTH, GROWTH.replace("did", "has").replace("? ", "?\n"), "odd_characters"),
    (GROWTH, 'Did "Revenue" grow from 2023 to 2024? A decline is negative. \\boxed{11.9}',
     "answer_marker"),
    (GROWTH, 'How did "Revenue" grow from 2023 to 2024? A decline is negative. Answer: up.',
     "answer_marker"),
    (GROWTH, 'By what percentage did "Revenue" grow from 2024 to 2023? A decline is negative.',
     "number_lost"),
    (GROWTH, 'How did "Revenue" grow from 2023 to 2024, which is 11.9%? A decline is negative.',
     "new_number"),
    (GROWTH, 'How did "Revenue" grow from 2023 to 2024 in two steps? A decline is negative.',
     "new_number"),
    (GROWTH, 'How much did "Revenue" grow to 2024? A decline is shown as negative.', "number_lost"),
    (GROWTH, 'How much did "Sales" grow from 2023 to 2024? A decline is negative.', "name_changed"),
    (GROWTH, "How much did Revenue grow from 2023 to 2024? A decline is negative.", "name_changed"),
    (GROWTH, 'How much did "Revenue" decline from 2023 to 2024? Growth is negative.',
     "order_changed"),
    (GROWTH, 'How did "Revenue" grow from 2023 to 2024? A decline is not negative.',
     "meaning_changed"),
    (GROWTH, 'How did "Revenue" grow from 2023 to 2024, in thousands? A decline is negative.',
     "meaning_changed"),
    (GROWTH, 'How did "Revenue" grow on average from 2023 to 2024? A decline is negative.',
     "meaning_changed"),
    (GROWTH, 'By how much did Boeing\'s "Revenue" grow from 2023 to 2024? A decline is negative.',
     "new_name"),
    (GROWTH, "“Revenue” 2023 2024 的增长率是多少？下降用负数表示，请根据上表计算并给出结果。",
     "other_language"),
    (GROWTH, 'How did "Revenue" grow from 2023 to 2024? не. A decline is negative.',
     "other_language"),
    (GROWTH, 'How did "Revenue" grow from 2023 to 2024, adjusted? A decline is negative.',
     "new_term"),
    (GROWTH, 'How did "Revenue" grow from 2023 to 2024? Explain. A decline is negative.',
     "new_term"),
    (GROWTH, 'How did "Revenue" grow, doubled, from 2023 to 2024? A decline is negative.',
     "new_number"),
    (LARGER, 'Which is larger for 2024, "Level 3 assets {at cost}" or "Revenue"? Give its value.',
     "answer_marker"),
    (LARGER, 'Which is larger for 2024, "Revenue" or "Level 3 assets {at cost}"? Give its name.',
     "answer_marker"),
    (SIMPLE, 'Which is larger for 2024, "Revenue" or "Goodwill"? Name it, as read from the table.',
     "new_term"),
    (SIMPLE, 'Which is larger for 2024, "Revenue" or "Goodwill"? Give the value of the other.',
     "meaning_changed"),
    (CHANGE, 'What was the rate of change of "Revenue" from 2023 to 2024? A decrease is negative.',
     "meaning_changed"),
    (CHANGE, 'By what factor did "Revenue" change from 2023 to 2024? A decrease is negative.',
     "meaning_changed"),
    (CHANGE, 'By how much did "Revenue" change since 2023, up to 2024? A decrease is negative.',
     "meaning_changed"),
    (LOOKUP, 'How much "Revenue" did Alder Works lose in 2024?', "order_changed"),
    (LOOKUP, 'What did Alder Works plan for "Revenue" in 2024?', "new_term"),
    (LATER, LATER.replace("later", "x").replace("earlier", "later").replace("x", "earlier"),
     "order_changed"),
    (WHAT_IF, 'If "Revenue" grew by 5 from 2024 to the next year, by what % would it be then?',
     "new_number"),
    (MARGIN, "How high was Alder Works's operating margin in 2024?", "name_changed"),
    (MARGIN, "How high was the company's gross margin in 2024?", "name_changed"),
    (DATED, DATED.replace("What was", "Give").replace("June", "July"), "period_changed"),
    (DATED, DATED.replace("What was", "Give").replace("quarter", "half"), "new_number"),
    (TAX, 'What does "Revenue" of 2024 come to after tax at 21%, as it stands?', "meaning_changed"),
    (TAX, 'What is left of the cash of "Revenue" of 2024 after tax at 21%?', "new_term"),
    (TURNOVER, "Compute the equity turnover (revenue over year-end total equity) for 2024.",
     "term_lost"),
    (TURNOVER, "Compute the net asset turnover (revenue over year-end total assets) for 2024.",
     "new_term"),
    (CHINESE, "“营业收入”从2023年到2024年的毛利率增长率是多少？下降用负数表示。", "new_term"),
    (CHINESE, "税后“营业收入”从2023年到2024年的增长率是多少？下降用负数表示。",
     "new_term"),
    (CHINESE, "预算中“营业收入”从2023年到2024年的增长率是多少？下降用负数表示。",
     "new_term"),
    (CHINESE, "“营业收入”从2024年到2023年的增长率是多少？下降用负数表示。", "number_lost"),
    (CHINESE, "“营业收入”从2023年到2024年的下降率是多少？增长用负数表示。", "order_changed"),
]  # fmt: skip


def check(original: str, reworded: str) -> str | None:
    names = names_in(original, CONTEXT, ("gross margin", "operating margin"))
    return refusal(
        original, reworded, names=names, lang="zh" if original in (CHINESE, STAGE) else "en"
    )


@pytest.mark.parametrize(("original", "reworded"), GOOD)
def test_what_asks_the_same_is_kept(original: str, reworded: str) -> None:
    assert check(original, reworded) is None


@pytest.mark.parametrize(("original", "reworded", "reason"), BAD)
def test_what_asks_another_thing_is_refused(original: str, reworded: str, reason: str) -> None:
    found = check(original, reworded)
    assert found is not None
    assert found == reason


@given(st.sampled_from(GOOD), st.data())
def test_no_digit_may_change(case: tuple[str, str], data: st.DataObject) -> None:
    original, reworded = case
    places = [n for n, char in enumerate(reworded) if char.isdigit()]
    at = data.draw(st.sampled_from(places))
    new = data.draw(st.sampled_from(sorted(set("0123456789٣２²½") - {reworded[at]})) | st.just(""))
    assert check(original, reworded[:at] + new + reworded[at + 1 :]) is not None


@given(st.sampled_from(GOOD), st.data())
def test_no_number_may_come(case: tuple[str, str], data: st.DataObject) -> None:
    original, reworded = case
    at = data.draw(st.integers(0, len(reworded)))
    number = data.draw(st.sampled_from(["7", "1,000", "seven", "七", "٣", "⅓", "Ⅳ", "-", "%"]))
    if number in "-%" or (
        number == "seven" and (reworded[at - 1 : at] + reworded[at : at + 1]).isalpha()
    ):
        return
    told = reworded[:at] + f" {number} " + reworded[at:]
    assert check(original, told) is not None


@given(st.text(max_size=300))
def test_no_reply_is_a_crash_and_none_is_kept(reply: str) -> None:
    assert check(GROWTH, reply) is not None


def test_numbers_carry_sign_currency_and_unit() -> None:
    assert numbers("-5% of $1,000.5 million, 2024年第二季度 5万元") == (
        "-5%", "$1,000.5million", "2024", "二", "5万",
    )  # fmt: skip
    assert numbers("5 percent") == numbers("5%") == numbers("5％")
    assert numbers("5 percent") != numbers("5 percentage points") != numbers("5 points")


def test_a_long_hostile_question_takes_no_long_time() -> None:
    context = ("Name " * 4000) + "\n" + "| " * 4000
    text = '"' * 3000 + "1,1" * 3000 + "( " * 3000
    began = time.process_time()
    names = names_in(text, context)
    assert refusal(text, text + " 77", names=names, lang="en") is not None
    assert refusal(text, text + "x", names=names, lang="en") is None
    assert time.process_time() - began < 5
