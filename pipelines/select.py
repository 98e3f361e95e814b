"""Decide again over the tags that a corpus has, under another name: nothing is computed anew."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from pipelines.build import read_settings
from pipelines.corpus_settings import CorpusSettings, labels_of, name_of
from pipelines.growth import OF_BUILD
from pipelines.options import AsOf, Corpus, KeepUndated, Overrides
from pipelines.point_in_time import TRAINED, asset_is_later
from pipelines.selection import decided
from pipelines.whole import whole
from qhdata.artifact import Artifact
from qhdata.errors import QhdataError, UserError
from qhdata.moments import as_moment
from qhdata.recipe import override, parse
from qhdata.select import Select, unknown_sources
from qhdata.step import step_id


def select(
    corpus: Corpus,
    *,
    name: Annotated[str, Parameter(help="Name of the new decision.")],
    recipe: Annotated[
        Path | None,
        Parameter(name=["--recipe", "-r"], help="Its rules; else those that the corpus has."),
    ] = None,
    as_of: AsOf = "",
    keep_undated: KeepUndated = (),
    overrides: Overrides = (),
) -> None:
    """Decide again by other rules, or as of a moment; export, render, shard take it by its name."""
    found = Artifact.open(corpus, "corpus")
    if recipe:
        settings = read_settings(recipe, overrides)
    else:
        settings = settings_of(found, overrides)
        refuse_unread(found, settings)
    step = Select(
        rules=settings.select,
        into=name,
        as_of=as_moment(as_of, "--as-of") if as_of else "",
        keep_undated=keep_undated or settings.keep_undated,
    )
    told = []
    if recipe is None:  # a tag that the build skipped, as it said
        skipped = {name_of(e) for e in settings.tag} - set(tags_of(found))
        told = [f"select: without {r.reason}: no {r.tag}" for r in step.rules if r.tag in skipped]
        step = replace(step, rules=tuple(r for r in step.rules if r.tag not in skipped))
    told += unknown_sources(step.rules, found.manifest["inputs"])
    step, later = without_later_assets(found, step)
    told += later
    for line in told:
        print(line)
    row = decide(corpus, name, step)
    reasons = found_reasons(Artifact.open(corpus, "corpus"), name)
    why = f" ({reasons})" if reasons else ""
    print(
        f"{found.where}: decision {name}: {row['rows_kept']:,} documents kept, "
        f"{row['rows_dropped']:,} dropped of {row['rows_in']:,}{why}.   "
        f"qhdata export {found.where} --decision {name} -o DIR"
    )


def refuse_unread(corpus: Artifact, wanted: CorpusSettings) -> None:
    """Raise UserError where another setting was changed than those that a decision asks."""
    built = settings_of(corpus)
    asked = replace(built, select=wanted.select, keep_undated=wanted.keep_undated)
    for field in fields(wanted):
        if getattr(wanted, field.name) != getattr(asked, field.name):
            raise UserError(
                what=f"a decision asks corpus.select, not corpus.{field.name}",
                where="--set",
                mend="build with it: --restart-from, or another folder",
            )


def settings_of(corpus: Artifact, overrides: Overrides = ()) -> CorpusSettings:
    """The settings that a corpus was built by, from its manifest; not where files lay."""
    data: dict[str, Any] = dict(corpus.manifest["settings"])
    given = override({"corpus": data}, overrides)["corpus"]
    return parse(CorpusSettings, given, f"{corpus.path}: corpus")


def without_later_assets(corpus: Artifact, step: Select) -> tuple[Select, list[str]]:
    """The rules without those whose classifier has read what was not public at the moment, and a
    line for each.
    """
    if not step.as_of:
        return step, []
    kept, told = [], []
    for rule in step.rules:
        why = ""
        if rule.tag in TRAINED:
            try:
                own = corpus.path / "assets" / rule.tag
                why = asset_is_later(own, step.as_of, step.keep_undated)
            except QhdataError:
                why = "is not in the corpus, so what it has read is not known"
        if why:
            told.append(f"select: without {rule.reason}: its classifier {why}")
        else:
            kept.append(rule)
    return replace(step, rules=tuple(kept)), told


def found_reasons(corpus: Artifact, name: str) -> str:
    """Reasons of what a decision drops, with their counts."""
    rows = corpus.table(f"decisions/{name}", ["outcome", "reason"]).to_pylist()
    counts: dict[str, int] = {}
    for row in rows:
        if row["outcome"] == "dropped":
            counts[row["reason"]] = counts.get(row["reason"], 0) + 1
    return ", ".join(f"{why} {n:,}" for why, n in sorted(counts.items()))


def decide(path: Path, name: str, step: Select) -> dict[str, Any]:
    """Write `decisions/<name>` into a corpus; the manifest's row of the step.

    Raises UserError where another recipe's decision has that name.
    """
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", name):
        raise UserError(what=f"{name!r} is no name", where="--name", mend="letters, digits, dashes")
    if name in OF_BUILD:
        raise UserError(
            what=f"{name!r} is a decision of the build", where="--name", mend="give another"
        )
    found = Artifact.open(path, "corpus")
    built, tags = settings_of(found), tags_of(found)
    known = labels_of(tags)
    for number, rule in enumerate(step.rules):
        rule.check(known, f"select.{number}")
    with Artifact.create(
        path, "corpus", settings=found.manifest["settings"], inputs=found.manifest["inputs"]
    ) as corpus:
        if corpus.part(f"decisions/{name}").rows and corpus.step(step_id(step)) is None:
            raise UserError(
                what=f"has a decision {name!r} by other rules",
                where=str(path),
                mend="give another --name",
            )
        return whole(corpus, step, partial(decided, built=built, select=step, tags=tags))


def tags_of(corpus: Artifact) -> dict[str, tuple[str, str]]:
    """Tagger's name -> (name@version, part) of a corpus' tags; of several settings the last."""
    found = {}
    for part in corpus.manifest["parts"]:
        if part.startswith("tags/"):
            step = part.removeprefix("tags/").rsplit("-", 1)[0]
            found[step.split("@")[0]] = (step, part)
    return found
