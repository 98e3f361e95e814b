"""When a filing was public: never earlier than anyone could read it."""

from __future__ import annotations

import pytest

from qhdata.extract.public import filing_of, public_at
from qhdata.records import Filer, Header, RawDocument


@pytest.mark.parametrize(
    ("accepted", "filed", "public"),
    [
        ("2020-02-14T15:00:00Z", "2020-02-14", "2020-02-14T15:00:00Z"),  # in office hours
        ("2020-02-14T22:00:00Z", "2020-02-14", "2020-02-14T22:00:00Z"),  # 17:00 in Washington
        ("2020-02-13T23:30:00Z", "2020-02-14", "2020-02-14T11:00:00Z"),  # after hours
        ("2020-02-14T01:30:00Z", "2020-02-14", "2020-02-14T11:00:00Z"),  # 20:30 the day before
        ("2020-02-15T01:30:00Z", "2020-02-18", "2020-02-18T11:00:00Z"),  # over a weekend
    ],
)
def test_what_is_accepted_in_the_evening_is_public_the_next_morning(
    accepted: str, filed: str, public: str
) -> None:
    assert public_at(Header(accepted_at=accepted, filed_at=filed)) == (public, "acceptance")


@pytest.mark.parametrize(
    ("header", "named", "known"),
    [
        (Header(filed_at="2024-11-01"), True, True),
        (Header(filed_at="2023-12-31"), True, False),  # ends a month: a period, most likely
        (Header(filed_at="2023-12-31", period_end="2023-09-30"), True, True),
        (Header(filed_at="2023-12-31", period_end="2023-12-31"), True, False),
        (Header(filed_at="2019-01-05", period_end="2019-12-31", sidecar=True), False, False),
        (Header(filed_at="2020-03-05", period_end="2019-12-31", sidecar=True), False, True),
    ],
)
def test_a_day_before_its_period_ends_is_no_day_of_filing(
    header: Header, named: bool, known: bool
) -> None:
    raw = RawDocument(
        doc_id="s:1", file_id="s/1", source="s", source_path="a.htm", doc_type="10-K", sequence=1,
        file_name="a.htm", data=b"", header=header,
    )  # fmt: skip
    filing = filing_of(raw, {}, "", named, "public-filing")
    assert (filing.public_at is not None) == known
    assert (filing.public_at_basis == "unknown") != known


@pytest.mark.parametrize(
    ("filers", "names"),
    [
        ((Filer(filer_id="cik:0000000042", name=""),), ["Invented Holdings"]),
        ((Filer(filer_id="cik:0000000042", name="By Header"),), ["By Header"]),
        ((Filer(filer_id="cik:0000000043", name=""),), [""]),
        ((), ["Invented Holdings"]),
    ],
)
def test_a_filer_of_whom_the_number_is_known_has_the_name_on_its_cover(
    filers: tuple[Filer, ...], names: list[str]
) -> None:
    raw = RawDocument(
        doc_id="s:1", file_id="s/a.htm", source="s", source_path="a.htm", doc_type="",
        sequence=1, file_name="a.htm", data=b"", header=Header(filers=filers),
    )  # fmt: skip
    cover = {"EntityCentralIndexKey": "0000000042", "EntityRegistrantName": "Invented Holdings"}
    filing = filing_of(raw, cover, "", False, "public-filing")
    assert [filer.name for filer in filing.filers] == names
