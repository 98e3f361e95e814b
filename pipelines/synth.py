"""Facts of a corpus to examples and tasks: `qhdata synth run KIND -c CORPUS -o DIR`, and `qhdata
synth validate DIR`.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from cyclopts import Parameter

from pipelines.engines import EngineName, Launch, Master, engine_of
from pipelines.options import (
    SYNTH,
    Corpus,
    Decision,
    Out,
    Overrides,
    Plan,
    RecipePath,
    Workers,
    recipe_data,
)
from pipelines.progress import Progress
from qhdata.artifact import Artifact
from qhdata.engines.local import LocalEngine
from qhdata.env.tasks import AgenticSettings
from qhdata.errors import Fault, UserError
from qhdata.factstore.build import build_store
from qhdata.factstore.store import FactStore
from qhdata.readers.questions import questions_digest
from qhdata.recipe import parse, plain
from qhdata.select import selected
from qhdata.step import Engine, step_id
from qhdata.synth.drafting import Drafting, notes, write_plan
from qhdata.synth.material import SPLITS
from qhdata.synth.produce import GENERATORS, VERSION, generators_of
from qhdata.synth.settings import Limits, SynthSettings
from qhdata.synth.validate import error_rates, validate_set

Kind = Literal["knowledge", "instruct", "reasoning", "agentic", "general"]
"""What to synthesise."""

DRAFTS_A_SECOND = 700
"""Of one core, all kinds together, checks included."""
INPUTS = ("documents", "facts", "tables", "filings", "doc_splits", "decisions/select")

Seed = Annotated[int, Parameter(name="--seed", help="Another seed: other drafts, other words.")]
WorldPath = Annotated[
    Path | None,
    Parameter(name="--world", help="A world of this corpus; agentic builds one if absent."),
]


def run(
    kind: Kind,
    corpus: Corpus,
    *,
    out: Out,
    recipe: RecipePath = SYNTH,
    seed: Seed = 0,
    world: WorldPath = None,
    decision: Decision = "select",
    overrides: Overrides = (),
    workers: Workers = 0,
    engine: EngineName = "local",
    master: Master = "",
    launch: Launch = (),
    plan: Plan = False,
) -> None:
    """Facts of a corpus to examples and tasks."""
    settings, agentic = read_settings(recipe, overrides)
    opened = selected(Artifact.open(corpus, "corpus"), decision)
    if plan:
        print_plan(kind, opened, out, settings, agentic)
        return
    began = time.monotonic()
    if kind == "agentic":
        from pipelines.env import build_world, run_agentic

        folder = world or corpus.parent / "world"
        if world is None:
            build_world(opened, folder)
        made = run_agentic(opened, folder, out, agentic, seed)
    else:
        runner = engine_of(engine, master, workers, out, launch)
        with Progress(f"synth {kind}") as progress:
            made = run_kind(kind, opened, out, settings, seed, progress=progress, engine=runner)
    print(summary(made, time.monotonic() - began))
    if kind == "reasoning":
        print(_proof(made))
    print(last_line(made))


def read_settings(
    recipe: Path, overrides: tuple[str, ...] = ()
) -> tuple[SynthSettings, AgenticSettings]:
    """The `synth:` key of a recipe; what stands under its `agentic:` belongs to the tool world."""
    data = recipe_data(recipe, overrides).get("synth") or {}
    return parse_settings(data, recipe.name)


def parse_settings(data: Any, where: str) -> tuple[SynthSettings, AgenticSettings]:
    """The value of a recipe's `synth:` key, checked."""
    if not isinstance(data, dict):
        raise UserError(what="synth is a mapping of settings", where=where)
    rest = {name: value for name, value in data.items() if name != "agentic"}
    return (
        parse(SynthSettings, rest, f"{where}: synth"),
        parse(AgenticSettings, data.get("agentic") or {}, f"{where}: synth.agentic"),
    )


