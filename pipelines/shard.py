"""`qhdata shard`: documents, examples, pairs or tasks to token shards; look into them; verify."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from pipelines.options import Decision, Out, Plan
from pipelines.progress import Progress, size
from qhdata.artifact import Artifact
from qhdata.chat import Tokenizer, renderer
from qhdata.errors import Fault, UserError
from qhdata.records import Task
from qhdata.shards import build as building
from qhdata.shards.build import ShardSettings
from qhdata.shards.inputs import RECORDS
from qhdata.shards.layout import ShardSet
from qhdata.stores import size_of
from qhdata.text_style import TableStyle, TextStyle

KindName = Literal["cpt", "sft", "preference", "prompts"]
Inputs = Annotated[Path, Parameter(help="Corpora and synth sets.")]
TokenizerPath = Annotated[
    Path, Parameter(name="--tokenizer", help="A tokenizer.json, or a folder with one.")
]
Kind = Annotated[KindName, Parameter(name="--kind", help="What the tokens are for.")]
Shards = Annotated[Path, Parameter(help="A folder that shard build wrote.")]

_BYTES_A_SECOND = 400_000
"""Tokenised on two cores, one thread at work: a plan's estimate, not a promise."""


def tools_of(task: Task) -> str:
    """The tools that a task's domain offers, as JSON."""
    if task.domain is None:
        return "[]"
    from qhdata.env.domains import load_domain

    return str(load_domain(task.domain).schemas)


def build_shards(
    kind: KindName,
    inputs: list[Path],
    out: Path,
    tokenizer: Path | Tokenizer,
    settings: ShardSettings | None = None,
) -> Artifact:
    """Shards with a progress line; prompts of agentic tasks list their domain's tools."""
    with Progress(f"shard {kind}") as progress:
        return building.build_shards(
            kind, inputs, out, tokenizer, settings, tools_of=tools_of, progress=progress
        )


def build(
    *inputs: Inputs,
    out: Out,
    kind: Kind,
    tokenizer: TokenizerPath,
    context: Annotated[int, Parameter(help="Longest piece, in tokens.")] = 2048,
    split: Annotated[tuple[str, ...], Parameter(help="Splits to take.")] = ("train",),
    family: Annotated[str, Parameter(help="Chat family, if not the tokenizer's own.")] = "",
    as_of: Annotated[str, Parameter(help="Only rows public by then (UTC).")] = "",
    seed: Annotated[int, Parameter(help="Of the order on disk.")] = 0,
    tables: Annotated[TableStyle, Parameter(help="How tables are written.")] = "markdown",
    widest_table: Annotated[
        int, Parameter(help="Tables of more columns as key-value lines; 0: none.")
    ] = 0,
    header: Annotated[bool, Parameter(help="Begin each document with whose it is.")] = False,
    decision: Decision = "select",
    plan: Plan = False,
) -> None:
    """Documents, examples, pairs or tasks to token shards."""
    if context < 8:
        raise UserError(what=f"a context of {context} holds nothing", where="--context", mend="8+")
    loaded = Tokenizer.load(tokenizer)
    if kind != "cpt":
        renderer(loaded, family or None)
    elif family:
        raise UserError(
            what="documents have no turns, so --kind cpt has no chat family",
            where="--family",
            mend="leave it out",
        )
    if plan:
        _plan(kind, list(inputs), loaded)
        return
    style = TextStyle(tables=tables, widest=widest_table, header=header)
    settings = ShardSettings(
        context=context,
        splits=split,
        family=family,
        as_of=as_of,
        seed=seed,
        style=style,
        decisions=decision,
    )
    made = build_shards(kind, list(inputs), out, loaded, settings)
    shard = ShardSet.open(made.path)
    step = made.step("shard") or {}
    dropped = ", ".join(f"{why} {n:,}" for why, n in step["notes"]["dropped"].items())
    print(
        f"{out}: {shard.info.tokens:,} tokens in {len(shard):,} pieces of "
        f"{step['rows_kept']:,} {step['unit']}s; {step['rows_dropped']:,} dropped"
        f"{f' ({dropped})' if dropped else ''}, {step['rows_quarantined']:,} quarantined "
        f"({step['rows_in']:,} in).   qhdata shard inspect {out}"
    )


