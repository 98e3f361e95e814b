"""A corpus in other people's formats, read back by the tools that own them."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from pipelines.build import build
from pipelines.cli import main
from pipelines.export import export
from pipelines.render import render
from qhdata.artifact import Artifact
from qhdata.errors import NotAnArtifact, UserError
from qhdata.export.edgar_corpus import EdgarCorpus
from qhdata.export.files import SCHEMA, JsonLines
from qhdata.export.rows import cut
from qhdata.readers import plan
from qhdata.readers.jsonl import JsonLinesReader
from qhdata.records import SourceFile
from qhdata.shards.inputs import parts_of, texts_of
from qhdata.text_style import TextStyle
from qhdata.universe import invent


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    invent(folder / "u", filers=3, seed=11, years=2)
    build(folder / "u" / "filings", folder / "u" / "general", out=folder / "corpus", workers=2)
    return folder / "corpus"


def lines(folder: Path) -> list[dict[str, object]]:
    return [
        json.loads(line)
        for path in sorted(folder.rglob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def test_every_document_is_a_row_or_left_out_for_a_reason(corpus: Path, tmp_path: Path) -> None:
    export(corpus, out=tmp_path / "out")
    about = json.loads((tmp_path / "out" / "export.json").read_text())
    left = sum(about["documents_left_out"].values())
    assert about["documents"] == about["documents_exported"] + left
    assert about["documents"] == Artifact.open(corpus, "corpus").part("documents").rows
    rows = lines(tmp_path / "out")
    assert len(rows) == about["rows"] == about["documents_exported"]
    assert len({row["id"] for row in rows}) == len(rows)
    kept = {r["doc_id"]: r["text"] for r in Artifact.open(corpus).table("documents").to_pylist()}
    assert all(row["text"] == kept[row["doc_id"]] for row in rows), "there are no edits"


def test_an_item_of_a_form_and_of_some_years(corpus: Path, tmp_path: Path) -> None:
    export(corpus, out=tmp_path / "out", forms="10-K", sections="item7", years="2020-2030")
    rows = lines(tmp_path / "out")
    assert {(row["form"], row["section"]) for row in rows} == {("10-K", "part2.item7")}
    assert all("Discussion and Analysis" in str(row["section_title"]) for row in rows)
    assert all(str(row["public_at"]) > str(row["period_end"]) for row in rows if row["public_at"])
    with pytest.raises(UserError, match=r"no row is left: .*other_form"):
        export(corpus, out=tmp_path / "none", forms="8-K", sections="item7")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        ({"years": "2023-2015"}, r"--years: 2023 comes after 2015 \(write 2015-2023\)"),
        ({"years": "1990"}, r"--years: no document is of 1990 \(the corpus has \d.*-20\d\d\)"),
        ({"years": "1990-1995"}, r"--years: no document is of 1990-1995"),
        ({"years": "2015-20l3"}, r"--years: '2015-20l3' is no year"),
        ({"splits": "train,foo"}, r"--splits: no split 'foo' \(known: train, dev, test\)"),
        ({"splits": ""}, r"--splits: no split ''"),
        ({"splits": ","}, r"--splits: ',' names nothing"),
        ({"forms": " , "}, r"--forms: ' , ' names nothing \(leave it out for all\)"),
        ({"sections": ","}, r"--sections: ',' names nothing"),
        ({"years": "2015-"}, r"--years: '2015-' is no year"),
        ({"sections": "ITEM9A"}, r"--sections: no section 'ITEM9A' \(such as item9a, "),
        ({"sections": "item77"}, r"--sections: no section 'item77' \(such as .*item7.*; schemas"),
        ({"sections": "zzz"}, r"--sections: no section 'zzz' \(such as item7, .*; schemas"),
        ({"forms": "10-k"}, r"--forms: no document is a 10-k \(the corpus has 10-K \d+, .*10-Q"),
        ({"forms": "10-X,S-1"}, r"--forms: no document is a 10-X or S-1 \(the corpus has "),
    ],
)
@pytest.mark.parametrize("plan", [False, True])
def test_a_wish_for_what_is_not_there_is_refused_before_work(
    corpus: Path, tmp_path: Path, wish: dict[str, str], message: str, plan: bool
) -> None:
    with pytest.raises(UserError, match=message):
        export(corpus, out=tmp_path / "none", plan=plan, **wish)  # type: ignore[arg-type]
    assert not (tmp_path / "none").exists()


def test_a_file_in_the_place_of_the_folder_is_the_users_error(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(UserError, match=r"out: is a file \(give a new folder"):
        export(corpus, out=tmp_path / "out")
    assert (tmp_path / "out").read_text() == "mine"
    with pytest.raises(UserError, match=r"out/below: cannot be written: Not a directory"):
        export(corpus, out=tmp_path / "out" / "below")


def test_one_form_of_several_that_is_absent_is_said(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export(corpus, out=tmp_path / "out", forms="10-K,10-K405")
    assert "no document is a 10-K405; the other forms are there" in capsys.readouterr().out


def test_datasets_and_polars_read_what_they_are_given(corpus: Path, tmp_path: Path) -> None:
    import datasets

    export(corpus, out=tmp_path / "hf", format="hf")
    export(corpus, out=tmp_path / "pq", format="parquet")
    export(corpus, out=tmp_path / "js", format="jsonl")
    found = datasets.load_dataset(str(tmp_path / "hf"), cache_dir=str(tmp_path / "cache"))
    frames = [pl.read_parquet(path) for path in sorted((tmp_path / "pq").glob("*.parquet"))]
    wanted = {row["id"]: row["text"] for row in lines(tmp_path / "js")}
    assert {r["id"]: r["text"] for split in found.values() for r in split} == wanted
    assert dict(pl.concat(frames).select("id", "text").iter_rows()) == wanted
    assert set(found) == {path.stem for path in (tmp_path / "pq").glob("*.parquet")}


def test_edgar_corpus_has_a_column_an_item(corpus: Path, tmp_path: Path) -> None:
    export(corpus, out=tmp_path / "out", format="edgar-corpus")
    rows = lines(tmp_path / "out")
    assert rows
    for row in rows:
        assert {"filename", "cik", "year", "section_1", "section_7A", "section_15"} <= set(row)
        assert "business" in str(row["section_1"])[:60].lower()
        assert len(str(row["section_7"])) > 500
    about = json.loads((tmp_path / "out" / "export.json").read_text())
    assert about["documents_exported"] == len(rows)


def test_edgar_corpus_keeps_splits_apart(tmp_path: Path) -> None:
    row = {**dict.fromkeys(SCHEMA.names, ""), "section": "part1.item1", "year": 2023}
    rows = [{**row, "doc_id": name, "split": name, "text": name} for name in ("train", "test")]
    EdgarCorpus().write(rows, tmp_path)
    for name in ("train", "test"):
        (found,) = (tmp_path / "2023" / f"{name}.jsonl").read_text("utf-8").splitlines()
        assert json.loads(found)["section_1"] == name
        assert f'split: {name}\n    path: "*/{name}.jsonl"' in (tmp_path / "README.md").read_text()


def test_an_export_is_read_without_what_it_says_of_itself(corpus: Path, tmp_path: Path) -> None:
    export(corpus, out=tmp_path / "out", forms="10-K")
    found = [file.source_path for file in plan([tmp_path / "out"])]
    assert found == sorted(path.name for path in (tmp_path / "out").glob("*.jsonl"))


def test_datasets_reads_edgar_corpus_and_lines_whose_column_is_null_in_a_split(
    corpus: Path, tmp_path: Path
) -> None:
    import datasets

    export(corpus, out=tmp_path / "edgar", format="edgar-corpus")
    found = datasets.load_dataset(str(tmp_path / "edgar"), cache_dir=str(tmp_path / "cache"))
    assert sum(split.num_rows for split in found.values()) == len(lines(tmp_path / "edgar"))
    row = dict.fromkeys(SCHEMA.names)
    (tmp_path / "js").mkdir()
    rows = [{**row, "split": "dev"}, {**row, "split": "train", "year": 2023, "filer": "A"}]
    JsonLines().write(rows, tmp_path / "js")
    found = datasets.load_dataset(str(tmp_path / "js"), cache_dir=str(tmp_path / "cache"))
    assert found["train"]["year"][:] == [2023]
    assert found["dev"]["year"][:] == [None]


def test_an_export_read_again_keeps_its_forms(corpus: Path, tmp_path: Path) -> None:
    export(corpus, out=tmp_path / "out", forms="10-K,10-Q,8-K")
    path = next((tmp_path / "out").glob("*.jsonl"))
    file = SourceFile(
        file_id="f", source="s", path=str(path), source_path=path.name, bytes=0, sha256="0"
    )
    made = JsonLinesReader().read(file, path.read_bytes())
    forms = [json.loads(line)["form"] for line in path.read_text("utf-8").splitlines()]
    assert [document.doc_type for document in made.documents] == forms


def test_tables_in_every_style_say_the_same_numbers(corpus: Path, tmp_path: Path) -> None:
    texts = {}
    for style in ("markdown", "tsv", "key-value", "none"):
        export(corpus, out=tmp_path / style, forms="10-K", tables=style)  # type: ignore[arg-type]
        texts[style] = " ".join(str(row["text"]) for row in lines(tmp_path / style))
    assert "|---|" in texts["markdown"]
    for style in ("tsv", "key-value", "none"):
        assert "|---|" not in texts[style]
    numbers = {s: sum(c.isdigit() for c in t) for s, t in texts.items()}
    assert numbers["tsv"] == pytest.approx(numbers["markdown"], rel=0.02)
    assert numbers["none"] < 0.5 * numbers["markdown"]
    assert len(texts["tsv"]) < len(texts["markdown"])


def test_long_texts_are_cut_at_paragraphs_and_nothing_is_lost() -> None:
    text = "\n\n".join(f"Paragraph {n} says what it says." for n in range(200))
    parts = list(cut(text, 300))
    assert max(map(len, parts)) <= 300
    assert "\n\n".join(parts) == text
    one = "word " * 500
    assert "".join("".join(cut(one, 90)).split()) == "word" * 500
    assert all(len(part) <= 90 for part in cut(one, 90))


def test_long_texts_are_cut_where_sections_begin() -> None:
    sections = [f"## Item {n}\n\n" + "Words of it. " * 10 for n in range(1, 9)]
    text, borders = "", []
    for section in sections:
        text += "\n\n" * bool(text)
        borders.append(len(text))
        text += section.strip()
    parts = list(cut(text, 400, borders))
    assert "\n\n".join(parts) == text
    assert all(part.startswith("## Item ") for part in parts)
    assert max(map(len, parts)) <= 400
    assert len(parts) == 4, "two sections fit"
    assert "\n\n".join(cut(text, 90, borders)).split() == text.split()


def test_wide_tables_name_each_value_and_a_first_line_says_whose_text_it_is(
    corpus: Path, tmp_path: Path
) -> None:
    export(corpus, out=tmp_path / "plain", forms="10-K")
    export(corpus, out=tmp_path / "wide", forms="10-K", widest_table=3, header=True)
    plain, wide = lines(tmp_path / "plain"), lines(tmp_path / "wide")
    assert len(plain) == len(wide)
    assert any(line.count("|") > 4 for row in plain for line in str(row["text"]).splitlines())
    for row, other in zip(plain, wide, strict=True):
        first, _, rest = str(other["text"]).partition("\n\n")
        assert first.startswith(f"{row['filer']}, 10-K, for {row['period_end']}, public ")
        widths = [line.count("|") - 1 for line in rest.splitlines() if line.startswith("|---")]
        assert all(width <= 3 for width in widths)


def test_shards_are_made_of_styled_texts(corpus: Path) -> None:
    opened = Artifact.open(corpus, "corpus")
    plain = {t.doc_id: t for t in texts_of(opened)}
    style = TextStyle(tables="tsv", header=True)
    for text in texts_of(opened, style=style):
        before = plain[text.doc_id]
        assert "|---|" not in text.text
        assert len(text.borders) == len(before.borders)
        for a, b in zip(before.borders, text.borders, strict=True):
            if before.text[a : a + 2] == "##":
                assert text.text[b : b + 9] == before.text[a : a + 9]
    assert "tables" in parts_of("cpt", opened, "select", style)


def test_wrong_requests_are_one_line(corpus: Path, tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    for flags, words in (
        (["--sections", "item77"], "no section 'item77'"),
        (["--years", "last"], "'last' is no year"),
        (["--decision", "mine"], "has no decisions named 'mine'"),
        (["--format", "csv"], "csv"),
        (["--max-chars", "-5"], "-5 characters"),
        (["--max-chars", "1"], "1 characters"),
        (["--widest-table", "-5"], "-5 columns"),
        (["--confidence", "7"], "a confidence of 7"),
        (["--format", "edgar-corpus", "--sections", "item7"], "edgar-corpus has all items"),
        (["--format", "edgar-corpus", "--forms", "10-K,8-K"], "annual reports, and 8-K is none"),
        (["-o", str(corpus / "mine")], "mine: is inside the corpus"),
    ):
        given = flags if "-o" in flags else ["-o", str(tmp_path / "x"), *flags]
        with pytest.raises(SystemExit) as ended:
            main(["export", str(corpus), *given])
        assert ended.value.code == 2
        said = capsys.readouterr()
        assert words in said.err + said.out
        assert "Traceback" not in said.err
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    with pytest.raises(NotAnArtifact):
        export(corpus, out=tmp_path / "mine")


def test_a_preview_shows_the_text_and_what_each_table_style_costs(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = Artifact.open(corpus).table("documents").to_pylist()
    row = next(r for r in rows if r["doc_type"] == "10-K" and "|---|" in r["text"])
    render(corpus, preview=row["doc_id"])
    said = capsys.readouterr().out
    assert said.startswith(row["text"])
    costs = next(line for line in said.splitlines() if line.startswith("whole document")).split()
    markdown, tsv, _, none = (int(n.replace(",", "")) for n in costs[2:])
    assert markdown == len(row["text"].encode())
    assert none < tsv < markdown
    assert any(line.startswith("part2.item7 ") for line in said.splitlines())
    render(corpus, preview=row["doc_id"], tables="tsv")
    assert "|---|" not in capsys.readouterr().out
    with pytest.raises(UserError, match="no documents fit 'nothing'"):
        render(corpus, preview="nothing")


def test_an_item_in_two_places_has_two_ids_or_one_text(tmp_path: Path) -> None:
    pages = [
        ("About us", "We make widgets."), ("Risks", "We may fail."), ("Plants", "We own three."),
        ("The year", "We sold more."), ("Accounts", "They add up."), ("Control", "We have it."),
    ]  # fmt: skip
    body = "".join(
        f"<p><b>{title}</b></p><p>{(text + ' ') * 40}</p><p>{n}</p>"
        '<hr style="page-break-after:always">'
        for n, (title, text) in enumerate(pages, 1)
    )
    index = "".join(
        f"<tr><td>Item {n}.</td><td>{title}</td><td>{where}</td></tr>"
        for n, title, where in (
            ("1", "Business", "1, 3"), ("1A", "Risk Factors", "2"), ("2", "Properties", "3"),
            ("7", "Management's Discussion and Analysis", "4"),
            ("8", "Financial Statements and Supplementary Data", "5"),
            ("9A", "Controls and Procedures", "6"),
        )
    )  # fmt: skip
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.htm").write_text(
        f"<html><body><p>FORM 10-K</p><hr style='page-break-after:always'>{body}"
        f"<p>Form 10-K Cross-Reference Index</p><table>{index}</table></body></html>"
    )
    build(tmp_path / "in", out=tmp_path / "corpus")
    export(tmp_path / "corpus", out=tmp_path / "out", sections="item1")
    rows = lines(tmp_path / "out")
    assert [str(row["id"]).partition("/")[2] for row in rows] == ["part1.item1", "part1.item1~1"]
    export(tmp_path / "corpus", out=tmp_path / "edgar", format="edgar-corpus")
    (row,) = lines(tmp_path / "edgar")
    assert "We make widgets." in str(row["section_1"])
    assert "We own three." in str(row["section_1"])
