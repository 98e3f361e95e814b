"""Real filings: every file survives or says why not; figures, facts and items hold their floors.

The files are nobody's here to ship: `QHDATA_REAL` names their folder, by default `../shared/data`.
"""

from __future__ import annotations

import collections
import contextlib
import functools
import json
import os
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree, html

from qhdata.errors import RowError
from qhdata.extract import Limits, extract_document, section_keys
from qhdata.extract.document import Extracted
from qhdata.extract.kinds import document_kind
from qhdata.readers import plan, read_file
from qhdata.records import SourceFile

REAL = Path(os.environ.get("QHDATA_REAL", Path(__file__).parents[4] / "shared" / "data"))
SEC = REAL / "filings" / "sec"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not SEC.is_dir(), reason=f"no real filings under {SEC}"),
]
NUMBER = re.compile(r"(?<![\d,.])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d|,\d)")
REFUSED = {
    "header_only", "not_a_document", "binary", "archive_not_supported",
    "empty_document", "conflicting_copy",
}  # fmt: skip
XBRLI = "{http://www.xbrl.org/2003/instance}"
XBRLDI = "{http://xbrl.org/2006/xbrldi}"


def files(folder: str) -> list[SourceFile]:
    if not (SEC / folder).is_dir():
        return []
    return [f for f in plan([SEC / folder]) if f.same_as is None]


@functools.cache
def extracted(path: str) -> Extracted:
    file = SourceFile(
        file_id=path, source="s", path=path, source_path=Path(path).name, bytes=0, sha256=""
    )
    return extract_document(read_file(file).documents[0], Limits())


def shown_numbers(data: bytes) -> collections.Counter[str]:
    """Grouped numbers that a reader of the page sees, by a walk that shares nothing with ours."""
    tree = html.fromstring(data, parser=html.HTMLParser(huge_tree=True))
    for node in list(tree.iter()):
        if isinstance(node.tag, str) and (
            node.tag in ("ix:header", "script", "style", "head")
            or "display:none" in (node.get("style") or "").replace(" ", "")
        ):
            node.drop_tree()
    return collections.Counter(NUMBER.findall(" ".join(tree.itertext())))


LARGE = [
    pytest.param(path, id=path.name)
    for path in sorted((SEC / "html_2020s").rglob("*.html"))
    if path.parent.parent.name in ("aapl", "ba", "ibm", "nflx", "pg")
]


@pytest.mark.parametrize("path", LARGE)
def test_numbers_facts_and_items_of_a_large_filing(path: Path) -> None:
    done = extracted(str(path))
    wanted = shown_numbers(path.read_bytes())
    found = collections.Counter(NUMBER.findall(done.text))
    assert (wanted & found).total() / wanted.total() > 0.997
    assert not re.search(r"\b(?:us-gaap|dei|xbrli|iso4217):[A-Za-z]", done.text)
    check_spans(done)
    present = {s.key: s for s in done.sections if s.status != "not_found"}
    for key in (
        ("part1.item1", "part1.item1a", "part2.item7", "part2.item8", "part4.item15")
        if done.form == "10-K"
        else ("part1.item1", "part1.item2", "part1.item4", "part2.item6")
    ):
        assert key in present
    numbers = [f for f in done.facts if f.kind == "number" and not f.hidden]
    assert len(numbers) > 50
    for fact in numbers:
        assert fact.start is not None
        assert fact.end is not None
        shown = done.text[fact.start : fact.end]
        assert fact.value is not None
        digits = re.sub(r"[^\d.]", "", shown)
        value = abs(Decimal(fact.value).scaleb(-(fact.scale or 0)))
        if re.search(r"\d", digits) and re.fullmatch(r"[\d,. ]+", shown):
            assert Decimal(digits) == value, (fact.concept, shown, fact.value)


