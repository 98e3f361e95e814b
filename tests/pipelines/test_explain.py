from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "qhdata"))
from corpus_by_hand import cluster, doc, filing, tag, write

from pipelines import find
from pipelines.corpus import build_corpus
from pipelines.corpus_settings import CorpusSettings
from pipelines.explain import MOST, explain, story
from qhdata.artifact import Artifact
from qhdata.errors import UserError
from qhdata.recipe import parse
from qhdata.records import (
    DecimalText,
    Decision,
    DocSplit,
    Document,
    Edit,
    Example,
    Fact,
    Filing,
    JsonText,
    Quarantined,
    Source,
    SourceFile,
    Tag,
    to_batch,
)

TEXT = "Net sales were $41.7 million in 2023."


def decided(unit: str, outcome: str = "kept", **over) -> Decision:
    base = {"rule": "", "reason": "", "score": None, "threshold": None, "matched_id": None}
    return Decision(unit_id=unit, outcome=outcome, **{**base, **over})


FACT = Fact(
    fact_id="a#f1", doc_id="a", public_at=None, concept="us-gaap:Revenues", kind="number",
    value=DecimalText("41700000"), text=None, unit="USD", decimals="-5", scale=6, sign=None,
    period_start="2023-01-01", period_end="2023-12-31", start=15, end=28, source_ref="f1",
)  # fmt: skip


def run_folder(path: Path) -> Path:
    file = SourceFile(
        file_id="s/a", source="s", path="/raw/a.htm", source_path="a", bytes=10, sha256="ab" * 32
    )
    torn = SourceFile(
        file_id="s/torn.htm", source="s", path="/raw/torn.htm", source_path="torn.htm", bytes=3,
        sha256="cd" * 32,
    )  # fmt: skip
    write(
        path / "corpus",
        documents=[doc("a", TEXT, filing="f"), doc("b", TEXT), doc("c", "kurz")],
        filings=[filing("f", "cik:7")],
        plan=[file, torn],
        facts=[FACT],
        doc_splits=[DocSplit(doc_id="a", filer_id="cik:7", split="train", rule="filer:rank")],
        clusters=[cluster("a", "a", None), cluster("a", "b", "a")],
        quarantine=[
            Quarantined(
                unit_id="s/torn.htm", step="extract@1", error="truncated",
                message="the file ends in a tag", retryable=False,
            )
        ],
        decisions__select=[
            decided("a"),
            decided("b", "dropped", rule="clusters@3", reason="exact_copy", matched_id="a"),
            decided(
                "c", "dropped", rule="doc_length@1", reason="too_short", score=1.0, threshold=20.0
            ),
        ],
        **{"tags__language@1-x": [tag("a", "en", 0.99)]},
    ).close()  # fmt: skip
    source = Source(
        corpus_digest="x", doc_id="a", text_sha256="", extractor="hand@1", start=15, end=28,
        quote=TEXT[15:28], fact_id="a#f1",
    )  # fmt: skip
    example = Example(
        example_id="ex-1", group_id="g", family="instruct", label="statement.lookup", lang="en",
        messages=(), tools=JsonText("[]"), split="train", public_at=None, generator="lookup@1",
        seed=3, filer_id="cik:7", license="", sources=(source,),
    )  # fmt: skip
    with Artifact.create(path / "synth" / "instruct", "synth", settings={}, inputs={}) as synth:
        counts = {"rows_in": 2, "rows_kept": 1, "rows_dropped": 1, "rows_quarantined": 0}
        parts = {
            "examples": [to_batch(Example, [example])],
            "decisions/gates": [
                to_batch(
                    Decision, [decided("ex-2", "dropped", rule="gates@1", reason="no_program")]
                )
            ],
        }
        synth.commit("synth@1", "train", parts, counts)
        synth.finish("synth@1", name="instruct", version=1, unit="draft", seconds=0)
    return path


