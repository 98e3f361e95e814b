from __future__ import annotations

import pytest

from qhdata.extract.blocks import Block
from qhdata.extract.bullets import join_marks
from qhdata.extract.document import Extracted, extract_document
from qhdata.extract.limits import Limits
from qhdata.extract.seams import join_cut
from qhdata.records import Header, RawDocument

BREAK = '<hr style="page-break-after:always">'
HEADER = (
    '<html xmlns:ix="http://www.xbrl.org/2013/inlineXBRL"><body><div style="display:none">'
    "<ix:header><ix:resources><xbrli:context xmlns:xbrli='http://www.xbrl.org/2003/instance' "
    "id='c'><xbrli:entity><xbrli:identifier scheme='x'>1</xbrli:identifier></xbrli:entity>"
    "<xbrli:period><xbrli:instant>2024-12-31</xbrli:instant></xbrli:period></xbrli:context>"
    "<xbrli:unit xmlns:xbrli='http://www.xbrl.org/2003/instance' id='u'><xbrli:measure>"
    "iso4217:USD</xbrli:measure></xbrli:unit></ix:resources></ix:header></div>"
)


def extracted(body: str) -> Extracted:
    data = f"{HEADER}{body}</body></html>".encode()
    raw = RawDocument(
        doc_id="s:1", file_id="s/a.htm", source="s", source_path="a.htm", doc_type="EX-99",
        sequence=1, file_name="a.htm", data=data, header=Header(),
    )  # fmt: skip
    return extract_document(raw, Limits())


def table(*rows: tuple[str, ...]) -> str:
    return "<table>" + "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows
    ) + "</table>"  # fmt: skip


def fact(name: str, shown: str) -> str:
    return (
        f'<ix:nonFraction name="us-gaap:{name}" contextRef="c" unitRef="u" decimals="0" '
        f'scale="0" id="{name}">{shown}</ix:nonFraction>'
    )


LEFT = "<p>We consolidate an entity when we are, in the words of the accounting standard,</p>"
RIGHT = "<p>its primary beneficiary.</p>"


def test_a_sentence_that_a_page_cut_is_one_and_its_facts_keep_their_places() -> None:
    done = extracted(
        f"<p>Total: {fact('Assets', '1,200')}</p>{LEFT}{BREAK}"
        f"<p>and hold assets of {fact('Liabilities', '900')}.</p>"
    )
    assert "accounting standard, and hold assets of 900." in done.text
    spans = {f.concept: done.text[f.start : f.end] for f in done.facts if f.start is not None}
    assert spans == {"us-gaap:Assets": "1,200", "us-gaap:Liabilities": "900"}


@pytest.mark.parametrize(
    ("first", "second", "one"),
    [
        ("and will reimburse the", "Company for the research.", True),
        ("income of $54 million and", "$107 million, respectively.", True),
        ("notes due at", "December 31, 2008, rose.", True),
        ("do all that our directors think is right; and", "5. The other officers do.", False),
        ("these are what we are sure to be asked for by the", "(a) Company;", False),
        ("A heading that stands alone on its line below a", "• bullet", False),
    ],
)
def test_what_stops_at_a_word_that_ends_nothing_goes_on(first: str, second: str, one: bool) -> None:
    done = extracted(f"<p>We have earned for our shareholders {first}</p>{BREAK}<p>{second}</p>")
    assert (f"{first} {second}" in done.text) is one


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (LEFT.replace("standard,", "standard."), RIGHT),  # a full stop ends it
        (LEFT, RIGHT.replace("its", "Its")),  # a capital begins another
        ("<p>Signed by</p>", RIGHT),  # too short for a sentence
        (LEFT, "<ul><li>its primary beneficiary.</li></ul>"),
    ],
)
def test_what_was_two_paragraphs_stays_two(first: str, second: str) -> None:
    text = extracted(f"<p>Before.</p>{first}{BREAK}{second}").text
    assert "its primary" not in text.split("\n\n")[1]


def test_without_a_page_between_nothing_is_joined() -> None:
    assert extracted(f"<p>Before.</p>{LEFT}{RIGHT}").text.count("\n\n") == 2


def test_a_table_that_goes_on_is_one_table_and_its_facts_keep_their_places() -> None:
    head = ("", "2024", "2023")
    first = table(head, ("Sales", fact("Revenues", "1,200"), "1,100"), ("Costs", "900", "800"))
    for second in (
        table(("Taxes", "30", "40"), ("Net income", fact("ProfitLoss", "270"), "260")),
        table(head, ("Taxes", "30", "40"), ("Net income", fact("ProfitLoss", "270"), "260")),
    ):
        done = extracted(f"<p>Income</p>{first}{BREAK}{second}<p>After.</p>")
        (one,) = done.tables
        assert done.text[one.start : one.end] == (
            "| | 2024 | 2023 |\n|---|---|---|\n| Sales | 1,200 | 1,100 |\n| Costs | 900 | 800 |\n"
            "| Taxes | 30 | 40 |\n| Net income | 270 | 260 |"
        )
        spans = {f.concept: done.text[f.start : f.end] for f in done.facts if f.start is not None}
        assert spans == {"us-gaap:Revenues": "1,200", "us-gaap:ProfitLoss": "270"}


