from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.classifier.fit import Fit
from qhdata.classifier.pieces import (
    HELD_OUT,
    TRAIN,
    NoTrainingText,
    Piece,
    pools,
    read_pieces,
    split,
    training_sides,
    unique,
)


def piece(doc: str, text: str, label: str = "finance", pool: str = "a") -> Piece:
    return Piece(doc, "", label, (text,), pool, text.encode())


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 40), st.sampled_from("ab")), max_size=60),
    st.sampled_from([0.1, 0.2, 0.5]),
)
def test_no_document_and_no_passage_is_on_both_sides(rows, share):
    given_ = [piece(f"d{doc}", f"passage {text}", pool=pool) for doc, text, pool in rows]
    parted = split(given_, share, seed=1)
    sides: dict[str, set[str]] = {TRAIN: set(), HELD_OUT: set()}
    texts: dict[str, set[str]] = {TRAIN: set(), HELD_OUT: set()}
    for found in parted:
        sides[found.split].add(found.doc_id)
        texts[found.split].update(found.passages)
    assert not sides[TRAIN] & sides[HELD_OUT]
    assert not texts[TRAIN] & texts[HELD_OUT]


def test_each_pool_holds_its_share_of_documents_out():
    rows = [piece(f"{pool}{n}", f"{pool} {n}", pool=pool) for pool in "ab" for n in range(10)]
    held = Counter(p.pool for p in split(rows, 0.2, seed=1) if p.split == HELD_OUT)
    assert held == {"a": 2, "b": 2}
    assert [p.split for p in split(rows[:1], 0.2, seed=1)] == [TRAIN]


def test_a_text_is_taken_once_and_under_two_labels_not_at_all():
    skipped: Counter[str] = Counter()
    rows = [
        piece("d1", "one"),
        piece("d2", "one"),
        piece("d3", "two"),
        piece("d4", "two", "general"),
        piece("d5", "three", "general"),
    ]
    kept = unique(reversed(rows), skipped)
    assert [(p.doc_id, p.label) for p in kept] == [("d1", "finance"), ("d5", "general")]
    assert skipped == {"same_text": 1, "under_two_labels": 2}


def test_rows_of_one_document_stay_together(tmp_path: Path):
    words = "net sales of the quarter rose as the price of steel fell in the north"
    rows = [
        {"text": f"{words} {'x' * (part + 1)} {'y' * (doc + 1)}", "document": f"doc-{doc}"}
        for doc in range(6)
        for part in range(3)
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    found = read_pieces({"finance": [path]}, Fit(), 0.5, Counter())
    splits: dict[str, set[str]] = {}
    for p in found:
        splits.setdefault(p.doc_id, set()).add(p.split)
    assert all(len(s) == 1 for s in splits.values())
    assert Counter(next(iter(s)) for s in splits.values()) == {TRAIN: 3, HELD_OUT: 3}


def test_a_label_without_training_text_is_named():
    with pytest.raises(NoTrainingText, match="no general document"):
        training_sides([Piece("d", TRAIN, "finance", ("x",), "a")], ("finance", "general"))


def test_two_paths_of_one_name_are_two_pools(tmp_path: Path):
    found = pools({"a": [tmp_path / "x" / "t"], "b": [tmp_path / "y" / "t"]})
    assert {name: label for name, (label, _) in found.items()} == {"t": "a", "t-2": "b"}
