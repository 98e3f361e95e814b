"""From one frozen dataclass to an Arrow schema, a JSON schema, and rows in and out.

The walk over type hints stands here once: `str` is large_string, `int` int64, `float` float64
(scores only, never a number of record), `X | None` nullable, `tuple[X, ...]` a list, a record a
struct. `DecimalText` and `JsonText` are strings whose kind is kept in the field's metadata, because
a digest has to know which strings to canonicalise.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import itertools
import json
import textwrap
import types
import typing
from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from operator import attrgetter
from typing import (
    Any,
    Literal,
    NewType,
    TypeAlias,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
)

import pyarrow as pa

DecimalText = NewType("DecimalText", str)
"""A number of record: plain decimal text such as `-1234.5`, never a float."""

JsonText = NewType("JsonText", str)
"""One open-ended value as canonical JSON text."""

Rows: TypeAlias = pa.RecordBatch

R = TypeVar("R")


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def json_text(value: object) -> JsonText:
    """Canonical JSON: sorted keys, no spaces, unicode as it is."""
    return JsonText(_CANONICAL.encode(value))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Characters `[start, end)` of a document's unedited text, in Unicode code points."""

    start: int
    end: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a synthetic row comes from: characters of a document, and the fact they show."""

    corpus_digest: str
    """Digest of the corpus's `documents` part."""
    doc_id: str
    text_sha256: str
    """Of the document's text, so that a span cannot silently point into other text."""
    extractor: str
    """name@version that made the text."""
    start: int
    end: int
    quote: str
    """The characters `[start, end)` themselves."""
    fact_id: str | None = None
    public_at: str | None = None


@cache
def type_hints(cls: type) -> dict[str, Any]:
    """Resolved field types of a record, in field order."""
    hints = typing.get_type_hints(cls)
    return {field.name: hints[field.name] for field in dataclasses.fields(cls)}


@cache
def arrow_schema(cls: type) -> pa.Schema:
    """The Arrow schema of a record."""
    return pa.schema([_arrow_field(name, hint) for name, hint in type_hints(cls).items()])


def _arrow_field(name: str, hint: Any) -> pa.Field:
    inner, nullable = _strip_none(hint)
    metadata = None
    if inner is DecimalText:
        metadata = {b"kind": b"decimal"}
    elif inner is JsonText:
        metadata = {b"kind": b"json"}
    return pa.field(name, _arrow_type(inner), nullable=nullable, metadata=metadata)


def _arrow_type(hint: Any) -> pa.DataType:
    if hint in (str, DecimalText, JsonText) or get_origin(hint) is Literal:
        return pa.large_string()
    if hint is bool:
        return pa.bool_()
    if hint is int:
        return pa.int64()
    if hint is float:
        return pa.float64()
    if hint is bytes:
        return pa.large_binary()
    if get_origin(hint) is tuple:
        item, nullable = _strip_none(get_args(hint)[0])
        return pa.list_(pa.field("item", _arrow_type(item), nullable=nullable))
    if dataclasses.is_dataclass(hint):
        return pa.struct(list(arrow_schema(cast(type, hint))))
    raise TypeError(f"no Arrow type for {hint!r}")


def _strip_none(hint: Any) -> tuple[Any, bool]:
    if get_origin(hint) in (Union, types.UnionType):
        rest = [a for a in get_args(hint) if a is not type(None)]
        if len(rest) == 1:
            return rest[0], True
        raise TypeError(f"a record field has one type, or one type and None: {hint!r}")
    return hint, False


def to_batch(cls: type, records: Iterable[object]) -> Rows:
    """Records to one RecordBatch with the record's schema."""
    rows = records if isinstance(records, Sequence) else list(records)
    schema = arrow_schema(cls)
    arrays = []
    for field in schema:
        column = list(map(attrgetter(field.name), rows))
        if pa.types.is_nested(field.type):  # scalars are plain as they are: most columns
            column = list(map(_plain, column))
        arrays.append(pa.array(column, type=field.type))
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    return value


