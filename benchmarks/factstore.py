"""The fact store: seconds for 100,000 rows of it, and microseconds a keyed look-up.

    python benchmarks/factstore.py CORPUS [--rounds 3] [--keep]

CORPUS is a corpus of real filings. Its kept documents' facts and the figures of their tables are
stored, several times; look-ups are of values without dimensions drawn at random, latest and as of a
moment (the middle one of those when they became public), each a query of its own.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path

from dated import keep, stamp

from qhdata.artifact import Artifact
from qhdata.factstore.build import build_store


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", action="store_true", help="write benchmarks/results")
    args = parser.parse_args()
    corpus = Artifact.open(args.corpus, "corpus")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "facts.sqlite"
        seconds = []
        for _ in range(args.rounds):
            began = time.perf_counter()
            store = build_store(corpus, path)
            seconds.append(time.perf_counter() - began)
            counts = store.counts()
        rows = counts["facts"] + counts["figures"]
        keys = sqlite3.connect(path).execute(
            "SELECT filer_id, concept, period_end, period_start, public_at FROM facts "
            "WHERE kind = 'number' AND dimensions = '[]' ORDER BY fact_id"
        )
        all_keys = keys.fetchall()
        moments = sorted(key[-1] for key in all_keys if key[-1])
        middle = moments[len(moments) // 2] if moments else "2024-06-30T00:00:00Z"
        drawn = random.Random(1).choices([key[:-1] for key in all_keys], k=20_000)
        took = {}
        for name, as_of in (("latest", None), ("as_of", middle)):
            rounds = []
            for _ in range(args.rounds):
                began = time.perf_counter()
                for filer, concept, end, start in drawn:
                    store.fact(filer, concept, end, period_start=start, as_of=as_of)
                rounds.append(round((time.perf_counter() - began) / len(drawn) * 1e6, 1))
            took[name] = sorted(rounds)
    found = {
        **stamp("fact store: load and look-up", "python benchmarks/factstore.py CORPUS"),
        **counts,
        "load_s": [round(s, 2) for s in sorted(seconds)],
        "s_per_100000": round(statistics.median(seconds) / rows * 1e5, 2),
        "lookup_us": took,
    }
    print(json.dumps(found, indent=1))
    if args.keep:
        keep("factstore", found)


if __name__ == "__main__":
    main()
