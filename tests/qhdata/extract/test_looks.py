"""What one look at a row of text tells is what each question tells by itself."""

from __future__ import annotations

import hashlib
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qhdata.extract.characters import clean, look, script, without_controls
from qhdata.extract.given import as_given
from qhdata.extract.limits import Limits
from qhdata.records import Header, RawDocument

ODD = st.text(
    st.sampled_from("aZ9 \n\t\x00\x0b\x1f\x7f\x80\x9f\xad\u200b\u2011\u2028\ufeff\u2019净利润告İ😀")
    | st.characters(codec="utf-8"),
    max_size=80,
)


@given(ODD)
@example("净" * 21 + "a" * 62)
@example("净" * 21 + "a" * 63)
@example("净" * 20)
@example("a" * 21 + "’")
def test_one_look_tells_what_each_question_does(text: str) -> None:
    seen = look(text)
    assert seen.odd == (clean(text) != text)
    assert seen.controls == (without_controls(text) != text)
    latin = len(re.findall("[A-Za-z]", text))
    han = len(re.findall("[\u4e00-\u9fff]", text))
    own = "zh" if han * 3 > latin and han > 20 else "en" if latin > 20 else "und"
    assert seen.lang == script(text) == own


def given_row(text: str) -> RawDocument:
    return RawDocument(
        doc_id="s:1", file_id="f", source="s", source_path="a.jsonl#1", doc_type="", sequence=1,
        file_name="1", data=text.encode(), header=Header(), given=True,
    )  # fmt: skip


@given(ODD)
def test_a_row_has_its_digest_and_title(text: str) -> None:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    wanted = without_controls(clean(lines)).strip()
    done = as_given(given_row(text), Limits()) if wanted else None
    if done is None:
        return
    assert done.text == wanted
    assert done.text_sha256 == hashlib.sha256(done.text.encode()).hexdigest()
    line = done.text[:1000].split("\n", 1)[0].lstrip("# ")
    assert done.title == " ".join(line.split())[:200]


@pytest.mark.parametrize("gap", [" ", "\xa0", "\u2003", "", "\n", "\u3000 "])
def test_a_cover_says_its_form_whatever_stands_between(gap: str) -> None:
    assert as_given(given_row(f"UNITED STATES\nFORM{gap}10-K\nAnnual report"), Limits()) is None
    assert as_given(given_row(f"To perform{gap}10 tests is no form.\nA report"), Limits())


@pytest.mark.parametrize("words", [1, 40, 200, 400])
def test_a_title_is_the_first_lines_words(words: int) -> None:
    line = "  ".join(f"w{n}" for n in range(words))
    done = as_given(given_row(f"# {line}\nnext"), Limits())
    assert done is not None
    assert done.title == " ".join(line[:998].split())[:200]
