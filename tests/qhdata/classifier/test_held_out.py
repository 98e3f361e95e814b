from __future__ import annotations

import pytest

from qhdata.classifier.held_out import at_recall, likeliest, several, two_sides
from qhdata.classifier.pieces import HELD_OUT, TRAIN, Piece


def judged(*rows: tuple[str, str, float]) -> tuple[list[Piece], object]:
    """Pieces (pool, label, score) whose only passage is its score."""
    pieces = [
        Piece(f"d{n}", HELD_OUT, label, (str(score),), pool)
        for n, (pool, label, score) in enumerate(rows)
    ]
    return pieces, lambda texts: [{"finance": float(t), "general": 1 - float(t)} for t in texts]


def test_figures_of_two_sides_by_hand():
    yes = [("filings", "finance", s / 100) for s in (99, 98, 97, 96, 95, 94, 93, 92, 40, 10)]
    no = [("man", "general", 0.02), ("law", "general", 0.6), ("law", "general", 0.45)]
    pieces, judge = judged(*yes, *no)
    pieces.append(Piece("t", TRAIN, "finance", ("0.1",), "filings"))
    found = two_sides(pieces, judge)
    assert (found["precision"], found["recall"]) == (pytest.approx(8 / 9, abs=1e-4), 0.8)
    assert found["at_recall_90"] == {
        "threshold": 0.4,
        "precision": round(9 / 11, 4),
        "recall": 0.9,
        "false_share": round(2 / 3, 4),
    }
    assert found["pools"] == [
        {"pool": "filings", "side": "positive", "n": 10, "above": 9},
        {"pool": "law", "side": "negative", "n": 2, "above": 2},
        {"pool": "man", "side": "negative", "n": 1, "above": 0},
    ]
    assert (found["n"], found["n_train"], found["n_finance"]) == (13, 1, 10)
    top = found["reliability"][-1]
    assert (top["from"], top["n"], top["share_right"]) == (0.9, 8, 1.0)
    assert found["calibration_error"] > 0


def test_scores_that_hold_have_no_calibration_error():
    pieces, judge = judged(*[("p", "finance" if n < 7 else "general", 0.7) for n in range(10)])
    assert two_sides(pieces, judge)["calibration_error"] == 0


def test_figures_of_topics_by_hand():
    pieces = [Piece(f"d{n}", HELD_OUT, is_, (said,), "p") for n, (is_, said) in enumerate(
        [("law", "law"), ("law", "news"), ("news", "news"), ("news", "news"), ("exam", "law")]
    )]  # fmt: skip
    found = several(pieces, lambda texts: [{t: 0.9} for t in texts], ["exam", "law", "news"])
    assert found["confusion"] == [[0, 1, 0], [0, 1, 1], [0, 0, 2]]
    assert found["accuracy"] == 0.6
    assert [(r["label"], r["precision"], r["recall"], r["n"]) for r in found["labels"]] == [
        ("exam", 0.0, 0.0, 1),
        ("law", 0.5, 0.5, 2),
        ("news", round(2 / 3, 4), 1.0, 2),
    ]


def test_equal_topics_go_by_name():
    assert likeliest({"b": 0.5, "a": 0.5}) == (0.5, "a")


def test_at_recall_takes_no_positive_too_few():
    assert at_recall([0.1 * n for n in range(1, 11)]) == pytest.approx(0.2)
    assert at_recall([]) == 0.0
