"""The project's own chat family, for tiny models: one token per header, short tool syntax.

    <|system|>You answer ...\\n\\nTools: get_fact(concept,period)<|end|>
    <|user|>What was ...<|end|>
    <|assistant|><think>...</think>text<tool_call>get_fact(concept="Assets",period="2024")</tool_call><|end|>
    <|tool|>352583<|end|>

(no line breaks between messages). The frame of a message is two tokens, where ChatML's is five or
more, and no text of a user can look like it. Values are strict JSON, so that what
is written can be read back without guessing types.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, ClassVar

from qhdata.chat.arguments import NAME, Malformed, value_at
from qhdata.chat.base import Renderer
from qhdata.chat.turns import Builder, Tool, arguments_of
from qhdata.records import Message

_TEMPLATE = """\
{%- set ns = namespace(rest=messages) -%}
{%- if messages and messages[0].role == 'system' -%}
  {%- set ns.rest = messages[1:] -%}
{%- endif -%}
{%- if tools or (messages and messages[0].role == 'system') -%}
  {{- '<|system|>' -}}
  {%- if messages and messages[0].role == 'system' -%}{{- messages[0].content -}}{%- endif -%}
  {%- if tools -%}
    {%- if messages and messages[0].role == 'system' -%}{{- '\\n\\n' -}}{%- endif -%}
    {{- 'Tools:' -}}
    {%- for tool in tools -%}
      {%- set t = tool.function if tool.function is defined else tool -%}
      {{- ' ' + t.name + '(' -}}
      {%- for key in ((t.parameters or {}).properties or {}) -%}
        {{- ',' if not loop.first -}}{{- key -}}
      {%- endfor -%}
      {{- ')' -}}
    {%- endfor -%}
  {%- endif -%}
  {{- '<|end|>' -}}
{%- endif -%}
{%- for m in ns.rest -%}
  {{- '<|' + m.role + '|>' -}}
  {%- if m.role == 'assistant' and m.reasoning_content is string -%}
    {{- '<think>' + m.reasoning_content + '</think>' -}}
  {%- endif -%}
  {{- m.content or '' -}}
  {%- for call in (m.tool_calls or []) -%}
    {%- set c = call.function if call.function is defined else call -%}
    {{- '<tool_call>' + c.name + '(' -}}
    {%- for key, value in c.arguments.items() -%}
      {{- ',' if not loop.first -}}{{- key + '=' -}}{{- value | tojson(separators=(',', ':')) -}}
    {%- endfor -%}
    {{- ')</tool_call>' -}}
  {%- endfor -%}
  {{- '<|end|>' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- '<|assistant|>' -}}{%- endif -%}
"""


class Compact(Renderer):
    """Single-token headers; calls as `name(key=JSON,...)`; tools listed by signature."""

    family: ClassVar[str] = "compact"
    template: ClassVar[str] = _TEMPLATE
    stop: ClassVar[str] = "<|end|>"
    specials: ClassVar[tuple[str, ...]] = (
        "<|system|>", "<|user|>", "<|assistant|>", "<|tool|>", "<|end|>",
        "<think>", "</think>", "<tool_call>", "</tool_call>",
    )  # fmt: skip

    def _open(
        self, b: Builder, messages: Sequence[Message], tools: Sequence[Tool]
    ) -> Sequence[Message]:
        system = messages[0] if messages and messages[0].role == "system" else None
        if system is None and not tools:
            return messages
        start = b.flush()
        b.special("<|system|>")
        if system is not None:
            b.text(system.content)
        if tools:
            signatures = " ".join(
                f"{t['name']}({','.join((t.get('parameters') or {}).get('properties') or {})})"
                for t in tools
            )
            b.text(("\n\n" if system is not None else "") + "Tools: " + signatures)
        b.special("<|end|>")
        b.span("system", start)
        return messages if system is None else messages[1:]

    def _others(self, b: Builder, run: Sequence[Message]) -> None:
        for message in run:
            start = b.flush()
            b.special(f"<|{message.role}|>")
            if message.role == "tool":
                self._observation(b, message.content)
            else:
                b.text(message.content)
            b.special("<|end|>")
            flags = ("observation",) if message.role == "tool" else ()
            b.span(message.role, start, *flags, *(("error",) if message.error else ()))

    def _header(self, b: Builder) -> None:
        b.special("<|assistant|>")

    def _turn(self, b: Builder, message: Message) -> None:
        if message.thinking is not None:
            b.special("<think>")
            b.text(message.thinking)
            b.special("</think>")
        b.text(message.content)
        for call in message.calls:
            b.special("<tool_call>")
            b.text(f"{call.name}({','.join(_written(call))})")
            b.special("</tool_call>")
        b.special("<|end|>")

    def _call(self, text: str) -> tuple[str, dict[str, Any]]:
        found = NAME.match(text)
        if found is None or text[found.end() : found.end() + 1] != "(":
            raise Malformed("not name(")
        at, arguments = found.end() + 1, dict[str, Any]()
        while text[at : at + 1] != ")":
            if arguments:
                if text[at : at + 1] != ",":
                    raise Malformed("no comma")
                at += 1
            key = NAME.match(text, at)
            if key is None or text[key.end() : key.end() + 1] != "=" or key.group() in arguments:
                raise Malformed("not key=")
            arguments[key.group()], at = value_at(text, key.end() + 1)
        if at + 1 != len(text):
            raise Malformed("text after the call")
        return found.group(), arguments


def _written(call: Any) -> list[str]:
    return [
        f"{key}={json.dumps(value, ensure_ascii=False, separators=(',', ':'))}"
        for key, value in arguments_of(call).items()
    ]
