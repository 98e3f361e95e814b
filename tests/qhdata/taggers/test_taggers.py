from __future__ import annotations

import pytest

from qhdata.recipe import load_object
from qhdata.records import Document, to_batch
from qhdata.step import TAG_SCHEMA, tag_part
from qhdata.taggers import TAGGERS
from qhdata.taggers.c4_prose import LABELS as C4
from qhdata.taggers.c4_prose import C4Prose
from qhdata.taggers.doc_length import DocLength
from qhdata.taggers.fineweb_prose import LABELS as FINEWEB
from qhdata.taggers.fineweb_prose import FinewebProse
from qhdata.taggers.gopher_prose import LABELS as GOPHER
from qhdata.taggers.gopher_prose import GopherProse
from qhdata.taggers.language import Language
from qhdata.taggers.line_shape import LineShape
from qhdata.taggers.passages import passages
from qhdata.taggers.prose import cells, prose_lines, tables
from qhdata.taggers.table_health import LABELS, TableHealth

STATEMENT = """| | 2024 | 2023 |
|---|---|---|
| Net sales | $ 1,234 | $ 1,100 |
| Cost of sales | (800) | (700) |
| Margin | 35.2% | 36.4% |
"""
PROSE = (
    "The company sells bolts and nuts to builders of ships, and it has done so with some success.\n"
    "Net sales rose by twelve percent because the price of steel fell while demand held up well.\n"
)


def rows(*texts: str):
    return to_batch(
        Document,
        [
            Document(
                doc_id=f"d{n}", filing_id="f", file_id="f", source="s", source_path="p",
                doc_type="", lang="en", title="", text=t, text_sha256="", extractor="x@1",
                n_chars=len(t), public_at=None,
            )
            for n, t in enumerate(texts)
        ],
    )  # fmt: skip


WITHOUT_ASSET = sorted(set(TAGGERS) - {"finance", "topic"})


@pytest.mark.parametrize("name", WITHOUT_ASSET)
def test_every_tagger_tags_every_text_even_an_empty_one(name, tmp_path):
    (tmp_path / "set.json").write_text('[{"question": "What were the sales?"}]')
    given = {"against": str(tmp_path)} if name == "contamination" else {}
    step = load_object(TAGGERS[name], "test")(**given)
    made = step.open()(rows("", PROSE, STATEMENT, "\x00\n|\n||\n", "公司全年净利润增长。" * 20))
    batch = made[tag_part(step)]
    assert batch.schema.equals(TAG_SCHEMA)
    assert set(batch.column("doc_id").to_pylist()) == {f"d{n}" for n in range(5)}
    assert step.name == name


def test_language_is_told_from_prose_not_from_tables():
    step = Language()
    made = step.open()(
        rows(PROSE, "公司全年营业收入增长百分之十二，净利润下降。" * 5, STATEMENT * 3, "")
    )
    tags = made[tag_part(step)].to_pylist()
    assert [t["label"] for t in tags[:2]] == ["en", "zh"]
    assert tags[3]["label"] == "und"
    assert min(t["score"] for t in tags[:2]) > 0.5


def test_table_rows_do_not_change_the_shape_of_lines():
    shape = LineShape()
    assert shape.measure(PROSE) == shape.measure(STATEMENT + PROSE + STATEMENT) == (0.0, 0.0)
    assert shape.measure("Home\nNews\nLog in\n" + PROSE)[0] == pytest.approx(0.6)


def test_a_statement_alone_has_no_prose_scores_to_be_dropped_by():
    assert LineShape().measure(STATEMENT) == (0.0, 0.0)
    assert GopherProse().measure(STATEMENT) == (0.0,) * 5


def test_table_health_counts_cells_by_hand():
    found = dict(zip(LABELS, TableHealth().measure(PROSE + STATEMENT), strict=True))
    assert found["tables"] == 1
    assert found["rows"] == 4
    assert found["empty_cells"] == pytest.approx(1 / 12)
    assert found["ragged_rows"] == 0
    # 2024 and 2023 are numeric cells as well: 8 of the 11 that are filled
    assert found["numeric_cells"] == pytest.approx(8 / 11)


