"""Text + edits -> the text that is trained on, and where its spans went.

Extraction's text is never edited in place: clean-up, boilerplate cuts and redaction are Edit rows
that are applied here, so each can be explained and undone. `kept_texts` is how everybody downstream
reads documents.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from qhdata.artifact import Artifact
from qhdata.errors import UserError
from qhdata.records import Edit, from_batch

COLUMNS = (
    "doc_id", "filing_id", "source", "source_path", "doc_type", "lang", "title", "text",
    "text_sha256", "extractor", "public_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rendered:
    """A rendered text, and the way from spans of the unedited one."""

    text: str
    applied: tuple[Edit, ...]
    """In order, none overlapping."""
    _starts: tuple[int, ...]
    _shifts: tuple[int, ...]
    """What is added to a position behind edit i - 1 and before edit i."""

    def carry(self, start: int, end: int) -> tuple[int, int] | None:
        """A span of the unedited text as a span of this one; None where nothing of it is left.

        An end that stands inside an edit moves to the edit's near side, so a carried span holds a
        replacement only when it held all that was replaced.
        """
        low = self._move(start, forward=True)
        high = self._move(end, forward=False)
        return (low, high) if low < high else None

    def _move(self, at: int, *, forward: bool) -> int:
        before = bisect_right(self._starts, at) - 1
        if before < 0:
            return at
        edit = self.applied[before]
        if at == edit.start and (edit.start < edit.end or not forward):
            return at + self._shifts[before]
        if at < edit.end:
            inside = edit.start + self._shifts[before]
            return inside + len(edit.replacement) if forward else inside
        return at + self._shifts[before + 1]


def render(text: str, edits: Iterable[Edit]) -> Rendered:
    """Apply edits: in order of start, longest first; one that overlaps an applied one is left out.

    Raises ValueError for an edit outside of the text: it belongs to another text.
    """
    ordered = sorted(edits, key=lambda e: (e.start, -e.end, e.step, e.replacement))
    applied: list[Edit] = []
    pieces: list[str] = []
    shifts = [0]
    done = 0
    for edit in ordered:
        if not 0 <= edit.start <= edit.end <= len(text):
            raise ValueError(f"edit [{edit.start}, {edit.end}) of {len(text)} characters")
        if edit.start < done or (applied and edit.start == applied[-1].start):
            continue
        pieces += [text[done : edit.start], edit.replacement]
        shifts.append(shifts[-1] + len(edit.replacement) - (edit.end - edit.start))
        applied.append(edit)
        done = edit.end
    pieces.append(text[done:])
    return Rendered("".join(pieces), tuple(applied), tuple(e.start for e in applied), tuple(shifts))


def inside(edits: Iterable[Edit], start: int, end: int) -> list[Edit]:
    """The edits that lie whole in [start, end), as edits of that piece of the text; one to nothing
    that crosses a border takes what of it is inside (a paragraph goes with its blank line).
    """
    found = []
    for edit in edits:
        low, high = max(start, edit.start), min(end, edit.end)
        whole = (low, high) == (edit.start, edit.end)
        if whole or (low < high and not edit.replacement):
            found.append(replace(edit, start=low - start, end=high - start))
    return found


def read_edits(corpus: Artifact) -> dict[str, list[Edit]]:
    """All edits by document."""
    found: dict[str, list[Edit]] = {}
    if corpus.part("edits").rows:
        for edit in from_batch(Edit, corpus.table("edits")):
            found.setdefault(edit.doc_id, []).append(edit)
    return found


def tables_of(corpus: Artifact, chunk: str, wanted: set[str]) -> dict[str, list[dict[str, Any]]]:
    """Tables of some documents of one chunk; cells are many, so no more is held at a time."""
    found: dict[str, list[dict[str, Any]]] = {}
    for file in corpus.part("tables").files:
        if file.chunk != chunk:
            continue
        for batch in corpus.file_batches(file):
            for row in batch.to_pylist():
                if row["doc_id"] in wanted:
                    found.setdefault(row["doc_id"], []).append(row)
    return found


def kept_ids(corpus: Artifact, decisions: str = "select") -> set[str]:
    """doc_ids that a decision keeps. Raises UserError where there is no such decision."""
    part = f"decisions/{decisions}"
    if part not in corpus.manifest["parts"]:
        known = [p.split("/", 1)[1] for p in corpus.manifest["parts"] if p.startswith("decisions/")]
        raise UserError(
            what=f"has no decisions named {decisions!r}",
            where=str(corpus.path),
            mend=f"known: {', '.join(known) or 'none; build it to the end'}",
        )
    table = corpus.table(part, ["unit_id", "outcome"])
    pairs = zip(table["unit_id"].to_pylist(), table["outcome"].to_pylist(), strict=True)
    return {unit for unit, outcome in pairs if outcome == "kept"}


def kept_texts(
    corpus: Artifact,
    decisions: str = "select",
    *,
    columns: Sequence[str] = COLUMNS,
    raw: bool = False,
) -> Iterator[tuple[dict[str, Any], str]]:
    """Kept documents in the corpus' order: (row without text, rendered text).

    raw: the unedited text instead, for whoever works with spans.
    """
    kept = kept_ids(corpus, decisions)
    edits = {} if raw else read_edits(corpus)
    wanted = [*columns, *(c for c in ("doc_id", "text") if c not in columns)]
    for _, batch in corpus.batches("documents", wanted, max_rows=32):
        for row in batch.to_pylist():
            if row["doc_id"] in kept:
                text = row.pop("text")
                own = edits.get(row["doc_id"])
                yield row, render(text, own).text if own else text
