"""Replies in a shape: JSON that must fit a dataclass; one that does not is asked for again, with
what was wrong.

The shape is checked here, whatever the server promises: strictly, as recipes are.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from qhdata.errors import UserError
from qhdata.llm.client import Answer, Llm, Request
from qhdata.recipe import adapter, parse
from qhdata.records import JsonText, Message, json_text

SHOWN = 2_000
"""Characters of a wrong reply that are shown to the model again."""
MOST_STARTS = 50
"""Braces of a reply that are tried as the beginning of its object."""


def ask_for(llm: Llm, requests: Sequence[Request], shape: type) -> list[Answer]:
    """Answers in the order of requests, each with its `value` of class `shape` or a reason.

    shape: a frozen dataclass on `qhdata.recipe.Settings`. Replies that do not fit are counted as
    `again.wrong_schema`, and end as `wrong_schema` after the settings' retries.
    """
    schema = json_text(adapter(shape).json_schema())
    asked = [replace(request, schema=schema) for request in requests]
    found: dict[int, Answer] = {}
    left = list(range(len(asked)))
    for turn in range(llm.settings.retries + 1):
        again = []
        for index, answer in zip(left, llm.ask([asked[i] for i in left]), strict=True):
            found[index] = answer
            if not answer.text:
                continue
            value, wrong = _read(shape, answer.text)
            if not wrong:
                found[index] = replace(answer, value=value)
                continue
            found[index] = replace(answer, text="", reason="wrong_schema")
            again.append(index)
            asked[index] = _corrected(requests[index], schema, answer.text, wrong)
        left = again
        if not left:
            break
        last = turn == llm.settings.retries
        llm.counts["failed.wrong_schema" if last else "again.wrong_schema"] += len(left)
    return [found[index] for index in range(len(asked))]


def _corrected(request: Request, schema: JsonText, text: str, wrong: str) -> Request:
    """The request with its latest wrong reply and what was wrong; other messages, another key."""
    said = (
        Message(role="assistant", content=text[:SHOWN]),
        Message(
            role="user",
            content=f"That reply does not fit: {wrong}. Reply again, with one JSON object of this "
            f"schema and nothing else:\n```\n{schema}\n```",
        ),
    )
    return replace(
        request, messages=(*request.messages, *said), schema=json_text(json.loads(schema))
    )


def _read(shape: type, text: str) -> tuple[Any, str]:
    """(value, "") or (None, what is wrong)."""
    try:
        data = json_of(text)
        if data is None:
            return None, "it is not one JSON object"
        return parse(shape, data, "reply"), ""
    except UserError as error:
        return None, str(error)[:300]


def json_of(text: str) -> dict[str, Any] | None:
    """The first JSON object of a reply, which may stand in a fence or behind reasoning.

    >>> json_of('<think>{no}</think> Here: ```json\\n{"a": {"b": 1}}\\n```')
    {'a': {'b': 1}}
    """
    decoder = json.JSONDecoder()
    text = text[text.rfind("</think>") + 8 :] if "</think>" in text else text
    at = text.find("{")
    for _ in range(MOST_STARTS):
        if at < 0:
            break
        try:
            value, _ = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            at = text.find("{", at + 1)
            continue
        return value if isinstance(value, dict) else None
    return None
