"""Records to Arrow, to JSON Schema, and back."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import schemas
from qhdata.records import (
    Cell,
    Fact,
    Gold,
    Table,
    Task,
    Tolerance,
    arrow_schema,
    from_batch,
    json_schema,
    to_batch,
)
from qhdata.records.base import field_docs

ROOT = Path(__file__).parents[3]
TEXTS = schemas.texts()

text = st.text(max_size=20)
cells = st.builds(
    Cell,
    row=st.integers(0, 9),
    col=st.integers(0, 9),
    rowspan=st.integers(1, 3),
    colspan=st.integers(1, 3),
    text=text,
    value=st.none() | st.just("-12.5"),
    header=st.booleans(),
)
tables = st.builds(
    Table,
    table_id=text,
    doc_id=text,
    section_key=st.none() | text,
    ordinal=st.integers(0, 99),
    start=st.integers(0, 99),
    end=st.integers(0, 99),
    kind=st.sampled_from(["statement", "data", "layout"]),
    title=text,
    unit=st.none() | text,
    scale=st.none() | st.just("1000"),
    header_rows=st.integers(0, 3),
    totals=st.integers(0, 9),
    totals_right=st.integers(0, 9),
    cells=st.lists(cells, max_size=3).map(tuple),
    source_ref=text,
)


@given(st.lists(tables, max_size=4))
def test_records_survive_arrow_with_nested_records_and_nulls(rows: list[Table]) -> None:
    assert from_batch(Table, to_batch(Table, rows)) == rows


def test_nullable_fields_are_exactly_those_that_may_be_none() -> None:
    schema = arrow_schema(Fact)
    assert not schema.field("concept").nullable
    assert schema.field("value").nullable
    assert schema.field("value").type == pa.large_string()
    assert schema.field("value").metadata == {b"kind": b"decimal"}


def test_a_gold_inside_a_task_keeps_its_tolerance() -> None:
    tolerance = Tolerance(low="46", high="48", why="rounding")
    gold = Gold(slot="answer", kind="number", value="47", tolerance=tolerance)
    assert from_batch(Gold, to_batch(Gold, [gold])) == [gold]


@pytest.mark.parametrize("cls", schemas.RECORDS, ids=lambda c: c.__name__)
def test_every_record_has_both_schemas_with_the_same_fields(cls: type) -> None:
    names = [f.name for f in dataclasses.fields(cls)]
    assert arrow_schema(cls).names == names
    assert list(json_schema(cls)["properties"]) == names


def test_field_docstrings_become_descriptions() -> None:
    assert field_docs(Task)["problem_id"] == "Shared by all phrasings of one problem."
    described = json_schema(Task)["properties"]["problem_id"]["description"]
    assert described == "Shared by all phrasings of one problem."


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_committed_schemas_are_those_of_the_records(name: str) -> None:
    committed = json.loads((ROOT / "schemas" / name).read_text(encoding="utf-8"))
    made = json.loads(TEXTS[name])
    if name == "recipe.json":  # its wording is pydantic's and changes with its version
        committed, made = names_of(committed), names_of(made)
    assert committed == made, "run `make schemas`"


def names_of(schema: dict[str, Any]) -> dict[str, list[str]]:
    found = {"": sorted(schema["properties"])}
    found |= {key: sorted(d.get("properties", {})) for key, d in schema["$defs"].items()}
    return found
