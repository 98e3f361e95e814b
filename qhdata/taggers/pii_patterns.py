"""What personal data looks like: patterns, check digits, and the words that have to stand before.

Filings are full of digits, so each kind has to prove itself: by check digit (identity numbers of
China, cards, IBANs), by form (an SSN's dashes), or by a word before it ("account no.", 电话). What
stands inside a URL is no hit, and neither is the telephone that a cover page prints for the
registrant: it is the company's.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

Hit = tuple[int, int, str]
"""start, end, kind."""

KINDS = ("email", "phone", "us_ssn", "cn_id", "card", "iban", "account")

_URL = re.compile(
    r"(?:\b(?:https?|ftp)://|(?<![A-Za-z0-9_])www\.)[^\s<>\"'|)“”\u3000-\u9fff\uff00-\uff65]+", re.I
)
"""An address ends where Chinese begins: no space parts it from the telephone behind it."""
CUE = 48
"""Characters before a number in which a word that names it has to stand."""
_TEL = re.compile(
    r"\b(?:tel(?:ephone)?|phone|mobile|cell|fax|call(?:ed|ing)?|text(?:ed)?|reach(?:ed)?|dial(?:ed)?"
    r"|contact(?:ed)?|hotline)\b|(?:电话|手机)(?!费|[^\n\d]{0,6}(?:业务|收入|销售|销量|产品|出货|成本|制造))"
    r"|联系方式|传真|致电|拨打|热线|联系",
    re.I,
)
_COUNTED = re.compile(
    r"\s?(?:[万亿]?元|[万亿]?股(?![票东份权本])|[万亿]|台(?![州湾北中南东])|吨|(?:shares|units|dollars)\b)",
    re.I,
)
"""What stands behind a sum or a count: it is nobody's number."""
HYPHEN = "\\-\u2010-\u2015"
"""A hyphen, as typesetters have it too: one that does not break, and the dash of spans."""
_CARD = re.compile(
    r"\b(?:card|visa|master\s?card|amex|american express)\b|卡号|银行卡|信用卡", re.I
)
_SSN = re.compile(r"\bSSN\b|social\s+security|tax(?:payer)?\s+id", re.I)
_COMPANYS = re.compile(
    r"(?:registrant|issuer|company|filer)['’]?s?\W{0,12}(?:s\W{0,3})?telephone\s+(?:no|number)"
    r"|telephone\s+number,?\s+including\s+area\s+code|(?:公司|董事会|证券)[^\n]{0,12}(?:电话|传真)",
    re.I,
)
_HYPHENED = re.compile(f"[{HYPHEN}]")
_DOTTED = re.compile(r"(?:1\.)?\d{3}\.\d{3}\.\d{4}")
"""A telephone between stops: no numeral has four digits behind the second of two."""
_COLUMNS = re.compile(r"[(（]\d+[)）] ?\d+ \d")
"""A loss and two figures beside it look so in tables that are typed: (415) 555 2671."""
NEAR = 160
"""Characters on either side in which a cover page says whose telephone it is."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One kind: where it may stand, and whether what stands there is one."""

    kind: str
    shape: re.Pattern[str]
    holds: Callable[[re.Match[str], str], bool]
    needs: re.Pattern[str]
    """What a text has to have anywhere for the shape to be looked for at all."""


def find(text: str, kinds: frozenset[str], *, companys: bool = False) -> list[Hit]:
    """Hits in order, none overlapping; the earlier kind in PATTERNS wins. companys: also the
    telephone of the filer itself.
    """
    urls = [m.span() for m in _URL.finditer(text)] if "/" in text or "www." in text else []
    found: list[Hit] = []
    for pattern in PATTERNS:
        if pattern.kind not in kinds or not pattern.needs.search(text):
            continue
        for match in pattern.shape.finditer(text):
            start, end = match.span("value")
            if any(a <= start < b for a, b in _around(urls, start)):
                continue
            if not pattern.holds(match, text):
                continue
            if pattern.kind == "phone" and not companys and _of_company(text, start, end):
                continue
            found.append((start, end, pattern.kind))
    return list(_apart(found))


def _around(urls: list[tuple[int, int]], at: int) -> Iterator[tuple[int, int]]:
    place = bisect_right(urls, (at, 1 << 62)) - 1
    if place >= 0:
        yield urls[place]


def _apart(hits: list[Hit]) -> Iterator[Hit]:
    """In order, without those that overlap one of an earlier kind or one before it."""
    rank = {pattern.kind: n for n, pattern in enumerate(PATTERNS)}
    taken: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (rank[h[2]], h[0])):
        at = bisect_right(taken, hit)  # only its neighbours can overlap it
        before = at == 0 or taken[at - 1][1] <= hit[0]
        if before and (at == len(taken) or hit[1] <= taken[at][0]):
            taken.insert(at, hit)
    yield from taken


