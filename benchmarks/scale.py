"""Whole builds of real filings: speed of each step, of two workers, of growth, of Spark.

    python benchmarks/scale.py FILINGS [--runs 3] [--times 5 10 20] [--spark 24] [--keep]

FILINGS is a folder of real filings. Three parts, each left out by giving it nothing:

- one and two workers in turn on FILINGS and two perturbed copies (copies.py): documents/s and MB/s
  of each step, and what two workers reach of twice one worker's speed in the steps that look at one
  row at a time, beside what two bare lxml processes reach of one's on the same pages;
- growth: builds of so many copies, two workers; the seconds that the second half of the largest
  takes over those of the half before it (1.0 is linear; start-up is in neither);
- Spark local[2] beside two local workers on so many copies, and whether the digests are equal.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from copies import grown
from dated import keep, stamp

HOME = Path(__file__).resolve().parents[1]
RECIPE = "pipelines/recipes/filings.yaml"
WHOLE = {
    "plan",
    "files",
    "splits",
    "exact_fold",
    "minhash_fold",
    "clusters",
    "amendments",
    "select",
}
"""Steps that look at all rows; the others look at one at a time."""


def built(source: Path, out: Path, *options: str) -> dict[str, Any]:
    """One build: seconds by the clock, and its manifest."""
    shutil.rmtree(out, ignore_errors=True)
    command = [sys.executable, "-m", "qhdata", "build", str(source), "-o", str(out), "-r", RECIPE]
    began = time.monotonic()
    done = subprocess.run(
        [*command, *options], cwd=HOME, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}: {done.stderr[-500:]}")
    manifest = json.loads((out / "manifest.json").read_text())
    return {"seconds": round(time.monotonic() - began, 1), "manifest": manifest}


def walked(paths: list[str]) -> int:
    """A bare parse and walk of pages: what the machine gives to any reader of HTML."""
    from lxml import html

    found = 0
    for path in paths:
        try:
            tree = html.fromstring(Path(path).read_bytes())
        except Exception:  # a page that lxml refuses costs both sides the same
            continue
        for node in tree.iter():
            found += len(node.attrib.get("style", "")) if isinstance(node.tag, str) else 0
    return found


def bare(pages: list[str], workers: int) -> float:
    """Seconds of so many bare processes; pages are dealt in small hands."""
    hands = [pages[n : n + 4] for n in range(0, len(pages), 4)]
    with ProcessPoolExecutor(workers) as pool:
        list(pool.map(walked, [[]] * workers))  # the start is not counted
        began = time.monotonic()
        list(pool.map(walked, hands))
        return time.monotonic() - began


def steps(manifest: dict[str, Any], megabytes: float) -> dict[str, dict[str, float]]:
    """Each step's seconds, rows/s and MB/s."""
    return {
        step["name"]: {
            "s": round(step["seconds"], 2),
            "rows_s": round(step["rows_in"] / max(step["seconds"], 1e-6), 1),
            "mb_s": round(megabytes / max(step["seconds"], 1e-6), 2),
        }
        for step in manifest["steps"]
    }


def local_seconds(manifest: dict[str, Any]) -> float:
    return sum(s["seconds"] for s in manifest["steps"] if s["name"] not in WHOLE)


