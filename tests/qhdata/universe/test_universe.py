from __future__ import annotations

import filecmp
import json
import re
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html

from qhdata.errors import UserError
from qhdata.universe import invent, template_of
from qhdata.universe.defects import words_of

IX = "{http://www.xbrl.org/2013/inlineXBRL}"
XBRLI = "{http://www.xbrl.org/2003/instance}"


def parts(text: str) -> list[tuple[str, str]]:
    """(type, body) of each document of a submission."""
    pattern = r"<DOCUMENT>\n<TYPE>([^\n]*)\n.*?<TEXT>\n(.*?)</TEXT>\n</DOCUMENT>"
    return re.findall(pattern, text, flags=re.S)


def body_of(folder: Path, doc: str) -> str:
    path, number = doc.split("#")
    text = (folder / path).read_text(encoding="utf-8")
    if Path(path).suffix in (".htm", ".html"):
        return text
    return parts(text)[int(number) - 1][1]


def inline(folder: Path, doc: str) -> etree._Element:
    body = body_of(folder, doc).replace("<XBRL>\n", "").replace("</XBRL>\n", "")
    return etree.fromstring(body.strip().encode())


def tagged_docs(truth: dict[str, Any]) -> list[str]:
    return sorted({fact["doc"] for fact in truth["facts"]})


def test_the_same_settings_give_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    invent(again, filers=12, seed=11, years=2)
    ours = sorted(p.relative_to(folder) for p in folder.rglob("*") if p.is_file())
    theirs = sorted(p.relative_to(again) for p in again.rglob("*") if p.is_file())
    assert ours == theirs
    _, differ, errors = filecmp.cmpfiles(folder, again, [str(p) for p in ours], shallow=False)
    assert (differ, errors) == ([], [])


def test_another_seed_gives_other_filers(truth: dict[str, Any], tmp_path: Path) -> None:
    other = invent(tmp_path / "u", filers=3, seed=12, years=2)
    assert not {f["name"] for f in other["filers"]} & {f["name"] for f in truth["filers"]}


def test_every_file_is_in_the_truth_once(folder: Path, truth: dict[str, Any]) -> None:
    on_disk = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert on_disk - {"truth.json", "universe.json"} == set(truth["files"])
    counts = truth["counts"]
    assert counts["files"] == len(truth["files"])
    for name in ("filings", "facts", "duplicates", "near", "twins", "broken", "general", "filers"):
        assert counts[name] == len(truth[name]), name
    assert counts["documents"] == sum(len(f["documents"]) for f in truth["filings"])
    # Nothing beside filings is a filing: the truth accounts for each file under one heading.
    told = {f["path"] for f in truth["filings"]} | {b["path"] for b in truth["broken"]}
    told |= {g["path"] for g in truth["general"]}
    told |= {pair["b"].split("#")[0] for pair in (*truth["duplicates"], *truth["near"])}
    assert told == set(truth["files"])


def test_submissions_hold_the_documents_that_the_truth_counts(
    folder: Path, truth: dict[str, Any]
) -> None:
    seen = 0
    for filing in truth["filings"]:
        if filing["accession"] is None:
            continue
        text = (folder / filing["path"]).read_text()
        found = [kind for kind, _ in parts(text)]
        assert found == [d["type"] for d in filing["documents"]]
        assert re.search(r"PUBLIC.DOCUMENT.COUNT\W*(\d+)", text)[1] == str(len(found))
        assert filing["accession"] in text
        assert filing["cik"] in text
        seen += len(found)
    assert seen > 100
    forms = {filing["form"] for filing in truth["filings"]}
    assert forms == {"10-K", "10-Q", "8-K", "10-K/A", "年度报告"}