ANNUAL = {
    *(f"part1.item{n}" for n in ("1", "1a", "1b", "1c", "2", "3", "4")),
    *(f"part2.item{n}" for n in ("5", "6", "7", "7a", "8", "9", "9a", "9b", "9c")),
    *(f"part3.item{n}" for n in ("10", "11", "12", "13", "14")),
    *(f"part4.item{n}" for n in ("15", "16")),
}
QUARTER = {*(f"part1.item{n}" for n in "124"), *(f"part2.item{n}" for n in "126")}
"""Items 3, 1A, 3, 4 and 5 may be left out where there is nothing to say."""
NAMES = {
    "part1.item1": "Business", "part1.item1a": "Risk Factors", "part2.item7": "Discussion",
    "part2.item8": "Financial Statements", "part2.item9a": "Controls", "part3.item10": "Directors",
    "part4.item15": "Exhibit",
}  # fmt: skip


def test_every_annual_and_quarterly_report_has_all_its_items() -> None:
    """As the SEC numbers them since 2023; the two rows without their number say so."""
    seen, unheaded = collections.Counter[str](), []
    for path in sorted((SEC / "html_2020s").rglob("*.html")):
        done = extracted(str(path))
        seen[done.form] += 1
        found = [s for s in done.sections if s.key.startswith("part") and s.status != "not_found"]
        assert {s.key for s in found} >= (ANNUAL if done.form == "10-K" else QUARTER), path.name
        for section in found:
            first = done.text[section.start : section.start + 300].split("\n")[0]
            number = section.key.rpartition("item")[2]
            if not re.match(rf"## item\s*{number}\b", first, re.I):
                assert section.checks_failed == ("heading",)
                unheaded.append((path.name[:10], section.key))
            elif done.form == "10-K":
                assert NAMES.get(section.key, "").lower() in first.lower()
        starts = [s.start for s in found if not s.checks_failed]
        assert starts == sorted(starts)
    assert seen == {"10-K": 11, "10-Q": 8}
    assert unheaded == [
        ("nflx-10-k-", "part2.item8"), ("nflx-10-q-", "part1.item1"), ("nvda-10-k-", "part2.item8"),
    ]  # fmt: skip


def check_spans(done: Extracted) -> None:
    n = len(done.text)
    keys = set(section_keys())
    for section in done.sections:
        assert 0 <= section.start <= section.end <= n
        assert section.key in keys
        assert 0 <= section.confidence <= 1
    for table in done.tables:
        assert done.text[table.start : table.end] == table.block.text
    for fact in done.facts:
        if fact.start is not None:
            assert fact.end is not None
            assert 0 <= fact.start <= fact.end <= n
    assert len({f.fact_id for f in done.facts}) == len(done.facts)


@pytest.mark.parametrize(
    "folder", ["submissions", "other_forms", "fragments", "exhibits", "text_era", "by_form"]
)
def test_every_file_survives_or_says_why_not(folder: str) -> None:
    refused = collections.Counter()
    for file in files(folder):
        try:
            documents = [extract_document(raw, Limits()) for raw in read_file(file).documents]
        except RowError as error:
            refused[error.error] += 1
            continue
        assert documents
        for done in documents:
            assert done.text.strip()
            check_spans(done)
    assert set(refused) <= REFUSED


def test_items_of_current_reports_agree_with_a_peer_or_we_are_right() -> None:
    peer = REAL / "peer_output" / "edgar_crawler_8-K"
    wrong = []
    total = 0
    for file in files("8-K_1994_2023")[::4]:
        answer = peer / f"{Path(file.source_path).stem}.json"
        if not answer.is_file():
            continue
        total += 1
        theirs = {
            key.removeprefix("item_")
            for key, value in json.loads(answer.read_text()).items()
            if key.startswith("item_") and (value or "").strip()
        }
        ours = {
            section.key.removeprefix("item")
            for raw in read_file(file).documents
            for section in extract_document(raw, Limits()).sections
            if section.key.startswith("item") and section.status == "present"
        }
        if ours != theirs:
            wrong.append((file.source_path, sorted(theirs), sorted(ours)))
    assert total > 30
    assert len(wrong) <= 1, wrong


def test_facts_of_a_package_are_those_of_the_secs_own_instance() -> None:
    package = SEC / "package_aapl_10q_2025"
    done = extracted(str(package / "aapl-20250329.htm"))
    ours = {
        (
            fact.concept,
            fact.period_end if fact.period_start is None
            else f"{fact.period_start}/{fact.period_end}",
            str(sorted(map(tuple, json.loads(fact.dimensions)))),
            Decimal(fact.value or "nan").normalize(),
        )
        for fact in done.facts
        if fact.kind == "number"
    }  # fmt: skip
    assert ours == instance(package / "aapl-20250329_htm.xml")


