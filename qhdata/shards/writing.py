"""Write a shard set: spool pieces as they come, then lay them out in an order of their own.

The order is a hash of the group's id, so it does not depend on how the input was cut, on batch
sizes or on the number of workers: same pieces, same bytes. Reading a stretch of the file is then
reading a shuffled stretch of the corpus. Tokens are spooled to disk; rows stay in memory as Arrow
(some 300 bytes each, payloads apart).

    00000.ds         token ids, uint16 or uint32, little-endian      (datatrove's format)
    00000.ds.index   uint64, cumulative end of each piece, in tokens
    00000.ds.loss    one byte a token: 1 where it is a target; absent: all but each piece's first
    00000.ds.logp    float32 a token (rollouts)
    pieces/...       one Parquet row a piece, in the same order
    dataset.json     what a trainer has to match, counts, checksums
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from qhdata.artifact import Artifact
from qhdata.durable import write_bytes
from qhdata.records import arrow_schema, as_dict, to_batch
from qhdata.shards.pieces import DatasetInfo, Kind, Piece, PieceRow, RolloutRow, ShardFile

FORMAT = 1
DATASET = "dataset.json"
PART = "pieces"
STEP = "shard"
_ROWS = 2048
"""Rows of one Arrow batch while they are spooled."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Target:
    """What the writer has to know about the tokens."""

    kind: Kind
    tokenizer: str
    vocabulary: int
    family: str = ""
    template: str = ""
    context: int
    eos_id: int | None = None
    eos: bool = True
    seed: int = 0
    tokens_per_file: int = 1 << 28
    """A file is closed at the first group's end at or after this."""


class Spool:
    """Pieces on their way to disk."""

    def __init__(self, folder: Path, kind: Kind) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._names = {s: folder / f"_spool.{s}" for s in ("ids", "loss", "logp")}
        self._files = {s: path.open("wb") for s, path in self._names.items()}
        self._record = row_class(kind)
        self._schema = arrow_schema(RolloutRow if kind == "rollouts" else PieceRow)
        self._rows: list[PieceRow] = []
        self._batches: list[pa.RecordBatch] = []
        self._keys: list[tuple[bytes, str, str, int]] = []
        self._lengths: list[int] = []
        self.masked = False
        self.sampled = False

    def add(self, piece: Piece, seed: int, ordered: bool) -> None:
        """Take one piece. `ordered`: keep the order of arrival instead of the hash's."""
        row, ids = piece.row, piece.ids.astype("<u4")
        targets = piece.targets
        if targets is None:
            targets = np.ones(len(ids), dtype=np.uint8)
        else:
            self.masked = True
            targets = targets.astype(np.uint8)
        targets[:1] = 0
        self._files["ids"].write(ids.tobytes())
        self._files["loss"].write(targets.tobytes())
        if piece.logp is not None:
            self.sampled = True
        logp = np.zeros(len(ids), dtype="<f4") if piece.logp is None else piece.logp
        self._files["logp"].write(logp.astype("<f4").tobytes())
        name = f"{seed}\x00{row.group_id}".encode("utf-8", "surrogatepass")
        hashed = b"" if ordered else hashlib.blake2b(name, digest_size=8).digest()
        group = "" if ordered else row.group_id
        example = "" if ordered else row.example_id
        member = len(self._keys) if ordered else row.member
        self._keys.append((hashed, group, example, member))
        self._lengths.append(len(ids))
        self._rows.append(row)
        if len(self._rows) >= _ROWS:
            self._fold()

    def discard(self) -> None:
        """Throw everything away."""
        for name, file in self._files.items():
            file.close()
            self._names[name].unlink(missing_ok=True)

    def _fold(self) -> None:
        if self._rows:
            self._batches.append(to_batch(self._record, self._rows))
            self._rows = []

    def lay_out(self, out: Artifact, target: Target) -> DatasetInfo:
        """Write the numbered files, their rows and dataset.json's content."""
        self._fold()
        for file in self._files.values():
            file.close()
        order = sorted(range(len(self._keys)), key=self._keys.__getitem__)
        lengths = np.array(self._lengths, dtype=np.int64)
        begins = np.concatenate([[0], np.cumsum(lengths)])
        table = pa.Table.from_batches(self._batches, schema=self._schema)
        flat = {s: _read(path, dtype) for s, path, dtype in self._spools()}
        dtype = "uint16" if target.vocabulary <= 1 << 16 else "uint32"
        files = []
        for n, chosen in enumerate(_files(order, lengths, self._keys, target.tokens_per_file)):
            part = _renumbered(table.take(pa.array(chosen, type=pa.int64())))
            files.append(self._write(out.path, f"{n:05d}", chosen, begins, lengths, flat, dtype))
            _commit(out, f"{n:05d}", part)
        for path in self._names.values():
            path.unlink(missing_ok=True)
        return _info(target, table, files, dtype)

    def _spools(self) -> Iterable[tuple[str, Path, str]]:
        yield "ids", self._names["ids"], "<u4"
        yield "loss", self._names["loss"], "u1"
        yield "logp", self._names["logp"], "<f4"

    def _write(
        self,
        folder: Path,
        name: str,
        chosen: list[int],
        begins: np.ndarray,
        lengths: np.ndarray,
        flat: Mapping[str, np.ndarray],
        dtype: str,
    ) -> ShardFile:
        wide = {"ds": ("ids", np.dtype(dtype).newbyteorder("<"))}
        if self.masked:
            wide["ds.loss"] = ("loss", np.dtype("u1"))
        if self.sampled:
            wide["ds.logp"] = ("logp", np.dtype("<f4"))
        sums, targets = {}, 0
        for suffix, (spool, as_type) in wide.items():
            hashed = hashlib.sha256()
            temporary = folder / f"_{os.getpid()}.{name}.{suffix}"
            with temporary.open("wb") as file:
                for i in chosen:
                    data = flat[spool][begins[i] : begins[i + 1]].astype(as_type).tobytes()
                    hashed.update(data)
                    file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(folder / f"{name}.{suffix}")
            sums[suffix] = hashed.hexdigest()
        for i in chosen:
            targets += int(flat["loss"][begins[i] : begins[i + 1]].sum())
        ends = np.cumsum(lengths[chosen]).astype("<u8")
        write_bytes(folder / f"{name}.ds.index", ends.tobytes())
        sums["ds.index"] = hashlib.sha256(ends.tobytes()).hexdigest()
        return ShardFile(
            name=name,
            pieces=len(chosen),
            tokens=int(ends[-1]) if len(ends) else 0,
            targets=targets,
            sha256=dict(sorted(sums.items())),
        )


