"""Download filings from EDGAR into a folder that `qhdata build` reads.

What was fetched is written durably with its digest in `.fetch.jsonl`; a file that is there with the
size and the digest that were noted is not fetched again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qhdata.durable import sync
from qhdata.errors import Fault, QhdataError
from qhdata.readers.edgar import Edgar, Missing
from qhdata.readers.edgar_index import Entry, is_of_archive
from qhdata.readers.sniff import HEAD, sniff

MOST_FAILURES = 3
"""Filings in a row that do not come, after which no more are asked for."""
LOG = ".fetch.jsonl"
"""Hidden, as a file in the making is: `qhdata build` reads the folder, and leaves them out."""


@dataclass(slots=True)
class Fetched:
    """What a call did."""

    fetched: int = 0
    held: int = 0
    bytes: int = 0
    missing: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    """Paths in an index that lead to no submission of the archive."""
    failed: list[str] = field(default_factory=list)
    """What did not come after all tries, with the reason: one is passed over, not more in a row."""


def fetch(
    edgar: Edgar, entries: Iterator[Entry], out: Path, told: Callable[[Fetched], None] | None = None
) -> Fetched:
    """Full submissions into `out/<cik>/<accession>.txt`, feeds into `out/feed/<day>.nc.tar.gz`;
    goes on where an earlier call stopped.
    """
    out.mkdir(parents=True, exist_ok=True)
    known = _known(out / LOG)
    done = Fetched()
    in_a_row = 0
    with (out / LOG).open("a", encoding="utf-8") as log:
        if _cut(out / LOG):
            log.write("\n")  # else the next line is lost with the one that a kill cut short
        for entry in entries:
            if not is_of_archive(entry.path):
                done.refused.append(entry.path)
                continue
            path = out / entry.file
            noted = known.get(entry.path)
            if noted and _is_whole(path, noted):
                done.held += 1
            else:
                try:
                    size, digest = _copy(edgar, entry.path, path)
                except Missing:
                    done.missing.append(entry.path)
                    continue
                except Fault as error:
                    done.failed.append(str(error))
                    in_a_row += 1
                    if in_a_row == MOST_FAILURES:
                        raise  # it is not these filings: the archive answers nobody
                    continue
                in_a_row = 0
                done.fetched += 1
                done.bytes += size
                row = {
                    "path": entry.path,
                    "file": entry.file,
                    "form": entry.form,
                    "filed": entry.filed,
                    "cik": entry.cik,
                    "name": entry.name,
                    "bytes": size,
                    "sha256": digest,
                }
                log.write(json.dumps(row, ensure_ascii=False) + "\n")
                log.flush()
            if told:
                told(done)
    return done


def _copy(edgar: Edgar, source: str, path: Path) -> tuple[int, str]:
    """(bytes, SHA-256) of what was written durably. What a kill leaves has a hidden name, which the
    next call takes again; what fails leaves nothing.
    """
    path.parent.mkdir(exist_ok=True)
    making = path.with_name(f".{path.name}")
    try:
        with making.open("w+b") as handle:
            digest = edgar.copy(source, handle)
            size = handle.tell()
            handle.seek(0)
            _refuse_other(handle.read(HEAD), source)
            handle.flush()
            os.fsync(handle.fileno())
    except (QhdataError, OSError):
        making.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            path.parent.rmdir()
        raise
    making.replace(path)
    sync(path.parent)
    return size, digest


def _refuse_other(head: bytes, source: str) -> None:
    """Raise Fault for what is no submission, or no tarball: a proxy may answer 200 and a notice."""
    wanted = "gzip" if source.endswith(".gz") else "submission"
    if sniff(head) != wanted:
        said = " ".join(head[:80].decode("utf-8", "replace").split())
        raise Fault(
            what=f"is no {wanted}: {said!r} came", where=source, mend="run the same command again"
        )


def _is_whole(path: Path, noted: Mapping[str, Any]) -> bool:
    """Whether a file is there as it was written: read again, at some hundred MB a second."""
    if not path.is_file() or path.stat().st_size != noted["bytes"]:
        return False
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest() == noted.get("sha256")


def _known(path: Path) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    if path.is_file():
        for line in path.read_bytes().split(b"\n"):
            try:
                row = json.loads(line)
            except ValueError:
                continue  # a line that a kill cut short: its file is fetched again
            if isinstance(row, dict) and isinstance(row.get("path"), str) and "bytes" in row:
                found[row["path"]] = row
    return found


def _cut(path: Path) -> bool:
    """Whether the file's last line has no end."""
    if not path.is_file() or not path.stat().st_size:
        return False
    with path.open("rb") as handle:
        handle.seek(-1, 2)
        return handle.read(1) != b"\n"
