"""What requests of earlier runs into a folder have cost: a cap that a killed run forgets is no cap.

A line before a request is sent says its dearest outcome, one after it what it cost. A line without
its second counts in full: the process was killed meanwhile, and the server may have billed it.
"""

from __future__ import annotations

import json
import os
import secrets
from decimal import Decimal, InvalidOperation
from pathlib import Path

from qhdata.errors import UserError

NAME = "_spent.jsonl"
"""In the folder that a run writes."""


class Ledger:
    """The costs of all runs into one folder, which this one adds to."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.before = _sum(path)
        """Spent by earlier runs."""
        self._run = secrets.token_hex(6)

    def aside(self, number: int, worst: Decimal) -> None:
        """The number-th request of this run is about to be sent."""
        self._write({"request": f"{self._run}-{number}", "aside": str(worst)})

    def settled(self, number: int, actual: Decimal) -> None:
        """It has cost so much."""
        self._write({"request": f"{self._run}-{number}", "cost": str(actual)})

    def _write(self, row: dict[str, str]) -> None:
        # One write of one line: requests end on several threads.
        line = (json.dumps(row) + "\n").encode()
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(handle, line)
        finally:
            os.close(handle)


def _sum(path: Path) -> Decimal:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return Decimal(0)
    costs: dict[str, Decimal] = {}
    for n, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
            costs[row["request"]] = Decimal(row["cost"] if "cost" in row else row["aside"])
        except (ValueError, KeyError, TypeError, InvalidOperation):
            raise UserError(
                what=f"line {n} is no cost",
                where=str(path),
                mend="delete the file to count what is spent from nought",
            ) from None
    return sum(costs.values(), Decimal(0))
