"""Where words begin in a line whose printer dropped its spaces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.extract.pdf_words import Glyph, words_begin

TEXT = "the Company entered into interest rate swaps for which the attorneys filed notices. "


def glyphs(text: str, space: float = 2.5, wider: float = 0.0) -> list[Glyph]:
    """A line of letters 4 points wide and 10 tall. `_` is a gap of 0.3 points that nobody meant as
    a space. wider: what stands between any two letters.
    """
    out: list[Glyph] = []
    x, spaced = 72.0, False
    for n, character in enumerate(text):
        if character == " ":
            x, spaced = x + space, True
        elif character == "_":
            x += 0.3
        else:
            out.append((character, x, x + 4.0, 700.0, 710.0, -1 - n if spaced else n))
            x, spaced = x + 4.0 + wider, False
    return out


def said(line: list[Glyph]) -> str:
    """The line with the words that begin in it parted."""
    begins = words_begin(line)
    return "".join(
        f"{' ' if n in begins or g[5] < 0 else ''}{g[0]}" for n, g in enumerate(line)
    ).strip()


@pytest.mark.parametrize(
    ("line", "parted"),
    [
        ("the States filed_two actions", "the States filed two actions"),
        ("a security, and a_17 percent", "a security, and a 17 percent"),
        ("of litigation._One state court", "of litigation. One state court"),
        ("was approximately_$43 million", "was approximately $43 million"),
        ("segments in (Topic 740)._This ASU", "segments in (Topic 740). This ASU"),
    ],
)
def test_a_gap_wider_than_those_within_words_begins_one(line: str, parted: str) -> None:
    assert said(glyphs(TEXT + line)) == TEXT + parted


@pytest.mark.parametrize(
    "line", ["Item 2. Propertie_s.", "the S_ECURITIES", "PART I_V", "1_34 / 1_56"]
)
def test_a_single_letter_and_numbers_stay_whole(line: str) -> None:
    assert said(glyphs(TEXT + line)) == TEXT + line.replace("_", "")


@given(st.floats(-0.3, 1.2), st.floats(-0.09, 0.09))
def test_letters_spaced_out_alike_are_no_words(wider: float, off: float) -> None:
    plain, title = glyphs(TEXT, wider=off), glyphs("ANNUAL REPORT TO HOLDERS", 4.0, wider)
    lower = [(c, x0, x1, y0 - 20, y1 - 20, n) for c, x0, x1, y0, y1, n in title]
    assert words_begin(plain + lower) == set()


def test_few_letters_say_nothing_of_their_page() -> None:
    assert words_begin(glyphs("filed_two actions")) == set()


@given(st.lists(st.tuples(st.sampled_from("aZ1.,（了 $é"), st.floats(-50, 50)), max_size=60))
def test_any_page_is_read(drawn: list[tuple[str, float]]) -> None:
    page = [(c, x, x + 4.0, 0.0, abs(x), n) for n, (c, x) in enumerate(drawn)]
    assert words_begin(page) <= set(range(1, len(page)))
