"""Rules over tags -> decisions: the only code that drops a document after reading.

A rule is data: which tag, which label or score, and the reason that is written down. There is no
expression language, so nothing is evaluated. The first rule that matches decides; duplicates come
last, so that a copy takes the place of a survivor that a rule dropped. Documents of facts alone
have no text to train on and are dropped before any rule, as `no_text`; their facts stay.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import pyarrow as pa
import pyarrow.compute as pc

from qhdata.artifact import Artifact
from qhdata.errors import UserError
from qhdata.moments import left_out
from qhdata.recipe import Settings
from qhdata.records import Decision, to_batch


@dataclass(frozen=True, kw_only=True)
class Rule(Settings):
    """Drop the documents of which a tag says something."""

    tag: str
    """Name of the tagger."""
    reason: str
    """What is written beside each dropped document."""
    label: str = ""
    """The label that is looked at; empty: each label of the tag (for label_is), or the only one."""
    label_is: tuple[str, ...] = ()
    """Drop when the tag's best label is none of these."""
    score_above: float | None = None
    """Drop when the label's score is above."""
    score_below: float | None = None
    """Drop when the label's score is below."""
    sources: tuple[str, ...] = ()
    """Only documents of these sources; empty: of all."""
    except_sources: tuple[str, ...] = ()
    """Not documents of these sources."""

    def check(self, known: Mapping[str, Collection[str]], where: str) -> None:
        """Raises UserError for what would match nothing, or all, without a word. known: tagger's
        name -> the labels that it gives documents, none where any may come.
        """
        if self.tag not in known:
            raise UserError(
                what=f"no tag {self.tag!r} is made",
                where=where,
                mend=f"known: {', '.join(known) or 'none'}; list the tagger under corpus.tag",
            )
        conditions = [
            bool(self.label_is), self.score_above is not None, self.score_below is not None
        ]  # fmt: skip
        if sum(conditions) != 1:
            raise UserError(
                what="a rule has one condition",
                where=where,
                mend="give one of label_is, score_above, score_below",
            )
        if not self.reason.strip():
            raise UserError(what="a rule has a reason", where=where, mend="say it in a word")
        if self.label and self.label_is:
            raise UserError(
                what="label goes with a score, label_is stands alone", where=where, mend="give one"
            )
        labels = known[self.tag]
        wrong = [name for name in (self.label, *self.label_is) if name and name not in labels]
        if labels and wrong:
            raise UserError(
                what=f"{self.tag} gives a document no label {wrong[0]!r}",
                where=where,
                mend=f"known: {', '.join(labels)}",
            )
        if len(labels) > 1 and not self.label and not self.label_is:
            raise UserError(
                what=f"{self.tag} gives a document several scores",
                where=where,
                mend=f"give label, one of {', '.join(labels)}",
            )


OWN = ("filings", "splits", "doc_splits", "clusters", "amendments", "edits")
"""Parts that a decision may have of its own, as `<part>/<name>`."""
CLUSTERS_VERSION = 3
CLUSTERS = f"clusters@{CLUSTERS_VERSION}"
"""The step that finds clusters, as decisions and manifests name it."""
NO_TEXT = "no_text"
"""Reason of documents that hold facts alone: XBRL instances, companyfacts."""


@dataclass(frozen=True, kw_only=True)
class Select(Settings):
    """Rules in order; fills `decisions/<into>`, one row a document, sorted by unit_id."""

    name: ClassVar[str] = "select"
    version: ClassVar[int] = 3
    unit: ClassVar[str] = "doc_id"

    rules: tuple[Rule, ...] = ()
    drop_duplicates: bool = True
    """Drop all but the survivor of each cluster."""
    into: str = "select"
    """Name of the decision."""
    as_of: str = ""
    """Drop what was not public by this moment (UTC); empty: nothing."""
    keep_undated: tuple[str, ...] = ()
    """With as_of: sources whose documents without a date stay; `*`: of every source."""

    def run(
        self,
        corpus: Artifact,
        tags: Mapping[str, tuple[str, str]],
        clusters: pa.Table | None = None,
    ) -> tuple[Mapping[str, pa.Table], int]:
        """Decide. tags: tagger's name -> (name@version, part); clusters: others than the corpus
        has. The rows, and how many came in.

        Documents that an error stopped on the way have no decision: they are in quarantine.
        """
        documents = corpus.table("documents", ["doc_id", "source", "n_chars", "public_at"])
        sources = dict(
            zip(documents["doc_id"].to_pylist(), documents["source"].to_pylist(), strict=True)
        )
        stopped = set(
            corpus.table("quarantine", ["unit_id"])["unit_id"].to_pylist()
            if corpus.part("quarantine").rows
            else ()
        )
        lengths = documents["n_chars"].to_pylist()
        empty = [d for d, n in zip(documents["doc_id"].to_pylist(), lengths, strict=True) if not n]
        decided = {row["doc_id"]: _unread(row["doc_id"], why) for row, why in self._late(documents)}
        decided |= {doc_id: _unread(doc_id, NO_TEXT) for doc_id in empty if doc_id not in decided}
        for number, rule in enumerate(self.rules):
            rule.check(dict.fromkeys(tags, ()), f"select.{number}")
            step, part = tags[rule.tag]
            for decision in _matches(rule, step, corpus.table(part)):
                doc_id = decision.unit_id
                if doc_id in decided or not _applies(rule, sources.get(doc_id, "")):
                    continue
                decided[doc_id] = decision
        if self.drop_duplicates:
            if clusters is None and corpus.part("clusters").rows:
                clusters = corpus.table("clusters")
            _drop_duplicates(clusters, decided, stopped)
        rows = [
            decided.get(doc_id) or _kept(doc_id)
            for doc_id in sorted(sources)
            if doc_id not in stopped
        ]
        part = f"decisions/{self.into}"
        return {part: pa.Table.from_batches([to_batch(Decision, rows)])}, documents.num_rows

    def _late(self, documents: pa.Table) -> Iterator[tuple[dict[str, str], str]]:
        """Documents that were not public at the moment, and why."""
        if not self.as_of:
            return
        for row in documents.select(["doc_id", "source", "public_at"]).to_pylist():
            why = left_out(row["public_at"], self.as_of, row["source"], self.keep_undated)
            if why:
                yield row, why


