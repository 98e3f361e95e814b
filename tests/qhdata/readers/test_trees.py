"""Folders of well-known downloaders: what they say, and nothing that they do not say."""

from __future__ import annotations

from pathlib import Path

import pytest

from qhdata.errors import RowError
from qhdata.extract.step import Extract
from qhdata.readers import plan, read_file
from qhdata.readers.trees import header_from_folders
from qhdata.records import Filing, SourceFile, from_batch, to_batch

ACCESSION = "0000320193-24-000123"


@pytest.mark.parametrize(
    ("path", "accession", "form", "filer"),
    [
        (f"sec-edgar-filings/AAPL/10-K/{ACCESSION}/primary-document.html", ACCESSION, "10-K", None),
        (f"0000320193/10-Q/{ACCESSION}/a.htm", ACCESSION, "10-Q", "cik:0000320193"),
        (f"0000320193/4/{ACCESSION}/a.xml", ACCESSION, "4", "cik:0000320193"),
        (f"AAPL/144/{ACCESSION}/a.xml", ACCESSION, "144", None),
        ("edgar/data/4/000032019324000123/a.htm", ACCESSION, None, "cik:0000000004"),
        ("edgar/data/320193/000032019324000123/a.htm", ACCESSION, None, "cik:0000320193"),
        (f"RAW_FILINGS/10-K/320193_10K_2024_{ACCESSION}.htm", ACCESSION, None, "cik:0000320193"),
        ("aapl/10k/aapl-10-k-2024-11-01.html", None, None, None),
        ("2024/11/01/a.htm", None, None, None),
        ("000032019324000123.htm", None, None, None),
        ("a.htm", None, None, None),
    ],
)
def test_a_known_tree_says_accession_form_and_filer(
    path: str, accession: str | None, form: str | None, filer: str | None
) -> None:
    found = header_from_folders(path)
    assert (found.accession, found.form) == (accession, form)
    assert [f.filer_id for f in found.filers] == ([filer] if filer else [])
    assert found.filed_at is None


def test_a_tree_of_loose_documents_is_filings(tmp_path: Path) -> None:
    folder = tmp_path / "sec-edgar-filings" / "0000320193" / "10-K" / ACCESSION
    folder.mkdir(parents=True)
    (folder / "primary-document.html").write_text(
        "<html><body><p>FORM 10-K</p><p>We make widgets.</p></body></html>"
    )
    (tmp_path / "loose.html").write_text(
        "<html><body><p>FORM 10-Q</p><p>And sell.</p></body></html>"
    )
    parts = Extract().open()(to_batch(SourceFile, list(plan({"s": tmp_path}))))
    filings = {f.form: f for f in from_batch(Filing, parts["filings"])}
    assert filings["10-K"].filing_id == filings["10-K"].accession == ACCESSION
    assert [f.filer_id for f in filings["10-K"].filers] == ["cik:0000320193"]
    assert filings["10-Q"].accession is None
    assert {f.public_at for f in filings.values()} == {None}


LIST = "CIK,Company,Filing Type,Filing Date,filename\n42,Acme,10-K,2024-11-01,a.htm\n"


@pytest.mark.parametrize("text", [LIST, "{}", "[]\n"])
def test_lists_and_json_that_lie_beside_filings_are_no_documents(tmp_path: Path, text: str) -> None:
    (tmp_path / "FILINGS_METADATA.csv").write_text(text)
    (file,) = plan({"s": tmp_path})
    with pytest.raises(RowError, match="not_a_document"):
        read_file(file)
