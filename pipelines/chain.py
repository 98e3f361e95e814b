"""The whole chain as functions, one a step; each is done once and skipped when it is done.

run folder: universe/ or general/, assets/, corpus/, world/, synth/<kind>/, shards/<stage>/,
checkpoints/<stage>/, evaluations/<stage>/, summary.json, report.html.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, cast

from pydantic import Field

from pipelines.build import Lines
from pipelines.corpus import build_corpus
from pipelines.corpus_settings import CorpusSettings
from pipelines.corpus_settings import check as check_corpus
from pipelines.env import WORLD_STEP, build_world, run_agentic
from pipelines.measure import EvaluateSettings, identity, measure
from pipelines.progress import Progress
from pipelines.shard import KindName, build_shards
from pipelines.summary import STAGES, data_row
from pipelines.synth import run_kind
from pipelines.train import TrainSettings, check_training, run_stage, stage_job
from qhdata.artifact import Artifact
from qhdata.chat import Tokenizer
from qhdata.durable import write_bytes
from qhdata.env.tasks import AgenticSettings, generators_in
from qhdata.errors import Fault, UserError
from qhdata.evaluate.measured import Measured, compare
from qhdata.factstore.build import build_store
from qhdata.recipe import NotNegative, Settings
from qhdata.shards.build import ShardSettings
from qhdata.shards.training_texts import TokenizerSettings, tokenizer_for
from qhdata.synth.produce import generators_of
from qhdata.synth.settings import SynthSettings
from qhdata.universe import invent
from qhdata.universe.general import general_documents
from trainer.checkpoint import copy_tokenizer
from trainer.settings import StageName

KINDS = ("knowledge", "instruct", "reasoning", "general")
"""What synth makes without a world; agentic needs one."""

GENERAL_TEXTS = 240
"""Texts of the general source that stands beside a user's own filings."""

SHARDS: dict[str, tuple[KindName, tuple[str, ...]]] = {  # stage -> kind, what it is made of
    "cpt": ("cpt", ("corpus", "synth/knowledge")),
    "sft": ("sft", ("synth/instruct", "synth/reasoning", "synth/agentic", "synth/general")),
    "preference": ("preference", ("synth/reasoning",)),
    "reasoning-rl": ("prompts", ("synth/reasoning",)),
    "agentic-rl": ("prompts", ("synth/agentic",)),
    "general-rl": ("prompts", ("synth/general",)),
}

METRIC_OF_STAGE = {
    "cpt": "bits_per_byte",
    "sft": "exact",
    "preference": "exact",
    "reasoning-rl": "exact",
    "agentic-rl": "success",
    "general-rl": "constraints",
}

EVALUATED_ON = {  # metric -> what it is measured on
    "bits_per_byte": "shards/held-out",
    "exact": "synth/reasoning",
    "success": "synth/agentic",
    "constraints": "synth/general",
}


@dataclass(frozen=True, kw_only=True)
class Universe(Settings):
    """The invented universe that stands in where no filings are given."""

    filers: Annotated[int, Field(ge=3, le=2000)] = 12
    """Each has about a dozen filings and 1 MB."""
    seed: NotNegative = 7
    years: Annotated[int, Field(ge=2, le=8)] = 3
    """Annual reports a filer."""


@dataclass(frozen=True, kw_only=True)
class RunRecipe(Settings):
    """A recipe of the whole chain: the keys of its YAML file, top to bottom as they run."""

    universe: Universe = field(default_factory=Universe)
    corpus: CorpusSettings = field(default_factory=CorpusSettings)
    synth: SynthSettings = field(default_factory=SynthSettings)
    agentic: AgenticSettings = field(default_factory=AgenticSettings)
    tokenizer: TokenizerSettings = field(default_factory=TokenizerSettings)
    tokenizer_path: str = ""
    """A tokenizer of your own; empty: one is trained on the training split."""
    shards: ShardSettings = field(default_factory=ShardSettings)
    train: TrainSettings
    evaluate: EvaluateSettings = field(default_factory=EvaluateSettings)
    seed: int = 0
    """Of synthesis."""