def test_edits_stand_in_the_order_of_the_text_and_none_is_passed_over(tmp_path: Path) -> None:
    at = [*range(11, 0, -1)]
    edits = [
        Edit(doc_id="a", start=n, end=n + 1, replacement="", step="pii@3", reason="phone")
        for n in at
    ]
    write(tmp_path / "c", documents=[doc("a", TEXT)], edits=edits).close()
    told = [line.strip() for line in story("a", [tmp_path / "c"])[1:] if "edit" in line]
    shown = [f"edited by pii@3 at [{n}, {n + 1}): phone" for n in sorted(at)[:MOST]]
    assert told == [*shown, "and 3 more edits; in all phone 11"]


def test_a_row_of_json_lines_is_found_by_what_it_calls_itself(tmp_path: Path) -> None:
    rows = [{"id": "n-7", "text": "Net sales rose."}, {"id": "n-8", "text": "They fell."},
            {"id": "n-9", "text": "Net sales rose."}]  # fmt: skip
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "news.jsonl").write_text("\n".join(map(json.dumps, rows)))
    settings = parse(CorpusSettings, {"tag": [], "dedup": []}, "test")
    build_corpus(settings, [tmp_path / "raw"], tmp_path / "c", workers=1)
    told = "\n".join(story("news.jsonl#n-8", [tmp_path / "c"]))
    assert "'They fell.'" in told
    assert "KEPT" in told
    told = "\n".join(story("raw/news.jsonl#n-9", [tmp_path / "c"]))
    assert "left out of raw/news.jsonl: same_bytes" in told
    with pytest.raises(UserError, match="n-6"):
        story("news.jsonl#n-6", [tmp_path / "c"])


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    return run_folder(tmp_path_factory.mktemp("run"))


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        ("a", ["KEPT by select", "/raw/a.htm", "split train", "en 0.99", "cik:7", "1 facts"]),
        ("b", ["DROPPED by select, clusters@3: exact_copy, matched a", "exact_copy of a"]),
        ("c", ["DROPPED by select, doc_length@1: too_short, score 1 against 20"]),
        ("f", ["filing f: 10-K", "document a", "KEPT"]),
        ("s/a", ["file s/a: 10 bytes"]),
        ("torn.htm", ["QUARANTINED by extract@1: truncated: the file ends in a tag"]),
        ("a#f1", ["us-gaap:Revenues = 41700000 USD", "'$41.7 million'", "in the original at f1"]),
        (
            "ex-1",
            ["generator lookup@1", "those characters stand there", "original file /raw/a.htm"],
        ),
        ("ex-2", ["DROPPED by gates, gates@1: no_program"]),
    ],
)
def test_every_kind_of_row_has_a_story(run, unit, words):
    text = "\n".join(story(unit, [run]))
    for word in words:
        assert word in text


def test_a_corpus_or_a_synth_set_alone_is_enough(run, capsys):
    explain("a", run / "corpus")
    assert "KEPT" in capsys.readouterr().out
    explain("ex-1", run / "synth" / "instruct")
    assert "source a [15, 28)" in capsys.readouterr().out


def test_a_changed_text_is_said_aloud(run, tmp_path):
    other = write(tmp_path / "other", documents=[doc("a", "another text altogether, and longer")])
    other.close()
    text = "\n".join(story("ex-1", [run / "synth", tmp_path / "other"]))
    assert "THE TEXT THERE IS ANOTHER" in text


def test_an_unknown_id_and_a_strange_folder_are_one_line(run, tmp_path):
    with pytest.raises(UserError, match="no row has the id 'zzz'"):
        story("zzz", [run])
    with pytest.raises(UserError, match="no row has the id 'xxx"):
        story("x" * 5000, [run])
    with pytest.raises(UserError, match="holds nothing that qhdata wrote"):
        story("a", [tmp_path])
    with pytest.raises(UserError, match="no such folder"):
        story("a", [tmp_path / "absent"])


def planned(path: str, **over) -> SourceFile:
    base = {"file_id": f"s/{path}", "source": "s", "path": f"raw/{path}", "source_path": path}
    return SourceFile(**{**base, "bytes": 1, "sha256": "ef" * 32, **over})


