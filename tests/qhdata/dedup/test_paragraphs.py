"""Repeated paragraphs: counted per filer and over all, tagged or cut, and nothing is cut twice."""

from __future__ import annotations

import random
from pathlib import Path

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from qhdata.artifact import Artifact
from qhdata.dedup.paragraphs import Paragraphs, paragraphs, repeated
from qhdata.engines.local import LocalEngine
from qhdata.records import Document, Edit, Filer, Filing, from_batch, to_batch
from qhdata.render import render

SAFE = "This report contains forward-looking statements within the meaning of the Act. " * 3
RISK = "Our business depends on a few customers, and the loss of one would harm our results. " * 3


def own(n: int) -> str:
    rng = random.Random(n)
    return " ".join(f"word{rng.randrange(5000)}" for _ in range(40))


def filing(n: int, filer: str) -> Filing:
    return Filing(
        filing_id=f"f{n}", accession=f"f{n}", form="10-K", period_end=f"20{10 + n}-12-31",
        filers=(Filer(filer_id=filer, name=filer, role="filer"),), fiscal_year=2010 + n,
        filed_at=None, accepted_at=None, public_at=f"20{11 + n}-02-01T00:00:00Z",
        public_at_basis="filed_date", sic=None, amends=None, license="", source_url=None,
    )  # fmt: skip


def document(n: int, text: str) -> Document:
    return Document(
        doc_id=f"d{n}", filing_id=f"f{n}", file_id=f"s/{n}", source="s", source_path=str(n),
        doc_type="10-K", lang="en", title="", text=text, text_sha256="", extractor="x",
        n_chars=len(text), public_at=f"20{11 + n}-02-01T00:00:00Z",
    )  # fmt: skip


def corpus_of(path: Path, texts: list[tuple[str, str]], per_chunk: int = 2) -> Artifact:
    """(filer, text) a document, in order of publication."""
    corpus = Artifact.create(path, "corpus", settings={}, inputs={})
    for low in range(0, len(texts), per_chunk):
        some = range(low, min(low + per_chunk, len(texts)))
        parts = {
            "documents": [to_batch(Document, [document(n, texts[n][1]) for n in some])],
            "filings": [to_batch(Filing, [filing(n, texts[n][0]) for n in some])],
        }
        counts = {"rows_in": len(some), "rows_kept": len(some)}
        counts |= {"rows_dropped": 0, "rows_quarantined": 0}
        corpus.commit("hand@1", f"{low // per_chunk:06d}", parts, counts)
    corpus.finish("hand@1", name="hand", version=1, unit="doc_id", seconds=0)
    return corpus


def cut(path: Path, texts, *, workers: int = 0, dropped=frozenset(), **settings):
    """Rendered texts, and the counts of the tags."""
    step = Paragraphs(action="cut", **settings)
    with corpus_of(path, texts) as corpus, LocalEngine(workers=workers) as engine:
        engine.group(step, corpus)
        made, _ = step.run(corpus, dropped)
    edits = from_batch(Edit, made["edits"])
    rendered = [
        render(text, [e for e in edits if e.doc_id == f"d{n}"]).text
        for n, (_, text) in enumerate(texts)
    ]
    tags = made[step.part].to_pylist()
    return rendered, sorted((t["doc_id"], t["score"]) for t in tags)


def test_a_filers_paragraph_of_last_year_is_cut_and_its_first_stays(tmp_path):
    texts = [("a", f"{own(1)}\n\n{RISK}\n\n{own(2)}"), ("a", f"{own(3)}\n\n{RISK}\n\n{own(4)}"),
             ("b", f"{own(5)}\n\n{RISK}\n\n{own(6)}")]  # fmt: skip
    rendered, tags = cut(tmp_path / "c", texts)
    assert rendered[0] == texts[0][1]
    assert rendered[1] == f"{own(3)}\n\n{own(4)}"
    assert rendered[2] == texts[2][1], "another filer's, and only two filers have it"
    assert tags == [("d0", 2.0), ("d1", 2.0)]


def test_what_enough_filers_say_is_boilerplate_of_all(tmp_path):
    texts = [(f"filer{n}", f"{own(n)}\n\n{SAFE}") for n in range(5)]
    rendered, tags = cut(tmp_path / "c", texts, workers=2, of_all=5)
    assert rendered[0] == texts[0][1]
    assert all(text == f"{own(n)}\n\n" for n, text in enumerate(rendered) if n)
    assert [score for _, score in tags] == [5.0] * 5


