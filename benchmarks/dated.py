"""What every measurement says of itself, and where it is kept: `results/DATE-NAME.json`."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"


def stamp(what: str, command: str) -> dict[str, Any]:
    """What was measured, by which command, when, of which commit, on which machine."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        capture_output=True, text=True, cwd=HERE, check=False,
    ).stdout.strip()  # fmt: skip
    return {
        "what": what,
        "command": command,
        "date": dt.date.today().isoformat(),
        "commit": commit,
        "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}",
        "load": round(os.getloadavg()[0], 1),
    }


def keep(name: str, result: Mapping[str, Any]) -> Path:
    """Write one result; one of the same day and name is replaced."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{result['date']}-{name}.json"
    path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return path
