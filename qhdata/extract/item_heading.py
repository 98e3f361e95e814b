"""A line that begins with an item's number: which of a form's items it names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from qhdata.extract.items import Item

_NUMBERS = """ONE TWO THREE FOUR FIVE SIX SEVEN EIGHT NINE TEN ELEVEN TWELVE THIRTEEN
FOURTEEN FIFTEEN SIXTEEN SEVENTEEN EIGHTEEN NINETEEN"""
_ROMANS = "I II III IV V VI VII VIII IX - XI XII XIII XIV XV XVI XVII XVIII XIX"
"""But for "Item X", which some filers call what has no number: "Information About Officers"."""
_WORDS = {word: str(n) for words in (_NUMBERS, _ROMANS) for n, word in enumerate(words.split(), 1)}
_ITEM = re.compile(
    r"^[\W_]{0,4}(?:PART\s+(?P<part>[IV]{1,3}|ONE|TWO|THREE|FOUR)\b\s*[,.:;–—\-]*\s*"
    r"(?:(?:FINANCIAL|OTHER)\s+INFORMATION\s*[,.:;–—\-]*\s*)?)?"
    r"[I1l|]\s?T\s?E\s?M(?:S|\sS(?=\s))?\s*(?:NO\.?\s*)?[\s:#(-]{0,3}"
    r"(?P<number>\d{1,2}(?!\d)(?:\.\d{2}|\s?[.:-]\s?0\d(?![\d/]))?"
    rf"|(?:{'|'.join(sorted(_NUMBERS.split(), key=len, reverse=True))})\b"
    rf"|(?-i:{'|'.join(sorted(_ROMANS.replace(' -', '').split(), key=len, reverse=True))})"
    r"(?=\s*[.:)–—-]|\s+(?-i:[A-Z][A-Za-z])|\s*$))"
    r"(?P<letter>\s?[.(]?[A-K]\)?(?![A-Za-z’']))?(?:\s?\(T\))?"
    r"(?P<more>(?:\s*[.:]?\s*(?:,|and|&|through|thru|to|/|[-–])\s*(?:ITEM\s*)?\d{1,2}(?:\.\d{2})?[A-C]?(?!\d|%|,\d))*)"
    r"(?P<rest>.*)",
    re.I | re.S,
)
_MORE = re.compile(r"(\D*)(\d{1,2}(?:\.\d{2})?[A-C]?)", re.I)
_RANGE = re.compile(r"through|thru|\bto\b|[-–]", re.I)
"""Between the first and the last of several items: "Items 10 through 14"."""
_PLURAL = re.compile(r"^.{0,12}\bI\s?T\s?E\s?M\s?S", re.I)
_PART = re.compile(
    r"^[\W_]{0,4}PART\s+(I{1,3}|IV|1|2|3|4|(?:ONE|TWO|THREE|FOUR)(?=\W*$|\W+(?-i:[A-Z])))\b"
    r"[\s.:,–—-]*(.*)$",
    re.I | re.S,
)
_OTHER = re.compile(r"(?:\band|&|[,;/|–—-])\s*\(?Item\s+(\d{1,2}(?:\.\d{2})?[A-C]?)\b", re.I)
_CONTINUED = re.compile(r"\(?\s*cont(?:inued|’d|'d|\.)\s*\)?\s*$", re.I)
_TITLE_ENDS = re.compile(r"[.:;—–]\s|\s[-–—]+\s")
_SENTENCE = re.compile(
    r"(?:[\s(),;&/]+(?:[A-Z][\w’'-]*|and|of|or|the|to|by|in|for|on|with|about|upon|from|a|an))*?"
    r"(?<!\band)(?<!\bof)(?<!\bor)(?<!\bthe)(?<!\bto)(?<!\bby)(?<!\bin)(?<!\bfor)(?<!\bon)"
    r"(?<!\bwith)[\s*)]+"
    r"(?:The|We|Our|In|On|As|There|This|None|Not|No|For|At|During|See|Refer|Information|From|Except"
    r"|Certain|Pursuant|Since|Under|It|All|Any|An?|Reference|Please|To|Neither|Each|Both|Some|If"
    r"|While|With|By)\s+(?:[A-Z][\w’'.-]*\s+){0,3}"
    r"(?:\d|(?!(?:and|of|or|the|to|by|in|for|on|with)\b)[a-z])"
)
"""The rest of a title, and a sentence that begins behind it without a stop between."""
ROMAN = {
    name: n
    for n, names in enumerate(("I 1 ONE", "II 2 TWO", "III 3 THREE", "IV 4 FOUR"), 1)
    for name in names.split()
}


@dataclass(slots=True)
class Candidate:
    """A place where an item may begin."""

    block: int
    item: Item
    order: int
    weight: float
    title: str
    failed: list[str] = field(default_factory=list)
    with_: int = -1
    """Order of the item that shares this heading, such as 2 of "Items 1 and 2"."""


def read_heading(text: str) -> tuple[str, list[str], str] | None:
    """(part, numbers, title) of a heading that begins with an item's number, or None.

    >>> read_heading("Items 1 and 2. Business and Properties")
    ('', ['1', '2'], 'Business and Properties')
    >>> read_heading("Items 10 through 14. Incorporated by reference")[1]
    ['10', '11', '12', '13', '14']
    """
    found = _ITEM.match(text[:400])
    if not found:
        return None
    number = re.sub(r"\s?[.:-]\s?", ".", found["number"].upper())  # "Item 5. 02"
    letter = (found["letter"] or "").strip(" .()").upper()
    if "." in number:
        letter = ""  # "Item 5.02(e)": a paragraph of the item, not another item
    rest = found["rest"]
    if letter and found["letter"].startswith(" ") and not re.match(r"\s*[.:–—)-]", rest):
        rest, letter = found["letter"].lstrip() + rest, ""
    numbers = [_WORDS.get(number, number) + letter]
    for between, more in _MORE.findall(found["more"] or ""):
        wide = _RANGE.search(between) and (between.strip() not in "-–" or _PLURAL.match(text))
        if wide and numbers[-1].isdigit() and more.isdigit():
            numbers += [str(n) for n in range(int(numbers[-1]) + 1, min(int(more), 17))]
        numbers.append(more.upper())
    title = re.sub(r"^[\W_]+", "", rest.split("\n")[0] if len(rest) > 300 else rest)
    return (found["part"] or "").upper(), numbers, " ".join(title.split())


def others_of(title: str, numbers: Sequence[str], items: Sequence[Item]) -> list[str]:
    """Numbers of further items that a heading names, each before a title of its own.

    >>> from qhdata.extract.items import FORM_8K
    >>> others_of("Regulation FD Disclosure and Item 12. Results of Operations", ["9"], FORM_8K)
    ['12']
    """
    return [
        found[1].upper()
        for found in _OTHER.finditer(title)
        if found[1].upper() not in numbers
        and any(
            item.number == found[1].upper()
            and re.match(rf"[\W_]*(?:{item.title})", title[found.end() :], re.I)
            for item in items
        )
    ]


def runs_in(numbers: Sequence[str], title: str, items: Sequence[Item]) -> bool:
    """Whether a paragraph begins with its item's title, and its text with a stop or without.

    >>> from qhdata.extract.items import FORM_10Q
    >>> runs_in(["1"], "Legal Proceedings The Company is a party to a suit", FORM_10Q)
    True
    >>> runs_in(["1"], "Risk Factors The Company is a party to a suit", FORM_10Q)
    False
    """
    head = _TITLE_ENDS.split(title[:200], maxsplit=1)[0]
    for item in items:
        if item.number not in numbers:
            continue
        if len(head) < 160 and re.search(item.title, head, re.I):
            return True
        begins = re.match(item.title, title, re.I)
        if begins and _SENTENCE.match(title, begins.end(), begins.end() + 200):
            return True
    return False


def names_item(text: str) -> bool:
    """Whether a block's first words say "item", letters apart or not; or "ltem", as scanned."""
    head = text[:40].upper()
    return "TEM" in head or ("T E" in head and "TEM" in head.replace(" ", ""))


