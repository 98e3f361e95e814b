from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.records import Edit
from qhdata.render import inside, render
from qhdata.text_style import TableStyle, TextStyle, styled

TEXT = "abcdefghijklmnopqrstuvwxyz财务报告"


def edit(start: int, end: int, replacement: str = "") -> Edit:
    return Edit(
        doc_id="d", start=start, end=end, replacement=replacement, step="x@1", reason="test"
    )


positions = st.integers(0, len(TEXT))
spans = st.tuples(positions, positions).map(lambda p: (min(p), max(p)))
edits = st.lists(st.builds(lambda s, r: edit(*s, r), spans, st.text("XYZ", max_size=4)), max_size=6)


@given(edits, spans)
def test_a_span_that_no_edit_touches_keeps_its_characters(some, span):
    start, end = span
    done = render(TEXT, some)
    clear = all(e.end <= start or e.start >= end for e in done.applied)
    if not clear or start == end:
        return
    carried = done.carry(start, end)
    assert carried is not None
    assert done.text[slice(*carried)] == TEXT[start:end]


@given(edits, spans)
def test_what_is_carried_is_what_the_spans_own_edits_make_of_it(some, span):
    """Clip each edit to the span: an edit that sticks out takes its part of the span with it."""
    start, end = span
    done = render(TEXT, some)
    wanted, at = "", start
    for e in done.applied:
        inner = e.start > start or (e.start == start and e.end > e.start)
        whole = inner and (e.end < end or (e.end == end and e.end > e.start)) and e.start < end
        if (e.end <= start and not whole) or e.start >= end:
            continue
        wanted += TEXT[at : max(at, e.start)] + (e.replacement if whole else "")
        at = max(at, min(e.end, end))
    wanted += TEXT[at:end]
    carried = done.carry(start, end)
    assert (done.text[slice(*carried)] if carried else "") == wanted


@given(edits)
def test_applied_edits_never_overlap_and_their_order_in_the_list_does_not_matter(some):
    done = render(TEXT, some)
    assert render(TEXT, reversed(some)) == done
    assert all(a.end <= b.start for a, b in zip(done.applied, done.applied[1:], strict=False))


def test_a_deleted_span_is_gone_and_its_neighbours_move():
    done = render("keep DROP keep", [edit(5, 10)])
    assert done.text == "keep keep"
    assert done.carry(5, 9) is None
    assert done.carry(10, 14) == (5, 9)
    assert done.carry(0, 14) == (0, 9)


@given(st.sets(st.integers(0, 40)), st.integers(0, 40), st.integers(0, 40))
def test_a_piece_without_what_is_cut_is_that_piece_of_the_whole(places, one, other):
    text = "".join(chr(ord("A") + n) for n in range(40))
    at = sorted(places)
    cuts = [edit(a, b) for a, b in zip(at[::2], at[1::2], strict=False)]
    start, end = sorted((one, other))
    whole = render(text, cuts)
    span = whole.carry(start, end)
    piece = render(text[start:end], inside(cuts, start, end)).text
    assert piece == (whole.text[slice(*span)] if span else "")


def test_a_replacement_that_crosses_a_border_is_not_of_the_piece():
    assert inside([edit(2, 6, "x"), edit(6, 8, "y"), edit(8, 8, "z")], 4, 8) == [
        edit(2, 4, "y"), edit(4, 4, "z"),
    ]  # fmt: skip


def test_an_edit_of_another_text_is_refused():
    with pytest.raises(ValueError, match="of 3 characters"):
        render("abc", [edit(2, 9)])


TABLE = "| Name | Call |\n|---|---|\n| Ann | 555-0101 |\n| Bob | 555-0102 |"


@pytest.mark.parametrize("style", ["tsv", "key-value", "none", "markdown"])
@pytest.mark.parametrize(
    ("start", "end"),
    [
        (TABLE.index("555-0101"), TABLE.index("555-0101") + 8),
        (TABLE.index("| Ann"), TABLE.index("| Bob")),
        (TABLE.index("555-0101"), TABLE.index("555-0102")),
        (-4, TABLE.index("| Bob")),
        (TABLE.index("| Ann"), len(TABLE) + 3),
    ],
    ids=["cell", "row", "cells", "from above", "to below"],
)
def test_what_an_edit_takes_out_of_a_table_is_out_in_every_style(
    style: TableStyle, start: int, end: int
) -> None:
    text = f"Above.\n\n{TABLE}\n\nBelow."
    at = text.index(TABLE)
    cells = [
        {"row": n // 2, "col": n % 2, "colspan": 1, "text": cell}
        for n, cell in enumerate(["Name", "Call", "Ann", "555-0101", "Bob", "555-0102"])
    ]
    table = {
        "doc_id": "d", "start": at, "end": at + len(TABLE), "header_rows": 1, "cells": cells,
    }  # fmt: skip
    edit = Edit(
        doc_id="d", start=at + start, end=at + end, replacement="[phone]", step="pii", reason="x"
    )
    row = {"doc_id": "d", "doc_type": "10-K", "public_at": None, "text": text}
    done = render(text, styled(TextStyle(tables=style), row, {}, [table], [edit])).text
    assert "555-0101" not in done
    if style != "none":
        assert "[phone]" in done
        if style != "markdown" and end - start == 8:
            assert "|---|" not in done, "a cell's edit does not cost the style"


@pytest.mark.parametrize(("style", "first"), [("key-value", "In millions"), ("tsv", "In millions")])
def test_what_stands_above_the_labels_is_in_every_style(style: TableStyle, first: str) -> None:
    cells = [
        {"row": n // 2, "col": n % 2, "colspan": 1, "text": cell}
        for n, cell in enumerate(["In millions", "2024", "Sales", "1,234", "Costs", "1,000"])
    ]
    table = {"doc_id": "d", "start": 0, "end": 4, "header_rows": 1, "cells": cells}
    row = {"doc_id": "d", "doc_type": "10-K", "public_at": None, "text": "text"}
    done = render("text", styled(TextStyle(tables=style), row, {}, [table])).text
    assert done.split("\n")[0].split("\t")[0] == first
    assert done.count("\n") == 2
