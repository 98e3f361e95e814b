"""Moments as records write them: UTC, `2024-11-01T20:01:36Z`, so that text sorts as time."""

from __future__ import annotations

import contextlib
import datetime as dt

from qhdata.errors import UserError


def as_moment(text: str, where: str) -> str:
    """A date (its end, in UTC) or a time with or without an offset, as a UTC moment.

    Raises UserError for what is neither.

    >>> as_moment("2024-11-01T20:01:36-04:00", "as_of")
    '2024-11-02T00:01:36Z'
    >>> as_moment("2024-11-01", "as_of")
    '2024-11-01T23:59:59Z'
    """
    with contextlib.suppress(ValueError):
        return f"{dt.date.fromisoformat(text).isoformat()}T23:59:59Z"
    try:
        found = dt.datetime.fromisoformat(text)
        if found.tzinfo is not None:
            found = found.astimezone(dt.UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise UserError(
            what=f"{text!r} is no moment", where=where, mend="2024-01-31, or 2024-01-31T20:00:00Z"
        ) from None
    return found.isoformat(timespec="seconds") + "Z"
