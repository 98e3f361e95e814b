"""Rows of a synth set in the layouts of other trainers: what each reads of a row, of which part.

Arguments of tool calls are an object where a chat template reads them and text on OpenAI's wire;
schemas of tools and golds are JSON text in columns, since Arrow fills nested ones with nulls (TRL
#5118). A gold goes on the wire of docs/judge.md, so `qhdata judge` can judge what such a trainer's
policy answers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from qhdata.judge.wire import to_wire
from qhdata.records import Example, Message, Pair, Task
from qhdata.synth.difficulty import as_json as difficulty_json

Part = Literal["examples", "tasks", "pairs"]


@dataclass(frozen=True, slots=True)
class Layout:
    """One layout: the part that it reads, what it makes of a row, and the kind of file."""

    part: Part
    row: Callable[[Any, int], dict[str, Any] | None]
    """(row, its number in the split) -> what is written; None: a row that the layout cannot say."""
    file: Literal["jsonl", "parquet"] = "jsonl"


def template_message(message: Message) -> dict[str, Any]:
    """As chat templates of `transformers` read it."""
    found: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.thinking:
        found["reasoning_content"] = message.thinking
    if message.calls:
        found["tool_calls"] = [
            {"id": c.call_id, "type": "function",
             "function": {"name": c.name, "arguments": json.loads(c.arguments)}}
            for c in message.calls
        ]  # fmt: skip
    if message.call_id is not None:
        found["tool_call_id"] = message.call_id
    return found


def wire_message(message: Message) -> dict[str, Any]:
    """As OpenAI's API reads it: arguments are text, and thinking stands before the content."""
    found = template_message(message)
    thinking = found.pop("reasoning_content", None)
    if thinking:
        found["content"] = f"{thinking}\n\n{message.content}".rstrip()
    for call in found.get("tool_calls", ()):
        call["function"]["arguments"] = json.dumps(
            call["function"]["arguments"], ensure_ascii=False
        )
    return found


def gold_text(task: Task) -> str:
    """The task's golds as one gold on the wire: several are slots of one."""
    wires = {gold.slot: to_wire(gold) for gold in task.golds}
    if len(wires) == 1:
        return json.dumps(next(iter(wires.values())), ensure_ascii=False)
    slots = {slot: {k: v for k, v in wire.items() if k != "slot"} for slot, wire in wires.items()}
    return json.dumps({"kind": "json", "slots": slots}, ensure_ascii=False)


def _messages(row: Example, _: int) -> dict[str, Any]:
    found = {"messages": list(map(template_message, row.messages)), "tools": row.tools}
    return {**found, **_of(row, row.example_id)}


def _openai(row: Example, _: int) -> dict[str, Any]:
    found: dict[str, Any] = {"messages": list(map(wire_message, row.messages))}
    tools = json.loads(row.tools)
    return {**found, "tools": tools} if tools else found


def _completion(row: Example, _: int) -> dict[str, Any] | None:
    last = max((n for n, m in enumerate(row.messages) if m.role == "user"), default=-1)
    if last < 0 or last == len(row.messages) - 1:
        return None
    said = list(map(template_message, row.messages))
    found = {"prompt": said[: last + 1], "completion": said[last + 1 :], "tools": row.tools}
    return {**found, **_of(row, row.example_id)}


def _preference(row: Pair, _: int) -> dict[str, Any]:
    found = {
        name: list(map(template_message, messages))
        for name, messages in (
            ("prompt", row.messages), ("chosen", row.chosen), ("rejected", row.rejected),
        )
    }  # fmt: skip
    return {**found, "tools": row.tools, "reason": row.reason, **_of(row, row.pair_id)}


def _prompt(row: Task, _: int) -> dict[str, Any] | None:
    if not _plain(row):
        return None
    said = list(map(template_message, row.messages))
    return {"prompt": said, "gold": gold_text(row), **_of(row, row.task_id)}


def _verl(row: Task, n: int) -> dict[str, Any] | None:
    if not _plain(row):
        return None
    prompt = [{"role": m.role, "content": m.content} for m in row.messages]
    return {
        "data_source": f"qhdata/{row.generator.partition('@')[0]}",
        "prompt": prompt,
        "ability": f"finance_{row.family}",
        "reward_model": {"style": "rule", "ground_truth": gold_text(row)},
        "extra_info": {
            "split": row.split, "index": n, "need_tools_kwargs": False,
            # its reward function is not given the prompt
            "prompt_json": json.dumps(prompt, ensure_ascii=False), **_of(row, row.task_id),
        },
    }  # fmt: skip


def _verifiers(row: Task, _: int) -> dict[str, Any] | None:
    if not _plain(row):
        return None
    prompt = [{"role": m.role, "content": m.content} for m in row.messages]
    about = {"gold": json.loads(gold_text(row)), **_of(row, row.task_id)}
    return {
        "prompt": prompt, "answer": row.golds[0].value, "task": row.generator,
        "info": json.dumps(about, ensure_ascii=False),
    }  # fmt: skip


def _plain(task: Task) -> bool:
    """Whether a task has golds and needs no world to act in."""
    return task.domain is None and bool(task.golds)


def _of(row: Example | Task | Pair, name: str) -> dict[str, Any]:
    """Where a row comes from, as texts that every layout can hold."""
    group = row.problem_id if isinstance(row, Task) else row.group_id
    hard = {"difficulty": difficulty_json(row)} if isinstance(row, Task) else {}
    return {
        "id": name, "group_id": group, "generator": row.generator, "filer_id": row.filer_id,
        "license": row.license, "public_at": row.public_at or "",
        "doc_ids": json.dumps(sorted({source.doc_id for source in row.sources})), **hard,
    }  # fmt: skip


LAYOUTS: Mapping[str, Layout] = {
    "messages": Layout("examples", _messages),
    "openai": Layout("examples", _openai),
    "trl-completion": Layout("examples", _completion),
    "trl-preference": Layout("pairs", _preference),
    "trl-prompt": Layout("tasks", _prompt),
    "verl": Layout("tasks", _verl, "parquet"),
    "verifiers": Layout("tasks", _verifiers),
}


def compute_score(
    data_source: str,
    solution_str: str,
    ground_truth: str,
    extra_info: Mapping[str, Any] | None = None,
    **_: Any,
) -> dict[str, Any]:
    """verl's reward: name this function in `custom_reward_function`. An unscored answer is 0 there,
    since verl knows no third outcome; `unscored` tells it.
    """
    from qhdata.judge.judge import judge_all, overall
    from qhdata.judge.wire import golds_of

    verdict = overall(judge_all(golds_of(json.loads(ground_truth)), solution_str))
    return {
        "score": float(verdict.outcome == "correct"), "reason": verdict.reason,
        "unscored": verdict.outcome == "unscored",
    }  # fmt: skip
