"""Train, dev and test, by filer and time: decided once, right after extraction.

Filers that file together are one group, so no filing stands on both sides. A group's place is the
hash of its smallest filer; small corpora take ranks of those hashes instead, so that dev and test
are never empty, and rank filers with dated facts apart from those without: otherwise all held-out
filers may be such that nothing can be asked about them (seen: 6 of 52, 442 of 636 real documents
carry no date). Facts without a text, as in companyfacts, make no filer one to ask about. Documents
without a filer go by the digest of their text: copies stay together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from qhdata.artifact import Artifact
from qhdata.recipe import Settings
from qhdata.records import DocSplit, SplitRow, to_batch

SplitName: TypeAlias = Literal["train", "dev", "test"]


@dataclass(frozen=True, kw_only=True)
class Splits(Settings):
    """Fills `splits` (one row a filer) and `doc_splits` (one row a document)."""

    name: ClassVar[str] = "splits"
    version: ClassVar[int] = 2
    unit: ClassVar[str] = "doc_id"

    dev: float = 0.1
    """Share of filers."""
    test: float = 0.1
    """Share of filers."""
    rank_below: int = 200
    """With fewer filers than this, exact shares by rank: by chance a split could stay empty."""
    test_from: str = ""
    """Documents public from this date on are test whatever their filer; empty: no such date."""

    def run(
        self, corpus: Artifact, only: Set[str] | None = None
    ) -> tuple[Mapping[str, pa.Table], int]:
        """The rows of both parts, and how many documents there are; only: ids of those."""
        columns = ["doc_id", "filing_id", "text_sha256", "public_at", "n_chars"]
        table = corpus.table("documents", columns)
        filers = _filers(corpus)
        if only is not None:
            ids = pa.array(sorted(only), table.schema.field("doc_id").type)
            table = table.filter(pc.is_in(table["doc_id"], value_set=ids))
            there = set(table["filing_id"].to_pylist())
            filers = {filing: own for filing, own in filers.items() if filing in there}
        # By column: rows as dictionaries took half of the step where texts are short.
        documents = list(zip(*(table[name].to_pylist() for name in columns), strict=True))
        group = _groups(filers.values())
        dated = _with_dated_facts(corpus)
        able = {
            group[filer]
            for doc_id, filing, _, _, n_chars in documents
            if doc_id in dated and n_chars
            for filer in filers.get(filing, ())
        }
        by_group = self.assign(set(group.values()), apart=able)
        by_digest = self.assign({sha for _, f, sha, _, _ in documents if not filers.get(f)})
        rows = []
        for doc_id, filing, sha, public_at, _ in documents:
            own = filers.get(filing)
            if own:
                split, how = by_group[group[own[0]]]
                rule = f"filer:{how}"
            else:
                split, how = by_digest[sha]
                rule = f"digest:{how}"
            if self.test_from and (public_at or "") >= self.test_from:
                split, rule = "test", "time"
            rows.append(
                DocSplit(doc_id=doc_id, filer_id=own[0] if own else "", split=split, rule=rule)
            )
        rows.sort(key=lambda r: r.doc_id)
        splits = [
            SplitRow(filer_id=f, split=by_group[g][0], rule=f"filer:{by_group[g][1]}")
            for f, g in sorted(group.items())
        ]
        return {
            "splits": pa.Table.from_batches([to_batch(SplitRow, splits)]),
            "doc_splits": pa.Table.from_batches([to_batch(DocSplit, rows)]),
        }, len(documents)

    def assign(
        self, keys: Iterable[str], apart: frozenset[str] | set[str] = frozenset()
    ) -> dict[str, tuple[SplitName, str]]:
        """Key -> (split, `rank` or `hash`); where ranks decide, `apart` is ranked on its own."""
        ordered = sorted((_place(key), key) for key in keys)
        if len(ordered) >= self.rank_below:
            return {
                key: (
                    "test"
                    if place < self.test
                    else "dev"
                    if place < self.test + self.dev
                    else "train",
                    "hash",
                )
                for place, key in ordered
            }
        found: dict[str, tuple[SplitName, str]] = {}
        for side in (True, False):
            ranked = [key for _, key in ordered if (key in apart) is side]
            n_test = _share(self.test, len(ranked), least=2)
            n_dev = _share(self.dev, len(ranked), least=3)
            for n, key in enumerate(ranked):
                found[key] = _side(n, n_test, n_dev), "rank"
        return found


def _side(n: int, n_test: int, n_dev: int) -> SplitName:
    return "test" if n < n_test else "dev" if n < n_test + n_dev else "train"


def _share(share: float, total: int, least: int) -> int:
    """At least one where `least` keys or more exist and a share is asked for."""
    if share <= 0 or total < least:
        return 0
    return max(1, round(share * total))


def _place(key: str) -> float:
    digest = hashlib.blake2b(f"split {key}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / (1 << 64)


def _with_dated_facts(corpus: Artifact) -> set[str]:
    """Documents with a number that a world can show: tagged, and public since a known moment."""
    if not corpus.part("facts").rows:
        return set()
    rows = corpus.table("facts", ["doc_id", "kind", "public_at"])
    kinds, dates = rows.column("kind").to_pylist(), rows.column("public_at").to_pylist()
    docs = rows.column("doc_id").to_pylist()
    return {d for d, k, at in zip(docs, kinds, dates, strict=True) if k == "number" and at}


def _filers(corpus: Artifact) -> dict[str, list[str]]:
    if not corpus.part("filings").rows:
        return {}
    table = corpus.table("filings", ["filing_id", "filers"])
    named = pc.greater(pc.list_value_length(table["filers"]), 0)  # general text has none
    table = table.filter(named)
    rows: list[dict[str, Any]] = table.to_pylist()
    return {row["filing_id"]: sorted({f["filer_id"] for f in row["filers"]}) for row in rows}


def _groups(filings: Iterable[list[str]]) -> dict[str, str]:
    """Filer -> smallest filer of all that it files with, directly or through others."""
    parent: dict[str, str] = {}

    def root(filer: str) -> str:
        while parent[filer] != filer:
            parent[filer] = parent[parent[filer]]
            filer = parent[filer]
        return filer

    for filers in filings:
        for filer in filers:
            parent.setdefault(filer, filer)
        for filer in filers[1:]:
            a, b = sorted((root(filers[0]), root(filer)))
            parent[b] = a
    return {filer: root(filer) for filer in parent}
