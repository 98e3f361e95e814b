from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qhdata.errors import Fault
from trainer.batches import Piece, empty_pack, make_pack, rows_of


def _piece(ids: list[int], loss: list[float], **columns: list[float]) -> Piece:
    return Piece(
        ids=np.array(ids, dtype=np.int64),
        loss=np.array(loss, dtype=np.float32),
        columns={name: np.array(values, dtype=np.float32) for name, values in columns.items()},
    )


def test_a_token_is_predicted_from_the_place_before_it_in_its_own_piece() -> None:
    pack = make_pack([[_piece([5, 6, 7], [1, 1, 1]), _piece([8, 9], [1, 1])]], width=6)
    assert pack.ids.tolist() == [[5, 6, 7, 8, 9, 0]]
    assert pack.positions.tolist() == [[0, 1, 2, 0, 1, 0]]
    # The first token of a piece is no target even where its mask says 1.
    assert pack.at.tolist() == [0, 1, 3]
    assert pack.label.tolist() == [6, 7, 9]


def test_masks_weights_and_columns_are_those_of_the_target_itself() -> None:
    pack = make_pack([[_piece([5, 6, 7, 8], [0, 0, 1, 0.5], advantage=[1, 2, 3, 4])]])
    assert pack.label.tolist() == [7, 8]
    assert pack.weight.tolist() == [1.0, 0.5]
    assert pack.column("advantage").tolist() == [3.0, 4.0]


def test_a_missing_column_is_a_fault_in_words() -> None:
    with pytest.raises(Fault, match="advantage"):
        empty_pack().column("advantage")


def test_a_piece_longer_than_a_row_is_refused_not_cut() -> None:
    with pytest.raises(Fault, match="9 tokens"):
        rows_of([_piece(list(range(9)), [1] * 9)], 8)


@settings(max_examples=60, deadline=None)
@given(lengths=st.lists(st.integers(1, 20), min_size=1, max_size=30), width=st.integers(20, 50))
def test_packing_keeps_every_piece_whole_and_every_target_once(
    lengths: list[int], width: int
) -> None:
    pieces = [_piece([100 * i + k for k in range(n)], [1] * n) for i, n in enumerate(lengths)]
    rows = rows_of(pieces, width)
    pack = make_pack(rows, width)
    assert sorted(pack.label.tolist()) == sorted(
        100 * i + k for i, n in enumerate(lengths) for k in range(1, n)
    )
    flat = pack.ids.flatten()
    assert (flat[pack.at] + 1 == pack.label).all()
    assert (pack.positions.flatten()[pack.at] + 1 == pack.label % 100).all()
