"""A sampler that says what it was told: for tests, experts and replays."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qhdata.sampling.base import Completion, Request, Weights

Script = Callable[[Request, int], Sequence[int]]
"""(request, member) -> the ids that it emits, stop token included."""


class ScriptedSampler:
    """Emits the ids of a script; every token has log-probability `logp_each`."""

    def __init__(self, script: Script | Sequence[Sequence[int]], logp_each: float = 0.0) -> None:
        self._turns = [] if callable(script) else [tuple(turn) for turn in script]
        self._script: Script = script if callable(script) else self._next
        self._logp = logp_each
        self.version = 0

    def _next(self, request: Request, member: int) -> Sequence[int]:
        return self._turns.pop(0) if self._turns else ()

    def generate(self, requests: Sequence[Request]) -> list[Completion]:
        """The script's ids, cut at the first stop token and at max_tokens."""
        found = []
        for request in requests:
            for member in range(request.n):
                ids = tuple(self._script(request, member))[: request.max_tokens]
                at = next((i for i, t in enumerate(ids) if t in request.stop_ids), None)
                ids = ids if at is None else ids[: at + 1]
                found.append(
                    Completion(
                        ids,
                        (self._logp,) * len(ids),
                        "length" if at is None else "eos",
                        self.version,
                    )
                )
        return found

    def load(self, version: int, weights: Weights) -> None:
        """Only the version changes."""
        self.version = version

    def logp(self, ids: Sequence[int]) -> list[float]:
        """The same for every token."""
        return [self._logp] * max(0, len(ids) - 1)

    def close(self) -> None:
        """Nothing is held."""