def test_acceptance_times_are_utc_of_the_eastern_clock(folder: Path, truth: dict[str, Any]) -> None:
    hours = set()
    for filing in truth["filings"]:
        if filing["accepted_at"] is None:
            continue
        text = (folder / filing["path"]).read_text()
        clock = datetime.strptime(
            re.search(r"<ACCEPTANCE-DATETIME>(\d{14})", text)[1], "%Y%m%d%H%M%S"
        )
        utc = datetime.strptime(filing["accepted_at"], "%Y-%m-%dT%H:%M:%SZ")
        hours.add((utc - clock).total_seconds() / 3600)
        assert filing["filed_at"] == clock.date().isoformat()
        assert clock.weekday() < 5
    assert hours == {4.0, 5.0}


def test_inline_xbrl_is_well_formed_and_its_references_exist(
    folder: Path, truth: dict[str, Any]
) -> None:
    docs = tagged_docs(truth)
    assert len(docs) > 60
    for doc in docs:
        root = inline(folder, doc)
        contexts = {node.get("id") for node in root.iter(XBRLI + "context")}
        units = {node.get("id") for node in root.iter(XBRLI + "unit")}
        ids = [node.get("id") for node in root.iter() if node.get("id")]
        assert len(ids) == len(set(ids)), doc
        facts = list(root.iter(IX + "nonFraction", IX + "nonNumeric"))
        assert {f.get("contextRef") for f in facts} == contexts
        assert {f.get("unitRef") for f in facts if f.get("unitRef")} == units
        for node in root.iter(IX + "nonNumeric", IX + "continuation"):
            assert node.get("continuedAt") is None or node.get("continuedAt") in ids


def test_facts_say_what_the_tags_show(folder: Path, truth: dict[str, Any]) -> None:
    """Shown x 10^scale x sign is the value of the truth, in the context's period and dimensions."""
    by_doc: dict[str, list[dict[str, Any]]] = {}
    for fact in truth["facts"]:
        by_doc.setdefault(fact["doc"], []).append(fact)
    checked = set()
    for doc in list(by_doc)[::5]:
        root = inline(folder, doc)
        nodes = {node.get("id"): node for node in root.iter(IX + "nonFraction")}
        periods = {
            c.get("id"): [e.text for e in c.find(XBRLI + "period")]
            for c in root.iter(XBRLI + "context")
        }
        for fact in by_doc[doc]:
            if fact["kind"] != "number":
                continue
            node = nodes.pop(fact["xml_id"])
            shown = Decimal(0) if node.text == "—" else Decimal(node.text.replace(",", ""))
            value = shown.scaleb(int(node.get("scale", "0")))
            if node.get("sign") == "-":
                value = -value
            assert value == Decimal(fact["value"])
            assert "e" not in fact["value"].lower()
            wanted = [fact["period_start"], fact["period_end"]]
            assert periods[node.get("contextRef")] == [day for day in wanted if day]
            checked |= {fact["unit"], node.get("sign"), node.get("format")}
        assert not nodes, "a tagged number is missing from the truth"
    assert checked >= {
        "USD",
        "shares",
        "USD/shares",
        "pure",
        "-",
        "ixt:fixed-zero",
        "ixt:num-dot-decimal",
    }


def test_facts_of_one_document_never_contradict_each_other(truth: dict[str, Any]) -> None:
    seen: dict[tuple[Any, ...], str] = {}
    for fact in truth["facts"]:
        if fact["kind"] != "number":
            continue
        key = (
            fact["doc"],
            fact["concept"],
            fact["period_start"],
            fact["period_end"],
            json.dumps(fact["dimensions"]),
        )
        assert seen.setdefault(key, fact["value"]) == fact["value"], key


def test_segment_facts_add_up_to_the_fact_without_dimensions(truth: dict[str, Any]) -> None:
    parts_of: dict[tuple[Any, ...], Decimal] = {}
    whole: dict[tuple[Any, ...], Decimal] = {}
    for fact in truth["facts"]:
        if fact["kind"] != "number":
            continue
        key = (fact["doc"], fact["concept"], fact["period_start"], fact["period_end"])
        if fact["dimensions"]:
            seen = parts_of.setdefault(key, Decimal(0))
            parts_of[key] = seen + Decimal(fact["value"])
        else:
            whole[key] = Decimal(fact["value"])
    assert len(parts_of) > 50
    assert all(whole[key] == value for key, value in parts_of.items())


