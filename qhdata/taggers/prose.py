"""What of a text is prose and what is table: the line between all rules for either.

Extraction writes tables as Markdown, so a line that begins with a bar is a table's row. A rule made
for web prose (alphabetic share, closing punctuation) deletes statements when it sees those rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*", re.UNICODE)
"""Letters only; a number is not a word here."""

CJK = re.compile(r"[㐀-䶿一-鿿]")


def is_table_line(line: str) -> bool:
    """Whether a line is a row of a Markdown table."""
    return line.lstrip().startswith("|")


def prose_lines(text: str) -> list[str]:
    """Lines that are not table rows nor blank, stripped."""
    return [
        stripped
        for line in text.splitlines()
        if (stripped := line.strip()) and not stripped.startswith("|")
    ]


def tables(text: str) -> Iterator[list[str]]:
    """Runs of table rows, the rule under the header (`|---|`) left out."""
    rows: list[str] = []
    for line in text.splitlines():
        if is_table_line(line):
            if set(line.strip()) - set("|-: "):
                rows.append(line.strip())
        elif rows:
            yield rows
            rows = []
    if rows:
        yield rows


def cells(row: str) -> list[str]:
    """The cells of a Markdown table row, stripped; `\\|` is a bar in a cell."""
    inner = row.strip().removeprefix("|")
    inner = inner[:-1] if inner.endswith("|") and not inner.endswith("\\|") else inner
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", inner)]


def words(text: str) -> int:
    """Number of words; a Chinese character counts as one."""
    chinese = len(CJK.findall(text))
    return chinese + len(WORD.findall(CJK.sub(" ", text)))


def sample(text: str, most: int) -> str:
    """Up to `most` characters of prose, from the start, the middle and the end.

    Cover pages are names and numbers, so a start alone misleads. Without prose, the text itself.
    """
    prose = "\n".join(prose_lines(text)) or text
    if len(prose) <= most:
        return prose
    third = most // 3
    middle = len(prose) // 2
    return "\n".join((prose[:third], prose[middle : middle + third], prose[-third:]))
