"""Dedup of a corpus: keys, folds, clusters with a survivor each, a guard against a wrong rule."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.corpus_settings import (
    CorpusSettings,
    LossGuard,
    dedup_rules,
    is_candidate_rule,
)
from pipelines.whole import OnProgress, all_kept, finish, tell_of, whole
from qhdata.artifact import Artifact
from qhdata.dedup.clusters import Merge, find_clusters
from qhdata.dedup.minhash import MinHash
from qhdata.errors import TooManyDropped
from qhdata.recipe import digest, plain
from qhdata.records import ClusterRow, to_batch
from qhdata.select import CLUSTERS, CLUSTERS_VERSION, Rule, Select, not_kept
from qhdata.step import Engine, step_id


def dedup(
    engine: Engine,
    settings: CorpusSettings,
    corpus: Artifact,
    tags: Mapping[str, tuple[str, str]],
    tell: OnProgress,
) -> None:
    """Every dedup rule of a recipe. tags: tagger's name -> (name@version, part), for the survivor
    rule. Raises TooManyDropped.
    """
    rules = dedup_rules(settings)
    for rule in rules:
        if hasattr(rule, "keys"):
            engine.on_progress = partial(tell_of, tell, rule.name)
            engine.group(rule, corpus)
    keyed = [rule for rule in rules if is_candidate_rule(rule)]
    if keyed:
        _clusters(engine, settings, keyed, corpus, tags)
        refuse_loss(corpus, settings.loss_guard)
    for rule in rules:
        if not hasattr(rule, "keys"):
            whole(corpus, rule, rule.run)


def late(settings: CorpusSettings, corpus: Artifact, rules: Sequence[Rule], tags: Any) -> None:
    """Rules that look only at documents that stay. rules, tags: as select will have them."""
    later = [rule for rule in dedup_rules(settings) if getattr(rule, "late", False)]
    if not later:
        return
    tables, _ = Select(rules=tuple(rules)).run(corpus, tags)
    dropped = not_kept(corpus, tables["decisions/select"])
    for rule in later:
        under = {"rules": [plain(r) for r in rules], "tags": {n: tags[n] for n in sorted(tags)}}
        whole(corpus, rule, partial(rule.run, dropped=dropped), under=under)


def _clusters(
    engine: Engine,
    settings: CorpusSettings,
    keyed: Sequence[Any],
    corpus: Artifact,
    tags: Mapping[str, tuple[str, str]],
) -> None:
    """Candidates of all keyed rules to clusters: verified, with a survivor each."""
    what = {"rules": [step_id(rule) for rule in keyed], "survivor": plain(settings.survivor)}
    name = f"{CLUSTERS}-{digest(what)}"
    if corpus.step(name):
        return
    began = time.monotonic()
    if corpus.committed(name):
        finish(corpus, name, "clusters", CLUSTERS_VERSION, "doc_id", began)
        return
    labels = engine.components(corpus, [f"edges/{step_id(rule)}" for rule in keyed])
    table = clusters_of(settings, keyed, corpus, labels, tags)
    corpus.commit(name, "all", {"clusters": table}, all_kept(corpus.part("documents").rows))
    finish(corpus, name, "clusters", CLUSTERS_VERSION, "doc_id", began)


def clusters_of(
    settings: CorpusSettings,
    keyed: Sequence[Any],
    corpus: Artifact,
    labels: pa.Table,
    tags: Mapping[str, tuple[str, str]],
) -> pa.Table:
    """Rows of `clusters` for components of candidates (row, cluster)."""
    near = next((rule for rule in keyed if isinstance(rule, MinHash)), None)
    merge = Merge(
        shingle=near.shingle if near else 5,
        threshold=near.threshold if near else 2.0,  # without a near rule only exact copies merge
        numbers_agree=near.numbers_agree if near else 1.0,
        most=near.most if near else MinHash().most,
    )
    quality = _scores(corpus, settings.survivor.quality.removeprefix("-"), tags)
    rows = list(find_clusters(corpus, labels, merge, settings.survivor, quality))
    return pa.Table.from_batches([to_batch(ClusterRow, rows)])


def _scores(corpus: Artifact, name: str, tags: Mapping[str, tuple[str, str]]) -> dict[str, float]:
    """doc_id -> score of the tag `tagger.label`; none where none is named."""
    if not name:
        return {}
    tagger, _, label = name.partition(".")
    found = {}
    for row in corpus.table(tags[tagger][1]).to_pylist():
        if row["label"] == label and row["start"] is None:
            found[row["doc_id"]] = row["score"]
    return found


def refuse_loss(corpus: Artifact, guard: LossGuard) -> None:
    """Raise TooManyDropped for the first source of which duplicates would cost too much."""
    copies = pa.array([], pa.large_string())
    if corpus.part("clusters").rows:
        rows = corpus.table("clusters", ["doc_id", "kept"])
        copies = rows.filter(~pc.field("kept")).column("doc_id").combine_chunks()
    total: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for _, batch in corpus.batches("documents", ["doc_id", "source", "n_chars"], max_rows=4096):
        batch = batch.filter(pc.field("n_chars") > 0)  # facts alone are nobody's copies
        total.update(batch.column("source").to_pylist())
        gone = pc.is_in(batch.column("doc_id"), value_set=copies)
        lost.update(batch.filter(gone).column("source").to_pylist())
    for source, rows in sorted(total.items()):
        if rows >= guard.least and lost[source] > guard.share * rows:
            raise TooManyDropped(
                what=f"duplicates would drop {lost[source]:,} of {rows:,} documents of source "
                f"{source}, {lost[source] / rows:.0%}; the recipe allows {guard.share:.0%}",
                where=str(corpus.path),
                mend="look at its part clusters; raise corpus.loss_guard.share to accept them",
            )