def _of_company(text: str, start: int, end: int) -> bool:
    return _COMPANYS.search(text, max(0, start - NEAR), min(len(text), end + NEAR)) is not None


# ------------------------------------------------------------------- proofs


def cued(text: str, start: int, words: re.Pattern[str]) -> bool:
    """Whether one of the words stands shortly before."""
    return words.search(text, max(0, start - CUE), start) is not None


def in_table(text: str, at: int) -> bool:
    """Whether the place stands in a row of a Markdown table."""
    return text.startswith("|", text.rfind("\n", 0, at) + 1)


def luhn(digits: str) -> bool:
    """The check digit of cards (ISO/IEC 7812).

    >>> luhn("4111111111111111"), luhn("4111111111111112")
    (True, False)
    """
    total = 0
    for n, char in enumerate(reversed(digits)):
        value = int(char) * (1 + n % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def cn_id(text: str) -> bool:
    """An identity number of China, 18 characters: region, day of birth, check digit (GB 11643).

    >>> cn_id("11010519491231002X"), cn_id("110105194912310021"), cn_id("110105194913310021")
    (True, False, False)
    """
    if not re.fullmatch(r"[1-9]\d{16}[\dXx]", text):
        return False
    try:
        born = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(text, weights, strict=False))
    return 1900 <= born.year <= 2100 and "10X98765432"[total % 11] == text[17].upper()


def iban(text: str) -> bool:
    """ISO 13616: the rest of 97 is 1.

    >>> iban("DE89 3704 0044 0532 0130 00"), iban("DE88370400440532013000")
    (True, False)
    """
    plain = re.sub(r"\s", "", text).upper()
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", plain):
        return False
    turned = plain[4:] + plain[:4]
    return int("".join(str(int(char, 36)) for char in turned)) % 97 == 1


def ssn(text: str) -> bool:
    """Areas 000, 666 and from 900 on, group 00 and serial 0000 are never given."""
    area, group, serial = text[:3], text[-6:-4], text[-4:]
    return area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"


def _is_ssn(match: re.Match[str], text: str) -> bool:
    value = match["value"]
    digits = re.sub(r"\D", "", value)
    hyphened = _HYPHENED.search(value) is not None
    return ssn(digits) and (hyphened or cued(text, match.start("value"), _SSN))


def _is_phone(match: re.Match[str], text: str) -> bool:
    value, start = match["value"], match.start("value")
    digits = re.sub(r"\D", "", value)
    if len(set(digits)) == 1:
        return False
    cue = cued(text, start, _TEL)
    marked = value.startswith(("+", "(", "（")) and not _COLUMNS.match(value)
    if marked or cue or _DOTTED.fullmatch(value):
        return True
    # Without a word before it a row of numbers is a row of numbers.
    return _HYPHENED.search(value) is not None and not in_table(text, start)


def _is_mobile(match: re.Match[str], text: str) -> bool:
    value, start = match["value"], match.start("value")
    if _COUNTED.match(text, match.end("value")):
        return False
    return cued(text, start, _TEL) or "-" in value or (not in_table(text, start) and "+" in value)


def _is_card(match: re.Match[str], text: str) -> bool:
    value, start = match["value"], match.start("value")
    digits = re.sub(r"\D", "", value)
    if not 13 <= len(digits) <= 19 or not luhn(digits) or len(set(digits)) < 2:
        return False
    grouped = re.fullmatch(
        r"\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}(?:\1\d{1,3})?|\d{4}([ -])\d{6}\2\d{5}", value
    )
    return cued(text, start, _CARD) or (grouped is not None and not in_table(text, start))


def _uncounted(match: re.Match[str], text: str) -> bool:
    return _COUNTED.match(text, match.end("value")) is None


def _always(match: re.Match[str], text: str) -> bool:
    return True


