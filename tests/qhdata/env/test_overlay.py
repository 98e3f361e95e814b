"""Overlays: differences field by field, numbers by value, digests that ignore the way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.env.overlay import MAX_ROWS, Overlay, OverlayFull, difference, same

ROWS = st.dictionaries(
    st.sampled_from("abc"), st.text(max_size=3) | st.integers() | st.booleans(), max_size=3
)
TABLES = st.dictionaries(
    st.sampled_from(["t", "u"]), st.dictionaries(st.sampled_from("xyz"), ROWS, max_size=3)
)


@given(tables=TABLES)
def test_an_overlay_comes_back_from_its_json(tables) -> None:
    overlay = Overlay(tables)
    again = Overlay.from_json(overlay.json())
    assert again.json() == overlay.json()
    assert again.digest() == overlay.digest()
    assert difference(overlay, again, ["t", "u"]) == []


@given(left=TABLES, right=TABLES)
def test_no_difference_means_the_same_rows(left, right) -> None:
    a, b = Overlay(left), Overlay(right)
    found = difference(a, b, ["t", "u"])
    assert bool(found) == bool(difference(b, a, ["t", "u"]))
    if a.json() == b.json():
        assert found == []


def test_the_way_to_a_state_leaves_no_trace() -> None:
    one, two = Overlay(), Overlay()
    one.write("t", "a", {"n": 1})
    one.write("t", "b", {"n": 2})
    two.write("t", "b", {"n": 9})
    two.write("t", "c", {"n": 3})
    two.write("t", "b", {"n": 2})
    two.write("t", "a", {"n": 1})
    two.remove("t", "c")
    assert one.digest() == two.digest()


def test_differences_name_what_is_missing_changed_and_not_asked_for() -> None:
    expected, found = Overlay(), Overlay()
    expected.write("t", "a", {"n": 1, "side": "above"})
    expected.write("t", "b", {"n": 2})
    found.write("t", "a", {"n": 1, "side": "below"})
    found.write("t", "c", {"n": 2})
    assert [str(d) for d in difference(expected, found, ["t"])] == [
        "t/a side: expected above, found below",
        't/b: expected {"n":2}, found (absent)',
        't/c: expected (absent), found {"n":2}',
    ]
    assert difference(expected, found, ["other"]) == []


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [(25, "25.0", True), ("25.00", "25", True), (1, True, False), ("1", True, False),
     ("", None, False), ("nan", "nan", True), ("nan", "NaN", False), ("1e5", "100000", True),
     ("1e9999999", "1e9999999", True), ("1e9999999", "2e9999999", False), ("a", "A", False),
     ("1_0", "10", False), (0, "-0", True), (None, None, True), (False, 0, False)],
)  # fmt: skip
def test_values_are_equal_as_typed_values(left, right, equal: bool) -> None:
    assert same(left, right) is equal
    assert same(right, left) is equal


def test_an_episode_cannot_fill_the_memory() -> None:
    overlay = Overlay()
    for n in range(MAX_ROWS):
        overlay.write("t", str(n), {"n": n})
    overlay.write("t", "0", {"n": 1})
    with pytest.raises(OverlayFull):
        overlay.write("t", "more", {"n": 1})


def test_a_row_that_was_read_is_a_copy() -> None:
    overlay = Overlay({"t": {"a": {"n": 1}}})
    row = overlay.read("t", "a")
    assert row is not None
    row["n"] = 2
    overlay.rows("t")[0][1]["n"] = 3
    assert overlay.read("t", "a") == {"n": 1}
