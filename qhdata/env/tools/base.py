"""From a typed function to a tool: its schema, the checks of its arguments, and its call."""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, TypeAlias, TypeVar

from qhdata.env.overlay import OverlayFull
from qhdata.env.world import TooMuchWork, World
from qhdata.records import json_text

Effect: TypeAlias = Literal["read", "write", "think"]
ToolSchema: TypeAlias = "dict[str, Any]"
F = TypeVar("F", bound=Callable[..., object])

MAX_RESULT = 4000
"""Characters of one result; what is over is cut, and the cut is said."""
MAX_ARGUMENT = 2000
"""Characters of one text argument."""
MAX_WHOLE = 10**12
"""Whole-number arguments beyond this are refused; nothing here needs them."""

_EFFECT = "tool_effect"
_ARG = re.compile(r"^ {0,4}(\w+): (.*)$")


class ToolError(Exception):
    """What the agent reads when a call cannot be done; it says what would be right."""


def tool(effect: Effect) -> Callable[[F], F]:
    """Mark a function as a tool that reads the world, writes the overlay, or only thinks."""

    def mark(function: F) -> F:
        setattr(function, _EFFECT, effect)
        return function

    return mark


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a tool."""

    name: str
    kind: type
    choices: tuple[str, ...]
    required: bool
    text: str


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool, read from its function."""

    name: str
    effect: Effect
    text: str
    parameters: tuple[Parameter, ...]
    function: Callable[..., object]

    def schema(self) -> ToolSchema:
        """OpenAI's shape: what chat templates and servers read."""
        properties: dict[str, Any] = {}
        for p in self.parameters:
            properties[p.name] = {"type": _JSON[p.kind], "description": p.text}
            if p.choices:
                properties[p.name]["enum"] = list(p.choices)
        return {
            "type": "function",
            "function": {
                "name": self.name,
                "description": self.text,
                "parameters": {
                    "type": "object",
                    "properties": properties,
                    "required": [p.name for p in self.parameters if p.required],
                    "additionalProperties": False,
                },
            },
        }


_JSON: dict[type, str] = {str: "string", int: "integer", bool: "boolean"}


@cache
def read_tool(function: Callable[..., object]) -> Tool:
    """The tool behind a marked function.

    Raises TypeError, a defect of ours, for a function that is not marked, whose first parameter is
    not the world, or whose docstring does not describe every argument.
    """
    effect = getattr(function, _EFFECT, None)
    name = getattr(function, "__name__", "?")
    if effect is None:
        raise TypeError(f"{name} is not marked with @tool")
    hints = typing.get_type_hints(function)
    first, *rest = inspect.signature(function).parameters.values()
    if hints.get(first.name) is not World:
        raise TypeError(f"{name}: the first parameter of a tool is the world")
    text, described = _docstring(function)
    parameters = []
    for p in rest:
        if p.name not in described:
            raise TypeError(f"{name}: {p.name} is not described under Args")
        kind, choices = _kind(hints[p.name], name)
        required = p.default is inspect.Parameter.empty
        parameters.append(Parameter(p.name, kind, choices, required, described[p.name]))
    return Tool(name, effect, text, tuple(parameters), function)


def _kind(hint: Any, name: str) -> tuple[type, tuple[str, ...]]:
    if typing.get_origin(hint) is Literal:
        return str, typing.get_args(hint)
    if hint in _JSON:
        return hint, ()
    raise TypeError(f"{name}: tools take text, whole numbers and booleans, not {hint!r}")


def _docstring(function: Callable[..., object]) -> tuple[str, dict[str, str]]:
    """(what the tool does, {argument: what it is}) of a Google-style docstring."""
    head, _, args = inspect.cleandoc(function.__doc__ or "").partition("\nArgs:\n")
    described: dict[str, str] = {}
    last = ""
    for line in args.splitlines():
        match = _ARG.match(line)
        if match:
            last = match[1]
            described[last] = match[2].strip()
        elif last and line.strip():
            described[last] += " " + line.strip()
    return " ".join(head.split()), described


def run_tool(found: Tool, world: World, arguments: object) -> str:
    """Check the arguments, call the tool, and give the text that the agent reads.

    Raises ToolError for whatever the agent did wrong; any other exception is a defect of ours.
    """
    checked = _checked(found, arguments)
    try:
        result = found.function(world, **checked)
    except TooMuchWork:
        raise ToolError("that is too much work for one call; ask for less") from None
    except OverlayFull:
        raise ToolError("nothing more can be written in this episode") from None
    return capped(result if isinstance(result, str) else json_text(result))


def capped(text: str, limit: int = MAX_RESULT) -> str:
    """At most `limit` characters, and a word about what is missing."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}\n[cut: {len(text) - limit} of {len(text)} characters left out]"


def _checked(found: Tool, arguments: object) -> dict[str, object]:
    if not isinstance(arguments, Mapping):
        raise ToolError(f"{found.name}: arguments must be one JSON object")
    known = {p.name: p for p in found.parameters}
    for name in arguments:
        if name not in known:
            wanted = ", ".join(known) or "none"
            raise ToolError(f"{found.name}: unknown argument {_short(name)}; known: {wanted}")
    checked: dict[str, object] = {}
    for p in found.parameters:
        if p.name in arguments:
            checked[p.name] = _value(found.name, p, arguments[p.name])
        elif p.required:
            raise ToolError(f"{found.name}: argument {p.name} is missing")
    return checked


def _value(name: str, p: Parameter, value: object) -> object:
    if p.kind is str and isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if abs(value) < MAX_WHOLE else "?"  # a year is often given as a number
    if type(value) is not p.kind:
        raise ToolError(f"{name}: {p.name} must be {_JSON[p.kind]}, got {_short(value)}")
    if isinstance(value, str):
        if len(value) > MAX_ARGUMENT:
            raise ToolError(f"{name}: {p.name} is longer than {MAX_ARGUMENT} characters")
        value = value.encode("utf-8", "replace").decode()  # lone surrogates, which SQLite refuses
    elif isinstance(value, int) and abs(value) > MAX_WHOLE:
        raise ToolError(f"{name}: {p.name} is too large")
    if p.choices and value not in p.choices:
        raise ToolError(f"{name}: {p.name} must be one of {', '.join(p.choices)}")
    return value


def _short(value: object) -> str:
    text = (
        json_text(value)
        if isinstance(value, str | int | float | bool | None)
        else ("an object" if isinstance(value, Mapping) else "a list")
    )
    return text if len(text) <= 40 else text[:37] + "..."
