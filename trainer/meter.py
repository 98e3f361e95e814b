"""What a run says while it goes: metrics.jsonl, one progress line, rates and memory.

`metrics.jsonl` has one row an update. On resume it is cut back to the checkpoint's update, so that
a row is never there twice and a plot needs no cleaning.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any


class Meter:
    """Writes rows and progress of one stage; on ranks other than the first it is silent."""

    def __init__(self, out: Path, stage: str, *, active: bool, flops_per_token: float) -> None:
        self.path = out / "metrics.jsonl"
        self.stage = stage
        self.active = active
        self.flops_per_token = flops_per_token
        self._last_line = 0.0
        self._terminal = sys.stderr.isatty()

    def cut(self, update: int) -> None:
        """Keep only rows up to `update`; a half-written last row goes too."""
        if not self.active or not self.path.is_file():
            return
        kept = []
        for line in self.path.read_text(encoding="utf-8").splitlines():
            try:
                row = json.loads(line)
            except ValueError:
                continue
            if row.get("step", 0) <= update:
                kept.append(line)
        temporary = self.path.with_name("_metrics.jsonl")
        temporary.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")
        temporary.replace(self.path)

    def row(self, row: dict[str, Any], *, progress: float, seconds: float) -> None:
        """One update: append it to the file, and now and then to the terminal."""
        if not self.active:
            return
        with self.path.open("a", encoding="utf-8") as handle:
            handle.write(json.dumps(_rounded(row), sort_keys=True) + "\n")
        now = time.monotonic()
        if now - self._last_line < (0.2 if self._terminal else 10.0) and progress < 1.0:
            return
        self._last_line = now
        left = seconds / progress * (1.0 - progress) if progress > 0 else 0.0
        rate = row.get("tokens_per_second", 0.0)
        what = row.get("reward", row["loss"])
        name = "reward" if "reward" in row else "loss"
        line = (
            f"{self.stage:14s} update {row['step']:>5d}  {progress:4.0%}  {name} {what:.3f}  "
            f"{rate:,.0f} tokens/s  {int(left) // 60}:{int(left) % 60:02d} left"
        )
        end = "\n" if not self._terminal or progress >= 1.0 else "\r"
        print(line, end=end, file=sys.stderr, flush=True)

    def rates(self, tokens: int, seconds: float) -> dict[str, float]:
        """Tokens and model arithmetic per second of one update; resident memory of this rank."""
        per_second = tokens / max(seconds, 1e-9)
        return {
            "tokens_per_second": per_second,
            "gflops": per_second * self.flops_per_token / 1e9,
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }


def _rounded(row: dict[str, Any]) -> dict[str, Any]:
    return {k: float(f"{v:.6g}") if isinstance(v, float) else v for k, v in row.items()}
