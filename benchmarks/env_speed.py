"""How fast episodes begin, act and end on one core, over an invented world of 100,000 facts.

    python benchmarks/env_speed.py [--facts 100000] [--out benchmarks/results]

The floors are what the design measured for the bare mechanism: 4,966 resets a second (a read-only
file and an empty overlay) and 218,000 keyed queries a second. A step here is a whole turn: checks
of the call, the guarded query, the result in words.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from statistics import median

from pipelines.env import build_world
from qhdata.artifact import Artifact
from qhdata.env import Episode, World
from qhdata.env.tasks import AgenticSettings, agentic, expert
from qhdata.records import (
    DocSplit,
    Document,
    Fact,
    Filer,
    Filing,
    Message,
    SplitRow,
    Task,
    ToolCall,
    json_text,
    to_batch,
)
from qhdata.synth.settings import Limits

FLOORS = {"resets_per_s": 4966, "queries_per_s": 218_000}
CONCEPTS = ("Revenues", "CostOfRevenue", "GrossProfit", "OperatingIncomeLoss", "NetIncomeLoss",
            "Assets", "Liabilities", "StockholdersEquity", "Goodwill", "InventoryNet")  # fmt: skip
YEARS = range(2014, 2024)


def invent(folder: Path, facts: int) -> Artifact:
    """A corpus of about so many facts: 10 concepts, 2 years a filing, 10 filings a filer."""
    filers = max(1, facts // (len(CONCEPTS) * 2 * len(YEARS)))
    filings, documents, rows, splits, doc_splits = [], [], [], [], []
    for index in range(filers):
        filer_id = f"cik:{index + 1:010d}"
        splits.append(SplitRow(filer_id=filer_id, split="train", rule="all"))
        for year in YEARS:
            accession = f"{index + 1:010d}-{year % 100:02d}-000001"
            doc_id, at = f"{accession}:1", f"{year + 1}-02-20T21:00:00Z"
            lines, here, place = [], [], 0
            for number, concept in enumerate(CONCEPTS):
                for when in (year, year - 1):
                    value = str(100 + (index * 7 + when * 3 + number * 11) % 900)
                    line = f"{concept} {when} {value}\n"
                    start = place + len(line) - len(value) - 1
                    here.append(
                        Fact(
                            fact_id=f"{doc_id}#{number}.{when}", doc_id=doc_id, public_at=at,
                            concept=f"us-gaap:{concept}", kind="number", value=value + "000000",
                            text=None, unit="USD", decimals="-6", scale=6, sign=None,
                            period_start=f"{when}-01-01" if number < 5 else None,
                            period_end=f"{when}-12-31", start=start, end=start + len(value),
                        )
                    )  # fmt: skip
                    lines.append(line)
                    place += len(line)
            rows += here
            text = "".join(lines)
            filings.append(
                Filing(
                    filing_id=accession, accession=accession, form="10-K",
                    filers=(Filer(filer_id=filer_id, name=f"Filer {index} Corp"),),
                    period_end=f"{year}-12-31", fiscal_year=year, filed_at=at[:10], accepted_at=at,
                    public_at=at, public_at_basis="acceptance", sic=None, amends=None,
                    license="invented", source_url=None,
                )
            )  # fmt: skip
            documents.append(
                Document(
                    doc_id=doc_id, filing_id=accession, file_id=doc_id, source="s",
                    source_path=doc_id, doc_type="10-K", lang="en", title="10-K", text=text,
                    text_sha256="0" * 64, extractor="bench@1", n_chars=len(text), public_at=at,
                )
            )  # fmt: skip
            doc_splits.append(DocSplit(doc_id=doc_id, filer_id=filer_id, split="train", rule="all"))
    parts = {
        "filings": [to_batch(Filing, filings)], "documents": [to_batch(Document, documents)],
        "facts": [to_batch(Fact, rows)], "splits": [to_batch(SplitRow, splits)],
        "doc_splits": [to_batch(DocSplit, doc_splits)],
    }  # fmt: skip
    counts = {"rows_in": 1, "rows_kept": 1, "rows_dropped": 0, "rows_quarantined": 0}
    with Artifact.create(folder, "corpus", settings={}, inputs={}) as corpus:
        corpus.commit("extract", "c0", parts, counts)
        corpus.finish("extract", name="extract", version=1, unit="document", seconds=0.0)
    return Artifact.open(folder, "corpus")


def rate(action: Callable[[], int], seconds: float = 1.0, rounds: int = 5) -> list[float]:
    """Actions a second of thread time, in each of some rounds."""
    found = []
    for _ in range(rounds):
        began, done = time.thread_time(), 0
        while time.thread_time() - began < seconds / rounds:
            done += action()
        found.append(round(done / (time.thread_time() - began), 1))
    return found


def main() -> None:
    """Measure, print one table, write one JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--facts", type=int, default=100_000)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        corpus = invent(Path(folder) / "corpus", options.facts)
        invented = time.monotonic()
        built = build_world(corpus, Path(folder) / "world")
        seconds = time.monotonic() - invented
        world = World.open(Path(folder) / "world")
        results = measure(corpus, world, Path(folder) / "world")
        rows = built.manifest["notes"]["world"]["rows"]
    print(f"world: {rows['facts']:,} facts, {rows['documents']:,} documents in {seconds:.1f} s"
          f" (corpus invented in {invented - began:.1f} s)")  # fmt: skip
    for name, values in results.items():
        print(f"{name:<28} {median(values):>12,.0f}   {min(values):,.0f} .. {max(values):,.0f}")
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    row = {
        "what": "episodes: resets, steps and whole plays a second of one core (thread time)",
        "command": f"python benchmarks/env_speed.py --facts {options.facts}",
        "date": date.today().isoformat(),
        "commit": commit,
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
        "world_rows": rows,
        "world_build_s": round(seconds, 2),
        "floors": FLOORS,
        **results,
    }
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / f"{date.today().isoformat()}-env-speed.json"
    path.write_text(json.dumps(row, indent=1) + "\n")
    print(path)