def run_kind(
    kind: str,
    corpus: Artifact,
    out: Path,
    settings: SynthSettings,
    seed: int,
    *,
    store: Path | None = None,
    progress: Callable[[int, int, str], None] | None = None,
    engine: Engine | None = None,
) -> Artifact:
    """One kind as a synth set with the parts examples, tasks, pairs, documents, doc_splits,
    lineage, tally, quarantine.

    store: a fact store of this corpus, if there is one. engine: by default this process. A chunk
    that is committed is not made again. Raises UserError where the training split yields nothing,
    with the counts of why.
    """
    if kind not in GENERATORS:
        raise UserError(
            what=f"unknown kind {kind!r}",
            where="synth",
            mend=f"known: {', '.join(GENERATORS)}, agentic",
        )
    engine = engine or LocalEngine(workers=0)
    limits: Limits = getattr(settings, kind)
    generators_of(kind, settings.generators)  # a wrong name is an error before any work
    if settings.against:
        questions_digest(Path(settings.against))
    inputs = {part: corpus.digest(part) for part in INPUTS}
    own = {"kind": kind, "seed": seed, **_affecting(kind, settings)}
    kept = _of_kind(kind, settings)
    with Artifact.create(out, "synth", settings=own, inputs=inputs) as synth:
        path = store or out / "_facts.sqlite"
        step = Drafting(
            kind=kind, seed=seed, settings=kept, corpus=str(corpus.path), store=str(path)
        )
        done = synth.step(step_id(step))
        if done is None or not done["notes"]:
            with _opened(corpus, path, given=store is not None) as facts:
                write_plan(synth, facts, limits)
                refused = facts.meta("refused")
            if progress is not None:
                engine.on_progress = _told(progress, limits, synth, step_id(step))
            with engine:
                engine.map(step, synth)
            told = {**notes(synth), "figures_refused": refused}
            synth.finish(
                step_id(step), name=kind, version=VERSION, unit="draft", seconds=0.0, notes=told
            )
        _refuse_nothing(synth, corpus, kind, limits)
    return Artifact.open(out, "synth")


def _of_kind(kind: str, settings: SynthSettings) -> SynthSettings:
    """Settings with the other kinds' limits at their defaults: they change nothing here."""
    return replace(settings, **{name: Limits() for name in GENERATORS if name != kind})


def _told(
    progress: Callable[[int, int, str], None], limits: Limits, synth: Artifact, step: str
) -> Callable[[int, int, str], None]:
    """Progress in drafts kept, of all that the limits allow."""
    total = sum(limits.of(split) for split in SPLITS)

    def tell(_done: int, _total: int, _noun: str) -> None:
        rows = synth.committed(step).values()
        progress(sum(int(row["rows_kept"]) for row in rows), total, "drafts")

    return tell


def _refuse_nothing(synth: Artifact, corpus: Artifact, kind: str, limits: Limits) -> None:
    """Raise UserError where the training split yields nothing, with the counts of why."""
    told = synth.manifest["steps"][-1]["notes"]["train"]
    if told["kept"] or not limits.train:
        return
    found = Counter(told["rows_not_used"])
    for reasons in told["skipped"].values():
        found.update(reasons)
    documents = corpus.part("documents").rows
    why = ", ".join(f"{reason} {count}" for reason, count in found.most_common(6))
    raise UserError(
        what=f"not one {kind} draft was kept: "
        + (why or f"{documents} documents, none with a table or passage to ask about"),
        where=str(corpus.path),
        mend="add filings with statements (10-K, 10-Q, 20-F), or ask for less in "
        "the recipe: max_digits, languages, context_rows",
    )


def _opened(corpus: Artifact, path: Path, *, given: bool) -> FactStore:
    if not given:
        return build_store(corpus, path)
    opened = FactStore.open(path)
    if opened.meta("corpus_digest") != corpus.digest("documents"):
        raise UserError(
            what="was built from another corpus", where=str(path), mend="build the store again"
        )
    return opened


def _affecting(kind: str, settings: SynthSettings) -> dict[str, Any]:
    """Settings that change this kind's rows: the limits of other kinds do not."""
    values = cast("dict[str, Any]", plain(settings))
    return {name: value for name, value in values.items() if name == kind or name not in GENERATORS}


# ------------------------------------------------------------------ printing


