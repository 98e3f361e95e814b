"""The notebooks run from top to bottom, in order, in one folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def code_of(book: Path) -> str:
    cells = json.loads(book.read_text(encoding="utf-8"))["cells"]
    return "\n\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.stem)
def test_a_notebook_is_committed_without_outputs(book: Path) -> None:
    for cell in json.loads(book.read_text(encoding="utf-8"))["cells"]:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


@pytest.mark.slow
def test_the_notebooks_run_in_order(tmp_path: Path) -> None:
    for book in BOOKS:
        done = subprocess.run(
            [sys.executable, "-c", code_of(book)],
            cwd=ROOT,
            env={**os.environ, "QHDATA_NOTEBOOKS": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=600,
        )
        assert done.returncode == 0, f"{book.name}\n{done.stderr[-3000:]}"
