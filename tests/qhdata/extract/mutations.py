"""Seeded damage to files, and a count of what a reader of their bytes would see.

A mutation is a pure function of bytes and a random generator. `visible` shares nothing with the
extractor: no parser, only a scan that takes out tags, comments, code and what a style hides. It is
strict where damage is possible: a comment or a hidden part that has no end of its own is not one.
"""

from __future__ import annotations

import html
import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

Mutation = Callable[[bytes, random.Random], bytes]
TAG = re.compile(rb"</?[a-zA-Z][^<>]{0,2000}>")
NUMBER = re.compile(r"(?<![\d,.])\d{1,3}(?:,\d{3})+(?!\d|,\d)")


def _place(data: bytes, rng: random.Random) -> int:
    return rng.randrange(len(data) + 1)


def flip_bits(data: bytes, rng: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 8, 64])):
        out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def truncate(data: bytes, rng: random.Random) -> bytes:
    return data[: max(1, int(len(data) * rng.random()))]


def delete_range(data: bytes, rng: random.Random) -> bytes:
    at = _place(data, rng)
    return data[:at] + data[at + rng.choice([1, 7, 100, 3000]) :]


def double_range(data: bytes, rng: random.Random) -> bytes:
    at = _place(data, rng)
    return data[:at] + data[at : at + rng.choice([1, 7, 100, 3000])] + data[at:]


def delete_tags(data: bytes, rng: random.Random) -> bytes:
    return _at_tags(data, rng, lambda tag: b"")


def double_tags(data: bytes, rng: random.Random) -> bytes:
    return _at_tags(data, rng, lambda tag: tag + tag)


def close_for_open(data: bytes, rng: random.Random) -> bytes:
    def turned(tag: bytes) -> bytes:
        return tag.replace(b"</", b"<") if tag[1:2] == b"/" else b"</" + tag[1:]

    return _at_tags(data, rng, turned)


def _at_tags(data: bytes, rng: random.Random, change: Callable[[bytes], bytes]) -> bytes:
    tags = list(TAG.finditer(data))
    if not tags:
        return flip_bits(data, rng)
    for tag in sorted(rng.sample(tags, min(len(tags), rng.choice([1, 1, 3, 20]))), key=_start)[
        ::-1
    ]:
        data = data[: tag.start()] + change(tag[0]) + data[tag.end() :]
    return data


def _start(found: re.Match[bytes]) -> int:
    return found.start()


def delete_ends(data: bytes, rng: random.Random) -> bytes:
    """The end of a comment, quote, style, title or hidden part."""
    ends = list(re.finditer(rb"-->|\"|'|</(?:style|script|title|div|ix:header|table|TEXT)>", data))
    if not ends:
        return truncate(data, rng)
    end = rng.choice(ends)
    return data[: end.start()] + data[end.end() :]


def swallow(data: bytes, rng: random.Random) -> bytes:
    """Something that may swallow the rest, put between two tags."""
    openers = [
        b"<!--", b"<script>", b"<style>", b"<title>", b"<textarea>", b"<plaintext>", b"<xmp>",
        b"<iframe>", b"<noframes>", b"<![CDATA[", b"</html>", b"</body></html>", b"<select>",
        b"<a href=\"", b"<table><colgroup>", b"<div style='display:none'>", b"<?xml ", b"<svg>",
        b"<frameset>", b"<head>", b"<object>", b"\x00\x00", b"<PAGE>", b"<TABLE><S><C>", b"<pre>",
    ]  # fmt: skip
    tags = list(TAG.finditer(data)) or [re.match(rb"", data)]
    at = rng.choice(tags).end()  # type: ignore[union-attr]
    return data[:at] + rng.choice(openers) + data[at:]


def nest(data: bytes, rng: random.Random) -> bytes:
    tag = rng.choice([b"<div>", b"<table><tr><td>", b"<font>", b"<b>", b"<ul><li>", b"<ix:x>"])
    at = _place(data, rng)
    return data[:at] + tag * rng.choice([100, 260, 2100, 10_000]) + data[at:]


def entity_bomb(data: bytes, rng: random.Random) -> bytes:
    levels = b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 12))
    outer = rng.choice([b"&e11;", b"&out;"])
    bomb = (
        b'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY e0 "ha"><!ENTITY out SYSTEM '
        b'"file:///etc/passwd">' + levels + b"]>" + rng.choice([b"<html><body>", b"<data>"])
    )
    return bomb + outer + data


def swap_encoding(data: bytes, rng: random.Random) -> bytes:
    names = ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "cp1252", "gb18030"]
    return _text(data).encode(rng.choice(names), "replace")


def declare_encoding(data: bytes, rng: random.Random) -> bytes:
    name = rng.choice([b"utf-16", b"utf-32", b"gb2312", b"iso-8859-1", b"ebcdic-cp-us", b"nosuch"])
    data = re.sub(rb"(?i)(encoding|charset)=['\"]?[\w-]+", rb"\1=" + name, data)
    return b"<meta charset='" + name + b"'>" + data


