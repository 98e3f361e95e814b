"""Write schemas/: one JSON Schema per record, made from it; committed and diffed in review.

Run by `make schemas`; a test fails where the folder and the records differ. Nothing reads the files
at run time.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from pipelines.chain import RunRecipe
from qhdata import records
from qhdata.extract import section_keys
from qhdata.recipe import Settings
from qhdata.records import json_schema

RECORDS = (
    records.SourceFile, records.FileRow, records.Filing, records.Document, records.Section,
    records.Table, records.Fact, records.Tag, records.Edit, records.Decision, records.Quarantined,
    records.SplitRow, records.DocSplit, records.ClusterRow, records.Example, records.Pair,
    records.Task, records.Trajectory, records.Verdict, records.Score, records.Lineage,
    records.Calculation, records.Taught,
)  # fmt: skip


def texts() -> dict[str, str]:
    """File name -> content of every schema."""
    found = {}
    for cls in RECORDS:
        name = "".join("_" + c.lower() if c.isupper() else c for c in cls.__name__).lstrip("_")
        found[f"{name}.json"] = _text(json_schema(cls))
    found["recipe.json"] = _text(recipe())
    found["section_keys.json"] = _text(section_keys())
    return found


def recipe() -> dict[str, Any]:
    """JSON Schema of a recipe of the whole chain; `synth.agentic` is read apart, as in run.py."""
    with _described():
        schema = TypeAdapter(RunRecipe).json_schema()
    agentic = schema["properties"].pop("agentic")
    synth = schema["$defs"]["SynthSettings"]["properties"]
    synth["agentic"] = agentic
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return schema


@contextmanager
def _described() -> Iterator[None]:
    """Fields' docstrings as descriptions. Reading them takes some 0.4 s, which no command that
    only checks a recipe should wait.
    """
    config = Settings.__pydantic_config__
    config["use_attribute_docstrings"] = True
    try:
        yield
    finally:
        del config["use_attribute_docstrings"]


def _text(data: object) -> str:
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def write(folder: Path) -> None:
    """Write every schema into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
