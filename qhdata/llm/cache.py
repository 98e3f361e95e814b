"""Replies on disk by content: one small file each, whole or absent, guarded by a checksum.

The name is a digest of what was asked (model, messages, sampling, version of the prompt), so a
reply is found again by another recipe, in another order and at another server's address. A file
that is damaged counts as absent. Neither key nor address is ever written.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from qhdata.durable import write_bytes
from qhdata.errors import UserError

FORMAT = 1


class Cache:
    """A folder of replies; any number of processes may share it."""

    def __init__(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            fine = os.access(folder, os.W_OK)
        except OSError:
            fine = False
        if not fine:  # said before a reply is paid for that cannot be kept
            raise UserError(
                what="is no folder that replies can be kept in", where=str(folder), mend="--cache"
            )
        self.folder = folder

    def get(self, key: str) -> dict[str, Any] | None:
        """The reply to a request, or None."""
        try:
            row = json.loads(self._path(key).read_bytes())
        except (OSError, ValueError, RecursionError):
            return None
        fine = isinstance(row, dict) and row.get("format") == FORMAT and row.get("key") == key
        reply = row.get("reply") if fine else None
        return reply if isinstance(reply, dict) and row.get("sum") == _sum(key, reply) else None

    def put(self, key: str, reply: dict[str, Any]) -> None:
        """Keep a reply durably."""
        row = {"format": FORMAT, "key": key, "reply": reply, "sum": _sum(key, reply)}
        write_bytes(self._path(key), json.dumps(row, sort_keys=True).encode())

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.json"


def _sum(key: str, reply: dict[str, Any]) -> str:
    text = json.dumps([key, reply], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
