"""Every fact of every real inline file, against a second reader that shares no line with ours."""

from __future__ import annotations

import importlib.util
import json
import os
import re
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from qhdata.extract import Limits, extract_document
from qhdata.readers import plan, read_file
from qhdata.records import Fact, SourceFile

REAL = Path(os.environ.get("QHDATA_REAL", Path(__file__).parents[4] / "shared" / "data"))
SEC = REAL / "filings" / "sec"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not SEC.is_dir(), reason=f"no real filings under {SEC}"),
]


REFUSED = {"0001564590-20-004475-minimal.txt": {"us-gaap:NetIncomeLoss"}}
"""A minus that stands in the text, where num-dot-decimal has none: kept as text and counted."""


def inline_files() -> list[SourceFile]:
    """Every real file that holds an inline fact."""
    if not SEC.is_dir():
        return []
    files = (f for f in plan([SEC]) if f.same_as is None and not f.path.endswith(".zip"))
    return [f for f in files if "!/" not in f.path and _inline(Path(f.path).read_bytes())]


def _inline(data: bytes) -> bool:
    return b"<ix:nonFraction" in data or b"<ix:nonNumeric" in data


def letters(text: str) -> str:
    """What is left of a text without white space, marks and what tables put between cells."""
    return re.sub(r"[\W_]", "", text)


FILES = [
    pytest.param(
        file, id=file.source_path.rsplit("/", 1)[-1],
        marks=[pytest.mark.slow] if file.bytes > 1_500_000 else [],
    )
    for file in inline_files()
]  # fmt: skip


@pytest.fixture(scope="module")
def independent() -> ModuleType:
    path = Path(__file__).with_name("independent_ixbrl.py")
    assert "qhdata." not in path.read_text().replace("share nothing with qhdata.", "")
    spec = importlib.util.spec_from_file_location("independent_ixbrl", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def ours(fact: Fact) -> tuple[Any, ...]:
    value = fact.text if fact.value is None else Decimal(fact.value)
    dimensions = [tuple(pair) for pair in json.loads(fact.dimensions)]
    return (fact.concept, value, fact.unit, fact.period_start, fact.period_end, dimensions,
            fact.decimals, fact.xml_id)  # fmt: skip


@pytest.mark.parametrize("file", FILES)
def test_all_facts_agree(file: SourceFile, independent: ModuleType) -> None:
    refused = REFUSED.get(file.source_path.rsplit("/", 1)[-1], set())
    for raw in filter(lambda raw: _inline(raw.data), read_file(file).documents):
        done = extract_document(raw, Limits())
        assert done.notes.get("facts_unreadable", 0) == len(refused)
        wanted = independent.read(raw.data)
        assert len(done.facts) == len(wanted) > 0
        for fact, (*theirs, shown) in zip(done.facts, wanted, strict=True):
            mine = list(ours(fact))
            if theirs[1] == "?" or fact.concept in refused:
                mine[1] = theirs[1]
            assert mine == theirs
            if not fact.hidden and fact.kind in ("number", "date"):
                quote = "" if fact.start is None else done.text[fact.start : fact.end]
                assert letters(quote) == letters(shown)


@pytest.mark.parametrize(
    "name", ["fragments/Oracle.10-Q.html", "other_forms/cabot.DEF14A.ixbrl.html",
             "other_forms/ixbrl.simple.html"],
)  # fmt: skip
def test_no_fact_holds_the_words_that_its_page_takes_out_of_it(
    name: str, independent: ModuleType
) -> None:
    (file,) = plan([SEC / name])
    (raw,) = read_file(file).documents
    done = extract_document(raw, Limits()).facts
    texts = [f.text for f in done if f.source_ref.startswith("ix:nonnumeric")]
    pairs = zip(texts, independent.taken_out(raw.data), strict=True)
    held = [(text, out) for text, out in pairs if out and text]
    assert held
    for text, out in held:
        for line in ("August 31, 2024(Unaudited)", "CAB O T CORPORATION"):
            if any(letters(line) in letters(words) for words in out):
                assert letters(line) not in letters(text)


@pytest.mark.parametrize("name", ["html_2020s/pg/10k", "html_2020s/ibm/10q", "html_2020s/meta"])
def test_footnotes_stand_by_the_facts_that_the_page_links_them_to(name: str) -> None:
    (file,) = plan([SEC / name])
    (raw,) = read_file(file).documents
    linked = {
        xml_id
        for ids in re.findall(r'<ix:relationship[^>]*fromRefs="([^"]+)"', raw.data.decode())
        for xml_id in ids.split()
    }
    done = extract_document(raw, Limits())
    noted = {f.xml_id: json.loads(f.footnotes) for f in done.facts if f.footnotes != "[]"}
    assert set(noted) == linked
    assert all(text in " ".join(done.text.split()) for texts in noted.values() for text in texts)
