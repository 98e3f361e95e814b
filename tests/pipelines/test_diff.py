"""Two corpora are compared row by row, and the step behind each difference is named."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from test_build import sources
from test_growth import build

from pipelines.diff import diff
from qhdata.errors import UserError


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    path = tmp_path_factory.mktemp("diff")
    filings, general = sources(path)
    tags = {"tag": ["language", "doc_length"], "select": []}
    build(filings, general, out=path / "a", **tags)
    build(filings, general, out=path / "same", **tags)
    names = sorted(p for p in filings.iterdir())
    names[3].unlink()
    names[5].write_bytes(names[5].read_bytes() + b"\nA last sentence of revenue.")
    (filings / "zz.txt").write_text("form: 10-Q\nNew words that nobody has read before in filings.")
    build(filings, general, out=path / "b", **tags, survivor={"prefer": "newest"})
    return path, names


def test_corpora_of_the_same_rows_differ_in_nothing(pair, capsys):
    diff(pair[0] / "a", pair[0] / "same")
    out = capsys.readouterr().out
    assert out.startswith("0 parts differ")


def test_rows_that_came_went_and_changed_are_named_with_what_made_them(pair, capsys):
    diff(pair[0] / "a", pair[0] / "b")
    out = capsys.readouterr().out
    assert "setting survivor.prefer: longest became newest" in out
    assert "input filings: " in out
    documents = next(line for line in out.splitlines() if line.startswith("documents:"))
    assert "1 added, 1 removed, 1 changed; its input differs" in documents
    assert "(text, text_sha256, n_chars" in out.replace("doc_id, ", "")
    clusters = next(line for line in out.splitlines() if line.startswith("clusters:"))
    assert "clusters has other settings" in clusters


def test_one_part_can_be_asked_for_and_a_wrong_one_is_refused(pair, capsys):
    diff(pair[0] / "a", pair[0] / "b", part="documents")
    assert "clusters:" not in capsys.readouterr().out
    with pytest.raises(UserError, match=r"known: .*documents"):
        diff(pair[0] / "a", pair[0] / "b", part="docs")
