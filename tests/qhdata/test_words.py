"""Words: numpy's and the regular expression's are the same, whatever the text."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qhdata import words as module
from qhdata.words import WordHashes, word_hashes, words, words_of

ODD = st.text(
    st.sampled_from("aB1２9.,:/-_ \n\0é净İßΣς½²٣𝟙😀Ⅻ\u0301") | st.characters(), max_size=60
)


def test_words_keep_numerals_whole_and_split_chinese() -> None:
    assert words_of("Rose 1,234.5 to 2024-06-30; 净利润12亿, gil及其 1,-2") == [
        "rose", "1,234.5", "to", "2024-06-30", "净", "利", "润", "12", "亿", "gil", "及", "其",
        "1", "2",
    ]  # fmt: skip


def by_numpy(texts: list[str]) -> list[tuple[int, int, bool]]:
    """(number of the text, hash, whether it is a numeral) of each word."""
    found = words(texts)
    columns = (found.text, found.hashes, found.numeral)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def one_by_one(texts: list[str]) -> list[tuple[int, int, bool]]:
    known = WordHashes()
    said = [(n, word) for n, text in enumerate(texts) for word in words_of(text)]
    hashes = word_hashes([word for _, word in said], known).tolist()
    return [(n, h, word[0].isdecimal()) for (n, word), h in zip(said, hashes, strict=True)]


@given(st.lists(ODD, max_size=6))
@example(["1.2", ".3", "4,", ",5", "6"])
@example(["a\0b", "", "\0", "净\0净"])
@example(["İ" * 9])
@settings(max_examples=300, deadline=None)
def test_they_are_those_of_the_regular_expression(texts: list[str]) -> None:
    assert by_numpy(texts) == one_by_one(texts)


@given(st.lists(ODD, min_size=1, max_size=8), st.integers(1, 40))
@settings(max_examples=60, deadline=None)
def test_long_texts_are_cut_between_words(texts: list[str], times: int) -> None:
    long = [f"{text} " * times for text in texts]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "SEGMENT", 600)
        assert by_numpy(long) == one_by_one(long)


def test_a_word_longer_than_a_segment_is_some_words_and_the_same_each_time() -> None:
    text = "x" * (module.SEGMENT * 2 + 5)
    one, other = words([text]), words(["a b", text, "c"])
    assert len(one.hashes) == 3
    assert (other.hashes[2:5] == one.hashes).all()


def test_different_words_have_different_hashes() -> None:
    figures = " ".join(map(str, range(100_000)))
    assert len(np.unique(words([figures]).hashes)) == 100_000
    text = " ".join("".join(chr(97 + n // 26**k % 26) for k in range(4)) for n in range(200_000))
    assert len(np.unique(words([text]).hashes)) == 200_000
