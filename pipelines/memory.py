"""Peak memory of this process and everything it started, sampled once a second."""

from __future__ import annotations

import os
import threading
from pathlib import Path

PROC = Path("/proc")


class PeakMemory:
    """Context manager; `peak_mb` is the largest sum of resident memory seen, in MB.

    Pages that processes share are counted in each of them, so the figure is an upper bound. It
    stays 0 where there is no /proc.
    """

    def __init__(self, every: float = 1.0) -> None:
        self.every = every
        self.peak_mb = 0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join(timeout=5)
        self.peak_mb = max(self.peak_mb, tree_mb(os.getpid()))

    def _watch(self) -> None:
        while not self._end.wait(self.every):
            self.peak_mb = max(self.peak_mb, tree_mb(os.getpid()))


def tree_mb(root: int) -> int:
    """Resident memory of a process and its descendants, in MB."""
    parents: dict[int, int] = {}
    resident: dict[int, int] = {}
    page = os.sysconf("SC_PAGE_SIZE")
    for entry in PROC.iterdir() if PROC.is_dir() else ():
        if not entry.name.isdigit():
            continue
        try:
            stat = (entry / "stat").read_text()
            parents[int(entry.name)] = int(stat.rsplit(")", 1)[1].split()[1])
            resident[int(entry.name)] = int((entry / "statm").read_text().split()[1]) * page
        except (OSError, ValueError, IndexError):
            continue  # it ended while we looked
    total = 0
    for pid, size in resident.items():
        up: int | None = pid
        for _ in range(64):
            if up == root:
                total += size
                break
            up = parents.get(up) if up else None
            if not up:
                break
    return total // 1_000_000
