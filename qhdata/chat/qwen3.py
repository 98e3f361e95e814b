"""Qwen3's ChatML: `<|im_start|>role`, JSON calls in <tool_call>, results as a user message.

Equal to the family's published template with two stated differences, both so that the prefix of a
conversation never changes while it grows: thinking of earlier turns stays unless `history: strip`,
and a turn without thinking gets no empty think block. A reasoning example therefore always carries
its thinking, an example without trains the model to answer at once.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, ClassVar

from qhdata.chat.arguments import Malformed, whole
from qhdata.chat.base import Renderer
from qhdata.chat.turns import Builder, Tool, arguments_of
from qhdata.records import Message

_TOOLS = (
    "# Tools\n\nYou may call one or more functions to assist with the user query.\n\n"
    "You are provided with function signatures within <tools></tools> XML tags:\n<tools>"
)
_HOW = (
    "\n</tools>\n\nFor each function call, return a json object with function name and arguments "
    "within "
)
_TAGS = " XML tags:\n"
_FORM = '\n{"name": <function-name>, "arguments": <args-json-object>}\n'

_TEMPLATE = (
    """\
{%- set ns = namespace(rest=messages) -%}
{%- if messages and messages[0].role == 'system' -%}
  {%- set ns.rest = messages[1:] -%}
{%- endif -%}
{%- if tools or (messages and messages[0].role == 'system') -%}
  {{- '<|im_start|>system\\n' -}}
  {%- if messages and messages[0].role == 'system' -%}
    {{- messages[0].content -}}{{- '\\n\\n' if tools -}}
  {%- endif -%}
  {%- if tools -%}
    {{- """
    + json.dumps(_TOOLS)
    + """ -}}
    {%- for tool in tools -%}{{- '\\n' -}}{{- tool | tojson -}}{%- endfor -%}
    {{- """
    + json.dumps(_HOW)
    + """ + '<tool_call></tool_call>' + """
    + json.dumps(_TAGS)
    + """ + '<tool_call>' + """
    + json.dumps(_FORM)
    + """ + '</tool_call>' -}}
  {%- endif -%}
  {{- '<|im_end|>\\n' -}}
{%- endif -%}
{%- for m in ns.rest -%}
  {%- if m.role == 'tool' -%}
    {%- if loop.first or loop.previtem.role != 'tool' -%}{{- '<|im_start|>user' -}}{%- endif -%}
    {{- '\\n<tool_response>\\n' + m.content + '\\n</tool_response>' -}}
    {%- if loop.last or loop.nextitem.role != 'tool' -%}{{- '<|im_end|>\\n' -}}{%- endif -%}
  {%- else -%}
    {{- '<|im_start|>' + m.role + '\\n' -}}
    {%- if m.role == 'assistant' and m.reasoning_content is string -%}
      {{- '<think>\\n' + m.reasoning_content.strip('\\n') + '\\n</think>\\n\\n' -}}
    {%- endif -%}
    {{- m.content or '' -}}
    {%- for call in (m.tool_calls or []) -%}
      {%- set c = call.function if call.function is defined else call -%}
      {{- '\\n' if (m.content or not loop.first) -}}
      {{- '<tool_call>\\n{"name": "' + c.name + '", "arguments": ' -}}
      {{- c.arguments | tojson -}}{{- '}\\n</tool_call>' -}}
    {%- endfor -%}
    {{- '<|im_end|>\\n' -}}
  {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- '<|im_start|>assistant\\n' -}}{%- endif -%}
"""
)


class Qwen3(Renderer):
    """ChatML with thinking and JSON tool calls."""

    family: ClassVar[str] = "qwen3"
    template: ClassVar[str] = _TEMPLATE
    stop: ClassVar[str] = "<|im_end|>"
    specials: ClassVar[tuple[str, ...]] = (
        "<|im_start|>", "<|im_end|>", "<think>", "</think>", "<tool_call>", "</tool_call>",
        "<tool_response>", "</tool_response>",
    )  # fmt: skip
    after: ClassVar[str] = "\n"

    def _open(
        self, b: Builder, messages: Sequence[Message], tools: Sequence[Tool]
    ) -> Sequence[Message]:
        system = messages[0] if messages and messages[0].role == "system" else None
        if system is None and not tools:
            return messages
        start = b.flush()
        b.special("<|im_start|>")
        b.text("system\n")
        if system is not None:
            b.text(system.content + ("\n\n" if tools else ""))
        if tools:
            b.text(_TOOLS)
            for tool in tools:
                b.text("\n" + _json({"type": "function", "function": tool}))
            b.text(_HOW)
            b.special("<tool_call>")
            b.special("</tool_call>")
            b.text(_TAGS)
            b.special("<tool_call>")
            b.text(_FORM)
            b.special("</tool_call>")
        b.special("<|im_end|>")
        b.span("system", start)
        b.text("\n")
        return messages if system is None else messages[1:]

    def _others(self, b: Builder, run: Sequence[Message]) -> None:
        b.flush()
        start = len(b.ids)
        b.special("<|im_start|>")
        if run[0].role != "tool":
            b.text(f"{run[0].role}\n{run[0].content}")
            b.special("<|im_end|>")
            b.span(run[0].role, start)
            b.text("\n")
            return
        b.text("user")
        for message in run:
            b.text("\n")
            b.special("<tool_response>")
            b.text("\n")
            self._observation(b, message.content)
            b.text("\n")
            b.special("</tool_response>")
            start = b.span("tool", start, "observation", *(("error",) if message.error else ()))
        b.special("<|im_end|>")
        b.text("\n")

    def _header(self, b: Builder) -> None:
        b.special("<|im_start|>")
        b.text("assistant\n")
        b.flush()

    def _turn(self, b: Builder, message: Message) -> None:
        if message.thinking is not None:
            b.special("<think>")
            b.text("\n" + message.thinking.strip("\n") + "\n")
            b.special("</think>")
            b.text("\n\n")
        b.text(message.content)
        for n, call in enumerate(message.calls):
            if n or message.content:
                b.text("\n")
            b.special("<tool_call>")
            arguments = _json(arguments_of(call))
            b.text(f'\n{{"name": "{call.name}", "arguments": {arguments}}}\n')
            b.special("</tool_call>")
        b.special("<|im_end|>")

    def _call(self, text: str) -> tuple[str, dict[str, Any]]:
        value = whole(text)
        if (
            not isinstance(value, dict)
            or set(value) != {"name", "arguments"}
            or not isinstance(value["name"], str)
            or not isinstance(value["arguments"], dict)
        ):
            raise Malformed("not {name, arguments}")
        return value["name"], value["arguments"]

    def _trim(self, text: str, calls: bool, thought: bool) -> str:
        if thought:
            text = text.removeprefix("\n\n")
        # Each call but the first stands after a line break that is frame, not content.
        return text.rstrip("\n") if calls else text

    def _unframed(self, thinking: str) -> str:
        return thinking.strip("\n")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
