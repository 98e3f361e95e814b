"""An internal subset leaves no trace in the text, resolves nothing and takes no time."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.errors import RowError
from qhdata.extract import Limits, extract_document
from qhdata.extract.doctype import without_subset
from qhdata.extract.extracted import Extracted
from qhdata.records import Header, RawDocument

PAGE = "<html><body><p>Sales of the year were 5.</p>{}</body></html>"


def read(head: str, body: str = "") -> Extracted:
    raw = RawDocument(
        doc_id="d", file_id="f", source="s", source_path="p", doc_type="", sequence=1,
        file_name="p", data=(head + PAGE.format(body)).encode(), header=Header(),
    )  # fmt: skip
    return extract_document(raw, Limits())


@pytest.mark.parametrize(
    "subset",
    [
        '<!ENTITY x "y">', "", '<!ENTITY x "]>">', "<!ENTITY x ']>'>", "<!-- ]> \" -->",
        "<!ELEMENT p (#PCDATA)><!ATTLIST p a CDATA #IMPLIED>", '<!ENTITY % p SYSTEM "http://x/">%p;',
        "<?p ]> ?>", "\n<!ENTITY a '1'>\n<!ENTITY b \"2\">\n",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "head",
    ["<!DOCTYPE html [{}]>", "<!doctype HTML [ {} ] >", "<?xml version='1'?>\n<!DOCTYPE html [{}]>",
     '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML [1.0]//EN" "http://x/y.dtd" [{}]>'],
)  # fmt: skip
def test_an_internal_subset_is_no_text(head: str, subset: str) -> None:
    assert read(head.format(subset)).text == "Sales of the year were 5."


def test_an_entity_of_plain_xml_is_counted_too() -> None:
    head = '<?xml version="1.0"?><!DOCTYPE form [<!ENTITY x "y">]>'
    raw = RawDocument(
        doc_id="d", file_id="f", source="s", source_path="p", doc_type="", sequence=1,
        file_name="p", data=f"{head}<form><name>Acme &x; &amp; Co</name></form>".encode(),
        header=Header(),
    )  # fmt: skip
    done = extract_document(raw, Limits())
    assert "&x;" in done.text
    assert done.notes["entities_unresolved"] == 1


def test_an_entity_stays_as_it_is_written_and_is_counted() -> None:
    done = read('<!DOCTYPE html [<!ENTITY x "y"><!ENTITY nbsp "z">]>', "<p>&x;&nbsp;and &x;</p>")
    assert done.text.endswith("&x; and &x;")
    assert done.notes["entities_unresolved"] == 2
    assert "entities_unresolved" not in read("<!DOCTYPE html>", "<p>&x;</p>").notes


@pytest.mark.parametrize("use", ["<p>&e30;</p>", "<p a='&e30;'>x</p>", "&out;"])
def test_a_bomb_does_not_grow(use: str) -> None:
    levels = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 31))
    outside = '<!ENTITY out SYSTEM "file:///etc/passwd">'
    began = time.process_time()
    done = read(f"<!DOCTYPE html [<!ENTITY e0 'ha'>{levels}{outside}]>", use)
    assert done.text.removeprefix("Sales of the year were 5.").strip() in ("&e30;", "x", "&out;")
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    "subset",
    ["<!ENTITY x 'y'>", "<!-- open ", "<!ENTITY x \"y>", "<!--" * 100_000, "'" * 200_001,
     "<?" * 100_000, '"x' * 100_000],
)  # fmt: skip
def test_a_subset_that_does_not_end_is_refused_at_once(subset: str) -> None:
    began = time.process_time()
    with pytest.raises(RowError) as caught:
        read(f"<!DOCTYPE html [{subset}")
    assert caught.value.error == "truncated_html"
    assert "\n" not in caught.value.message
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    "page", ["<p>[1]</p>", "<!DOCTYPE html><p>a [b] c</p>", "<!DOCTYPE html><!-- [ ]> --><p>x</p>"]
)
def test_a_bracket_elsewhere_is_none(page: str) -> None:
    assert without_subset(page.encode()) == (page.encode(), 0)


@given(st.text("[]<>!\"'-? xENTITY%;&", max_size=60))
def test_nothing_crashes(middle: str) -> None:
    data = f"<!DOCTYPE html [{middle}]><p>&x;</p>".encode()
    with contextlib.suppress(RowError):
        assert without_subset(data)[0].endswith(b"<p>&x;</p>")
