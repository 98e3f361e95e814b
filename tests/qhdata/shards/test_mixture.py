from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qhdata.errors import UserError
from qhdata.shards.mixture import Mixture, Share


@given(
    weights=st.lists(st.floats(0.1, 5), min_size=1, max_size=4),
    costs=st.lists(st.integers(1, 50), min_size=50, max_size=200),
)
@settings(max_examples=60, deadline=None)
def test_shares_are_exact_to_within_a_group(weights, costs):
    names = [f"s{i}" for i in range(len(weights))]
    mixture = Mixture({n: Share(weight=w) for n, w in zip(names, weights, strict=True)})
    served, tokens = dict.fromkeys(names, 0.0), dict.fromkeys(names, 0)
    for cost in costs:
        name = mixture.next(names, served, 0)
        served[name] += mixture.charge(name, cost, 0)
        tokens[name] += cost
    rates = [tokens[n] / w for n, w in zip(names, weights, strict=True)]
    assert max(rates) - min(rates) <= max(costs) / min(weights) + 1e-6


def test_a_weight_moves_between_its_points():
    share = Share(points=((100, 1.0), (200, 3.0)))
    assert [share.at(t) for t in (0, 100, 150, 200, 999)] == [1.0, 1.0, 2.0, 3.0, 3.0]


def test_a_set_without_weight_is_never_next():
    mixture = Mixture({"a": Share(weight=0.0)})
    assert mixture.next(["a", "b"], {"a": 0.0, "b": 9.0}, 0) == "b"
    assert mixture.next(["a"], {"a": 0.0}, 0) is None


@pytest.mark.parametrize(
    "shares", [{"x": Share()}, {"a": Share(weight=-1.0)}, {"a": Share(weight=0.0)}]
)
def test_wrong_shares_are_refused(shares):
    with pytest.raises(UserError):
        Mixture(shares).check(["a"])


@given(quiet=st.integers(10, 2000), weight=st.floats(0.1, 3.0))
@settings(max_examples=40, deadline=None)
def test_a_set_that_begins_late_does_not_make_up_for_the_time_before(quiet: int, weight: float):
    mixture = Mixture({"b": Share(points=((quiet, 0.0), (quiet, weight)))})
    served, row = {"a": 0.0, "b": 0.0}, []
    for seen in range(quiet + 200):
        served = mixture.level(served, seen, max(0, seen - 1))
        name = mixture.next(["a", "b"], served, seen)
        served[name] += mixture.charge(name, 1, seen)
        row.append(name)
    assert "b" not in row[:quiet]
    for n in (20, 100, 200):
        wanted = n * weight / (1 + weight)
        assert row[quiet : quiet + n].count("b") == pytest.approx(wanted, abs=1.5)