def test_documents_that_do_not_stay_neither_count_nor_keep_the_first(tmp_path):
    texts = [("a", f"{own(1)}\n\n{RISK}"), ("a", f"{own(3)}\n\n{RISK}"),
             ("a", f"{own(5)}\n\n{RISK}")]  # fmt: skip
    rendered, _ = cut(tmp_path / "c", texts, dropped=frozenset({"d0"}))
    assert RISK in rendered[1]
    assert RISK not in rendered[2]


def test_numbers_make_another_paragraph_and_tables_and_headings_are_none(tmp_path):
    rose = "Revenue rose by 5 % in the year, because prices were higher than a year before. " * 3
    table = "\n".join(f"| row {n} | {n},000 |" for n in range(20))
    heading = "# " + "A heading of many words that repeats in every report of the filer " * 3
    texts = [("a", f"{rose}\n\n{table}\n\n{heading}"),
             ("a", f"{rose.replace('5 %', '6 %')}\n\n{table}\n\n{heading}")]  # fmt: skip
    rendered, tags = cut(tmp_path / "c", texts)
    assert rendered == [text for _, text in texts]
    assert tags == []


def test_a_note_behind_a_number_makes_no_other_number_of_it(tmp_path):
    rose = "Revenue rose by {} million in the year, because prices were higher than before. " * 3
    zh = "本公司董事会及全体董事保证本公告内容真实、准确、完整，本年度营业收入增加{}亿元。" * 6
    texts = [
        ("a", f"{rose.format('5¹', '5', '5')}\n\n{own(1)}\n\n{zh.format(*'①22222')}"),
        ("a", f"{rose.format('51', '5', '5')}\n\n{own(2)}\n\n{zh.format(*'122222')}"),
    ]
    rendered, tags = cut(tmp_path / "c", texts)
    assert rendered == [text for _, text in texts]
    assert tags == []


def test_a_paragraph_ends_where_a_table_begins_right_below_it(tmp_path):
    table = "\n".join(f"| row {n} | {n},000 |" for n in range(20))
    texts = [("a", f"{own(1)}\n\n{RISK}\n{table}"), ("a", f"{own(2)}\n\n{RISK}\n{table}")]
    rendered, tags = cut(tmp_path / "c", texts)
    assert rendered == [texts[0][1], f"{own(2)}\n\n{table}"]
    assert tags == [("d0", 2.0), ("d1", 2.0)]


def test_short_paragraphs_repeat_by_nature(tmp_path):
    texts = [("a", "Not applicable.\n\nx"), ("a", "Not applicable.\n\ny")]
    assert cut(tmp_path / "c", texts)[1] == []


@given(st.lists(st.sampled_from([SAFE, RISK, "Short.", "# Head", "| a | b |", own(7)]), max_size=8))
def test_paragraphs_lie_apart_and_cutting_them_leaves_the_rest(blocks):
    text = "\n\n".join(blocks)
    found = list(paragraphs(text, 120))
    assert len(found) == sum(len(b) >= 120 for b in blocks)
    end = 0
    for _, start, stop in found:
        assert end <= start < stop <= len(text)
        end = stop
    edits = [
        Edit(doc_id="d", start=a, end=b, replacement="", step="s", reason="r") for _, a, b in found
    ]
    left = [b for b in blocks if len(b) < 120]
    assert render(text, edits).text.rstrip("\n") == "\n\n".join(left).rstrip("\n")


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=30))
def test_only_keys_of_two_documents_are_kept(pairs):
    pairs = sorted(pairs)
    table = pa.table(
        {
            "key": pa.array([k for k, _ in pairs], pa.uint64()),
            "row": pa.array([r for _, r in pairs], pa.uint64()),
            "start": pa.array(range(len(pairs)), pa.int64()),
            "end": pa.array(range(len(pairs)), pa.int64()),
        }
    )
    wanted = [
        (k, r) for k, r in pairs if len({row for key, row in pairs if key == k}) > 1
    ]  # fmt: skip
    rows = repeated(table)
    assert list(zip(*(rows.column(n).to_pylist() for n in ("key", "row")), strict=True)) == wanted
