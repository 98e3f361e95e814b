"""A build as of a moment: files that were not public by then are never planned.

A file's dates are those of its headers, as readers give them; a file that cannot be read has the
date that its name, path or sidecar says. Nothing of a file that is left out stands in the corpus:
no name, no checksum, no part of a digest. What is left out is counted by reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from pipelines.corpus_settings import CorpusSettings, extract_step, name_of
from qhdata import readers
from qhdata.artifact import Artifact
from qhdata.errors import RowError, UserError
from qhdata.extract.public import public_at
from qhdata.extract.written import LATE
from qhdata.moments import NOT_YET, UNKNOWN, left_out
from qhdata.readers.seen import Seen
from qhdata.readers.sidecar import (
    PathPattern,
    described,
    header_of,
    read_metadata,
    unread_columns,
)
from qhdata.records import Header, SourceFile

TRAINED = ("finance", "topic")
"""Taggers with a classifier that has read texts."""


@dataclass(slots=True)
class PublicBy:
    """Whether a file holds anything that was public by a moment; counts those that do not."""

    as_of: str
    keep_undated: Collection[str]
    readers: Sequence[str]
    left: Counter[str] = field(default_factory=Counter)
    """Files by the reason that they are left out for."""

    def __call__(self, file: SourceFile) -> bool:
        """Whether the file is planned."""
        reasons = {
            left_out(moment, self.as_of, file.source, self.keep_undated)
            for moment in {public_at(header)[0] for header in self._headers(file)}
        }
        if "" in reasons:
            return True
        self.left[NOT_YET if NOT_YET in reasons else UNKNOWN] += 1
        return False

    def _headers(self, file: SourceFile) -> Sequence[Header]:
        try:
            documents = readers.read_file(file, self.readers).documents
        except RowError:
            return [header_of(file)]
        found: Sequence[Header] | None = getattr(documents, "headers", None)
        return found if found is not None else [raw.header for raw in documents]


def planned(
    settings: CorpusSettings, sources: Sequence[Path] | Mapping[str, Path], seen: Seen | None = None
) -> tuple[list[SourceFile], list[str], Counter[str]]:
    """Files that a build reads, lines for the user, and how many files are left out by reason.

    Raises UserError where nothing was public by then.
    """
    metadata = read_metadata(Path(settings.metadata)) if settings.metadata else {}
    pattern = PathPattern(settings.path_pattern) if settings.path_pattern else None
    public = None
    if settings.as_of:
        public = PublicBy(settings.as_of, settings.keep_undated, settings.read)
    files = list(
        readers.plan(
            sources, settings.read, metadata=metadata, pattern=pattern, seen=seen, wanted=public
        )
    )
    left = public.left if public else Counter[str]()
    if not files:
        raise UserError(
            what=f"nothing was public by {settings.as_of}: {told_left(left)}",
            where="--as-of",
            mend="give a later moment, dates by --metadata, or corpus.keep_undated",
        )
    lines = []
    if metadata or pattern:
        unread = unread_columns(Path(settings.metadata)) if settings.metadata else []
        where = settings.metadata or settings.path_pattern
        lines.append(described(files, metadata, where, unread))
    if settings.as_of:
        lines.append(
            f"as of {settings.as_of}: {len(files):,} files; left out: {told_left(left) or 'none'}"
        )
    return files, lines, left


def told_left(left: Mapping[str, int]) -> str:
    """Counts of what is left out, in words."""
    return ", ".join(f"{why} {n:,}" for why, n in sorted(left.items()))


def refuse_without_moment(settings: CorpusSettings) -> None:
    """Raise UserError for an extraction that knows no moment, and for a classifier that has read
    what was not public then, or does not say.
    """
    if not settings.as_of:
        return
    step: Any = extract_step(settings)
    if not any(f.name == "as_of" for f in fields(step)):
        raise UserError(
            what=f"step {step.name} of this recipe knows no moment",
            where="corpus.extract",
            mend="use `filings`, or give the step the settings as_of and keep_undated",
        )
    for folder in _given_assets(settings):
        refuse_later_asset(Path(folder), settings.as_of, settings.keep_undated)


def _given_assets(settings: CorpusSettings) -> Iterator[str]:
    """Folders of classifiers that a recipe names."""
    for entry in settings.tag:
        name = name_of(entry)
        if name == "finance" and settings.finance.asset:
            yield settings.finance.asset
        elif name == "topic" and isinstance(entry, dict):
            yield entry["topic"]["asset"]


def refuse_later_asset(folder: Path, as_of: str, keep_undated: Collection[str]) -> None:
    """Raise UserError where a classifier was trained on what was not public then."""
    why = asset_is_later(folder, as_of, keep_undated)
    if why:
        raise UserError(
            what=f"{why}, and the corpus stands at {as_of}",
            where=str(folder),
            mend="leave it out, or give one that a build --as-of trained",
        )


def asset_is_later(folder: Path, as_of: str, keep_undated: Collection[str]) -> str:
    """What a classifier has read that was not public then, in words; empty where nothing."""
    notes = Artifact.open(folder, "asset").manifest.get("notes", {})
    if "public_at" not in notes:
        return "does not say when its texts were public"
    if notes["public_at"] and notes["public_at"] > as_of:
        return f"has read texts of {notes['public_at']}"
    if notes["undated"] and not keep_undated:
        return f"has read {notes['undated']:,} texts without a date"
    return ""


def note_left_out(corpus: Artifact, as_of: str, left: Mapping[str, int]) -> None:
    """Keep in the manifest how much was left out: of files that were planned, too."""
    if not as_of:
        return
    late: Counter[str] = Counter(left)
    for row in corpus.table(LATE).to_pylist() if corpus.part(LATE).rows else ():
        whole = "#" not in row["unit_id"]
        late[row["reason"] if whole else f"documents_{row['reason']}"] += (
            1 if whole else int(row["score"])
        )
    corpus.note(as_of=as_of, left_out=dict(sorted(late.items())))
