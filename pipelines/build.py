"""Raw filings to a corpus: `qhdata build SOURCE... -o CORPUS`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from pipelines.corpus import build_corpus
from pipelines.corpus_settings import CorpusSettings, check, with_against
from pipelines.engines import EngineName, Launch, Master, engine_of
from pipelines.options import (
    DEMO,
    AsOf,
    KeepUndated,
    Out,
    Overrides,
    Plan,
    RecipePath,
    Workers,
    recipe_data,
)
from pipelines.progress import Progress
from pipelines.viewable import if_viewable
from qhdata.artifact import Artifact
from qhdata.errors import Fault, TooManyQuarantined, UserError
from qhdata.moments import as_moment
from qhdata.recipe import parse
from qhdata.select import NO_TEXT
from qhdata.stores import address_of, here, need, shown


def build(
    *source: Annotated[Path, Parameter(help="Folders or files with raw filings.")],
    out: Out,
    recipe: RecipePath = DEMO,
    metadata: Annotated[
        str, Parameter(help="A table with a path column: what files say nothing of themselves.")
    ] = "",
    path_pattern: Annotated[
        str, Parameter(help="What paths say, such as {cik}/{form}/{accession}.")
    ] = "",
    workers: Workers = 0,
    engine: EngineName = "local",
    master: Master = "",
    launch: Launch = (),
    restart_from: Annotated[
        str, Parameter(help="Step to do again, with all that follows it: minhash, select...")
    ] = "",
    against: Annotated[
        str, Parameter(help="Question sets of public benchmarks that the corpus must not hold.")
    ] = "",
    as_of: AsOf = "",
    keep_undated: KeepUndated = (),
    overrides: Overrides = (),
    plan: Plan = False,
) -> None:
    """Raw filings to a corpus: read, extract, tag, dedup, select. Again over more: only the new."""
    out = here(out)  # what is missing for a store is said before anything else
    for place in source:
        if address := address_of(place):
            need(address)
    settings = read_settings(recipe, overrides)
    settings = replace(
        settings,
        metadata=metadata or settings.metadata,
        path_pattern=path_pattern or settings.path_pattern,
        as_of=as_moment(as_of or settings.as_of, "--as-of") if as_of or settings.as_of else "",
        keep_undated=keep_undated or settings.keep_undated,
    )
    if against:
        settings = replace(settings, tag=with_against(settings.tag, against))
        check(settings)
    if plan:
        from pipelines.planned import print_plan

        print_plan(settings, source, out, workers, restart_from)
        return
    runner = engine_of(engine, master, workers, out, launch)
    try:
        with Lines() as lines:
            corpus = build_corpus(
                settings,
                source,
                out,
                engine=runner,
                restart_from=restart_from,
                on_progress=lines,
                on_note=lines.note,
            )
    except KeyboardInterrupt:
        raise Fault(
            what="interrupted", where=shown(out), mend="the same command goes on where it stopped"
        ) from None
    except TooManyQuarantined:
        corpus = Artifact.open(out, "corpus")
        _report(corpus)
        print(last_line(corpus))
        raise
    _report(corpus)
    print(last_line(corpus))
    select = next((s for s in corpus.manifest["steps"] if s["name"] == "select"), None)
    if select is not None and not select["rows_kept"] and not _facts_alone(corpus):
        raise UserError(
            what="no document was kept, so nothing can be made of this corpus",
            where=str(out),
            mend="report.html has the reasons; give a folder with filings, or loosen corpus.select",
        )


def read_settings(recipe: Path, overrides: Sequence[str] = ()) -> CorpusSettings:
    """The `corpus:` key of a recipe, overridden and checked."""
    data = recipe_data(recipe, overrides)
    if not isinstance(data.get("corpus", {}), dict | None):
        raise UserError(what="corpus is a mapping of settings", where=str(recipe))
    settings = parse(CorpusSettings, data.get("corpus") or {}, f"{recipe.name}: corpus")
    check(settings)
    return settings


def last_line(corpus: Artifact) -> str:
    """What was made, what was lost, what to type next."""
    steps: list[dict[str, Any]] = corpus.manifest["steps"]
    extract = next((s for s in steps if s["rows_in"] and s["name"] not in ("plan",)), None)
    select = next((s for s in reversed(steps) if s["name"] == "select"), None)
    quarantined = sum(s["rows_quarantined"] for s in steps if s["name"] != "select")
    documents = corpus.part("documents").rows
    kept = select["rows_kept"] if select else 0
    dropped = select["rows_dropped"] if select else 0
    files = f" from {extract['rows_in']:,} files" if extract else ""
    facts = corpus.part("facts").rows
    alone = bool(select) and not kept and _facts_alone(corpus)
    what = " of documents that hold facts alone" if alone else ""
    stored = f", {facts:,} facts{what} stored" if facts else ""
    following = _next(corpus) if alone else f"open {corpus.path / 'report.html'}"
    return (
        f"{corpus.where}: {kept:,} documents kept, {dropped:,} dropped ({documents:,} extracted"
        f"{files}), {quarantined:,} rows quarantined{stored}.   {following}"
    )


def _next(corpus: Artifact) -> str:
    """What to do with a corpus of facts alone: agents ask for them, where their day is known."""
    if any(corpus.table("filings", ["public_at"])["public_at"].to_pylist()):
        return f"qhdata env world -c {corpus.where} -o DIR"
    return "say when they were public: build --metadata TABLE, or companyfacts"


def _facts_alone(corpus: Artifact) -> bool:
    """Whether the corpus is one of facts alone: it has some, and no document that has a text."""
    reasons = corpus.table("decisions/select", ["reason"])["reason"].unique().to_pylist()
    return bool(corpus.part("facts").rows) and reasons == [NO_TEXT]


def _report(corpus: Artifact) -> None:
    with if_viewable():
        from qhdata.view.report import write_report

        write_report(corpus, corpus.path / "report.html")


class Lines:
    """One progress line a step; a new one begins where the step's name changes."""

    def __init__(self) -> None:
        self.now: Progress | None = None

    def __call__(self, done: int, total: int, unit: str, step: str) -> None:
        """Progress of a step."""
        if self.now is None or self.now.what != step:
            self.end()
            self.now = Progress(step)
        self.now(done, total, unit)

    def note(self, text: str) -> None:
        """A line of its own."""
        self.end()
        print(text)

    def end(self) -> None:
        """Leave the line."""
        if self.now is not None:
            self.now.end()
            self.now = None

    def __enter__(self) -> Lines:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