HEADED = ("", "2024", "2023"), ("Sales", "10,000", "9,000"), ("Costs", "6,000", "5,000")
MORE = ("Margin percentage:", "", ""), ("Products", "40.0%", "44.4%")


def test_a_table_right_below_another_that_is_drawn_as_more_of_it_is_the_same() -> None:
    """As Apple draws its margins, and Procter & Gamble its plan assets."""
    more = (MORE[0], ("Products", fact("Ratio", "40.0"), "44.4"))
    done = extracted(table(*HEADED) + table(*more))
    assert len(done.tables) == 1
    assert "| Costs | 6,000 | 5,000 |\n| Margin percentage: | | |\n| Products | 40.0 |" in done.text
    assert [done.text[f.start : f.end] for f in done.facts] == ["40.0"]


@pytest.mark.parametrize(
    ("between", "second"),
    [
        ("<p>Otherwise:</p>", MORE),
        ("", (("", "2022", "2021"), *MORE)),
        ("", (("Name", "Age", "Office"), ("Jane Doe", "51", "10,000"))),
        ("", (MORE[0], ("Products", "in part", "44.4%"))),
        ("", (("Products", "40.0%"), ("Services", "70.0%"))),
        ("", ((*MORE[1], "", "", "", "1"), (*MORE[1], "", "", "", "2"))),
    ],
)
def test_another_table_right_below_stays_another(
    between: str, second: tuple[tuple[str, ...], ...]
) -> None:
    assert len(extracted(table(*HEADED) + between + table(*second)).tables) == 2


def test_another_table_on_the_next_page_stays_another() -> None:
    first = table(("", "2024", "2023"), ("Sales", "1,200", "1,100"), ("Costs", "900", "800"))
    for second in (
        table(("", "2022", "2021"), ("Sales", "1,000", "990"), ("Costs", "700", "600")),
        table(("", "2024"), ("Assets", "5,000"), ("Debt", "1,000")),
    ):
        assert len(extracted(f"<p>Income</p>{first}{BREAK}{second}").tables) == 2


LONG = "any litigation, contest, dispute, suit, proceeding or action that concerns the agreement"


@pytest.mark.parametrize(
    ("first", "second", "one"),
    [
        (f"(b) {LONG};", "(c) any Default that is not capable of being cured", False),
        (f"(b) {LONG}; or", "(c) any Default that is not capable of being cured", False),
        (f"unconditional, irrespective of {LONG},", "(a) the validity of this Agreement", False),
        (f"will not (i) conflict with {LONG},", "(ii) result in the creation of a lien", True),
        (f"risks such as strikes; fires; {LONG};", "seasonality; and stock prices", True),
        (f"failure to do so; {LONG}", "(including every appeal of it); and others", True),
        (f"{LONG};", "the outcome of which no one knows", False),
        (f"{LONG} and", "the outcome of which no one knows", True),
    ],
)
def test_items_of_a_list_are_no_halves_of_a_sentence(first: str, second: str, one: bool) -> None:
    after = Block("text", second)
    after.broken = True
    assert len(join_cut([Block("text", first), after])[0]) == (1 if one else 2)


def test_an_item_that_a_page_cuts_goes_on() -> None:
    after = Block("text", "the outcome of which no one knows.")
    after.broken = True
    joined, _ = join_cut([Block("list", f"- {LONG} and"), after])
    assert [b.kind for b in joined] == ["list"]
    assert joined[0].text == f"- {LONG} and the outcome of which no one knows."


def test_a_mark_alone_belongs_to_the_words_after_it() -> None:
    mark, words = Block("text", "•", [(0, 2), (1, 3)]), Block("text", "first;", [(0, 4), (5, 5)])
    two = [Block("text", "•"), Block("text", "•"), Block("text", "second")]
    found = join_marks([mark, words, *two])
    assert [b.text for b in found] == ["- first;", "•", "- second"]
    assert found[0].marks == [(2, 2), (2, 3), (2, 4), (7, 5)]


@pytest.mark.parametrize("mark", ["(1)", "(iv)", "(b)", "12.", "a)", "*", "†", "¹", "—"])
def test_a_mark_that_floats_beside_its_words_is_joined_to_them(mark: str) -> None:
    words = Block("text", "Member of the audit committee.", [(0, 2), (6, 3)])
    words.bold, said = True, words.text
    (found,) = join_marks([Block("text", mark), words])
    shown = "-" if mark == "—" else mark
    assert (found.text, found.bold) == (f"{shown} {said}", True)
    assert [found.text[a:b] for (a, _), (b, _) in [found.marks]] == ["Member"]


@pytest.mark.parametrize("follows", ["(270)", "1,234", "(2)", "5", "-"])
def test_a_number_in_brackets_above_another_stays(follows: str) -> None:
    found = join_marks([Block("text", "(1)"), Block("text", follows)])
    assert [b.text for b in found] == ["(1)", follows]
    grid = Block("table", "| a |")
    assert [b.text for b in join_marks([Block("text", "(1)"), grid])] == ["(1)", "| a |"]


def test_a_dash_alone_may_be_a_value() -> None:
    found = join_marks([Block("text", "—"), Block("text", "words"), Block("text", "•")])
    assert [b.text for b in found] == ["—", "words", "•"]
