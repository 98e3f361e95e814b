"""One small universe for all tests of this room; it is never written to after it is made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from qhdata.universe import invent, read_truth


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("universe") / "u"
    invent(out, filers=12, seed=11, years=2)
    return out


@pytest.fixture(scope="session")
def truth(folder: Path) -> dict[str, Any]:
    return read_truth(folder)
