"""What is not sure is said: an item headed twice, a title without its item, pages for items."""

from __future__ import annotations

import pytest

from qhdata.extract.blocks import Block
from qhdata.extract.cross_reference import find_by_index
from qhdata.extract.found import Found
from qhdata.extract.items import FORM_8K, FORM_10K, FORM_10Q, FORM_20F, Item
from qhdata.extract.sections import find_items

PROSE = "We make widgets in three plants and sell them to farmers and to the navy. " * 12
QUARTER = [
    "PART I", "Item 1. Financial Statements", "Item 2. Management’s Discussion and Analysis",
    "Item 3. Quantitative and Qualitative Disclosures", "Item 4. Controls and Procedures",
    "PART II", "Item 1. Legal Proceedings", "Item 1A. Risk Factors",
    "Item 2. Unregistered Sales of Equity Securities", "Item 5. Other Information",
    "Item 6. Exhibits",
]  # fmt: skip


def bold(text: str) -> Block:
    block = Block("text", text)
    block.bold = True
    return block


def report(heads: list[str]) -> list[Block]:
    """Each heading in bold with a paragraph below it; parts have none."""
    blocks = []
    for head in heads:
        blocks += [bold(head)] if head.startswith("PART") else [bold(head), Block("text", PROSE)]
    return blocks


def failing(check: str, blocks: list[Block], items: tuple[Item, ...]) -> list[str]:
    found: list[Found] = find_items(blocks, items, items is FORM_8K)
    sure = [f.confidence for f in found if not f.failed]
    assert all(f.confidence < min(sure) for f in found if check in f.failed)
    return [f.key for f in found if check in f.failed]


@pytest.mark.parametrize("odd", ["{title}", "{number}. {title}", "Iten {number}. {title}"])
@pytest.mark.parametrize("at", [7, 8, 9])
def test_a_title_without_its_item_is_seen_in_the_item_before(odd: str, at: int) -> None:
    number, _, title = QUARTER[at].removeprefix("Item ").partition(". ")
    lost = [*QUARTER[:at], odd.format(number=number, title=title), *QUARTER[at + 1 :]]
    before = "part2.item" + QUARTER[at - 1].removeprefix("Item ").partition(".")[0].lower()
    assert failing("item_inside", report(lost), FORM_10Q) == [before]
    assert failing("item_inside", report(QUARTER), FORM_10Q) == []


@pytest.mark.parametrize(
    "text", ["Risk factors are many and we name them all.", "Other information about our exhibits"]
)
def test_a_sentence_or_a_title_of_an_item_that_is_there_is_no_lost_item(text: str) -> None:
    blocks = report([head for head in QUARTER if "1A" not in head])
    blocks.insert(-3, Block("text", text))
    blocks.insert(-1, bold(QUARTER[-2].partition(". ")[2]))
    assert failing("item_inside", blocks, FORM_10Q) == []


@pytest.mark.parametrize(
    ("items", "heads", "keys"),
    [
        (FORM_10Q, QUARTER, ["part1.item1", "part1.item2"]),
        (FORM_20F, ["Item 3. Key Information", "Item 4. Information on the Company",
                    "Item 5. Operating and Financial Review"], ["part1.item4", "part1.item5"]),
        (FORM_8K, ["Item 2.02 Results of Operations", "Item 8.01 Other Events",
                   "Item 9.01 Financial Statements and Exhibits"], ["item8.01", "item9.01"]),
    ],
)  # fmt: skip
def test_an_item_headed_twice_and_the_one_before_say_so(items, heads, keys) -> None:
    blocks = report(heads)
    at = next(n for n, b in enumerate(blocks) if b.text == heads[2])
    assert failing("twice", blocks, items) == []
    assert failing("twice", [*blocks[: at - 1], bold(heads[2]), *blocks[at - 1 :]], items) == keys


def paged(first: int, last: int | None) -> list[Block]:
    """A table of items with their pages, and the pages; last: added to every first page."""
    rows = [f"{head} | {n + first}" for n, head in enumerate(QUARTER) if "Item" in head]
    if last is not None:
        rows = [f"{row} - {n + first + last}" for n, row in enumerate(rows)]
    blocks = [Block("table", "\n".join(f"| {row} |" for row in rows))]
    for n in range(40):
        blocks.append(Block("text", PROSE))
        blocks[-1].page = str(n)
    return blocks


