"""Drawn tables: what a page's end parted is one, what a caption or a gap parts is two."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.extract.blocks import Block
from qhdata.extract.drawn import Drawn, DrawnCell, one_table
from qhdata.extract.limits import Limits
from qhdata.extract.page_furniture import cut
from qhdata.extract.pdf import parse_pdf
from qhdata.extract.pdf_page import Piece, Rules
from qhdata.extract.pdf_ruled import cell_text, ruled_tables
from qhdata.extract.seams import join_cut

REAL = Path(os.environ.get("QHDATA_REAL", Path(__file__).parents[4] / "shared" / "data"))
REPORT = REAL / "filings" / "cn" / "2020-04-16_603339_annual-report-2019.pdfg"
EDGES = (0.0, 200.0, 300.0, 400.0)


def drawn(*rows: tuple[str, ...], edges: tuple[float, ...] = EDGES, full: bool = False) -> Drawn:
    return Drawn(
        edges,
        tuple(
            tuple(
                DrawnCell(text, n, 1, 1, False, full and bool(text)) for n, text in enumerate(row)
            )
            for row in rows
        ),
    )


def texts(table: Drawn | None) -> list[list[str]] | None:
    return None if table is None else [[cell.text for cell in row] for row in table.rows]


HEAD = ("项目", "期末余额", "期初余额")


def test_a_table_that_goes_on_in_the_same_frame_is_one() -> None:
    whole = one_table(drawn(HEAD, ("存货", "1", "2")), drawn(("合计", "3", "4")))
    assert texts(whole) == [list(HEAD), ["存货", "1", "2"], ["合计", "3", "4"]]


def test_repeated_headings_are_said_once() -> None:
    whole = one_table(drawn(HEAD, ("存货", "1", "2")), drawn(HEAD, ("合计", "3", "4")))
    assert texts(whole) == [list(HEAD), ["存货", "1", "2"], ["合计", "3", "4"]]


def test_a_row_that_the_page_cut_is_one_where_its_cell_was_full() -> None:
    first = drawn(HEAD, ("根据法律、法规的要求对", "", ""), full=True)
    whole = one_table(first, drawn(("当期损益的影响", "", ""), ("合计", "3", "4")))
    assert texts(whole) == [
        list(HEAD), ["根据法律、法规的要求对当期损益的影响", "", ""], ["合计", "3", "4"],
    ]  # fmt: skip
    short = one_table(drawn(HEAD, ("其中：优先股", "", "")), drawn(("永续债", "", "")))
    assert texts(short) == [list(HEAD), ["其中：优先股", "", ""], ["永续债", "", ""]]


@pytest.mark.parametrize(
    ("edges", "joined"),
    [
        (EDGES, True),
        (tuple(e + 1.5 for e in EDGES), True),  # drawn a little beside
        ((0.0, 150.0, 260.0, 400.0), False),
        ((0.0, 200.0, 300.0, 450.0), False),
    ],
)
def test_frames_decide(edges: tuple[float, ...], joined: bool) -> None:
    found = one_table(drawn(HEAD, ("存货", "1", "2")), drawn(("合计", "3", "4"), edges=edges))
    assert (found is not None) == joined


def test_headings_below_a_total_begin_another_table() -> None:
    first = drawn(HEAD, ("合计", "1", "2"))
    assert one_table(first, drawn(("名称", "金额", "原因"), ("甲", "3", "4"))) is None


@given(
    st.lists(st.tuples(st.text("甲乙1,.", max_size=4), st.text("12", max_size=2)), min_size=2),
    st.data(),
)
def test_cut_anywhere_no_cell_is_lost(rows: list[tuple[str, str]], data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(rows) - 1))
    full = data.draw(st.booleans())
    edges = (0.0, 100.0, 200.0)
    whole = one_table(
        drawn(("项目", "金额"), *rows[:at], edges=edges, full=full),
        drawn(*rows[at:], edges=edges),
    )
    if whole is not None:
        said = "".join(c.text.replace(" ", "") for row in whole.rows for c in row)
        assert sorted(said) == sorted("项目金额" + "".join("".join(row) for row in rows))


def test_a_gap_between_two_frames_stays_a_gap() -> None:
    """Two tables below one another whose middle rules stand 2 points apart are two."""
    rules = Rules()
    for top, middle in ((100.0, 255.0), (200.0, 257.4)):
        rules.across += [(y, 60.0, 500.0) for y in (top, top + 20, top + 40)]
        rules.down += [(x, top, top + 40) for x in (60.0, middle, 500.0)]
    pieces = [
        Piece(f"{top}{x}", x, x + 20, top + 4, top + 14)
        for top in (100.0, 120.0, 200.0, 220.0) for x in (80.0, 300.0)
    ]  # fmt: skip
    heading = Piece("三、基本情况简介", 60.0, 160.0, 160.0, 170.0)
    found = ruled_tables([*pieces, heading], rules)
    assert [len(one.drawn.rows) for one in found] == [2, 2]
    assert all(id(heading) not in one.taken for one in found)


@pytest.mark.real
@pytest.mark.skipif(not REPORT.is_file(), reason=f"no real report at {REPORT}")
def test_of_a_real_reports_tables_that_pages_cut_41_of_41_are_joined() -> None:
    """42 places where tables meet over a page's end, looked at one by one: one begins anew."""
    blocks, _, _ = cut(parse_pdf(REPORT.read_bytes(), Limits()).blocks)
    blocks = [b for b in blocks if b.text]
    met = [b for a, b in itertools.pairwise(blocks) if b.broken and a.grid and b.grid]
    _, counts = join_cut(blocks)
    assert (len(met), counts["tables_joined"]) == (42, 41)
    assert not [b for b in met if isinstance(b, Block) and b.grid and b.grid.drawn is None]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["33,335,0", "00.00"], "33,335,000.00"),
        (["33,335,000.", "00"], "33,335,000.00"),
        (["1,234", ",567"], "1,234,567"),
        (["1,234", "5,678"], "1,234 5,678"),
        (["St. Paul, Minnesota 55144-1000", "877-473-6394"],
         "St. Paul, Minnesota 55144-1000 877-473-6394"),
    ],
)  # fmt: skip
def test_only_a_number_that_a_narrow_cell_broke_is_whole_again(lines: list[str], said: str) -> None:
    pieces = [Piece(t, 10.0, 60.0, 12.0 * n, 12.0 * n + 10) for n, t in enumerate(lines)]
    assert cell_text(pieces) == said
