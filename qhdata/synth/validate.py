"""Validate a synth set without a model: every task is checked, every source is read again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from qhdata.artifact import Artifact
from qhdata.errors import UserError
from qhdata.judge import judge
from qhdata.judge.kinds import load
from qhdata.records import Example, Lineage, Pair, Task, from_batch
from qhdata.synth.check import check, check_pair, check_sources


def validate_set(synth: Artifact, corpus: Artifact | None) -> dict[str, dict[str, Any]]:
    """Rows, sources and faults of each part that carries provenance; faults of a row count once."""
    texts, digests, splits = _texts(synth, corpus)
    replies = _replies(synth)
    golds = {}
    found: dict[str, dict[str, Any]] = {}
    for part, cls, name in (
        ("tasks", Task, "task_id"),
        ("examples", Example, "example_id"),
        ("pairs", Pair, "pair_id"),
        ("lineage", Lineage, "row_id"),
    ):
        if not synth.part(part).rows:
            continue
        row = found[part] = {"rows": 0, "sources": 0, "faulty": 0, "examples": []}
        for _, batch in synth.batches(part):
            records: list[Any] = from_batch(cls, batch)
            for record in records:
                faults: list[str] = []
                if isinstance(record, Task):
                    faults += check(record, gold_reply=replies.get(record.problem_id))
                    if record.golds:
                        golds[record.task_id.removeprefix("task:")] = record.golds[0]
                if isinstance(record, Pair):
                    gold = golds.get(record.pair_id.removeprefix("pair:"))
                    faults += check_pair(record, gold) if gold else []
                if corpus is not None:
                    faults += check_sources(record.sources, texts, digests)
                    split = getattr(record, "split", None)
                    faults += [
                        f"split: {split}, its source is in {splits[s.doc_id]}"
                        for s in record.sources
                        if split and s.doc_id in splits and splits[s.doc_id] != split
                    ]
                row["rows"] += 1
                row["sources"] += len(record.sources)
                if faults:
                    row["faulty"] += 1
                    row["examples"].append(f"{getattr(record, name)}: {faults[0]}")
    if not found:
        raise UserError(what="has no rows to check", where=str(synth.path), mend="run synth first")
    return found


def error_rates(synth: Artifact, most: int = 200) -> Counter[str]:
    """How the judge does on renderings and near misses of the golds of `most` problems of each
    generator: `right`, `right_refused`, `wrong`, `wrong_accepted`.
    """
    found: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for _, batch in synth.batches("tasks"):
        for task in from_batch(Task, batch):
            if len(task.golds) != 1 or seen[task.generator] == most:
                continue
            seen[task.generator] += 1
            gold = task.golds[0]
            kind = load(gold.kind)
            for text in kind.renderings(gold):
                found["right"] += 1
                found["right_refused"] += judge(gold, text).outcome != "correct"
            for text, _ in kind.near_misses(gold):
                found["wrong"] += 1
                found["wrong_accepted"] += judge(gold, text).outcome == "correct"
    return found


def _replies(synth: Artifact) -> Mapping[str, str]:
    """Right replies of general tasks, from their examples, by problem."""
    found = {}
    for _, batch in synth.batches("examples"):
        for example in from_batch(Example, batch):
            if example.family == "general":
                found[example.group_id] = example.messages[-1].content
    return found


def _texts(
    synth: Artifact, corpus: Artifact | None
) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Text, digest and split of the documents that a synth set names."""
    if corpus is None:
        return {}, {}, {}
    made_of = synth.manifest["inputs"].get("documents")
    if made_of != corpus.digest("documents"):
        raise UserError(
            what="is not the corpus that this synth set was made from",
            where=str(corpus.path),
            mend="give the corpus of the same run",
        )
    texts, digests = {}, {}
    for _, batch in corpus.batches("documents", ["doc_id", "text", "text_sha256"]):
        for row in batch.to_pylist():
            texts[row["doc_id"]], digests[row["doc_id"]] = row["text"], row["text_sha256"]
    splits = {
        row["doc_id"]: row["split"]
        for _, batch in corpus.batches("doc_splits", ["doc_id", "split"])
        for row in batch.to_pylist()
    }
    return texts, digests, splits
