"""Progress of long steps: how far, how fast, how long still. One line redrawn on a terminal, plain
lines at growing intervals elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TextIO

BAR = 16


class Progress:
    """Call it with (done, total, unit); it prints at most ten times a second.

    `what` names the step. It works without a terminal too, then a line each 2, 4, 8 ... seconds.
    """

    def __init__(self, what: str, stream: TextIO | None = None) -> None:
        self.what = what
        self.stream = stream or sys.stderr
        self.live = self.stream.isatty()
        self.began = time.monotonic()
        self.printed = 0.0
        self.wait = 0.1 if self.live else 2.0
        self.width = 0

    def __call__(self, done: int, total: int, unit: str = "", note: str = "") -> None:
        """Say that `done` of `total` units are done."""
        now = time.monotonic()
        if done < total and now - (self.printed or self.began) < self.wait:
            return
        if not self.live and done >= total and not self.printed:
            return  # a step that was over in no time needs no line
        self.printed = now
        if not self.live:
            self.wait = min(self.wait * 2, 60.0)
        line = render(self.what, done, total, unit, now - self.began, note)
        if self.live:
            self.stream.write("\r" + line.ljust(self.width))
            self.width = len(line)
        else:
            self.stream.write(line + "\n")
        self.stream.flush()

    def end(self) -> None:
        """Leave the line for whatever is printed next."""
        if self.live and self.width:
            self.stream.write("\n")
            self.stream.flush()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()


def render(what: str, done: int, total: int, unit: str, seconds: float, note: str = "") -> str:
    """One progress line.

    >>> render("extract", 412, 553, "documents", 20.6)
    'extract      ███████████░░░░░   412 / 553 documents   20.0/s   0:07 left'
    """
    share = done / total if total else 1.0
    full = int(share * BAR)
    # A rate from a fraction of a second says nothing; what was resumed would count as done at once.
    rate = done / seconds if seconds >= 0.2 else 0.0
    left = clock((total - done) / rate) if rate else "?"
    bar = "█" * full + "░" * (BAR - full)
    count = f"{done:,} / {total:,} {unit}".strip()
    pace = f"{rate:.1f}/s" if rate else "?/s"
    return f"{what:<12} {bar}   {count}   {pace}   {left} left{'   ' + note if note else ''}"


def clock(seconds: float) -> str:
    """Seconds as m:ss or h:mm:ss.

    >>> clock(61), clock(3700)
    ('1:01', '1:01:40')
    """
    whole = int(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, secs = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{secs:02d}" if hours else f"{minutes}:{secs:02d}"


def size(count: float) -> str:
    """Bytes for people.

    >>> size(1_500_000)
    '1.5 MB'
    """
    for unit in ("B", "kB", "MB", "GB"):
        if abs(count) < 1000 or unit == "GB":
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    raise AssertionError
