"""A label of a PDF's table that takes two lines is one, and two labels stay two."""

from __future__ import annotations

import pytest

from qhdata.extract.pdf_labels import whole_labels
from qhdata.extract.pdf_page import Line, Piece

WIDE = "Issued under director and stock plans of all kinds"


def lines(*rows: str, apart: float = 14.0) -> list[Line]:
    """Lines of 10 points, 5 points a letter; what stands behind a bar is a number."""
    made = []
    for n, row in enumerate(rows):
        top, pieces = n * apart, []
        for k, text in enumerate(row.split("|")):
            left = 50.0 + 300.0 * k
            pieces.append(Piece(text, left, left + 5 * len(text), top, top + 10))
        made.append(Line(pieces))
    return made


def labels(found: list[Line]) -> list[str]:
    return [line.pieces[0].text for line in found]


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("Shares of common stock used to satisfy withholding", "obligations", " "),
        ("Adjustment of the charges for litigation of others-", "related charges", ""),
    ],
)
def test_a_label_of_two_lines_stands_whole_beside_its_numbers(
    first: str, second: str, whole: str
) -> None:
    found = whole_labels(lines(f"{WIDE}|155", first, f"{second}|(39)", "Net income|323"))
    assert labels(found) == [WIDE, f"{first}{whole}{second}", "Net income"]
    assert [p.text for p in found[1].pieces[1:]] == ["(39)"]


def test_a_label_of_three_lines_is_one() -> None:
    rows = [WIDE, "amortization of all that is written off over years", "and more|5"]
    assert labels(whole_labels(lines(*rows))) == [" ".join(rows).removesuffix("|5")]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Long-term debt and leases of all of our subsidiaries", "Obligations"),
        ("Long-term debt and leases of all of our subsidiaries", "less current portion"),
        ("Long-term debt and leases of all our subsidiaries:", "obligations"),
        ("Deferred", "federal"),
        ("Long-term debt and leases of all of our subsidiaries|7", "obligations"),
    ],
    ids=["capital", "less", "colon", "room", "number"],
)
def test_two_labels_stay_two(first: str, second: str) -> None:
    found = whole_labels(lines(f"{WIDE}|155", first, f"{second}|(39)"))
    assert labels(found) == [WIDE, first.split("|")[0], second]


def test_lines_that_stand_apart_are_two_labels() -> None:
    assert len(whole_labels(lines(WIDE, "obligations|7", apart=30))) == 2
