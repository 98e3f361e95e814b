"""Whose a table is, and tables that nothing is asked of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from qhdata.factstore.rows import StoredDocument
from qhdata.synth.material import Material, _name


def first(material: Material) -> tuple[StoredDocument, list[Any]]:
    document = next(d for d in material.documents if material.store.figures(d.doc_id))
    figures = list(material.store.figures(document.doc_id))
    table_id = figures[0].table_id
    return document, [figure for figure in figures if figure.table_id == table_id]


@pytest.mark.parametrize(
    ("kind", "text", "named"),
    [
        ("10-K", "Whatever it says", True),
        ("EX-99.1", "Alder Works today reported", True),
        ("EX-99.1", "BIRCH CINEMA AND SUBSIDIARIES" + " " * 3000 + "Alder Works", False),
    ],
)  # fmt: skip
def test_an_exhibit_that_names_another_is_not_the_filers(
    kind: str, text: str, named: bool, material: Callable[..., Material]
) -> None:
    own = material()
    document, figures = first(own)
    own.__dict__["texts"] = {document.doc_id: text}
    found = own._of_filer(replace(document, doc_type=kind, filer="Alder Works Inc"), figures)
    assert bool(found.filer) is named
    assert own.skipped["table_may_be_of_another"] == (0 if named else 1)


def test_statements_below_the_item_on_statements_of_an_8k_are_of_who_was_bought(
    material: Callable[..., Material], monkeypatch: pytest.MonkeyPatch
) -> None:
    own = material()
    document, figures = first(own)
    report = replace(document, form="8-K", doc_type="8-K")
    at = figures[0].start
    monkeypatch.setattr(own, "_bought", lambda _: [(at - 5, at + 5)])
    assert own._of_filer(report, figures).filer == ""
    monkeypatch.setattr(own, "_bought", lambda _: [(0, at)])
    assert own._of_filer(report, figures).filer == document.filer


def test_a_name_is_its_first_words() -> None:
    assert _name("STOCKWALK COM GROUP INC").search("Stockwalk.com Group, Inc.")
    assert _name("The Buckle, Inc.").search("THE BUCKLE, INC.")
    assert _name("AT&T INC").search("AT&T Inc.")
    assert not _name("TURNER BROADCASTING SYSTEM INC").search("NEW LINE CINEMA CORPORATION")


def test_rows_that_are_named_by_a_unit_or_a_person_are_left_out(
    material: Callable[..., Material],
) -> None:
    own = material()
    document, figures = first(own)
    unit = [replace(f, label="(In thousands)") for f in figures if f.row == figures[0].row]
    rest = [f for f in figures if f.row != figures[0].row]
    grid = own._grid(document, "t", [*unit, *rest])
    assert grid is not None
    assert "(In thousands)" not in {row.label for row in grid.rows}
    assert own.skipped["label_is_a_unit"] == 1
    paid = [replace(f, header=f"{f.header} Bonus Amount") for f in figures]
    assert own._grid(document, "t", paid) is None
    assert own.skipped["pay_of_persons"] == 1