def test_an_amendment_changes_what_it_says_and_nothing_else(truth: dict[str, Any]) -> None:
    amended = [f for f in truth["filings"] if f["form"] == "10-K/A"]
    assert amended
    for filing in amended:
        original = next(f for f in truth["filings"] if f["accession"] == filing["amends"])
        assert filing["filed_at"] > original["filed_at"]
        assert [s["key"] for s in filing["sections"]] == ["part2.item8"]
        year = f"{filing['period']}"

        def values(doc: str, year: str = year) -> dict[tuple[Any, ...], str]:
            return {
                (f["concept"], f["period_start"], f["period_end"]): f["value"]
                for f in truth["facts"]
                if f["doc"] == doc and f["kind"] == "number" and not f["dimensions"]
            }

        old, new = (
            values(original["documents"][0]["doc"]),
            values(filing["documents"][0]["doc"]),
        )
        changed = {key[0].split(":")[1] for key in new if key in old and new[key] != old[key]}
        assert changed == {
            "CostOfRevenue",
            "GrossProfit",
            "SellingGeneralAndAdministrativeExpense",
            "OperatingExpenses",
        }


def test_annual_reports_have_contents_that_point_at_items_and_pages_with_footers(
    folder: Path, truth: dict[str, Any]
) -> None:
    for filing in truth["filings"]:
        if filing["form"] != "10-K" or filing["path"].startswith("filings/text_era"):
            continue
        root = inline(folder, filing["documents"][0]["doc"])
        ids = {node.get("id") for node in root.iter() if node.get("id")}
        links = [a.get("href")[1:] for a in root.iter("{*}a")]
        assert set(links) <= ids
        wanted = {
            "i" + s["key"].removeprefix("part").replace(".item", "_") for s in filing["sections"]
        }
        assert wanted <= set(links)
        assert len(filing["sections"]) == 23
        text = "".join(root.itertext())
        assert len(re.findall(r"Form 10-K \| \d+|^\d+$|- \d+ -", text, flags=re.M)) >= 10


def test_items_that_say_nothing_or_point_elsewhere_are_told_as_such(
    folder: Path, truth: dict[str, Any]
) -> None:
    annual = next(f for f in truth["filings"] if f["form"] == "10-K" and f["fiscal_year"] == 2024)
    status = {s["key"]: s["status"] for s in annual["sections"]}
    assert status["part1.item1"] == status["part2.item8"] == "present"
    assert status["part1.item4"] == status["part2.item6"] == "omitted"
    assert status["part3.item11"] == "incorporated_by_reference"
    text = body_of(folder, annual["documents"][0]["doc"])
    assert text.count("definitive proxy statement for the 2025 annual meeting") == 5


def test_cells_of_symbols_stand_apart(folder: Path, truth: dict[str, Any]) -> None:
    filing = next(f for f in truth["filings"] if f["form"] == "10-K")
    root = inline(folder, filing["documents"][0]["doc"])
    cells = ["".join(td.itertext()).strip() for td in root.iter("{*}td")]
    for symbol in ("$", ")", "%"):
        assert cells.count(symbol) > 5, symbol


def test_exact_copies_are_copies(folder: Path, truth: dict[str, Any]) -> None:
    kinds = set()
    for pair in truth["duplicates"]:
        kinds.add(pair["kind"])
        if pair["kind"] == "same_bytes":
            assert (folder / pair["a"]).read_bytes() == (folder / pair["b"]).read_bytes()
        else:
            a, b = body_of(folder, pair["a"]), body_of(folder, pair["b"])
            assert a != b
            assert words_of(a) == words_of(b)
    assert kinds == {"same_bytes", "same_words"}


