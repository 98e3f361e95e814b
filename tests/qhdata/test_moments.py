from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.errors import UserError
from qhdata.moments import as_moment


@pytest.mark.parametrize("text", ["nonsense", "2024-6-1", "2024-13-45", "2024-02-30", ""])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="is no moment"):
        as_moment(text, "as_of")


@given(st.datetimes(timezones=st.timezones()), st.datetimes(timezones=st.timezones()))
def test_moments_sort_as_text_as_they_do_in_time(a, b) -> None:  # type: ignore[no-untyped-def]
    a, b = a.replace(microsecond=0), b.replace(microsecond=0)
    try:
        x, y = as_moment(a.isoformat(), "a"), as_moment(b.isoformat(), "b")
    except UserError:  # a year before 1 or after 9999 in UTC
        assert not 2 <= a.year <= 9998 or not 2 <= b.year <= 9998
        return
    assert (x < y) == (a < b)
