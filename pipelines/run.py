"""The whole chain: `qhdata run RECIPE -o DIR`. Raw filings to a model trained in five stages."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from pipelines import summary as tables
from pipelines.memory import PeakMemory
from pipelines.options import Out, Overrides, Plan, Workers
from pipelines.progress import clock, size
from qhdata.artifact import Artifact
from qhdata.errors import UserError
from qhdata.recipe import override, parse, plain, read_yaml


def run(
    recipe: Annotated[Path, Parameter(help="A recipe in YAML: pipelines/recipes/demo.yaml.")],
    *,
    out: Out = Path("runs/demo"),
    source: Annotated[
        tuple[Path, ...],
        Parameter(name="--source", negative="", help="Raw filings; none: an invented universe."),
    ] = (),
    workers: Workers = 0,
    overrides: Overrides = (),
    plan: Plan = False,
) -> None:
    """Raw filings to a corpus, tasks, shards and a model trained through five stages."""
    from pipelines.chain import Chain, check_recipe
    from pipelines.corpus import refuse_inside

    settings = read_recipe(recipe, overrides)
    check_recipe(settings, recipe.name)
    for path in source:
        if not path.exists():
            raise UserError(what="no such file or folder", where=str(path), mend="check the path")
    refuse_inside(source, out)
    if plan:
        print_plan(settings, source, out)
        return
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # see train.py; before torch is imported
    began = time.monotonic()
    inputs = {f"source {i}": str(path.resolve()) for i, path in enumerate(source)}
    with Artifact.create(out, "run", settings=_deciding(settings), inputs=inputs) as artifact:
        chain = Chain(recipe=settings, out=out, sources=tuple(source), workers=workers)
        memory = PeakMemory()
        try:
            with memory:
                corpus = chain.corpus()
                world = chain.world(corpus)
                chain.synth(corpus, world)
                tokenizer = chain.tokenizer()
                chain.shards(tokenizer)
                chain.train(tokenizer, world)
        finally:
            # Over all calls into this folder until it was complete, but one that was killed: a run
            # that was interrupted took that long in all.
            before = artifact.manifest.get("notes", {})
            seconds, peak = float(before.get("seconds", 0.0)), int(before.get("peak_mb", 0))
            if not before.get("complete"):
                seconds += time.monotonic() - began
                peak = max(memory.peak_mb, peak)
                artifact.note(seconds=round(seconds, 1), peak_mb=peak)
        found = {**chain.summary(), "seconds": round(seconds, 1), "peak_mb": peak}
        tables.write(out / "summary.json", found)
        _report(out, found)
        artifact.note(complete=True)
    print(f"\n{tables.plain(tables.data_table(found))}\n")
    print(f"{tables.plain(tables.stage_table(found))}\n")
    if found["universe"]:
        print("The filings are invented: this table proves the plumbing, not the quality.")
    print(_last_line(out, found, seconds))


def read_recipe(recipe: Path, overrides: Sequence[str] = ()) -> Any:
    """A recipe file as RunRecipe; the tool world's settings stand under `synth.agentic`."""
    from pipelines.chain import RunRecipe

    data = override(read_yaml(recipe), overrides)
    synth = data.get("synth")
    if isinstance(synth, dict) and "agentic" in synth:
        rest = {name: value for name, value in synth.items() if name != "agentic"}
        data = {**data, "synth": rest, "agentic": synth["agentic"]}
    return parse(RunRecipe, data, recipe.name)


def _deciding(settings: Any) -> dict[str, Any]:
    """What decides the rows: everything but how ranks share the work."""
    data = dict(plain(settings))
    data["train"] = {k: v for k, v in data["train"].items() if k != "parallel"}
    return data


def print_plan(settings: Any, source: Sequence[Path], out: Path) -> None:
    """What the chain would do, with time, disk and memory; nothing is done."""
    from pipelines.train import print_plan as plan_training

    count, total = 0, 0
    for path in source:
        files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
        count, total = count + len(files), total + sum(p.stat().st_size for p in files)
    if not source:
        count, total = settings.universe.filers * 14 + 200, settings.universe.filers * 1_000_000
    seconds = total / 1_000_000 + count / 40
    print(f"{out}: from {count:,} files, {size(total)}")
    print(f"corpus: about {clock(seconds)} on two cores, {size(total * 0.5)} on disk, 1.5 GB")
    print(f"synth and shards: about {clock(30 + seconds / 4)}, {size(total * 0.3 + 1e7)} on disk")
    plan_training(settings.train, settings.train.order())
    sets = 4 * (len(settings.train.order()) + 1)
    print(f"evaluation: {sets} measurements, about {clock(sets * 4)}")
    print("nothing is run under --plan")


def _report(out: Path, found: dict[str, Any]) -> None:
    from qhdata.view.run_report import write_run_report

    write_run_report(out, found, out / "report.html")


def _last_line(out: Path, found: dict[str, Any], seconds: float) -> str:
    rows = [row for row in found["stages"] if "rows_in" in row]
    select = next(row for row in rows if row["name"] == "corpus.select")
    lost = sum(row["rows_quarantined"] for row in rows if row["name"] != "corpus.select")
    return (
        f"{out}: {select['rows_kept']:,} documents kept, {select['rows_dropped']:,} dropped, "
        f"{lost:,} rows quarantined; trained through five stages; {clock(seconds)} in all.   "
        f"open {out}/report.html, or qhdata explain ID {out}"
    )