PATTERNS = (
    Pattern(
        "email",
        re.compile(
            r"(?<![A-Za-z0-9_.+-])(?P<value>[A-Za-z0-9_][A-Za-z0-9._%+-]{0,63}@"
            r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.){1,5}[A-Za-z]{2,24})(?![A-Za-z0-9_@-])"
        ),
        _always,
        re.compile("@"),
    ),
    Pattern(
        "cn_id",
        re.compile(r"(?<![\dA-Za-z.,])(?P<value>[1-9]\d{16}[\dXx])(?![\dA-Za-z]|[.,]\d)"),
        lambda match, text: cn_id(match["value"]),
        re.compile(r"\d{17}"),
    ),
    Pattern(
        "us_ssn",
        re.compile(
            rf"(?<![\d.,${HYPHEN}])(?P<value>\d{{3}}[{HYPHEN}]\d{{2}}[{HYPHEN}]\d{{4}}"
            rf"|\d{{3}} \d{{2}} \d{{4}}|\d{{9}})(?![\d{HYPHEN}]|[.,]\d)"
        ),
        _is_ssn,
        re.compile(rf"\d{{3}}[ {HYPHEN}]\d{{2}}[ {HYPHEN}]\d{{4}}|SSN|[Ss]ocial [Ss]ecurity"),
    ),
    Pattern(
        "iban",
        re.compile(
            r"(?<![A-Za-z0-9])(?P<value>[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?)"
            r"(?![A-Za-z0-9])"
        ),
        lambda match, text: iban(match["value"]),
        re.compile(r"[A-Z]{2}\d{2} ?[A-Z0-9]{4}"),
    ),
    Pattern(
        "card",
        re.compile(
            r"(?<![\d.,$-])(?P<value>(?:4|5[1-5]|2[2-7]|3[47]|6[025])\d{1,3}(?:[ -]?\d){9,17})"
            r"(?![\d-]|[.,]\d)"
        ),
        _is_card,
        re.compile(r"\d{4}[ -]?\d{4}[ -]?\d{4}|\d{4}[ -]\d{6}"),
    ),
    Pattern(
        "phone",
        re.compile(
            rf"(?<![\d.,$/%{HYPHEN}])(?P<value>(?:\+?1[ .{HYPHEN}]?)?"
            rf"(?:\([2-9]\d{{2}}\) ?|[2-9]\d{{2}}[ .{HYPHEN}])"
            rf"[2-9]\d{{2}}[ .{HYPHEN}]\d{{4}})(?![\d%{HYPHEN}]|[.,]\d)"
        ),
        _is_phone,
        re.compile(rf"\d{{3}}[ .{HYPHEN}]\d{{4}}"),
    ),
    Pattern(
        "phone",
        re.compile(
            r"\b(?:tel(?:ephone)?|phone|mobile|cell|fax)(?:\s(?:no\.?|number))?\.?[:#]\s{0,3}"
            r"(?P<value>(?:\+?1)?[2-9]\d{2}[2-9]\d{6})(?![\d%-]|[.,]\d)",
            re.I,
        ),
        _uncounted,
        re.compile(r"[:#] {0,3}\+?\d{10}"),
    ),
    Pattern(
        "phone",
        re.compile(
            r"(?<![\d.,$/-])(?P<value>(?:(?:\+|00)?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2})"
            r"(?![\d%-]|[.,]\d)"
        ),
        _is_mobile,
        re.compile(r"1[3-9]\d[ -]?\d{4}"),
    ),
    Pattern(
        "phone",
        re.compile(
            rf"(?<![\d.,$/{HYPHEN}])(?P<value>"
            rf"(?:(?:(?:\+|00)?86[ -]?)?(?:[(（]0\d{{2,3}}[)）]|0\d{{2,3}}[ {HYPHEN}－])"
            r"|[(（](?:\+|00)?86[ -]?0?[1-9]\d{1,2}[)）]"
            r"|[(（](?:\+|00)?86[)）][ -]?0?[1-9]\d{1,2}[ -]?"
            r"|(?:\+|00)?86[ -]?(?:[(（]0?[1-9]\d{1,2}[)）]|0?[1-9]\d{1,2}[ -]))"
            r" ?\d{3,4}[ -]?\d{4}(?:[-—－转]\d{1,6})?)(?![\d%-]|[.,]\d)"
        ),
        _is_phone,
        re.compile(
            rf"(?:0\d{{2,3}}|86[ -]?[(（]?0?[1-9]\d{{1,2}})[)） {HYPHEN}－]+ ?\d{{3}}|86[)）]"
        ),
    ),
    Pattern(
        "account",
        re.compile(
            r"(?:\b(?:account|acct\.?|a/c)\s{0,8}(?:number|no\.?|num\.?|#)\s{0,8}(?:is|was|[:：=–-])?\s{0,8}"
            r"|\b(?:bank|checking|savings|deposit|brokerage)\s+account\s{0,8}[:：]?\s{0,8}(?=\d{8})"
            r"|[账帐](?:户号码|户|号)(?:号码)?\s{0,8}(?:(?:为|是|[:：|])\s{0,8}|(?=\d{8})))"
            r"(?P<value>\d(?:[ -]?\d){5,29})(?![\d-]|[.,]\d)",
            re.I,
        ),
        _uncounted,
        re.compile(r"acc|a/c|[账帐]", re.I),
    ),
)
