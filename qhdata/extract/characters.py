"""Characters: which bytes are which letters, and which letters are not worth keeping.

Decoding tries UTF-8 strictly, then UTF-8 that a few wrong bytes damaged, then gb18030 or Big5 where
the bytes pair up into Chinese, then cp1252. The C1 range (U+0080 to U+009F) that old HTML reaches
by `&#145;` means cp1252; Wingdings letters are boxes and bullets, and mean nothing as letters.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

_C1 = {code: bytes([code]).decode("cp1252", "ignore") or " " for code in range(0x80, 0xA0)}
_INVISIBLE = dict.fromkeys(
    (0xAD, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070),
     0xFEFF), ""
)  # fmt: skip
"""Soft hyphens, joiners, directions: marks without a shape of their own."""
_TABLE = {**_C1, **_INVISIBLE, 0x2028: "\n", 0x2029: "\n", 0x2011: "-"}
_CLEANED = re.compile(
    "[\x80-\x9f\xad\u061c\u180e\u200b-\u200f\u2011\u2028-\u202e\u2060-\u206f\ufeff]"
)

_BOXES = {
    "o": "☐", "q": "☐", "¨": "☐", "r": "☐", "x": "☒", "ý": "☒", "þ": "☒", "T": "☒",
    "ü": "✓", "û": "✗", "l": "•", "n": "•", "u": "•", "§": "•", "Ø": "•", "v": "•", "w": "•",
    "·": "•",
}  # fmt: skip
_WINGDINGS = str.maketrans(_BOXES)
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_PRIVATE = re.compile("[\uf020-\uf0ff]")

_META = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.I)
_CHARSETS = {
    **dict.fromkeys((b"gb2312", b"gbk", b"gb18030", b"x-gbk"), "gb18030"),
    **dict.fromkeys((b"big5", b"big5-hkscs", b"x-x-big5"), "big5hkscs"),
}
_COMMON = "的一是在不了有和人年公司股本期日月為为於于與与及其中會会資资產产業业務务報报告元"
"""Commonest characters of reports, simplified and traditional."""
_KNOWN = {*_COMMON, *map(chr, range(32, 127)), "\n"}
_RULED = re.compile(rb"([\x80-\xff])\1{7}")
"""Lines drawn in letters of another code page, as DOS had them."""
_HIGH = re.compile(rb"[\x80-\xff]+")
_READ = re.compile("[^\x00-\x7f\ufffd]")
"""Letters beyond ASCII that bytes gave."""
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def decode(data: bytes) -> tuple[str, str]:
    """(text, encoding). Never fails: cp1252 takes what nothing else does.

    A declared charset is a hint between encodings that the bytes allow; `gb2312` means gb18030.
    """
    for mark, name in (
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe\x00\x00", "utf-32"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(name, "replace").lstrip("\ufeff").replace("\ufffd", " "), name
    wide = utf16_without_mark(data)
    if wide:
        return data.decode(wide, "replace").replace("\ufffd", " "), wide
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        if error.start > len(data) - 4 and error.reason == "unexpected end of data":
            return data[: error.start].decode("utf-8"), "utf-8"
    damaged = data.decode("utf-8", "replace")
    wrong = damaged.count("\ufffd")
    if len(_READ.findall(damaged)) > 4 * wrong:  # one flipped bit must not turn all letters over
        return damaged.replace("\ufffd", " "), "utf-8"
    chinese = _chinese(data)
    if chinese:
        return data.decode(chinese, "replace"), chinese
    return data.decode("cp1252", "replace").replace("\ufffd", " "), "cp1252"


def utf16_without_mark(data: bytes) -> str | None:
    """`utf-16-le` or `utf-16-be` where every other byte of much text is NUL, or None.

    >>> utf16_without_mark("<p>年报</p>".encode("utf-16-le")), utf16_without_mark(b"<p>")
    ('utf-16-le', None)
    """
    head = data[: 1 << 16]
    if head.count(0) * 20 < len(head) or not head:
        return None
    known = {}
    for name in ("utf-16-le", "utf-16-be"):
        text = head.decode(name, "replace")
        known[name] = sum(map(text.count, {*text} & _KNOWN))
    best = max(known, key=lambda name: known[name])
    return best if known[best] * 10 > len(head) else None


def _chinese(data: bytes) -> str | None:
    """`gb18030` or `big5hkscs` where the commonest characters of Chinese come out of the bytes.

    Western letters make pairs too, but rare characters of them.
    """
    declared = _META.search(data[:4096])
    named = declared[1].lower() if declared else b""
    sample = data[: 1 << 18]
    runs = _HIGH.findall(sample)
    high = sum(map(len, runs))
    if not high or _RULED.search(sample):
        return None
    share = {}
    for name in ("gb18030", "big5hkscs"):
        text = sample.decode(name, "replace")
        wide = max(1, sum(c > "\x7f" for c in text))
        common = sum(map(text.count, _COMMON)) - 5 * text.count("\ufffd")
        share[name] = common / wide + 0.001 * (_CHARSETS.get(named) == name)
    best = max(share, key=lambda name: share[name])
    if share[best] > 0.05:
        return best
    paired = sum(len(r) for r in runs if len(r) >= 4)
    name = _CHARSETS.get(named, "gb18030")  # a few words, none of them common
    sure = named in _CHARSETS or (high >= 40 and paired > 0.8 * high)
    return name if sure and "\ufffd" not in sample.decode(name, "replace") else None


_LATIN = string.ascii_letters.encode()
_CONTROLS = bytes(n for n in range(32) if n not in b"\t\n\r")
_IS_LATIN, _IS_HAN, _IS_ODD, _IS_CONTROL = 1, 2, 4, 8
HEAD = 200_000
"""Characters of a text whose letters tell its language."""


def clean(text: str) -> str:
    """C1 letters to what cp1252 meant, invisible marks out; ASCII comes back as it is."""
    if text.isascii() or not _CLEANED.search(text):
        return text
    return cleaned(text)


def cleaned(text: str) -> str:
    """The same where it is known that there are some."""
    return text.translate(_TABLE)


def from_wingdings(text: str) -> str:
    """Letters set in Wingdings to the boxes and bullets that they show."""
    text = _PRIVATE.sub(lambda m: chr(ord(m[0]) - 0xF000), text)
    return text.translate(_WINGDINGS)


def private_use(text: str) -> str:
    """Symbol-font code points (U+F020 to U+F0FF) to what they show, wherever they stand."""
    if not _PRIVATE.search(text):
        return text
    return _PRIVATE.sub(lambda m: _BOXES.get(chr(ord(m[0]) - 0xF000), "•"), text)


def superscript(text: str) -> str:
    """Raised digits as superscript digits, so that `1,234` and its note mark stay two things.

    >>> superscript("1")
    '¹'
    """
    return text.translate(_SUPERSCRIPT)


def lower(el: Any, before: str) -> int:
    """Set digits of a `<sub>` behind a digit as subscripts, since a note's mark is no digit of its
    number; how many they are.
    """
    if not before.isdecimal():
        return 0
    count = len(el.text.strip())
    el.text = el.text.translate(_SUBSCRIPT)
    return count


def without_controls(text: str) -> str:
    """NUL and other control characters to spaces; tabs and line ends stay."""
    return _NOT_TEXT.sub(" ", text)


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at a text told."""

    odd: bool
    """Whether `cleaned` has anything to do."""
    controls: bool
    """Whether `without_controls` has."""
    lang: str
    """As `script` says it."""


