"""Corpora and synth sets to one shard set: read, tokenise, count what became of every row."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from qhdata.artifact import Artifact
from qhdata.chat import Renderer, Tokenizer, renderer
from qhdata.errors import QhdataError, RowError, UserError
from qhdata.moments import as_moment
from qhdata.recipe import Settings, plain
from qhdata.records import (
    Decision,
    Pair,
    Quarantined,
    Task,
    concat,
    from_batch,
    to_batch,
)
from qhdata.shards.inputs import RECORDS, open_input, parts_of, texts_of
from qhdata.shards.pieces import Kind, Piece
from qhdata.shards.tokenize import Dropped, Slicer, batched, conversation, pair, prompt
from qhdata.shards.writing import STEP, Spool, Target, write_dataset
from qhdata.step import Counts
from qhdata.text_style import TextStyle

VERSION = 1
_UNITS: dict[Kind, str] = {
    "cpt": "document",
    "sft": "example",
    "preference": "pair",
    "prompts": "task",
}
Progress = Callable[[int, int, str], None]
ToolsOf = Callable[[Task], str]
"""A task's tools as JSON; the rooms above know them."""


@dataclass(frozen=True, kw_only=True)
class ShardSettings(Settings):
    """What decides the tokens and their order."""

    context: int = 2048
    """Longest piece in tokens: documents are sliced to it, longer conversations are dropped."""
    splits: tuple[str, ...] = ("train",)
    """Rows of other splits are dropped, and counted as such."""
    family: str = ""
    """Chat family; empty: the one that the tokenizer's folder names."""
    chat: dict[str, str | int] = field(default_factory=dict)
    """Settings of the chat family, such as `history: strip`."""
    families: tuple[str, ...] = ()
    """Only tasks and examples of these families; empty: all."""
    as_of: str = ""
    """Only rows that anyone could read by this moment (UTC, `2024-01-31` or with a time); rows of
    unknown date are then dropped. Empty: all.
    """
    seed: int = 0
    """Of the order in which groups are written."""

    @property
    def until(self) -> str:
        """`as_of` as records write moments. Raises UserError for what is no moment."""
        return as_moment(self.as_of, "shards.as_of") if self.as_of else ""

    style: TextStyle = TextStyle()
    """How documents are written: their tables, a first line that says whose they are. Characters
    that a trace gives are then those of the styled text.
    """
    tokens_per_file: int = 1 << 28
    """A file is closed at the first group's end behind this."""
    decisions: str = "select"
    """Which decision of a corpus says what is kept."""


class _Dated(Protocol):
    """What decides whether a row is wanted."""

    @property
    def split(self) -> str: ...

    @property
    def public_at(self) -> str | None: ...


@dataclass(slots=True)
class _Tally:
    """What became of every row."""

    decisions: list[Decision] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    pieces: int = 0

    def decide(self, unit: str, found: list[Piece] | Dropped) -> list[Piece]:
        """Write a row's fate down; its pieces, or none."""
        why = found if isinstance(found, Dropped) else None
        self.decisions.append(
            Decision(
                unit_id=unit,
                outcome="kept" if why is None else "dropped",
                rule=f"{STEP}@{VERSION}",
                reason="" if why is None else why.reason,
                score=None if why is None else why.score,
                threshold=None if why is None else why.threshold,
                matched_id=None,
            )
        )
        return found if isinstance(found, list) else []

    def fail(self, unit: str, error: QhdataError) -> None:
        """A row that an error stopped."""
        name = error.error if isinstance(error, RowError) else "bad_row"
        self.quarantined.append(
            Quarantined(
                unit_id=unit,
                step=f"{STEP}@{VERSION}",
                error=name,
                message=str(error),
                retryable=False,
            )
        )

    def counts(self) -> Counts:
        """Kept, dropped and quarantined add up, or LostRows."""
        dropped = sum(d.outcome == "dropped" for d in self.decisions)
        kept = len(self.decisions) - dropped
        return Counts(
            len(self.decisions) + len(self.quarantined), kept, dropped, len(self.quarantined)
        )


def build_shards(
    kind: Kind,
    inputs: Sequence[Path],
    out: Path,
    tokenizer: Path | Tokenizer,
    settings: ShardSettings | None = None,
    *,
    tools_of: ToolsOf | None = None,
    progress: Progress | None = None,
) -> Artifact:
    """Shards of a kind from corpora and synth sets; a finished folder is opened as it is.

    cpt reads a corpus's kept documents and a synth set's `documents`; sft, preference and prompts
    read `examples`, `pairs` and `tasks`. Raises UserError for inputs without such rows, and where
    not one piece came out (with the reasons).
    """
    chosen = settings or ShardSettings()
    _ = chosen.until  # a wrong moment is said before any work
    tokens = tokenizer if isinstance(tokenizer, Tokenizer) else Tokenizer.load(tokenizer)
    chat = None if kind == "cpt" else renderer(tokens, chosen.family or None, chosen.chat)
    opened = [open_input(kind, Path(path), chosen.decisions) for path in inputs]
    if not opened:
        raise UserError(what="no input", where="shard build", mend="give a corpus or a synth set")
    digests = {
        f"{n}:{part}": artifact.digest(part)
        for n, artifact in enumerate(opened)
        for part in parts_of(kind, artifact, chosen.decisions, chosen.style)
    }
    decisive = {
        "kind": kind,
        "tokenizer": tokens.digest,
        "template": chat.digest if chat else "",
        **plain(chosen),
    }
    began = time.monotonic()
    with Artifact.create(out, "shards", settings=decisive, inputs=digests) as artifact:
        if artifact.step(STEP) is not None:
            return artifact
        target = Target(
            kind=kind,
            tokenizer=tokens.digest,
            vocabulary=tokens.size,
            family=chat.family if chat else "",
            template=chat.digest if chat else "",
            context=chosen.context,
            eos_id=tokens.eos,
            eos=kind != "prompts" and (kind != "cpt" or tokens.eos is not None),
            seed=chosen.seed,
            tokens_per_file=chosen.tokens_per_file,
        )
        tally = _Tally()
        spool = Spool(artifact.path, kind)
        rows = _plain_rows if chat is None else _chat_rows
        for piece in rows(kind, opened, tokens, chat, chosen, tools_of, tally, progress):
            tally.pieces += 1
            spool.add(piece, chosen.seed, ordered=False)
        if not tally.pieces:
            spool.discard()
            raise UserError(
                what=f"not one piece came out: {_reasons(tally)}",
                where=str(out),
                mend="ask for other splits or families, a larger context, or a later as_of",
            )
        write_dataset(artifact, spool.lay_out(artifact, target))
        _finish(artifact, kind, tally, time.monotonic() - began)
    return artifact


