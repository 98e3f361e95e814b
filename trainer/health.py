"""Is this run dead? In words: each rule looks at the last rows of metrics and says what is wrong.

A rule that says "dead" ends the run with a Fault before it burns more time; a "warning" is printed
once. The rules are few and each names what usually causes it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

WINDOW = 20
"""Updates that a rule looks back over."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, and what usually causes it."""

    level: Literal["dead", "warning"]
    name: str
    text: str


def examine(rows: Sequence[dict[str, Any]]) -> list[Finding]:
    """Findings on the rows so far (oldest first); [] for a healthy run."""
    if not rows:
        return []
    found = []
    last = rows[-1]
    if not math.isfinite(last["loss"]):
        found.append(
            Finding("dead", "loss_not_finite", "the loss is not finite: lower the learning rate")
        )
    recent = rows[-WINDOW:]
    if len(rows) >= 2 * WINDOW and "reward" not in last:
        best = min(r["loss"] for r in rows)
        now = sum(r["loss"] for r in recent) / len(recent)
        if now > 2.0 * best + 1.0:
            found.append(
                Finding(
                    "warning",
                    "diverged",
                    f"the loss is {now:.2f} after a best of {best:.2f}: lower the learning rate",
                )
            )
    still = len(recent) >= WINDOW and all(r.get("grad_norm", 1.0) == 0.0 for r in recent)
    if still and "reward" not in last:
        found.append(
            Finding("dead", "no_gradient", f"no gradient in {WINDOW} updates: nothing is a target")
        )
    if "reward" in last and len(recent) >= WINDOW:
        if all(r.get("alive", 1.0) == 0.0 for r in recent):
            found.append(
                Finding(
                    "warning",
                    "no_live_group",
                    f"no group had two different rewards in {WINDOW} updates: tasks are too hard "
                    "or too easy for this policy; train sft longer or change the tasks",
                )
            )
        if last.get("entropy", 1.0) < 0.01:
            found.append(
                Finding(
                    "warning",
                    "no_entropy",
                    "entropy is below 0.01 nats: every rollout of a group says the same",
                )
            )
    return found
