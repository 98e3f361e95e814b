"""Find texts like yours in a general pool: `qhdata classifier recall`.

Writes an artifact: the pool as it was read, a model a round, and what was found with its score and
round, as Parquet and as JSON lines that `qhdata build` takes as a source.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from pipelines.options import Out, Overrides
from qhdata.artifact import Artifact
from qhdata.classifier.pieces import read_pieces
from qhdata.classifier.pool import fill_pool, paths_digest
from qhdata.classifier.recall import JSON_LINES, Recall, Round, search, write_found
from qhdata.errors import UserError
from qhdata.recipe import override, parse, plain
from qhdata.taggers.finance import FINANCE

SEEDS_HELD_OUT = 0.2


def recall(
    *,
    seed_positive: Annotated[
        tuple[Path, ...], Parameter(negative="", help="Texts of the kind that is looked for.")
    ],
    pool: Annotated[
        tuple[Path, ...],
        Parameter(negative="", help="Where to look: JSON lines, Parquet, WARC, HTML, text."),
    ],
    out: Out,
    rounds: Annotated[int, Parameter(help="Times to train and look.")] = 3,
    top: Annotated[
        float, Parameter(help="Share of the pool that a round takes anew; 0: no limit.")
    ] = 0.01,
    threshold: Annotated[float, Parameter(help="Least score of what a round takes.")] = 0.0,
    overrides: Overrides = (),
) -> None:
    """Find texts like yours in a general pool: train, score, take the top, train again."""
    given = {"rounds": rounds, "top": top, "threshold": threshold}
    settings = parse(Recall, override(given, overrides), "classifier recall")
    if not settings.top and not settings.threshold:
        raise UserError(
            what="a round would take the whole pool",
            where="--top 0",
            mend="give --top (a share) or --threshold (a score)",
        )
    found = find(seed_positive, pool, out, settings)
    print(f"{out}: {found:,} texts found.   qhdata build {out / JSON_LINES} -o CORPUS")


def find(
    seed_positive: tuple[Path, ...], pool: tuple[Path, ...], out: Path, settings: Recall
) -> int:
    """Read the pool, do the rounds and write what they found; how many texts that is."""
    skipped: Counter[str] = Counter()
    seeds = read_pieces({FINANCE: seed_positive}, settings, SEEDS_HELD_OUT, skipped)
    for path in pool:
        if not path.exists():
            raise UserError(what="no such file or folder", where=str(path), mend="check the path")
    inputs = {"seeds": paths_digest(seed_positive), "pool": paths_digest(pool)}
    with Artifact.create(out, "recall", settings=plain(settings), inputs=inputs) as artifact:
        known = frozenset(piece.text.hex() for piece in seeds)
        left_out = fill_pool(artifact, pool, settings.passages, known)
        words = ", ".join(f"{reason} {n:,}" for reason, n in left_out.items())
        print(
            f"pool: {artifact.part('pool').rows:,} texts"
            + (f" (left out: {words})" if words else "")
            + f"; {len(seeds):,} seeds"
        )
        search(artifact, seeds, settings, _tell)
        return write_found(artifact)


def _tell(row: Round) -> None:
    print(
        f"round {row.round}: {row.taken:,} taken at {row.cut:.3f} and above, {row.found:,} found "
        f"in all; of the best {row.found:,} earlier rounds had {row.overlap:,}; "
        f"{row.seed_recall:.0%} of {row.n_held_out:,} held-out seeds above"
    )