def _finish(artifact: Artifact, kind: Kind, tally: _Tally, seconds: float) -> None:
    artifact.finish(f"{STEP}-files", name="files", version=VERSION, unit="piece", seconds=0.0)
    counts = tally.counts()
    decided = sorted(tally.decisions, key=lambda d: d.unit_id)
    parts: dict[str, Any] = {f"decisions/{STEP}": concat(Decision, [to_batch(Decision, decided)])}
    if tally.quarantined:
        stopped = sorted(tally.quarantined, key=lambda q: q.unit_id)
        parts["quarantine"] = concat(Quarantined, [to_batch(Quarantined, stopped)])
    artifact.commit(
        STEP,
        "all",
        parts,
        {
            "rows_in": counts.rows_in,
            "rows_kept": counts.rows_kept,
            "rows_dropped": counts.rows_dropped,
            "rows_quarantined": counts.rows_quarantined,
        },
    )
    artifact.finish(
        STEP,
        name=STEP,
        version=VERSION,
        unit=_UNITS[kind],
        seconds=seconds,
        notes={"dropped": reasons(tally.decisions), "pieces": tally.pieces},
    )


def reasons(decisions: Sequence[Decision]) -> dict[str, int]:
    """Dropped rows by reason, most first."""
    found: dict[str, int] = {}
    for row in decisions:
        if row.outcome == "dropped":
            found[row.reason] = found.get(row.reason, 0) + 1
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _reasons(tally: _Tally) -> str:
    found = {**reasons(tally.decisions)}
    if tally.quarantined:
        found["quarantined"] = len(tally.quarantined)
    return ", ".join(f"{reason} {n}" for reason, n in found.items()) or "no rows"


# ---------------------------------------------------------------- rows to pieces


def _plain_rows(
    kind: Kind,
    inputs: Sequence[Artifact],
    tokenizer: Tokenizer,
    _chat: Renderer | None,
    settings: ShardSettings,
    _tools: ToolsOf | None,
    tally: _Tally,
    progress: Progress | None,
) -> Iterator[Piece]:
    total = sum(artifact.part("documents").rows for artifact in inputs)
    slicer = Slicer(tokenizer, settings.context)
    for artifact in inputs:
        for batch in batched(texts_of(artifact, settings.decisions, settings.style)):
            wanted = []
            for doc in batch:
                wrong = _unwanted(doc.doc_id, doc, "", settings, tally)
                if wrong is None:
                    wanted.append(doc)
                else:
                    tally.decide(doc.doc_id, wrong)
            every = tokenizer.encode_batch([doc.text for doc in wanted])
            for doc, ids in zip(wanted, every, strict=True):
                yield from tally.decide(doc.doc_id, slicer.pieces(doc, ids))
            if progress is not None:
                progress(len(tally.decisions), max(total, len(tally.decisions)), "documents")


def _chat_rows(
    kind: Kind,
    inputs: Sequence[Artifact],
    tokenizer: Tokenizer,
    chat: Renderer | None,
    settings: ShardSettings,
    tools_of: ToolsOf | None,
    tally: _Tally,
    progress: Progress | None,
) -> Iterator[Piece]:
    if chat is None:
        return
    part, record, key = RECORDS[kind]
    total = sum(artifact.part(part).rows for artifact in inputs)
    lengths = tokenizer.byte_lengths
    for artifact in inputs:
        for _, batch in artifact.batches(part, max_rows=256):
            for row in from_batch(record, batch):
                unit = getattr(row, key)
                family = getattr(row, "family", "")
                wrong = _unwanted(unit, row, family, settings, tally)
                try:
                    found: list[Piece] | Dropped
                    if wrong is not None:
                        found = wrong
                    elif isinstance(row, Task):
                        tools = tools_of(row) if tools_of else "[]"
                        found = prompt(row, tools, chat, settings.context, lengths)
                    elif isinstance(row, Pair):
                        found = pair(row, chat, settings.context, lengths)
                    else:
                        found = conversation(row, chat, settings.context, lengths)
                except QhdataError as error:
                    tally.fail(unit, error)
                    continue
                yield from tally.decide(unit, found)
            if progress is not None:
                progress(len(tally.decisions), total, f"{_UNITS[kind]}s")


def _unwanted(
    unit: str, row: _Dated, family: str, settings: ShardSettings, tally: _Tally
) -> Dropped | None:
    if unit in tally.seen:
        return Dropped("same_id")
    tally.seen.add(unit)
    if row.split not in settings.splits:
        return Dropped(f"split_{row.split}")
    if settings.families and family and family not in settings.families:
        return Dropped("other_family")
    if settings.as_of:
        if row.public_at is None:
            return Dropped("public_at_unknown")
        if row.public_at > settings.until:  # ISO text in UTC sorts as time
            return Dropped("not_public_yet")
    return None
