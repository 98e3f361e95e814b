"""What `qhdata build --plan` says against what the build then takes: time, disk, memory.

    python benchmarks/plan.py FILINGS... [--rounds 3] [--keep]

FILINGS holds three folders: SEC filings, Chinese reports, PDFs. Three corpora of different make-up
are planned and built in turn, each so many times: the SEC filings with recipes/filings.yaml; the
Chinese reports with other digits in each of eight copies, and pieces of ten pages of every PDF; an
invented universe with its general texts, half of it as JSON lines (for its make-up alone). Time is
the clock and, since others may use the machine, seconds of cores; memory is the peak of all
processes, sampled ten times a second. The median of the ratios is what counts.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from dated import keep, stamp
from million import other

HOME = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HOME))
FILINGS = "pipelines/recipes/filings.yaml"
DEMO = "pipelines/recipes/demo.yaml"
COPIES = 8
PAGES = 10
_DIGIT = re.compile(rb"(?<=[>\d,.])\d(?=[\d,.]*<)")


def chinese(out: Path, reports: Path, pdfs: Path) -> list[Path]:
    """Copies of pages with other digits, and pieces of PDFs."""
    import pypdfium2

    out.mkdir()
    for path in sorted([*reports.iterdir(), *pdfs.iterdir()]):
        data = path.read_bytes()
        if not data.startswith(b"%PDF"):
            for copy in range(COPIES):
                rng = random.Random(f"{path.name} {copy}")
                other = _DIGIT.sub(lambda _, r=rng: b"%d" % r.randrange(10), data)
                (out / f"{path.stem}-{copy}.html").write_bytes(other)
            continue
        whole = pypdfium2.PdfDocument(data)
        for first in range(0, len(whole), PAGES):
            piece = pypdfium2.PdfDocument.new()
            piece.import_pages(whole, list(range(first, min(len(whole), first + PAGES))))
            piece.save(out / f"{path.stem}-{first}.pdf")
    return [out]


def invented(out: Path) -> list[Path]:
    """A universe, and its general texts as JSON lines."""
    from qhdata.universe import invent

    invent(out / "u", filers=60, seed=1, years=3)
    rows = out / "general"
    rows.mkdir()
    texts = [p.read_text() for p in sorted((out / "u" / "general").rglob("*")) if p.is_file()]
    rng = random.Random(3)
    with (rows / "general.jsonl").open("w") as handle:
        for n in range(8 * len(texts)):
            text = other(texts[n % len(texts)], rng, 0.5)
            handle.write(json.dumps({"id": n, "text": text}) + "\n")
    return [out / "u" / "filings", rows]


def planned(recipe: str, sources: list[Path], out: Path) -> dict[str, float]:
    """What a plan says: run as a process of its own."""
    code = (
        "import json, sys, time\n"
        "from pathlib import Path\n"
        "from pipelines.build import read_settings\n"
        "from pipelines.planned import planned\n"
        "began = time.monotonic()\n"
        "found, *_ = planned(read_settings(Path(sys.argv[1])), [Path(p) for p in sys.argv[3:]],"
        " Path(sys.argv[2]), 0)\n"
        "row = {k: getattr(found, k) for k in ('seconds', 'disk', 'memory')}\n"
        "row = {k: [v.value, v.low, v.high] for k, v in row.items()}\n"
        "print(json.dumps({**row, 'cpu': found.cpu, 'took': time.monotonic() - began}))\n"
    )
    command = [sys.executable, "-c", code, recipe, str(out), *map(str, sources)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=HOME)
    row: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return row


def built(recipe: str, sources: list[Path], out: Path) -> dict[str, float]:
    """What a build takes."""
    from pipelines.memory import tree_mb

    command = [sys.executable, "-m", "qhdata", "build", *map(str, sources), "-o", str(out)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began, peak = time.monotonic(), 0
    process = subprocess.Popen(
        [*command, "-r", recipe], cwd=HOME, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while process.poll() is None:
        peak = max(peak, tree_mb(process.pid))
        time.sleep(0.1)
    seconds = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode != 0:
        raise SystemExit(f"the build ended with {process.returncode}: {command}")
    return {
        "seconds": seconds,
        "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "disk": sum(p.stat().st_size for p in out.rglob("*") if p.is_file()),
        "memory": peak * 1e6,
    }


def compared(name: str, recipe: str, sources: list[Path], folder: Path, n: int) -> dict[str, Any]:
    """A corpus planned and built in turn; the ratios' medians."""
    rounds = []
    for number in range(n):
        plan = planned(recipe, sources, folder / "none")
        real = built(recipe, sources, folder / f"{name}-{number}")
        ratios = {k: round(plan[k] / real[k], 2) for k in ("cpu",)}
        ratios |= {k: round(plan[k][0] / real[k], 2) for k in ("seconds", "disk", "memory")}
        inside = {k: plan[k][1] <= real[k] <= plan[k][2] for k in ("seconds", "disk", "memory")}
        shown = {k: round(v / (1e6 if k in ("disk", "memory") else 1), 1) for k, v in real.items()}
        row = {"built": shown, "planned_over_built": ratios, "inside_its_range": inside}
        rounds.append({**row, "plan_took_s": round(plan["took"], 1), "load": os.getloadavg()[0]})
        print(name, json.dumps(rounds[-1]), flush=True)
    medians = {
        k: statistics.median(r["planned_over_built"][k] for r in rounds)
        for k in ("seconds", "cpu", "disk", "memory")
    }
    files = [p for source in sources for p in source.rglob("*") if p.is_file()]
    size = round(sum(p.stat().st_size for p in files) / 1e6, 1)
    return {"corpus": name, "files": len(files), "mb": size, "median": medians, "rounds": rounds}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("filings", nargs=3, type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="*", default=["sec", "chinese", "invented"])
    parser.add_argument("--keep", action="store_true", help="write benchmarks/results")
    args = parser.parse_args()
    sec, reports, pdfs = args.filings
    found = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if "sec" in args.only:
            found.append(compared("sec", FILINGS, [sec.resolve()], folder, args.rounds))
        if "chinese" in args.only:
            sources = chinese(folder / "reports", reports, pdfs)
            found.append(compared("chinese", FILINGS, sources, folder, args.rounds))
        if "invented" in args.only:
            (folder / "invented").mkdir()
            sources = invented(folder / "invented")
            found.append(compared("invented", DEMO, sources, folder, args.rounds))
    worst = max(abs(row["median"][k] - 1) for row in found for k in row["median"])
    print(f"furthest median from 1: {worst:.2f}")
    if args.keep:
        row = {
            **stamp(
                "what build --plan says, over what the build takes; medians of each corpus",
                f"python benchmarks/plan.py SEC CN PDF --rounds {args.rounds} --keep",
            ),
            "rows": found,
        }
        keep("plan", row)


if __name__ == "__main__":
    main()
