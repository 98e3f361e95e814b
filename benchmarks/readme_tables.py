"""Write the result tables of README.md (demo, filings, extraction) and docs/synthesis.md (yields)
from benchmarks/results/.

`python benchmarks/readme_tables.py` rewrites both; `--keep RUN NAME` first stores a run's
summary as benchmarks/results/DATE-NAME.json, with its command, date and machine. No number of
these tables is typed.
"""

from __future__ import annotations

import datetime
import json
import os
import platform
import re
import subprocess
import sys
from pathlib import Path

from pipelines.summary import data_table, markdown, stage_table

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"
PAGES = (ROOT / "README.md", ROOT / "docs" / "synthesis.md")
COMMANDS = {"demo": "make demo", "filings": "make demo FILINGS=..."}
KEYS = ("stages", "evaluations", "seconds", "universe", "peak_mb")


def keep(run: Path, name: str) -> Path:
    """Store a run's summary beside what is needed to read it."""
    summary = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=ROOT
    ).stdout.strip()
    today = datetime.date.today().isoformat()
    row = {
        "what": f"the whole chain: {COMMANDS[name]}",
        "command": COMMANDS[name],
        "date": today,
        "commit": commit,
        "machine": f"{os.cpu_count()} cores, {memory:.0f} GB, Python {platform.python_version()}",
        **{key: summary[key] for key in KEYS if key in summary},
    }
    path = RESULTS / f"{today}-{name}.json"
    path.write_text(json.dumps(row, indent=1) + "\n", encoding="utf-8")
    return path


def newest(name: str) -> dict[str, object] | None:
    """The newest stored result of a name."""
    found = sorted(RESULTS.glob(f"*-{name}.json"))
    return json.loads(found[-1].read_text(encoding="utf-8")) if found else None


def text(name: str) -> str:
    """What stands between a table's markers."""
    row = newest(name)
    if row is None:
        return "\n"
    minutes = float(row["seconds"]) / 60  # type: ignore[arg-type]
    data = data_table(row)  # type: ignore[arg-type]
    peak = f", peak {float(row['peak_mb']) / 1000:.1f} GB" if row.get("peak_mb") else ""  # type: ignore[arg-type]
    return (
        f"\n{markdown(stage_table(row))}\n\n"  # type: ignore[arg-type]
        f"`{row['command']}`, {row['date']}, {row['machine']}: {minutes:.1f} minutes{peak}.\n\n"
        f"<details><summary>Rows at each step: in = kept + dropped + quarantined</summary>\n\n"
        f"{markdown(data)}\n\n</details>\n"
    )


def extraction() -> str:
    """The table of benchmarks/extraction.py, with what it ran on."""
    row = newest("extraction")
    if row is None:
        return "\n"
    lines = [
        "| tool | MB/s | numbers kept, mean | worst file | rows kept whole | running lines |",
        "|---|---|---|---|---|---|",
    ]
    for name, tool in row["tools"].items():  # type: ignore[attr-defined]
        version = row["versions"].get(name, "")  # type: ignore[attr-defined]
        if "recall_mean" not in tool:
            lines.append(f"| {name} | {tool['mb_s']:.1f} | | | | |")
            continue
        kept, of = tool["rows_kept"]
        lines.append(
            f"| {name} {version}".rstrip() + f" | {tool['mb_s']:.1f} | {tool['recall_mean']:.5f} "
            f"| {tool['recall_worst'][0]:.5f} | {kept} of {of} | {tool['repeated_per_document']} |"
        )
    return (
        "\n".join(lines)
        + f"\n\n{row['files']} annual and quarterly reports, {row['megabytes']} MB, "
        f"one core; `{row['command']}`, {row['date']}, {row['machine']}.\n"
    )


def yields() -> str:
    """Rows of each generator alone, of benchmarks/synthesis.py --yields."""
    row = newest("synthesis-yields")
    if row is None:
        return "\n"
    lines = ["| kind | generator | English | Chinese | left out most often for |"]
    lines.append("|---|---|---:|---:|---|")
    for kind, generators in row["kinds"].items():  # type: ignore[attr-defined]
        for name, found in generators.items():
            why = ", ".join(f"{reason} {count:,}" for reason, count in found["skipped"].items())
            en, zh = found.get("en", 0), found.get("zh", 0)
            lines.append(f"| {kind} | `{name}` | {en:,} | {zh:,} | {why} |")
    lines += ["", f"`{row['command']}`, {row['date']}: {row['documents']} documents of "]
    return "\n".join(lines) + f"{row['filers']} filers, {row['facts']:,} facts.\n"


def rewritten(page: str) -> str:
    """A page with its tables made anew."""
    made = {
        **{name: text(name) for name in COMMANDS}, "extraction": extraction(), "yields": yields(),
    }  # fmt: skip
    for name, table in made.items():
        pattern = re.compile(f"(<!-- table: {name} -->)\n.*?(<!-- end: {name} -->)", re.S)
        page = pattern.sub(lambda m, t=table: f"{m[1]}\n{t.strip(chr(10))}\n{m[2]}", page)
    return page


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--keep"]:
        print(keep(Path(arguments[1]), arguments[2]))
    for path in PAGES:
        path.write_text(rewritten(path.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"tables of {', '.join(n for n in COMMANDS if newest(n)) or 'nothing yet'}")


if __name__ == "__main__":
    main(sys.argv[1:])
