"""Options that many commands share, said once: their types, names and help."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from qhdata.errors import UserError

Out = Annotated[Path, Parameter(name=["--out", "-o"], help="Folder to write; made if absent.")]
"""Where a command writes."""

Corpus = Annotated[Path, Parameter(name=["--corpus", "-c"], help="A corpus that build wrote.")]
"""A corpus to read."""

Decision = Annotated[
    str, Parameter(name="--decision", help="Decision that says what is kept: see qhdata select.")
]
"""Which selection of a corpus a command looks through."""

AsOf = Annotated[
    str, Parameter(help="Only what was public by then: 2024-01-31 (its end), or a moment.")
]
"""The moment that a corpus, or a decision, stands at."""

KeepUndated = Annotated[
    tuple[str, ...],
    Parameter(negative="", help="With --as-of: sources whose undated files stay; * for all."),
]
"""Sources of which what has no date stays, at such a moment."""

Overrides = Annotated[
    tuple[str, ...],
    Parameter(name="--set", negative="", help="a.b=value over the recipe; may be repeated."),
]
"""`--set a.b=c`, over a recipe."""

Plan = Annotated[
    bool,
    Parameter(name="--plan", negative="", help="Say what would be done and what it costs; stop."),
]
"""Say what would happen, with time, disk and memory, and do nothing."""

RecipePath = Annotated[Path, Parameter(name=["--recipe", "-r"], help="A recipe in YAML.")]
"""A recipe file."""


def _not_negative(_type: object, value: int) -> None:
    if value < 0:
        raise ValueError(f"{value} processes cannot work; give 0 for one a core, or more")


Workers = Annotated[
    int,
    Parameter(name=["--workers", "-w"], help="Processes; 0: one a core.", validator=_not_negative),
]
"""How many processes."""

RECIPES = Path(__file__).parent / "recipes"
"""The recipes that the package brings."""

DEMO = RECIPES / "demo.yaml"
"""The default recipe."""

SYNTH = RECIPES / "synth.yaml"
"""Of `synth run`: the demo's own block is cut down to a model that can hardly count."""

BLOCKS = ("universe", "corpus", "synth", "agentic", "tokenizer", "tokenizer_path", "shards",
          "train", "evaluate", "seed")  # fmt: skip
"""The keys that a recipe may have; a command reads its own and leaves the others alone."""


def recipe_data(recipe: Path, overrides: Sequence[str] = ()) -> dict[str, Any]:
    """A recipe's keys, overridden. Raises UserError for one that no command reads: a misspelt
    `corpsu:` would be a build by defaults.
    """
    from qhdata.recipe import override, read_yaml

    data = override(read_yaml(recipe), overrides)
    for name in data:
        if name not in BLOCKS:
            like = get_close_matches(str(name), BLOCKS, 1)
            raise UserError(
                what=f"unknown key {name!r}" + (f", did you mean {like[0]!r}?" if like else ""),
                where=str(recipe),
                mend=f"known: {', '.join(BLOCKS)}",
            )
    return data
