"""Text to program: infix statements (`revenue - cogs; #0 / revenue`) and the FinQA form
(`subtract(a, b), divide(#0, b)`), whose operations on a row of a table (`table_sum(sales, none)`)
run over the slots that the row has.

A tokenizer and precedence climbing, bounded in length, depth and operations; nothing is evaluated
as Python.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from qhdata.errors import UserError
from qhdata.programs.run import Program
from qhdata.programs.tree import FUNCTIONS, INFIX, Node, Number, Op, Ref, Slot

LONGEST = 2_000
"""Characters of a program."""
DEEPEST = 32
"""Levels of nesting."""
MOST_STATEMENTS = 32

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d{1,30}(?:\.\d{1,30})?%?|\.\d{1,30}%?)|(?P<name>[^\W\d]\w{0,79})"
    r"|(?P<ref>#\d{1,3})|(?P<sign>\*\*|>=|<=|==|[-+*/^()<>,;=\n]))",
)
_ALIASES = {"**": "power", "^": "power"}
_FINQA = {
    "add": "+", "subtract": "-", "multiply": "*", "divide": "/", "exp": "power", "greater": ">",
    "mean": "average", "avg": "average", "growth": "percent_change",
}  # fmt: skip
"""Function names that stand for operations, as FinQA writes them."""
_OF_ROW = re.compile(r"\btable_(max|min|sum|average)\(\s{0,9}")
_NONE = re.compile(r"\s{0,9},\s{0,9}none\s{0,9}\)")
_CONSTANT = re.compile(r"const_(m?)(\d{1,30})")


def parse(text: str, rows: Mapping[str, Sequence[str]] | None = None) -> Program:
    """The program that a text says; raises UserError with the place where it does not.

    rows: the slots of each row that FinQA's operations on tables name.

    >>> parse("revenue - cogs; #0 / revenue").slots
    ('revenue', 'cogs')
    >>> parse("subtract(5829, 5735), divide(#0, 5735)") == parse("5829 - 5735; #0 / 5735")
    True
    >>> parse("table_sum(net sales, none)", {"net sales": ("a", "b")}) == parse("sum(a, b)")
    True
    """
    if len(text) > LONGEST:
        raise UserError(
            what=f"a program of {len(text):,} characters",
            where="program",
            mend=f"write at most {LONGEST:,}",
        )
    return Program(_Reader(_over_slots(text, rows or {})).statements())


def _over_slots(text: str, rows: Mapping[str, Sequence[str]]) -> str:
    """A program with its operations on rows written over their slots; a row's name may hold commas
    and parentheses, so the names decide where it ends, the longest first.
    """
    parts, at = [], 0
    for match in _OF_ROW.finditer(text):
        if match.start() < at:
            continue
        for name in sorted(rows, key=len, reverse=True):
            end = _NONE.match(text, match.end() + len(name))
            if end and text.startswith(name, match.end()) and rows[name]:
                parts += [text[at : match.start()], f"{match[1]}({', '.join(rows[name])})"]
                at = end.end()
                break
        else:
            raise UserError(
                what=f"table_{match[1]} of a row that is not given",
                where=f"program {text[:80]!r}, character {match.end() + 1}",
                mend="give `rows`: its name and its slots",
            )
    return "".join([*parts, text[at:]])


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


class _Reader:
    """One pass over the tokens of a program."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = self._tokens()
        self.at = 0
        self.names: dict[str, int] = {}
        self.made = 0

    def statements(self) -> tuple[Node, ...]:
        found: list[Node] = []
        while True:
            while self._peek().text in (";", "\n"):
                self.at += 1
            if self._peek().kind == "end":
                break
            name = ""
            if self._peek().kind == "name" and self.tokens[self.at + 1].text == "=":
                name = self._peek().text
                self.at += 2
            self.made = len(found)
            found.append(self._expression(0, 0))
            if name:
                self.names[name] = len(found) - 1
            if len(found) > MOST_STATEMENTS:
                raise self._error(f"more than {MOST_STATEMENTS} statements")
            # A comma between statements is FinQA's.
            if self._peek().kind != "end" and self._peek().text not in (";", "\n", ","):
                raise self._error("expected `;`")
            self.at += self._peek().text == ","
        if not found:
            raise self._error("no statement")
        return tuple(found)

    def _expression(self, floor: int, depth: int) -> Node:
        if depth > DEEPEST:
            raise self._error(f"nested deeper than {DEEPEST}")
        left = self._operand(depth)
        while True:
            token = self._peek()
            name = _ALIASES.get(token.text, token.text)
            binds = INFIX.get(name, 0) if token.kind == "sign" else 0
            if not binds or binds <= floor:
                return left
            if binds == 1 and isinstance(left, Op) and INFIX.get(left.name) == 1:
                raise self._error("comparisons do not chain")
            self.at += 1
            # Powers bind to the right: 2 ** 3 ** 2 is 2 ** 9.
            right = self._expression(binds - (name == "power"), depth + 1)
            left = Op(name, (left, right))

    def _operand(self, depth: int) -> Node:
        token = self._next()
        if token.kind == "number":
            percent = token.text.endswith("%")
            value = Decimal(token.text.rstrip("%"))
            return Number(value.scaleb(-2) if percent else value, token.text)
        if token.kind == "ref":
            return self._ref(int(token.text[1:]), token)
        if token.text == "-":
            return Op("negate", (self._expression(4, depth + 1),))
        if token.text == "(":
            inner = self._expression(0, depth + 1)
            self._expect(")")
            return inner
        if token.kind == "name":
            if self._peek().text == "(":
                return self._call(token, depth)
            constant = _CONSTANT.fullmatch(token.text)
            if constant:
                value = Decimal(constant[2])
                return Number(
                    value.copy_negate() if constant[1] else value,
                    f"{'-' * len(constant[1])}{value}",
                )
            if token.text in self.names:
                return Ref(self.names[token.text])
            return Slot(token.text)
        raise self._error("expected a number, a slot or `(`", token)

    def _call(self, token: _Token, depth: int) -> Node:
        self._expect("(")
        operands: list[Node] = []
        while not operands or self._peek().text == ",":
            self.at += self._peek().text == ","
            operands.append(self._expression(0, depth + 1))
        self._expect(")")
        name = _FINQA.get(token.text, token.text)
        least, most = (2, 2) if name in INFIX else FUNCTIONS.get(name, (0, 0))
        if not most:
            known = ", ".join(sorted([*FUNCTIONS, *_FINQA]))
            raise self._error(f"unknown function {token.text!r}; known: {known}", token)
        if not least <= len(operands) <= most:
            raise self._error(f"{token.text} takes {least} to {most} operands", token)
        if name == "round" and len(operands) == 2 and not _whole(operands[1]):
            raise self._error("round takes a whole number of places, at most 20", token)
        return Op(name, tuple(operands))

    def _ref(self, index: int, token: _Token) -> Ref:
        if index >= self.made:
            raise self._error(f"#{index} is not an earlier statement", token)
        return Ref(index)

    def _tokens(self) -> list[_Token]:
        found: list[_Token] = []
        at = 0
        while at < len(self.text):
            if self.text[at] == "\n":  # a line end ends a statement
                found.append(_Token("sign", "\n", at))
                at += 1
                continue
            if self.text[at].isspace():
                at += 1
                continue
            match = _TOKEN.match(self.text, at)
            if match is None:
                raise self._error(f"unexpected {self.text[at]!r}", _Token("", "", at))
            kind = match.lastgroup or ""
            found.append(_Token(kind, match[kind], match.start(kind)))
            at = match.end()
        found.append(_Token("end", "", len(self.text)))
        return found

    def _peek(self) -> _Token:
        return self.tokens[self.at]

    def _next(self) -> _Token:
        token = self.tokens[self.at]
        if token.kind != "end":
            self.at += 1
        return token

    def _expect(self, text: str) -> None:
        token = self._next()
        if token.text != text:
            raise self._error(f"expected `{text}`", token)

    def _error(self, what: str, token: _Token | None = None) -> UserError:
        at = (token or self._peek()).at
        return UserError(what=what, where=f"program {self.text[:80]!r}, character {at + 1}")


def _whole(node: Node) -> bool:
    return isinstance(node, Number) and node.value <= 20 and node.value % 1 == 0
