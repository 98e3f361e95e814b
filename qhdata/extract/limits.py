"""What bounds the work on one document: counts first, so that all machines decide alike.

Seconds come last, of the processor and not of the clock: a document that spends them is quarantined
as retryable, in the worker. What a C library does in one call is not interrupted; the engine's own
limit on a row is there for that.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType

from qhdata.errors import RowError
from qhdata.recipe import Settings


@dataclass(frozen=True, kw_only=True)
class Limits(Settings):
    """Above a limit a document is quarantined with the limit's name; nothing is cut short."""

    max_bytes: int = 200_000_000
    """Bytes of one document; EDGAR accepts 200 MB a submission."""
    max_pages: int = 5_000
    """Pages of one PDF."""
    max_nodes: int = 4_000_000
    """HTML elements; the largest real filing here has 110,000."""
    max_attributes: int = 1_000
    """Attributes of one HTML tag; real ones have 30."""
    max_style_looks: int = 5_000_000
    """Looks at elements that one page's own style sheet takes."""
    max_blocks: int = 2_000_000
    """Paragraphs, rows of layout tables and tables."""
    max_facts: int = 500_000
    """Inline XBRL facts; the largest real filing here has about 4,000."""
    max_fact_text: int = 20_000
    """Characters up to which a text fact repeats its text; a longer one is left to its span."""
    max_cpu_seconds: int = 120
    """Seconds of processor time, the last resort; the largest real filing here takes 1."""


def above(error: str, found: str, limit: str, *, retryable: bool = False) -> RowError:
    """The error of a document above a limit, with the setting that lets it in."""
    setting = f"corpus.extract.filings.limits.{limit}"
    return RowError(error, f"{found}; raise {setting}", retryable=retryable)


@contextlib.contextmanager
def cpu_budget(seconds: int) -> Iterator[None]:
    """Raise RowError `cpu_limit`, retryable, in the body once it has spent this much of a core.

    Only the main thread of a process can be interrupted; elsewhere there is no limit.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "SIGPROF"):
        yield
        return

    inside = True

    def spent(_number: int, _frame: FrameType | None) -> None:
        if inside:
            found = f"not done after {seconds} s of one core"
            raise above("cpu_limit", found, "max_cpu_seconds", retryable=True)

    before = signal.signal(signal.SIGPROF, spent)
    # Again each second: what is raised while an object is being freed is lost.
    signal.setitimer(signal.ITIMER_PROF, seconds, 1.0)
    try:
        yield
    finally:
        inside = False
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
