"""A slice of the input through the real steps, in a folder that is removed: what each step cost."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa

from pipelines.corpus import plan_files, through_steps
from pipelines.corpus_settings import CorpusSettings, LossGuard
from pipelines.memory import PeakMemory
from pipelines.strata import Drawn
from qhdata.artifact import Artifact
from qhdata.durable import press, read_table
from qhdata.engines.base import CHUNK_BYTES
from qhdata.engines.local import LocalEngine
from qhdata.engines.worker import Spent
from qhdata.manifest import PartFile
from qhdata.records import SourceFile

BETWEEN = "between the steps"
"""What belongs to no step: the classifier's training, opening and closing."""
REPORT = "report"
LINE = 400
"""Bytes that a chunk's file has in the manifest and in its commit, beside itself."""


@dataclass(slots=True)
class Trial:
    """What a slice cost."""

    drawn: Sequence[Drawn]
    documents: int = 0
    documents_of: dict[str, int] = field(default_factory=dict)
    """File -> its documents."""
    spent: dict[str, list[Spent]] = field(default_factory=dict)
    """Step of a worker -> what each chunk of `drawn` cost; a keyed step's keys are its name's."""
    seconds: dict[str, float] = field(default_factory=dict)
    """Every step, in order, as the manifest says; then what lies between them, and the report."""
    disk: dict[str, list[int]] = field(default_factory=dict)
    """Step -> bytes of each chunk of `drawn`."""
    files: dict[str, int] = field(default_factory=dict)
    """Step -> bytes of a chunk's files without a row."""
    together: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Step -> bytes of some chunks' files, and of one file of all their rows: rows that stand
    together take less, and the chunks of a build are larger than these."""
    rest: int = 0
    """Bytes of what is of the whole corpus: clusters, decisions, the report."""
    assets: int = 0
    """Bytes of the classifier, which grows with its vocabulary."""
    cpu_share: float = 1.0
    """Seconds of a core for each second of what this process did itself."""
    peak_mb: int = 0
    """Of the whole tree of processes."""
    driver_mb: int = 0
    """Of this process, at the end."""

    @property
    def bytes(self) -> int:
        """Of the slice."""
        return sum(drawn.bytes for drawn in self.drawn)


class Kept(LocalEngine):
    """A local engine whose workers outlive one trial: the next one pays no start."""

    def __exit__(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def place(out: Path) -> Iterator[Path]:
    """A folder on the disk of the output, where that can be written; gone at the end."""
    near = next((p for p in (out.absolute().parent, *out.absolute().parents) if p.is_dir()), None)
    writable = near is not None and os.access(near, os.W_OK)
    with tempfile.TemporaryDirectory(
        prefix=".qhdata-plan-", dir=near if writable else None, ignore_cleanup_errors=True
    ) as name:
        yield Path(name)


def trial(
    settings: CorpusSettings, drawn: Sequence[Drawn], engine: LocalEngine, folder: Path
) -> Trial:
    """Run a slice, a chunk of it a chunk; nothing that the build would refuse at its end is."""
    from qhdata.view.report import write_report

    settings = replace(settings, loss_guard=LossGuard(share=1.0))
    engine.spent.clear()
    files = [file for chunk in drawn for file in chunk.files]

    def cut(_: Sequence[SourceFile], number: int) -> Iterator[tuple[str, list[SourceFile]]]:
        for place, chunk in enumerate(drawn, number):
            yield f"{place:06d}", list(chunk.files)

    began, cpu = time.monotonic(), time.thread_time()
    with Peak() as peak:
        with Artifact.create(folder, "corpus", settings={}, inputs={}) as corpus:
            plan_files(corpus, files, cut)
            through_steps(settings, corpus, engine, folder / "assets", _quiet, lambda _: None)
        whole = time.monotonic() - began
        corpus = Artifact.open(folder, "corpus")
        began = time.monotonic()
        with contextlib.suppress(ModuleNotFoundError):  # the build goes on without a report, too
            write_report(corpus, folder / "report.html")
        report = time.monotonic() - began
    found = Trial(drawn, peak_mb=peak.peak_mb, driver_mb=peak.driver_mb)
    steps = corpus.manifest["steps"]
    found.documents = corpus.part("documents").rows
    for row in corpus.table("files", ["file_id", "doc_ids"]).to_pylist():
        found.documents_of[row["file_id"]] = len(row["doc_ids"])
    for step in steps:
        name = step["name"]
        found.seconds[name] = found.seconds.get(name, 0.0) + step["seconds"]
        chunks = [engine.spent.get((step["id"], f"{n:06d}")) for n in range(len(drawn))]
        if any(chunks):
            found.spent[name] = [c or Spent(0.0, 0.0, 0.0) for c in chunks]
    found.seconds[BETWEEN] = max(0.0, whole - sum(found.seconds.values()))
    found.seconds[REPORT] = report
    own = sum(seconds for name, seconds in found.seconds.items() if name not in found.spent)
    found.cpu_share = min(1.0, (time.thread_time() - cpu) / own) if own else 1.0
    _weigh(found, corpus)
    return found


def _weigh(found: Trial, corpus: Artifact) -> None:
    """Bytes on disk by step and chunk."""
    whole = sum(p.stat().st_size for p in corpus.path.rglob("*") if p.is_file())
    names = {step["id"]: step["name"] for step in corpus.manifest["steps"]}
    local = 0
    for ident, name in names.items():
        sizes = [0] * len(found.drawn)
        for chunk, row in corpus.committed(ident).items():
            if not _of_slice(chunk, found):
                continue
            own = [corpus.path / part["path"] for part in row["parts"].values()]
            size = sum(path.stat().st_size + LINE for path in own) + LINE
            sizes[int(chunk)] = size
            local += size
        if any(sizes):
            found.disk[name] = sizes
            found.files[name] = LINE
    for part in (*corpus.parts.values(), *corpus.internal.values()):
        for ident, name in names.items():
            own = [file for file in part.files if Path(file.path).name.startswith(f"{ident}.")]
            if name in found.disk and own and _of_slice(own[0].chunk, found):
                _press(found, name, corpus, [file for file in own if _of_slice(file.chunk, found)])
    found.assets = sum(p.stat().st_size for p in corpus.path.glob("assets/**/*") if p.is_file())
    found.rest = max(0, whole - local - found.assets)


def _press(found: Trial, name: str, corpus: Artifact, files: Sequence[PartFile]) -> None:
    """Write the first chunks of a part as one file, in memory; add to `files` and `together`."""
    size, tables, apart = 0, [], 0
    for file in files:
        path = corpus.path / file.path
        tables.append(read_table(path))
        apart += path.stat().st_size
        size += found.drawn[int(file.chunk)].bytes
        if size >= CHUNK_BYTES:
            break
    empty = _pressed(tables[0].slice(0, 0))
    found.files[name] += empty + LINE
    before, one = found.together.get(name, (0, 0))
    found.together[name] = (
        before + apart - len(tables) * empty,
        one + _pressed(pa.concat_tables(tables)) - empty,
    )


def _pressed(table: pa.Table) -> int:
    sink = pa.BufferOutputStream()
    press(table, sink)
    return int(sink.tell())


def _of_slice(chunk: str, found: Trial) -> bool:
    return chunk.isdecimal() and int(chunk) < len(found.drawn)


class Peak(PeakMemory):
    """Peak of the tree, and what this process alone holds at the end."""

    def __init__(self) -> None:
        super().__init__(every=0.2)
        self.driver_mb = 0

    def __exit__(self, *exc: object) -> None:
        super().__exit__(*exc)
        statm = Path("/proc/self/statm")
        if statm.exists():
            pages = int(statm.read_text().split()[1])
            self.driver_mb = pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000


def workers_mb(trial: Trial) -> int:
    """What its workers hold, all together."""
    return max(0, trial.peak_mb - trial.driver_mb)


def by_key(trial: Trial, step: str) -> dict[tuple[str, str, str], list[tuple[Drawn, Spent]]]:
    """A step's chunks by stratum."""
    found: dict[tuple[str, str, str], list[tuple[Drawn, Spent]]] = defaultdict(list)
    for drawn, spent in zip(trial.drawn, trial.spent[step], strict=True):
        found[drawn.key].append((drawn, spent))
    return found


def _quiet(done: int, total: int, unit: str, step: str) -> None:
    """Progress that nobody asked for."""
