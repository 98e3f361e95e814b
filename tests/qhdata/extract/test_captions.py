"""An 8-K item that shares a paragraph with its "Section n" caption is found."""

from __future__ import annotations

import pytest

from qhdata.extract.html import parse_html
from qhdata.extract.items import FORM_8K
from qhdata.extract.limits import Limits
from qhdata.extract.sections import find_items

ITEMS = (
    ("2", "Financial Information", "2.02", "Results of Operations and Financial Condition."),
    ("5", "Corporate Governance and Management", "5.02", "Departure of Directors."),
    ("9", "Financial Statements and Exhibits", "9.01", "Financial Statements and Exhibits."),
)


@pytest.mark.parametrize("between", ["<br>", " ", "</b></p><p><b>"])
def test_an_item_under_its_caption_is_found(between):
    body = "".join(
        f"<p><b>Section {n} - {caption}{between}Item {item} {title}</b></p>"
        f"<p>On the day the company said what this item is about, at length.</p>"
        for n, caption, item, title in ITEMS
    )
    page = f"<html><body><p>FORM 8-K</p>{body}<p>SIGNATURES</p></body></html>".encode()
    found = find_items(parse_html(page, Limits()).blocks, FORM_8K, True)
    assert [f.key for f in found if f.key.startswith("item")] == [
        "item2.02",
        "item5.02",
        "item9.01",
    ]
