"""Ruled tables of the text era: a heading stands over each column that it spans."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qhdata.extract.grid import Grid
from qhdata.extract.text_era import text_blocks


def table(*lines: str) -> tuple[str, Grid]:
    """The Markdown and the grid of one marked table."""
    (block,) = [b for b in text_blocks("\n".join(["<TABLE>", *lines, "</TABLE>"])) if b.grid]
    assert block.grid is not None
    return block.text, block.grid


def rows(*lines: str) -> list[str]:
    return table(*lines)[0].split("\n")


PERICOM = (
    "<CAPTION>",
    "                                   Three Months Ended              Twelve Months Ended",
    "                          ------------------------------------   -----------------------",
    "                            Jun 30,      Mar 31       Jun 30       Jun 30       Jun 30",
    "                             2005         2005         2004         2005         2004",
    "                          ----------   ----------   ----------   ----------   ----------",
    "                                       (Restated)",
    "<S>                       <C>          <C>          <C>          <C>          <C>",
    "Net revenues              $   21,121   $   19,433   $   20,029   $   79,557   $   66,417",
    "Cost of revenues              12,940       11,982       12,345       50,100       43,222",
)


def test_a_heading_stands_over_all_columns_that_its_line_of_dashes_runs_over() -> None:
    text, grid = table(*PERICOM)
    assert text.startswith(
        "| | Three Months Ended Jun 30, 2005 | Three Months Ended Mar 31 2005 (Restated) "
        "| Three Months Ended Jun 30 2004 | Twelve Months Ended Jun 30 2005 "
        "| Twelve Months Ended Jun 30 2004 |\n"
    )
    spans = [(c.col, c.colspan) for c in grid.rows[0] if c is not None]
    assert spans == [(1, 3), (4, 2)]


def test_without_dashes_a_heading_stands_over_the_columns_in_whose_middle_it_is() -> None:
    head = rows(
        "                                 Three Months Ended                 Six Months Ended",
        "                                      June 30,                          June 30,",
        "                                 2000            1999              2000            1999",
        "                                    (Unaudited)                        (Unaudited)",
        "<S>                             <C>             <C>               <C>             <C>",
        "Commissions                      $4,225          $4,347           $10,256          $8,524",
        "Principal transactions            5,848           5,520            15,172          10,569",
    )[0]
    three, six = (
        "Three Months Ended June 30, {} (Unaudited)",
        "Six Months Ended June 30, {} (Unaudited)",
    )
    said = [three.format(2000), three.format(1999), six.format(2000), six.format(1999)]
    assert head == f"| | {' | '.join(said)} |"


def test_a_heading_between_others_stands_over_its_own_columns_only() -> None:
    head = rows(
        "                                         Quarter                    Year Ended",
        "1995                       First    Second    Third     Fourth       June 30",
        "----                       -----    ------    -----     -------     ----------",
        "<S>                       <C>       <C>      <C>       <C>          <C>",
        "Net Sales                $14,027   $15,821   $19,750   $21,515      $71,113",
        "Gross Profit               4,385     5,052     6,762     7,372       23,571",
    )[0]
    assert head == (
        "| 1995 | Quarter First | Quarter Second | Quarter Third | Quarter Fourth "
        "| Year Ended June 30 |"
    )


def test_dashes_as_long_as_the_heading_do_not_say_that_it_stands_over_one_column() -> None:
    head = rows(
        "                                         Pro Forma Year Ended",
        "                                               June 30,",
        "                                         ---------------------",
        "                                     1994           1993",
        "                                     ----           ----",
        "                                (in thousands, except per share data)",
        "<S>                                <C>            <C>",
        "    Net Sales                      $ 73,757       $ 71,543",
        "    Net Income (Loss)                 5,890           (955)",
    )[0]
    over = "Pro Forma Year Ended June 30, {} (in thousands, except per share data)"
    assert head == f"| | {over.format(1994)} | {over.format(1993)} |"


def test_a_heading_below_the_marks_and_one_beside_the_caption_mark_are_headings() -> None:
    read = rows(
        "<CAPTION>                                     COMMON",
        "                              RETAINED        HELD IN",
        "                              EARNINGS        TREASURY             TOTAL",
        "<S>                         <C>             <C>               <C>",
        "                                          (IN THOUSANDS)",
        "BALANCE, DECEMBER 31        $  28,134       $   (215)         $  65,638",
        "NET INCOME                      6,418             --              6,418",
    )
    assert read[0] == (
        "| | RETAINED EARNINGS (IN THOUSANDS) | COMMON HELD IN TREASURY (IN THOUSANDS) "
        "| TOTAL (IN THOUSANDS) |"
    )
    assert read[2] == "| BALANCE, DECEMBER 31 | $ 28,134 | $ (215) | $ 65,638 |"


def test_a_heading_that_begins_over_the_labels_stays_whole() -> None:
    head = rows(
        "                        YEAR ENDED      TOTAL PRO FORMA",
        "                    JANUARY 31, 1999   ADJUSTMENTS(2)",
        "                    ----------------  ---------------",
        "<S>                         <C>            <C>",
        "Total revenue               $291,278       $102,392",
        "Professional fees             16,287          2,540",
    )[0]
    assert head == "| | YEAR ENDED JANUARY 31, 1999 | TOTAL PRO FORMA ADJUSTMENTS(2) |"


def test_dates_that_one_blank_parts_head_a_column_each() -> None:
    head = rows(
        "                      Quarter        Quarter       Quarter     Six Months",
        "AVERAGE BALANCES   September 30,    June 30,    September 30, September 30,",
        "(in 000s)              2006           2006          2005          2006",
        "<S>                 <C>           <C>           <C>           <C>",
        "Loans               $1,008,100    $  956,861    $  844,446    $  982,481",
        "Investments             93,101        94,554        92,083        93,827",
    )[0]
    assert head == (
        "| AVERAGE BALANCES (in 000s) | Quarter September 30, 2006 | Quarter June 30, 2006 "
        "| Quarter September 30, 2005 | Six Months September 30, 2006 |"
    )


def test_two_columns_of_words_under_one_mark_are_two() -> None:
    assert rows(
        "Owner                Credit Party           Agreement          Interests",
        "<S>                  <C>                                       <C>",
        "Asta Funding, Inc.   Palisades Collection   Membership              100%",
        "                     L.L.C.                 Interests",
        "Asta Funding, Inc.   Asta Commercial        Membership              100%",
        "Asta Funding, Inc.   Computer Finance       Membership               60%",
    ) == [
        "| Owner | Credit Party | Agreement | Interests |",
        "|---|---|---|---|",
        "| Asta Funding, Inc. | Palisades Collection | Membership | 100% |",
        "| | L.L.C. | Interests | |",
        "| Asta Funding, Inc. | Asta Commercial | Membership | 100% |",
        "| Asta Funding, Inc. | Computer Finance | Membership | 60% |",
    ]


def test_a_sign_or_a_mark_beside_a_figure_is_no_column_and_a_year_with_its_figure_is() -> None:
    signs = rows(
        "<S>                  <C>             <C>",
        "Notes                $      1,000 (a)  $  200",
        "Bonds                $      3,000 (a)  $  400",
        "Loans                $      5,000 (a)  $  600",
    )
    assert all(row.count("|") == 4 for row in signs)
    assert rows(
        "<S>                           <C>                               <C>",
        "          1996...............$ 1,936,000    1999...............    496,000",
        "          1997...............    513,000    2000...............    404,000",
        "          1998...............    438,000    Thereafter.........       -",
    ) == [
        "| 1996 | $ 1,936,000 | 1999 | 496,000 |",
        "|---|---|---|---|",
        "| 1997 | 513,000 | 2000 | 404,000 |",
        "| 1998 | 438,000 | Thereafter | - |",
    ]


@st.composite
def printed(draw: st.DrawFn) -> tuple[list[str], list[list[str]], list[list[str]]]:
    """(lines, headings of each column, rows of figures) of a table set as the era set them."""
    sizes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=3).filter(lambda s: sum(s) > 1))
    widths = draw(st.lists(st.integers(10, 13), min_size=sum(sizes), max_size=sum(sizes)))
    gap = " " * draw(st.integers(2, 5))
    dashes = draw(st.booleans()) or len({*sizes}) > 1 or sizes[0] == 1
    over = draw(st.permutations(["Year Ended", "Quarter", "Pro Forma"]))
    figures = st.integers(0, 999_999).map(lambda n: f"{n:,}")
    body = draw(st.lists(st.lists(figures, min_size=len(widths), max_size=len(widths)), min_size=1,
                         max_size=6))  # fmt: skip
    runs = [widths[sum(sizes[:n]) : sum(sizes[: n + 1])] for n in range(len(sizes))]
    wide = [sum(run) + len(gap) * (len(run) - 1) for run in runs]
    label = " " * 24
    years = [str(1990 + n) for n in range(len(widths))]
    lines = [label + gap.join(text.center(w) for text, w in zip(over, wide, strict=False))]
    if dashes:
        lines.append(label + gap.join("-" * w for w in wide))
    lines += [
        label + gap.join(year.center(w) for year, w in zip(years, widths, strict=True)),
        label + gap.join("-" * w for w in widths),
        "<S>".ljust(24) + gap.join("<C>".ljust(w) for w in widths),
    ]
    lines += [
        f"Item {n}".ljust(24) + gap.join(v.rjust(w) for v, w in zip(row, widths, strict=True))
        for n, row in enumerate(body)
    ]
    heads = [text for text, size in zip(over, sizes, strict=False) for _ in range(size)]
    return lines, [list(head) for head in zip(heads, years, strict=True)], body


@given(printed())
def test_a_table_printed_from_known_columns_is_read_back(
    made: tuple[list[str], list[list[str]], list[list[str]]],
) -> None:
    lines, heads, body = made
    read = rows(*lines)
    assert read[0] == f"| | {' | '.join(' '.join(head) for head in heads)} |"
    assert read[2:] == [f"| Item {n} | {' | '.join(row)} |" for n, row in enumerate(body)]


@given(st.lists(st.text(alphabet=" -.$ab,1(", max_size=40), min_size=1, max_size=12))
def test_no_row_of_figures_moves_whatever_the_layout(body: list[str]) -> None:
    """Each digit of a line stands in one row, and rows keep the order of their lines."""
    lines = [f"{n} row {line}" for n, line in enumerate(body, 2000)]
    text = "\n".join(["<TABLE>", "      Year Ended", "<S>      <C>  <C>", *lines, "</TABLE>"])
    shown = "".join(b.text for b in text_blocks(text))
    assert [c for c in shown if c.isdigit()] == [c for line in lines for c in line if c.isdigit()]
