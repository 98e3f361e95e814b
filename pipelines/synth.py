"""Facts of a corpus to examples and tasks: `qhdata synth run KIND -c CORPUS -o DIR`, and `qhdata
synth validate DIR`.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from cyclopts import Parameter

from pipelines.options import DEMO, Corpus, Decision, Out, Overrides, Plan, RecipePath, recipe_data
from pipelines.progress import Progress
from qhdata.artifact import Artifact
from qhdata.env.tasks import AgenticSettings
from qhdata.errors import Fault, UserError
from qhdata.factstore.build import build_store
from qhdata.factstore.store import FactStore
from qhdata.recipe import parse, plain
from qhdata.records import (
    DocSplit,
    Document,
    Example,
    Lineage,
    Pair,
    Quarantined,
    Task,
    as_dict,
    concat,
    to_batch,
)
from qhdata.select import selected
from qhdata.synth.material import SPLITS, Material
from qhdata.synth.produce import GENERATORS, VERSION, Batch, produce
from qhdata.synth.settings import Limits, SynthSettings
from qhdata.synth.validate import validate_set

Kind = Literal["knowledge", "instruct", "reasoning", "agentic", "general"]
"""What to synthesise."""

DRAFTS_A_SECOND = 700
"""Of one core, all kinds together, checks included."""
INPUTS = ("documents", "facts", "tables", "filings", "doc_splits", "decisions/select")

Seed = Annotated[int, Parameter(name="--seed", help="Another seed: other drafts, other words.")]
WorldPath = Annotated[
    Path | None,
    Parameter(name=["--world", "-w"], help="A world of this corpus; agentic builds one if absent."),
]


def run(
    kind: Kind,
    corpus: Corpus,
    *,
    out: Out,
    recipe: RecipePath = DEMO,
    seed: Seed = 0,
    world: WorldPath = None,
    decision: Decision = "select",
    overrides: Overrides = (),
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
        with Progress(f"synth {kind}") as progress:
            made = run_kind(kind, opened, out, settings, seed, progress=progress)
    print(summary(made, time.monotonic() - began))
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
) -> Artifact:
    """One kind as a synth set with the parts examples, tasks, pairs, documents, doc_splits,
    lineage, quarantine.

    store: a fact store of this corpus, if there is one. A split that is committed is not made
    again. Raises UserError where the training split yields nothing, with the counts of why.
    """
    if kind not in GENERATORS:
        raise UserError(
            what=f"unknown kind {kind!r}",
            where="synth",
            mend=f"known: {', '.join(GENERATORS)}, agentic",
        )
    began = time.monotonic()
    step = f"synth_{kind}@{VERSION}"
    inputs = {part: corpus.digest(part) for part in INPUTS}
    own = {"kind": kind, "seed": seed, **_affecting(kind, settings)}
    with Artifact.create(out, "synth", settings=own, inputs=inputs) as synth:
        if synth.step(step) is not None:
            return Artifact.open(out, "synth")
        done = synth.committed(step)
        limits: Limits = getattr(settings, kind)
        before, total = 0, sum(limits.of(split) for split in SPLITS)
        with _opened(corpus, out, store) as facts:
            for split in SPLITS:
                if split in done:
                    continue
                material = Material(corpus, facts, settings, split, seed)
                limit = limits.of(split)
                batch = produce(kind, material, limit, _from(progress, before, total))
                before += limit
                if split == "train" and limit and not batch.kept:
                    raise UserError(
                        what=f"not one {kind} draft was kept: {_why(batch, material)}",
                        where=str(corpus.path),
                        mend="add filings with statements (10-K, 10-Q, 20-F), or ask for less in "
                        "the recipe: max_digits, languages, context_rows",
                    )
                _commit(synth, step, split, batch, material)
            refused = facts.meta("refused")
        notes = _notes(synth, step)
        notes["figures_refused"] = refused
        synth.finish(
            step,
            name=kind,
            version=VERSION,
            unit="draft",
            seconds=time.monotonic() - began,
            notes=notes,
        )
    return Artifact.open(out, "synth")


def _from(
    progress: Callable[[int, int, str], None] | None, before: int, total: int
) -> Callable[[int, int], None] | None:
    """Progress of one split as progress of the whole."""
    if progress is None:
        return None
    return lambda done, _: progress(before + done, total, "drafts")


def _opened(corpus: Artifact, out: Path, store: Path | None) -> FactStore:
    if store is None:
        return build_store(corpus, out / "_facts.sqlite")
    opened = FactStore.open(store)
    if opened.meta("corpus_digest") != corpus.digest("documents"):
        raise UserError(
            what="was built from another corpus", where=str(store), mend="build the store again"
        )
    return opened


def _affecting(kind: str, settings: SynthSettings) -> dict[str, Any]:
    """Settings that change this kind's rows: the limits of other kinds do not."""
    values = cast("dict[str, Any]", plain(settings))
    return {name: value for name, value in values.items() if name == kind or name not in GENERATORS}


def _commit(synth: Artifact, step: str, split: str, batch: Batch, material: Material) -> None:
    counts = batch.counts()
    notes = {
        "kept": dict(sorted(batch.kept.items())),
        "skipped": {
            name: dict(sorted(why.items())) for name, why in sorted(batch.skipped.items()) if why
        },
        "rows_not_used": dict(sorted(material.skipped.items())),
    }
    parts: dict[str, tuple[type, list[Any]]] = {
        "examples": (Example, batch.examples),
        "tasks": (Task, batch.tasks),
        "pairs": (Pair, batch.pairs),
        "documents": (Document, batch.documents),
        "doc_splits": (DocSplit, batch.doc_splits),
        "lineage": (Lineage, batch.lineage),
        "quarantine": (Quarantined, batch.quarantine),
    }
    synth.commit(
        step,
        split,
        {name: concat(cls, [to_batch(cls, rows)]) for name, (cls, rows) in parts.items() if rows},
        as_dict(counts),
        notes,
    )


def _notes(synth: Artifact, step: str) -> dict[str, Any]:
    """The commits' notes by split."""
    return {split: row["notes"] for split, row in sorted(synth.committed(step).items())}


def _why(batch: Batch, material: Material) -> str:
    found = batch.reasons() + material.skipped
    if not found:
        return f"{len(material.documents)} documents, none with a table or passage to ask about"
    return ", ".join(f"{reason} {count}" for reason, count in found.most_common(6))


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