def test_ordinary_contents_are_no_index_of_where_items_end() -> None:
    assert find_by_index(paged(3, None), FORM_10Q) == []
    assert find_by_index(paged(3, 4), FORM_10Q) != []


def test_an_index_does_not_take_the_place_of_items_that_were_found() -> None:
    lost = [head for head in QUARTER if "Financial Statements" not in head]
    found = find_items([*paged(3, 4)[:1], *report(lost), *paged(3, 4)[1:]], FORM_10Q, False)
    assert not [f for f in found if "by_index" in f.failed]
    assert {f.key: f.status for f in found}["part1.item1"] == "not_found"


def test_text_between_the_heading_of_part_two_and_its_first_item_found_is_doubted() -> None:
    lost = [head for head in QUARTER if "Legal" not in head]
    blocks = report(lost)
    at = next(n for n, b in enumerate(blocks) if b.text == "PART II") + 1
    assert failing("coverage", blocks, FORM_10Q) == []
    text = [Block("text", "Itme 1. Our Suits"), Block("text", PROSE)]
    assert failing("coverage", [*blocks[:at], *text, *blocks[at:]], FORM_10Q) == ["part2.item1a"]


def test_the_title_that_is_said_first_tells_two_items_of_one_number_apart() -> None:
    said = "Item 1. Legal Proceedings. The note on suits in Financial Statements tells of them."
    blocks = report([*QUARTER[:6], *QUARTER[7:]])
    at = next(n for n, b in enumerate(blocks) if b.text == "PART II") + 1
    found = find_items([*blocks[:at], Block("text", said), *blocks[at:]], FORM_10Q, False)
    assert next(f.start for f in found if f.key == "part2.item1") == at


def test_a_summary_without_its_number_is_seen_in_the_item_before() -> None:
    heads = ["Item 1. Business", "Item 7. Management’s Discussion",
             "Item 15. Exhibits, Financial Statement Schedules", "Form 10–K Summary"]  # fmt: skip
    found = find_items(report(heads), FORM_10K, False)
    assert [f.key for f in found if "item_inside" in f.failed] == ["part4.item15"]


def test_an_item_behind_the_list_of_exhibits_of_an_8k_fails_order() -> None:
    heads = ["Item 1.01 Entry into a Material Definitive Agreement",
             "Item 9.01 Financial Statements and Exhibits"]  # fmt: skip
    quoted = [bold("ASSET PURCHASE AGREEMENT"), *report(["Item 8.01 Other Events"])]
    assert failing("order", report(heads), FORM_8K) == []
    assert failing("order", [*report(heads), *quoted], FORM_8K) == ["item8.01"]


def test_an_item_that_another_goes_on_in_fails_item_inside() -> None:
    heads = ["Item 5.02 Departure of Directors", "Item 5.03 Amendments to Articles"]
    own, other = f"{heads[1]} (continued)", f"{heads[0]} (continued)"
    last = report(["Item 8.01 Other Events"])
    for head, doubted in ((own, []), (other, ["item5.03"])):
        blocks = [*report(heads), bold(head), Block("text", PROSE), *last]
        assert failing("item_inside", blocks, FORM_8K) == doubted


CONTENTS = [f"{head} {n}" for n, head in enumerate(QUARTER) if "Item" in head]


@pytest.mark.parametrize("drawn", ["lines", "table"])
def test_contents_behind_the_last_item_are_seen(drawn: str) -> None:
    rows = [Block("text", row) for row in CONTENTS]
    if drawn == "table":
        rows = [Block("table", "\n".join(f"| {row.replace('. ', '. | ')} |" for row in CONTENTS))]
    assert failing("item_inside", [*report(QUARTER), *rows], FORM_10Q) == ["part2.item6"]
    if drawn == "table":
        few = [Block("table", rows[0].text[:150])]
        assert failing("item_inside", [*report(QUARTER), *few], FORM_10Q) == []
