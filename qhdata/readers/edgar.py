"""A client of EDGAR's archive, by the SEC's rules: what opens a network, and only when it is asked.

The SEC wants a declared User-Agent with a way to reach its owner, and at most ten requests a
second. A refused or broken request is tried again, later each time.
"""

from __future__ import annotations

import http.client
import io
import re
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import IO, Any

from qhdata.errors import Fault, UserError
from qhdata.recipe import Settings

ARCHIVES = "https://www.sec.gov/Archives"
MAX_HELD = 1 << 30
"""Bytes of an answer that is held in memory: an index, a submission."""
MAX_BYTES = 64 << 30
"""Bytes of one that goes to the disk: a day's feed."""
BLOCK = 1 << 20
_AGENT = re.compile(r"\S+.*\s\S+@\S+\.\S+|\S+@\S+\.\S+")
MAX_WAIT_S = 600.0
"""Longest wait before a request is tried again; who asks for more is told to the user."""
_AGAIN = frozenset({403, 408, 425, 429, 500, 502, 503, 504})
"""The SEC answers 403 where it slows somebody down."""


@dataclass(frozen=True, kw_only=True)
class EdgarSettings(Settings):
    """How to ask."""

    user_agent: str
    """Name and e-mail address of who asks, as the SEC wants it: `Jane Doe jane@example.org`."""
    base: str = ARCHIVES
    """Where the archive is; a mirror has the same folders."""
    rate: float = 8.0
    """Requests a second; the SEC allows ten."""
    tries: int = 6
    backoff_s: float = 1.0
    """First wait after a refusal; it doubles."""
    timeout_s: float = 60.0

    def check(self) -> None:
        """Raise UserError for what the SEC would refuse."""
        said = self.user_agent
        if not _AGENT.search(said) or not (said.isascii() and said.isprintable()):
            raise UserError(
                what="the SEC wants to know who asks",
                where="--user-agent",
                mend="give a name and an e-mail address: 'Jane Doe jane@example.org'",
            )
        if not 0 < self.rate <= 10:
            raise UserError(
                what=f"{self.rate} requests a second", where="--rate", mend="at most 10"
            )
        if not re.fullmatch(r"https?://[^\s/?#]+(?:/[^\s?#]*)?", self.base, re.ASCII):
            raise UserError(
                what=f"no http address: {self.base}", where="--base", mend=f"such as {ARCHIVES}"
            )


@dataclass(slots=True)
class Edgar:
    """A patient client of one archive."""

    settings: EdgarSettings
    requests: int = 0
    _next: float = field(default=0.0)

    def get(self, path: str) -> bytes:
        """The bytes at a path below the base. Raises Missing for a 404, Fault after all tries."""
        held = io.BytesIO()
        self.copy(path, held, MAX_HELD)
        return held.getvalue()

    def copy(self, path: str, to: IO[bytes], most: int = MAX_BYTES) -> str:
        """Write what is at a path below the base, from the start of `to` on; its SHA-256. Raises as
        `get` does, and Fault for more than `most` bytes; what was written then is part of one.
        """
        url = f"{self.settings.base.rstrip('/')}/{path}"
        wait = self.settings.backoff_s
        for attempt in range(self.settings.tries):
            self._pace()
            request = urllib.request.Request(
                url, headers={"User-Agent": self.settings.user_agent, "Accept-Encoding": "identity"}
            )
            try:
                with urllib.request.urlopen(request, timeout=self.settings.timeout_s) as answer:
                    digest, why = _taken(answer, to, most)
                    if not why:
                        return digest
            except urllib.error.HTTPError as error:
                if error.code == 404:
                    raise Missing(what="is not there", where=url, mend="check --base") from None
                if error.code not in _AGAIN:
                    raise Fault(what=f"HTTP {error.code} {error.reason}", where=url) from None
                why = f"HTTP {error.code}"
                after = error.headers.get("Retry-After", "")
                asked = float(after) if after.isdecimal() else 0.0
                if asked > MAX_WAIT_S:
                    raise Fault(
                        what=f"HTTP {error.code}, to be asked again after {asked:.0f} seconds",
                        where=url,
                        mend="run the same command again then",
                    ) from None
                wait = max(wait, asked)
            except http.client.InvalidURL as error:
                raise UserError(
                    what=f"no address: {error}", where=url, mend="check --base"
                ) from None
            except (OSError, ValueError, http.client.HTTPException) as error:
                if isinstance(error, _NotWritten):
                    raise error.why from None
                why = str(error) or type(error).__name__
            if attempt + 1 < self.settings.tries:
                time.sleep(wait)
                wait = min(2 * wait, MAX_WAIT_S)
        raise Fault(
            what=f"{why}, {self.settings.tries} times",
            where=url,
            mend="run the same command again later",
        )

    def _pace(self) -> None:
        now = time.monotonic()
        if now < self._next:
            time.sleep(self._next - now)
        self._next = max(now, self._next) + 1.0 / self.settings.rate
        self.requests += 1


class Missing(Fault):
    """The archive has no such file."""


class _NotWritten(OSError):
    """Our disk's error, which asking again does not mend."""

    def __init__(self, why: OSError) -> None:
        super().__init__(str(why))
        self.why = why


def _taken(answer: Any, to: IO[bytes], most: int) -> tuple[str, str]:
    """(SHA-256 of an answer that was written, what is wrong with it or "")."""
    to.seek(0)
    to.truncate()
    digest, size, head, tail = sha256(), 0, b"", b""
    while size <= most and (block := answer.read(BLOCK)):
        try:
            to.write(block)
        except OSError as error:
            raise _NotWritten(error) from None
        digest.update(block)
        size += len(block)
        head, tail = head or block[:200], (tail + block[-200:])[-200:]
    if size > most:
        raise Fault(what=f"more than {most} bytes came", where=answer.url, mend="check --base")
    length = answer.headers.get("Content-Length")
    if length is not None and int(length) != size:
        return "", f"{size} of {length} bytes came"
    return digest.hexdigest(), _broken(head, tail, size, answer.headers)


def _broken(head: bytes, tail: bytes, size: int, headers: Mapping[str, str]) -> str:
    """What is wrong with an answer that is as long as it said, or did not say; "" for nothing."""
    if not size:
        return "an empty answer came"
    if head.lstrip().lower().startswith((b"<html", b"<!doctype html")):
        return "a web page came"  # the archive's files begin otherwise, its refusals so
    if headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
        return f"the answer is packed ({headers['Content-Encoding']}), which was not asked for"
    whole = not head.startswith(b"<SEC-DOCUMENT>") or b"</SEC-DOCUMENT>" in tail
    if "Content-Length" not in headers and "chunked" not in headers.get("Transfer-Encoding", ""):
        return "" if whole else f"the answer ends after {size} bytes, before its last tag"
    return ""
