"""Names that nobody has: filers, people, streets and towns out of syllables.

Syllables are chosen so that the results are pronounceable and short (they are printed, and
tokenised, very often).
"""

from __future__ import annotations

from random import Random

_ONSETS = (
    "b",
    "br",
    "c",
    "d",
    "dr",
    "f",
    "g",
    "gl",
    "h",
    "j",
    "k",
    "kr",
    "l",
    "m",
    "n",
    "p",
    "pr",
    "qu",
    "r",
    "s",
    "st",
    "t",
    "tr",
    "v",
    "w",
    "y",
    "z",
)
_VOWELS = ("a", "e", "i", "o", "u", "ai", "ea", "ia", "or", "en", "al", "ar", "el")
_CODAS = ("", "", "", "n", "r", "x", "l", "s", "m", "th", "nd", "rk", "vik", "lo", "ra")
_FORMS = ("Inc.", "Inc.", "Corporation", "Company", "Holdings, Inc.", "Group, Inc.", "Ltd.")
_GIVEN = (
    "Ada",
    "Bela",
    "Cora",
    "Dario",
    "Edda",
    "Fenn",
    "Greta",
    "Hollis",
    "Ines",
    "Joren",
    "Kaia",
    "Lorne",
    "Mira",
    "Nils",
    "Oda",
    "Pavel",
    "Rhea",
    "Soren",
    "Tilda",
    "Viggo",
)
_STREETS = (
    "Mill Road",
    "Harbor Street",
    "Quarry Lane",
    "Station Avenue",
    "Orchard Way",
    "Canal Drive",
)
_STATES = (
    ("DE", "Delaware"),
    ("NV", "Nevada"),
    ("MD", "Maryland"),
    ("OH", "Ohio"),
    ("MN", "Minnesota"),
)

_HAN_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫"
_HAN_GIVEN = "文嘉宏雅志远思明晓静国强丽华建军"
_HAN_FIRM = "泽瀚澜岚昊棠穗柘翎沅珩霁"


def word(rng: Random, syllables: int) -> str:
    """A capitalised word of so many syllables."""
    parts = [rng.choice(_ONSETS) + rng.choice(_VOWELS) for _ in range(syllables)]
    return ("".join(parts) + rng.choice(_CODAS)).capitalize()


def filer_name(rng: Random, taken: set[str]) -> tuple[str, str, str]:
    """(short name, full name, ticker), none of them in `taken`, which is extended."""
    while True:
        short = word(rng, rng.choice((2, 2, 3)))
        letters = [c for c in short.upper() if c.isalpha()]
        ticker = letters[0] + "".join(c for c in letters[1:] if c not in "AEIOU")[:3]
        if 5 <= len(short) <= 10 and len(ticker) >= 3 and not {short, ticker} & taken:
            taken |= {short, ticker}
            return short, f"{short} {rng.choice(_FORMS)}", ticker


def person(rng: Random) -> str:
    """A given name and an invented surname."""
    return f"{rng.choice(_GIVEN)} {word(rng, 2)}"


def town(rng: Random) -> str:
    """An invented town."""
    return word(rng, 1) + rng.choice(("ford", "ton", "field", "burgh", " Falls", "mouth"))


def street(rng: Random) -> str:
    """A street with a number."""
    return f"{rng.randint(10, 9900)} {rng.choice(_STREETS)}"


def state(rng: Random) -> tuple[str, str]:
    """(postal code, name) of a state of incorporation."""
    return rng.choice(_STATES)


def chinese_person(rng: Random) -> str:
    """A Chinese name of three characters."""
    return rng.choice(_HAN_SURNAMES) + "".join(rng.sample(_HAN_GIVEN, 2))


def chinese_firm(rng: Random, trade: str) -> str:
    """A joint-stock company's full name."""
    return "".join(rng.sample(_HAN_FIRM, 2)) + trade + "股份有限公司"
