from __future__ import annotations

import gzip
import importlib.util
import json
import sys
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from qhdata.classifier.texts import decoded, read_texts
from qhdata.classifier.web import main_text
from qhdata.errors import MissingExtra, UserError

PAGE = """<!doctype html><html><head><title>Steel</title></head><body>
<nav><a href="/">Home</a><a href="/news">News</a></nav>
<main><article><h1>Steel prices fell</h1>
<p>The price of steel fell by a tenth in the spring, because mills in the north had stocks left
over from the winter and builders of ships ordered less than they had in the year before.</p>
<p>Makers of bolts and nuts said that they would pass the lower price on to those who buy them.</p>
</article></main><footer>Terms of use</footer></body></html>"""


def texts(path: Path) -> tuple[list[str], Counter[str]]:
    skipped: Counter[str] = Counter()
    return [t.text for t in read_texts([path], skipped)], skipped


def test_json_lines_with_and_without_text_and_torn_rows(tmp_path: Path):
    path = tmp_path / "a.jsonl.gz"
    rows = [
        '{"text": "one", "url": "https://a.example/1"}',
        "{torn",
        '{"content": "two"}',
        '{"x": 1}',
    ]
    path.write_bytes(gzip.compress("\n".join(rows).encode()))
    skipped: Counter[str] = Counter()
    found = list(read_texts([path], skipped))
    assert [(t.text, t.document) for t in found] == [
        ("one", "https://a.example/1"),
        ("two", "a.jsonl.gz#3"),
    ]
    assert skipped == {"not_json": 1, "no_text": 1}


def test_parquet_wants_a_column_of_text(tmp_path: Path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": ["one", None, "two"], "id": ["x", "y", "z"]}), path)
    assert texts(path) == (["one", "two"], Counter(no_text=1))
    pq.write_table(pa.table({"body": ["one"]}), path)
    with pytest.raises(UserError, match="no column text or content"):
        texts(path)
    path.write_bytes(b"torn")
    with pytest.raises(UserError, match="no Parquet file"):
        texts(path)


def test_a_folder_gives_its_texts_and_pages_and_counts_the_rest(tmp_path: Path):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.txt").write_text("hidden")
    (tmp_path / "a.txt").write_text("plain words")
    (tmp_path / "b.html").write_text(PAGE)
    (tmp_path / "c.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    found, skipped = texts(tmp_path)
    assert found[0] == "plain words"
    assert "price of steel fell" in found[1]
    assert "Terms of use" not in found[1]
    assert skipped == {"binary": 1}


def test_the_text_of_a_page_does_not_depend_on_pages_before():
    assert main_text(PAGE) == main_text(PAGE)
    assert main_text("<html></html>") == ""


def test_paths_without_text_are_refused(tmp_path: Path):
    with pytest.raises(UserError, match="no such file"):
        texts(tmp_path / "gone")
    (tmp_path / "a.jsonl").write_text('{"x": 1}\n')
    with pytest.raises(UserError, match=r"holds no text \(left out: no_text 1\)"):
        texts(tmp_path / "a.jsonl")


def test_encodings():
    assert decoded("“é”".encode()) == "“é”"
    assert decoded("“é”".encode("cp1252")) == "“é”"
    assert decoded("é".encode("utf-16")) == "é"


def warc(path: Path) -> None:
    parts = []
    for n, body in enumerate((PAGE, "<html></html>", PAGE.replace("steel", "copper"))):
        http = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{body}".encode()
        head = (
            "WARC/1.0\r\nWARC-Type: response\r\n"
            f"WARC-Record-ID: <urn:uuid:{n}>\r\nWARC-Date: 2026-01-0{n + 1}T00:00:00Z\r\n"
            f"WARC-Target-URI: https://a.example/{n}\r\n"
            "WARC-Identified-Payload-Type: text/html\r\n"
            "Content-Type: application/http; msgtype=response\r\n"
            f"Content-Length: {len(http)}\r\n\r\n"
        )
        parts.append(gzip.compress(head.encode() + http + b"\r\n\r\n"))
    path.write_bytes(b"".join(parts))


def reads_warc() -> bool:
    try:
        import cchardet  # noqa: F401
        import magic  # noqa: F401 - it fails where the C library is absent
        import warcio  # noqa: F401
        from datatrove.pipeline.readers import WarcReader  # noqa: F401
    except ImportError:
        return False
    return True


WARC = reads_warc()


@pytest.mark.skipif(not WARC, reason="needs the extra warc")
def test_a_crawl_gives_the_text_of_its_pages(tmp_path: Path):
    warc(tmp_path / "a.warc.gz")
    skipped: Counter[str] = Counter()
    found = list(read_texts([tmp_path / "a.warc.gz"], skipped))
    assert [t.url for t in found] == ["https://a.example/0", "https://a.example/2"]
    assert "price of copper fell" in found[1].text
    assert skipped == {"no_text": 1}


@pytest.mark.skipif(not WARC, reason="needs the extra warc")
@pytest.mark.parametrize("packed", [True, False])
def test_a_crawl_that_breaks_off_is_an_error_wherever_it_does(tmp_path, packed):
    warc(tmp_path / "a.warc.gz")
    data = (tmp_path / "a.warc.gz").read_bytes()
    data, name = (data, "b.warc.gz") if packed else (gzip.decompress(data), "b.warc")
    (tmp_path / name).write_bytes(data)
    assert list(read_texts([tmp_path / name], Counter()))
    for end in (len(data) - 3, len(data) * 2 // 3, 40):
        (tmp_path / name).write_bytes(data[:end])
        with pytest.raises(UserError, match="breaks off"):
            list(read_texts([tmp_path / name], Counter()))


@pytest.mark.skipif(not WARC, reason="needs the extra warc")
def test_a_crawl_that_is_none_is_one_line(tmp_path: Path):
    (tmp_path / "a.warc").write_text("no crawl at all")
    with pytest.raises(UserError, match="no WARC file"):
        list(read_texts([tmp_path / "a.warc"], Counter()))


def test_what_reads_a_crawl_is_named_where_it_is_absent(tmp_path: Path, monkeypatch):
    warc(tmp_path / "a.warc.gz")
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "warcio" else real(name)
    )
    with pytest.raises(MissingExtra) as told:
        list(read_texts([tmp_path / "a.warc.gz"], Counter()))
    assert "needs warcio" in str(told.value)
    assert "pip install 'qhdata[warc]'" in str(told.value)
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    with pytest.raises(MissingExtra, match="trafilatura cannot be imported"):
        main_text(PAGE)


def test_a_corpus_gives_what_select_kept(tmp_path: Path):
    from pipelines.corpus import build_corpus
    from pipelines.corpus_settings import CorpusSettings
    from qhdata.recipe import parse

    source = tmp_path / "s"
    source.mkdir()
    kept = "The company sells bolts and nuts to builders of ships in the north. " * 5
    (source / "a.jsonl").write_text(
        "\n".join(json.dumps({"text": text}) for text in (kept, "The company is short."))
    )
    rule = {"tag": "doc_length", "label": "words", "score_below": 10, "reason": "too_short"}
    settings = {"tag": ["doc_length"], "dedup": [], "select": [rule]}
    build_corpus(
        parse(CorpusSettings, settings, "test"), [source], tmp_path / "c", workers=1,
        on_note=lambda _line: None,
    )  # fmt: skip
    assert [t.strip() for t in texts(tmp_path / "c")[0]] == [kept.strip()]
