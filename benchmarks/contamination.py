"""Contamination: how much of what is planted is found, and what is found of changed figures.

    python benchmarks/contamination.py CORPUS QUESTIONS [--each 150] [--keep]

CORPUS is a corpus of real filings, QUESTIONS a folder of question sets (TAT-QA, ConvFinQA, CFLUE).
Of each set so many items are drawn; into the middle of a real document goes, one at a time, the
item's passage as it is, its table as it is, its table with rows and cells in another order, its
question alone, and passage and table with every digit changed, which must not be found. A passage
without a digit is the same with digits changed, so those are left out there; so is, in TAT-QA, any
whose paragraphs are texts of their own, of which some have none. Found is a hit of that item by
that key.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from dated import keep, stamp

from qhdata.artifact import Artifact
from qhdata.readers.questions import Asked, read_questions
from qhdata.taggers.contamination import Contamination, Index

FEW = 8
"""Digits of a passage from which it is planted with others."""


def hosts(corpus: Artifact) -> list[str]:
    """Texts of real documents to plant into."""
    found = []
    for _, batch in corpus.batches("documents", ["text"], max_rows=64):
        found += [t for t in batch.column(0).to_pylist() if 2_000 < len(t) < 20_000]
    return found[:100]


def changed(text: str, rng: random.Random) -> str:
    """The text with every digit another."""
    return re.sub(r"\d", lambda m: rng.choice([d for d in "123456789" if d != m[0]]), text)


def table(rows: list[list[str]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def cases(asked: Asked, rng: random.Random) -> Iterator[tuple[str, str, str]]:
    """(what is planted, the key that should name it, the text)."""
    passage = "\n\n".join(asked.passages)
    if passage:
        yield "passage", "context", passage
    if len(asked.passages) == 1 and len(re.findall(r"\d", passage)) > FEW:
        yield "passage, digits changed", "context", changed(passage, rng)
    rows = [list(row) for row in asked.rows]
    if len(rows) > 2:
        yield "table", "table", table(rows)
        order = [rng.sample(row, len(row)) for row in rng.sample(rows, len(rows))]
        yield "table, another order", "table", table(order)
        yield "table, digits changed", "table", changed(table(rows), rng)
    yield "question", "question", rng.choice(asked.questions)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--each", type=int, default=150)
    parser.add_argument("--keep", action="store_true", help="write benchmarks/results")
    args = parser.parse_args()
    rng = random.Random(1)
    sets: dict[str, list[Asked]] = defaultdict(list)
    for one in read_questions(args.questions):
        sets[one.question_set].append(one)
    index = Index((a for own in sets.values() for a in own), Contamination(against="given"))
    stock = hosts(Artifact.open(args.corpus, "corpus"))
    planted: dict[str, Counter[str]] = {name: Counter() for name in sets}
    found: dict[str, Counter[str]] = {name: Counter() for name in sets}
    by_chance = sum(1 for text in stock for _ in index.find("d", text))
    for name, own in sorted(sets.items()):
        for asked in rng.sample(own, min(args.each, len(own))):
            for what, key, text in cases(asked, rng):
                host = rng.choice(stock)
                at = host.find("\n\n", len(host) // 2)
                hits = index.find("d", f"{host[:at]}\n\n{text}\n\n{host[at:]}")
                planted[name][what] += 1
                found[name][what] += any(
                    (h.key, h.asked.question_set, h.asked.question_id)
                    == (key, name, asked.question_id)
                    for h in hits
                )
    result = {
        **stamp("contamination planted and not", "python benchmarks/contamination.py CORPUS QA"),
        "hosts": len(stock),
        "hits_of_hosts_as_they_are": by_chance,
        "found_of": {
            name: {what: [found[name][what], n] for what, n in own.items()}
            for name, own in planted.items()
        },
    }
    print(json.dumps(result, indent=1, ensure_ascii=False))
    if args.keep:
        keep("contamination", result)


if __name__ == "__main__":
    main()
