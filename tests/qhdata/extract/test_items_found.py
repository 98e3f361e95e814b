"""Items that are short, run in, listed, missing or signed have their rows, or a check says so."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.extract import Limits, extract_document
from qhdata.extract.blocks import Block
from qhdata.extract.contents import find_contents
from qhdata.extract.extracted import Extracted
from qhdata.extract.found import Found
from qhdata.extract.item_heading import read_heading
from qhdata.extract.items import FORM_8K, FORM_10K, FORM_10Q
from qhdata.extract.kinds import form_of
from qhdata.extract.sections import find_items
from qhdata.records import Header, RawDocument

PROSE = "The registrant makes glass and steel and sells them to builders. " * 12
TITLES = {
    "1": "Business", "1A": "Risk Factors", "1B": "Unresolved Staff Comments", "2": "Properties",
    "3": "Legal Proceedings", "4": "Mine Safety Disclosures",
    "5": "Market for Registrant's Common Equity", "6": "[Reserved]",
    "7": "Management's Discussion and Analysis", "7A": "Quantitative and Qualitative Disclosures",
    "8": "Financial Statements and Supplementary Data",
    "9": "Changes in and Disagreements with Accountants", "9A": "Controls and Procedures",
    "9B": "Other Information", "10": "Directors", "11": "Executive Compensation",
    "12": "Security Ownership", "13": "Certain Relationships", "14": "Principal Accountant Fees",
    "15": "Exhibits and Financial Statement Schedules",
}  # fmt: skip
SIGNED = [
    "Pursuant to the requirements of the Securities Exchange Act of 1934, the registrant has duly "
    "caused this report to be signed on its behalf by the undersigned.",
    "/s/ Jane Roe, Chief Executive Officer",
]


def annual(said: dict[str, str], before: list[str] | None = None, sep: str = "|") -> list[Block]:
    """Items with what they say, PROSE where nothing is given; `sep` parts title and text."""
    lines = list(before or [])
    for number, title in TITLES.items():
        line = f"Item {number}. {title}{sep}{said.get(number, PROSE)}"
        lines += [text for text in line.split("|") if text]
    return [Block("text", text) for text in [*lines, *SIGNED]]


def texts(blocks: list[Block], found: list[Found]) -> dict[str, str]:
    """Key -> text of every section that is there."""
    return {
        f.key: "|".join(b.text for b in blocks[f.start : f.end])
        for f in found
        if f.status != "not_found"
    }


def whole(blocks: list[Block]) -> dict[str, str]:
    """Sections of a 10-K that has all of its items, each headed by its own number."""
    found = find_items(blocks, FORM_10K, False)
    got = texts(blocks, found)
    assert [f.key for f in found if f.status == "not_found"] == []
    numbers = [key.partition("item")[2].upper() for key in got if key != "signatures"]
    assert numbers == list(TITLES)
    assert all(got[key].startswith(f"Item {n}. ") for key, n in zip(got, numbers, strict=False))
    return got


def test_five_short_items_are_no_contents() -> None:
    blocks = annual(dict.fromkeys(["1A", "1B", "2", "3", "4", "5", "6"], "None."))
    assert find_contents(blocks, FORM_10K) == (set(), [])
    assert whole(blocks)["part1.item3"] == "Item 3. Legal Proceedings|None."


@given(st.lists(st.sampled_from(sorted(TITLES)), unique=True, min_size=5))
def test_short_items_are_found_whichever_they_are(short: list[str]) -> None:
    got = whole(annual(dict.fromkeys(short, "Not applicable.")))
    ends = {key.partition("item")[2].upper(): text.rpartition("|")[2] for key, text in got.items()}
    assert {n for n in TITLES if ends[n] == "Not applicable."} == set(short)


@pytest.mark.parametrize("pages", [True, False])
def test_a_plain_list_of_contents_ends_where_the_items_begin(pages: bool) -> None:
    listed = [f"Item {n}. {t}{' ..... 12' if pages else ''}" for n, t in TITLES.items()]
    blocks = annual({}, ["Table of Contents", *listed, "PART I"])
    assert find_contents(blocks, FORM_10K)[0] == set(range(len(listed) + 1))
    assert whole(blocks)["part1.item1"].endswith(PROSE)


@given(st.sets(st.sampled_from(sorted(TITLES)), min_size=1))
def test_items_that_run_into_their_text_are_found(run_in: set[str]) -> None:
    assert len(PROSE) > 400
    blocks = annual({})
    for n, block in enumerate(blocks[:-1]):
        read = read_heading(block.text)
        if read and read[1][0] in run_in and not blocks[n + 1].text.startswith("Item"):
            block.text, blocks[n + 1].text = f"{block.text}. {blocks[n + 1].text}", "The end."
    whole(blocks)


def test_a_sentence_about_an_item_is_no_heading() -> None:
    about = f"Item 7 of our report is long. {PROSE}|Item 8. See the statements there. {PROSE}"
    assert "See the statements" in whole(annual({"2": PROSE + "|" + about}))["part1.item2"]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Items 10 through 14. By reference", ["10", "11", "12", "13", "14"]),
        ("ITEMS 10-14", ["10", "11", "12", "13", "14"]),
        ("Item 10 to 12: none", ["10", "11", "12"]),
        ("Item 2.02/7.01 Results", ["2.02", "7.01"]),
        ("Items 2.02 and 9.01", ["2.02", "9.01"]),
        ("I TEM 7. Discussion", ["7"]),
        ("Item 5 - 10% holders", ["5"]),
    ],
)
def test_numbers_of_a_heading(text: str, numbers: list[str]) -> None:
    read = read_heading(text)
    assert read is not None
    assert read[1] == numbers


def test_two_items_of_one_current_report_share_their_text() -> None:
    blocks = [Block("text", t) for t in ["Item 2.02/7.01 Results of Operations", PROSE, *SIGNED]]
    got = texts(blocks, find_items(blocks, FORM_8K, True))
    assert list(got) == ["item2.02", "item7.01", "signatures"]
    assert got["item7.01"].endswith(PROSE)


@pytest.mark.parametrize(
    "said",
    [
        "|Not applicable.", "|Not required for smaller reporting companies.", ". None.", " - None",
        "|As a smaller reporting company, we are not required to provide this information.",
    ],
)  # fmt: skip
def test_an_item_that_says_nothing_is_omitted(said: str) -> None:
    blocks = annual({"4": said}, sep="")
    for block in blocks:  # the others have their text in the paragraph of their title
        block.text = block.text.replace(PROSE, f". {PROSE}")
    four = next(f for f in find_items(blocks, FORM_10K, False) if f.key == "part1.item4")
    assert four.status == "omitted"


def test_a_title_below_its_number_is_no_text_of_an_item() -> None:
    blocks = annual({})
    at = next(n for n, b in enumerate(blocks) if b.text.startswith("Item 4."))
    blocks[at : at + 2] = [Block("text", t) for t in ["Item 4.", TITLES["4"], "Not applicable."]]
    four = next(f for f in find_items(blocks, FORM_10K, False) if f.key == "part1.item4")
    assert four.status == "omitted"


@pytest.mark.parametrize("lost", ["1B", "3", "9A", "10", "13", "15"])
def test_what_every_annual_report_has_is_missed(lost: str) -> None:
    blocks = [b for b in annual({}) if not b.text.startswith(f"Item {lost}.")]
    found = find_items(blocks, FORM_10K, False)
    missed = [f.key.partition("item")[2].upper() for f in found if f.status == "not_found"]
    assert missed == [lost]


def test_an_old_report_misses_no_item_of_later_years() -> None:
    later = ("1A", "1B", "7A", "9A", "9B", "14", "15")
    blocks = [b for b in annual({}) if (read_heading(b.text) or ("", [""]))[1][0] not in later]
    assert not [f for f in find_items(blocks, FORM_10K, False) if f.status == "not_found"]


def test_a_quarterly_report_misses_its_exhibits() -> None:
    lines = ["PART I", "Item 1. Financial Statements", PROSE, "Item 2. Discussion and Analysis"]
    blocks = [Block("text", t) for t in [*lines, PROSE, *SIGNED]]
    found = find_items(blocks, FORM_10Q, False)
    assert [f.key for f in found if f.status == "not_found"] == ["part2.item6"]


def test_signatures_without_a_heading_are_no_part_of_the_last_item() -> None:
    got = whole(annual({}))
    assert got["signatures"].split("|") == SIGNED


@pytest.mark.parametrize(
    "behind",
    [
        "Schedule II", "Report of Independent Registered Public Accounting Firm", "EXHIBIT INDEX",
        "Table of Contents", "Subsidiaries of the Registrant", "Index to Financial Statements",
    ],
)  # fmt: skip
def test_signatures_end_where_something_else_begins(behind: str) -> None:
    blocks = [*annual({}), *[Block("text", t) for t in (behind, PROSE, PROSE)]]
    assert whole(blocks)["signatures"].split("|") == SIGNED


@pytest.mark.parametrize("broken", [True, False])
def test_a_title_on_the_page_of_what_follows_is_not_the_signatures(broken: bool) -> None:
    lines = ["ACME CORPORATION", "AND SUBSIDIARIES", "SCHEDULE II - VALUATION ACCOUNTS", PROSE]
    behind = [Block("text", text) for text in lines]
    behind[0].broken = broken
    got = whole([*annual({}), *behind])["signatures"].split("|")
    assert got == (SIGNED if broken else [*SIGNED, *lines[:2]])


def test_signatures_that_go_on_over_a_page_stay_whole() -> None:
    lines = ["/s/ JOHN DOE", "DIRECTOR", "EXHIBIT INDEX"]
    behind = [Block("text", text) for text in lines]
    behind[0].broken = True
    assert whole([*annual({}), *behind])["signatures"].split("|") == [*SIGNED, *lines[:2]]


def test_signatures_too_long_to_be_that_say_so() -> None:
    blocks = [*annual({}), *[Block("text", PROSE) for _ in range(12)]]
    (signed,) = [f for f in find_items(blocks, FORM_10K, False) if f.key == "signatures"]
    assert (signed.failed, signed.confidence < 0.6) == (["long"], True)


@pytest.mark.parametrize(
    ("cover", "form"),
    [
        ("FORM 10-K", "10-K"), ("FORM 10–K", "10-K"), ("FORM 10 - K", "10-K"), ("FORM 10K", "10-K"),
        ("FORM\n10-K", "10-K"), ("FORM 10-KT", "10-KT"), ("Form 10-K/A", "10-K/A"),
        ("FORM 10-KSB", "10-KSB"), ("FORM 10KSB40", "10-KSB40"), ("FORM 8–K", "8-K"),
        ("FORM 20-F", "20-F"), ("FORM 10-Know", ""), ("FORM S-1", ""),
    ],
)  # fmt: skip
def test_a_cover_says_its_form(cover: str, form: str) -> None:
    assert form_of("", None, {}, [Block("text", "UNITED STATES"), Block("text", cover)]) == form


def test_contents_before_the_items_of_an_8k_go_and_are_counted() -> None:
    head = "<p>FORM 8-K</p><p>TABLE OF CONTENTS</p>"
    lines = ["Item 2.02 Results of Operations", "Item 9.01 Exhibits", "SIGNATURE", "EXHIBIT 99.1"]
    items = f"<p><b>Item 2.02 Results of Operations.</b></p><p>{PROSE}</p>" + (
        f"<p><b>Item 9.01 Exhibits</b></p><p>99.1 Release</p><p>{SIGNED[0]}</p>"
    )
    plain = "".join(f"<p>{line}</p>" for line in lines)
    linked = "".join(f'<p><a href="#a{n}">{line}</a></p>' for n, line in enumerate(lines))
    anchors = "".join(f'<p><a name="a{n}"></a></p>' for n in range(4))
    for listed in (plain, linked):
        done = extract(f"{head}{listed}{anchors}{items}")
        assert done.text.count("Item 2.02") == 1
        assert "EXHIBIT 99.1" not in done.text
        assert done.notes["removed_contents"] == 5


def test_a_title_that_a_line_cuts_is_whole() -> None:
    blocks = [Block("text", t) for t in ["Item 7. Financial Statements and\n   Exhibits.", PROSE]]
    (found, *_) = find_items(blocks, FORM_8K, True)
    assert found.title == "Item 7. Financial Statements and Exhibits."


def extract(body: str) -> Extracted:
    raw = RawDocument(
        doc_id="s:1", file_id="s/1", source="s", source_path="1.htm", doc_type="", sequence=1,
        file_name="1.htm", data=f"<html><body>{body}</body></html>".encode(), header=Header(),
    )  # fmt: skip
    return extract_document(raw, Limits())


@pytest.mark.parametrize("mark", ["5. 02", "5-02", "5:02", "5 .02", "5 - 02"])
def test_an_item_of_an_8k_keeps_its_number_however_its_stop_is_printed(mark: str) -> None:
    blocks = [Block("text", text) for text in (f"Item {mark} Departure of Directors", PROSE)]
    assert [f.key for f in find_items(blocks, FORM_8K, True)] == ["item5.02"]


@pytest.mark.parametrize(
    ("heading", "keys"),
    [
        (
            "Item 9. Regulation FD Disclosure and Item 12. Results of Operations",
            ["item9", "item12"],
        ),
        (
            "Item 1.01. Entry into an Agreement; Item 2.03 Creation of a Direct Obligation",
            ["item1.01", "item2.03"],
        ),
        ("Item 9. Regulation FD Disclosure (information under Item 12)", ["item9"]),
        ("Item 2.03. Creation of an Obligation, and Item 1.01 of May 3", ["item2.03"]),
    ],
)
def test_one_heading_names_two_items_with_their_titles(heading: str, keys: list[str]) -> None:
    blocks = [Block("text", text) for text in (heading, PROSE)]
    assert [f.key for f in find_items(blocks, FORM_8K, True)] == keys


def test_one_heading_of_a_10k_names_two_items_with_their_titles() -> None:
    blocks = annual({})
    at = next(n for n, b in enumerate(blocks) if b.text.startswith("Item 2."))
    business = next(b for b in blocks if b.text.startswith("Item 1."))
    business.text = "Item 1. Business and Item 2. Properties"
    del blocks[at]
    found = {f.key: f for f in find_items(blocks, FORM_10K, False)}
    assert found["part1.item1"].start == found["part1.item2"].start


def current(*behind: str) -> tuple[list[Block], list[Found]]:
    """An 8-K of two items with its signatures, and what stands behind them."""
    lines = ["Section 5 - Corporate Governance", "Item 5.02 Departure of Directors", PROSE]
    lines += ["Section 9 - Financial Statements", "Item 9.01 Financial Statements and Exhibits"]
    lines += ["(d) 10.1 Agreement", "SIGNATURES", *SIGNED, *behind]
    blocks = [Block("text", text) for text in lines]
    return blocks, find_items(blocks, FORM_8K, True)


def test_an_exhibit_behind_the_signatures_of_an_8k_is_no_report() -> None:
    blocks, found = current("AGREEMENT", PROSE, "Item 1. Duties", PROSE, "Item 5. Term", PROSE)
    assert [f.key for f in found] == ["item5.02", "item9.01", "signatures"]
    assert texts(blocks, found)["item9.01"].endswith("10.1 Agreement")
    assert texts(blocks, found)["signatures"].startswith("SIGNATURES")


def test_an_item_behind_the_signatures_of_an_8k_says_so() -> None:
    _, found = current("Item 2.02 Results of Operations", PROSE)
    failed = {f.key: f.failed for f in found}
    assert failed == {"item5.02": [], "item9.01": [], "item2.02": ["order"], "signatures": []}


def test_the_caption_of_the_next_section_is_no_text_of_an_item() -> None:
    blocks, found = current()
    assert texts(blocks, found)["item5.02"] == f"Item 5.02 Departure of Directors|{PROSE}"


@pytest.mark.parametrize(
    ("said", "status", "points"),
    [
        ("See Note 12 to the Financial Statements.", "incorporated_by_reference", "part2.item8"),
        ("See Item 8 of Part II, “Financial Statements.”", "incorporated_by_reference",
         "part2.item8"),
        ("Please see Note 13 in Part IV, Item 15 of this Annual Report on Form 10-K for our legal "
         "proceedings.", "incorporated_by_reference", "part4.item15"),
        ("Information on our legal proceedings is set forth in Note 3.",
         "incorporated_by_reference", "part2.item8"),
        ("See Note 12 to the Financial Statements. We lost a suit in May.", "present", None),
        ("We are a party to suits. See Note 12.", "present", None),
        ("See Item 1 of our Quarterly Report on Form 10-Q for the quarter ended May 1.", "present",
         None),
        ("The words in Part II, Item 5 of our Quarterly Report on Form 10-Q are incorporated "
         "herein by reference.", "incorporated_by_reference", None),
    ],
)  # fmt: skip
def test_what_only_sends_the_reader_elsewhere_says_where(
    said: str, status: str, points: str | None
) -> None:
    found = {f.key: f for f in find_items(annual({"3": said}), FORM_10K, False)}
    item = found["part1.item3"]
    assert (item.status, item.points_to) == (status, points)


@pytest.mark.parametrize(
    ("said", "points"),
    [
        ("Refer to Part I, Item 1, Note 11. Also refer to Item 3 of our Form 10-K.", "part1.item1"),
        ("See Part II, Item 1 of this Form 10-Q.", "part2.item1"),
        ("See Note 9 of our Form 10-K for the last year.", None),
        ("See Part I, Item 3 of our Annual Report on Form 10-K.", None),
    ],
)
def test_a_pointer_of_a_quarter_keeps_its_part_and_its_filing(
    said: str, points: str | None
) -> None:
    lines = ["Item 1. Financial Statements", PROSE * 3, "Item 2. Management's Discussion", PROSE]
    lines += ["PART II", "Item 1. Legal Proceedings", PROSE, "Item 5. Other Information", said]
    blocks = [Block("text", text) for text in [*lines, "Item 6. Exhibits", PROSE, *SIGNED]]
    found = {f.key: f for f in find_items(blocks, FORM_10Q, False)}
    assert found["part2.item5"].points_to == points


@pytest.mark.parametrize("number", ["1A", "2", "7A", "9A"])
def test_an_item_that_swallowed_one_headed_without_its_number_says_so(number: str) -> None:
    blocks = annual({})
    head = next(b for b in blocks if b.text.startswith(f"Item {number}."))
    before = next(b for b, after in itertools.pairwise(blocks[::2]) if after is head)
    head.text, head.bold = head.text.partition(". ")[2], True
    found = find_items(blocks, FORM_10K, False)
    item = next(f for f in found if f.title == before.text)
    assert "item_inside" in item.failed
    assert any(f.status == "not_found" and f.key.endswith(f"item{number.lower()}") for f in found)


def test_items_whose_letters_stand_apart_are_headed() -> None:
    blocks = annual({})
    for block in blocks:
        block.text = (
            block.text.replace("Item ", "I T E M  ") if "Item" in block.text else block.text
        )
    found = {f.key for f in find_items(blocks, FORM_10K, False) if f.status != "not_found"}
    assert len(found) == len(TITLES) + 1  # and the signatures


@pytest.mark.parametrize(
    ("said", "form"),
    [("8k", "8-K"), ("10Q/A", "10-Q/A"), ("10-k405 ", "10-K405"), ("20FR12B", "20FR12B")],
)
def test_a_forms_name_is_read_however_a_table_writes_it(said: str, form: str) -> None:
    assert form_of("", said, {}, [Block("text", "Words")]) == form
    assert form_of(said, None, {}, []) == form
