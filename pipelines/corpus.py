"""The corpus chain as one function: read, extract, split, tag, dedup, train a classifier, select.

It reads top to bottom like the recipe. Each line is a step with its own row in the manifest; a step
that is done is not done again, so the same call resumes.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pyarrow as pa

from pipelines.classifier import has_both_sides, in_words, train_classifier
from pipelines.corpus_settings import (
    CorpusSettings,
    asset_sha256,
    check,
    extract_step,
    identity,
    name_of,
    steps_of,
    taggers,
)
from pipelines.deduped import dedup, late
from pipelines.growth import PLAN, Growth, committed_plan
from pipelines.places import write_places
from pipelines.whole import OnProgress, all_kept, finish, tell_of, whole
from qhdata.artifact import Artifact
from qhdata.classifier.pieces import NoTrainingText
from qhdata.engines.base import plan_chunks
from qhdata.engines.local import LocalEngine
from qhdata.errors import NotAnArtifact, TooManyQuarantined, UserError
from qhdata.moments import as_moment
from qhdata.recipe import digest, named
from qhdata.records import FileRow, SourceFile, to_batch
from qhdata.select import Rule, Select, not_kept, unknown_sources
from qhdata.step import Engine, Step
from qhdata.stores import address_of, below, here, in_one_process, read, shown
from qhdata.taggers import TAGGERS
from qhdata.taggers.finance import Finance

OnNote = Callable[[str], None]
"""One line that a person should see."""

FATES = "files@1"


def build_corpus(
    settings: CorpusSettings,
    sources: Sequence[Path] | Mapping[str, Path],
    out: Path,
    *,
    workers: int = 0,
    engine: Engine | None = None,
    restart_from: str = "",
    assets: Path | None = None,
    on_progress: OnProgress | None = None,
    on_note: OnNote = print,
) -> Artifact:
    """Raw filings to a corpus in `out`, resumed where an earlier call stopped; opened for reading.

    A corpus of the same settings and of some of these files grows: only what is new is read.
    restart_from: name of the first step to do again, under changed settings or for its own sake.

    workers: processes, 0 for one a core; engine: another than a local one of so many. assets: where
    a classifier is trained into, by default `out/assets`. Raises TooManyQuarantined at the end,
    with the corpus complete on disk.
    """
    from pipelines.point_in_time import note_left_out, planned, refuse_without_moment
    from qhdata.readers.seen import Seen

    if settings.as_of:
        settings = replace(settings, as_of=as_moment(settings.as_of, "--as-of"))
    check(settings)
    refuse_without_moment(settings)
    out, local = here(out), in_one_process(out, *_places(sources))
    refuse_inside(sources, out)
    seen = Seen.read(out)
    files, lines, left = planned(settings, sources, seen)
    for line in lines:
        on_note(line)
    tell = on_progress or (lambda _done, _total, _unit, _step: None)
    inputs = {
        label: digest([_known(f) for f in files if f.source == label], 32)
        for label in dict.fromkeys(f.source for f in files)
    }
    engine = engine or LocalEngine(workers=workers or os.cpu_count() or 1)
    if local and isinstance(engine, LocalEngine):
        engine.workers = 0  # memory:// is this process' alone
    growth = Growth(files, steps_of(settings), restart_from)
    growth.check()
    with Artifact.create(
        out,
        "corpus",
        settings=identity(settings),
        inputs=inputs,
        adapt=growth.adapt,
        again=bool(restart_from),
    ) as corpus:
        for line in growth.told:
            on_note(line)
        plan_files(corpus, files)
        seen.write(out)
        through_steps(settings, corpus, engine, assets or out / "assets", tell, on_note)
        write_places(corpus)
        note_left_out(corpus, settings.as_of, left)
    corpus = Artifact.open(out, "corpus")
    refuse_quarantine(corpus, settings.quarantine_limit)
    return corpus


def through_steps(
    settings: CorpusSettings,
    corpus: Artifact,
    engine: Engine,
    assets: Path,
    tell: OnProgress,
    on_note: OnNote,
) -> None:
    """Every step of a recipe over the files that a corpus' plan names."""
    with engine:
        _map(engine, extract_step(settings), corpus, tell)
        _fates(corpus)
        whole(corpus, settings.splits, settings.splits.run)
        tags = {}
        for step in taggers(settings):
            tags[step.name] = _map(engine, step, corpus, tell)
        dedup(engine, settings, corpus, tags, tell)
        finance = _finance(settings, corpus, assets, tags, on_note)
        if finance is not None:
            tags[finance.name] = _map(engine, finance, corpus, tell)
    rules = _rules_that_can(settings, tags, on_note)
    for line in unknown_sources(rules, corpus.manifest["inputs"]):
        on_note(line)
    late(settings, corpus, rules, tags)
    select = Select(rules=rules)
    whole(corpus, select, lambda c: select.run(c, tags))


def _known(file: SourceFile) -> list[str]:
    """What of a file decides its rows."""
    return [file.source_path, file.sha256, *([file.sidecar] if file.sidecar else [])]


def refuse_inside(sources: Sequence[Path] | Mapping[str, Path], out: Path) -> None:
    """Refuse an output below a source (the next run would read it as filings), and a source that
    is an artifact of ours.
    """
    for source in map(Path, _places(sources)):
        address = address_of(source)
        if address is not None:
            _refuse_store_inside(address, shown(out))
            continue
        with contextlib.suppress(NotAnArtifact):
            raise UserError(
                what=f"is a {Artifact.open(source).kind} that qhdata wrote, not filings",
                where=str(source),
                mend="give the folder that it was made from",
            )
        if out.resolve() == source.resolve():
            continue  # said better by the artifact: it holds files that are not ours
        if out.resolve().is_relative_to(source.resolve()):
            raise UserError(
                what=f"lies inside the source {source}, where it would be read as filings",
                where=str(out),
                mend="give a folder outside of the sources with -o",
            )


