"""The `corpus:` key of a recipe: what it may say, what cannot be, and the steps that it names."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Annotated, Any, cast

from pydantic import Field

from pipelines.classifier import Classifier
from qhdata.artifact import Artifact
from qhdata.dedup import DEDUP
from qhdata.dedup.clusters import Survivor
from qhdata.engines.keyed import KeyPart
from qhdata.errors import UserError
from qhdata.readers import DEFAULT
from qhdata.readers.questions import questions_digest
from qhdata.recipe import Settings, digest, load_object, named, plain
from qhdata.select import CLUSTERS, Rule
from qhdata.splits import Splits
from qhdata.step import Step, step_id
from qhdata.taggers import TAGGERS
from qhdata.taggers.contamination import Contamination
from qhdata.taggers.fasttext_model import file_sha256

Entry = str | dict[str, Any]
"""A line of a recipe's list: a name, or a name with settings."""

EXTRACT = {"filings": "qhdata.extract.step:Extract"}


@dataclass(frozen=True, kw_only=True)
class LossGuard(Settings):
    """A limit on what dedup may drop: one page of boilerplate once took a tenth of a source."""

    share: Annotated[float, Field(ge=0, le=1)] = 0.6
    """Of the documents of one source; 1: no limit."""
    least: Annotated[int, Field(ge=1)] = 100
    """Sources of fewer documents are not judged."""


@dataclass(frozen=True, kw_only=True)
class CorpusSettings(Settings):
    """The `corpus:` key of a recipe."""

    read: tuple[str, ...] = DEFAULT
    """Readers, in the order in which they are asked."""
    metadata: str = ""
    """A CSV, Parquet or JSON-lines table with a `path` column that says accession, form, cik,
    filer, filed_at, accepted_at, period_end, fiscal_year, sic or source_url of files without a
    header.
    """
    path_pattern: str = ""
    """What paths say, such as `{cik}/{form}/{accession}`."""
    as_of: str = ""
    """Only what was public by this date (its end) or moment (UTC); empty: all."""
    keep_undated: tuple[str, ...] = ()
    """With as_of: sources whose files without a date stay; `*`: of every source."""
    extract: Entry = "filings"
    """Extraction: `filings`, `{filings: settings}`, or a step of your own by import string."""
    splits: Splits = Splits()
    """Who is train, dev and test."""
    tag: tuple[Entry, ...] = ("language", "doc_length", "line_shape", "table_health", "finance")
    """Taggers: `name` or `{name: settings}`."""
    finance: Classifier = Classifier()
    """The classifier behind the tag `finance`: where it comes from."""
    dedup: tuple[Entry, ...] = ("exact", "minhash", "amendments")
    """Dedup rules: `name` or `{name: settings}`."""
    survivor: Survivor = Survivor()
    """Which of several copies is kept."""
    loss_guard: LossGuard = LossGuard()
    """How much of a source duplicates may cost before the build stops."""
    select: tuple[Rule, ...] = ()
    """Rules over tags; the first that matches drops the document."""
    quarantine_limit: Annotated[float, Field(ge=0, le=1)] = 0.2
    """Share of rows of any step that may be quarantined before the command ends with code 3."""


def check(settings: CorpusSettings) -> None:
    """Everything that can be wrong with a recipe, before the first byte is read."""
    for where, entries in (("tag", settings.tag), ("dedup", settings.dedup)):
        names = [name_of(entry) for entry in entries]
        for name in names:
            if names.count(name) > 1:
                raise UserError(
                    what=f"{name!r} is listed twice", where=f"corpus.{where}", mend="list it once"
                )
    for entry in settings.tag:
        if isinstance(entry, dict) and "asset" in (entry.get("finance") or {}):
            raise UserError(
                what="the classifier's folder is not said here",
                where="corpus.tag.finance.asset",
                mend="say corpus.finance.asset",
            )
    dev, test = settings.splits.dev, settings.splits.test
    if min(dev, test) < 0 or dev + test >= 1:
        raise UserError(
            what=f"dev {dev:g} and test {test:g} leave nothing to train on, or are below 0",
            where="corpus.splits",
            mend="give shares of filers that sum to less than 1",
        )
    _check_date(settings.splits.test_from, "corpus.splits.test_from")
    dedup_rules(settings)
    _check_survivor(settings)
    known = labels_of(["finance"]) if any(name_of(e) == "finance" for e in settings.tag) else {}
    known |= {step.name: getattr(step, "labels", ()) for step in taggers(settings)}
    for number, rule in enumerate(settings.select):
        rule.check(known, f"corpus.select.{number}")
    extract_step(settings)