def write_dataset(out: Artifact, info: DatasetInfo) -> None:
    """dataset.json, and its checksum in the manifest."""
    data = json.dumps(as_dict(info), indent=1, sort_keys=True, ensure_ascii=False).encode()
    write_bytes(out.path / DATASET, data)
    out.note(dataset_sha256=hashlib.sha256(data).hexdigest())


def _read(path: Path, dtype: str) -> np.ndarray:
    if path.stat().st_size == 0:
        return np.zeros(0, dtype=dtype)
    return np.memmap(path, dtype=dtype, mode="r")


def _files(
    order: list[int], lengths: np.ndarray, keys: list[tuple[bytes, str, str, int]], limit: int
) -> list[list[int]]:
    """The order, cut into files at ends of groups."""
    files: list[list[int]] = [[]]
    size = 0
    for n, i in enumerate(order):
        fresh = n == 0 or keys[order[n - 1]][:2] != keys[i][:2]
        if size >= limit and fresh:
            files.append([])
            size = 0
        files[-1].append(i)
        size += int(lengths[i])
    return files


def _renumbered(table: pa.Table) -> pa.Table:
    """`member` and `group_size` as they stand in the file: groups are runs of one id."""
    names = table.column("group_id").to_pylist()
    members: list[int] = []
    sizes: list[int] = []
    for n, name in enumerate(names):
        members.append(members[-1] + 1 if n and names[n - 1] == name else 0)
    for n in range(len(names)):
        if members[n] == 0:
            end = n + 1
            while end < len(names) and members[end]:
                end += 1
            sizes.extend([end - n] * (end - n))
    schema = table.schema
    for column, values in (("member", members), ("group_size", sizes)):
        at = schema.get_field_index(column)
        table = table.set_column(at, schema.field(column), pa.array(values, type=pa.int64()))
    return table


def _commit(out: Artifact, name: str, part: pa.Table) -> None:
    kept = part.num_rows
    out.commit(
        f"{STEP}-files",
        name,
        {PART: part},
        {"rows_in": kept, "rows_kept": kept, "rows_dropped": 0, "rows_quarantined": 0},
    )


def _info(target: Target, table: pa.Table, files: list[ShardFile], dtype: str) -> DatasetInfo:
    columns: dict[str, list[Any]] = {
        name: table.column(name).to_pylist()
        for name in ("group_id", "split", "source", "license", "tokens", "bytes")
    }
    by_source: Counter[str] = Counter()
    for source, tokens in zip(columns["source"], columns["tokens"], strict=True):
        by_source[source] += tokens
    return DatasetInfo(
        format=FORMAT,
        kind=target.kind,
        dtype="uint16" if dtype == "uint16" else "uint32",
        tokenizer=target.tokenizer,
        vocabulary=target.vocabulary,
        family=target.family,
        template=target.template,
        context=target.context,
        bos=False,
        eos=target.eos,
        eos_id=target.eos_id,
        files=tuple(files),
        pieces=table.num_rows,
        groups=len(set(columns["group_id"])),
        tokens=sum(f.tokens for f in files),
        targets=sum(f.targets for f in files),
        bytes=sum(columns["bytes"]),
        splits=dict(sorted(Counter(columns["split"]).items())),
        sources=dict(sorted(by_source.items())),
        licenses=dict(sorted(Counter(columns["license"]).items())),
        seed=target.seed,
    )


def row_class(kind: Kind) -> type[PieceRow]:
    """The record of a kind's rows."""
    return RolloutRow if kind == "rollouts" else PieceRow