def instance(path: Path) -> set[tuple[str, str, str, Decimal]]:
    root = etree.parse(str(path)).getroot()
    contexts = {}
    for context in root.iter(f"{XBRLI}context"):
        period = "/".join(e.text.strip() for e in context.find(f"{XBRLI}period"))
        dimensions = sorted(
            (m.get("dimension"), "".join(m.itertext()).strip())
            for kind in ("explicitMember", "typedMember")
            for m in context.iter(XBRLDI + kind)
        )
        contexts[context.get("id")] = (period, str(dimensions))
    facts = set()
    for element in root:
        if element.get("contextRef") and element.get("unitRef") and element.text:
            name = etree.QName(element)
            prefix = next(p for p, u in root.nsmap.items() if u == name.namespace)
            period, dimensions = contexts[element.get("contextRef")]
            value = Decimal(element.text).normalize()
            facts.add((f"{prefix}:{name.localname}", period, dimensions, value))
    return facts


def test_chinese_reports_have_chapters_units_and_whole_numbers() -> None:
    path = REAL / "filings/cn/2020-01-21_300617_annual-report-2019.html"
    done = extracted(str(path))
    check_spans(done)
    assert done.lang == "zh"
    keys = [s.key for s in done.sections if s.level == 2]
    assert keys[3] == "cn.management_discussion"
    assert "cn.financial_report" in keys
    assert sum(t.scale is not None for t in done.tables) > 40
    assert "| 货币资金 | 73,992,141.96 | 63,189,391.11 |" in done.text


def text_documents() -> Iterator[tuple[str, bytes, str]]:
    """(name, bytes, text) of every plain-text document of the real filings."""
    folders = ("text_era", "8-K_1994_2023", "submissions")
    for path in (p for name in folders for p in sorted((SEC / name).glob("*.txt"))):
        file = SourceFile(
            file_id=path.name, source="s", path=str(path), source_path=path.name, bytes=0, sha256=""
        )
        try:
            documents = read_file(file).documents
        except RowError:
            continue
        for document in documents:
            if document_kind(document.data) == "text":
                with contextlib.suppress(RowError):
                    done = extract_document(document, Limits())
                    yield f"{path.name} {document.doc_type}", document.data, done.text


def test_no_number_of_a_plain_text_filing_is_lost() -> None:
    recalls = {}
    for name, data, text in text_documents():
        wanted = collections.Counter(NUMBER.findall(data.decode("utf-8", "replace")))
        found = collections.Counter(NUMBER.findall(text))
        if wanted:
            recalls[name] = (wanted & found).total() / wanted.total()
            if wanted - found:
                print(name, dict(wanted - found))
    assert len(recalls) >= 80
    assert min(recalls.values()) >= 0.98
    assert sum(recalls.values()) / len(recalls) >= 0.998


def test_items_of_a_text_era_10k_begin_and_end_where_they_do() -> None:
    done = extracted(str(SEC / "text_era" / "10-k.txt"))
    *present, signed = [s for s in done.sections if s.status != "not_found"]
    assert [s.key.partition(".item")[2] for s in present] == [
        "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14",
    ]  # fmt: skip
    assert done.text[signed.start :].startswith("Pursuant to the requirements of Section 13 or")
    part_three = [s for s in present if s.parent == "part3"]
    assert {(s.status, s.points_to, s.checks_failed) for s in part_three} == {
        ("incorporated_by_reference", "proxy statement", ("by_title",))
    }
    heads = [done.text[s.start : s.end].split("\n")[0] for s in present]
    assert heads[6].endswith("FINANCIAL CONDITION AND RESULTS OF OPERATIONS")
    assert heads[8].endswith("DISAGREEMENTS ON ACCOUNTING AND FINANCIAL DISCLOSURE")
    assert not any("PAGE" in line for line in done.text.split("\n") if len(line) < 12)
