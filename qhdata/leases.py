"""Who writes into a store: a lease that ends by itself when its holder was killed.

Each lease is an object with a number, `_lock/000007`; the highest says who writes. It is made with
the store's own "only if absent", so of two that want the next number one gets it. The holder renews
it; one that is past its time, or whose process on this machine is gone, is followed by the next.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from qhdata.errors import Fault, UserError
from qhdata.stores import below, listed, read, remove, write

LASTS = 90.0
"""Seconds that a lease holds without being renewed; clocks of machines may differ by less."""
RENEWED = 20.0


@dataclass(slots=True)
class Lease:
    """The right to write into a store, renewed in a thread."""

    address: str
    """Of the store's folder."""
    number: int
    token: str
    lost: str = ""
    """Why it holds no more."""
    _done: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    @classmethod
    def take(cls, address: str) -> Lease:
        """Take it. Raises UserError where another holds it."""
        number, held = _last(address)
        if held and not held.get("released") and _alive(held):
            raise _taken(address, held)
        lease = cls(address, number + 1, secrets.token_hex(8))
        if not write(lease._place(lease.number), lease._said(), only_new=True):
            raise _taken(address, _last(address)[1])
        for old in listed(below(address, "_lock")):
            if old.relative < f"{lease.number:06d}":
                remove(old.address)
        lease._thread = threading.Thread(target=lease._renew, daemon=True)
        lease._thread.start()
        return lease

    def check(self) -> None:
        """Raise Fault where another took over: what it writes must not be written over."""
        if not self.lost and read(self._place(self.number + 1)) is not None:
            self.lost = "another process took over"
        if self.lost:
            raise Fault(
                what=f"its lease is lost: {self.lost}",
                where=self.address,
                mend="was this machine asleep? run the same command again when it has ended",
            )

    def close(self) -> None:
        """Give it back."""
        self._done.set()
        if self._thread is not None:
            self._thread.join()
        if not self.lost:
            write(self._place(self.number), self._said(released=True))

    def _place(self, number: int) -> str:
        return below(self.address, f"_lock/{number:06d}")

    def _said(self, released: bool = False) -> bytes:
        said = {
            "token": self.token, "host": socket.gethostname(), "pid": os.getpid(),
            "until": time.time() + LASTS, "released": released,
        }  # fmt: skip
        return json.dumps(said).encode()

    def _renew(self) -> None:
        while not self._done.wait(RENEWED):
            try:
                self.check()
                write(self._place(self.number), self._said())
            except Fault:  # lost; or the store does not answer, and it holds until its time
                if self.lost:
                    return


def _last(address: str) -> tuple[int, dict[str, Any]]:
    """The highest number, and what its lease says; 0 where there is none."""
    entries = [e for e in listed(below(address, "_lock")) if e.relative.isdecimal()]
    if not entries:
        return 0, {}
    last = max(entries, key=lambda entry: int(entry.relative))
    try:
        said = json.loads(read(last.address) or b"{}")
    except ValueError:
        said = {}
    return int(last.relative), said if isinstance(said, dict) else {}


def _alive(held: dict[str, Any]) -> bool:
    if held.get("until", 0.0) < time.time():
        return False
    if held.get("host") != socket.gethostname():
        return True
    try:
        os.kill(int(held["pid"]), 0)
    except ProcessLookupError:
        return False
    except (OSError, KeyError, ValueError):
        return True
    return True


def _taken(address: str, held: dict[str, Any]) -> UserError:
    who = f" ({held.get('host')}, process {held.get('pid')})" if held else ""
    return UserError(
        what=f"is being written by another process{who}",
        where=address,
        mend=f"wait for it, or end it: its lease ends {LASTS:g} s after it was killed",
    )