def as_dict(record: object) -> dict[str, Any]:
    """A record as plain dicts, lists and scalars."""
    return cast("dict[str, Any]", _plain(record))


def from_batch(cls: type[R], batch: pa.RecordBatch | pa.Table) -> list[R]:
    """Rows back to records; columns that the record does not know are ignored."""
    readers = {name: read for name, read in _readers(cast(type, cls)) if name in batch.schema.names}
    columns = []
    for name, read in readers.items():
        values = batch.column(name).to_pylist()
        columns.append(values if read is None else [v if v is None else read(v) for v in values])
    names = tuple(readers)
    return [cls(**dict(zip(names, row, strict=True))) for row in zip(*columns, strict=True)]


def from_dict(cls: type[R], row: dict[str, Any]) -> R:
    """One plain row to a record, nested records and tuples included."""
    found = {}
    for name, read in _readers(cast(type, cls)):
        if name in row:
            value = row[name]
            found[name] = value if read is None or value is None else read(value)
    return cls(**found)


@cache
def _readers(cls: type) -> tuple[tuple[str, Callable[[Any], Any] | None], ...]:
    """Of each field what makes its value of a plain one; None where it is one already. Asked once
    a class: to ask the type hints for each value took ten times as long as the records themselves.
    """
    return tuple((name, _reader(hint)) for name, hint in type_hints(cls).items())


def _reader(hint: Any) -> Callable[[Any], Any] | None:
    inner, _ = _strip_none(hint)
    if get_origin(inner) is tuple:
        element = _reader(get_args(inner)[0])
        if element is None:
            return tuple
        return lambda values: tuple(v if v is None else element(v) for v in values)
    if dataclasses.is_dataclass(inner):
        return partial(from_dict, cast(type, inner))
    return None


@cache
def field_docs(cls: type) -> dict[str, str]:
    """The string under each field, as help and schema show it."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(cls)))
    body = cast(ast.ClassDef, tree.body[0]).body
    docs: dict[str, str] = {}
    for before, after in itertools.pairwise(body):
        if (
            isinstance(before, ast.AnnAssign)
            and isinstance(before.target, ast.Name)
            and isinstance(after, ast.Expr)
            and isinstance(after.value, ast.Constant)
            and isinstance(after.value.value, str)
        ):
            docs[before.target.id] = " ".join(after.value.value.split())
    return docs


def json_schema(cls: type) -> dict[str, Any]:
    """JSON Schema (2020-12) of a record; the same walk as `arrow_schema`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": cls.__name__,
        **_json_object(cls),
    }


def _json_object(cls: type) -> dict[str, Any]:
    docs = field_docs(cls)
    properties: dict[str, Any] = {}
    required = []
    for field in dataclasses.fields(cls):
        inner, nullable = _strip_none(type_hints(cls)[field.name])
        schema = _json_type(inner)
        if nullable:
            schema = {"anyOf": [schema, {"type": "null"}]}
        if field.name in docs:
            schema["description"] = docs[field.name]
        properties[field.name] = schema
        no_default = field.default is dataclasses.MISSING
        if no_default and field.default_factory is dataclasses.MISSING:
            required.append(field.name)
    return {
        "type": "object",
        "description": " ".join((cls.__doc__ or "").split()),
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _json_type(hint: Any) -> dict[str, Any]:
    if hint is DecimalText:
        return {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}
    if hint is JsonText:
        return {"type": "string", "contentMediaType": "application/json"}
    if get_origin(hint) is Literal:
        return {"type": "string", "enum": list(get_args(hint))}
    if get_origin(hint) is tuple:
        return {"type": "array", "items": _json_type(_strip_none(get_args(hint)[0])[0])}
    if dataclasses.is_dataclass(hint):
        return _json_object(cast(type, hint))
    names = {str: "string", int: "integer", float: "number", bool: "boolean", bytes: "string"}
    return {"type": names[hint]}


def concat(cls: type, batches: Sequence[Rows]) -> pa.Table:
    """Batches of one record to a table, also when there are none."""
    return pa.Table.from_batches(list(batches), schema=arrow_schema(cls))
