"""Question sets of public benchmarks, by their layouts: what a corpus must not hold.

TAT-QA (`table`, `paragraphs`, `questions`), FinQA and ConvFinQA (`pre_text`, `table`, `post_text`,
`qa`), flat rows (`question` or `questions`, `text`, `table`), CFLUE (`question` with `choices`,
`instruction` with `input`), JSON or JSON lines. What a set is called is its file's name. FinQA's
texts spell quotation marks by their code points (`marathon 2019s`, `201cplan 201d`): read as marks,
or they would be words and numbers that no filing has.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from qhdata.errors import UserError

MAX_BYTES = 2 << 30
"""Bytes of one file of questions at most: it is read whole."""
_TEXTS = ("pre_text", "text", "context", "passage", "paragraphs", "post_text", "input", "article")
_MARK = re.compile(r"(?<![\w.,])(?:2019(?=s\b)|201d\b|201c)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One text of a question set with the questions that are asked of it."""

    question_set: str
    question_id: str
    """As the set has it, or its number there."""
    questions: tuple[str, ...]
    passages: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """Cells of its tables, row by row."""
    accession: str = ""
    """The filing that it is from, where the set says so."""
    page: str = ""
    """The page that it is from, as FinQA names them: `JKHY/2009/page_28.pdf`."""


def question_files(folder: Path) -> list[Path]:
    """Files of a folder (or the one file) that may hold questions. Raises UserError for none."""
    found = [folder] if folder.is_file() else sorted(folder.rglob("*.json*"))
    found = [path for path in found if path.suffix in (".json", ".jsonl")]
    if not found:
        raise UserError(
            what="holds no .json or .jsonl file",
            where=str(folder),
            mend="give a folder of question sets (TAT-QA, FinQA, ConvFinQA, CFLUE, JSON lines)",
        )
    return found


def questions_digest(folder: Path) -> str:
    """Checksum of the files of a folder, by their names below it and their bytes."""
    whole = hashlib.sha256()
    for path in question_files(folder):
        name = path.relative_to(folder) if folder.is_dir() else Path(path.name)
        with path.open("rb") as handle:
            data = hashlib.file_digest(handle, "sha256").hexdigest()
        whole.update(f"{name.as_posix()} {data}\n".encode())
    return whole.hexdigest()


@lru_cache(maxsize=8)
def check_questions(folder: Path, digest: str) -> None:
    """Raises what reading a folder's sets would; digest: theirs, so that the same are read once."""
    for _ in read_questions(folder):
        pass


def read_questions(folder: Path) -> Iterator[Asked]:
    """Every text with its questions. Raises UserError for a file in which there is no question."""
    for path in question_files(folder):
        found = 0
        for n, row in enumerate(_rows(path)):
            asked = asked_of(row, path.stem, n)
            if asked is not None:
                found += 1
                yield asked
        if not found:
            raise UserError(
                what="holds no question that is known by its layout",
                where=str(path),
                mend="each row has `question`, `questions`, `qa` or `instruction`",
            )


def asked_of(row: Any, name: str, n: int) -> Asked | None:
    """One row of a set, or None where it asks nothing."""
    if not isinstance(row, Mapping):
        return None
    questions = list(_questions(row))
    if not questions:
        return None
    table = row.get("table_ori") or row.get("table")
    uid = row.get("id") or row.get("question_id") or row.get("uid")
    if not uid and isinstance(table, Mapping):
        uid = table.get("uid")
    return Asked(
        question_set=name,
        question_id=str(uid or n),
        questions=tuple(dict.fromkeys(questions)),
        passages=tuple(p for key in _TEXTS for p in _texts(row.get(key)) if p.strip()),
        rows=tuple(_table(table)),
        accession=str(row.get("accession") or ""),
        page=str(row.get("filename") or uid or ""),
    )


def _questions(row: Mapping[str, Any]) -> Iterator[str]:
    """The questions of a row, whichever its layout calls them."""
    for key in ("question", "questions", "qa", "instruction", "query"):
        value = row.get(key)
        for one in value if isinstance(value, list) else [value]:
            text = one.get("question") if isinstance(one, Mapping) else one
            if isinstance(text, str) and text.strip():
                yield _MARK.sub("'", text)
    for key, value in row.items():
        if key.startswith("qa_") and isinstance(value, Mapping):  # ConvFinQA: qa_0, qa_1
            yield from _questions({"qa": value})


def _texts(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        text = one.get("text") if isinstance(one, Mapping) else one
        if isinstance(text, str):
            yield _MARK.sub("'", text)


def _table(value: Any) -> Iterator[tuple[str, ...]]:
    """Rows of cells: a list of lists, one inside a mapping, or lines with bars."""
    if isinstance(value, Mapping):
        value = value.get("table")
    if isinstance(value, str):
        value = [line.strip().strip("|").split("|") for line in value.split("\n") if line.strip()]
    if isinstance(value, list):
        for row in value:
            if isinstance(row, list):
                yield tuple(str(cell) for cell in row if cell is not None)


def _rows(path: Path) -> Iterator[Any]:
    if path.stat().st_size > MAX_BYTES:
        raise UserError(what="is too large to read whole", where=str(path), mend="split the file")
    try:
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix == ".jsonl":
            # `splitlines` would cut at U+2028 too, which may stand in a string of JSON.
            yield from (json.loads(line) for line in text.split("\n") if line.strip())
            return
        data = json.loads(text)
    except (ValueError, RecursionError, OSError) as error:
        raise UserError(
            what=f"cannot be read: {str(error)[:120]}", where=str(path), mend="give JSON in UTF-8"
        ) from None
    if isinstance(data, Mapping) and asked_of(data, path.stem, 0) is None:
        # One list of rows, or one a split: {"train": [...], "dev": [...]}.
        lists = [value for value in data.values() if isinstance(value, list)]
        yield from (row for rows in lists for row in rows)
        return
    yield from data if isinstance(data, list) else [data]
