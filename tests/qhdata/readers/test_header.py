"""The header of a submission: what it says beside its filers and dates."""

from __future__ import annotations

import pytest

from qhdata.readers.header import parse_header


@pytest.mark.parametrize(
    "text",
    [
        "CONFORMED SUBMISSION TYPE:\t8-K\nITEM INFORMATION:\t\tOther Events\n"
        "ITEM INFORMATION:\t\t\nITEM INFORMATION:\t\t7\nFILED AS OF DATE:\t\t20080102\n",
        "<TYPE>8-K\n<ITEMS>Other Events\n<ITEMS>7\n<FILING-DATE>20080102\n",
    ],
)
def test_a_current_report_s_header_lists_its_items(text: str) -> None:
    assert parse_header(text).items == ("Other Events", "7")


@pytest.mark.parametrize(
    ("said", "accession"),
    [
        ("0000320193-24-000123", "0000320193-24-000123"),
        ("000032019324000123", "0000320193-24-000123"),
        ("../../etc/passwd", None),
        ("0000320193-24-000123/../../x", None),
        ("", None),
    ],
)
def test_only_an_accession_is_one(said: str, accession: str | None) -> None:
    assert parse_header(f"ACCESSION NUMBER:\t\t{said}\n").accession == accession
