"""Formulas of options on a share whose price is a multiple of reported earnings per share: payoff,
put-call parity (Stoll 1969), and one step of a binomial tree (Cox, Ross and Rubinstein 1979).
"""

from __future__ import annotations

from qhdata.synth.reasoning.formulas import Formula

EPS = ("eps", "eps_diluted")
MULTIPLES = ("12", "15", "18", "22", "25")

OPTIONS: tuple[Formula, ...] = (
    Formula(
        key="option.payoff",
        of=EPS,
        en='A share costs {m} times "{label}" of {period}. What does a call on it with an exercise '
        "price {d}% below that price pay if the share has risen by {u}% when it expires?",
        zh="股价为{period}“{label}”的{m}倍。行权价比该股价低{d}%的看涨期权，到期时股价上涨{u}%，其收益是多少？",
        brief="Call at {m} times {label} {period}, {d}% below, up {u}%?",
        program="x * {m}; 1 - {d}%; #0 * #1; 1 + {u}%; #0 * #3; #4 - #2",
        given={"m": MULTIPLES, "d": ("5", "10", "15"), "u": ("10", "20", "25")},
        wrong=("x * {m}; #0 * {u}%", "x * {m}; #0 * {d}%"),
        decimals=2,
    ),
    Formula(
        key="option.parity",
        of=EPS,
        en='A share costs {m} times "{label}" of {period} and pays no dividend. A call on it with '
        "that price as exercise price and {n} years to run costs {c}% of the share's price. With "
        "a risk-free rate of {p}% a year, what is the put worth by put-call parity?",
        zh="股价为{period}“{label}”的{m}倍且不分红。以该股价为行权价、期限{n}年的看涨期权价格为股价的{c}%。"
        "无风险年利率{p}%，按看跌看涨平价，看跌期权值多少？",
        brief="Put at {m} times {label} {period}: call {c}%, {n} years, {p}%?",
        program="x * {m}; #0 * {c}%; 1 + {p}%; #2 ^ {n}; #0 / #3; #1 - #0; #5 + #4",
        given={"m": MULTIPLES, "c": ("15", "18", "20"), "n": ("2", "3"), "p": ("2", "3", "4")},
        wrong=("x * {m}; #0 * {c}%", "x * {m}; #0 * {c}%; 1 + {p}%; #0 / #2; #0 - #3; #1 + #4"),
        decimals=2,
    ),
    Formula(
        key="option.binomial",
        of=EPS,
        en='A share costs {m} times "{label}" of {period}. In a year it is either {u}% higher or '
        "{d}% lower. With a risk-free rate of {p}%, what is a one-year call with the share's price "
        "as exercise price worth?",
        zh="股价为{period}“{label}”的{m}倍，一年后或上涨{u}%，或下跌{d}%。无风险利率{p}%，"
        "以该股价为行权价的一年期看涨期权值多少？",
        brief="Call at {m} times {label} {period}: up {u}%, down {d}%, {p}%?",
        program="x * {m}; {p}% + {d}%; {u}% + {d}%; #1 / #2; #0 * {u}%; #3 * #4; 1 + {p}%; #5 / #6",
        given={
            "m": MULTIPLES,
            "u": ("20", "25", "30"),
            "d": ("10", "15", "20"),
            "p": ("2", "4", "5"),
        },
        wrong=("x * {m}; #0 * {u}%; #1 / 2", "x * {m}; #0 * {u}%"),
        decimals=2,
    ),
)
