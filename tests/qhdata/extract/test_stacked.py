"""Tables that are drawn as one come apart where their headings say another thing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from inline_page import CONTEXTS, extracted

LOWEST = ("", "Assets", "Debts")


def row(*cells: str) -> str:
    """A row of cells; `2:text` spans two columns."""
    tags = [
        f'<td colspan="2">{cell[2:]}</td>' if cell.startswith("2:") else f"<td>{cell}</td>"
        for cell in cells
    ]
    return f"<tr>{''.join(tags)}</tr>"


def page(*rows: str, said: str = "Offsetting of swaps (in millions)") -> str:
    hidden = f'<div style="display:none">{CONTEXTS}</div>'
    table = f"<table>{''.join(rows)}</table>"
    return f"<html><body>{hidden}<p><b>{said}</b></p>{table}</body></html>"


def year(said: str, assets: str, debts: str) -> list[str]:
    return [row("", f"2:{said}"), row(*LOWEST), row("Swaps", assets, debts)]


def test_amounts_stand_under_the_date_that_is_drawn_above_them() -> None:
    fact = (
        '<ix:nonFraction contextRef="y" unitRef="usd" name="x:A" scale="6">1,776</ix:nonFraction>'
    )
    both = [*year("December 31, 2023", "$535", "(82)"), *year("December 31, 2024", fact, "(48)")]
    done = extracted(page(*both))
    assert done.text.count("| | December 31, 2024 Assets | December 31, 2024 Debts |") == 1
    assert [(t.title, t.unit, t.scale) for t in done.tables] == [
        ("Offsetting of swaps (in millions)", "USD", "1000000")
    ] * 2
    (only,) = [f for f in done.facts if f.concept == "x:A"]
    assert only.start is not None
    assert done.text[only.start : only.end] == "1,776"
    first, second = done.tables
    assert first.end < second.start < only.start < second.end


def test_a_table_of_its_own_takes_no_title_from_the_one_before() -> None:
    one = page(*year("December 31, 2023", "$535", "(82)"))
    table = one[one.index("<table") : one.index("</body>")]
    assert [t.title for t in extracted(one.replace("</body>", table)).tables][1] == ""


@pytest.mark.parametrize(
    "below",
    [
        year("December 31, 2023", "1,776", "48"),
        [row("", "December 31, 2024", ""), row(*LOWEST), row("Swaps", "1,776", "48")],
        [row("", "2:1,776"), row(*LOWEST), row("Swaps", "1,776", "48")],
        [row("", "2:December 31, 2024"), row("", "Assets", "Loans"), row("Swaps", "1,776", "48")],
        year("December 31, 2024", "Jane Roe", "John Doe"),
    ],
    ids=["the same", "another layout", "a value", "other columns", "words"],
)  # fmt: skip
def test_other_rows_in_the_middle_part_no_table(below: list[str]) -> None:
    done = extracted(page(*year("December 31, 2023", "$535", "(82)"), *below))
    assert len(done.tables) == 1


def test_a_table_below_contents_that_it_was_drawn_with_has_no_title_of_theirs() -> None:
    def listed(part: str, *titles: str) -> list[str]:
        rows = [row(title, str(n), str(n + 1)) for n, title in enumerate(titles, 2)]
        return [row("", f"2:{part}"), row("", "From", "To"), *rows]

    one = listed("Part I", "Item 1. Business", "Item 2. Properties", "Item 3. Legal Proceedings")
    two = listed("Part II", "Item 8. Financial Statements")
    body = "".join(
        f"<p><b>{title}</b></p><p>{'We make widgets in three plants. ' * 40}</p>"
        for title in ("Item 1. Business", "Item 2. Properties", "Item 3. Legal Proceedings")
    )
    page = f"<html><body><table>{''.join(one + two)}</table><p>FORM 10-K</p>{body}</body></html>"
    assert [table.title for table in extracted(page).tables] == [""]
