"""Errors are one line, survive a worker process, and carry the exit code."""

from __future__ import annotations

import pickle

import pytest

from qhdata.errors import Fault, QhdataError, RowError, TooManyQuarantined, UserError


def test_an_error_is_one_line_of_where_what_and_mend() -> None:
    error = UserError(what="unknown\nsetting 'band'", where="demo.yaml", mend="known: bands")
    assert str(error) == "demo.yaml: unknown setting 'band' (known: bands)"


@pytest.mark.parametrize(
    ("kind", "code"), [(UserError, 2), (TooManyQuarantined, 3), (Fault, 4), (QhdataError, 4)]
)
def test_exit_codes(kind: type[QhdataError], code: int) -> None:
    assert kind(what="x").exit_code == code


def test_errors_cross_a_process_border_whole() -> None:
    for error in (UserError(what="a", where="b", mend="c"), RowError("pdf", "no", retryable=True)):
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is type(error)
        assert str(again) == str(error)
        assert vars(again) == vars(error)
