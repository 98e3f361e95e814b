"""One request to a server of chat completions: what it said, or why that is no use.

Only this file knows the `openai` client, which is imported when the first request is sent. The
client's own retries are off (ours are counted and paid for), its redirects too (a key must not
travel on), and of an error only its status is told: a server may repeat what it was sent.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from qhdata.errors import MissingExtra
from qhdata.llm.settings import LlmSettings, is_loopback

LONGEST = 4 << 20
"""Bytes of an answer."""
_NOT_SENT = ("ConnectError", "ConnectTimeout", "PoolTimeout")
"""Causes of a failure before anything was sent, by the name of their class."""
_AGAIN = (408, 409, 425, 429)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What came of one try."""

    text: str = ""
    reason: str = ""
    """Why there is no text, a short stable name; empty where there is."""
    model: str = ""
    """As the server calls it."""
    tokens_in: int | None = None
    tokens_out: int | None = None
    again: bool = False
    """Another try may help."""
    after_s: float | None = None
    """Seconds that the server asks us to wait."""
    billed: bool = True
    """It may be charged for, though it is no use."""


def open_client(settings: LlmSettings, key: str) -> Any:
    """A client of the server. Raises MissingExtra where the package is not installed."""
    try:
        import openai
    except ModuleNotFoundError:
        raise MissingExtra(
            what="package openai is not installed",
            where="llm",
            mend="pip install 'qhdata[llm]'",
        ) from None
    # A proxy of the environment must not stand between us and our own machine.
    http = openai.DefaultHttpxClient(
        follow_redirects=False, trust_env=not is_loopback(settings.base_url)
    )
    client = openai.OpenAI(
        api_key=key or "none",
        base_url=settings.base_url,
        timeout=settings.timeout_s,
        max_retries=0,
        http_client=http,
        organization="",
        project="",
    )
    client.organization = client.project = None  # of the environment: another server's affair
    return client


def send(client: Any, body: Mapping[str, Any], timeout_s: float) -> Said:
    """One try. An answer is read piece by piece: one that never ends ends here."""
    import openai

    until = time.monotonic() + timeout_s
    content = bytearray()
    try:
        with client.chat.completions.with_streaming_response.create(**body) as reply:
            for piece in reply.iter_bytes():
                content += piece
                if len(content) > LONGEST:
                    return Said(reason="too_long", again=True)
                if time.monotonic() > until:
                    return Said(reason="timeout", again=True)
    except openai.APIStatusError as error:
        status, headers = error.status_code, error.response.headers
        again = status in _AGAIN or status >= 500
        after = retry_after(headers.get("retry-after"))
        return Said(reason=f"http_{status}", again=again, after_s=after, billed=False)
    except openai.APIConnectionError as error:
        return _lost(error.__cause__ or error)
    except openai.OpenAIError:
        return Said(reason="client_error", again=True)
    except Exception as error:
        # While the body is read, errors are those of the client's own HTTP library, whose name
        # changed between its versions.
        if not type(error).__module__.startswith(("httpx", "httpcore")):
            raise
        return _lost(error)
    return read(bytes(content))


def _lost(error: BaseException) -> Said:
    """A request without an answer, by what broke it."""
    name = type(error).__name__
    if name in _NOT_SENT:
        return Said(reason="unreachable", again=True, billed=False)
    return Said(reason="timeout" if "Timeout" in name else "connection_lost", again=True)


def read(content: bytes) -> Said:
    """An answer of a server as it came, which may be anything."""
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        return Said(reason="not_json", again=True)
    usage = answer.get("usage") if isinstance(answer, dict) else None
    usage = usage if isinstance(usage, dict) else {}
    return replace(
        _choice(answer),
        tokens_in=_count(usage.get("prompt_tokens")),
        tokens_out=_count(usage.get("completion_tokens")),
    )


def _choice(answer: Any) -> Said:
    try:
        choices = answer["choices"]
        if choices == []:
            return Said(reason="no_choices", again=True)
        choice = choices[0]
        text, finish = choice["message"]["content"], choice.get("finish_reason")
    except (KeyError, IndexError, TypeError, AttributeError):
        return Said(reason="wrong_shape", again=True)
    model = answer.get("model")
    model = model[:200] if isinstance(model, str) and _is_text(model) else ""
    if finish == "content_filter":
        return Said(reason="content_filter", model=model)
    if text is not None and not isinstance(text, str):
        return Said(reason="wrong_shape", again=True)
    if finish == "length":
        return Said(reason="cut", model=model)
    if not text or not text.strip():
        return Said(reason="empty", again=True, model=model)
    if not _is_text(text):
        return Said(reason="not_text", again=True, model=model)
    return Said(text=text, model=model)


def retry_after(value: str | None) -> float | None:
    """Seconds of a Retry-After header, which says seconds or a date; None where it says neither."""
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            when = parsedate_to_datetime(value)
        except (ValueError, TypeError, OverflowError):
            return None
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
        return max(0.0, (when - datetime.now(UTC)).total_seconds())
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _count(value: object) -> int | None:
    """A count of tokens; None for anything that is none, which is then charged at its dearest."""
    fine = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**12
    return value if fine and isinstance(value, int) else None


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return False
    return "\x00" not in text