def noise(data: bytes, rng: random.Random) -> bytes:
    at = _place(data, rng)
    return data[:at] + rng.randbytes(rng.choice([1, 20, 400])) + data[at:]


def long_runs(data: bytes, rng: random.Random) -> bytes:
    pieces = [b" ", b"(", b'"', b"1,", b".", b"-", b"Item 1 ", b"<S> <C> ", b"a1=2 ", b"$ ", b"\n"]
    piece = rng.choice(pieces)
    at = _place(data, rng)
    return data[:at] + piece * (40_000 // len(piece)) + data[at:]


def wide_table(data: bytes, rng: random.Random) -> bytes:
    rows, columns = rng.choice([(1000, 20), (2, 4000), (5000, 2)])
    spans = rng.choice([b"", b" colspan=1000000", b" rowspan=65534"])
    row = b"<tr>" + (b"<td" + spans + b">7</td>") * columns + b"</tr>"
    at = _place(data, rng)
    return data[:at] + b"<table>" + row * rows + b"</table>" + data[at:]


MUTATIONS: tuple[Mutation, ...] = (
    flip_bits, flip_bits, truncate, delete_range, double_range, delete_tags, double_tags,
    close_for_open, delete_ends, swallow, swallow, nest, entity_bomb, swap_encoding,
    declare_encoding, noise, long_runs, wide_table,
)  # fmt: skip
BINARY: tuple[Mutation, ...] = (flip_bits, truncate, delete_range, double_range, noise)
"""Those for PDFs, where no tag is text."""


@dataclass(frozen=True)
class Damaged:
    """A file with one mutation."""

    kind: str
    data: bytes


def mutate(data: bytes, seed: int) -> Damaged:
    """One mutation, chosen by the seed."""
    rng = random.Random(seed)
    change = rng.choice(BINARY if b"%PDF-" in data[:1024] else MUTATIONS)
    return Damaged(change.__name__, change(data, rng))


# ------------------------------------------------------------------ what the bytes show


def visible(data: bytes) -> str:
    """Text of bytes by a scan: what is in no tag, comment, code, hidden part or uuencoded block."""
    text = _text(data)
    if re.match(r"\s*(?:-----BEGIN|<(?:SEC-|IMS-|SUBMISSION|/?DOCUMENT|ACCEPT))", text):
        begin = re.search(r"</?DOCUMENT>", text) or re.search(r"<TYPE>", text)
        text = text[begin.end() :] if begin else text
        text = re.sub(r"(?m)^begin [0-7]{3} \S.*$[\s\S]*?^end\s*$", "", text)
        text = re.sub(r"<(?:TYPE|SEQUENCE|FILENAME|DESCRIPTION)>[^<\n]*", "", text)
    text = _without(text, r"<!--", r"-->")
    text = _without(text, r"<script\b", r"</script>")
    text = _without(text, r"<style\b", r"</style>")
    text = _without(text, r"<ix:header\b", r"</ix:header>")
    text = _shown(text)
    text = re.sub(r"<[a-zA-Z/!?][^<>]*>", " ", text)
    # a tag that lost its end is taken out with its attributes; what follows them is text
    text = re.sub(r"<[!/]?[\w:-]*(?:\s+[\w:-]+=(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>]+))*", " ", text)
    return html.unescape(text)


def _without(text: str, begin: str, end: str) -> str:
    """Without the parts that have an end of their own before they begin again."""
    return re.sub(rf"(?i){begin}(?:(?!{begin})[\s\S])*?{end}", " ", text)


def _shown(text: str) -> str:
    out, at = [], 0
    for found in re.finditer(r"(?i)<([a-z][\w:]*)\b[^<>]*display\s*:\s*none[^<>]*>", text):
        if found.start() < at:
            continue
        depth = 1
        for tag in re.finditer(rf"(?i)<(/?){re.escape(found[1])}\b[^<>]*>", text[found.end() :]):
            depth += -1 if tag[1] else 1 - tag[0].endswith("/>")
            if not depth:
                out.append(text[at : found.start()])
                at = found.end() + tag.end()
                break
    return "".join([*out, text[at:]])


def _text(data: bytes) -> str:
    for mark, name in ((b"\xff\xfe\x00\x00", "utf-32"), (b"\xff\xfe", "utf-16")):
        if data.startswith(mark):
            return data.decode(name, "replace")
    text = data.decode("utf-8", "replace")
    return text if text.count("\ufffd") * 20 < len(text) else data.decode("latin-1")


def letters(text: str) -> int:
    return sum(map(str.isalnum, text))


def numbers(text: str) -> Counter[str]:
    return Counter(NUMBER.findall(text))