def _refuse_store_inside(source: str, out: str) -> None:
    if read(below(source, "manifest.json")) is not None:
        raise UserError(
            what="is an artifact that qhdata wrote, not filings",
            where=source,
            mend="give the folder that it was made from",
        )
    if f"{out}/".startswith(f"{source}/"):
        raise UserError(
            what=f"lies inside the source {source}, where it would be read as filings",
            where=out,
            mend="give an address outside of the sources with -o",
        )


def _places(sources: Sequence[Path] | Mapping[str, Path]) -> list[Path]:
    return list(sources.values() if isinstance(sources, Mapping) else sources)


def refuse_quarantine(corpus: Artifact, limit: float) -> None:
    """Raise TooManyQuarantined for the first step that lost more than its share to errors."""
    for row in corpus.manifest["steps"]:
        share = row["rows_quarantined"] / row["rows_in"] if row["rows_in"] else 0.0
        if share > limit:
            raise TooManyQuarantined(
                what=f"{row['name']} quarantined {row['rows_quarantined']:,} of "
                f"{row['rows_in']:,} rows, {share:.0%}; the recipe allows {limit:.0%}",
                where=str(corpus.path),
                mend="see report.html for the errors; raise corpus.quarantine_limit to accept them",
            )


# ------------------------------------------------------------------- one step each


Cut = Callable[[Sequence[SourceFile], int], Iterable[tuple[str, list[SourceFile]]]]
"""(files, number of the first) -> chunks."""


def plan_files(corpus: Artifact, files: Sequence[SourceFile], cut: Cut = plan_chunks) -> None:
    """The plan's rows: which file is in which chunk."""
    if corpus.step(PLAN):
        return
    began = time.monotonic()
    done = committed_plan(corpus)
    planned = {row.file_id for rows in done.values() for row in rows}
    left = [file for file in files if file.file_id not in planned]
    first = 1 + max((int(chunk) for chunk in done), default=-1)
    for chunk, rows in cut(left, first):
        corpus.commit(PLAN, chunk, {"plan": [to_batch(SourceFile, rows)]}, all_kept(len(rows)))
    finish(corpus, PLAN, "plan", 1, "file_id", began)


def _fates(corpus: Artifact) -> None:
    """A row of `files` for each file that extraction quarantined: every file has its outcome."""
    if corpus.step(FATES):
        return
    began = time.monotonic()
    if corpus.committed(FATES):
        finish(corpus, FATES, "files", 1, "file_id", began)
        return
    stopped = _column(corpus, "quarantine", "unit_id") - _column(corpus, "files", "file_id")
    planned = corpus.table("plan", ["file_id", "bytes", "sha256"]).to_pylist()
    rows = [
        FileRow(outcome="quarantined", doc_ids=(), **file)
        for file in planned
        if file["file_id"] in stopped
    ]
    table = pa.Table.from_batches([to_batch(FileRow, rows)])
    corpus.commit(FATES, "all", {"files": table}, all_kept(len(planned)))
    finish(corpus, FATES, "files", 1, "file_id", began)


def _column(corpus: Artifact, part: str, column: str) -> set[str]:
    rows = corpus.part(part).rows
    return set(corpus.table(part, [column]).column(0).to_pylist()) if rows else set()


def _map(engine: Engine, step: Step, corpus: Artifact, tell: OnProgress) -> tuple[str, str]:
    """Run a row-local step; (name@version, its first part)."""
    engine.on_progress = partial(tell_of, tell, step.name)
    engine.map(step, corpus)
    return f"{step.name}@{step.version}", next(iter(step.writes), "")


def _finance(
    settings: CorpusSettings,
    corpus: Artifact,
    assets: Path,
    tags: Mapping[str, tuple[str, str]],
    on_note: OnNote,
) -> Finance | None:
    """The finance tagger with its classifier, trained here where the recipe says so."""
    entry = next((e for e in settings.tag if name_of(e) == "finance"), None)
    if entry is None:
        return None
    given = entry.get("finance") or {} if isinstance(entry, dict) else {}
    asset = Path(settings.finance.asset) if settings.finance.asset else assets / "finance"
    if not settings.finance.asset:
        if not settings.finance.train or not has_both_sides(corpus, settings.finance):
            on_note(
                "finance: skipped, no classifier: give a source named "
                f"{' or '.join(settings.finance.general)}, or corpus.finance.asset"
            )
            return None
        rules = tuple(r for r in settings.select if r.tag in tags)
        tables, _ = Select(rules=rules).run(corpus, tags)
        drop = not_kept(corpus, tables["decisions/select"])
        try:
            metrics = train_classifier(corpus, asset, settings.finance, drop=drop, anew=True)
        except NoTrainingText as error:
            on_note(f"finance: skipped, {error.what}")
            return None
        on_note(f"finance: classifier of {metrics['n_train']} documents; {in_words(metrics)}")
    step: Finance = named(
        TAGGERS,
        {"finance": {"asset": str(asset), "sha256": asset_sha256(asset), **given}},
        "corpus.tag",
    )
    return step


def _rules_that_can(
    settings: CorpusSettings, tags: Mapping[str, tuple[str, str]], on_note: OnNote
) -> tuple[Rule, ...]:
    left_out = [r.reason for r in settings.select if r.tag not in tags]
    if left_out:
        on_note(f"select: without {', '.join(left_out)}: its tag was skipped")
    return tuple(r for r in settings.select if r.tag in tags)
