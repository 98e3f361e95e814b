"""Judge answers in a file: rows of gold and answer in, a verdict a row out, in the same order.

By rules alone, unless a second opinion is asked for (`--algebra`, `--model-judge`): then each row
that was heard says what the rules had said. A row that is no gold, or no JSON, is unscored and says
why: none is left out.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from qhdata.errors import UserError
from qhdata.evaluate.votes import votes_of
from qhdata.judge.appeals import Appeal, by_algebra, by_model, math_verify
from qhdata.judge.judge import JUDGE, judge_all, overall
from qhdata.judge.kinds import load
from qhdata.judge.model_judge import Ask
from qhdata.judge.reasons import BAD_GOLD, BadGold
from qhdata.judge.wire import alternatives, golds_of
from qhdata.llm import Llm, LlmSettings
from qhdata.llm.ledger import NAME as LEDGER
from qhdata.recipe import Settings, parse, read_yaml
from qhdata.records import Gold
from qhdata.records.verdict import Verdict

BLOCK = 256
"""Rows whose appeals are put together."""
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
    algebra: Annotated[
        bool,
        Parameter(help="Compute expressions, as 3/4, that the rules cannot read.", negative=""),
    ] = False,
    model_judge: Annotated[
        Path | None,
        Parameter(help="YAML with `llm:`; that model is asked where the rules could not read."),
    ] = None,
    votes: Annotated[int, Parameter(help="Votes of the model judge, odd.")] = 1,
    cache: Annotated[
        Path, Parameter(help="Folder of the model's replies and of what it cost.")
    ] = Path("llm-cache"),
) -> None:
    """A verdict on each answer: correct, wrong or unscored, with the reason and what was read."""
    if algebra:
        math_verify()  # what is missing is told before any work
    second = Second(algebra, _asks(model_judge, votes, cache), votes)
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
        heard = Counter[tuple[str, str]]()
        for row in second.opinions(lines):
            counts[row["verdict"], row["reason"]] += 1
            if "appeal" in row:
                heard[row["appeal"]["by"], row["verdict"]] += 1
            to.write(_line(row))
    if making and out:
        making.replace(out)
    print(told(counts, time.monotonic() - began), file=sys.stderr)
    for by in sorted({by for by, _ in heard}):
        granted, kept = heard[by, "correct"], heard[by, "wrong"]
        print(f"{by} was asked {granted + kept:,} times: {granted:,} correct", file=sys.stderr)


@dataclass(frozen=True, kw_only=True)
class ModelJudgeSettings(Settings):
    """A recipe of `qhdata judge --model-judge`."""

    llm: LlmSettings
    """Whom to ask, how patiently, and what it may cost."""


@dataclass(frozen=True)
class Second:
    """Who is asked about answers that the rules could not read; nobody, unless so started."""

    algebra: bool = False
    ask: Ask | None = None
    votes: int = 1

    def opinions(self, lines: Iterable[str]) -> Iterator[dict[str, Any]]:
        """A row for each line that is not blank, in order; BLOCK of them are asked together."""
        if not self.algebra and self.ask is None:
            yield from verdicts(lines)
            return
        held = (line for line in lines if line.strip())
        while block := list(islice(held, BLOCK)):
            rows = [verdict_of(line) for line in block]
            wrong = [n for n, row in enumerate(rows) if row["verdict"] == "wrong"]
            cases = {n: case for n in wrong if (case := _case(block[n], rows[n]))}
            if self.algebra:
                for n, (gold, _, answer, verdict) in list(cases.items()):
                    if appeal := by_algebra(gold, answer, verdict):
                        rows[n] |= _heard(appeal)
                        del cases[n]
            if self.ask and cases:
                found = by_model(list(cases.values()), self.ask, self.votes)
                for n, said in zip(cases, found, strict=True):
                    if said:
                        rows[n] |= _heard(said)
            yield from rows


def _asks(recipe: Path | None, votes: int, cache: Path) -> Ask | None:
    """Votes of the model that a recipe names. Raises UserError for a bad one."""
    if recipe is None:
        return None
    if votes < 1 or votes % 2 == 0:
        raise UserError(what=f"{votes} votes", where="--votes", mend="an odd number: 1, 3, 5 ...")
    settings = parse(ModelJudgeSettings, read_yaml(recipe), recipe.name)
    settings.llm.check(f"{recipe.name}: llm")
    return votes_of(Llm(settings.llm, cache, where=f"{recipe.name}: llm", ledger=cache / LEDGER))


def _case(line: str, row: Mapping[str, Any]) -> tuple[Gold, str, str, Verdict] | None:
    """Gold, question, answer and verdict of a row that may be appealed: of one gold alone."""
    said = json.loads(line)
    if "slots" in row:
        return None
    (gold,) = golds_of(said["gold"])
    question = said.get("question")
    verdict = Verdict(outcome="wrong", reason=row["reason"], parsed=row["parsed"], judge=JUDGE)
    return gold, question if isinstance(question, str) else "", said["answer"], verdict


def _heard(appeal: Appeal) -> dict[str, Any]:
    """What of a row is another after an appeal, and what the rules had said."""
    told = {"by": appeal.by, "rules": appeal.rules, "heard": appeal.heard}
    return _said(appeal.verdict) | {"appeal": told}


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
