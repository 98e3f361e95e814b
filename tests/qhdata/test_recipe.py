"""Recipes: strict, with one line that names the wrong key or type."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.errors import UserError
from qhdata.recipe import Settings, digest, named, override, parse, plain, read_yaml


@dataclass(frozen=True, kw_only=True)
class Inner(Settings):
    """Settings of a step."""

    bands: int = 14
    rate: float = 0.5
    names: tuple[str, ...] = ("a",)


@dataclass(frozen=True, kw_only=True)
class Outer(Settings):
    """A recipe."""

    minhash: Inner = field(default_factory=Inner)
    label: str = "x"


def message(data: object) -> str:
    with pytest.raises(UserError) as caught:
        parse(Outer, data, "demo.yaml")
    return str(caught.value)


def test_an_unknown_key_is_named_with_its_place_and_the_nearest_known() -> None:
    assert message({"minhash": {"band": 3}}) == (
        "demo.yaml.minhash: unknown setting 'band' (did you mean 'bands'? "
        "known: bands, rate, names)"
    )


def test_a_wrong_type_is_named_with_what_was_got() -> None:
    said = message({"minhash": {"bands": "20"}})
    assert said.startswith("demo.yaml.minhash.bands: ")
    assert 'got "20"' in said
    assert "\n" not in said


def test_a_list_is_taken_for_a_tuple_and_an_int_for_a_float() -> None:
    got = parse(Outer, {"minhash": {"names": ["b", "c"], "rate": 1}}, "demo.yaml")
    assert got.minhash.names == ("b", "c")
    assert got.minhash.rate == 1.0


def test_overrides_reach_nested_settings_and_lists() -> None:
    data = {"a": {"b": [{"c": 1}]}}
    assert override(data, ["a.b.0.c=2", "d.e=[1, 2]", "seed=5"]) == {
        "seed": 5,
        "a": {"b": [{"c": 2}]},
        "d": {"e": [1, 2]},
    }
    assert data == {"a": {"b": [{"c": 1}]}}


@pytest.mark.parametrize("path", ["extract.filings", "tag.0.filings"])
def test_an_override_goes_into_what_is_named_alone(path: str) -> None:
    data = {"extract": "filings", "tag": ["filings", "other"]}
    found = override(data, [f"{path}.limits.max_nodes=5", f"{path}.exhibits=[EX-13]"])
    settings = {"filings": {"limits": {"max_nodes": 5}, "exhibits": ["EX-13"]}}
    wanted = (
        {**data, "extract": settings} if "extract" in path else {**data, "tag": [settings, "other"]}
    )
    assert found == wanted


def test_an_override_that_leads_nowhere_says_what_stands_there() -> None:
    with pytest.raises(
        UserError, match=r"'limits' leads nowhere \(what stands there is .filings.\)"
    ):
        override({"extract": "filings"}, ["extract.limits.max_nodes=5"])


@pytest.mark.parametrize("bad", ["novalue", "=3", "a.b.c=1"])
def test_a_wrong_override_is_one_line(bad: str) -> None:
    with pytest.raises(UserError, match="--set"):
        override({"a": {"b": 3}}, [bad])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: [1, 2", "not YAML"),
        ("- 1\n- 2", "mapping"),
        ("a: &x [1]\nb: *x", "aliases"),
        ("a: !!python/object:os.system x", "not YAML"),
    ],
)
def test_bad_recipe_files_are_one_line(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "r.yaml"
    path.write_text(text)
    with pytest.raises(UserError, match=says) as caught:
        read_yaml(path)
    assert "\n" not in str(caught.value)


def test_dates_in_a_recipe_are_text(tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    path.write_text("as_of: 2024-01-31")
    assert read_yaml(path) == {"as_of": "2024-01-31"}


def test_an_unknown_name_of_a_room_suggests_the_nearest() -> None:
    table = {"language": "qhdata.taggers.language:Language"}
    with pytest.raises(UserError, match=r"unknown name 'langage' \(did you mean 'language'\?"):
        named(table, "langage", "corpus.tag")


def test_a_plug_in_is_an_import_string_and_a_missing_module_is_one_line() -> None:
    with pytest.raises(UserError, match="'no_such_module' is not installed"):
        named({}, "no_such_module:Tagger", "corpus.tag")


@given(st.integers(), st.floats(0, 1), st.lists(st.text(max_size=5), max_size=4))
def test_settings_survive_plain_and_parse(bands: int, rate: float, names: list[str]) -> None:
    settings = Outer(minhash=Inner(bands=bands, rate=rate, names=tuple(names)))
    assert parse(Outer, plain(settings), "r") == settings
    assert digest(settings) == digest(parse(Outer, plain(settings), "r"))
