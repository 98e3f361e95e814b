"""Typed text: pages of `<p>` lines, double spacing, hanging speakers, labels of several lines."""

from __future__ import annotations

import time

from qhdata.extract import Limits, extract_document
from qhdata.extract.document import Extracted
from qhdata.extract.double_spaced import closed_up
from qhdata.records import Header, RawDocument

COURIER = 'style="MARGIN:0px; FONT-FAMILY:Courier New"'
BLANK = "<p style=MARGIN:0px><br></p>"


def extract(data: str, doc_type: str = "EX-99") -> Extracted:
    raw = RawDocument(
        doc_id="s:1", file_id="s/1", source="s", source_path="1.txt", doc_type=doc_type, sequence=1,
        file_name="1.txt", data=data.encode(), header=Header(),
    )  # fmt: skip
    return extract_document(raw, Limits())


def typed(*lines: str) -> str:
    inside = "".join(
        f"<p {COURIER}>{line.replace('  ', '&nbsp;&nbsp;')}</p>" if line else BLANK
        for line in lines
    )
    return f"<html><body>{inside}</body></html>"


PROSE = [
    "     The Company had not paid any dividends on its Common Stock and the Board",
    "of Directors of the Company presently intends not to declare dividends, but to",
    "pursue a policy of retaining earnings for the growth of the Company.",
]
ROWS = [
    "                       2009         2008",
    "OPERATING COSTS      312,970      465,707",
    "OPERATING LOSS      (312,970)    (465,707)",
]


def test_typed_lines_of_a_page_are_sentences_and_rows_again() -> None:
    done = extract(typed(*([*PROSE, "", *ROWS, ""] * 5)))
    assert " ".join(" ".join(PROSE).split()) in done.text
    assert "\n".join(ROWS) in done.text
    assert done.notes["typed_lines"] == 39  # the last blank one stays as it is


def test_a_page_that_names_such_a_font_now_and_then_is_left_alone() -> None:
    done = extract(typed(*PROSE))
    assert "typed_lines" not in done.notes
    assert "the Board\n\nof Directors" in done.text


def test_links_pictures_and_facts_keep_their_elements() -> None:
    lines = typed(*(PROSE * 10)).replace("pursue", '<a name="here">pursue</a>', 1)
    done = extract(lines.replace("</body>", '<ix:nonfraction name="a:B">5</ix:nonfraction></body>'))
    assert "typed_lines" not in done.notes
    with_anchor = extract(lines)
    assert "declare dividends, but to\n\npursue a policy" in with_anchor.text


DOUBLE = """
    Parties receiving this release are encouraged to review our annual report

on Form 10-K for the year ended June 30, 2003 and, in particular, the risk

factors sections of this filing, which say what could make our results differ

from those that we expect to have.



    Pericom Semiconductor Corporation designs and develops high-performance

circuits for the transfer, routing, and timing of signals within and between

computer, networking, and multimedia systems.
"""


def test_double_spaced_sentences_are_whole_and_paragraphs_stay_apart() -> None:
    paragraphs = extract(DOUBLE).text.split("\n\n")
    assert [p.split()[0] for p in paragraphs] == ["Parties", "Pericom"]
    assert paragraphs[0].endswith("from those that we expect to have.")


def test_a_list_of_one_line_entries_with_blanks_between_stays_a_list() -> None:
    entries = [
        f"{n}.  Certificate of Incorporation of the Registrant, as amended in {1990 + n}"
        for n in range(9)
    ]
    text = "\n\n".join(entries)
    assert closed_up(text.split("\n")) == text.split("\n")


SPEAKERS = """
Gary Stern:           I think we saw a little bit more of an increase in
                      card prices. We are buying telecom paper at very
                      attractive prices. We still were able to purchase
                      card paper at attractive prices.

(Scott Nelson):       And also is it just these two workers that come
                      with it?
"""


def test_what_a_speaker_says_is_one_paragraph() -> None:
    stern, nelson = extract(SPEAKERS).text.split("\n\n")
    assert stern.startswith("Gary Stern: I think")
    assert stern.endswith("at attractive prices.")
    assert nelson == "(Scott Nelson): And also is it just these two workers that come with it?"


def test_a_page_end_inside_of_what_a_speaker_says_is_mended() -> None:
    first, second = SPEAKERS.split("                      attractive prices. We still")
    page = "<PAGE>\n\n                                   Page {}\n\n"
    more = f"\n{page.format(3)}                      attractive prices. We still"
    text = "\n\n".join(f"{page.format(n)}Some words." for n in (1, 2)) + f"\n{first}{more}{second}"
    assert "at very attractive prices. We still were" in extract(text).text


LABELS = """
   Investment in
    real estate
    in a joint
    venture             17,742      0%       17,704       2%         17,406
   Accrued
    interest and
    dividends
    receivable           6,942     -3%        7,179     -10%          7,691
"""


def test_rows_whose_labels_take_several_lines_keep_their_columns() -> None:
    assert " receivable           6,942     -3%        7,179" in extract(LABELS).text


SIGNED = """
                                        By: /s/ Gary S. Gillman
                                            Gary S. Gillman
                                            Chief Financial Officer
"""


def test_a_signature_keeps_its_lines() -> None:
    assert "Gary S. Gillman Chief" not in extract(SIGNED).text


def test_a_date_in_justified_text_is_no_row_of_figures() -> None:
    words = "10.2  Second  Amended\n      Agreement\n      as  of  May  18,  2000\n"
    lines = f"{words}      between  the\n"
    assert "as of May 18, 2000 between the" in " ".join(extract(lines).text.split())
    assert "18,  2000" not in extract(lines).text


def test_a_line_without_an_end_takes_no_time() -> None:
    began = time.process_time()
    extract(f"{LABELS}{'1,234  ' * 20_000}{'9' * 60_000} and\nmore\n")
    assert time.process_time() - began < 10
