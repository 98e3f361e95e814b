"""A million paragraphs of real filings deduplicated: time, and the peak memory of all processes.

    python benchmarks/million.py FILINGS [--paragraphs 1000000] [--workers 2] [--keep]

Paragraphs of 120 to 900 characters of real filings' prose. Where they do not suffice, further
rounds take them again with every figure and a quarter of the other words changed (by each round
another quarter), so that they are no copies; in each round 5 % come again with one word in fifty
changed, and 5 % as they are. They are read as JSON lines, one document each (exact, minhash), and,
thirty to a document, for paragraphs that repeat. Time is the whole `qhdata build` by the clock.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from dated import keep, stamp

HOME = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HOME))
RECIPES = {
    "documents": "[exact, minhash]",
    "paragraphs": "[{paragraphs: {least: 100, action: cut}}]",
}
TOGETHER = 30
FILES = 8
"""As large corpora are given out: in pieces, so that two workers have something to do."""
_FIGURE = re.compile(r"\d")


def real(filings: Path) -> list[str]:
    """Different paragraphs of the filings' prose."""
    from qhdata.dedup.paragraphs import paragraphs
    from qhdata.extract import Limits, extract_document
    from qhdata.readers import plan, read_file

    found: dict[int, str] = {}
    for file in plan([filings]):
        try:
            for raw in read_file(file).documents:
                text = extract_document(raw, Limits()).text
                for key, start, end in paragraphs(text, 120):
                    if end - start <= 900:
                        found.setdefault(key, " ".join(text[start:end].split()))
        except Exception:  # what cannot be read gives no paragraph here
            continue
    return list(found.values())


def other(text: str, rng: random.Random, share: float) -> str:
    """The text with every figure and so large a share of its words changed."""
    words = _FIGURE.sub(lambda _: rng.choice("0123456789"), text).split(" ")
    for at in rng.sample(range(len(words)), int(len(words) * share)):
        words[at] = "".join(rng.choices("abcdefghijklmnop", k=7))
    return " ".join(words)


def edited(text: str, rng: random.Random) -> str:
    words = text.split(" ")
    for at in rng.sample(range(len(words)), max(1, len(words) // 50)):
        if words[at].isalpha():
            words[at] = "".join(rng.choices("abcdefghijklmnop", k=7))
    return " ".join(words)


def rows(texts: list[str], count: int) -> Iterator[tuple[str, str]]:
    """(kind, text), so many."""
    rng, made, turn = random.Random(1), 0, 0
    while True:
        for text in texts:
            new = other(text, rng, 0.25) if turn else text
            chance = rng.random()
            again = [("near", edited(new, rng))] if chance < 0.05 else []
            again += [("exact", new)] if 0.05 <= chance < 0.1 else []
            for kind, said in [("new", new), *again]:
                yield kind, said
                made += 1
                if made == count:
                    return
        turn += 1


def written(found: Iterator[tuple[str, str]], folder: Path, together: int) -> dict[str, int]:
    """JSON lines of so many paragraphs each, dealt to FILES files; counts by kind.

    A paragraph and its copy, which follows it, go to two documents of one filer.
    """
    counts = dict.fromkeys(("new", "near", "exact"), 0)
    batches: list[list[str]] = [[] for _ in range(FILES)]
    filer = 0
    folder.mkdir()
    with ExitStack() as stack:
        opened = [
            stack.enter_context((folder / f"{n}.jsonl").open("w", encoding="utf-8"))
            for n in range(FILES)
        ]

        def write() -> None:
            for n, batch in enumerate(batches):
                if batch:
                    row = {"id": f"{filer}-{n}", "text": "\n\n".join(batch)}
                    row |= {"cik": str(filer + 1)} if together > 1 else {}
                    opened[n].write(json.dumps(row) + "\n")
                    batch.clear()

        for at, (kind, text) in enumerate(found):
            counts[kind] += 1
            batches[at % FILES].append(text)
            if len(batches[-1]) == together:
                write()
                filer += 1
        write()
    return counts


def measured(source: Path, work: Path, dedup: str, workers: int) -> dict[str, Any]:
    from pipelines.memory import tree_mb

    recipe = work / "dedup.yaml"
    recipe.write_text(
        f"corpus:\n  read: [jsonl]\n  tag: []\n  dedup: {dedup}\n  select: []\n"
        "  loss_guard: {share: 1.0}\n"
    )
    command = [sys.executable, "-m", "qhdata", "build", str(source), "-o", str(work / "out")]
    began, peak = time.monotonic(), 0
    process = subprocess.Popen(
        [*command, "-r", str(recipe), "-w", str(workers)],
        cwd=HOME, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    while process.poll() is None:
        peak = max(peak, tree_mb(process.pid))
        time.sleep(0.1)
    if process.returncode:
        raise SystemExit(f"the build ended with {process.returncode}")
    seconds = time.monotonic() - began
    manifest = json.loads((work / "out/manifest.json").read_text())
    steps, took = manifest["steps"], Counter[str]()
    for step in steps:  # the keys of paragraphs and what is made of them are steps of one name
        took[step["name"]] += step["seconds"]
    return {
        "seconds": round(seconds, 1),
        "peak_mb": peak,
        "steps_s": {name: round(seconds, 1) for name, seconds in took.items()},
        "rows": {s["name"]: [s["rows_in"], s["rows_out"]] for s in steps},
        "dropped": steps[-1]["rows_dropped"],
        "cut": manifest["parts"].get("edits", {}).get("rows", 0),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("filings", type=Path)
    parser.add_argument("--paragraphs", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", nargs="*", default=list(RECIPES))
    parser.add_argument("--keep", action="store_true", help="write benchmarks/results")
    args = parser.parse_args()
    texts = real(args.filings)
    result: dict[str, Any] = stamp(
        "a million paragraphs deduplicated by qhdata build, by the clock",
        f"python benchmarks/million.py FILINGS --paragraphs {args.paragraphs} "
        f"--workers {args.workers}",
    ) | {"different_paragraphs_of_filings": len(texts)}
    for name in args.only:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "in"
            together = TOGETHER if name == "paragraphs" else 1
            counts = written(rows(texts, args.paragraphs), source, together)
            size = round(sum(p.stat().st_size for p in source.iterdir()) / 1e6, 1)
            found = measured(source, Path(folder), RECIPES[name], args.workers)
        result[name] = {"planted": counts, "mb": size, **found}
        print(name, json.dumps(result[name], indent=1), flush=True)
    if args.keep:
        keep("-".join(["million", *(args.only if len(args.only) < len(RECIPES) else ())]), result)


if __name__ == "__main__":
    main()
