"""Forms, years and splits that a corpus has, so that a wish for others is refused before any work.

Three short columns of the documents and two of the filings are read, never a text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from difflib import get_close_matches

from qhdata.artifact import Artifact
from qhdata.errors import UserError
from qhdata.export.rows import Choice, year_of
from qhdata.extract.items import section_keys

SPLITS = ("train", "dev", "test")
SAID = 8
"""Forms that an error names, the most frequent first."""


def refuse_unknown(choice: Choice) -> None:
    """Raise UserError for a split, a section or a span of years that no corpus could have."""
    for name in choice.splits or ("",):
        if name not in SPLITS:
            raise UserError(
                what=f"no split {name!r}", where="--splits", mend=f"known: {', '.join(SPLITS)}"
            )
    known = section_keys()
    short = {key.rpartition(".")[2] for key in known}
    for name in choice.sections:
        if name not in short and name not in known:
            like = get_close_matches(name.lower(), sorted(short | set(known)), 3, cutoff=0.5)
            raise UserError(
                what=f"no section {name!r}",
                where="--sections",
                mend=f"such as {', '.join(like or ('item7', 'part2.item7', 'item5.02'))}; "
                "schemas/section_keys.json has all",
            )
    if choice.years and choice.years[0] > choice.years[1]:
        first, last = choice.years
        raise UserError(
            what=f"{first} comes after {last}", where="--years", mend=f"write {last}-{first}"
        )


def refuse_absent(corpus: Artifact, choice: Choice, asked_by: str) -> list[str]:
    """Forms that were asked for and that no document has, others being there. Raises UserError
    where no document has any of the forms, or any of the years. asked_by: what named the forms.
    """
    if not corpus.part("documents").rows:
        raise UserError(
            what="holds no document", where=str(corpus.path), mend="see its report.html"
        )
    documents = corpus.table("documents", ["doc_type", "filing_id", "public_at"])
    forms = Counter(documents["doc_type"].to_pylist())
    absent = [form for form in choice.forms if form not in forms]
    if absent and len(absent) == len(choice.forms):
        raise UserError(
            what=f"no document is a {' or '.join(absent)}",
            where=asked_by,
            mend=f"the corpus has {_forms(forms, absent)}",
        )
    if choice.years:
        filed = _filed(corpus)
        found = {
            year_of(filed.get(filing_id, {}), public)
            for filing_id, public in zip(
                documents["filing_id"].to_pylist(), documents["public_at"].to_pylist(), strict=True
            )
        }
        years = sorted(year for year in found if year is not None)
        if not any(choice.years[0] <= year <= choice.years[1] for year in years):
            asked = "-".join(str(year) for year in dict.fromkeys(choice.years))
            has = f"the corpus has {_years(years)}" if years else "no document says its year"
            raise UserError(what=f"no document is of {asked}", where="--years", mend=has)
    return absent


def _filed(corpus: Artifact) -> dict[str, dict[str, object]]:
    if not corpus.part("filings").rows:
        return {}
    rows = corpus.table("filings", ["filing_id", "fiscal_year", "filed_at"]).to_pylist()
    return {row["filing_id"]: row for row in rows}


def _forms(forms: Counter[str], absent: Collection[str]) -> str:
    """The forms most like what was asked for, then the most frequent ones, with their counts."""
    asked = {form.upper() for form in absent}
    names = [name for name, _ in forms.most_common() if name]
    names.sort(key=lambda name: name.upper() not in asked)
    said = [f"{name} {forms[name]:,}" for name in names[:SAID]]
    if len(names) > SAID:
        said.append(f"{len(names) - SAID:,} more forms")
    if forms[""]:
        said.append(f"{forms['']:,} documents without a form")
    return ", ".join(said)


def _years(years: Sequence[int]) -> str:
    """`1994, 2010-2012`: years in runs."""
    runs: list[list[int]] = []
    for year in years:
        if runs and year <= runs[-1][1] + 1:
            runs[-1][1] = year
        else:
            runs.append([year, year])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)
