from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))
from corpus_by_hand import cluster, doc, filing, write
from hypothesis import given
from hypothesis import strategies as st
from test_pages import NASTY, assert_stands_alone, parsed

from qhdata.artifact import Artifact
from qhdata.records import ClusterRow, Decision, Edit, FileRow, Quarantined, SourceFile
from qhdata.view.corpus_tables import ROWS, funnel_section, sources_section
from qhdata.view.pages import Page, page_html
from qhdata.view.report import write_report
from qhdata.view.samples import (
    PAIRS,
    SAMPLES,
    WINDOW,
    copies_section,
    decided_section,
    marked,
    texts_of,
)


def said(pieces) -> str:
    return "".join(text for text, _ in pieces)


def decision(unit: str, reason: str = "") -> Decision:
    return Decision(
        unit_id=unit, outcome="dropped" if reason else "kept", rule="x@1" if reason else "",
        reason=reason, score=0.5 if reason else None, threshold=None, matched_id=None,
    )  # fmt: skip


def near(name: str, doc_id: str, matched: str | None) -> ClusterRow:
    row = cluster(name, doc_id, matched)
    return ClusterRow(**{**{k: getattr(row, k) for k in row.__slots__}, "reason": "near_copy"})


def planned(name: str, source: str) -> SourceFile:
    return SourceFile(
        file_id=f"{source}/{name}", source=source, path=f"/raw/{name}", source_path=name, bytes=9,
        sha256=name,
    )  # fmt: skip


def made(path: Path) -> Artifact:
    files = [planned(n, "t" if n == "e" else "s") for n in "abcdefg"]
    outcomes = {"f": "same_bytes", "g": "quarantined"}
    return write(
        path,
        plan=files,
        files=[
            FileRow(file_id=f.file_id, bytes=9, sha256="", doc_ids=(),
                    outcome=outcomes.get(f.source_path, "parsed"))
            for f in files
        ],
        documents=[
            doc("a", "Net sales were 41 million in 2023. " + NASTY, filing="f1"),
            doc("b", "Net sales were 47 million in 2023. " + NASTY, filing="f1"),
            doc("c", "short", filing="f2"),
            doc("d", "quite short", filing="f2"),
            doc("e", "x" * 1000, filing="f3", source="t"),
        ],
        filings=[
            filing("f1", "cik:1", public_at="2023-02-01T00:00:00Z"),
            filing("f2", "cik:1", public_at="2024-02-01T00:00:00Z"),
            filing("f3", "cik:2", public_at=None, period_end=None),
        ],
        clusters=[near("a", "a", None), near("a", "b", "a")],
        edits=[Edit(doc_id="e", start=0, end=100, replacement="[cut]", step="x@1", reason="r")],
        quarantine=[
            Quarantined(unit_id="s/g", step="x@1", error="torn", message="m", retryable=False)
        ],
        decisions__select=[
            decision("a"), decision("b", "near_copy"), decision("c", "too_short"),
            decision("d", "too_short"), decision("e"),
        ],
    )  # fmt: skip


def test_the_funnel_takes_away_what_each_reason_costs_and_ends_with_what_is_kept(tmp_path):
    corpus = made(tmp_path)
    section = funnel_section(corpus)
    rows = {row[0]: row[1:] for row in section.grids[0].rows}
    sizes = {d["doc_id"]: d["n_chars"] for d in corpus.table("documents").to_pylist()}
    assert rows["files in the sources"][0] == 7
    assert rows["- the same bytes as another"][0] == 1
    assert rows["- files that an error stopped"][0] == 1
    assert rows["documents extracted"] == (5, sum(sizes.values()))
    assert rows["- near_copy"] == (1, sizes["b"])
    assert rows["- too_short"] == (2, sizes["c"] + sizes["d"])
    assert rows["documents kept"] == (2, sizes["a"] + sizes["e"])
    assert rows["- characters that edits take from all documents"][1] == 95


def test_a_column_whose_first_number_is_missing_stands_right_with_its_head(tmp_path):
    html = page_html(Page("t", "", (), (funnel_section(made(tmp_path)),)))
    assert '<th scope="col" class="number">characters</th>' in html


