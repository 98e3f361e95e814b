"""`qhdata explain ID CORPUS` as a whole process, on a corpus of a million invented documents.

    python benchmarks/explain.py [--documents 1000000] [--chunk 1000] [--keep]

Rows are small and invented: what is measured is how a row is found and its story told, cold start
of the process included. A document with an edit, tags, a cluster and a decision; one that was
dropped; a section; a fact; a file by the end of its path; a filing by its accession; an id that
nothing has. The clock and, since others may use the machine, seconds of a core; medians.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
from dated import keep, stamp

HOME = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HOME))

from qhdata.artifact import Artifact  # noqa: E402
from qhdata.durable import press  # noqa: E402
from qhdata.records import (  # noqa: E402
    ClusterRow,
    Decision,
    DocSplit,
    Document,
    Edit,
    Fact,
    Filer,
    Filing,
    Section,
    SourceFile,
    Tag,
    to_batch,
)

TEXT = "Net sales were $41.7 million in 2023, and the company sold {} valves to water works."


def accession(n: int) -> str:
    return f"{n // 1_000_000 + 1:010d}-24-{n % 1_000_000:06d}"


def table_of(template: Any, n: int, **columns: list[Any]) -> pa.Table:
    """n rows like the template, with these columns instead: quicker than a million records."""
    batch = to_batch(type(template), [template])
    table = pa.Table.from_batches([batch]).take(pa.array([0] * n, pa.int64()))
    for name, values in columns.items():
        at = table.schema.get_field_index(name)
        table = table.set_column(
            at, table.schema.field(at), pa.array(values, table.schema[at].type)
        )
    return table


def corpus_of(path: Path, documents: int, chunk: int) -> None:
    """A corpus as a build leaves it, of one document a filing."""
    file = SourceFile(file_id="", source="s", path="", source_path="", bytes=90, sha256="ab" * 32)
    filer = Filer(filer_id="cik:7", name="Tallorn")
    filing = Filing(
        filing_id="", accession=None, form="10-K", filers=(filer,),
        period_end="2023-12-31", fiscal_year=2023, filed_at="2024-02-01", accepted_at=None,
        public_at="2024-02-01T00:00:00Z", public_at_basis="filed_date", sic=None, amends=None,
        license="", source_url=None,
    )  # fmt: skip
    document = Document(
        doc_id="", filing_id="", file_id="", source="s", source_path="", doc_type="10-K", lang="en",
        title="Annual report", text="", text_sha256="", extractor="invented@1", n_chars=90,
        public_at="2024-02-01T00:00:00Z",
    )  # fmt: skip
    section = Section(
        section_id="", doc_id="", key="part1.item1", title="Item 1", level=1, parent=None, start=0,
        end=37, status="present", points_to=None, confidence=1.0, checks_failed=(),
    )  # fmt: skip
    fact = Fact(
        fact_id="", doc_id="", public_at=None, concept="us-gaap:Revenues", kind="number",
        value="41700000", text=None, unit="USD", decimals="-5", scale=6, sign=None,
        period_start="2023-01-01", period_end="2023-12-31", start=15, end=28, source_ref="f1",
    )  # type: ignore[arg-type]  # fmt: skip
    tag = Tag(doc_id="", start=None, end=None, label="en", score=0.99)
    edit = Edit(doc_id="", start=0, end=3, replacement="", step="pii@1", reason="email")
    files_of: dict[str, list[dict[str, Any]]] = {}

    def commit(chunk_name: str, tables: dict[str, pa.Table]) -> None:
        # As Artifact.commit without digests of rows and syncs, which nothing here asks for.
        for part, table in tables.items():
            relative = f"{part}/made@1.{chunk_name}.parquet"
            (path / part).mkdir(parents=True, exist_ok=True)
            press(table, path / relative)
            row = {"path": relative, "chunk": chunk_name, "rows": table.num_rows, "digest": "0"}
            files_of.setdefault(part, []).append(row)

    for low in range(0, documents, chunk):
        rows = range(low, min(documents, low + chunk))
        n = len(rows)
        ids, held = [f"{accession(i)}:1" for i in rows], [accession(i) for i in rows]
        paths = [f"10k/{i % 97}/{held[i - low]}.txt" for i in rows]
        files = [f"s/{path}" for path in paths]
        parts = {
            "plan": table_of(
                file, n, file_id=files, path=[f"/raw/{p}" for p in paths], source_path=paths
            ),
            "documents": table_of(
                document, n, doc_id=ids, filing_id=held, file_id=files, source_path=paths,
                text=[TEXT.format(i) for i in rows],
            ),
            "filings": table_of(filing, n, filing_id=held, accession=held),
            "sections": table_of(section, n, section_id=[f"{i}#s1" for i in ids], doc_id=ids),
            "facts": table_of(fact, n, fact_id=[f"{i}#f1" for i in ids], doc_id=ids),
            "tags/language@1-x": table_of(tag, n, doc_id=ids),
            "tags/finance@1-x": table_of(replace(tag, label="finance"), n, doc_id=ids),
            "edits": table_of(edit, n, doc_id=ids),
        }  # fmt: skip
        commit(f"{low // chunk:06d}", parts)
    n = documents
    ids = [f"{accession(i)}:1" for i in range(n)]
    split = DocSplit(doc_id="", filer_id="cik:7", split="train", rule="filer:rank")
    decision = Decision(
        unit_id="", outcome="kept", rule="", reason="", score=None, threshold=None,
        matched_id=None,
    )  # fmt: skip
    copy = ClusterRow(
        cluster_id="", doc_id="", kept=False, reason="exact_copy", matched_id="", similarity=1.0
    )
    dropped = [i % 10 == 3 for i in range(n)]
    whole = {
        "doc_splits": table_of(split, n, doc_id=ids),
        "decisions/select": table_of(
            decision, n, unit_id=ids, outcome=["dropped" if d else "kept" for d in dropped],
            rule=["clusters@3" if d else "" for d in dropped],
            reason=["exact_copy" if d else "" for d in dropped],
        ),
        "clusters": table_of(
            copy, n // 10, cluster_id=ids[2::10][: n // 10], doc_id=ids[3::10][: n // 10],
            matched_id=ids[2::10][: n // 10],
        ),
    }  # fmt: skip
    commit("all", whole)
    rows_of = {
        part: {"rows": sum(f["rows"] for f in files), "digest": "0", "files": files}
        for part, files in files_of.items()
    }
    manifest = {"format": 1, "kind": "corpus", "settings": {}, "inputs": {}, "steps": []}
    internal = {"plan": rows_of.pop("plan")}
    (path / "manifest.json").write_text(
        json.dumps({**manifest, "parts": rows_of, "internal": internal}, indent=1)
    )


def asked(corpus: Path, unit: str, rounds: int) -> dict[str, Any]:
    """Seconds of the clock and of a core; the story's lines."""
    command = [sys.executable, "-m", "qhdata", "explain", unit, str(corpus)]
    clock, cpu = [], []
    for _ in range(rounds):
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        done = subprocess.run(command, cwd=HOME, capture_output=True, text=True, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        clock.append(round(time.monotonic() - began, 3))
        cpu.append(round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 3))
    return {
        "clock_s": clock,
        "cpu_s": cpu,
        "median_clock_s": statistics.median(clock),
        "median_cpu_s": statistics.median(cpu),
        "lines": len(done.stdout.splitlines()),
        "exit": done.returncode,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=1_000_000)
    parser.add_argument("--chunk", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--at", type=Path, help="keep the corpus here, or take the one that is")
    parser.add_argument("--keep", action="store_true", help="write benchmarks/results")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        path = args.at or Path(name) / "corpus"
        if not path.exists():
            corpus_of(path, args.documents, args.chunk)
            from pipelines.places import write_places

            write_places(Artifact.open(path))
        n = args.documents - args.documents // 3
        n = n // 10 * 10 + 3  # dropped as a copy
        units = {
            "document, dropped as a copy": f"{accession(n)}:1",
            "document, kept": f"{accession(n + 1)}:1",
            "section": f"{accession(n + 1)}:1#s1",
            "fact": f"{accession(n + 1)}:1#f1",
            "file, by the end of its path": f"{n % 97}/{accession(n)}.txt",
            "filing, by accession": accession(n + 1).replace("-", ""),
            "nothing has it": "0000000009-99-000009:1",
        }
        rows = {}
        for what, unit in units.items():
            rows[what] = asked(path, unit, args.rounds)
            print(f"{what:<32}{json.dumps(rows[what])}", flush=True)
    worst = max(row["median_clock_s"] for row in rows.values())
    print(f"slowest median: {worst:.2f} s of the clock")
    if args.keep:
        row = {
            **stamp(
                "explain as a whole process, on a million invented documents",
                f"python benchmarks/explain.py --documents {args.documents} "
                f"--chunk {args.chunk} --keep",
            ),
            "rows": rows,
        }
        keep("explain", row)


if __name__ == "__main__":
    main()
