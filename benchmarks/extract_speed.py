"""How fast a filing becomes text, sections, tables and facts, beside a bare lxml parse.

    python benchmarks/extract_speed.py FOLDER [--runs 3] [--out benchmarks/results/DATE-name.json]

FOLDER holds HTML filings. Process time of one core, best of the runs for each file; the floor is an
lxml parse with `text_content`, which gives neither tables nor sections nor facts. Prints a table.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from lxml import html

from qhdata.errors import RowError
from qhdata.extract import Limits, extract_document
from qhdata.readers import plan, read_file
from qhdata.records import RawDocument


def best(work: Callable[[], object], runs: int) -> float:
    seconds = []
    for _ in range(runs):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return min(seconds)


def floor(data: bytes) -> int:
    return len(
        html.document_fromstring(data, parser=html.HTMLParser(huge_tree=True)).text_content()
    )


def documents(folder: Path) -> list[RawDocument]:
    found = []
    for file in plan([folder]):
        try:
            found += read_file(file).documents
        except RowError:
            continue
    return [raw for raw in found if b"<" in raw.data[:2000]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    rows = []
    for raw in documents(args.folder):
        ours = best(lambda raw=raw: extract_document(raw, Limits()), args.runs)  # type: ignore[misc]
        bare = best(lambda raw=raw: floor(raw.data), args.runs)  # type: ignore[misc]
        size = len(raw.data) / 1e6
        rows.append((raw.source_path, size, size / ours, size / bare))
        print(
            f"{raw.source_path:50} {size:5.1f} MB {size / ours:6.1f} MB/s  bare {size / bare:6.1f}"
        )
    if not rows:
        sys.exit(f"no HTML filing under {args.folder}")
    total = sum(r[1] for r in rows)
    ours_rate = total / sum(r[1] / r[2] for r in rows)
    bare_rate = total / sum(r[1] / r[3] for r in rows)
    result = {
        "what": "HTML filings to text, sections, tables and facts; one core",
        "command": "python benchmarks/extract_speed.py FOLDER",
        "date": dt.date.today().isoformat(),
        "commit": subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
        ).stdout.strip(),
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
        "files": len(rows),
        "megabytes": round(total, 1),
        "ours_mb_s": round(ours_rate, 2),
        "ours_mb_s_median": round(statistics.median(r[2] for r in rows), 2),
        "peer": "lxml parse and text_content",
        "peer_mb_s": round(bare_rate, 2),
        "ratio": round(ours_rate / bare_rate, 3),
    }
    print(json.dumps(result, indent=1))
    if args.out:
        args.out.parent.mkdir(parents=True, exist_ok=True)
        args.out.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
