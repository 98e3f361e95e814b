"""Tools: schemas from docstrings, arguments checked, errors that say what would be right."""

from __future__ import annotations

from decimal import Decimal, DivisionByZero, InvalidOperation

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.env import World
from qhdata.env.overlay import Overlay
from qhdata.env.tools import ToolError, read_tool, run_tool, tool
from qhdata.env.tools.answer import ANSWERS, submit_answer
from qhdata.env.tools.arithmetic import work_out
from qhdata.env.tools.base import MAX_RESULT, capped
from qhdata.env.tools.filings import (
    find_filer,
    get_fact,
    list_facts,
    read_section,
    search_filings,
)
from qhdata.env.tools.operations import add_watch, flag_restatement, list_watches

DOC = "0000000001-22-002022:1"


def test_a_schema_is_read_from_the_function() -> None:
    schema = read_tool(get_fact).schema()["function"]
    assert schema["name"] == "get_fact"
    assert schema["description"].startswith("One reported value")
    assert list(schema["parameters"]["properties"]) == ["filer", "concept", "period", "version"]
    assert schema["parameters"]["required"] == ["filer", "concept", "period"]
    assert schema["parameters"]["properties"]["version"]["enum"] == ["first", "latest"]
    assert read_tool(read_section).schema()["function"]["parameters"]["properties"]["page"] == {
        "type": "integer",
        "description": "Which page of the section, from 1.",
    }


def test_a_tool_that_is_not_whole_is_our_defect() -> None:
    def unmarked(world: World) -> str:
        return ""

    @tool("read")
    def undescribed(world: World, x: str) -> str:
        """Does."""
        return ""

    @tool("read")
    def worldless(x: str) -> str:
        """Does."""
        return ""

    for function in (unmarked, undescribed, worldless):
        with pytest.raises(TypeError):
            read_tool(function)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "one JSON object"),
        ({"filer": "Aster"}, "concept is missing"),
        ({"filer": "Aster", "concept": 1.5, "period": "2022"}, "must be string"),
        ({"filer": "Aster", "concept": True, "period": "2022"}, "must be string"),
        ({"filer": "Aster", "concept": "x" * 3000, "period": "2022"}, "longer than"),
        ({"filer": "Aster", "concept": "a", "period": "2", "colour": 1}, "unknown argument"),
        ({"filer": "Aster", "concept": "a", "period": "2022", "version": "best"}, "one of"),
        ({"filer": "", "concept": "a", "period": "2022"}, "no filer"),
        ({"filer": "o", "concept": "a", "period": "2022"}, "several filers"),
        ({"filer": "Aster", "concept": "net income", "period": "soon"}, "cannot read the period"),
        ({"filer": "Aster", "concept": "net income", "period": "1999"}, "reported: 2023, 2022"),
        ({"filer": "Aster", "concept": "net profits", "period": "2022"}, "nearest: net income"),
    ],
)
def test_wrong_arguments_are_answered_in_words(world: World, arguments, says: str) -> None:
    with pytest.raises(ToolError, match=says):
        run_tool(read_tool(get_fact), world, arguments)


def test_a_year_may_be_a_number_and_a_period_in_words(world: World) -> None:
    wanted = get_fact(world, "Aster Corp", "revenue", "2022")
    for period in (2022, "FY2022", "fiscal year 2022", "2022-12-31"):
        arguments = {"filer": "aster", "concept": "Revenue", "period": period}
        assert f'"value":"{wanted["value"]}"' in run_tool(read_tool(get_fact), world, arguments)


def test_a_restated_value_has_two_versions(world: World) -> None:
    assert get_fact(world, "Aster", "net income", "2022")["value"] == "17"
    assert get_fact(world, "Aster", "net income", "2022", "latest")["value"] == "7"
    early = world.at("2023-03-01")
    assert get_fact(early, "Aster", "net income", "2022", "latest")["value"] == "17"