def test_no_two_documents_have_the_same_words_unless_it_is_said(
    folder: Path, truth: dict[str, Any]
) -> None:
    seen: dict[str, str] = {}
    said = {pair["b"] for pair in truth["duplicates"]}
    for filing in truth["filings"]:
        for document in filing["documents"]:
            if document["type"] != "GRAPHIC":
                words = words_of(body_of(folder, document["doc"]))
                assert seen.setdefault(words, document["doc"]) == document["doc"]
    for path, kind in truth["files"].items():
        if kind == "copy" and not path.startswith(("filings/mirror", "general/")):
            words = words_of((folder / path).read_text())
            assert (words in seen) == (f"{path}#1" in said)


def test_near_copies_differ_in_words_and_not_in_numbers(
    folder: Path, truth: dict[str, Any]
) -> None:
    assert truth["near"]
    for pair in truth["near"]:
        a, b = (words_of(body_of(folder, pair[side])) for side in "ab")
        assert a != b
        assert re.findall(r"\d[\d.,]*", a) == re.findall(r"\d[\d.,]*", b)
        ours, theirs = set(a.split()), set(b.split())
        assert len(ours ^ theirs) <= 12


def test_template_twins_share_words_and_not_numbers(folder: Path, truth: dict[str, Any]) -> None:
    assert len(truth["twins"]) >= 5
    for pair in truth["twins"]:
        a, b = (body_of(folder, pair[side]) for side in "ab")
        assert template_of(a) == template_of(b)
        ours, theirs = (re.findall(r"\d[\d.,]*", words_of(text)) for text in (a, b))
        assert len(set(ours) ^ set(theirs)) > 20


def test_broken_files_are_broken_as_said(folder: Path, truth: dict[str, Any]) -> None:
    data = {b["defect"]: (folder / b["path"]).read_bytes() for b in truth["broken"]}
    assert data["zero_bytes"] == b""
    assert data["white_space_only"].strip() == b""
    assert data["pdf_named_htm"].startswith(b"%PDF-")
    assert b"%%EOF" in data["pdf_named_htm"]
    assert b"</html>" not in data["truncated_html"].lower()
    assert len(data["truncated_html"]) > 2000
    assert b"\x00" in data["random_binary"]
    tree = html.fromstring(data["nested_tables_50"])
    assert len(list(tree.iter("table"))) == 50
    assert "$41 million" in tree.text_content()
    assert all(set(b["expected"]) <= {"quarantined", "parsed"} for b in truth["broken"])


def test_general_text_is_enough_for_a_classifier_and_all_different(
    folder: Path, truth: dict[str, Any]
) -> None:
    english = [g for g in truth["general"] if g["lang"] == "en" and g["kind"] != "boilerplate"]
    texts = [(folder / g["path"]).read_text() for g in english]
    assert len(texts) >= 150
    assert len(set(texts)) == len(texts)
    assert all(300 <= len(text) <= 1600 for text in texts)
    assert len({g["path"].split("/")[1] for g in english}) >= 12
    assert {g["lang"] for g in truth["general"]} == {"en", "de", "fr"}


def test_key_figures_say_every_cell_again_in_words(folder: Path, truth: dict[str, Any]) -> None:
    small = {f["cik"] for f in truth["filers"] if f["size"] == "small"}
    filing = next(
        f
        for f in truth["filings"]
        if f["form"] == "8-K" and f["cik"] in small and len(f["documents"]) == 3
    )
    tree = html.fromstring(body_of(folder, filing["documents"][2]["doc"]))
    tables = tree.findall(".//table")
    assert len(tables) >= 8
    for table in tables:
        after = table.getnext().text_content()
        for row in table.findall("tr")[1:]:
            for number in re.findall(
                r"\d[\d,]*", " ".join(td.text_content() for td in row.findall("td")[1:])
            ):
                assert number in after


