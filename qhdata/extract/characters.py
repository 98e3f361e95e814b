"""Characters: which bytes are which letters, and which letters are not worth keeping.

Decoding tries UTF-8 strictly, then UTF-8 that a few wrong bytes damaged, then gb18030 where the
bytes pair up into Chinese, then cp1252. The C1 range (U+0080 to U+009F) that old HTML reaches by
`&#145;` means cp1252; Wingdings letters are boxes and bullets, and mean nothing as letters.
"""

from __future__ import annotations

import re

_C1 = {code: bytes([code]).decode("cp1252", "ignore") or " " for code in range(0x80, 0xA0)}
_INVISIBLE = dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x200E, 0x200F), "")
_TABLE = {**_C1, **_INVISIBLE, 0x2028: "\n", 0x2029: "\n", 0x2011: "-"}
_CLEANED = re.compile("[\x80-\x9f\xad\u200b-\u200f\u2011\u2028\u2029\u2060\ufeff]")

_BOXES = {
    "o": "☐", "q": "☐", "¨": "☐", "r": "☐", "x": "☒", "ý": "☒", "þ": "☒", "T": "☒",
    "ü": "✓", "û": "✗", "l": "•", "n": "•", "u": "•", "§": "•", "Ø": "•", "v": "•", "w": "•",
    "·": "•",
}  # fmt: skip
_WINGDINGS = str.maketrans(_BOXES)
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_PRIVATE = re.compile("[\uf020-\uf0ff]")

_META = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.I)
_HIGH = re.compile("[^\x00-\x7f\ufffd]")
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def decode(data: bytes) -> tuple[str, str]:
    """(text, encoding). Never fails: cp1252 takes what nothing else does.

    A declared charset counts only where the bytes allow it; `gb2312` means gb18030.
    """
    for mark, name in (
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe\x00\x00", "utf-32"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(name, "replace").lstrip("\ufeff").replace("\ufffd", " "), name
    wide = _wide(data)
    if wide:
        return data.decode(wide, "replace").replace("\ufffd", " "), wide
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        if error.start > len(data) - 4 and error.reason == "unexpected end of data":
            return data[: error.start].decode("utf-8"), "utf-8"
    damaged = data.decode("utf-8", "replace")
    wrong = damaged.count("\ufffd")
    if len(_HIGH.findall(damaged)) > 4 * wrong:  # one flipped bit must not turn all letters over
        return damaged.replace("\ufffd", " "), "utf-8"
    if _chinese(data):
        return data.decode("gb18030", "replace"), "gb18030"
    return data.decode("cp1252", "replace").replace("\ufffd", " "), "cp1252"


def _wide(data: bytes) -> str:
    """UTF-16 without a mark, by the zeros beside its ASCII letters; empty for anything else."""
    head = data[:4096]
    odd, even = head[1::2].count(0), head[::2].count(0)
    if (odd + even) * 3 < len(head) or len(head) < 16:
        return ""
    return "utf-16-le" if odd > 9 * even else "utf-16-be" if even > 9 * odd else ""


def _chinese(data: bytes) -> bool:
    """Whether high bytes pair into the GB2312 block: western letters stand alone between ASCII."""
    declared = _META.search(data[:4096])
    if declared and declared[1].lower() in (b"gb2312", b"gbk", b"gb18030"):
        return True
    sample = data[: 1 << 18]
    runs = re.findall(rb"[\x80-\xff]+", sample)
    high = sum(map(len, runs))
    paired = sum(len(r) for r in runs if len(r) >= 4)
    return high > 0 and paired > 0.6 * high


def clean(text: str) -> str:
    """C1 letters to what cp1252 meant, invisible marks out; ASCII comes back as it is."""
    if text.isascii() or not _CLEANED.search(text):
        return text
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


def without_controls(text: str) -> str:
    """NUL and other control characters to spaces; tabs and line ends stay."""
    return _NOT_TEXT.sub(" ", text)


def script(text: str) -> str:
    """`zh`, `en` or `und`, by the letters of the first 200,000 characters."""
    sample = text[:200_000]
    han = len(re.findall("[\u4e00-\u9fff]", sample))
    latin = len(re.findall("[A-Za-z]", sample))
    if han * 3 > latin and han > 20:
        return "zh"
    return "en" if latin > 20 else "und"
