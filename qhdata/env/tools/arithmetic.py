"""Arithmetic for agents: + - * / and parentheses over decimals; a tokenizer, never `eval`.

Bounded three ways: 200 characters, 40 digits a number, 100 nested parentheses; there is no power
operator, so no short text makes a long computation.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal, DecimalException, localcontext

from qhdata.env.tools.base import ToolError, tool
from qhdata.env.world import World

LONGEST = 200
DEEPEST = 20
PLACES = 6
"""Decimal places of a result; trailing zeros are dropped."""

_TOKEN = re.compile(r"\s*(?:(\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})|([-+*/()]))", re.ASCII)
_CONTEXT = Context(prec=60, rounding=ROUND_HALF_UP, Emin=-200, Emax=200)


@tool("think")
def calculate(world: World, expression: str) -> str:
    """Work out + - * / and parentheses, exactly, to six decimal places.

    Args:
        expression: Such as "(1250 - 1100) / 1100 * 100"; plain numbers without units.
    """
    return work_out(expression, PLACES)


def work_out(expression: str, places: int) -> str:
    """The value as plain decimal text, half up. Raises ToolError with what is wrong.

    >>> work_out("(47 - 32) / 32 * 100", 1), work_out("1,200 / 4", 2), work_out("-(2)", 0)
    ('46.9', '300', '-2')
    """
    text = expression.replace(",", "").replace("×", "*").replace("÷", "/").replace("−", "-")
    if len(text) > LONGEST:
        raise ToolError(f"an expression has at most {LONGEST} characters")
    tokens, at = [], 0
    text = text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ToolError(f"cannot read {text[at : at + 12]!r}; only numbers and + - * / ( )")
        tokens.append(match[1] or match[2])
        at = match.end()
    try:
        with localcontext(_CONTEXT):
            value = _Reader(tokens).all()
            return shown(value, places)
    except DecimalException:
        raise ToolError("the result is too large, or a division by zero") from None


def shown(value: Decimal, places: int) -> str:
    """Plain decimal text, half up, without trailing zeros or a negative zero."""
    with localcontext(_CONTEXT):
        rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
        text = f"{rounded:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


class _Reader:
    """Recursive descent over at most 200 tokens."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        self.at += 1
        return token

    def all(self) -> Decimal:
        value = self.total()
        if self.peek():
            raise ToolError(f"did not expect {self.peek()!r}")
        return value

    def total(self) -> Decimal:
        value = self.product()
        while self.peek() in ("+", "-"):
            value = value + self.product() if self.take() == "+" else value - self.product()
        return value

    def product(self) -> Decimal:
        value = self.signed()
        while self.peek() in ("*", "/"):
            value = value * self.signed() if self.take() == "*" else value / self.signed()
        return value

    def signed(self) -> Decimal:
        negative = False
        while self.peek() in ("+", "-"):
            negative ^= self.take() == "-"
        value = self.atom()
        return -value if negative else value

    def atom(self) -> Decimal:
        token = self.take()
        if token == "(":
            self.depth += 1
            if self.depth > DEEPEST:
                raise ToolError("too many parentheses")
            value = self.total()
            self.depth -= 1
            if self.take() != ")":
                raise ToolError("a parenthesis is not closed")
            return value
        if not token or token in "+-*/)":
            raise ToolError(
                f"a number is missing before {token!r}" if token else "a number is missing"
            )
        return Decimal(token)
