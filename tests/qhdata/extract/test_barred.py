"""Tables drawn with bars: cells are what stands between the bars, not what a ruler says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qhdata.extract.text_era import text_blocks

NOTE = "Amounts of 1999 are restated for the sale of the second business in that year."
RULE = "_" * 62 + "|"
FORM = (
    "<TABLE>",
    "<CAPTION>",
    RULE,
    " Table II -- Rights Acquired                                  |",
    RULE,
    "1.Title of    |2.Date |3.Acquired or   |4.Price |5.Nature of  |",
    "  Right       |Trans- |  Disposed of   |        |  Ownership  |",
    "              |action | Amount    | A/D|        |             |",
    RULE,
    "<S>            <C>     <C>         <C>  <C>      <C>",
    "Options to Pur|2/7/0  |12,000     | A  |$1.375  |-            |",
    "chase Stock   |       |           |    |        |             |",
    "- " + "-" * 60 + "|",
    "Warrants      |3/8/0  |500        | D  |$2      |By a trust   |",
    "              |       |           |    |        |of his       |",
    RULE,
    "</TABLE>",
)


def test_a_form_drawn_with_bars_is_read_by_its_bars() -> None:
    caption, block = text_blocks("\n".join(FORM))
    assert caption.text == "Table II -- Rights Acquired"
    assert block.text.split("\n") == [
        "| 1.Title of Right | 2.Date Trans- action | 3.Acquired or Disposed of Amount "
        "| 3.Acquired or Disposed of A/D | 4.Price | 5.Nature of Ownership |",
        "|---|---|---|---|---|---|",
        "| Options to Purchase Stock | 2/7/0 | 12,000 | A | $1.375 | - |",
        "| Warrants | 3/8/0 | 500 | D | $2 | By a trust of his |",
    ]
    assert block.grid is not None
    assert [(c.col, c.colspan) for c in block.grid.rows[0] if c and c.colspan > 1] == [(2, 2)]


def test_a_table_without_a_row_keeps_its_headings() -> None:
    empty = [*FORM[:10], RULE, "</TABLE>"]
    blocks = text_blocks("\n".join(empty))
    assert [b.text.split("\n")[0][:22] for b in blocks] == [
        "Table II -- Rights Acq",
        "| 1.Title of Right | 2",
    ]


def test_a_second_caption_with_a_ruler_begins_a_table_of_its_own() -> None:
    half = (
        "<CAPTION>",
        "                         2000         1999",
        "<S>                      <C>          <C>",
        "Cash                     $1,200       $1,100",
        "Debt                        900          800",
    )
    other = (half[0], half[1].replace("2000", "JUNE").replace("1999", "July"), *half[2:])
    text = "\n".join(["<TABLE>", *half, "", NOTE, "", *other, "</TABLE>"])
    first, note, second = text_blocks(text)
    assert first.text.split("\n") == [
        "| | 2000 | 1999 |", "|---|---|---|", "| Cash | $1,200 | $1,100 |", "| Debt | 900 | 800 |"
    ]  # fmt: skip
    assert (note.text, second.text.split("\n")[0]) == (NOTE, "| | JUNE | July |")


@given(st.lists(st.lists(st.from_regex(r"[a-z0-9]{0,5}", fullmatch=True), min_size=4, max_size=4)))
def test_every_cell_between_bars_is_kept(rows: list[list[str]]) -> None:
    lines = ["|".join(cell.ljust(6) for cell in row) + "|" for row in [list("abcd"), *rows]]
    text = "\n".join(
        ["<TABLE>", *lines[:1] * 3, "<S>    <C>    <C>    <C>", *lines[1:], "</TABLE>"]
    )
    (block,) = text_blocks(text)
    cells = [[c.strip() for c in line.split("|")[1:-1]] for line in block.text.split("\n")[2:]]
    assert cells == [row for row in rows if any(row)]
