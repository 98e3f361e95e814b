"""What a decision of its own has beside its rows: edits, and at a moment all that depends on it.

A cut paragraph is one that another kept document has first; other documents, other edits. A
decision as of a moment also chooses survivors among what was public then, from the keys that the
corpus has, and places filers in splits and amendments at what they amend as a build would.
Texts, tags and keys are used as they are: each belongs to one document.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.corpus_settings import CorpusSettings, dedup_rules, is_candidate_rule
from pipelines.deduped import clusters_of
from qhdata.artifact import Artifact
from qhdata.dedup.amendments import Amendments
from qhdata.dedup.clusters import read_docs
from qhdata.engines.components import components
from qhdata.engines.keyed import edges_among
from qhdata.moments import left_out
from qhdata.records import ClusterRow, arrow_schema
from qhdata.select import Select, not_kept
from qhdata.step import step_id

Tables = dict[str, pa.Table]


def decided(
    corpus: Artifact,
    built: CorpusSettings,
    select: Select,
    tags: Mapping[str, tuple[str, str]],
) -> tuple[Tables, int]:
    """Rows of `decisions/<into>` and of the parts of its own; how many documents were looked at.

    built: the settings that the corpus was built by: their dedup rules and splits hold.
    """
    into = select.into
    rules = [r for r in dedup_rules(built) if not hasattr(r, "keys") or _has_keys(corpus, r)]
    own: Tables = {}
    if select.as_of:
        own = _of_moment(corpus, built, rules, select, tags)
    tables, rows = select.run(corpus, tags, own.get("clusters"))
    made = dict(tables)
    edits = _edits(corpus, rules, not_kept(corpus, tables[f"decisions/{into}"]))
    if edits is not None:
        own["edits"] = edits
    made |= {f"{part}/{into}": table for part, table in own.items()}
    return made, rows


def _of_moment(
    corpus: Artifact,
    built: CorpusSettings,
    rules: Sequence[Any],
    select: Select,
    tags: Mapping[str, tuple[str, str]],
) -> Tables:
    """Parts as a build of the moment would have them."""
    docs = {
        row: doc
        for row, doc in read_docs(corpus, {}).items()
        if not left_out(doc.public_at or None, select.as_of, doc.source, select.keep_undated)
    }
    only = {doc.doc_id for doc in docs.values()}
    found: Tables = {}
    keyed = [rule for rule in rules if is_candidate_rule(rule)]
    if keyed:
        rows = np.array(sorted(docs), dtype=np.uint64)
        edges = [edges_among(r, corpus, f"keys/{step_id(r)}", rows) for r in keyed]
        labels = components(pa.concat_tables(edges))
        found["clusters"] = clusters_of(built, keyed, corpus, labels, tags)
    elif corpus.part("clusters").rows:
        found["clusters"] = arrow_schema(ClusterRow).empty_table()
    if corpus.part("filings").rows:
        table = corpus.table("documents", ["doc_id", "filing_id"])
        there = table.filter(pc.is_in(table["doc_id"], pa.array(sorted(only), pa.string())))
        filings = corpus.table("filings")
        wanted = pa.array(sorted(set(there["filing_id"].to_pylist())), pa.string())
        found["filings"] = filings.filter(pc.is_in(filings["filing_id"], wanted))
    if corpus.part("doc_splits").rows:
        found |= built.splits.run(corpus, only)[0]
    for rule in rules:
        if isinstance(rule, Amendments):
            found |= rule.run(corpus, only)[0]
    return found


def _has_keys(corpus: Artifact, rule: Any) -> bool:
    return bool(corpus.part(f"keys/{step_id(rule)}").files)


def _edits(corpus: Artifact, rules: Sequence[Any], dropped: frozenset[str]) -> pa.Table | None:
    """Edits that hold without these documents; None where they are those of the corpus."""
    late = [rule for rule in rules if getattr(rule, "late", False)]
    if not late or not corpus.part("edits").files:
        return None
    edits = corpus.table("edits")
    for rule in late:
        name = f"{rule.name}@{rule.version}"
        edits = edits.filter(pc.not_equal(edits["step"], name))
        made = rule.run(corpus, dropped=dropped)[0]
        if "edits" in made:
            edits = pa.concat_tables([edits, made["edits"].cast(edits.schema)])
    return edits.filter(
        pc.invert(pc.is_in(edits["doc_id"], pa.array(sorted(dropped), edits["doc_id"].type)))
    )
