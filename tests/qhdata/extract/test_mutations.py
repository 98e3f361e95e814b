"""Damaged files: no crash, no hang, no text that is short without a word, every file accounted for.

Quick: 150 mutations of an invented universe's files. Slow: 2,000 of real ones, where they are
(`QHDATA_REAL`, by default `../shared/data`). Each goes the real way: planned, read, extracted.
"""

from __future__ import annotations

import functools
import json
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from mutations import Damaged, letters, mutate, numbers, visible

from qhdata.errors import RowError
from qhdata.extract import Extract
from qhdata.readers import plan
from qhdata.records import SourceFile, to_batch
from qhdata.universe.universe import invent

REAL = Path(os.environ.get("QHDATA_REAL", Path(__file__).parents[4] / "shared" / "data"))
SECONDS = 20.0
"""CPU seconds that one file may take."""
BLOCK = 50
MARKS = (
    "streams_unfinished", "pages_unreached", "pages_without_text",
)  # fmt: skip
"""Notes that say on the document that something of it may not be in its text."""


@dataclass(frozen=True)
class Outcome:
    """What became of one file."""

    error: str
    text: str = ""
    marks: int = 0
    skipped: int = 0
    """Bytes of parts that were left out by name."""
    hidden: int = 0
    """Letters that a style hides, where its document says so."""


def outcome(file: SourceFile, step: Extract) -> Outcome:
    """A file through the step; any exception but RowError is a crash."""
    began = time.process_time()
    try:
        parts = step.open()(to_batch(SourceFile, [file]))
    except RowError as error:
        return Outcome(error.error if error.message else "")
    finally:
        assert time.process_time() - began < SECONDS, f"{file.path} took too long"
    (row,) = parts["files"].to_pylist()
    if row["outcome"] == "same_bytes":  # of an accession that came before: said in its decision
        assert parts["decisions/extract"].num_rows == 1
        return Outcome("same_bytes")
    assert row["outcome"] == "parsed"
    notes = [json.loads(n) for n in parts["extraction"].column("notes").to_pylist()]
    skipped = sum(s["bytes"] or 1 << 30 for n in notes for s in n.get("skipped", ()))
    hidden = sum(int(n.get("hidden_letters", 0)) for n in notes)
    marks = sum(int(n.get(m, 0)) for n in notes for m in MARKS)
    marks += parts["quarantine"].num_rows
    return Outcome(
        "", "\n".join(parts["documents"].column("text").to_pylist()), marks, skipped, hidden
    )


@functools.cache
def whole(path: Path) -> tuple[Outcome, str]:
    """An undamaged file's outcome and visible text."""
    (file,) = plan({"s": path})
    return outcome(file, Extract()), visible(path.read_bytes())


def short(path: Path, damaged: Damaged, found: Outcome) -> str:
    """Why the text of a damaged file is short without a word, or nothing."""
    before, shown = whole(path)
    if found.error or found.marks > before.marks or before.error:
        return ""
    if damaged.data[:5] == b"%PDF-":
        wanted = before.text
    elif damaged.kind == "swap_encoding":
        wanted = shown
    else:
        wanted = visible(damaged.data)
    least = 0.97 * min(1.0, letters(before.text) / max(1, letters(shown)))
    if damaged.data[:5] == b"%PDF-":
        least = 0.97
    have, want = letters(found.text), letters(wanted)
    named = max(0, found.skipped - before.skipped) + found.hidden
    few = 240 if damaged.kind == "noise" else 40  # noise has letters of its own, and in tags
    if have + named < least * want - few:
        return f"{have} of {want} letters"
    kept = numbers(shown) & numbers(before.text)
    share = 0.97 * kept.total() / max(1, numbers(shown).total())
    want_numbers = numbers(wanted)
    have_numbers = (want_numbers & numbers(found.text)).total()
    if have_numbers < share * want_numbers.total() - 3 and not named:
        return f"{have_numbers} of {want_numbers.total()} numbers"
    return ""


def run(folder: Path, sources: list[Path], seeds: range) -> dict[str, int]:
    """Mutate, plan, extract and compare; counts by outcome."""
    made: dict[str, tuple[Path, Damaged]] = {}
    for seed in seeds:
        path = sources[seed % len(sources)]
        damaged = mutate(path.read_bytes(), seed)
        name = f"{seed:05d}{path.suffix}"
        (folder / name).write_bytes(damaged.data)
        made[name] = (path, damaged)
    (folder / "good.htm").write_text("<html><body><p>A page that is whole.</p></body></html>")
    planned = list(plan({"s": folder}))
    assert {f.source_path.split("!")[0] for f in planned} == {*made, "good.htm"}
    step, counts, failed = Extract(), {"parsed": 0}, []
    for file in planned:
        found = outcome(file, step)
        counts[found.error or "parsed"] = counts.get(found.error or "parsed", 0) + 1
        if file.source_path in made:
            path, damaged = made[file.source_path]
            why = short(path, damaged, found)
            if why:
                failed.append(f"{file.source_path} {damaged.kind} of {path.name}: {why}")
    assert sum(counts.values()) == len(planned)
    assert not failed, "\n".join(failed)
    return counts


@pytest.fixture(scope="module")
def universe(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("universe")
    invent(folder, filers=3, seed=5, years=2)
    files = sorted(p for p in (folder / "filings").rglob("*.*") if p.is_file())
    return [p for p in files if p.parent.name != "broken" and p.stat().st_size < 170_000]


@pytest.mark.parametrize("block", range(3))
def test_150_mutations_of_invented_filings(
    tmp_path: Path, universe: list[Path], block: int
) -> None:
    counts = run(tmp_path, universe, range(block * BLOCK, (block + 1) * BLOCK))
    assert counts["parsed"] > 1, "more than the page that is whole"


@pytest.mark.slow
@pytest.mark.real
@pytest.mark.skipif(not (REAL / "filings").is_dir(), reason=f"no real filings under {REAL}")
@pytest.mark.parametrize("block", range(40))
def test_2000_mutations_of_real_filings(tmp_path: Path, block: int) -> None:
    counts = run(tmp_path, real_files(), range(1000 + block * BLOCK, 1000 + (block + 1) * BLOCK))
    assert counts["parsed"] > 1, "more than the page that is whole"


@functools.cache
def real_files() -> list[Path]:
    """Small real files, each kind; the largest are there once."""
    root = REAL / "filings"
    small = [p for p in sorted(root.rglob("*")) if p.is_file() and p.stat().st_size < 150_000]
    folders = ("sec/8-K_1994_2023", "sec/submissions", "sec/other_forms", "sec/fragments")
    chosen = [p for p in small if any(f in p.as_posix() for f in folders) and p.suffix != ".jpg"]
    large = [p for p in sorted((root / "cn").glob("*.html"))]
    large += sorted((root / "sec" / "html_2020s").rglob("*.html"))[:2]
    return [*chosen, *sorted((root / "sec" / "text_era").iterdir()), *large]
