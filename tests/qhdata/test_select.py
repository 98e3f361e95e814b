from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from corpus_by_hand import cluster, doc, tag, write

from qhdata.errors import UserError
from qhdata.records import Edit, Quarantined
from qhdata.render import kept_ids, kept_texts
from qhdata.select import Rule, Select, not_kept, unknown_sources

TAGS = {"language": ("language@1", "tags/language"), "shape": ("shape@1", "tags/shape")}


def corpus(path: Path, **more):
    names = "abcdef"
    return write(
        path,
        documents=[doc(n, f"text {n}", source="web" if n == "f" else "s") for n in names],
        tags__language=[tag(n, "de" if n in "bf" else "en", 0.9) for n in names],
        tags__shape=[tag(n, "short", 0.9 if n in "bc" else 0.1) for n in names],
        **more,
    )


def decide(found, *rules: Rule, **settings):
    tables, rows_in = Select(rules=rules, **settings).run(found, TAGS)
    rows = next(iter(tables.values())).to_pylist()
    assert rows_in == 6
    assert [r["unit_id"] for r in rows] == sorted(r["unit_id"] for r in rows)
    return {r["unit_id"]: r for r in rows}


ONLY_ENGLISH = Rule(tag="language", label_is=("en",), reason="other_language")
NOT_SHORT = Rule(tag="shape", label="short", score_above=0.5, reason="short_lines")


def test_the_first_matching_rule_decides_and_is_written_down(tmp_path):
    with corpus(tmp_path / "c") as found:
        rows = decide(found, ONLY_ENGLISH, NOT_SHORT)
    assert {u for u, r in rows.items() if r["outcome"] == "dropped"} == {"b", "c", "f"}
    assert (rows["b"]["rule"], rows["b"]["reason"]) == ("language@1", "other_language")
    assert (rows["c"]["score"], rows["c"]["threshold"]) == (0.9, 0.5)
    assert rows["a"]["rule"] == rows["a"]["reason"] == ""


def test_a_rule_can_leave_a_source_alone(tmp_path):
    rule = Rule(tag="language", label_is=("en",), reason="x", except_sources=("web",))
    with corpus(tmp_path / "c") as found:
        assert decide(found, rule)["f"]["outcome"] == "kept"


def test_a_copy_takes_the_place_of_a_survivor_that_a_rule_dropped(tmp_path):
    clusters = [cluster("a", "b", None), cluster("a", "d", "b"), cluster("a", "e", "b")]
    with corpus(tmp_path / "c", clusters=clusters) as found:
        rows = decide(found, ONLY_ENGLISH)
        assert rows["d"]["outcome"] == "kept"
        assert (rows["e"]["reason"], rows["e"]["matched_id"]) == ("exact_copy", "d")
        rows = decide(found)
        assert (rows["d"]["matched_id"], rows["e"]["matched_id"]) == ("b", "b")
        assert decide(found, drop_duplicates=False)["e"]["outcome"] == "kept"


def test_what_an_error_stopped_is_not_decided(tmp_path):
    stopped = [Quarantined(unit_id="a", step="x@1", error="e", message="m", retryable=False)]
    with corpus(tmp_path / "c", quarantine=stopped) as found:
        assert "a" not in decide(found)


def test_without_their_survivor_only_those_are_copies_that_must_be(tmp_path):
    near = {"reason": "near_copy"}
    clusters = [
        cluster("a", "b", None),
        replace(cluster("a", "a", "b"), similarity=0.9, **near),
        replace(cluster("a", "c", "b"), similarity=0.6, **near),
        replace(cluster("a", "d", "b"), similarity=0.8, **near),
        replace(cluster("a", "e", "b"), similarity=0.6, **near),
    ]
    with corpus(tmp_path / "c", clusters=clusters) as found:
        there = decide(found)
        gone = decide(found, ONLY_ENGLISH)
    assert {u for u, r in there.items() if r["outcome"] == "kept"} == {"b", "f"}
    assert {u for u, r in gone.items() if r["outcome"] == "kept"} == {"a", "c", "e"}
    assert (gone["d"]["matched_id"], gone["d"]["score"]) == ("a", 0.7)


def test_a_copy_takes_the_place_of_a_survivor_that_an_error_stopped(tmp_path):
    stopped = [Quarantined(unit_id="b", step="x@1", error="e", message="m", retryable=True)]
    clusters = [cluster("a", "b", None), cluster("a", "d", "b"), cluster("a", "e", "b")]
    with corpus(tmp_path / "c", clusters=clusters, quarantine=stopped) as found:
        rows = decide(found)
        tables, _ = Select().run(found, TAGS)
        assert not_kept(found, tables["decisions/select"]) == {"b", "e"}
    assert rows["d"]["outcome"] == "kept"
    assert rows["e"]["matched_id"] == "d"


def test_a_rule_about_a_tag_that_is_not_made_is_an_error_that_names_those_that_are(tmp_path):
    rule = Rule(tag="topic", score_above=0.1, reason="x")
    with corpus(tmp_path / "c") as found, pytest.raises(UserError, match="language, shape"):
        decide(found, rule)


@pytest.mark.parametrize("conditions", [{}, {"score_above": 0.1, "score_below": 0.9}])
def test_a_rule_has_exactly_one_condition(tmp_path, conditions):
    rule = Rule(tag="shape", label="short", reason="x", **conditions)
    with corpus(tmp_path / "c") as found, pytest.raises(UserError, match="one condition"):
        decide(found, rule)


def test_a_rule_that_names_only_sources_that_are_not_there_is_told():
    rules = [
        Rule(tag="t", score_above=0.1, reason="a", sources=("sce",)),
        Rule(tag="t", score_above=0.1, reason="b", except_sources=("web", "sec")),
        Rule(tag="t", score_above=0.1, reason="c"),
    ]
    (line,) = unknown_sources(rules, ["sec"])
    assert line == "select: a names the source sce; there is sec"


def test_kept_texts_are_rendered_and_only_kept(tmp_path):
    edit = Edit(doc_id="a", start=0, end=5, replacement="", step="x@1", reason="test")
    with corpus(tmp_path / "c", edits=[edit]) as found:
        tables, _ = Select(rules=(ONLY_ENGLISH,)).run(found, TAGS)
        counts = {"rows_in": 6, "rows_kept": 4, "rows_dropped": 2, "rows_quarantined": 0}
        found.commit("select@1", "all", tables, counts)
        found.finish("select@1", name="select", version=1, unit="doc_id", seconds=0)
        texts = {row["doc_id"]: text for row, text in kept_texts(found)}
        raw = {row["doc_id"]: text for row, text in kept_texts(found, raw=True)}
        with pytest.raises(UserError, match="known: select"):
            kept_ids(found, "other")
    assert texts == {"a": "a", "c": "text c", "d": "text d", "e": "text e"}
    assert raw["a"] == "text a"


def test_what_holds_facts_alone_is_dropped_by_name_before_any_rule(tmp_path):
    documents = [doc("a"), doc("n", "")]
    tags = [tag(n, "de", 0.9) for n in "an"]
    with write(tmp_path / "c", documents=documents, tags__language=tags) as found:
        tables, _ = Select(rules=(ONLY_ENGLISH,)).run(found, TAGS)
    decided = tables["decisions/select"].to_pylist()
    reasons = {r["unit_id"]: (r["outcome"], r["reason"]) for r in decided}
    assert reasons == {"a": ("dropped", "other_language"), "n": ("dropped", "no_text")}
