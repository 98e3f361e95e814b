"""Reasoning problems from real filings: how many a second, of how many shapes, how alike.

    python benchmarks/synthesis.py CORPUS [--filings DIR --copies 10] [--keep]
    python benchmarks/synthesis.py CORPUS --yields [--keep]    # of each generator alone, no more

CORPUS is a corpus of real filings. Speed: from an open store to finished tasks with their answers,
judged right and their mistakes wrong (the gates), by seconds of one core, tables read included.
With --filings, what CORPUS was built from, also from the store of so many copies with other
figures, names and dates (copies.py): ten of the 19 filings make more than 100,000 facts. Nothing
but speed and faults is said of those.
Shapes: programs whose numbers are not looked at, with and without a cap (`most_of_shape`). Alike:
4-grams of words that are different, of all, and questions whose words without numbers and quoted
labels come again.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from copies import grown
from dated import keep, stamp

from qhdata.artifact import Artifact
from qhdata.factstore.build import build_store
from qhdata.factstore.store import FactStore
from qhdata.synth.check import check
from qhdata.synth.material import Material
from qhdata.synth.produce import GENERATORS, Batch, produce, shape_of
from qhdata.synth.settings import SynthSettings

HOME = Path(__file__).resolve().parents[1]


def made(corpus: Artifact, store: FactStore, limit: int, share: float) -> tuple[Batch, float]:
    """All that one pass over the three splits keeps, and seconds of a core."""
    settings = SynthSettings(most_of_shape=share, pairs=False)
    whole = Batch()
    began = time.process_time()
    for split in ("train", "dev", "test"):
        material = Material(corpus, store, settings, split, 0)  # type: ignore[arg-type]
        batch = produce("reasoning", material, limit)
        whole.tasks += batch.tasks
        whole.kept += batch.kept
    return whole, time.process_time() - began


def speed(corpus: Artifact, store: FactStore, limit: int, rounds: int) -> dict[str, Any]:
    """Tasks a second, several times; those of the last round, and how many have a fault."""
    rates = []
    for _ in range(rounds):
        batch, seconds = made(corpus, store, limit, 1.0)
        rates.append(round(len(batch.tasks) / seconds, 1))
    faults = sum(bool(check(task)) for task in batch.tasks)
    told = {"tasks_s": sorted(rates), "median_s": statistics.median(rates), "faults": faults}
    return {**told, "batch": batch}


def of_copies(filings: Path, copies: int, limit: int, rounds: int) -> dict[str, Any]:
    """Speed from the store of a corpus of copies."""
    with tempfile.TemporaryDirectory() as folder:
        for _ in grown(filings, Path(folder, "raw"), range(copies)):
            pass
        build = [sys.executable, "-m", "qhdata", "build", f"{folder}/raw", "-o", f"{folder}/c"]
        subprocess.run(build, check=True, cwd=HOME, stdout=subprocess.DEVNULL)
        corpus = Artifact.open(Path(folder, "c"), "corpus")
        store = build_store(corpus, Path(folder) / "facts.sqlite")
        found = speed(corpus, store, limit, rounds)
        tasks = len(found.pop("batch").tasks)
        facts = store.counts()["facts"]
        store.close()
    return {"copies": copies, "facts": facts, "tasks": tasks, **found}


def yields(corpus: Artifact, store: FactStore, kind: str, limit: int) -> dict[str, Any]:
    """What every generator of a kind keeps alone, by language, and the reasons that skip most."""
    found: dict[str, Any] = {}
    for name in GENERATORS[kind]:
        settings = SynthSettings(generators=(name,), pairs=False)
        counts: Counter[str] = Counter()
        skipped: Counter[str] = Counter()
        began = time.process_time()
        for split in ("train", "dev", "test"):
            material = Material(corpus, store, settings, split, 0)  # type: ignore[arg-type]
            batch = produce(kind, material, limit)
            rows = batch.tasks or batch.examples or batch.documents
            counts.update("zh" if row.lang == "zh" else "en" for row in rows)
            skipped.update(batch.reasons())
        found[name] = {
            **counts,
            "seconds": round(time.process_time() - began, 1),
            "skipped": dict(skipped.most_common(3)),
        }
    return found


def shapes(batch: Batch) -> dict[str, Any]:
    """How many shapes, and the largest's share."""
    counts = Counter(shape_of(task.program or "") for task in batch.tasks)
    largest = max(counts.values(), default=0) / max(1, len(batch.tasks))
    return {"tasks": len(batch.tasks), "shapes": len(counts), "largest_share": round(largest, 4)}


def alike(batch: Batch) -> dict[str, float]:
    """Different 4-grams over all, and the share of questions that say nothing new but numbers."""
    grams: Counter[tuple[str, ...]] = Counter()
    plain: Counter[str] = Counter()
    for task in batch.tasks:
        question = (task.messages[-1].content or "").rsplit("\n\n", 1)[-1]
        words = question.lower().split()
        grams.update(zip(*(words[n:] for n in range(4)), strict=False))
        plain[re.sub(r'"[^"]*"|\d[\d.,%]*', "_", question)] += 1
    again = sum(n - 1 for n in plain.values())
    return {
        "distinct_4grams": round(len(grams) / max(1, grams.total()), 4),
        "same_words": round(again / max(1, len(batch.tasks)), 4),
    }


def yields_alone(corpus: Artifact, limit: int) -> dict[str, Any]:
    """What every generator of every kind keeps of a corpus."""
    with tempfile.TemporaryDirectory() as folder:
        store = build_store(corpus, Path(folder) / "facts.sqlite")
        kinds = {kind: yields(corpus, store, kind, limit) for kind in GENERATORS}
        counts = store.counts()
        store.close()
    command = "python benchmarks/synthesis.py CORPUS --yields"
    return {
        **stamp("rows of each generator alone, real filings", command),
        **counts,
        "kinds": kinds,
    }


def told(found: dict[str, Any], name: str, kept: bool) -> None:
    """Print a result, and keep it where that is asked for."""
    print(json.dumps(found, indent=1, ensure_ascii=False))
    if kept:
        keep(name, found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--filings", type=Path, help="the filings that CORPUS was built from")
    parser.add_argument("--copies", type=int, default=10, help="of them, for a larger store")
    parser.add_argument("--limit", type=int, default=20_000)
    parser.add_argument("--yields", action="store_true", help="of each generator, no more")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", action="store_true", help="write benchmarks/results")
    args = parser.parse_args()
    corpus = Artifact.open(args.corpus, "corpus")
    if args.yields:
        told(yields_alone(corpus, args.limit), "synthesis-yields", args.keep)
        return
    with tempfile.TemporaryDirectory() as folder:
        store = build_store(corpus, Path(folder) / "facts.sqlite")
        quick = speed(corpus, store, args.limit, args.rounds)
        batch = quick.pop("batch")
        capped, _ = made(corpus, store, args.limit, 0.05)
        quick["faults"] += sum(bool(check(task)) for task in capped.tasks)
        counts = store.counts()
        store.close()
    found = {
        **stamp(
            "reasoning problems of real filings",
            "python benchmarks/synthesis.py CORPUS --filings DIR",
        ),
        **counts,
        **quick,
        "all": shapes(batch) | alike(batch),
        "capped": shapes(capped) | alike(capped),
        "by_generator": dict(batch.kept.most_common()),
    }
    if args.filings:
        most = args.limit * args.copies
        found["of_copies"] = of_copies(args.filings, args.copies, most, args.rounds)
    told(found, "synthesis", args.keep)


if __name__ == "__main__":
    main()