def test_search_and_reading_lead_into_the_text(world: World) -> None:
    found = search_filings(world, "anvils lanterns", "Aster", "10-k/a")
    assert [row["form"] for row in found] == ["10-K/A"]
    assert "anvils" in found[0]["passage"]
    listed = read_section(world, DOC)
    assert listed["sections"] == ["part1.item1: Business"]
    page = read_section(world, DOC, "part1.item1", 1)
    assert page["text"].startswith("ITEM 1. Business. We sell anvils")
    whole = "".join(
        read_section(world, DOC, "part1.item1", n + 1)["text"] for n in range(page["pages"])
    )
    assert whole.rstrip().endswith("filler")
    for arguments in (("x",), (DOC, "part9"), (DOC, "part1.item1", 0), (DOC, "part1.item1", 99)):
        with pytest.raises(ToolError):
            read_section(world, *arguments)


def test_results_are_totally_ordered_and_capped(world: World) -> None:
    assert [row["name"] for row in find_filer(world, "o")] == [
        "Aster Corp",
        "Cobalt Foods Inc",
        "Borealis Holdings",
    ]
    assert list_facts(world, "Aster")["concepts"] == sorted(list_facts(world, "Aster")["concepts"])
    assert capped("x" * 9999).startswith("x" * MAX_RESULT + "\n[cut: 5999 of 9999")


def test_two_different_answers_are_kept_as_two(world: World) -> None:
    here = world.at(None, Overlay())
    submit_answer(here, "5")
    submit_answer(here, "5")
    assert here.overlay.rows(ANSWERS) == [("answer", {"value": "5", "times": 1})]
    submit_answer(here, "6")
    submit_answer(here, "5")
    assert here.overlay.rows(ANSWERS) == [("answer", {"value": "5", "times": 2})]


def test_writes_stay_in_their_own_overlay(world: World) -> None:
    one, two = world.at(None, Overlay()), world.at(None, Overlay())
    add_watch(one, "Aster", "revenue", "above", 5)
    flag_restatement(one, "Aster", "net income", "2022")
    assert list_watches(one) == [
        {"filer": "Aster Corp", "concept": "revenue", "side": "above", "threshold": 5}
    ]
    assert list_watches(two) == []
    assert world.overlay.json() == "{}"


NUMBER = st.decimals(min_value=0, max_value=10**6, places=2).map(str)


@st.composite
def expressions(draw: st.DrawFn, depth: int = 3) -> str:
    if depth == 0 or draw(st.booleans()):
        return draw(NUMBER)
    left, right = draw(expressions(depth - 1)), draw(expressions(depth - 1))
    return f"({left}{draw(st.sampled_from([' + ', '-', ' * ', '/']))}{right})"


@given(text=expressions())
def test_arithmetic_agrees_with_python_over_decimals(text: str) -> None:
    import re

    source = re.sub(r"\d+(?:\.\d+)?", lambda m: f"Decimal('{m[0]}')", text)
    try:
        # The oracle of this test alone, over text that it made itself.
        value = eval(source, {"Decimal": Decimal})
    except (DivisionByZero, InvalidOperation):
        with pytest.raises(ToolError):
            work_out(text, 6)
        return
    if len(text) <= 200 and abs(value) < Decimal(10) ** 40:
        assert abs(Decimal(work_out(text, 6)) - value) <= Decimal("0.0000006") + abs(value) / 10**20


@given(text=st.text(alphabet="0123456789.+-*/() ,%$e_^", max_size=60) | st.text(max_size=250))
def test_arithmetic_never_raises_anything_but_words(text: str) -> None:
    try:
        result = work_out(text, 2)
    except ToolError:
        return
    assert Decimal(result).is_finite()


@pytest.mark.parametrize(
    ("text", "result"),
    [("2+3*4", "14"), ("-3-(-4)", "1"), ("1/3", "0.333333"), ("2 000", None), ("1//2", None),
     ("9**9", None), ("0/0", None), ("1e9", None), ("__import__('os')", None), ("", None),
     ("1,234.5*2", "2469"), ("(1", None), ("1)", None), ("0.0000004", "0"), ("-0.0000004", "0")],
)  # fmt: skip
def test_arithmetic(text: str, result: str | None) -> None:
    if result is None:
        with pytest.raises(ToolError):
            work_out(text, 6)
    else:
        assert work_out(text, 6) == result
