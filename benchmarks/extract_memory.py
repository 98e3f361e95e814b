"""Memory above idle while files become text, sections, tables and facts.

    python benchmarks/extract_memory.py FOLDER [--out benchmarks/results/DATE-name.json]

FOLDER holds HTML filings. Each of its five largest goes through the extract step in a process of
its own; so do a document of 30 MB (rows of an invented table) and a submission of 100 MB made of
the folder's documents, uuencoded pictures and XBRL schemas, in a temporary folder. Idle is the peak
after a small page; the ratio is peak above idle over the bytes of the largest single document.
"""

from __future__ import annotations

import argparse
import binascii
import datetime as dt
import json
import platform
import random
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

HEADER = (
    b"<SEC-DOCUMENT>0000000001-24-000001.txt : 20241101\n<SEC-HEADER>\nACCESSION NUMBER:\t\t"
    b"0000000001-24-000001\nCONFORMED SUBMISSION TYPE:\t10-K\n</SEC-HEADER>\n"
)
MEGABYTES = 100


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(path: Path) -> dict[str, float]:
    """One file through the step, in this process."""
    from qhdata.extract import Extract
    from qhdata.readers import plan
    from qhdata.records import SourceFile, to_batch

    work = Extract().open()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "a.htm").write_text("<html><body><p>A page.</p></body></html>")
        work(to_batch(SourceFile, list(plan([Path(folder)]))))
    idle = peak_mb()
    parts = work(to_batch(SourceFile, list(plan([path]))))
    rows = sum(batch.nbytes for batch in parts.values())
    return {
        "documents": parts["documents"].num_rows,
        "above_idle_mb": round(peak_mb() - idle, 1),
        "rows_mb": round(rows / 1e6, 1),
    }


def submission(out: Path, documents: list[Path]) -> int:
    """A submission of 100 MB; the bytes of its largest document."""
    rng = random.Random(1)
    largest = n = 0
    picture = rng.randbytes(900_000)
    lines = (binascii.b2a_uu(picture[i : i + 45]) for i in range(0, len(picture), 45))
    encoded = b"begin 644 a.jpg\n" + b"".join(lines) + b"`\nend"
    schema = (
        b"<XBRL>\n<?xml version='1.0'?><schema>" + b"<element/>" * 100_000 + b"</schema></XBRL>"
    )
    with out.open("wb") as handle:
        handle.write(HEADER)
        while handle.tell() < MEGABYTES * 1_000_000:
            body = documents[n % len(documents)].read_bytes()
            largest = max(largest, len(body))
            for kind, data in (("EX-99", body), ("GRAPHIC", encoded), ("EX-101.SCH", schema)):
                n += 1
                handle.write(
                    f"<DOCUMENT>\n<TYPE>{kind}\n<SEQUENCE>{n}\n<FILENAME>d{n}\n<TEXT>\n".encode()
                )
                handle.write(data + b"\n</TEXT>\n</DOCUMENT>\n")
        handle.write(b"</SEC-DOCUMENT>\n")
    return largest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--one", action="store_true", help="measure this one file and print JSON")
    args = parser.parse_args()
    if args.one:
        print(json.dumps(measure(args.folder)))
        return
    found = [p for p in args.folder.rglob("*.htm*") if p.is_file()]
    found = sorted(found, key=lambda p: p.stat().st_size, reverse=True)
    if not found:
        sys.exit(f"no HTML filing under {args.folder}")
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        long = Path(folder) / "30-mb.htm"
        row = "<tr><td>Sales of valves</td><td>$</td><td>12,345</td><td>9,876</td></tr>\n"
        tables = ("<p>A table of the year.</p><table>" + row * 60 + "</table>\n") * 6_600
        long.write_text(f"<html><body>{tables}</body></html>")
        many = Path(folder) / "100-mb.txt"
        largest = submission(many, sorted(found))
        plain = [(p, p.stat().st_size) for p in (*found[:5], long)]
        for path, single in [*plain, (many, largest)]:
            done = subprocess.run(
                [sys.executable, __file__, "--one", str(path)],
                capture_output=True,
                text=True,
                check=True,
            )
            result = json.loads(done.stdout)
            result = {
                "file": path.name,
                "mb": round(path.stat().st_size / 1e6, 1),
                "largest_document_mb": round(single / 1e6, 1),
                **result,
                "ratio": round(result["above_idle_mb"] * 1.048576 / (single / 1e6), 1),
            }
            rows.append(result)
            print(
                f"{result['file']:34} {result['mb']:6.1f} MB, largest document "
                f"{result['largest_document_mb']:5.1f} MB: {result['above_idle_mb']:6.1f} MB "
                f"above idle, {result['ratio']:5.1f} x, rows {result['rows_mb']:.1f} MB"
            )
    summary = {
        "what": "memory above idle while a file becomes text, sections, tables and facts",
        "command": "python benchmarks/extract_memory.py FOLDER",
        "date": dt.date.today().isoformat(),
        "commit": subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
        ).stdout.strip(),
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
        "rows": rows,
    }
    if args.out:
        args.out.parent.mkdir(parents=True, exist_ok=True)
        args.out.write_text(json.dumps(summary, indent=1) + "\n")


if __name__ == "__main__":
    main()