def test_text_era_and_chinese_reports_print_what_the_truth_holds(
    folder: Path, truth: dict[str, Any]
) -> None:
    era = next(p for p in truth["printed"] if p["doc"].startswith("filings/text_era"))
    text = body_of(folder, era["doc"])
    assert "<S>" in text
    assert "<C>" in text
    assert "<CAPTION>" in text
    assert text.count("<PAGE>") > 5
    assert max(len(line) for line in text.splitlines()) <= 80
    chinese = [p for p in truth["printed"] if p["unit"] == "CNY"]
    body = (folder / chinese[0]["doc"].split("#")[0]).read_text(encoding="utf-8")
    for row in chinese:
        assert f"{(Decimal(row['value']) / 10000):,.2f}" in body
    for mark in ("单位：万元", "√ 适用 □ 不适用", "合并资产负债表", "母公司资产负债表", "年度报告"):
        assert mark in body
    held = {(p["label"], p["period_end"]): Decimal(p["value"]) for p in chinese}
    for scope in ("合并", "母公司"):
        for year in ("2024-12-31", "2023-12-31"):
            assert held[f"{scope}:资产总计", year] == held[f"{scope}:负债和所有者权益总计", year]


def test_writing_again_into_its_own_folder_changes_nothing(tmp_path: Path) -> None:
    out = tmp_path / "u"
    invent(out, filers=3, seed=1, years=2)
    before = {p: p.read_bytes() for p in out.rglob("*") if p.is_file()}
    invent(out, filers=3, seed=1, years=2)
    assert before == {p: p.read_bytes() for p in out.rglob("*") if p.is_file()}


def test_a_folder_of_others_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UserError, match="did not write"):
        invent(tmp_path, filers=3, seed=1, years=2)
    assert [p.name for p in tmp_path.iterdir()] == ["notes.txt"]


def test_other_settings_in_the_same_folder_are_refused(tmp_path: Path) -> None:
    out = tmp_path / "u"
    invent(out, filers=3, seed=1, years=2)
    with pytest.raises(UserError, match=r"other settings.*seed 1"):
        invent(out, filers=3, seed=2, years=2)


@pytest.mark.parametrize("wrong", [{"filers": 0}, {"years": 1}, {"seed": -1}])
def test_numbers_out_of_range_are_refused_by_name(tmp_path: Path, wrong: dict[str, int]) -> None:
    with pytest.raises(UserError, match=next(iter(wrong))):
        invent(tmp_path / "u", **wrong)
    assert not (tmp_path / "u").exists()


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "u").write_text("a file")
    with pytest.raises(UserError, match="not a folder"):
        invent(tmp_path / "u", filers=3)


def test_progress_ends_at_its_total(tmp_path: Path) -> None:
    calls: list[tuple[int, int, str]] = []
    invent(tmp_path / "u", filers=3, years=2, progress=lambda *call: calls.append(call))
    assert [done for done, _, _ in calls] == [1, 2, 3, 4]
    assert calls[-1][1] == 4


def test_a_measure_is_the_same_in_every_filing_that_tells_it(
    folder: Path, truth: dict[str, Any]
) -> None:
    told: dict[tuple[str, str, str, str], str] = {}
    again = 0
    for filing in truth["filings"]:
        if filing["form"] != "8-K" or len(filing["documents"]) < 3:
            continue
        tree = html.fromstring(body_of(folder, filing["documents"][2]["doc"]))
        for table in tree.findall(".//table"):
            title = table.getprevious().text_content()
            if "by region" not in title:
                continue
            head, *rows = table.findall("tr")
            quarters = [td.text_content() for td in head.findall("td")[1:]]
            for row in rows:
                cells = [td.text_content() for td in row.findall("td")]
                for quarter, shown in zip(quarters, (cells[2], cells[5]), strict=True):
                    key = (filing["cik"], title, cells[0], quarter)
                    again += key in told
                    assert told.setdefault(key, shown) == shown
    assert len(told) > 500
    assert again > 20
