"""Read a shard set: memory maps of the tokens, columns of the rows, and what must match.

Opening checks what can be checked in milliseconds (the manifest's checksum of dataset.json, sizes,
an index that only grows); `verify` reads every byte.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qhdata.artifact import Artifact
from qhdata.errors import Fault, UserError, WrongKind
from qhdata.records import from_dict
from qhdata.shards.pieces import DatasetInfo, PieceRow
from qhdata.shards.writing import DATASET, FORMAT, PART, row_class


class ShardSet:
    """An opened shard set; piece i is token ids, a mask and a row."""

    def __init__(self, artifact: Artifact, info: DatasetInfo) -> None:
        self.artifact = artifact
        self.info = info
        self.path = artifact.path
        ends = [np.fromfile(self.path / f"{f.name}.ds.index", dtype="<u8") for f in info.files]
        self._first = np.cumsum([0, *(len(e) for e in ends)])
        self._bounds = [np.concatenate([[0], e.astype(np.int64)]) for e in ends]
        each = [np.diff(b) for b in self._bounds]
        self.lengths: np.ndarray = np.concatenate(each) if each else np.zeros(0, dtype=np.int64)
        """int64 [pieces], in tokens."""
        self._maps: dict[tuple[int, str], np.ndarray | None] = {}

    @classmethod
    def open(cls, path: Path) -> ShardSet:
        """Raises NotAnArtifact, WrongKind, or Fault where files are missing or cut short."""
        artifact = Artifact.open(Path(path))
        if artifact.kind not in ("shards", "rollouts"):
            raise WrongKind(
                what=f"is a {artifact.kind} artifact, not shards",
                where=str(path),
                mend="qhdata shard build makes shards of it",
            )
        wanted = artifact.manifest.get("notes", {}).get("dataset_sha256")
        try:
            data = (artifact.path / DATASET).read_bytes()
        except OSError:
            data = b""
        if not data or hashlib.sha256(data).hexdigest() != wanted:
            raise Fault(
                what=f"{DATASET} is missing or is not the one that the manifest names",
                where=str(path),
                mend="build the shards again",
            )
        info = from_dict(DatasetInfo, json.loads(data))
        if info.format != FORMAT:
            raise Fault(
                what=f"shards of format {info.format}, this version reads {FORMAT}",
                where=str(path),
                mend="build the shards again",
            )
        _check_sizes(artifact.path, info)
        return cls(artifact, info)

    def __len__(self) -> int:
        return self.info.pieces

    def require(self, tokenizer: str, template: str | None = None) -> None:
        """Raise UserError where the tokens are another tokenizer's or, for all but plain
        documents, another template's.
        """
        if self.info.tokenizer != tokenizer:
            raise UserError(
                what="tokens are of another tokenizer",
                where=str(self.path),
                mend="build the shards with the model's tokenizer",
            )
        if template is not None and self.info.template and self.info.template != template:
            raise UserError(
                what="conversations were rendered by another chat template or its settings",
                where=str(self.path),
                mend="build the shards again",
            )

    # ------------------------------------------------------------ pieces

    def ids(self, i: int) -> np.ndarray:
        """int64 [tokens]"""
        part = self._slice(i, "ds")
        return np.zeros(0, np.int64) if part is None else part.astype(np.int64)

    def targets(self, i: int) -> np.ndarray:
        """uint8 [tokens]: 1 where the token is a target; never the first."""
        part = self._slice(i, "ds.loss")
        found = np.ones(int(self.lengths[i]), np.uint8) if part is None else np.array(part)
        found[:1] = 0
        return found

    def logp(self, i: int) -> np.ndarray | None:
        """float32 [tokens]: the sampler's log-probabilities; None where nothing was sampled."""
        part = self._slice(i, "ds.logp")
        return None if part is None else np.array(part)

    def weights(self, i: int) -> np.ndarray:
        """float32 [tokens]: targets times the weights of their span and piece."""
        found = self.targets(i).astype(np.float32)
        if self._fractional:
            for span in self.column("spans")[i]:
                if span["weight"] not in (0.0, 1.0):
                    found[span["start"] : span["end"]] *= span["weight"]
        return found * np.float32(self._weights[i])

    def weight_of(self, i: int) -> float:
        """Sum of `weights(i)`, from the rows alone where every span counts 0 or 1."""
        if self._fractional:
            return float(self.weights(i).sum(dtype=np.float64))
        return float(np.float32(self._weights[i])) * int(self._targets[i])

    def row(self, i: int) -> PieceRow:
        """The row of a piece: PieceRow, or RolloutRow of rollouts."""
        return from_dict(row_class(self.info.kind), self.rows.slice(i, 1).to_pylist()[0])

    def column(self, name: str) -> list[Any]:
        """One column of the rows, as plain values; kept after the first call."""
        if name not in self._columns:
            self._columns[name] = self.rows.column(name).to_pylist()
        return self._columns[name]

    @cached_property
    def rows(self) -> pa.Table:
        """All rows, in the order of pieces."""
        return self.artifact.table(PART)

    @cached_property
    def groups(self) -> np.ndarray:
        """int64 [groups + 1]: first piece of each group, and the number of pieces."""
        members = self.artifact.table(PART, ["member"])
        if not members.num_rows:
            return np.zeros(1, dtype=np.int64)
        first = np.flatnonzero(members.column("member").to_numpy() == 0)
        return np.concatenate([first, [members.num_rows]]).astype(np.int64)

    def verify(self) -> list[str]:
        """Read every byte; what is wrong, in words (nothing: sound)."""
        wrong = []
        for file in self.info.files:
            for suffix, wanted in file.sha256.items():
                hashed = hashlib.sha256()
                with (self.path / f"{file.name}.{suffix}").open("rb") as handle:
                    for block in iter(lambda: handle.read(1 << 20), b""):
                        hashed.update(block)
                if hashed.hexdigest() != wanted:
                    wrong.append(f"{file.name}.{suffix}: bytes differ from dataset.json")
        if self.rows.num_rows != self.info.pieces:
            wrong.append(f"{self.rows.num_rows} rows for {self.info.pieces} pieces")
        elif wrong:
            return wrong
        wrong.extend(self._wrong_ends())
        for i in range(len(self) if not wrong else 0):
            wrong.extend(self._wrong_piece(i))
            if len(wrong) > 20:
                return [*wrong, "..."]
        return wrong

    def _wrong_ends(self) -> Iterator[str]:
        """What dataset.json says of beginnings and ends, held against the tokens."""
        last = [int(self.ids(i)[-1]) for i in range(len(self)) if self.lengths[i]]
        if self.info.kind == "cpt" and self.info.eos:
            closed = sum(t == self.info.eos_id for t in last)
            documents = len(set(self.column("doc_id")))
            if closed != documents:
                yield f"{documents} documents, but {closed} pieces end with the closing token"
        if self.info.kind in ("sft", "preference") and len(set(last)) > 1:
            yield f"conversations end with {len(set(last))} different tokens"

    def _wrong_piece(self, i: int) -> Iterator[str]:
        ids = self.ids(i)
        if len(ids) and int(ids.max()) >= self.info.vocabulary:
            yield f"piece {i}: id {int(ids.max())} in a vocabulary of {self.info.vocabulary}"
        if int(self.column("tokens")[i]) != len(ids):
            yield f"piece {i}: {len(ids)} tokens, its row says {self.column('tokens')[i]}"
        if self.info.kind == "cpt" and self.info.eos and (ids[:-1] == self.info.eos_id).any():
            yield f"piece {i}: a closing token before its end"
        raw = self._slice(i, "ds.loss")
        if raw is not None and len(raw) and raw[0]:
            yield f"piece {i}: its first token is a target"

    @cached_property
    def _weights(self) -> np.ndarray:
        return np.asarray(self.rows.column("weight").to_numpy())

    @cached_property
    def _targets(self) -> np.ndarray:
        return np.asarray(self.rows.column("targets").to_numpy())

    @cached_property
    def _columns(self) -> dict[str, list[Any]]:
        return {}

    @cached_property
    def _fractional(self) -> bool:
        spans = pc.list_flatten(self.rows.column("spans"))
        weights = pc.struct_field(spans, "weight")
        plain = pc.or_(pc.equal(weights, 0.0), pc.equal(weights, 1.0))
        return pc.all(plain).as_py() is False

    def _slice(self, i: int, suffix: str) -> np.ndarray | None:
        file = int(np.searchsorted(self._first, i, side="right")) - 1
        at = i - int(self._first[file])
        flat = self._map(file, suffix)
        if flat is None:
            return None
        return flat[self._bounds[file][at] : self._bounds[file][at + 1]]

    def _map(self, file: int, suffix: str) -> np.ndarray | None:
        key = (file, suffix)
        if key not in self._maps:
            entry = self.info.files[file]
            path = self.path / f"{entry.name}.{suffix}"
            found: np.ndarray | None = None
            if suffix in entry.sha256:
                dtype = np.dtype(_dtypes(self.info)[suffix]).newbyteorder("<")
                empty = entry.tokens == 0
                found = np.zeros(0, dtype) if empty else np.memmap(path, dtype=dtype, mode="r")
            self._maps[key] = found
        return self._maps[key]


