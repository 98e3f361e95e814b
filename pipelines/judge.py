"""Judge answers in a file: rows of gold and answer in, a verdict a row out, in the same order.

By rules alone; no language model is involved. A row that is no gold, or no JSON, is unscored and
says why: none is left out.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from qhdata.errors import UserError
from qhdata.judge.judge import JUDGE, judge_all, overall
from qhdata.judge.kinds import load
from qhdata.judge.reasons import BAD_GOLD, BadGold
from qhdata.judge.wire import alternatives, golds_of
from qhdata.records.verdict import Verdict

BAD_ROW = "bad_row"
"""The reason of a line that is no object with `gold` and `answer`."""


def judge(
    file: Annotated[
        Path,
        Parameter(
            help='JSON lines {"gold": {...}, "answer": "..."}; - reads stdin.',
            allow_leading_hyphen=True,
        ),
    ],
    *,
    out: Annotated[
        Path | None, Parameter(name=["--out", "-o"], help="File to write; else stdout.")
    ] = None,
) -> None:
    """A verdict on each answer: correct, wrong or unscored, with the reason and what was read."""
    with ExitStack() as stack:
        if str(file) != "-" and not file.is_file():
            raise UserError(
                what="is no file", where=str(file), mend="give JSON lines, or - for stdin"
            )
        if out and not out.parent.is_dir():
            raise UserError(
                what="no such folder", where=str(out.parent), mend="make it, or give another -o"
            )
        where = sys.stdin.fileno() if str(file) == "-" else file
        lines = stack.enter_context(
            open(where, encoding="utf-8", errors="surrogateescape", closefd=where == file)
        )
        making = out.with_name(f".{out.name}") if out else None  # FILE itself may be meant
        to = stack.enter_context(making.open("w", encoding="utf-8")) if making else sys.stdout
        began, counts = time.monotonic(), Counter[tuple[str, str]]()
        for row in verdicts(lines):
            counts[row["verdict"], row["reason"]] += 1
            to.write(_line(row))
    if making and out:
        making.replace(out)
    print(told(counts, time.monotonic() - began), file=sys.stderr)


def _line(row: dict[str, Any]) -> str:
    """A row as a line; half of a surrogate pair, which UTF-8 has no bytes for, stays escaped."""
    line = json.dumps(row, ensure_ascii=False)
    try:
        line.encode()
    except UnicodeEncodeError:
        line = json.dumps(row)
    return line + "\n"


def verdicts(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """A row for each line that is not blank."""
    for line in lines:
        if line.strip():
            yield verdict_of(line)


def verdict_of(line: str) -> dict[str, Any]:
    """The verdict on one line; its `id` comes along."""
    try:
        row = json.loads(line)
        line.encode()  # bytes that are no UTF-8 stand for themselves until here
    except (ValueError, RecursionError) as error:
        return _unscored({}, BAD_ROW, f"no JSON in UTF-8: {error}")
    if not isinstance(row, dict) or "gold" not in row or not isinstance(row.get("answer"), str):
        return _unscored(row, BAD_ROW, "a row has `gold`, an object, and `answer`, a text")
    try:
        golds = golds_of(row["gold"])
        for gold in golds:
            for one in (gold, *alternatives(gold)):
                load(one.kind).check(one)
    except BadGold as error:
        return _unscored(row, BAD_GOLD, str(error))
    found = judge_all(golds, row["answer"])
    said = _id(row) | _said(overall(found))
    if said["verdict"] == "unscored":
        said["error"] = "gold contradicts itself: a distractor is a right value"
    if isinstance(row["gold"].get("slots"), dict):
        said["slots"] = {g.slot: _said(v) for g, v in zip(golds, found, strict=True)}
    return said


def told(counts: Counter[tuple[str, str]], seconds: float) -> str:
    """One line for a person."""
    total = counts.total()
    parts = []
    for outcome in ("correct", "wrong", "unscored"):
        own = Counter({reason: n for (o, reason), n in counts.items() if o == outcome})
        reasons = ", ".join(f"{reason} {n:,}" for reason, n in own.most_common(4))
        why = f" ({reasons})" if own and outcome != "correct" else ""
        parts.append(f"{own.total():,} {outcome}{why}")
    return f"{total:,} rows: {', '.join(parts)}; {total / max(seconds, 1e-9):,.0f} a second"


def _said(verdict: Verdict) -> dict[str, Any]:
    return {
        "verdict": verdict.outcome, "reason": verdict.reason, "parsed": verdict.parsed,
        "judge": verdict.judge,
    }  # fmt: skip


def _unscored(row: object, reason: str, error: str) -> dict[str, Any]:
    said = {"verdict": "unscored", "reason": reason, "parsed": None, "judge": JUDGE}
    return _id(row) | said | {"error": error}


def _id(row: object) -> dict[str, Any]:
    return {"id": row["id"]} if isinstance(row, dict) and "id" in row else {}