def test_torn_rows_are_ragged():
    torn = STATEMENT + "| Profit | 3 |\n| 4 | 5 | 6 | 7 |\n"
    found = dict(zip(LABELS, TableHealth().measure(torn), strict=True))
    assert found["ragged_rows"] == pytest.approx(2 / 6)


def test_length_counts_words_in_tables_and_out_of_them():
    chars, words, prose, share = DocLength().measure(STATEMENT + PROSE)
    assert chars == len(STATEMENT + PROSE)
    assert prose == 18 + 17
    assert words == prose + 6  # Net sales, Cost of sales, Margin
    assert 0.3 < share < 0.5


def test_gopher_scores_by_hand():
    text = "• to the point\n• to the point\nand so on...\n"
    found = dict(zip(GOPHER, GopherProse().measure(text), strict=True))
    assert found["bullet_lines"] == pytest.approx(2 / 3)
    assert found["ellipsis_lines"] == pytest.approx(1 / 3)
    assert found["repeated_lines"] == pytest.approx(1 / 3)
    assert found["stop_words"] == 3


def test_a_statement_is_never_counted_by_rules_for_prose():
    for tagger in (GopherProse(), C4Prose(), FinewebProse()):
        alone = tagger.measure(PROSE)
        assert tagger.measure(STATEMENT) == (0.0,) * len(alone)
        assert tagger.measure(STATEMENT + PROSE + STATEMENT * 3) == alone
        assert any(alone)


def test_c4_scores_by_hand():
    text = (
        "Net sales rose by a tenth. The price of steel fell.[1]\n"  # kept, two sentences
        "Home\n"  # unclosed, few words
        "Sales rose again.\n"  # closed, few words
        "Please enable JavaScript to read on.\n"  # a notice
        "and so it went on and on...\n"  # an ellipsis closes nothing
        "Lorem ipsum {dolor} sit amet consectetur.\n"  # kept line of a page that C4 drops
        f"{'x' * 1001} is no word of ours.\n"
        f"{'本公司主要从事软件开发业务' * 20}。\n"
    )
    found = dict(zip(C4, C4Prose().measure(text), strict=True))
    assert found["kept_lines"] == pytest.approx(3 / 8)
    assert found["unclosed_lines"] == pytest.approx(2 / 8)
    assert found["few_word_lines"] == pytest.approx(2 / 8)
    assert found["notice_lines"] == pytest.approx(1 / 8)
    assert found["sentences"] == 2 + 1 + 1
    assert (found["braces"], found["lorem_ipsum"], found["long_lines"]) == (1, 1, 2)


def test_fineweb_scores_by_hand():
    text = "Home\n\nHome\nNet sales rose by a tenth, as we said in the spring.\n净利润增长。\n"
    found = dict(zip(FINEWEB, FinewebProse().measure(text), strict=True))
    assert found["closed_lines"] == pytest.approx(2 / 4)
    assert found["short_lines"] == pytest.approx(3 / 4)
    assert found["repeated_chars"] == pytest.approx(4 / (4 + 4 + 52 + 6))
    assert found["lines_per_word"] == pytest.approx(4 / (2 + 12 + 6))


def test_cells_keep_escaped_bars():
    assert cells(r"| a \| b | c |") == [r"a \| b", "c"]
    assert list(tables("x\n| a |\n|---|\n| 1 |\ny\n| b |")) == [["| a |", "| 1 |"], ["| b |"]]
    assert prose_lines("x\n| a |\n\n y ") == ["x", "y"]


def test_passages_hide_which_number_it_is_and_spread_over_the_text():
    text = "\n".join(f"Line {n} says that revenue was ${n},000 in the year." for n in range(400))
    found = passages(text, 4)
    assert len(found) == 4
    assert "revenue was $ 0 0 in the year" in found[0]
    assert len(found[0].split()) == 120 + 119
    assert found[0].split()[120] == "line_0"
    assert passages("too short", 4) == []
