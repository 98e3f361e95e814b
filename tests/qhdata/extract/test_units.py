"""The scale that a caption says of money, not of the shares beside it."""

from __future__ import annotations

import re
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.extract import units
from qhdata.extract.units import currency_in, names_scale, said_by, scale_said

PIECES = ["in ", "thousand", "million", "billion", "000", "$", "(", ")", " ", "s of ", "dollars",
    "HK$", "NT", "C$", "Cdn", "euros", "EUR", "yen", "GBP", "pounds sterling", "€", "£", "RMB",
    "renminbi", "人民币", "美元", "CNY", "usd", "cad", "hkd", "TWD", "sgd", "aud",
    "jpy"]  # fmt: skip
ODD = {"i": "iIıİ", "k": "kKK", "s": "sSſ"}
"""Letters that are one another to a pattern that ignores case, but not to `lower`."""


@pytest.mark.parametrize(
    ("text", "unit", "scale"),
    [
        ("12 Months Ended - USD ($) shares in Thousands, $ in Millions", "USD", "1000000"),
        ("USD ($) shares in Millions, $ in Billions", "USD", "1000000000"),
        ("(shares in thousands, amounts in millions)", None, "1000000"),
        ("($ in millions, shares in thousands)", "USD", "1000000"),
        ("(dollars in thousands, except share amounts)", "USD", "1000"),
        ("Options outstanding, in U.S. dollars; shares in thousands", "USD", None),
        ("(shares in thousands)", None, None),
        ("(in thousands of barrels)", None, None),
        ("(in $000 except share data )", "USD", "1000"),
        ("sold for $000,000 in $ 000,500 lots", "USD", None),
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
    said = said_by([text])
    assert (said.unit, said.scale) == (unit, scale)


@pytest.mark.parametrize(
    ("text", "counted", "shares"),
    [
        ("(shares in thousands)", "1000", True),
        ("(Options in thousands)", "1000", True),
        ("Number of shares (in millions)", "1000000", True),
        ("(in thousands of barrels)", "1000", False),
        ("(units in thousands)", "1000", False),
        ("These were held, exercised or granted in the year as options (in millions)", None, False),
        ("($ in millions, shares in thousands)", None, False),
    ],
)  # fmt: skip
def test_a_scale_of_what_is_counted_is_told_apart(text, counted, shares):
    said = said_by([text])
    assert (said.counted, said.shares) == (counted, shares)


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
    assert scale_said(text) == scale


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
    assert said_by([nearest, "(in millions)"]).scale == scale


@pytest.mark.parametrize(
    "text",
    ["(in thousands of millions)", "(in thousand millions)", "(in half millions)", "($000,000s)",
     "(000,000s)", "We live in a million homes.", "put into use in our million dollar plant",
     "in accidents per million hours"],
)  # fmt: skip
def test_a_scale_of_scales_or_of_one_thing_is_none(text: str) -> None:
    assert scale_said(text) is None


@given(st.lists(st.sampled_from(PIECES), max_size=5), st.randoms(use_true_random=False))
def test_the_quick_tests_say_what_the_patterns_say(pieces: list[str], random: Random) -> None:
    text = "".join(random.choice(ODD.get(c.lower(), c)) for c in "".join(pieces))
    found = [m.start() for pattern, _ in units._CURRENCIES if (m := pattern.search(text))]
    assert (currency_in(text) is None) == (not found)
    assert names_scale(text) == bool(re.search("thousand|million|billion|000", text, re.I))
    said = said_by([text])
    assert names_scale(text) or (said.scale is None and said.counted is None)


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("Canadian dollar", "CAD"), ("Hong Kong dollar", "HKD"), ("Taiwan dollar", "TWD"),
        ("Singapore dollar", "SGD"), ("Australian dollar", "AUD"), ("U.S. dollar", "USD"),
    ],
)  # fmt: skip
def test_a_dollar_is_that_of_its_country(text: str, currency: str) -> None:
    assert currency_in(text) == currency
