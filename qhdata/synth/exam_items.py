"""Exam items that stand in documents: a question, its options, its answer.

    1. What does a bond's duration measure?
    A. Its age  B. Its sensitivity to interest rates  C. ...
    Answer: B

Options stand on lines of their own or on one line; the answer may be "Answer: B", "Key: B" or
"答案：B". An item whose answer names no option, or several, is left out and counted by who asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 4000
"""Characters of an item, from its answer back."""

_ANSWER = re.compile(
    r"^[ \t]*(?:(?:correct )?answer|key|正确答案|参考答案|答案)[ \t]*(?:is)?[ \t]*[:：.]?[ \t]*"
    r"[(（]?(?P<key>[A-H])[)）.]?[ \t]*$",
    re.I | re.M,
)
_OPTION = re.compile(r"(?:^|(?<=[\s;；]))[(（]?([A-H])[.、)）．][ \t]*(?=\S)", re.M)
_NUMBER = re.compile(
    r"^[ \t]*(?:(?:question|q|第)?[ \t]*\d{1,4}[ \t]*(?:题)?[.、)）:：．]?[ \t]*)", re.I
)


@dataclass(frozen=True, slots=True)
class ExamItem:
    """One item, at its characters `[start, end)`."""

    start: int
    end: int
    question: str
    options: tuple[str, ...]
    right: int
    """Place of the right option."""

    @property
    def answer(self) -> str:
        """The right option's words."""
        return self.options[self.right]


def exam_items(text: str) -> Iterator[ExamItem]:
    """Items of a text, in order."""
    before = 0
    for match in _ANSWER.finditer(text):
        low = max(before, match.start() - LONGEST)
        before = match.end()
        item = _item(text, low, match.start(), match)
        if item is not None:
            yield item


def _item(text: str, low: int, high: int, match: re.Match[str]) -> ExamItem | None:
    marks = _run(list(_OPTION.finditer(text, low, high)))
    if len(marks) < 2:
        return None
    ends = [mark.start() for mark in marks[1:]] + [high]
    options = tuple(
        " ".join(text[mark.end() : end].split()).strip(" ;；")
        for mark, end in zip(marks, ends, strict=True)
    )
    right = ord(match["key"].upper()) - ord("A")
    start = text.rfind("\n\n", low, marks[0].start())
    start = low if start < 0 else start
    question = _NUMBER.sub("", text[start : marks[0].start()].strip(), count=1)
    question = " ".join(question.split())
    start += len(text[start:high]) - len(text[start:high].lstrip())
    clean = len(set(options)) == len(options) and all(options) and len(question) >= 8
    if right >= len(options) or not clean:
        return None
    return ExamItem(start, match.end(), question, options, right)


def _run(marks: list[re.Match[str]]) -> list[re.Match[str]]:
    """The last run A, B, C ... of marks."""
    for n in range(len(marks) - 1, -1, -1):
        if marks[n][1] == "A":
            run = [marks[n]]
            for mark in marks[n + 1 :]:
                if ord(mark[1]) == ord(run[-1][1]) + 1:
                    run.append(mark)
            return run
    return []
