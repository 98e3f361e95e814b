"""YAML to frozen settings, strictly; a wrong key or type is one line that names it and what would
be right.

Settings are stdlib dataclasses: the recipe, the command line and the help are all made from the
same fields and the strings under them. A YAML list becomes a tuple, and `"20"` is still refused for
an int, because validation goes through JSON in pydantic's strict mode.
"""

from __future__ import annotations

import dataclasses
import difflib
import functools
import hashlib
import importlib
import json
import typing
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, TypeVar, cast

import yaml
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from qhdata.errors import UserError

S = TypeVar("S")


class Settings:
    """Base of every settings dataclass: unknown keys and loose types are refused."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(
        extra="forbid", strict=True, allow_inf_nan=False
    )


AtLeastOne = Annotated[int, Field(ge=1)]
NotNegative = Annotated[int, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]
PositiveOrZero = Annotated[float, Field(ge=0)]
ShareOf = Annotated[float, Field(ge=0, le=1)]
"""A share: 0 to 1."""


class _Loader(yaml.SafeLoader):
    """SafeLoader without timestamps: `2024-01-31` in a recipe is text; no anchors that explode, and
    no key twice, of which YAML would silently take the last.
    """

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases (*name) are not used in recipes")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key.value!r} stands twice", key.start_mark
                )
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in pairs if tag != "tag:yaml.org,2002:timestamp"]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_yaml(path: Path) -> dict[str, Any]:
    """A recipe file as plain dicts and lists.

    Raises UserError for a missing file, for YAML that does not parse, and for a top level that is
    not a mapping.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UserError(
            what="no such recipe", where=str(path), mend="give the path of a .yaml file"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(what=f"cannot be read: {error}", where=str(path)) from None
    try:
        data = yaml.load(text, Loader=_Loader)
    except (yaml.YAMLError, RecursionError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        at = f", line {line + 1}" if line is not None else ""
        what = getattr(error, "problem", None) or str(error)
        raise UserError(what=f"not YAML{at}: {what}", where=str(path)) from None
    if not isinstance(data, dict):
        raise UserError(
            what="a recipe is a mapping of names to settings", where=str(path), mend="see demo.yaml"
        )
    return cast("dict[str, Any]", data)


def override(data: dict[str, Any], overrides: Iterable[str]) -> dict[str, Any]:
    """The recipe with `a.b=value` applied; values are read as YAML, lists are indexed by number.

    Raises UserError where the form is wrong or a path goes through something that is not a mapping
    or list.
    """
    data = json.loads(json.dumps(data))
    for item in overrides:
        path, sep, text = item.partition("=")
        if not sep or not path:
            raise UserError(what=f"not an override: {item!r}", where="--set", mend="use a.b=value")
        try:
            value = yaml.load(text, Loader=_Loader)
        except yaml.YAMLError:
            raise UserError(what=f"not a YAML value: {text!r}", where=f"--set {path}") from None
        *keys, last = path.split(".")
        node: Any = data
        for key, following in zip(keys, [*keys, last][1:], strict=True):
            at = _place(node, key, path)
            child = node.setdefault(at, {}) if isinstance(node, dict) else node[at]
            if child == following:  # `extract: filings`: the settings of filings begin here
                child = node[at] = {following: {}}
            node = child
        node[_place(node, last, path)] = value
    return data  # type: ignore[no-any-return]


def _place(node: Any, key: str, path: str) -> str | int:
    """Where a key leads in a mapping or list. Raises UserError in anything else."""
    if isinstance(node, dict):
        return key
    if isinstance(node, list) and key.isdigit() and int(key) < len(node):
        return int(key)
    raise UserError(
        what=f"{key!r} leads nowhere",
        where=f"--set {path}",
        mend=f"what stands there is {json.dumps(node, ensure_ascii=False)[:60]}",
    )


def adapter(cls: Any) -> TypeAdapter[Any]:
    """What checks settings of a class."""
    return _adapter(cls)


@functools.cache  # making one takes milliseconds
def _adapter(cls: Any) -> TypeAdapter[Any]:
    return TypeAdapter(cls)


def parse(cls: type[S], data: Any, where: str) -> S:
    """Plain data to settings of class `cls`.

    Raises UserError that names the first wrong key, with the known ones and the nearest.
    """
    try:
        return cast("S", adapter(cls).validate_json(json.dumps(data)))
    except ValidationError as error:
        raise _worded(cls, data, error, where) from None


def _worded(cls: type, data: Any, error: ValidationError, where: str) -> UserError:
    first = error.errors(include_url=False)[0]
    path = [str(part) for part in first["loc"]]
    if first["type"] in ("unexpected_keyword_argument", "extra_forbidden", "missing"):
        owner = _class_at(cls, path[:-1])
        names = [f.name for f in dataclasses.fields(owner)] if owner else []
        known = f"known: {', '.join(names)}" if names else ""
        place = ".".join([where, *path[:-1]]) if where else ".".join(path[:-1])
        if first["type"] == "missing":
            return UserError(what=f"setting {path[-1]!r} is missing", where=place, mend=known)
        near = difflib.get_close_matches(path[-1], names, n=1)
        mend = f"did you mean {near[0]!r}? {known}" if near else known
        return UserError(what=f"unknown setting {path[-1]!r}", where=place, mend=mend)
    place = ".".join([where, *path]) if where else ".".join(path)
    got = json.dumps(first.get("input"), ensure_ascii=False, default=str)
    got = got if len(got) <= 60 else got[:57] + "..."
    message = first["msg"][0].lower() + first["msg"][1:]
    return UserError(what=f"{message}, got {got}", where=place, mend="correct the value")


def _class_at(cls: type, path: list[str]) -> type | None:
    here: Any = cls
    for part in path:
        if part.isdigit() or part.startswith("function-"):
            continue
        if not dataclasses.is_dataclass(here):
            return None
        here = _inner(typing.get_type_hints(here).get(part))
    return here if dataclasses.is_dataclass(here) and isinstance(here, type) else None


def _inner(hint: Any) -> Any:
    for arg in typing.get_args(hint):
        if dataclasses.is_dataclass(arg):
            return arg
        inner = _inner(arg)
        if inner is not None:
            return inner
    return hint if dataclasses.is_dataclass(hint) else None


def load_object(spec: str, where: str) -> Any:
    """`package.module:Name` to the object: a line of a room's dict, or a plug-in of the user."""
    module, _, name = spec.partition(":")
    try:
        return getattr(importlib.import_module(module), name)
    except ModuleNotFoundError as error:
        raise UserError(
            what=f"module {error.name!r} is not installed", where=where, mend="qhdata doctor"
        ) from None
    except AttributeError:
        raise UserError(what=f"{module} has no {name!r}", where=where) from None


def named(table: Mapping[str, str], entry: str | Mapping[str, Any], where: str) -> Any:
    """One entry of a recipe's list, `name` or `{name: settings}`, as an instance of the class it
    names.

    `table` maps names to import strings; a name with a colon is a plug-in's own import string.
    """
    if isinstance(entry, str):
        name, settings = entry, cast("dict[str, Any]", {})
    elif len(entry) == 1:
        name, settings = next(iter(entry.items()))
        settings = settings or {}
    else:
        raise UserError(what=f"one name each, got {sorted(entry)}", where=where)
    spec = table.get(name) or (name if ":" in name else None)
    if spec is None:
        near = difflib.get_close_matches(name, table, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise UserError(
            what=f"unknown name {name!r}", where=where, mend=f"{hint}known: {', '.join(table)}"
        )
    return parse(load_object(spec, where), settings, f"{where}.{name}")


def plain(settings: object) -> Any:
    """Settings as JSON-able data."""
    return json.loads(adapter(type(settings)).dump_json(settings))


def digest(data: object, length: int = 6) -> str:
    """First `length` hex characters of the sha256 of canonical JSON; settings or plain data."""
    value = plain(data) if dataclasses.is_dataclass(data) else data
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:length]
