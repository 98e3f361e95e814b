"""Check a task without a model: gold scores 1, empty 0, renderings pass, near misses fail, the
program re-executes.

The same walk proves a synth set (`qhdata synth validate`) and every generator (the suite). A fault
names the task and what is wrong with it; no fault is the only good answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal

from qhdata.judge import judge
from qhdata.judge.kinds import load
from qhdata.judge.reasons import BadGold
from qhdata.judge.rubric import check_all
from qhdata.programs import Undefined, Value
from qhdata.quantities.units import CONTEXT
from qhdata.records import Gold, Pair, Source, Task
from qhdata.synth.arithmetic import run
from qhdata.synth.draft import HUNDREDTHS
from qhdata.synth.thought import faults_of
from qhdata.synth.wording import answer_text


def check(task: Task, *, gold_reply: str | None = None) -> list[str]:
    """Faults of a task, each a short name and what was found.

    gold_reply: a reply that must score 1, for general tasks; reasoning tasks have it from their
    gold.
    """
    faults = list(_of_every(task))
    if task.family == "reasoning":
        faults += _reasoning(task)
    elif task.family == "general":
        faults += _general(task, gold_reply)
    return faults


def _of_every(task: Task) -> Iterator[str]:
    if not task.sources:
        yield "no_source"
    if any(not source.quote for source in task.sources):
        yield "empty_quote"
    times = [source.public_at for source in task.sources]
    latest = None if None in times or not times else max(t for t in times if t)
    if task.public_at != latest:
        yield f"public_at: {task.public_at} is not the latest of its sources, {latest}"
    if not task.messages or task.messages[-1].role != "user":
        yield "no_question"


def _reasoning(task: Task) -> Iterator[str]:
    if len(task.golds) != 1 or task.program is None:
        yield "not_one_gold_and_program"
        return
    gold = task.golds[0]
    try:
        kind = load(gold.kind)
        kind.check(gold)
    except BadGold as error:
        yield f"bad_gold: {error}"
        return
    yield from _replies(gold, task.lang)
    if task.trace is not None:
        for fault in faults_of(task, task.trace, f"\\boxed{{{answer_text(gold, lang=task.lang)}}}"):
            yield f"chain_of_thought: {fault}"
    slots = {
        name: Value(Decimal(slot["value"]), slot["unit"])
        for name, slot in json.loads(task.program_slots).items()
    }
    result = run(task.program, slots)
    if isinstance(result, Undefined):
        yield f"program_fails: {result.reason}"
        return
    hundredths = gold.kind in HUNDREDTHS and "/" in task.program
    found = result.value.scaleb(2, CONTEXT) if hundredths else result.value
    if abs(found - Decimal(gold.value)) > Decimal(1).scaleb(-10) * max(Decimal(1), abs(found)):
        yield f"program_gives: {found}, gold is {gold.value}"


def _replies(gold: Gold, lang: str) -> Iterator[str]:
    kind = load(gold.kind)
    boxed = f"\\boxed{{{answer_text(gold, lang=lang)}}}"
    for reply in (boxed, f"Answer: {answer_text(gold, False, lang=lang)}"):
        verdict = judge(gold, reply)
        if verdict.outcome != "correct":
            yield f"gold_scores_0: {reply!r} is {verdict.reason}"
    for empty in ("", "I do not know.", "\\boxed{}"):
        if judge(gold, empty).outcome != "wrong":
            yield f"empty_scores: {empty!r}"
    for rendering in kind.renderings(gold):
        verdict = judge(gold, rendering)
        if verdict.outcome != "correct":
            yield f"rendering_fails: {rendering!r} is {verdict.reason}"
    for miss, reason in kind.near_misses(gold):
        verdict = judge(gold, miss)
        if verdict.outcome != "wrong":
            yield f"near_miss_passes: {miss!r}"
        elif verdict.reason != reason:
            yield f"near_miss_reason: {miss!r} is {verdict.reason}, not {reason}"


def _general(task: Task, gold_reply: str | None) -> Iterator[str]:
    if not task.criteria:
        yield "no_criteria"
        return
    if gold_reply is not None and check_all(task.criteria, gold_reply).total != 1.0:
        yield f"gold_scores_0: {gold_reply[:120]!r}"
    for empty in ("", "...", "I do not know."):
        score = check_all(task.criteria, empty).total
        if score is None or score > 0.0:
            yield f"empty_scores: {empty!r} gets {score}"


def check_pair(pair: Pair, gold: Gold) -> list[str]:
    """Faults of a pair of answers to a task with one gold."""
    faults = []
    if judge(gold, pair.chosen[-1].content).outcome != "correct":
        faults.append("chosen_is_wrong")
    verdict = judge(gold, pair.rejected[-1].content)
    if verdict.outcome != "wrong":
        faults.append("rejected_is_right")
    elif verdict.reason != pair.reason:
        faults.append(f"reason: {verdict.reason}, not {pair.reason}")
    return faults


def check_sources(
    sources: tuple[Source, ...], texts: Mapping[str, str], digests: Mapping[str, str]
) -> list[str]:
    """Faults of provenance: the quote must be the characters of the text that the source names.

    texts, digests: text and text_sha256 by doc_id, of the corpus.
    """
    faults = []
    for source in sources:
        if source.doc_id not in texts:
            faults.append(f"no_such_document: {source.doc_id}")
        elif digests[source.doc_id] != source.text_sha256:
            faults.append(f"other_text: {source.doc_id}")
        elif texts[source.doc_id][source.start : source.end] != source.quote:
            faults.append(f"quote_differs: {source.doc_id} {source.start}..{source.end}")
    return faults
