"""Find more texts like some: train, score a pool, take the top, train again (Shao et al. 2024).

A few seeds against random texts of the pool make a first classifier; what it ranks highest joins
the seeds, and the next one knows more of what is wanted. Random texts of a pool hold some that are
wanted (one in a hundred, say): too few to matter. A fifth of the seeds is never trained on: the
share of them above the cut says how much is found where nobody has counted.
"""

from __future__ import annotations

import hashlib
import heapq
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import pyarrow as pa
from pydantic import Field

from qhdata.artifact import Artifact
from qhdata.classifier.fit import Fit, fit
from qhdata.classifier.pieces import TRAIN, NoTrainingText, Piece
from qhdata.classifier.pool import judged
from qhdata.durable import sync
from qhdata.taggers.fasttext_model import Probabilities, mean_of, probabilities
from qhdata.taggers.finance import FINANCE

GENERAL = "general"
FOUND = "find@1"
JSON_LINES = "found.jsonl"


@dataclass(frozen=True, kw_only=True)
class Recall(Fit):
    """How texts are looked for."""

    rounds: Annotated[int, Field(ge=1)] = 3
    """DeepSeekMath stopped in its fourth, when 98 % had been found before."""
    top: Annotated[float, Field(ge=0, lt=1)] = 0.01
    """Share of the pool that a round takes, the best that no earlier one had; 0: by threshold
    alone.
    """
    threshold: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Least score of what a round takes."""
    negatives: Annotated[int, Field(ge=1)] = 10_000
    """Random texts of the pool that a round trains against, other ones each round. Fewer find
    less (docs/negative-results.md).
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round did."""

    round: int
    cut: float
    """The least score that was taken."""
    taken: int
    """Texts that no earlier round had."""
    found: int
    """Texts of all rounds up to this one."""
    overlap: int
    """Of as many best texts of this round as were `found`, how many earlier rounds had: where it
    nears all of them, there is no more to find.
    """
    seed_recall: float
    """Share of held-out seeds at or above the cut."""
    n_held_out: int


Tell = Callable[[Round], None]


def search(artifact: Artifact, seeds: Sequence[Piece], settings: Recall, tell: Tell) -> list[Round]:
    """All rounds over the part `pool`; a round that is done is not done again.

    Raises NoTrainingText where no seed can be trained on, or the pool has nothing to set against.
    """
    found: dict[str, int] = {}
    rounds: list[Round] = []
    for number in range(1, settings.rounds + 1):
        step = f"round{number}@1"
        done = artifact.step(step)
        if done is None:
            model = artifact.path / f"round{number}.bin"
            _train(artifact, seeds, found, number, settings, model)
            row, table = _take(artifact, seeds, found, number, settings, probabilities(model))
            counts = {"rows_in": row.found, "rows_kept": row.found}
            counts |= {"rows_dropped": 0, "rows_quarantined": 0}
            artifact.commit(step, "all", {"scores": table}, counts)
            done = artifact.finish(
                step, name=f"round{number}", version=1, unit="key", seconds=0.0, notes=asdict(row)
            )
        row = Round(**done["notes"])
        for key in _keys(artifact, number):
            found.setdefault(key, number)
        rounds.append(row)
        tell(row)
    return rounds


def write_found(artifact: Artifact) -> int:
    """The texts found, as the part `found` and as JSON lines that `qhdata build` reads; how many.

    A text's score is the last round's, its round the one that found it.
    """
    rows = sorted(artifact.table("scores").to_pylist(), key=lambda row: int(row["round"]))
    first: dict[str, int] = {}
    last: dict[str, float] = {}
    for row in rows:
        first.setdefault(row["key"], row["round"])
        last[row["key"]] = row["score"]
    path, temporary = artifact.path / JSON_LINES, artifact.path / f"_{JSON_LINES}"
    with temporary.open("w", encoding="utf-8") as handle:
        for file in artifact.part("pool").files:
            own: list[dict[str, Any]] = []
            for batch in artifact.file_batches(file, _COLUMNS):
                own += [row for row in batch.to_pylist() if row["id"] in first]
            for row in own:
                row |= {"score": last[row["id"]], "round": first[row["id"]]}
                handle.write(json.dumps(row, ensure_ascii=False) + "\n")
            counts = {"rows_in": len(own), "rows_kept": len(own)}
            counts |= {"rows_dropped": 0, "rows_quarantined": 0}
            table = pa.Table.from_pylist(own, schema=_SCHEMA)
            artifact.commit(FOUND, file.chunk, {"found": table}, counts)
    sync(temporary)
    temporary.replace(path)
    artifact.finish(FOUND, name="find", version=1, unit="id", seconds=0.0)
    return len(first)


_COLUMNS = ["id", "name", "document", "url", "text"]
_SCHEMA = pa.schema(
    [*((name, pa.string()) for name in _COLUMNS), ("score", pa.float64()), ("round", pa.int32())]
)


def _train(
    artifact: Artifact,
    seeds: Sequence[Piece],
    found: Mapping[str, int],
    number: int,
    settings: Recall,
    model: Path,
) -> None:
    """Seeds and what was found against random texts of the rest."""
    random = heapq.nsmallest(
        settings.negatives,
        (text.id for text in judged(artifact) if text.id not in found),
        key=lambda key: _chance(settings.seed, number, key),
    )
    against = frozenset(random)
    positive = [text for piece in seeds if piece.split == TRAIN for text in piece.passages]
    negative: list[str] = []
    for text in judged(artifact):
        if text.id in found:
            positive.extend(text.passages)
        elif text.id in against:
            negative.extend(text.passages)
    for what, texts in (("seed", positive), ("other", negative)):
        if not texts:
            raise NoTrainingText(
                what=f"there is no {what} text to train on",
                where=f"round {number}",
                mend="give two seeds or more, and a pool that is larger than what is taken",
            )
    fit({FINANCE: positive, GENERAL: negative}, settings, model)


def _take(
    artifact: Artifact,
    seeds: Sequence[Piece],
    found: Mapping[str, int],
    number: int,
    settings: Recall,
    judge: Probabilities,
) -> tuple[Round, pa.Table]:
    """Score the pool; the round's row, and scores of all that was ever taken."""
    scores = {text.id: mean_of(judge(text.passages)).get(FINANCE, 0.0) for text in judged(artifact)}
    ordered = sorted(scores, key=lambda key: (-scores[key], key))
    size = max(1, round(settings.top * len(ordered))) if settings.top else len(ordered)
    taken = [k for k in ordered if k not in found and scores[k] >= settings.threshold][:size]
    cut = scores[taken[-1]] if taken else 1.0
    everything = sorted({*taken, *found})
    held = [p for p in seeds if p.split != TRAIN]
    above = sum(mean_of(judge(p.passages)).get(FINANCE, 0.0) >= cut for p in held)
    table = pa.table(
        {
            "round": pa.array([number] * len(everything), pa.int32()),
            "key": pa.array(everything, pa.string()),
            "score": pa.array([round(scores[key], 6) for key in everything], pa.float64()),
        }
    )
    row = Round(
        round=number,
        cut=round(cut, 6),
        taken=len(taken),
        overlap=sum(key in found for key in ordered[: len(everything)]),
        found=len(everything),
        seed_recall=round(above / len(held), 4) if held else 0.0,
        n_held_out=len(held),
    )
    return row, table


def _keys(artifact: Artifact, number: int) -> list[str]:
    rows: list[dict[str, Any]] = artifact.table("scores").to_pylist()
    return [row["key"] for row in rows if row["round"] == number]


def _chance(seed: int, number: int, key: str) -> bytes:
    salt = f"{seed} {number}".encode()[:16]
    return hashlib.blake2b(bytes.fromhex(key), digest_size=16, salt=salt).digest()
