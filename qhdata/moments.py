"""Moments as records write them: UTC, `2024-11-01T20:01:36Z`, so that text sorts as time."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Collection

from qhdata.errors import UserError

NOT_YET = "not_public_yet"
UNKNOWN = "public_at_unknown"
ALL = "*"
"""In `keep_undated`: of every source."""


def left_out(public_at: str | None, as_of: str, source: str, keep_undated: Collection[str]) -> str:
    """Why a row is not in what stands at `as_of`; empty where it is, or where as_of is.

    keep_undated: sources whose rows without a date stay.

    >>> left_out("2024-11-02T00:01:36Z", "2024-11-01T23:59:59Z", "filings", ())
    'not_public_yet'
    >>> left_out(None, "2024-11-01T23:59:59Z", "general", ("general",))
    ''
    """
    if not as_of:
        return ""
    if public_at is None:
        return "" if ALL in keep_undated or source in keep_undated else UNKNOWN
    return NOT_YET if public_at > as_of else ""


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