def part_of(text: str) -> int | None:
    """The part that a line like `PART II. OTHER INFORMATION` opens, or None."""
    found = _PART.match(text[:200])
    return ROMAN[found[1].upper()] if found else None


def is_continued(text: str) -> bool:
    """Whether a heading only says that its item goes on."""
    return _CONTINUED.search(text) is not None


def candidates_of(
    n: int, numbers: list[str], title: str, part: int, weight: float, items: Sequence[Item]
) -> Iterator[Candidate]:
    """A candidate for each number that a heading names; a title tells two of one number apart."""
    first = -1
    for number in numbers:
        fitting = [(i, item) for i, item in enumerate(items) if item.number == number]
        if not fitting:
            continue
        said = [re.search(item.title, title, re.I) for _, item in fitting]
        places = [(m.start(), n) for n, m in enumerate(said) if m is not None]
        titled = [fitting[n] for _, n in sorted(places)]  # the title that is said first
        in_part = [(i, item) for i, item in fitting if item.key.startswith(f"part{part}.")]
        for i, item in titled[:1] or in_part or fitting[:1]:
            failed = [] if titled or not title else ["title"]
            bonus = 3.0 if titled else 0.0
            yield Candidate(n, item, i, weight + bonus, title, failed, first)
            first = i if first < 0 else first
