"""The scale that a caption says of money, not of the shares beside it."""

from __future__ import annotations

import pytest

from qhdata.extract.units import unit_of


@pytest.mark.parametrize(
    ("text", "unit", "scale"),
    [
        ("12 Months Ended - USD ($) shares in Thousands, $ in Millions", "USD", "1000000"),
        ("USD ($) shares in Millions, $ in Billions", "USD", "1000000000"),
        ("(shares in thousands, amounts in millions)", None, "1000000"),
        ("($ in millions, shares in thousands)", "USD", "1000000"),
        ("(dollars in thousands, except share amounts)", "USD", "1000"),
        ("Options outstanding, in U.S. dollars; shares in thousands", "USD", None),
        ("(shares in thousands)", None, "1000"),
        ("(Dollars and shares in millions except per share amounts)", "USD", "1000000"),
        ("(HK$ in thousands)", "HKD", "1000"),
        ("In millions of Hong Kong dollars", "HKD", "1000000"),
        ("(NT$ in thousands)", "TWD", "1000"),
        ("(A$ in thousands)", "AUD", "1000"),
        ("(in S$ thousands)", "SGD", "1000"),
        ("(in R$ thousands)", None, "1000"),
        ("(in millions of Japanese yen)", "JPY", "1000000"),
        ("(In thousands of U.S. dollars, unless EUR is said)", "USD", "1000"),
        ("(RMB in thousands, US$ for convenience)", "CNY", "1000"),
        ("(in tens of thousands)", None, None),
        ("(in hundreds of millions of dollars)", "USD", None),
        ("(amounts in ten thousands)", None, None),
        ("(amounts not in thousands)", None, None),
    ],
)
def test_a_scale_of_shares_is_not_the_moneys(text, unit, scale):
    assert unit_of([text], False) == (unit, scale)


@pytest.mark.parametrize(
    ("text", "scale"),
    [
        ("(Millions)", "1000000"),
        ("(Thousands)", "1000"),
        ("Millions of dollars", "1000000"),
        ("In millions", "1000000"),
        ("(Millions, except per share amounts)", "1000000"),
        ("Year ended December 31, 2018 (Millions)", "1000000"),
        ("(Millions) Location", "1000000"),
        ("Thousands", "1000"),
        ("Employees (thousands)", None),
        ("Weighted average shares (millions)", None),
        ("Millions of customers", None),
        ("It has millions", None),
    ],
)
def test_a_line_of_the_unit_alone_says_the_scale_and_a_label_does_not(text, scale):
    assert unit_of([text], False)[1] == scale


@pytest.mark.parametrize(
    ("nearest", "scale"),
    [
        ("(in dollars; split-adjusted)", None),
        ("(Expressed in U.S. dollars)", None),
        ("(in whole dollars)", None),
        ("(in dollars per share)", "1000000"),
        ("We paid in cash", "1000000"),
    ],
)
def test_whole_dollars_said_nearer_have_no_scale_from_further_above(nearest, scale):
    assert unit_of([nearest, "(in millions)"], False)[1] == scale