def _dtypes(info: DatasetInfo) -> dict[str, str]:
    return {"ds": info.dtype, "ds.loss": "uint8", "ds.logp": "float32", "ds.index": "uint64"}


def _check_sizes(path: Path, info: DatasetInfo) -> None:
    for file in info.files:
        for suffix in file.sha256:
            item = np.dtype(_dtypes(info)[suffix]).itemsize
            wanted = (file.pieces if suffix == "ds.index" else file.tokens) * item
            name = f"{file.name}.{suffix}"
            size = (path / name).stat().st_size if (path / name).exists() else -1
            if size != wanted:
                raise Fault(
                    what=f"{name} has {max(size, 0)} bytes, not {wanted}",
                    where=str(path),
                    mend="build the shards again",
                )
        ends = np.fromfile(path / f"{file.name}.ds.index", dtype="<u8")
        if len(ends) and (np.any(np.diff(ends.astype(np.int64)) < 0) or ends[-1] != file.tokens):
            raise Fault(
                what=f"{file.name}.ds.index does not grow to the number of tokens",
                where=str(path),
                mend="build the shards again",
            )


def open_all(paths: Sequence[Path]) -> dict[str, ShardSet]:
    """Several sets by folder name, for a mixture; UserError where two have one name."""
    found: dict[str, ShardSet] = {}
    for path in paths:
        name = Path(path).name
        if name in found:
            raise UserError(
                what=f"two shard sets are named {name!r}", where=str(path), mend="rename one folder"
            )
        found[name] = ShardSet.open(path)
    return found
