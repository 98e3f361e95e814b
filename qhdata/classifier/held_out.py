"""What a classifier can tell, measured on documents that it never saw.

Of two sides: precision and recall at 0.5, AUC, precision where nine in ten positives are found,
each pool's part in it, and whether a score of 0.7 means seven in ten. Of several labels: precision
and recall of each, and who is taken for whom.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

from qhdata.classifier.pieces import TRAIN, Piece
from qhdata.taggers.fasttext_model import Probabilities, mean_of
from qhdata.taggers.finance import FINANCE

BINS = 10
RECALL = 0.9

Scored = tuple[float, bool]
"""A score, and whether the document is of the positive side."""


def two_sides(pieces: Sequence[Piece], judge: Probabilities) -> dict[str, Any]:
    """Held-out figures of a classifier of finance against general text."""
    held = [p for p in pieces if p.split != TRAIN]
    scores = [mean_of(judge(p.passages)).get(FINANCE, 0.0) for p in held]
    rows = [(s, p.label == FINANCE) for s, p in zip(scores, held, strict=True)]
    yes = [s for s, is_yes in rows if is_yes]
    no = [s for s, is_yes in rows if not is_yes]
    hits, false = sum(s >= 0.5 for s in yes), sum(s >= 0.5 for s in no)
    threshold = at_recall(yes)
    return {
        "precision": round(hits / (hits + false), 4) if hits + false else 0.0,
        "recall": round(hits / len(yes), 4) if yes else 0.0,
        "auc": round(auc(yes, no), 4),
        "at_recall_90": _at(threshold, yes, no),
        "pools": _pools(held, scores, threshold),
        **_calibration(rows),
        "n": len(held),
        "n_train": sum(p.split == TRAIN for p in pieces),
        "n_finance": len(yes),
        "n_general": len(no),
    }


def several(pieces: Sequence[Piece], judge: Probabilities, labels: Sequence[str]) -> dict[str, Any]:
    """Held-out figures of a classifier of several labels: the likeliest label counts."""
    held = [p for p in pieces if p.split != TRAIN]
    taken: Counter[tuple[str, str]] = Counter()
    rows: list[Scored] = []
    for piece in held:
        score, label = likeliest(mean_of(judge(piece.passages)))
        taken[piece.label, label] += 1
        rows.append((score, label == piece.label))
    right = sum(taken[label, label] for label in labels)
    return {
        "accuracy": round(right / len(held), 4) if held else 0.0,
        "labels": [
            {
                "label": label,
                "precision": _share(taken[label, label], sum(taken[x, label] for x in labels)),
                "recall": _share(taken[label, label], sum(taken[label, x] for x in labels)),
                "n": sum(taken[label, x] for x in labels),
            }
            for label in labels
        ],
        "confusion": [[taken[is_, said] for said in labels] for is_ in labels],
        **_calibration(rows),
        "n": len(held),
        "n_train": sum(p.split == TRAIN for p in pieces),
    }


def likeliest(means: dict[str, float]) -> tuple[float, str]:
    """The label of the highest mean, the first by name where two are equal."""
    label = min(means, key=lambda name: (-means[name], name))
    return means[label], label


def at_recall(yes: Sequence[float], recall: float = RECALL) -> float:
    """The highest threshold at or above which this share of the positives lies; 0 of none.

    >>> at_recall([0.9, 0.8, 0.7, 0.2], 0.75)
    0.7
    """
    if not yes:
        return 0.0
    return sorted(yes, reverse=True)[math.ceil(recall * len(yes) - 1e-9) - 1]


def _at(threshold: float, yes: Sequence[float], no: Sequence[float]) -> dict[str, float]:
    hits, false = sum(s >= threshold for s in yes), sum(s >= threshold for s in no)
    return {
        "threshold": round(threshold, 4),
        "precision": _share(hits, hits + false),
        "recall": _share(hits, len(yes)),
        "false_share": _share(false, len(no)),
    }


def _pools(
    held: Sequence[Piece], scores: Sequence[float], threshold: float
) -> list[dict[str, Any]]:
    """Of each pool, how many of its documents lie above the threshold of 90 % recall."""
    above: Counter[tuple[str, str]] = Counter()
    total: Counter[tuple[str, str]] = Counter()
    for piece, score in zip(held, scores, strict=True):
        key = (piece.pool, "positive" if piece.label == FINANCE else "negative")
        total[key] += 1
        above[key] += score >= threshold
    return [
        {"pool": pool, "side": side, "n": n, "above": above[pool, side]}
        for (pool, side), n in sorted(total.items())
    ]


def _calibration(rows: Sequence[Scored]) -> dict[str, Any]:
    """Bins of the score with what they promise and what they hold; their mean gap by documents."""
    bins: list[list[Scored]] = [[] for _ in range(BINS)]
    for row in rows:
        bins[min(BINS - 1, int(row[0] * BINS))].append(row)
    found = [
        {
            "from": n / BINS,
            "to": (n + 1) / BINS,
            "n": len(own),
            "mean_score": round(sum(s for s, _ in own) / len(own), 4),
            "share_right": round(sum(right for _, right in own) / len(own), 4),
        }
        for n, own in enumerate(bins)
        if own
    ]
    gap = sum(b["n"] * abs(b["mean_score"] - b["share_right"]) for b in found)
    return {"reliability": found, "calibration_error": round(gap / len(rows), 4) if rows else 0.0}


def _share(some: int, of: int) -> float:
    return round(some / of, 4) if of else 0.0


def auc(yes: Sequence[float], no: Sequence[float]) -> float:
    """Share of pairs in which the positive scores higher, ties half; 0.5 where a side is empty.

    >>> auc([0.9, 0.4], [0.1, 0.4])
    0.875
    """
    if not yes or not no:
        return 0.5
    ordered = sorted([(s, 1) for s in yes] + [(s, 0) for s in no])
    wins, seen, i = 0.0, 0, 0
    while i < len(ordered):
        j = i
        while j < len(ordered) and ordered[j][0] == ordered[i][0]:
            j += 1
        ties = sum(1 for _, side in ordered[i:j] if side == 0)
        wins += sum(side for _, side in ordered[i:j]) * (seen + ties / 2)
        seen += ties
        i = j
    return wins / (len(yes) * len(no))