@pytest.fixture(scope="module")
def tree(tmp_path_factory) -> Path:
    """A corpus of files that were kept, dropped, the same, stopped; in folders and an archive."""
    path = tmp_path_factory.mktemp("tree") / "corpus"
    held = "0000320193-25-000057"
    plan = [
        planned("aapl/10q/aapl-20250329.htm"),
        planned("msft/10q/msft-20250331.htm"),
        planned("again/aapl-20250329.htm", same_as="s/aapl/10q/aapl-20250329.htm"),
        planned("feed.tar.gz!/inner/ex99.htm"),
        planned(f"{held.replace('-', '')}/R2.htm"),
        planned("full.txt"),
        *[planned(f"many/{n}/index.htm") for n in range(12)],
    ]
    stopped = {"s/feed.tar.gz!/inner/ex99.htm": "truncated", f"{held}:2": "binary"}
    write(
        path,
        documents=[
            doc("a", TEXT, file_id=plan[0].file_id),
            doc("b", TEXT, file_id=plan[1].file_id),
            doc("0000320193-25-000057:1", TEXT, filing=held, file_id="s/full.txt"),
        ],
        filings=[filing(held, "cik:7")],
        plan=plan,
        quarantine=[
            Quarantined(unit_id=u, step="extract@1", error=e, message="it", retryable=False)
            for u, e in stopped.items()
        ],
        decisions__select=[
            decided("a"),
            decided("b", "dropped", rule="doc_length@1", reason="too_short"),
        ],
    ).close()
    return path


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        ("msft-20250331.htm", ["file s/msft/10q/msft-20250331.htm", "DROPPED by select"]),
        ("./10q/aapl-20250329.htm", ["document a", "KEPT by select"]),
        ("aapl-20250329.htm", ["KEPT", "s/again/aapl-20250329.htm", "same bytes as s/aapl/10q"]),
        ("feed.tar.gz!/inner/ex99.htm", ["QUARANTINED by extract@1: truncated"]),
        ("inner/ex99.htm", ["QUARANTINED by extract@1: truncated"]),
        ("0000320193-25-000057", ["filing 0000320193", ":1: 10-K", ":2: QUARANTINED by extract@1"]),
        ("000032019325000057", ["filing 0000320193-25-000057", ":2: QUARANTINED"]),
        ("full.txt", ["document 0000320193-25-000057:2: QUARANTINED by extract@1: binary"]),
        ("index.htm", ["s/many/0/index.htm", "and 4 more files: give more of the path"]),
    ],
)
def test_the_end_of_a_path_or_an_accession_will_do(tree, unit, words):
    text = "\n".join(story(unit, [tree]))
    for word in words:
        assert word in text


def test_the_end_of_a_path_begins_at_the_border_of_a_name(tree):
    with pytest.raises(UserError, match=r"no row has the id '20250329.htm'") as caught:
        story("20250329.htm", [tree])
    assert "aapl-20250329.htm" in str(caught.value), "what holds it is named"


def test_an_accession_that_only_a_path_has_is_found(tmp_path):
    path = tmp_path / "c"
    other = [planned("10003201932500005712.htm"), planned("x_0000320193-25-000057.htm")]
    write(path, documents=[doc("a", TEXT)], plan=other).close()
    text = "\n".join(story("000032019325000057", [path]))
    assert "x_0000320193" in text
    assert "10003201932500005712" not in text


@pytest.mark.parametrize("typed", ["appl-20250329.htm", "aapl-2025032.htm", "AAPL-20250329.HTM"])
def test_a_misspelt_name_is_told_the_likest(tree, typed):
    with pytest.raises(UserError, match=r"like it: .*aapl-20250329\.htm"):
        story(typed, [tree])


def test_a_file_is_found_by_where_it_lies_on_this_disk(tmp_path, monkeypatch):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.htm").touch()
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "c", documents=[doc("a", TEXT)], plan=[planned("a.htm")]).close()
    assert "file s/a.htm" in "\n".join(story(str(tmp_path / "raw" / "a.htm"), [tmp_path / "c"]))


@pytest.mark.parametrize("typed", ["bad\udcff.htm", r"bad\xff.htm", r"x/bad\xff.htm"])
def test_a_name_that_is_no_utf8_is_found_as_typed_and_as_printed(tmp_path, typed):
    write(tmp_path, documents=[doc("a", TEXT)], plan=[planned(r"x/bad\xff.htm")]).close()
    assert r"file s/x/bad\xff.htm" in "\n".join(story(typed, [tmp_path]))