def look(text: str) -> Look:
    """All of it at once: apart they took four times as long."""
    if text.isascii():
        data = text.encode()
        latin = len(data) - len(data[:HEAD].translate(None, _LATIN)) - len(data[HEAD:])
        return Look(False, len(data.translate(None, _CONTROLS)) < len(data), _lang(0, latin))
    points = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype=np.uint16)
    marks = _marks().take(points)
    some = int(np.bitwise_or.reduce(marks))
    head = marks[:HEAD]
    han = int(np.count_nonzero(head == _IS_HAN)) if some & _IS_HAN else 0
    latin = int(np.count_nonzero(head == _IS_LATIN))
    return Look(bool(some & _IS_ODD), bool(some & _IS_CONTROL), _lang(han, latin))


@lru_cache(maxsize=1)
def _marks() -> NDArray[np.uint8]:
    """What `look` asks of each character of the basic plane."""
    marks = np.zeros(1 << 16, dtype=np.uint8)
    every = "".join(map(chr, range(1 << 16)))
    for mark, pattern in ((_IS_ODD, _CLEANED), (_IS_CONTROL, _NOT_TEXT)):
        marks[[m.start() for m in pattern.finditer(every)]] = mark
    marks[list(_LATIN)] = _IS_LATIN
    marks[0x4E00:0xA000] = _IS_HAN
    return marks


def script(text: str) -> str:
    """`zh`, `en` or `und`, by the letters of the first 200,000 characters."""
    return look(text[:HEAD]).lang


def _lang(han: int, latin: int) -> str:
    if han * 3 > latin and han > 20:
        return "zh"
    return "en" if latin > 20 else "und"
