"""Ask: requests in, answers out in their order; what the cache has is free, what fails is counted.

    llm = Llm(settings, Path("llm-cache"))
    for answer in llm.ask(requests):
        answer.text or answer.reason

A request that cannot be answered ends as an answer with its reason, never as an exception: only
what would fail all of them alike (no key, no such model, a server that is gone) is raised, and what
was answered until then is kept.
"""

from __future__ import annotations

import json
import threading
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from qhdata.errors import Fault
from qhdata.llm.budget import Budget, Pace
from qhdata.llm.cache import Cache
from qhdata.llm.ledger import Ledger
from qhdata.llm.settings import LlmSettings, key_of
from qhdata.llm.wire import Said, open_client, send
from qhdata.recipe import digest
from qhdata.records import JsonText, Message

AHEAD = 4
"""Requests that are read ahead, for each that may be under way."""
GONE = 32
"""Requests in a row that no server answered, all their tries spent: it is gone."""
FINAL = ("cut", "content_filter")
"""Reasons that are a server's last word: kept as replies are, so that none is paid for twice."""
OVERHEAD, PER_MESSAGE = 512, 16
"""Tokens that a server's chat template may add at most, to a request and to each message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked."""

    messages: tuple[Message, ...]
    prompt: str
    """name@version of the template."""
    draw: int = 0
    """Which of several replies to the same messages."""
    schema: JsonText = JsonText("")
    """JSON Schema of the reply, where it is to be JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of a request."""

    key: str
    """Of the request's content, as the cache names it."""
    text: str = ""
    reason: str = ""
    """Why there is no text; empty where there is."""
    value: Any = None
    """The reply as its shape, where one was asked for."""
    model: str = ""
    """As the server calls it."""
    cached: bool = False


def worst_cost(settings: LlmSettings, request: Request) -> Decimal:
    """The dearest outcome: a token for each byte of the prompt, and a reply of full length."""
    texts = [m.content for m in request.messages] + [request.schema]
    most = sum(len(text.encode()) for text in texts)
    most += OVERHEAD + PER_MESSAGE * len(request.messages)
    return settings.cost(most, settings.max_tokens)