def test_a_million_rows_are_searched_in_under_a_second(tmp_path):
    n = 1_000_000
    ids = pa.array([f"doc-{i:07d}" for i in range(n)], pa.large_string())
    table = pa.table(
        {
            "unit_id": ids,
            "outcome": pa.array(["kept"] * n, pa.large_string()),
            "rule": pa.array([""] * n, pa.large_string()),
            "reason": pa.array([""] * n, pa.large_string()),
            "score": pa.nulls(n, pa.float64()),
            "threshold": pa.nulls(n, pa.float64()),
            "matched_id": pa.nulls(n, pa.large_string()),
        }
    )
    import pyarrow.parquet as pq

    path = tmp_path / "c"
    (path / "decisions").mkdir(parents=True)
    pq.write_table(table, path / "decisions" / "select.parquet", compression="zstd")
    (path / "manifest.json").write_text(
        '{"format": 1, "kind": "corpus", "steps": [], "parts": {"decisions/select": {"rows": 1, '
        '"digest": "0", "files": [{"path": "decisions/select.parquet", "chunk": "all", "rows": 1, '
        '"digest": "0"}]}}}'
    )
    began = time.process_time()
    assert "KEPT" in story("doc-0999998", [path])[1]
    assert time.process_time() - began < 5


def many_chunks(path: Path, n: int) -> Path:
    """A corpus of n chunks with a document each, decided as a whole."""
    counts = {"rows_in": 1, "rows_kept": 1, "rows_dropped": 0, "rows_quarantined": 0}
    with Artifact.create(path, "corpus", settings={}, inputs={}) as corpus:
        for i in range(n):
            known, held = f"d{i}", f"0000000001-24-{i:06d}"
            row = planned(f"x/{known}.htm")
            parts = {
                "plan": to_batch(SourceFile, [row]),
                "documents": to_batch(
                    Document, [doc(known, TEXT, filing=held, file_id=row.file_id)]
                ),
                "filings": to_batch(Filing, [filing(held, "cik:7")]),
                "tags/language@1-x": to_batch(Tag, [tag(known, "en", 0.9)]),
                "facts": to_batch(Fact, [replace(FACT, fact_id=f"{known}#f1", doc_id=known)]),
                "quarantine": to_batch(
                    Quarantined,
                    [Quarantined(unit_id=f"{held}:2", step="extract@1", error="binary",
                                 message="it", retryable=False)],
                ),
            }  # fmt: skip
            corpus.commit("extract@1", f"{i:06d}", {k: [v] for k, v in parts.items()}, counts)
        rows = to_batch(Decision, [decided(f"d{i}") for i in range(n)])
        corpus.commit("select@1", "all", {"decisions/select": [rows]}, counts)
        for step, unit in (("extract@1", "file_id"), ("select@1", "doc_id")):
            corpus.finish(step, name=step, version=1, unit=unit, seconds=0)
    return path


@pytest.mark.parametrize(
    ("unit", "words", "passes"),
    [
        ("d7", ["KEPT by select", "filing 0000000001-24-000007", "1 facts", "en 0.9"], 1),
        ("d7.htm", ["file s/x/d7.htm", "KEPT by select", "1 facts", ":2: QUARANTINED"], 2),
        ("d7#f1", ["us-gaap:Revenues = 41700000", "KEPT by select"], 1),
        ("0000000001-24-000007", ["document d7", "KEPT by select", ":2: QUARANTINED"], 4),
    ],
)
def test_once_a_row_is_found_its_chunk_alone_is_read(tmp_path, monkeypatch, unit, words, passes):
    n = 60
    path = many_chunks(tmp_path / "c", n)
    opened = []
    real = find.open_table
    monkeypatch.setattr(find, "open_table", lambda p: opened.append(p) or real(p))
    text = "\n".join(story(unit, [path]))
    assert [word for word in words if word not in text] == []
    assert len(opened) < (passes + 0.5) * n
