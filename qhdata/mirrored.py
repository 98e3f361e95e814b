"""A working folder in step with its store: what the store says replaces what the folder says.

Rows are not copied here: a file that the store's manifest or commits name otherwise than the folder
did is removed, and fetched when it is read.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from qhdata.stores import below, listed, read, read_all, store_of

COMMITS = "commits"


def refresh(path: Path, manifest: str) -> None:
    """Bring a folder's manifest from the store; without one there, there is none here."""
    address = store_of(path)
    if address is None:
        return
    here = path / manifest
    data = read(below(address, manifest))
    before = _files(_loaded(here))
    if data is None:
        here.unlink(missing_ok=True)
        return
    if here.exists() and here.read_bytes() == data:
        return
    for name, digest in _files(_json(data)).items():
        if before.get(name) != digest:
            (path / name).unlink(missing_ok=True)
    _write(here, data)


def pull(path: Path, manifest: str) -> None:
    """Bring manifest and commits, before writing goes on: chunks that the store has are done."""
    address = store_of(path)
    if address is None:
        return
    refresh(path, manifest)
    entries = {e.relative: e.address for e in listed(below(address, COMMITS))}
    entries = {name: place for name, place in entries.items() if name.endswith(".json")}
    found = read_all(list(entries.values()))
    theirs = {name: found[place] for name, place in entries.items() if place in found}
    folder = path / COMMITS
    for own in sorted(folder.rglob("*.json")) if folder.is_dir() else ():
        name = own.relative_to(folder).as_posix()
        if theirs.get(name) != own.read_bytes():  # never published, or another's by now
            _drop(path, _loaded(own))
            own.unlink()
    for name, data in theirs.items():
        own = folder / name
        if not own.exists():
            _drop(path, _json(data))
            _write(own, data)


def _drop(path: Path, commit: Mapping[str, Any]) -> None:
    for part in commit.get("parts", {}).values():
        (path / part["path"]).unlink(missing_ok=True)


def _files(manifest: Mapping[str, Any]) -> dict[str, str]:
    return dict(_named(manifest))


def _named(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for group in ("parts", "internal"):
        for part in manifest.get(group, {}).values():
            for file in part["files"]:
                yield file["path"], file["digest"]


def _loaded(path: Path) -> dict[str, Any]:
    return _json(path.read_bytes()) if path.exists() else {}


def _json(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"_{os.getpid()}{secrets.token_hex(4)}.{path.name}")
    temporary.write_bytes(data)
    temporary.replace(path)
