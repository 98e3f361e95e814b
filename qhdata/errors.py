"""What can go wrong, as data: what, where, and how to mend it.

Every error that a person can meet is a `QhdataError`. The command line prints it as one line and
exits with its code; nothing else in the project formats errors.
"""

from __future__ import annotations


class QhdataError(Exception):
    """An error with three parts: `what` happened, `where`, and how to `mend` it.

    `exit_code` is what a command ends with: 2 the user's error before work, 3 more rows quarantined
    than the recipe allows, 4 a fault after which the same command resumes.
    """

    exit_code = 4

    def __init__(self, *, what: str, where: str = "", mend: str = "") -> None:
        self.what = what
        self.where = where
        self.mend = mend
        super().__init__(what, where, mend)

    def __str__(self) -> str:
        where = f"{self.where}: " if self.where else ""
        mend = f" ({self.mend})" if self.mend else ""
        return " ".join(f"{where}{self.what}{mend}".split())

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword-only arguments do not survive the default pickling that a worker process uses.
        return (_rebuild, (type(self), self.what, self.where, self.mend))


def _rebuild(kind: type[QhdataError], what: str, where: str, mend: str) -> QhdataError:
    return kind(what=what, where=where, mend=mend)


class UserError(QhdataError):
    """The user's input is wrong: a path, a key, a value. Raised before any work starts."""

    exit_code = 2


class NotAnArtifact(UserError):
    """A folder that we did not write stands where one of ours is expected."""


class WrongKind(UserError):
    """An artifact of another kind: shards where a corpus is expected."""


class ForeignRecipe(UserError):
    """An artifact that another recipe wrote: going on would mix two recipes' rows."""


class MissingExtra(UserError):
    """A package of an optional extra is not installed."""


class TooManyQuarantined(QhdataError):
    """More rows were quarantined than the recipe allows."""

    exit_code = 3


class TooManyDropped(QhdataError):
    """A step dropped more of a source than the recipe allows: a rule gone wrong, not data."""

    exit_code = 3


class Fault(QhdataError):
    """Something broke on the way; the same command resumes."""


class LostRows(Fault):
    """`rows_in` is not `rows_kept + rows_dropped + rows_quarantined`: a defect of ours."""


class RowError(QhdataError):
    """One row cannot be done; the engine quarantines it under `error`, a short stable name."""

    def __init__(self, error: str, message: str, *, retryable: bool = False) -> None:
        super().__init__(what=message, where=error)
        self.error = error
        self.message = message
        self.retryable = retryable

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild_row, (self.error, self.message, self.retryable))


def _rebuild_row(error: str, message: str, retryable: bool) -> RowError:
    return RowError(error, message, retryable=retryable)