def print_plan(
    kind: str, corpus: Artifact, out: Path, settings: SynthSettings, agentic: AgenticSettings
) -> None:
    """What would be made, and about how long it takes; nothing is written."""
    limits = agentic.limits if kind == "agentic" else getattr(settings, kind)
    total = sum(limits.of(split) for split in SPLITS)
    documents = corpus.part("documents").rows
    facts = corpus.part("facts").rows
    seconds = total / DRAFTS_A_SECOND + facts / 30_000 + documents / 500
    print(f"{corpus.path}: {documents:,} documents, {facts:,} facts")
    if kind != "agentic":
        print(f"generators: {', '.join(settings.generators or GENERATORS[kind])}")
    print(
        f"{out}: at most {limits.train:,} train, {limits.dev:,} dev, {limits.test:,} test drafts "
        f"of {kind}; "
        f"about {seconds:.0f} s, {total * 2500 / 1e6:.1f} MB on disk, {0.3 + facts / 2e6:.1f} GB "
        f"of memory"
    )


def summary(synth: Artifact, seconds: float) -> str:
    """Drafts kept by generator, and why others were not."""
    step = synth.manifest["steps"][-1]
    notes = step["notes"]
    kept: Counter[str] = Counter()
    skipped: Counter[str] = Counter()
    if "generators" in notes:  # agentic
        kept.update(notes["generators"])
        skipped.update(notes["skipped"])
    for split in SPLITS:
        kept.update(notes.get(split, {}).get("kept", {}))
        for reasons in notes.get(split, {}).get("skipped", {}).values():
            skipped.update(reasons)
    lines = [f"  {name:<24} {count:>7,} kept" for name, count in sorted(kept.items())]
    if skipped:
        why = ", ".join(f"{reason} {count:,}" for reason, count in skipped.most_common(8))
        lines.append(f"  skipped {skipped.total():,}: {why}")
    lines.append(f"  {step['rows_in']:,} drafts in {seconds:.1f} s")
    return "\n".join(lines)


def _proof(synth: Artifact) -> str:
    """How often the judge errs on what these golds may look like."""
    found = error_rates(synth)
    return (
        f"  judge, on at most 200 problems of each generator: {found['right_refused']:,} of "
        f"{found['right']:,} right answers refused, {found['wrong_accepted']:,} of "
        f"{found['wrong']:,} near misses accepted"
    )


def last_line(synth: Artifact) -> str:
    """What was made, what was lost, what to type next."""
    step = synth.manifest["steps"][-1]
    rows = ", ".join(
        f"{synth.part(name).rows:,} {name}"
        for name in ("tasks", "examples", "pairs", "documents")
        if synth.part(name).rows
    )
    return (
        f"{synth.path}: {rows}; {step['rows_kept']:,} drafts kept, {step['rows_dropped']:,} "
        f"dropped, "
        f"{step['rows_quarantined']:,} quarantined ({step['rows_in']:,} in).   "
        f"qhdata synth validate {synth.path}"
    )


# ------------------------------------------------------------------ validate


def validate(
    synth: Annotated[Path, Parameter(help="A synth set.")],
    *,
    corpus: Annotated[
        Path | None,
        Parameter(
            name=["--corpus", "-c"], help="Its corpus: sources are then checked to the character."
        ),
    ] = None,
) -> None:
    """Check every task of a synth set, without a model."""
    opened = Artifact.open(synth, "synth")
    found = validate_set(opened, Artifact.open(corpus, "corpus") if corpus else None)
    width = max(len(name) for name in found)
    print(f"{'':<{width}}  {'rows':>8}  {'sources':>8}  {'faulty':>6}")
    for name, row in found.items():
        print(f"{name:<{width}}  {row['rows']:>8,}  {row['sources']:>8,}  {row['faulty']:>6,}")
    examples = [line for row in found.values() for line in row["examples"]]
    for line in examples[:10]:
        print(f"  {line}")
    faulty = sum(row["faulty"] for row in found.values())
    checked = (
        "sources checked to the character" if corpus else "sources not checked (give -c CORPUS)"
    )
    if faulty:
        raise Fault(
            what=f"{faulty:,} rows have faults", where=str(synth), mend="see the lines above"
        )
    total = sum(row["rows"] for row in found.values())
    print(f"{synth}: {total:,} rows, 0 faults, {checked}.   qhdata shard build {synth} -o SHARDS")
