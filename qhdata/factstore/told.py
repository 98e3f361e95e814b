"""Which documents' facts count where several tell of one filing.

A filing's numbers may come in its inline document, in its XBRL instance and in companyfacts, each
with less than the one before. The best that is there counts and the others are left out, or every
value would look as if it had been reported twice. Two documents tell of one filing when their
accessions are the same or, where one of them has none, when filer and form agree and the period's
end or the day of filing does too.

companyfacts do not say a filing's period, and a loose page does not say its day of filing. So the
period is taken from the numbers: the latest end that a tenth of a filing's values over time share.
It is the period of each of the 21 filings of the two real files; a few values end later or earlier.

A document whose day is known is never left out for one whose day is not: at a moment in time the
other cannot be seen, and the number would be lost.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from qhdata.artifact import Artifact
from qhdata.records import Filing
from qhdata.select import NO_TEXT

COMPANYFACTS = "companyfacts"
SHARE = 0.1
"""Of a filing's values over time that end with its period; comparatives have up to a half each."""


def facts_alone(corpus: Artifact) -> frozenset[str]:
    """Documents that select dropped for want of a text only: their facts still count."""
    if "decisions/select" not in corpus.parts:
        return frozenset()
    table = corpus.table("decisions/select", ["unit_id", "reason"])
    pairs = zip(table["unit_id"].to_pylist(), table["reason"].to_pylist(), strict=True)
    return frozenset(unit for unit, reason in pairs if reason == NO_TEXT)


def told_better(
    corpus: Artifact, used: frozenset[str] | None, filings: Mapping[str, Filing]
) -> frozenset[str]:
    """Documents whose facts another document of the same filing tells better.

    used: the documents that count; None for all.
    """
    if not corpus.part("facts").rows:
        return frozenset()
    with_facts = set(corpus.table("facts", ["doc_id"])["doc_id"].unique().to_pylist())
    columns = ["doc_id", "filing_id", "doc_type", "n_chars"]
    rows = [
        (row["doc_id"], 0 if row["n_chars"] else 2 if row["doc_type"] == COMPANYFACTS else 1, own)
        for row in corpus.table("documents", columns).to_pylist()
        if row["doc_id"] in with_facts and (used is None or row["doc_id"] in used)
        if (own := filings.get(row["filing_id"])) is not None
    ]
    unsaid = {doc for doc, rank, own in rows if rank == 2 and not own.period_end}
    loose = any(not own.accession for _, _, own in rows)
    periods = _periods(corpus, unsaid) if loose and unsaid else {}
    found = [
        (doc, rank, bool(own.public_at), list(_names(own, periods.get(doc))))
        for doc, rank, own in rows
    ]
    best: dict[tuple[str, ...], int] = {}
    dated: dict[tuple[str, ...], int] = {}
    for _, rank, known, names in found:
        for name in names:
            best[name] = min(rank, best.get(name, rank))
            if known:
                dated[name] = min(rank, dated.get(name, rank))
    return frozenset(
        doc for doc, rank, known, names in found if _least(dated if known else best, names) < rank
    )


def _least(best: Mapping[tuple[str, ...], int], names: Iterable[tuple[str, ...]]) -> int:
    """The best rank under any name that may stand for the same filing.

    A filing with an accession is met by others' accession, and by others without one under the
    names that carry none.
    """
    asked = []
    for name in names:
        kind, *rest = name
        if kind == "accession":
            asked.append(name)
        elif kind == "numbered":
            asked.append(("loose", *rest))
        else:
            asked += [name, ("numbered", *rest)]
    return min((best[name] for name in asked if name in best), default=9)


def _periods(corpus: Artifact, documents: Collection[str]) -> dict[str, str]:
    """The period's end of documents, by their own values; those without values over time are left
    out.
    """
    facts = corpus.table("facts", ["doc_id", "period_start", "period_end"])
    wanted = pc.is_in(facts["doc_id"], pa.array(sorted(documents), facts["doc_id"].type))
    facts = facts.filter(pc.and_(wanted, pc.is_valid(facts["period_start"])))
    counts: dict[str, dict[str, int]] = {}
    grouped = facts.group_by(["doc_id", "period_end"]).aggregate([([], "count_all")])
    for row in grouped.to_pylist():
        counts.setdefault(row["doc_id"], {})[row["period_end"]] = row["count_all"]
    found = {}
    for doc, own in counts.items():
        least = min(SHARE * sum(own.values()), max(own.values()))
        found[doc] = max(end for end, n in own.items() if n >= least)
    return found


def _names(filing: Filing, period: str | None) -> Iterator[tuple[str, ...]]:
    kind = "numbered" if filing.accession else "loose"
    if filing.accession:
        yield "accession", filing.accession
    filers = sorted(f.filer_id for f in filing.filers)
    if not filers or not filing.form:
        return
    for day, text in (("period", filing.period_end or period), ("filed", filing.filed_at)):
        if text:
            yield kind, filers[0], filing.form, day, text