def test_sources_and_years_are_counted_each_in_a_row(tmp_path):
    sources, years = sources_section(made(tmp_path)).grids
    found = {row[0]: row[1:] for row in sources.rows}
    assert found["s"][:2] == (6, 4)
    assert found["s"][3] == 1, "kept"
    assert found["s"][-2:] == (3, 1), "dropped, and files stopped"
    assert found["t"][:2] == (1, 1)
    assert [row[0] for row in years.rows] == ["unknown", "2024", "2023"]
    assert {row[0]: row[1:3] for row in years.rows}["2024"] == (1, 2)


def test_a_table_of_many_sources_is_bounded_and_its_sums_hold(tmp_path):
    docs = [doc(f"d{n}", "x" * 10, source=f"s{n:03d}") for n in range(ROWS + 20)]
    corpus = write(tmp_path, documents=docs)
    rows = sources_section(corpus).grids[0].rows
    assert len(rows) == ROWS
    assert rows[-1][0] == "21 others"
    assert sum(row[2] for row in rows) == len(docs)


def test_a_copy_stands_beside_what_was_kept_and_what_differs_is_marked(tmp_path):
    section = copies_section(made(tmp_path))
    [(why, kept, copy)] = section.grids[0].rows
    assert why == "near_copy, Jaccard 1"
    assert [text for text, changed in kept.pieces if changed] == ["41 "]
    assert [text for text, changed in copy.pieces if changed] == ["47 "]
    html = page_html(Page("t", "", (), (section,)))
    assert "<mark>41 </mark>" in html
    assert "<script>" not in html
    assert_stands_alone(html)
    assert NASTY in "".join(parsed(html).text)


def test_pairs_begin_shortly_before_their_first_difference_and_end_soon():
    one, other = ("word " * 400_000 + tail + " word" * 400_000 for tail in ("a", "b"))
    first, second = marked(one, other)
    assert said(first.pieces).startswith("… word")
    assert len(said(first.pieces)) < WINDOW + 10
    assert [t for t, changed in first.pieces if changed] == ["a "]
    assert [t for t, changed in second.pieces if changed] == ["b "]
    assert not any(changed for _, changed in marked(one, one)[0].pieces)


@given(st.text("ab \n", max_size=80), st.text("ab \n", max_size=80))
def test_marking_loses_no_letter(one, other):
    sides = marked(one, other)
    for text, side in zip((one, other), sides, strict=True):
        assert said(side.pieces) == text, "shorter than a window, so all of it"
    plain = ["".join(t for t, changed in side.pieces if not changed) for side in sides]
    assert plain[0] == plain[1], "what is not marked is the same on both sides"


def test_samples_are_by_chance_and_the_same_each_time(tmp_path):
    docs = [doc(f"d{n}", f"text {n}") for n in range(300)]
    rows = [decision(d.doc_id, f"r{n % 3}" if n % 2 else "") for n, d in enumerate(docs)]
    corpus = write(tmp_path, documents=docs, decisions__select=rows)
    lost, kept = decided_section(corpus).grids
    assert [row[0] for row in lost.rows] == [f"r{n}" for n in range(3) for _ in range(SAMPLES)]
    assert all(row[-1].startswith("text ") for row in (*lost.rows, *kept.rows))
    ids = [int(row[0].removeprefix("s/d")) for row in kept.rows]
    assert max(ids) > 100, "not the first ones"
    assert decided_section(corpus).grids[0].rows == lost.rows


def test_no_text_but_a_samples_is_read(tmp_path):
    corpus = write(tmp_path, documents=[doc(f"d{n}", f"text {n}") for n in range(50)])
    assert texts_of(corpus, {"d7", "absent"}) == {"d7": "text 7"}


def test_a_report_is_bounded_whatever_the_corpus(tmp_path):
    docs = [doc(f"d{n}", f"{n} " + "long " * 50_000) for n in range(60)]
    rows = [decision(d.doc_id, f"reason {n}" if n % 2 else "") for n, d in enumerate(docs)]
    copies = [near(f"d{n}", f"d{n + 1}", f"d{n}") for n in range(0, 60, 2)]
    corpus = write(tmp_path, documents=docs, decisions__select=rows, clusters=copies)
    write_report(corpus, tmp_path / "report.html")
    assert (tmp_path / "report.html").stat().st_size < 200_000
    assert len(copies_section(corpus).grids[0].rows) <= PAIRS
