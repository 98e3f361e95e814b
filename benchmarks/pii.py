"""Personal data: how much of what is planted is found, and what is hit in tables that hold none.

    python benchmarks/pii.py CORPUS [--each 150] [--keep]

CORPUS is a corpus of real filings. Items of seven kinds, in both languages, are planted in
sentences of real filings (those of tests/qhdata/taggers/test_pii.py, other draws). Then every cell
of CORPUS's tables is looked at alone: what is hit there is listed, for eyes to say whether it is a
telephone or a figure. Speed: characters of the corpus's texts a second of one core.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import random
import time
from pathlib import Path
from types import ModuleType

from dated import keep, stamp

from qhdata.artifact import Artifact
from qhdata.taggers.pii_patterns import KINDS, find

TESTS = Path(__file__).resolve().parents[1] / "tests/qhdata/taggers/test_pii.py"


def planting() -> ModuleType:
    """The module that knows how people write such items."""
    spec = importlib.util.spec_from_file_location("planting", TESTS)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{TESTS}: not here")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def found_of(tests: ModuleType, kind: str, chinese: bool, each: int) -> int:
    """How many of so many planted items are found, as their own kind."""
    rng = random.Random(f"benchmark {kind} {chinese}")
    stock = tests.sentences(chinese)
    found = 0
    for _ in range(each):
        item, host = tests.planted(rng, kind, chinese), rng.choice(stock)
        at = rng.choice([len(host), host.find(" ", len(host) // 2), host.find("，") + 1])
        text = f"{host[:at].rstrip('.')} {item}{rng.choice(['.', '。', ',', ' and'])} {host[at:]}"
        hits = find(text, frozenset(KINDS))
        found += any(k == kind and text[a:b] in item for a, b, k in hits)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--each", type=int, default=150)
    parser.add_argument("--keep", action="store_true", help="write benchmarks/results")
    args = parser.parse_args()
    tests = planting()
    recall = {
        f"{kind}, {'Chinese' if chinese else 'English'}": found_of(tests, kind, chinese, args.each)
        for kind in KINDS
        for chinese in (False, True)
    }
    corpus = Artifact.open(args.corpus, "corpus")
    cells, hits = 0, []
    for _, batch in corpus.batches("tables", ["table_id", "cells"]):
        for row in batch.to_pylist():
            for cell in row["cells"]:
                cells += 1
                for start, end, kind in find(cell["text"], frozenset(KINDS)):
                    hits.append([kind, cell["text"][start:end], row["table_id"]])
    size, began = 0, time.process_time()
    for _, batch in corpus.batches("documents", ["text"]):
        for text in batch.column(0).to_pylist():
            size += len(text)
            find(text, frozenset(KINDS))
    seconds = time.process_time() - began
    result = {
        **stamp("personal data planted and not", "python benchmarks/pii.py CORPUS"),
        "planted": args.each * len(recall),
        "found": sum(recall.values()),
        "lowest_share": round(min(recall.values()) / args.each, 4),
        "found_of_each": recall,
        "cells": cells,
        "hits_in_cells": len(hits),
        "hits_per_10_000_cells": round(10_000 * len(hits) / max(1, cells), 2),
        "hits": hits,
        "million_characters_s": round(size / seconds / 1e6, 1),
    }
    print(json.dumps(result, indent=1, ensure_ascii=False))
    if args.keep:
        # Telephones and addresses of real filings stay out of the repository.
        keep("pii", {**result, "hits": dict(sorted(_kinds(hits).items()))})


def _kinds(hits: list[list[str]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for kind, *_ in hits:
        counts[kind] = counts.get(kind, 0) + 1
    return counts


if __name__ == "__main__":
    main()