class Llm:
    """One model, with its cache, its budget and its pace."""

    def __init__(
        self, settings: LlmSettings, cache: Path, *, where: str = "llm", ledger: Path | None = None
    ) -> None:
        """ledger: a file that remembers what earlier runs spent of the cap."""
        settings.check(where)
        self.settings = settings
        self.cache = Cache(cache)
        known = Ledger(ledger) if ledger else None
        self.budget = Budget(Decimal(settings.max_cost), settings.max_requests, known)
        self.counts: Counter[str] = Counter()
        """asked, cached, failed.REASON, again.REASON (tries that were repeated)."""
        self._key = key_of(settings, where)
        self._pace = Pace(settings.requests_per_minute)
        self._lock = threading.Lock()
        self._client: Any = None
        self._unanswered = 0

    def ask(self, requests: Iterable[Request]) -> Iterator[Answer]:
        """Answers in the order of requests. Equal requests are sent once.

        Raises Fault where every further request would fail too; the same command resumes.
        """
        stop = threading.Event()
        pool = ThreadPoolExecutor(self.settings.concurrency, thread_name_prefix="llm")
        known: dict[str, Future[Answer]] = {}
        waiting: deque[tuple[Future[Answer], bool]] = deque()
        try:
            for request in requests:
                key = self.key(request)
                found = known.get(key)
                if found is None:
                    known[key] = pool.submit(self._one, request, key, stop)
                waiting.append((known[key], found is not None))
                if len(waiting) >= AHEAD * self.settings.concurrency:
                    yield self._next(waiting)
            while waiting:
                yield self._next(waiting)
        finally:
            # What is under way is paid for: its replies are awaited and kept.
            stop.set()
            pool.shutdown(wait=True, cancel_futures=True)

    def key(self, request: Request) -> str:
        """The digest of all that can change a reply, and of nothing else."""
        settings = self.settings
        return digest(
            {
                "model": settings.model,
                "messages": [[m.role, m.content] for m in request.messages],
                "temperature": settings.temperature,
                "max_tokens": settings.max_tokens,
                "seed": settings.seed + request.draw,
                "prompt": request.prompt,
                "format": self._format(request),
            },
            40,
        )

    def summary(self) -> dict[str, Any]:
        """Counts and costs so far, for a manifest."""
        return {
            "counts": dict(sorted(self.counts.items())),
            "requests_sent": self.budget.sent,
            "spent": format(self.budget.spent.normalize(), "f"),
        }

    # ------------------------------------------------------------ helpers

    def _next(self, waiting: deque[tuple[Future[Answer], bool]]) -> Answer:
        future, again = waiting.popleft()
        answer = future.result()
        if again:
            self._count("cached" if answer.text else f"failed.{answer.reason}")
            answer = replace(answer, cached=True)
        return answer

    def _count(self, name: str) -> None:
        with self._lock:
            self.counts[name] += 1

    def _one(self, request: Request, key: str, stop: threading.Event) -> Answer:
        kept = self.cache.get(key)
        if kept is not None:
            return self._answer(key, Said(**kept), cached=True)
        said, worst = Said(reason="stopped"), worst_cost(self.settings, request)
        for turn in range(self.settings.retries + 1):
            if turn and not self._rest(said, key, turn, stop):
                break
            number, refused = self.budget.reserve(worst)
            if refused:
                said = Said(reason=refused)
                break
            said = self._try(request, number, worst, stop)
            if not said.again:
                break
        self._watch(said)
        if said.text or said.reason in FINAL:
            row = {"text": said.text, "reason": said.reason, "model": said.model}
            self.cache.put(key, row)
        return self._answer(key, said)

    def _try(self, request: Request, number: int, worst: Decimal, stop: threading.Event) -> Said:
        actual = Decimal(0)
        try:
            client = self._open()
            if not self._pace.wait(stop):
                return Said(reason="stopped")
            actual = worst  # until it is known
            said = send(client, self._body(request), self.settings.timeout_s)
            known = said.tokens_in is not None and said.tokens_out is not None
            if known:
                actual = self.settings.cost(said.tokens_in or 0, said.tokens_out or 0)
            elif not said.billed:
                actual = Decimal(0)
            return said
        finally:
            self.budget.settle(number, worst, actual)

    def _rest(self, said: Said, key: str, turn: int, stop: threading.Event) -> bool:
        """Wait before a further try; False where there is to be none."""
        settings = self.settings
        after = said.after_s or 0.0
        if after > settings.longest_wait_s:
            return False
        self._count(f"again.{said.reason}")
        if after:
            self._pace.pause(after)
        share = 0.5 + Random(f"{settings.seed}:{key}:{turn}").random() / 2
        wait = min(settings.backoff_s * 2 ** min(turn - 1, 30) * share, settings.longest_wait_s)
        return not stop.wait(max(wait, after))

    def _watch(self, said: Said) -> None:
        """Raises where what failed one request will fail them all."""
        where, reason = self.settings.base_url, said.reason
        if reason in ("http_401", "http_403"):
            raise Fault(
                what=f"the server refuses us ({reason.replace('_', ' ').upper()})",
                where=where,
                mend="look at the key in the variable that api_key_env names",
            )
        if reason == "http_404":
            raise Fault(
                what=f"the server knows no model {self.settings.model!r} or no chat completions",
                where=where,
                mend="base_url ends in /v1; see its /models",
            )
        gone = reason in ("unreachable", "timeout", "connection_lost") or reason[:6] == "http_5"
        with self._lock:
            self._unanswered = self._unanswered + 1 if gone else 0
            if self._unanswered >= GONE:
                raise Fault(
                    what=f"{GONE} requests in a row were not answered, the last by {reason}",
                    where=where,
                    mend="start the server; the same command resumes, what was answered is kept",
                )

    def _answer(self, key: str, said: Said, *, cached: bool = False) -> Answer:
        if said.reason:
            self._count(f"failed.{said.reason}")
        else:
            self._count("cached" if cached else "asked")
        return Answer(key=key, text=said.text, reason=said.reason, model=said.model, cached=cached)

    def _open(self) -> Any:
        with self._lock:
            if self._client is None:
                self._client = open_client(self.settings, self._key)
            return self._client

    def _body(self, request: Request) -> dict[str, Any]:
        settings = self.settings
        body: dict[str, Any] = {
            "model": settings.model,
            "messages": [{"role": m.role, "content": m.content} for m in request.messages],
            "temperature": settings.temperature,
            "seed": (settings.seed + request.draw) & 0x7FFFFFFF,
            settings.token_field: settings.max_tokens,
        }
        wanted = self._format(request)
        return body | {"response_format": wanted} if wanted else body

    def _format(self, request: Request) -> dict[str, Any] | None:
        if not request.schema or self.settings.structured == "prompt":
            return None
        if self.settings.structured == "json_object":
            return {"type": "json_object"}
        schema = {"name": "reply", "schema": json.loads(request.schema)}
        return {"type": "json_schema", "json_schema": schema}