@dataclass(slots=True)
class Chain:
    """One run: a recipe, its folder, and what has been done so far."""

    recipe: RunRecipe
    out: Path
    sources: tuple[Path, ...] = ()
    workers: int = 0
    rows: list[dict[str, Any]] = field(default_factory=list)
    """Steps and stages of summary.json, in order."""
    evaluations: dict[str, dict[str, Any]] = field(default_factory=dict)

    # ------------------------------------------------------------------ data

    def raw(self) -> dict[str, Path]:
        """The raw filings and the general text beside them, by source label."""
        if self.sources:
            general = self.out / "general"
            if not (general / "_complete").exists():
                seed = self.recipe.universe.seed
                for name, text in general_documents(seed, GENERAL_TEXTS):
                    write_bytes(general / name.removeprefix("general/"), text.encode())
                write_bytes(general / "_complete", b"")
            named = {_label(path, i, self.sources): path for i, path in enumerate(self.sources)}
            return {**named, "general": general}
        chosen, folder = self.recipe.universe, self.out / "universe"
        with Progress("invent") as progress:
            invent(
                folder,
                filers=chosen.filers,
                seed=chosen.seed,
                years=chosen.years,
                progress=progress,
            )
        return {"filings": folder / "filings", "general": folder / "general"}

    def corpus(self) -> Artifact:
        """The corpus; its classifier goes into assets/finance."""
        with Lines() as lines:
            built = build_corpus(
                self.recipe.corpus,
                self.raw(),
                self.out / "corpus",
                workers=self.workers,
                assets=self.out / "assets",
                on_progress=lines,
                on_note=lines.note,
            )
        for step in built.manifest["steps"]:
            if step["rows_in"]:
                self._data(f"corpus.{step['name']}", step)
        return built

    def world(self, corpus: Artifact) -> Path:
        """The world that agents act in."""
        built = build_world(corpus, self.out / "world")
        step = built.step(WORLD_STEP)
        if step:
            self._data("world", step)
        return self.out / "world"

    def synth(self, corpus: Artifact, world: Path) -> None:
        """Every kind of synthesis, from one fact store."""
        store = self.out / "assets" / "facts.sqlite"
        if not all((self.out / "synth" / kind / "manifest.json").exists() for kind in KINDS):
            build_store(corpus, store).close()
        for kind in KINDS:
            with Progress(f"synth {kind}") as progress:
                made = run_kind(
                    kind,
                    corpus,
                    self.out / "synth" / kind,
                    self.recipe.synth,
                    self.recipe.seed,
                    store=store,
                    progress=progress,
                )
            self._data(f"synth.{kind}", made.manifest["steps"][-1])
        made = run_agentic(
            corpus, world, self.out / "synth" / "agentic", self.recipe.agentic, self.recipe.seed
        )
        self._data("synth.agentic", made.manifest["steps"][-1])
        self._refuse_unmeasurable(corpus)

    def _refuse_unmeasurable(self, corpus: Artifact) -> None:
        """Raise UserError before any training where a held-out metric has nothing to ask about."""
        split = self.recipe.evaluate.split
        for metric, path in EVALUATED_ON.items():
            if not path.startswith("synth/"):
                continue
            tasks = Artifact.open(self.out / path, "synth").table("tasks", ["split"])
            if split not in tasks.column("split").to_pylist():
                splits = corpus.table("splits", ["split"]).column("split").to_pylist()
                raise UserError(
                    what=f"no {path.removeprefix('synth/')} task of split {split!r}, so {metric} "
                    f"cannot be measured: {splits.count(split)} of {len(splits)} filers are in it",
                    where=str(self.out / path),
                    mend="add filings with statements of other filers (two at least), or raise "
                    "corpus.splits",
                )

    def tokenizer(self) -> Path:
        """A tokenizer trained on the training split, or the user's own."""
        folder = self.out / "assets" / "tokenizer"
        if not self.recipe.tokenizer_path:
            kinds = ("knowledge", "instruct", "reasoning", "agentic", "general")
            inputs = [self.out / "corpus", *(self.out / "synth" / kind for kind in kinds)]
            tokenizer_for(inputs, folder, self.recipe.tokenizer)
        elif not (folder / "tokenizer.json").exists():
            given, temporary = Path(self.recipe.tokenizer_path), folder.with_name("_tokenizer")
            Tokenizer.load(given)
            shutil.rmtree(temporary, ignore_errors=True)
            copy_tokenizer(given, temporary)
            temporary.replace(folder)
        return folder

    def shards(self, tokenizer: Path) -> None:
        """Shards of every stage, and of the held-out text."""
        wanted: dict[str, tuple[KindName, tuple[str, ...], tuple[str, ...]]] = {
            stage: (*SHARDS[stage], ("train",)) for stage in self.recipe.train.order()
        }
        wanted["held-out"] = ("cpt", ("corpus",), (self.recipe.evaluate.split,))
        for name, (kind, inputs, splits) in wanted.items():
            settings = replace(self.recipe.shards, splits=splits)
            paths = [self.out / path for path in inputs]
            made = build_shards(kind, paths, self.out / "shards" / name, tokenizer, settings)
            step = next(s for s in made.manifest["steps"] if s["unit"] != "piece")
            self._data(f"shards.{name}", step)

    # ------------------------------------------------------------------ training

    def train(self, tokenizer: Path, world: Path) -> None:
        """Every stage from the one before; all metrics after each, on the same held-out rows."""
        before = self._first(tokenizer)
        self._measure_all("init", before, world)
        previous = "init"
        for stage in self.recipe.train.order():
            done = run_stage(stage_job(self.recipe.train, stage, self.out))
            folder = self.out / "checkpoints" / stage / "hf"
            self._measure_all(stage, folder, world)
            metric = METRIC_OF_STAGE[stage]
            paired = compare(self._measured(previous, metric), self._measured(stage, metric))
            self.rows.append(
                {
                    "name": stage,
                    "tokens": int(done["tokens"]),
                    "seconds": float(done["seconds"]),
                    "metric": metric,
                    "before": paired.before,
                    "after": paired.after,
                    "interval": [paired.low, paired.high],
                    "n": paired.n,
                    "updates": int(done.get("updates", 0)),
                }
            )
            previous = stage

    def _first(self, tokenizer: Path) -> Path:
        """What the first stage starts from: the recipe's model, or the same random weights."""
        if self.recipe.train.init:
            return Path(self.recipe.train.init)
        folder = self.out / "checkpoints" / "init" / "hf"
        if (folder / "config.json").exists():
            return folder
        from transformers.utils.logging import disable_progress_bar

        from trainer import model

        disable_progress_bar()
        first: StageName = self.recipe.train.order()[0]
        policy = model.fresh(
            self.recipe.train.shape,
            Tokenizer.load(tokenizer).size,
            self.recipe.train.stages[first].seed,
            model.special_ids(tokenizer),
        )
        temporary = folder.parent / "_hf"
        shutil.rmtree(temporary, ignore_errors=True)
        cast(Any, policy.lm).save_pretrained(temporary)
        copy_tokenizer(tokenizer, temporary)
        temporary.replace(folder)
        return folder

    def _measure_all(self, stage: str, folder: Path, world: Path) -> None:
        self.evaluations[stage] = {}
        for metric, on in EVALUATED_ON.items():
            path = self.out / "evaluations" / stage / f"{metric}.json"
            measured = Measured.load(path)
            # A stage that was trained again is measured again.
            if measured is None or measured.of != identity(folder, self.out / on):
                with Progress(f"{stage}: {metric}") as progress:
                    measured = measure(
                        folder,
                        self.out / on,
                        self.recipe.evaluate,
                        world=world if metric == "success" else None,
                        on_progress=progress,
                    )
                measured.save(path)
            self.evaluations[stage][metric] = {
                "value": measured.value,
                "n": measured.n,
                "seconds": measured.seconds,
                **measured.notes,
            }

    def _measured(self, stage: str, metric: str) -> Measured:
        found = Measured.load(self.out / "evaluations" / stage / f"{metric}.json")
        if found is None:
            raise Fault(
                what=f"{metric} of {stage} was not measured",
                where=str(self.out / "evaluations" / stage),
                mend="run the same command again",
            )
        return found

    def _data(self, name: str, step: Mapping[str, Any]) -> None:
        self.rows.append(data_row(name, step["unit"], step["seconds"], step))

    def summary(self) -> dict[str, Any]:
        """What summary.json holds."""
        return {
            "stages": self.rows,
            "evaluations": self.evaluations,
            "sources": [str(path) for path in self.sources] or ["universe"],
            "universe": not self.sources,
        }


def _label(path: Path, number: int, sources: tuple[Path, ...]) -> str:
    name = path.resolve().name or "filings"
    same = [p for p in sources if (p.resolve().name or "filings") == name]
    taken = name == "general" or len(same) > 1
    return f"{name}-{number + 1}" if taken else name


def check_recipe(recipe: RunRecipe, where: str) -> None:
    """Everything of a recipe that can be wrong, before any work and before a folder is bound to it.

    Raises UserError for a missing stage, for names, paths and shares that cannot be.
    """
    check_stages(recipe, where)
    check_corpus(recipe.corpus)
    check_training(recipe.train, where)
    for kind in KINDS:
        generators_of(kind, recipe.synth.generators)
    generators_in(recipe.agentic)
    if recipe.tokenizer_path:
        Tokenizer.load(Path(recipe.tokenizer_path))
    _ = recipe.shards.until


def check_stages(recipe: RunRecipe, where: str) -> None:
    """The five stages are all there: a chain that skips one is another chain."""
    missing = [name for name in STAGES if name not in recipe.train.stages]
    if missing:
        raise UserError(
            what=f"train.stages lacks {', '.join(missing)}",
            where=where,
            mend="the chain has all five; qhdata train runs single ones",
        )