def not_kept(corpus: Artifact, decisions: pa.Table) -> frozenset[str]:
    """doc_ids that do not stay: those dropped, and those that an error stopped, which no decision
    is made of.
    """
    kept = decisions.filter(pc.equal(decisions["outcome"], "kept"))["unit_id"]
    every = corpus.table("documents", ["doc_id"])["doc_id"]
    return frozenset(every.to_pylist()) - frozenset(kept.to_pylist())


def unknown_sources(rules: Sequence[Rule], sources: Collection[str]) -> list[str]:
    """A line for each rule that names only sources that are not there: it may be a slip."""
    return [
        f"select: {rule.reason} names the source {', '.join(named)}; there is {', '.join(sources)}"
        for rule in rules
        if (named := (*rule.sources, *rule.except_sources)) and not set(named) & set(sources)
    ]


def selected(corpus: Artifact, name: str) -> Artifact:
    """A corpus as a decision sees it: `decisions/<name>` stands for `decisions/select`, and parts
    that were made for it (`edits/<name>`) for those of the corpus. For reading alone.
    """
    if name == "select" or f"decisions/{name}" not in corpus.manifest["parts"]:
        return corpus  # whoever asks for the decision says that there is none
    parts = dict(corpus.manifest["parts"])
    parts["decisions/select"] = parts[f"decisions/{name}"]
    for part in OWN:
        if f"{part}/{name}" in parts:
            parts[part] = parts[f"{part}/{name}"]
    return replace(corpus, manifest={**corpus.manifest, "parts": parts})


def _applies(rule: Rule, source: str) -> bool:
    return source not in rule.except_sources and (not rule.sources or source in rule.sources)


def _matches(rule: Rule, step: str, tags: pa.Table) -> list[Decision]:
    if tags.num_rows == 0:
        return []
    rows = [row for row in tags.to_pylist() if row["start"] is None]
    found = []
    if rule.label_is:
        best: dict[str, tuple[float, str]] = {}
        for row in rows:
            pair = (row["score"], row["label"])
            best[row["doc_id"]] = max(best.get(row["doc_id"], pair), pair)
        for doc_id, (most, label) in best.items():
            if label not in rule.label_is:
                found.append(_dropped(doc_id, rule, step, most, None))
        return found
    for row in rows:
        if rule.label and row["label"] != rule.label:
            continue
        score = row["score"]
        above, below = rule.score_above, rule.score_below
        if (above is not None and score > above) or (below is not None and score < below):
            found.append(
                _dropped(row["doc_id"], rule, step, score, above if above is not None else below)
            )
    return found


def _drop_duplicates(
    table: pa.Table | None, decided: dict[str, Decision], stopped: Collection[str]
) -> None:
    if table is None:
        return
    clusters: dict[tuple[str, str], list[dict[str, object]]] = {}
    for row in table.to_pylist():
        survivor = str(row["matched_id"] or row["doc_id"])
        clusters.setdefault((str(row["cluster_id"]), survivor), []).append(row)
    near = [float(str(row["similarity"])) for rows in clusters.values() for row in rows]
    least = min(near, default=1.0)
    for members in clusters.values():
        # Rows stand best first: where a rule dropped the survivor, or an error stopped it, the next
        # best takes its place.
        gone = (decided, stopped)
        left = [m for m in members if not any(str(m["doc_id"]) in there for there in gone)]
        while left:
            left = _take(left, least, decided)


def _take(
    left: Sequence[dict[str, object]], least: float, decided: dict[str, Decision]
) -> list[dict[str, object]]:
    """Drop the copies of the first; those that may be none of it. least: similarity from which on
    two are copies.

    All are copies of the survivor that was found. Of two of them without it no more is known than
    that 1 less Jaccard is a distance: at 0.6 each they may have a fifth in common.
    """
    best, *rest = left
    others = []
    for member in rest:
        similarity, reason = float(str(member["similarity"])), str(member["reason"])
        if best["matched_id"] is not None:
            similarity = round(similarity + float(str(best["similarity"])) - 1, 4)
            reason = reason if best["reason"] == "exact_copy" else "near_copy"
        if similarity < least:
            others.append(member)
            continue
        doc_id = str(member["doc_id"])
        decided[doc_id] = Decision(
            unit_id=doc_id,
            outcome="dropped",
            rule=CLUSTERS,
            reason=reason,
            score=similarity,
            threshold=None,
            matched_id=str(best["doc_id"]),
        )
    return others


def _dropped(doc_id: str, rule: Rule, step: str, score: float, threshold: float | None) -> Decision:
    return Decision(
        unit_id=doc_id,
        outcome="dropped",
        rule=step,
        reason=rule.reason,
        score=round(score, 4),
        threshold=threshold,
        matched_id=None,
    )


def _unread(doc_id: str, reason: str) -> Decision:
    return Decision(
        unit_id=doc_id,
        outcome="dropped",
        rule=f"select@{Select.version}",
        reason=reason,
        score=None,
        threshold=None,
        matched_id=None,
    )


def _kept(doc_id: str) -> Decision:
    return Decision(
        unit_id=doc_id,
        outcome="kept",
        rule="",
        reason="",
        score=None,
        threshold=None,
        matched_id=None,
    )