def efficiency(source: Path, work: Path, runs: int) -> dict[str, Any]:
    megabytes = sum(grown(source, work / "three", range(3))) / 1e6
    pages = [str(p) for p in sorted((work / "three").rglob("*.htm*"))]
    rounds: list[dict[str, float]] = []
    seen: dict[int, dict[str, Any]] = {}
    for _ in range(runs):
        row: dict[str, float] = {}
        for workers in (1, 2):
            row[f"bare_{workers}"] = bare(pages, workers)
            seen[workers] = built(work / "three", work / "out", "-w", str(workers))
            row[f"ours_{workers}"] = local_seconds(seen[workers]["manifest"])
            row[f"whole_{workers}"] = seen[workers]["seconds"]
        row["bare"] = row["bare_1"] / row["bare_2"] / 2
        row["ours"] = row["ours_1"] / row["ours_2"] / 2
        rounds.append({k: round(v, 3) for k, v in row.items()})
        print(rounds[-1], flush=True)
    documents = next(s for s in seen[2]["manifest"]["steps"] if s["name"] == "select")["rows_in"]
    shutil.rmtree(work / "three")
    return {
        "megabytes": round(megabytes, 1),
        "documents": documents,
        "rounds": rounds,
        "efficiency_over_bare": round(statistics.median(r["ours"] / r["bare"] for r in rounds), 3),
        "documents_s": {w: round(documents / seen[w]["seconds"], 1) for w in seen},
        "mb_s": {w: round(megabytes / seen[w]["seconds"], 2) for w in seen},
        "steps_1": steps(seen[1]["manifest"], megabytes),
        "steps_2": steps(seen[2]["manifest"], megabytes),
    }


def growth(source: Path, work: Path, times: list[int]) -> dict[str, Any]:
    rows, made = [], 0.0
    for before, now in zip([0, *times], times, strict=False):
        made += sum(grown(source, work / "grown", range(before, now))) / 1e6
        one = built(work / "grown", work / "out", "-w", "2")
        rows.append({"copies": now, "mb": round(made, 1), "s": one["seconds"],
                     "steps": {s["name"]: round(s["seconds"], 1) for s in one["manifest"]["steps"]},
                     "kept": one["manifest"]["steps"][-1]["rows_kept"]})  # fmt: skip
        print(rows[-1], flush=True)
    shutil.rmtree(work / "grown")
    last, middle, first = rows[-1], rows[-2], rows[-3]
    later = (last["s"] - middle["s"]) / (last["mb"] - middle["mb"])
    return {"rows": rows, "slope_ratio": round(later / ((middle["s"] - first["s"])
            / (middle["mb"] - first["mb"])), 3)}  # fmt: skip


def beside_spark(source: Path, work: Path, copies: int) -> dict[str, Any]:
    megabytes = sum(grown(source, work / "many", range(copies))) / 1e6
    local = built(work / "many", work / "local", "-w", "2")
    print("local", local["seconds"], flush=True)
    spark = built(work / "many", work / "spark", "--engine", "spark", "--master", "local[2]")
    print("spark", spark["seconds"], flush=True)
    digests = [
        {name: part["digest"] for name, part in one["manifest"]["parts"].items()}
        for one in (local, spark)
    ]
    return {
        "copies": copies, "mb": round(megabytes, 1), "local_s": local["seconds"],
        "spark_s": spark["seconds"], "ratio": round(spark["seconds"] / local["seconds"], 3),
        "digests_equal": digests[0] == digests[1],
        "local_steps": {s["name"]: round(s["seconds"], 1) for s in local["manifest"]["steps"]},
        "spark_steps": {s["name"]: round(s["seconds"], 1) for s in spark["manifest"]["steps"]},
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("filings", type=Path)
    parser.add_argument("--runs", type=int, default=3, help="0: no part of workers")
    parser.add_argument("--times", nargs="*", type=int, default=[5, 10, 20])
    parser.add_argument("--spark", type=int, default=24, help="copies; 0: no part of Spark")
    parser.add_argument("--keep", action="store_true", help="write benchmarks/results")
    args = parser.parse_args()
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        if args.runs:
            found["workers"] = efficiency(args.filings, work, args.runs)
        if len(args.times) > 2:
            found["growth"] = growth(args.filings, work, args.times)
        if args.spark:
            found["spark"] = beside_spark(args.filings, work, args.spark)
    for part, row in found.items():
        times = " ".join(map(str, args.times))
        command = f"python benchmarks/scale.py FILINGS --runs {args.runs} --times {times}"
        result = {
            **stamp(f"whole builds of real filings: {part}", f"{command} --spark {args.spark}"),
            **row,
        }
        print(json.dumps(result, indent=1))
        if args.keep:
            keep(f"scale-{part}", result)


if __name__ == "__main__":
    main()
