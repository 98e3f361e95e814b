"""Decide again over the tags that a corpus has, under another name: nothing is computed anew."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from pipelines.build import read_settings
from pipelines.options import DEMO, Corpus, Overrides, RecipePath
from pipelines.whole import whole
from qhdata.artifact import Artifact
from qhdata.errors import UserError
from qhdata.select import Select
from qhdata.step import step_id


def select(
    *,
    corpus: Corpus,
    name: Annotated[str, Parameter(help="Name of the new decision.")],
    recipe: RecipePath = DEMO,
    overrides: Overrides = (),
) -> None:
    """Decide again with a recipe's rules; `shards.decisions` and export take it by its name."""
    settings = read_settings(recipe, overrides)
    row = decide(corpus, name, Select(rules=settings.select, into=name))
    print(
        f"{corpus}: decision {name}: {row['rows_kept']:,} documents kept, "
        f"{row['rows_dropped']:,} dropped of {row['rows_in']:,}.   "
        f"qhdata explain ID {corpus}"
    )


def decide(path: Path, name: str, step: Any) -> dict[str, Any]:
    """Write `decisions/<name>` into a corpus; the manifest's row of the step.

    Raises UserError where another recipe's decision has that name.
    """
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", name):
        raise UserError(what=f"{name!r} is no name", where="--name", mend="letters, digits, dashes")
    found = Artifact.open(path, "corpus")
    with Artifact.create(
        path, "corpus", settings=found.manifest["settings"], inputs=found.manifest["inputs"]
    ) as corpus:
        if corpus.part(f"decisions/{name}").rows and corpus.step(step_id(step)) is None:
            raise UserError(
                what=f"has a decision {name!r} by other rules",
                where=str(path),
                mend="give another --name",
            )
        return whole(corpus, step, lambda c: step.run(c, tags_of(c)))


def tags_of(corpus: Artifact) -> dict[str, tuple[str, str]]:
    """Tagger's name -> (name@version, part) of a corpus' tags; of several settings the last."""
    found = {}
    for part in corpus.manifest["parts"]:
        if part.startswith("tags/"):
            step = part.removeprefix("tags/").rsplit("-", 1)[0]
            found[step.split("@")[0]] = (step, part)
    return found
