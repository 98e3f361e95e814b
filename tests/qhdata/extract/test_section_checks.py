"""What a short item says of itself: that it is left out, that it stands elsewhere, or nothing."""

from __future__ import annotations

import pytest

from qhdata.extract.blocks import Block
from qhdata.extract.item_lines import part_lines
from qhdata.extract.items import FORM_10K
from qhdata.extract.sections import find_items

PROSE = "We make widgets in three plants and sell them to farmers and to the navy. " * 12


def first(head: str, *body: str):
    """The first item of a report, whose second is Item 7."""
    blocks = [Block("text", t) for t in (head, *body, "Item 7. Management’s Discussion", PROSE)]
    for block in blocks:
        block.bold = block.text.startswith("Item") or block.text.istitle()
    return find_items(part_lines(blocks, FORM_10K), FORM_10K, False)[0]


@pytest.mark.parametrize(
    "lines",
    [
        ("Item 1B. Unresolved Staff Comments", "N.A."),
        ("Item 1B. Unresolved Staff Comments", "We have no unresolved staff comments."),
        ("Item 1B. Unresolved Staff Comments", "There are not currently any unresolved comments."),
        ("Item 1B. Unresolved Staff Comments Not applicable.",),
        ("Item 1A. Risk Factors", "Not required for smaller reporting companies."),
        ("Item 1A. Risk Factors (Not applicable)",),
        ("Item 1A. Risk Factors Not required for smaller reporting companies",),
        ("Item 4. [Removed and reserved]",),
        ("Item 4. (Removed and Reserved).",),
        ("Item 3. Legal Proceedings", "[To be filed by amendment.]"),
        ("Item 5. Market for Common Equity", "Insider Trading Plans", "None."),
        ("Item 5. Market for Common Equity", "(a) None.", "(b) Not applicable.", "(c) None."),
        ("Item 3. Legal Proceedings", "There is no requirement to provide any information here."),
    ],
)
def test_an_item_that_says_it_has_nothing_is_omitted(lines: tuple[str, ...]) -> None:
    assert first(*lines).status == "omitted"


@pytest.mark.parametrize(
    "lines",
    [
        ("Item 3. Legal Proceedings", "None of the suits against us is worth a word, but for one."),
        ("Item 1B. Unresolved Staff Comments", "The staff asks how we count our widgets."),
        ("Item 4. Mine Safety Disclosures", "Our mine was reserved for the navy until May."),
        ("Item 2. Properties We own a plant in Springfield", "It is reserved"),
    ],
)
def test_an_item_that_says_something_is_present(lines: tuple[str, ...]) -> None:
    assert first(*lines).status == "present"


def test_an_item_that_is_a_heading_alone_fails_short() -> None:
    assert first("Item 3. Legal Proceedings*").failed == ["short"]
    assert first("Item 3. Legal Proceedings. We have one suit.").failed == []


def test_a_sentence_that_names_an_item_by_its_number_is_one_sentence() -> None:
    said = "Information on our suits is contained in the note on suits under Item 8. “Statements”."
    found = first("Item 3. Legal Proceedings", said)
    assert (found.status, found.points_to) == ("incorporated_by_reference", "part2.item8")


@pytest.mark.parametrize(
    ("text", "is_item"),
    [
        (f"Item 3. Legal Proceedings The company is a party to one suit. {PROSE}", True),
        (f"ITEM 3 LEGAL PROCEEDINGS On May 4, 2024 a farmer sued us. {PROSE}", True),
        (f"ltem 3. Legal Proceedings. A farmer sued us. {PROSE}", True),
        (f"Item 3. Legal Proceedings describes our suits{' and the suits of others' * 20}.", False),
        (f"Item 3, Legal Proceedings, of The Annual Report tells{' and tells' * 50}.", False),
    ],
)
def test_a_heading_may_run_into_its_text_without_a_stop(text: str, is_item: bool) -> None:
    assert (first(text).key == "part1.item3") == is_item
