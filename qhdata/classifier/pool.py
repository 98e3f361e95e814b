"""A pool of texts, read once into an artifact: each text with its digest and its passages.

Reading is what costs (a web page takes 20 ms, its passages 0.3), and every round of recall walks
the pool, so passages are stored beside the text.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from qhdata.artifact import Artifact
from qhdata.classifier.texts import PoolText, read_texts
from qhdata.digest import digest_text
from qhdata.manifest import MANIFEST
from qhdata.shingles import normal_digest
from qhdata.taggers.passages import passages

POOL = "pool@1"
CHUNK_CHARS = 64_000_000
"""Characters of text in one chunk."""
SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("name", pa.string()),
        ("document", pa.string()),
        ("url", pa.string()),
        ("text", pa.string()),
        ("passages", pa.list_(pa.string())),
    ]
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A text of the pool as a classifier sees it."""

    id: str
    """Digest of its normalised text."""
    passages: tuple[str, ...]


def fill_pool(
    artifact: Artifact, paths: Sequence[Path], most: int, seeds: frozenset[str]
) -> Mapping[str, int]:
    """Read every text of the paths into the part `pool`, once; what was left out, by reason.

    most: passages of a text. seeds: keys that are not taken, because they are known already.
    """
    done = artifact.step(POOL)
    if done is not None:
        left_out: Mapping[str, int] = done["notes"]["left_out"]
        return left_out
    skipped: Counter[str] = Counter()
    seen: set[str] = set()
    rows: list[dict[str, object]] = []
    size = chunk = 0
    for text in read_texts(paths, skipped):
        key = normal_digest(text.text).hex()
        some = passages(text.text, most)
        reason = _reason(key, some, seen, seeds)
        if reason:
            skipped[reason] += 1
            continue
        seen.add(key)
        rows.append(_row(key, text, some))
        size += len(text.text)
        if size >= CHUNK_CHARS:
            _commit(artifact, chunk, rows)
            rows, size, chunk = [], 0, chunk + 1
    _commit(artifact, chunk, rows)
    notes = {"left_out": dict(sorted(skipped.items()))}
    artifact.finish(POOL, name="pool", version=1, unit="id", seconds=0.0, notes=notes)
    return notes["left_out"]


def judged(artifact: Artifact) -> Iterator[Judged]:
    """Every text of the pool, by its passages."""
    for _, batch in artifact.batches("pool", ["id", "passages"], max_rows=512):
        keys, some = batch.column("id").to_pylist(), batch.column("passages").to_pylist()
        for key, own in zip(keys, some, strict=True):
            yield Judged(key, tuple(own))


def paths_digest(paths: Sequence[Path]) -> str:
    """Digest of what lies at these paths: names and bytes of files, documents of a corpus."""
    total = hashlib.blake2b(digest_size=16)
    for path in paths:
        if (path / MANIFEST).exists():
            total.update(Artifact.open(path, "corpus").digest("documents").encode())
            continue
        files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
        for file in files:
            with file.open("rb") as handle:
                sha256 = hashlib.file_digest(handle, "sha256").hexdigest()
            total.update(f"{file.name} {sha256}\n".encode("utf-8", "surrogateescape"))
    return digest_text(int.from_bytes(total.digest(), "big"))


def _reason(key: str, some: Sequence[str], seen: set[str], seeds: frozenset[str]) -> str:
    if not some:
        return "no_passage"
    if key in seeds:
        return "is_a_seed"
    return "same_text" if key in seen else ""


def _row(key: str, text: PoolText, some: Sequence[str]) -> dict[str, object]:
    return {
        "id": key,
        "name": text.name,
        "document": text.document,
        "url": text.url,
        "text": text.text.encode("utf-8", "replace").decode(),
        "passages": list(some),
    }


def _commit(artifact: Artifact, chunk: int, rows: Sequence[dict[str, object]]) -> None:
    counts = {"rows_in": len(rows), "rows_kept": len(rows), "rows_dropped": 0}
    table = pa.Table.from_pylist(list(rows), schema=SCHEMA)
    artifact.commit(POOL, f"{chunk:05d}", {"pool": table}, {**counts, "rows_quarantined": 0})
