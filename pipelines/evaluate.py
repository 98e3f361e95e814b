"""`qhdata evaluate CHECKPOINT --on DIR`: score a checkpoint on held-out rows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from pipelines.measure import EvaluateSettings, measure
from pipelines.options import Plan
from pipelines.progress import Progress, clock
from qhdata.artifact import Artifact
from qhdata.errors import UserError
from qhdata.evaluate.measured import interval


def evaluate(
    checkpoint: Annotated[Path, Parameter(help="A checkpoint folder, or its hf/ folder.")],
    *,
    on: Annotated[Path, Parameter(name="--on", help="Held-out synth set, cpt shards or corpus.")],
    world: Annotated[Path | None, Parameter(help="Agentic tasks: the world they play in.")] = None,
    tasks: int = 200,
    max_tokens: int = 64,
    out: Annotated[Path | None, Parameter(name=["--out", "-o"], help="JSON to write.")] = None,
    plan: Plan = False,
) -> None:
    """Score a checkpoint on held-out rows; prints the metric with n and its 95 % interval."""
    for name, value in (("--tasks", tasks), ("--max-tokens", max_tokens)):
        if value < 1:
            raise UserError(what=f"{value} measures nothing", where=name, mend="give 1 or more")
    settings = EvaluateSettings(tasks=tasks, max_tokens=max_tokens)
    folder = model_folder(checkpoint)
    given = Artifact.open(on)
    if plan:
        rows = given.part("tasks").rows or given.part("documents").rows or given.part("rows").rows
        most = min(rows, settings.tasks if given.kind == "synth" else settings.documents)
        print(
            f"would score up to {most} held-out rows of {on} with {folder}: about "
            f"{clock(max(5, most / 10))} on two cores for a model below a million parameters, "
            f"1 GB of memory, no disk; nothing is run under --plan"
        )
        return
    with Progress("evaluate") as progress:
        measured = measure(folder, on, settings, world=world, on_progress=progress)
    if out is not None:
        measured.save(out)
    low, high = interval(measured)
    where = f"   {out}" if out else ""
    print(
        f"{measured.metric} {measured.value:.4f} (95 % {low:.4f} to {high:.4f}, n={measured.n}) "
        f"of {folder} on {on}, {measured.seconds:.0f} s{where}"
    )


def model_folder(checkpoint: Path) -> Path:
    """The folder that transformers reads, of a checkpoint or of itself. Raises UserError."""
    for folder in (checkpoint / "hf", checkpoint):
        if (folder / "config.json").is_file():
            return folder
    raise UserError(
        what="holds no model (no config.json, no hf/config.json)",
        where=str(checkpoint),
        mend="give checkpoints/<stage> of a run, or a transformers folder",
    )