def labels_of(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Tagger's name -> the labels that it gives every document; none where any may come."""
    found = {}
    for name in names:
        spec = TAGGERS.get(name)
        found[name] = getattr(load_object(spec, "corpus.tag"), "labels", ()) if spec else ()
    return found


def is_candidate_rule(rule: Any) -> bool:
    """Whether a rule's keys bring candidates for clusters together, not paragraphs."""
    return hasattr(rule, "keys") and not hasattr(rule, "fold_into")


def _check_date(text: str, where: str) -> None:
    """Dates are compared as text, so another spelling would be before or after them all."""
    with contextlib.suppress(ValueError):
        if not text or dt.date.fromisoformat(text).isoformat() == text:
            return
    raise UserError(what=f"{text!r} is no date", where=where, mend="write it as 2024-01-31")


def _check_survivor(settings: CorpusSettings) -> None:
    survivor = settings.survivor
    if (survivor.prefer == "quality") != bool(survivor.quality):
        raise UserError(
            what="prefer: quality and quality: tagger.label go together",
            where="corpus.survivor",
            mend="give both or neither",
        )
    if not survivor.quality:
        return
    tagger, _, label = survivor.quality.removeprefix("-").partition(".")
    known = {step.name: getattr(step, "labels", ()) for step in taggers(settings)}
    if tagger not in known or not label or (known[tagger] and label not in known[tagger]):
        labels = f"; {tagger} has {', '.join(known[tagger])}" if known.get(tagger) else ""
        raise UserError(
            what=f"{survivor.quality!r} is no tag of this recipe",
            where="corpus.survivor.quality",
            mend=f"give tagger.label; taggers before dedup: {', '.join(known)}{labels}",
        )


def identity(settings: CorpusSettings) -> dict[str, Any]:
    """What of the settings decides the rows: not limits, nor where an asset lies."""
    data: dict[str, Any] = plain(settings)
    data.pop("quarantine_limit"), data.pop("loss_guard")
    data.pop("metadata"), data.pop("path_pattern")  # what they say of each file is in the inputs
    if not settings.as_of:
        data.pop("as_of"), data.pop("keep_undated")
    if data["finance"]["asset"]:
        data["finance"]["asset"] = asset_sha256(Path(data["finance"]["asset"]))
    for entry in data["tag"]:  # other questions or models are another setting, wherever they lie
        name = name_of(entry)
        given = entry.get(name) or {} if isinstance(entry, dict) else {}
        if name == "contamination":
            given["against"] = questions_digest(Path(given["against"]))
        elif name == "topic":
            given["asset"] = given.get("sha256") or asset_sha256(Path(given["asset"]))
        elif name == "language" and given.get("model"):
            given["model"] = given.get("sha256") or file_sha256(Path(given["model"]))
    return data


def extract_step(settings: CorpusSettings) -> Any:
    """The extraction step, told which readers to ask where it wants to know."""
    step = named(EXTRACT, settings.extract, "corpus.extract")
    known = {f.name for f in fields(step)}
    if settings.as_of and "as_of" in known:
        moment = {"as_of": settings.as_of, "keep_undated": tuple(settings.keep_undated)}
        return replace(_with_readers(settings, step, known), **moment)
    return _with_readers(settings, step, known)


def _with_readers(settings: CorpusSettings, step: Any, known: Collection[str]) -> Any:
    if "read" in known:
        entry: Any = settings.extract if isinstance(settings.extract, dict) else {}
        given = next(iter(entry.values()), None) or {}
        name = name_of(settings.extract)
        return named(EXTRACT, {name: {"read": list(settings.read), **given}}, "corpus.extract")
    return step


def steps_of(settings: CorpusSettings) -> list[tuple[str, str]]:
    """(name, beginning of the step's id) of what a build does after the plan, in order."""
    found = [("extract", step_id(extract_step(settings))), ("splits", step_id(settings.splits))]
    found += [(step.name, step_id(step)) for step in taggers(settings)]
    rules = dedup_rules(settings)
    for rule in rules:
        if hasattr(rule, "keys"):
            found.append((rule.name, step_id(cast("Step", KeyPart(rule)))))
        found.append((rule.name, step_id(rule)))
    keyed = [step_id(rule) for rule in rules if is_candidate_rule(rule)]
    if keyed:
        what = {"rules": keyed, "survivor": plain(settings.survivor)}
        last = [rule.name for rule in rules if is_candidate_rule(rule)][-1]
        at = max(place for place, (name, _) in enumerate(found) if name == last) + 1
        found.insert(at, ("clusters", f"{CLUSTERS}-{digest(what)}"))
    if any(name_of(entry) == "finance" for entry in settings.tag):
        found.append(("finance", "finance@"))
    return [*found, ("select", "select@")]


def taggers(settings: CorpusSettings) -> list[Any]:
    """The recipe's taggers but `finance`, which needs a classifier first."""
    found = [
        named(TAGGERS, entry, "corpus.tag") for entry in settings.tag if name_of(entry) != "finance"
    ]
    if settings.as_of:  # the words of a question may be younger than the corpus
        found = [replace(s, quoted=False) if isinstance(s, Contamination) else s for s in found]
    # what a tagger reads beside the corpus is part of what it is: it says which files those are
    return [step.settled() if hasattr(step, "settled") else step for step in found]


def with_against(entries: tuple[Entry, ...], folder: str) -> tuple[Entry, ...]:
    """The taggers with `contamination` told, or added, to look for a folder's question sets."""
    given: dict[str, Any] = {}
    for entry in entries:
        if name_of(entry) == "contamination" and isinstance(entry, dict):
            given = dict(entry["contamination"] or {})
    others = tuple(entry for entry in entries if name_of(entry) != "contamination")
    return (*others, {"contamination": {**given, "against": folder}})


def dedup_rules(settings: CorpusSettings) -> list[Any]:
    """The recipe's dedup rules."""
    return [named(DEDUP, entry, "corpus.dedup") for entry in settings.dedup]


def name_of(entry: Entry) -> str:
    """The name of `name` or `{name: settings}`."""
    return entry if isinstance(entry, str) else next(iter(entry), "")


def asset_sha256(folder: Path) -> str:
    """Which classifier lies in a folder. Raises UserError where none does."""
    notes = Artifact.open(folder, "asset").manifest.get("notes", {})
    if not notes.get("sha256"):
        raise UserError(
            what="its classifier was never finished", where=str(folder), mend="train it again"
        )
    return str(notes["sha256"])
