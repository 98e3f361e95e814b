"""Memory above idle while files become text, sections, tables and facts.

    python benchmarks/extract_memory.py FOLDER [--out benchmarks/results/DATE-name.json]

FOLDER holds HTML filings. Each of its five largest goes through the extract step in a process of
its own; so do a document of 30 MB (rows of an invented table) and a submission of 100 MB made of
the folder's documents, uuencoded pictures and XBRL schemas, in a temporary folder; and a page of
6 MB of cells with a digit each. Idle is the peak after a small page; the ratio is peak above idle
over the bytes of the largest single document. The floor is the same of a bare parse by lxml of that
document in a process of its own: the nodes of libxml2, which nothing that walks a tree goes below.
"""

from __future__ import annotations

import argparse
import binascii
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from dated import stamp

from qhdata.engines.local import ALLOCATOR

HEADER = (
    b"<SEC-DOCUMENT>0000000001-24-000001.txt : 20241101\n<SEC-HEADER>\nACCESSION NUMBER:\t\t"
    b"0000000001-24-000001\nCONFORMED SUBMISSION TYPE:\t10-K\n</SEC-HEADER>\n"
)
MEGABYTES = 100


def peak_mb() -> float:
    """Peak of this process's memory. ru_maxrss is not it: an exec hands the parent's peak on."""
    status = Path("/proc/self/status")
    if status.exists():
        found = next(s for s in status.read_text().splitlines() if s.startswith("VmHWM:"))
        return int(found.split()[1]) / 1024
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


def floor(path: Path) -> dict[str, float]:
    """Memory above idle of a bare parse of one document, in this process."""
    from lxml import etree

    def parse(data: bytes) -> etree._Element:
        return etree.fromstring(data, etree.HTMLParser(huge_tree=True, encoding="utf-8"))

    parse(b"<html><body><p>A page.</p></body></html>")
    idle = peak_mb()
    root = parse(path.read_bytes())
    return {"floor_mb": round(peak_mb() - idle, 1), "nodes": sum(1 for _ in root.iter())}


def submission(out: Path, documents: list[Path]) -> Path:
    """A submission of 100 MB; its largest document."""
    rng = random.Random(1)
    n = 0
    used: set[Path] = set()
    picture = rng.randbytes(900_000)
    lines = (binascii.b2a_uu(picture[i : i + 45]) for i in range(0, len(picture), 45))
    encoded = b"begin 644 a.jpg\n" + b"".join(lines) + b"`\nend"
    schema = (
        b"<XBRL>\n<?xml version='1.0'?><schema>" + b"<element/>" * 100_000 + b"</schema></XBRL>"
    )
    with out.open("wb") as handle:
        handle.write(HEADER)
        while handle.tell() < MEGABYTES * 1_000_000:
            used.add(documents[n % len(documents)])
            body = documents[n % len(documents)].read_bytes()
            for kind, data in (("EX-99", body), ("GRAPHIC", encoded), ("EX-101.SCH", schema)):
                n += 1
                handle.write(
                    f"<DOCUMENT>\n<TYPE>{kind}\n<SEQUENCE>{n}\n<FILENAME>d{n}\n<TEXT>\n".encode()
                )
                handle.write(data + b"\n</TEXT>\n</DOCUMENT>\n")
        handle.write(b"</SEC-DOCUMENT>\n")
    return max(sorted(used), key=lambda p: p.stat().st_size)


def fresh(what: str, path: Path) -> dict[str, float]:
    """One figure of a file, taken in a process of its own."""
    command = [sys.executable, __file__, what, str(path)]
    environment = {**ALLOCATOR, **os.environ}  # as the local engine starts its workers
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--one", action="store_true", help="measure this one file and print JSON")
    parser.add_argument("--floor", action="store_true", help="the same of a bare parse by lxml")
    args = parser.parse_args()
    if args.one or args.floor:
        print(json.dumps((measure if args.one else floor)(args.folder)))
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
        cells = Path(folder) / "tiny-cells.htm"
        tiny = "<tr>" + "".join(f"<td>{n % 10}</td>" for n in range(20)) + "</tr>\n"
        small = ("<p>A table.</p><table>" + tiny * 500 + "</table>\n") * 60
        cells.write_text(f"<html><body>{small}</body></html>")
        many = Path(folder) / "100-mb.txt"
        largest = submission(many, sorted(found))
        for path, single in [*((p, p) for p in (*found[:5], long, cells)), (many, largest)]:
            ours, bare = fresh("--one", path), fresh("--floor", single)
            size = single.stat().st_size / 1e6
            result = {
                "file": path.name,
                "mb": round(path.stat().st_size / 1e6, 1),
                "largest_document_mb": round(size, 1),
                **ours,
                **bare,
                "ratio": round(ours["above_idle_mb"] * 1.048576 / size, 1),
                "floor_ratio": round(bare["floor_mb"] * 1.048576 / size, 1),
                "over_floor": round(ours["above_idle_mb"] / max(0.1, bare["floor_mb"]), 2),
            }
            rows.append(result)
            print(
                f"{result['file']:34} {result['mb']:6.1f} MB, largest document "
                f"{result['largest_document_mb']:5.1f} MB: {result['above_idle_mb']:6.1f} MB "
                f"above idle, {result['ratio']:5.1f} x, rows {result['rows_mb']:.1f} MB; a bare "
                f"parse {result['floor_ratio']:5.1f} x, so {result['over_floor']:.2f} of the floor"
            )
    summary = {
        **stamp(
            "memory above idle while a file becomes text, sections, tables and facts",
            "python benchmarks/extract_memory.py FOLDER",
        ),
        "rows": rows,
    }
    if args.out:
        args.out.parent.mkdir(parents=True, exist_ok=True)
        args.out.write_text(json.dumps(summary, indent=1) + "\n")


if __name__ == "__main__":
    main()
