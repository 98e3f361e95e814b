"""Which documents' facts count where several tell of one filing.

A filing's numbers may come in its inline document, in its XBRL instance and in companyfacts, each
with less than the one before. The best that is there counts and the others are left out, or every
value would look as if it had been reported twice. Two documents tell of one filing when their
accessions are the same or, where one of them has none, when filer and form agree and the period's
end or the day of filing does too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from qhdata.artifact import Artifact
from qhdata.records import Filing
from qhdata.select import NO_TEXT

COMPANYFACTS = "companyfacts"


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
    found: list[tuple[str, int, list[tuple[str, ...]]]] = []
    for row in corpus.table("documents", columns).to_pylist():
        if row["doc_id"] not in with_facts or (used is not None and row["doc_id"] not in used):
            continue
        filing = filings.get(row["filing_id"])
        rank = 0 if row["n_chars"] else 2 if row["doc_type"] == COMPANYFACTS else 1
        if filing is not None:
            found.append((row["doc_id"], rank, list(_names(filing))))
    best: dict[tuple[str, ...], int] = {}
    for _, rank, names in found:
        for name in names:
            best[name] = min(rank, best.get(name, rank))
    return frozenset(doc for doc, rank, names in found if _least(best, names) < rank)


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


def _names(filing: Filing) -> Iterator[tuple[str, ...]]:
    kind = "numbered" if filing.accession else "loose"
    if filing.accession:
        yield "accession", filing.accession
    filers = sorted(f.filer_id for f in filing.filers)
    if not filers or not filing.form:
        return
    for day, text in (("period", filing.period_end), ("filed", filing.filed_at)):
        if text:
            yield kind, filers[0], filing.form, day, text