def measure(corpus: Artifact, world: World, path: Path) -> dict[str, list[float]]:
    """Rates by name."""
    settings = AgenticSettings(limits=Limits(train=200, dev=0, test=0), compact=True, slips=0.0)
    desk = [t for t in agentic(corpus, world, settings, 1) if isinstance(t, Task)]
    settings = replace(settings, compact=False, domains=("research",))
    research = [t for t in agentic(corpus, world, settings, 1) if isinstance(t, Task)]
    lookup = next(t for t in desk if t.generator.startswith("desk.lookup"))
    call = json.loads(lookup.expert)[0]["arguments"]
    get = say("get", call)
    full = next(t for t in research if t.generator.startswith("research.lookup"))
    fact = say("get_fact", json.loads(full.expert)[0]["arguments"])
    filer = lookup.filer_id

    def steps(task: Task, turn: Message) -> Callable[[], int]:
        long = replace(task, max_turns=1000)

        def run() -> int:
            episode = Episode(long, world, 0)
            for _ in range(100):
                episode.act(turn)
            return 100

        return run

    def play(tasks: list[Task]) -> Callable[[], int]:
        at = iter(range(10**9))
        return lambda: len(expert(tasks[next(at) % len(tasks)], world).messages) and 1

    def query() -> int:
        for _ in range(100):
            world.facts(filer, call["concept"], call["period"])
        return 100

    def reset() -> int:
        for _ in range(100):
            Episode(lookup, world, 0)
        return 100

    def reset_and_open() -> int:
        Episode(lookup, World.open(path), 0)
        return 1

    return {
        "resets_per_s": rate(reset),
        "resets_with_open_per_s": rate(reset_and_open),
        "queries_per_s": rate(query),
        "desk_get_steps_per_s": rate(steps(lookup, get)),
        "research_get_fact_steps_per_s": rate(steps(full, fact)),
        "desk_expert_plays_per_s": rate(play(desk)),
        "research_expert_plays_per_s": rate(play(research)),
    }


def say(name: str, arguments: dict[str, object]) -> Message:
    """One turn with one call."""
    call = ToolCall(call_id="c0", name=name, arguments=json_text(arguments))
    return Message(role="assistant", content="", calls=(call,))


if __name__ == "__main__":
    main()