def _plan(kind: KindName, inputs: list[Path], tokenizer: Tokenizer) -> None:
    total = rows = 0
    part = "documents" if kind == "cpt" else RECORDS[kind][0]
    for path in inputs:
        artifact = Artifact.open(path)
        rows += artifact.part(part).rows
        if kind == "cpt":
            counts = artifact.table(part, ["n_chars"])
            total += sum(counts.column("n_chars").to_pylist()) if rows else 0
        else:
            files = artifact.part(part).files
            total += sum(5 * size_of(artifact.path / file.path) for file in files)
    each = 2 if tokenizer.size <= 1 << 16 else 4
    tokens = total // 3
    print(
        f"shard {kind}: {rows:,} rows, about {size(total)} of text; about {tokens:,} tokens "
        f"({size(tokens * (each + 1))} on disk), {max(1, total // _BYTES_A_SECOND):,} s, "
        f"{size(200e6 + 5 * tokens + 600 * rows)} of memory. Nothing was done."
    )


def inspect(
    shards: Shards,
    *,
    tokenizer: Annotated[Path | None, Parameter(help="To show text.")] = None,
    piece: Annotated[int, Parameter(help="Number of the piece to show.")] = 0,
) -> None:
    """What shards hold: counts, lengths, and one piece with its trained tokens marked."""
    shard = ShardSet.open(shards)
    info = shard.info
    lengths = sorted(int(n) for n in shard.lengths) or [0]
    middle, long = lengths[len(lengths) // 2], lengths[len(lengths) * 9 // 10]
    per_byte = info.bytes / info.targets if info.targets else 0.0
    print(f"kind         {info.kind}{f', chat family {info.family}' if info.family else ''}")
    print(f"pieces       {info.pieces:,} in {info.groups:,} groups, {len(info.files)} files")
    print(f"tokens       {info.tokens:,}, {info.targets:,} of them targets ({info.dtype})")
    print(f"lengths      median {middle:,}, nine tenths {long:,}, longest {lengths[-1]:,}")
    print(f"bytes        {per_byte:.2f} a target")
    print(f"tokenizer    {info.tokenizer[:12]}, {info.vocabulary:,} ids")
    for name, counts, unit in (
        ("splits", info.splits, "pieces"),
        ("sources", info.sources, "tokens"),
        ("licences", info.licenses, "pieces"),
    ):
        shown = ", ".join(f"{key or '(none)'} {n:,}" for key, n in list(counts.items())[:8])
        print(f"{name:<12} {shown} {unit}{' ...' if len(counts) > 8 else ''}")
    if tokenizer is None or not len(shard):
        return
    if not 0 <= piece < len(shard):
        raise UserError(
            what=f"there is no piece {piece}", where="--piece", mend=f"0 to {len(shard) - 1}"
        )
    loaded = Tokenizer.load(tokenizer)
    shard.require(loaded.digest)
    print(f"\npiece {piece}: {shard.column('example_id')[piece]}\n")
    print(marked(shard, piece, loaded, colour=_colour()))


def marked(shard: ShardSet, piece: int, tokenizer: Tokenizer, *, colour: bool) -> str:
    """A piece's text; runs of trained tokens are green, or stand in [[ ]] without colour."""
    begin, end = ("\x1b[32m", "\x1b[0m") if colour else ("[[", "]]")
    ids, targets = shard.ids(piece), shard.targets(piece)
    shown: list[str] = []
    at = 0
    for i in range(1, len(ids) + 1):
        if i == len(ids) or bool(targets[i]) != bool(targets[at]):
            text = tokenizer.decode(int(t) for t in ids[at:i])
            shown.append(f"{begin}{text}{end}" if targets[at] else text)
            at = i
    return "".join(shown)


def verify(shards: Shards) -> None:
    """Read every byte of shards and compare it with what was written."""
    shard = ShardSet.open(shards)
    wrong = shard.verify()
    if wrong:
        raise Fault(what="; ".join(wrong[:3]), where=str(shards), mend="build the shards again")
    print(f"{shards}: {shard.info.pieces:,} pieces, {shard.info.tokens:,} tokens: sound.")


def _colour() -> bool:
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ
