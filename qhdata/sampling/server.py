"""Sample from a server that speaks tokens: vLLM's `/inference/v1/generate`, with urllib alone.

Requests are independent and idempotent (each carries its own seed and id), so they run side by
side and are repeated after a lost connection. Weights are loaded by naming a folder that the server
can read too; the server's answer has to carry the version back. Nothing here starts a server.
"""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from qhdata.errors import Fault, UserError
from qhdata.recipe import Settings
from qhdata.recipe import digest as digest_of
from qhdata.sampling.base import Completion, Request, Weights

_MAX_BODY = 64 << 20
"""Bytes of an answer that are read; more is refused."""


@dataclass(frozen=True, kw_only=True)
class ServerSettings(Settings):
    """Where the server is and how patient we are."""

    url: str
    """`http://host:port`, without a path."""
    model: str = ""
    """Name of the model or adapter at the server; empty: its only one."""
    load_path: str = "/update_weights_from_disk"
    """Where weights are loaded by the path of a folder."""
    parallel: int = 32
    """Requests at a time."""
    timeout_s: float = 600.0
    """Longest wait for one answer."""
    tries: int = 3
    """A lost connection, 429 or 5xx is tried again, after 1, 2, 4 ... seconds at most."""
    backoff_s: float = 1.0
    """First wait between tries."""


class ServerSampler:
    """Token-in, token-out over HTTP."""

    def __init__(self, settings: ServerSettings, version: int = 0) -> None:
        if not settings.url.startswith(("http://", "https://")):
            raise UserError(
                what=f"not an http address: {settings.url!r}", where="sampling.server.url"
            )
        self.settings = settings
        self.version = version

    def generate(self, requests: Sequence[Request]) -> list[Completion]:
        """Completions in the order of requests, the members of one request together."""
        jobs = [(request, member) for request in requests for member in range(request.n)]
        with ThreadPoolExecutor(max_workers=max(1, self.settings.parallel)) as pool:
            return list(pool.map(lambda job: self._one(*job), jobs))

    def load(self, version: int, weights: Weights) -> None:
        """Make the server read a folder; it must echo the version."""
        if not isinstance(weights, Path):
            raise UserError(
                what="a server loads weights from a folder",
                where="sampling.server",
                mend="save them where the server can read them",
            )
        answer = self._post(
            self.settings.load_path,
            {"model_path": str(weights), "weight_version": str(version), "flush_cache": True},
        )
        echoed = str(answer.get("weight_version", version))
        if answer.get("success") is False or echoed != str(version):
            raise Fault(
                what=f"the server did not take version {version}: {str(answer)[:200]}",
                where=self.settings.url,
                mend="look at the server's log",
            )
        self.version = version

    def logp(self, ids: Sequence[int]) -> list[float]:
        """ln p(ids[i] | ids[:i]) at temperature 1, for i = 1.."""
        if len(ids) < 2:
            return []
        answer = self._post(
            "/inference/v1/generate",
            {
                "token_ids": list(ids),
                "sampling_params": {"max_tokens": 1, "temperature": 1.0, "prompt_logprobs": 1},
                "request_id": "probe-" + digest_of(list(ids), 16),
                **self._model(),
            },
        )
        rows = answer.get("prompt_logprobs")
        if not isinstance(rows, list) or len(rows) != len(ids):
            raise self._wrong("no prompt_logprobs of every token")
        found = []
        for token, row in zip(ids[1:], rows[1:], strict=True):
            entry = (row or {}).get(str(token))
            value = entry.get("logprob") if isinstance(entry, dict) else entry
            if not isinstance(value, int | float):
                raise self._wrong(f"no log-probability of token {token}")
            found.append(float(value))
        return found

    def close(self) -> None:
        """No connection is held."""

    # ------------------------------------------------------------ helpers

    def _model(self) -> dict[str, str]:
        return {"model": self.settings.model} if self.settings.model else {}

    def _one(self, request: Request, member: int) -> Completion:
        body = {
            "token_ids": list(request.ids),
            "sampling_params": {
                "max_tokens": request.max_tokens,
                "temperature": request.temperature,
                "seed": (request.seed * 1_000_003 + member) & 0x7FFFFFFF,
                "stop_token_ids": list(request.stop_ids),
                "logprobs": 1,
                "n": 1,
            },
            "output_mode": "tokens",
            **self._model(),
        }
        body["request_id"] = digest_of({"body": body, "version": self.version, "m": member}, 32)
        answer = self._post("/inference/v1/generate", body)
        try:
            choice = answer["choices"][0]
            ids = tuple(int(t) for t in choice["token_ids"])
            rows = choice["logprobs"]["content"]
            logp = tuple(float(row["logprob"]) for row in rows)
            reason = choice.get("finish_reason")
        except (KeyError, IndexError, TypeError, ValueError):
            raise self._wrong("an answer without token_ids and logprobs") from None
        if len(ids) != len(logp) or len(ids) > request.max_tokens:
            raise self._wrong(f"{len(ids)} tokens with {len(logp)} log-probabilities")
        stop: Literal["eos", "length", "abort"] = "abort"
        if reason in ("stop", "length"):
            stop = "eos" if reason == "stop" else "length"
        return Completion(ids, logp, stop, self._version_of(choice))

    def _version_of(self, choice: dict[str, Any]) -> int:
        spans = choice.get("weight_versions") or []
        found = [str(s.get("version")) for s in spans if isinstance(s, dict)]
        try:
            return min((int(v) for v in found), default=self.version)
        except ValueError:
            raise self._wrong(f"a version that is not ours: {found}") from None

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        data = json.dumps(body).encode()
        url = self.settings.url.rstrip("/") + path
        why = ""
        for turn in range(max(1, self.settings.tries)):
            if turn:
                time.sleep(self.settings.backoff_s * 2 ** (turn - 1))
            ask = urllib.request.Request(
                url, data=data, headers={"Content-Type": "application/json"}, method="POST"
            )
            try:
                with urllib.request.urlopen(ask, timeout=self.settings.timeout_s) as reply:
                    raw = reply.read(_MAX_BODY + 1)
            except urllib.error.HTTPError as error:
                why = f"HTTP {error.code}"
                if error.code != 429 and error.code < 500:
                    raise self._wrong(f"{why} for {path}") from None
                continue
            except (OSError, ValueError) as error:
                why = str(getattr(error, "reason", error))
                continue
            if len(raw) > _MAX_BODY:
                raise self._wrong(f"an answer of more than {_MAX_BODY >> 20} MB")
            try:
                answer = json.loads(raw)
            except ValueError:
                raise self._wrong("an answer that is not JSON") from None
            if not isinstance(answer, dict):
                raise self._wrong("an answer that is not an object")
            return answer
        raise Fault(
            what=f"no answer after {self.settings.tries} tries: {why}",
            where=url,
            mend="start the server; the same command resumes",
        )

    def _wrong(self, what: str) -> Fault:
        return Fault(
            what=f"the server gave {what}",
            where=self.settings.url,
            mend="check its version and its /openapi.json",
        )
