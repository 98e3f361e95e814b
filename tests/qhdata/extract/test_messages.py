"""What is quarantined is told what it is and how to mend it: `what; how to mend`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import qhdata.extract
import qhdata.readers
from qhdata.errors import RowError
from qhdata.extract.hardened import refuse_entities
from qhdata.readers.reading import _REFUSED

FOLDERS = [Path(str(package.__file__)).parent for package in (qhdata.extract, qhdata.readers)]


def raised() -> Iterator[tuple[str, ast.Call, ast.AST]]:
    """Each place that makes a RowError: where, the call, and the function around it."""
    for path in sorted(p for folder in FOLDERS for p in folder.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        around = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "RowError":
                inside = [f for f in around if f.lineno <= node.lineno <= (f.end_lineno or 0)]
                yield f"{path.parent.name}/{path.name}:{node.lineno}", node, inside[-1]


def words(node: ast.AST, function: ast.AST) -> str:
    """The literal text of a message, values as `{}`; a name is looked up in its function."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(words(part, function) for part in node.values)
    if isinstance(node, ast.Name):
        for other in ast.walk(function):
            if isinstance(other, ast.Assign) and getattr(other.targets[0], "id", "") == node.id:
                return words(other.value, function)
    return "{}"


PLACES = [(at, call, function) for at, call, function in raised() if len(call.args) == 2]


def test_every_place_is_looked_at() -> None:
    assert len(PLACES) > 50
    others = [at for at, call, _ in raised() if len(call.args) != 2]
    assert [at.partition(":")[0] for at in others] == ["readers/reading.py"], "the table _REFUSED"


@pytest.mark.parametrize(("at", "call", "function"), PLACES, ids=[at for at, *_ in PLACES])
def test_a_message_says_what_and_how_to_mend(at: str, call: ast.Call, function: ast.AST) -> None:
    name, message = (words(arg, function) for arg in call.args)
    assert re.fullmatch(r"[a-z0-9_]+|\{\}", name), "a short stable name"
    what, _, mend = message.rpartition("; ")
    assert what, f"{at} says nothing of what is wrong: {message}"
    assert mend, f"{at} does not say how to mend: {message}"


@pytest.mark.parametrize("kind", sorted(_REFUSED))
def test_the_table_of_refusals_says_it_too(kind: str) -> None:
    assert "; " in _REFUSED[kind][1]


def test_a_bomb_of_entities_is_told_what_is_refused_and_why() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    with pytest.raises(RowError, match=r"declares a document type or entities: .*bombs.*; fetch"):
        refuse_entities(bomb)
