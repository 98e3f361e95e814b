from __future__ import annotations

import sys
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1]))
from corpus_by_hand import cluster, doc, filing, tag, write

from qhdata.artifact import Artifact
from qhdata.records import Decision, DocSplit, Quarantined, SplitRow
from qhdata.view.charts import Flow, bars, flow, histogram, lines
from qhdata.view.pages import Chart, Grid, Page, Section, page_html
from qhdata.view.report import write_report

NASTY = '<script>alert("x")</script> & \'"'


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, name, attrs):
        self.found.append((name, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)


def parsed(html: str) -> Tags:
    tags = Tags()
    tags.feed(html)
    return tags


def assert_stands_alone(html: str) -> None:
    for name, attrs in parsed(html).found:
        assert name not in ("script", "link", "iframe", "img")
        for key in ("src", "href"):
            assert (attrs.get(key) or "#").startswith("#"), f"<{name}> reaches out of the page"
    assert "url(" not in html
    assert "@import" not in html


def corpus(path: Path) -> Artifact:
    quarantined = Quarantined(
        unit_id="s/e", step="extract@1", error="broken", message=NASTY, retryable=True
    )

    def decision(n: str, outcome: str) -> Decision:
        return Decision(
            unit_id=n, outcome=outcome, rule="language@1" if outcome == "dropped" else "",
            reason="other_language" if outcome == "dropped" else "", score=0.2, threshold=None,
            matched_id=None,
        )  # fmt: skip

    return write(
        path,
        documents=[doc(n, NASTY + n, filing="f", doc_type="10-K") for n in "abcd"],
        filings=[filing("f", "cik:1")],
        clusters=[cluster("a", "a", None), cluster("a", "b", "a")],
        splits=[SplitRow(filer_id="cik:1", split="train", rule="x")],
        doc_splits=[DocSplit(doc_id=n, filer_id="cik:1", split="train", rule="x") for n in "abcd"],
        quarantine=[quarantined],
        decisions__select=[decision(n, "dropped" if n == "c" else "kept") for n in "abcd"],
        **{"tags__language@1-x": [tag(n, "en", 0.9) for n in "abcd"]},
    )


def test_a_report_stands_alone_and_escapes_what_filings_say(tmp_path):
    with corpus(tmp_path / "c") as found:
        write_report(found, tmp_path / "report.html")
    html = (tmp_path / "report.html").read_text()
    assert_stands_alone(html)
    tags = parsed(html)
    text = " ".join(tags.text)
    assert NASTY in " ".join(text.split())
    for words in ("other_language", "broken", "exact_copy", "language@1", "s/c"):
        assert words in text
    svgs = [attrs for name, attrs in tags.found if name == "svg"]
    assert len(svgs) >= 8
    assert all(a.get("role") == "img" and a.get("aria-label") for a in svgs)


def test_a_corpus_without_anything_has_a_report(tmp_path):
    with Artifact.create(tmp_path / "c", "corpus", settings={}, inputs={}) as empty:
        write_report(empty, tmp_path / "report.html")
    assert "0" in (tmp_path / "report.html").read_text()


def test_filings_of_no_known_date_are_said_to_be_unknown(tmp_path):
    with write(
        tmp_path / "c",
        documents=[doc("a", "Words.", filing="f")],
        filings=[filing("f", "cik:1", public_at=None, period_end=None)],
    ) as found:
        write_report(found, tmp_path / "report.html")
    assert "unknown" in parsed((tmp_path / "report.html").read_text()).text


names = st.text(max_size=30)


@given(
    st.lists(st.tuples(names, st.floats(0, 1e12)), max_size=6),
    st.lists(st.floats(0, 1e9), max_size=30),
    st.lists(st.tuples(names, st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)), max_size=5),
)
def test_every_chart_is_well_formed_whatever_the_numbers(rows, values, steps):
    flows = [Flow(name, "documents", *counts) for name, *counts in steps]
    points = list(enumerate(values))
    for svg in (
        bars("t", rows),
        histogram("t", values, "characters"),
        flow("t", flows),
        lines("t", {"a": points, "b": points[:1]}, "tokens", "loss"),
    ):
        printable = "".join(c for c in svg if c >= " " and c not in "\ufffe\uffff")
        for mark in ET.fromstring(printable).iter():
            places = [mark.get(k, "") for k in ("x", "y", "width", "height", "d", "y1", "y2")]
            assert not any("nan" in p or "inf" in p for p in places)


@pytest.mark.parametrize("value", [1.0, 250.0, 1e6])
def test_the_longest_bar_fits_the_page(value):
    svg = bars("t", [("a", value), ("b", value / 2)])
    xs = [float(e.attrib["x"]) for e in ET.fromstring(svg).iter() if "x" in e.attrib]
    assert max(xs) < 720


def test_a_page_takes_sections_of_others():
    chart = Chart("Loss", lines("Loss", {"cpt": [(0, 2.0), (1, 1.5)]}, "updates", "loss"))
    section = Section("Training", "words", (chart,), (Grid("t", ("a", "b"), [("x", 1)], True),))
    html = page_html(Page("Run", "lead", (("1", "one"),), (section,)))
    assert_stands_alone(html)
    assert "Training" in html
    assert "<details>" in html
