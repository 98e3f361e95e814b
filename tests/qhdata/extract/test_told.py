"""The day on which a period ended, from header, cover facts or the cover's own words."""

from __future__ import annotations

import pytest

from qhdata.extract.blocks import Block
from qhdata.extract.told import period_on_cover, told_of
from qhdata.records import Header


@pytest.mark.parametrize(
    ("cover", "period"),
    [
        ("For the fiscal year ended December 31, 1996", "1996-12-31"),
        ("FOR THE FISCAL YEAR ENDED:  30 June 2004", "2004-06-30"),
        ("for the quarterly period ended Sept. 30, 2009", "2009-09-30"),
        ("For the year ended 12/31/98", "1998-12-31"),
        ("Date of Report (Date of earliest event reported): May 4, 2021", "2021-05-04"),
        ("For the fiscal year ended February 31, 2001", ""),
        ("This report was typed on May 4, 2021", ""),
    ],
)
def test_a_cover_says_when_its_period_ended(cover: str, period: str) -> None:
    assert period_on_cover([Block("text", "FORM"), Block("text", cover)]) == period


def test_the_header_is_asked_first_then_facts_then_the_cover_then_the_day_of_filing() -> None:
    cover = [Block("text", "For the year ended May 31, 2001")]
    dei = {"DocumentPeriodEndDate": "2002-05-31"}
    header = Header(period_end="2003-05-31", filed_at="2004-08-14")
    assert told_of(header, dei, cover).period == "2003-05-31"
    assert told_of(Header(filed_at="2004-08-14"), dei, cover).period == "2002-05-31"
    assert told_of(Header(filed_at="2004-08-14"), {}, cover).period == "2001-05-31"
    assert told_of(Header(filed_at="2004-08-14"), {}, []).period == "2004-05-31"
    assert told_of(Header(), {}, []).period == ""
