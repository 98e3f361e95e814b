"""Where a model is asked, how patiently, and what it may cost. The key itself is never a setting:
a setting names the environment variable that holds it.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from ipaddress import ip_address
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator

from qhdata.errors import UserError
from qhdata.recipe import AtLeastOne, NotNegative, Positive, PositiveOrZero, Settings
from qhdata.records import DecimalText

_NAME = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
"""A variable's name has an underscore, so that a key that was pasted here is no name."""


def _as_text(value: object) -> object:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if number else value


Amount = Annotated[DecimalText, BeforeValidator(_as_text)]
"""Money, as decimal text; a recipe may write it as a number."""


@dataclass(frozen=True, kw_only=True)
class LlmSettings(Settings):
    """One model at one server."""

    base_url: str
    """Up to `/v1`: `http://127.0.0.1:8000/v1`, `https://api.openai.com/v1`."""
    model: str
    """Its name at the server."""
    api_key_env: str = ""
    """NAME of the environment variable that holds the key; empty: no key is sent."""
    plain_http: bool = False
    """Allow http:// to other hosts than this machine: texts and key then travel in the clear."""
    temperature: PositiveOrZero = 0.7
    """Of sampling; above 0, so that variants differ."""
    max_tokens: AtLeastOne = 1024
    """Longest reply; a reply that is cut there is refused."""
    token_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    """What the server calls it: OpenAI's reasoning models take only the second."""
    structured: Literal["prompt", "json_object", "json_schema"] = "prompt"
    """How JSON is asked for: in the prompt alone, or by `response_format` too."""
    seed: int = 0
    """Sent with each request, plus the number of its draw; also of the waits between tries."""
    concurrency: AtLeastOne = 8
    """Requests at a time."""
    requests_per_minute: NotNegative = 0
    """Sent evenly, retries included; 0: any number."""
    timeout_s: Positive = 120.0
    """Longest wait for a whole answer."""
    retries: NotNegative = 4
    """Further tries of a request whose answer is no use."""
    backoff_s: PositiveOrZero = 1.0
    """Wait before the first further try; it doubles, and a part of it is drawn by lot."""
    longest_wait_s: Positive = 120.0
    """Longest wait between tries. A server that asks for more (Retry-After) is given up."""
    price_in: Amount = DecimalText("0")
    """Of a million tokens of prompt, in any currency."""
    price_out: Amount = DecimalText("0")
    """Of a million tokens of reply, in the same."""
    max_cost: Amount = DecimalText("0")
    """What all runs into one folder may cost at most. Each request's dearest outcome is set aside
    before it is sent; where that would pass the cap, it and all after it are refused.
    """
    max_requests: AtLeastOne = 10_000
    """Requests that one run may send at most, retries included."""

    def cost(self, tokens_in: int, tokens_out: int) -> Decimal:
        """What so many tokens cost."""
        return (
            Decimal(self.price_in) * tokens_in + Decimal(self.price_out) * tokens_out
        ) / 1_000_000

    def check(self, where: str) -> None:
        """Raises UserError for an address, a price or a cap that cannot be meant. What may hold a
        secret is not repeated.
        """
        if not self.model:
            raise UserError(what="no model is named", where=f"{where}.model")
        _check_address(self.base_url, self.plain_http, f"{where}.base_url")
        for name in ("price_in", "price_out", "max_cost"):
            _check_amount(getattr(self, name), f"{where}.{name}")
        if self.cost(1, 1) and not Decimal(self.max_cost):
            raise UserError(
                what="tokens have a price, and nothing may be spent",
                where=f"{where}.max_cost",
                mend="say how much one run may cost, in the currency of the prices",
            )


def key_of(settings: LlmSettings, where: str) -> str:
    """The key; empty where none is asked for. Raises UserError where the variable is not set."""
    name = settings.api_key_env
    if not name:
        return ""
    if not _NAME.fullmatch(name):
        raise UserError(
            what="is not the name of an environment variable (not shown: it may be a key)",
            where=f"{where}.api_key_env",
            mend="put the key into a variable such as MY_API_KEY and name that",
        )
    key = os.environ.get(name, "").strip()
    if not key or not key.isascii() or not key.isprintable():
        raise UserError(
            what=f"the environment variable {name} " + ("holds no key" if key else "is not set"),
            where=f"{where}.api_key_env",
            mend=f"export {name}=...",
        )
    return key


def is_loopback(base_url: str) -> bool:
    """Whether an address is on this machine."""
    host = urlsplit(base_url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _check_address(base_url: str, plain_http: bool, where: str) -> None:
    try:
        parts = urlsplit(base_url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if not host or parts.scheme not in ("http", "https"):
        raise UserError(
            what="is not an http address", where=where, mend="such as http://127.0.0.1:8000/v1"
        )
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise UserError(
            what="holds more than host and path (not shown: it may be a secret)",
            where=where,
            mend="name the key's variable in api_key_env",
        )
    if parts.scheme == "http" and not plain_http and not is_loopback(base_url):
        raise UserError(
            what=f"plain http to {host}: texts and key would travel in the clear",
            where=where,
            mend="use https, or set plain_http: true for a network of your own",
        )


def _check_amount(text: str, where: str) -> None:
    try:
        amount = Decimal(text)
        fine = amount.is_finite() and amount >= 0 and abs(amount.adjusted()) < 20
    except InvalidOperation:
        fine = False
    if not fine:
        raise UserError(what=f"not an amount: {text[:40]!r}", where=where, mend='such as "2.50"')
