"""What may still be spent, and when the next request may go: the two gates before each one.

A request's dearest outcome is set aside before it is sent and settled when its true cost is known,
so the sum of what is spent and what is under way never passes the cap, however many are sent at
once. A request that would pass it waits while others are under way, since these mostly cost less
than was set aside; where none is, the cap is reached and everything after is refused.
"""

from __future__ import annotations

import threading
import time
from decimal import Decimal

from qhdata.llm.ledger import Ledger


class Budget:
    """Money of all runs that a ledger knows (of this one, where there is none), requests of one."""

    def __init__(self, cap: Decimal, most: int, ledger: Ledger | None = None) -> None:
        self.cap, self.most = cap, most
        self.ledger = ledger
        self.spent = ledger.before if ledger else Decimal(0)
        self.aside = Decimal(0)
        self.sent = 0
        self.reached = ""
        self._change = threading.Condition()

    def reserve(self, worst: Decimal) -> tuple[int, str]:
        """Set the dearest outcome aside; the request's number, or why it may not be sent."""
        with self._change:
            while not self.reached:
                if self.sent >= self.most:
                    self.reached = "request_cap"
                elif not worst or self.spent + self.aside + worst <= self.cap:
                    self.aside += worst
                    self.sent += 1
                    if worst and self.ledger:
                        self.ledger.aside(self.sent, worst)
                    return self.sent, ""
                elif not self.aside:
                    self.reached = "cost_cap"
                else:
                    self._change.wait()
            self._change.notify_all()
            return 0, self.reached

    def settle(self, number: int, worst: Decimal, actual: Decimal) -> None:
        """What a request cost after all."""
        with self._change:
            if worst and self.ledger:
                self.ledger.settled(number, actual)
            self.aside -= worst
            self.spent += actual
            self._change.notify_all()


class Pace:
    """Requests go evenly; a server that asks for a pause is heard by all of them."""

    def __init__(self, per_minute: int) -> None:
        self._gap = 60.0 / per_minute if per_minute else 0.0
        self._next = 0.0
        self._lock = threading.Lock()

    def wait(self, stop: threading.Event) -> bool:
        """Wait for the next place; False where all is stopped meanwhile."""
        while not stop.is_set():
            with self._lock:
                now = time.monotonic()
                delay = self._next - now
                if delay <= 0:
                    self._next = now + self._gap
                    return True
            stop.wait(delay)
        return False

    def pause(self, seconds: float) -> None:
        """Let nothing go for so long."""
        with self._lock:
            self._next = max(self._next, time.monotonic() + seconds)
