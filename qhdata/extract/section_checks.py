"""What an item's text says of itself: its status, where it points, and which checks it fails.

| check | fails where |
|---|---|
| heading | the link's target is not headed by the item's number or title |
| title | the heading has another title than the form gives the item |
| short, long | fewer or more characters than such an item has (`_BANDS`); text behind "None." |
| item_inside | another item is headed inside it, or the title of one without a row |
| next_missing | the item behind it is not found, so its text may be here |
| twice | the item, or the one behind it, is headed at two places about as clearly |
| order | the item stands out of the form's order |
| coverage | the items hold less than half of the document |
| by_index, by_title | an index of pages, or a title without "item", placed it |
| not_found | an item that every filing of the form has is missing |

Wrong without a warning is the one unforgivable result, so a check may fail where all is well.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qhdata.extract.blocks import Block
from qhdata.extract.found import Found
from qhdata.extract.item_heading import ROMAN, Candidate, is_continued, names_item, read_heading
from qhdata.extract.items import FORM_10K, FORM_10Q, FORMS, Item

BY_REFERENCE = re.compile(
    r"incorporated\s+(?:herein\s+|in\s+\w+\s+\w+\s+)?(?:by\s+)?reference|incorporated herein by"
    r"|by reference (?:to|from|into)\b",
    re.I,
)
_EXHIBIT = re.compile(
    r"annual report to (?:share|stock)holders|exhibit\s+(?:no\.?\s*)?13(?:\.\d+)?\b|EX-13", re.I
)
_PROXY = re.compile(r"proxy statement|information statement", re.I)
_ITEM = re.compile(
    r"(?:\bPart\s+(IV|I{1,3})\W{1,3})?\bItem\s+(?:No\.\s*)?(\d{1,2}[A-C]?)\b"
    r"(?:\s+(?:of|in)\s+Part\s+(IV|I{1,3})\b)?",
    re.I,
)
_FILED = re.compile(r"[^.;]{0,160}?\b(10-?[KQ]|8-?K|20-?F)", re.I)
"""The first form that is named behind an item or a note: whose they are."""
_POINTS = re.compile(
    r"^\W*(?:please\s+|also\s+)?(?:see|refer\s+to)\b|^\W*for\b.{0,200}\b(?:see|refer\s+to)\b"
    r"|^\W*(?:the\s+)?information\b.{0,300}\b(?:is|are|appears?|can\s+be|may\s+be)\s+(?:\w+\s+)?"
    r"(?:contained|included|set\s+forth|presented|found|discussed|described|provided)\s"
    r"+(?:\w+\s+)?(?:in|under|at|on|within)\b",
    re.I | re.S,
)
"""A sentence that does nothing but send the reader elsewhere."""
POINTER = 800
"""Characters of an item at most that is nothing but such sentences."""
_NOTE = re.compile(r"\bnotes?\s+(?:\d|to\b)", re.I)
_NOTHING = (
    r"(?:\[?reserved\]?|removed(?: and reserved)?|deleted|inapplicable|not applicable"
    r"|none(?! of\b)|nothing to report|(?:intentionally )?(?:left blank|omitted)|n\.? ?/? ?a"
    r"|not required|no longer (?:required|applicable)"
    r"|to be (?:filed|furnished|supplied|provided) by amendment)"
)
_OMITTED = re.compile(
    rf"^\W*(?:this item (?:is|has been) )?{_NOTHING}\b.{{0,80}}$"
    rf"|^(?:\W*[a-e]\)\W*{_NOTHING}\W*)+$"
    r"|^.{0,120}\bsmaller reporting compan.{0,120}\bnot (?:required|applicable|obligated)\b"
    r".{0,160}$"
    r"|^.{0,20}\bnot (?:required|applicable)\b.{0,100}\bsmaller reporting compan.{0,160}$"
    r"|^.{0,60}\b(?:no|not \w+ any) unresolved (?:\w+ )?(?:staff )?comments?\b.{0,120}$"
    r"|^.{0,200}\b(?:no requirement|not required) to (?:provide|furnish|include|make|report)\b"
    r".{0,80}\b(?:item|information|disclosures?)\b.{0,80}$",
    re.I | re.S,
)
_NOTHING_ALONE = re.compile(rf"^\W*{_NOTHING}\W*$", re.I)
_NOTHING_BEHIND = re.compile(
    rf"[\s(\[–—-]{_NOTHING}(?: for smaller reporting compan\w+)?\W*$", re.I
)
"""Behind a title, without a stop between: "Risk Factors Not applicable"."""
_NUMBER_STOP = re.compile(r"\b(items?\s+\d{1,2}[A-C]?)\.(?=\s)", re.I)
_TITLE_ENDS = re.compile(r"[.:;]\s+|\s*[—–]\s*|\s-\s")
_UNFINISHED = re.compile(r"(?:\b(?:and|or|of|the|to|in|for|by|with)|[,&])\s*$", re.I)
_SENTENCE = re.compile(r"(?<=[.;])\s+(?=[A-Z“\"(])")
_EXHIBITS = frozenset(["part2.item6", "part4.item14", "part4.item15", "part3.item19"])
"""Lists of exhibits: all they hold is incorporated, and still they are no pointers."""

_BANDS = {
    "part1.item1": (500, 600_000),
    "part1.item1a": (0, 700_000),
    "part1.item1b": (0, 20_000),
    "part1.item1c": (0, 60_000),
    "part1.item2": (0, 200_000),
    "part1.item3": (0, 120_000),
    "part1.item4": (0, 20_000),
    "part2.item5": (0, 80_000),
    "part2.item6": (0, 80_000),
    "part2.item7": (500, 1_500_000),
    "part2.item7a": (0, 200_000),
    "part2.item8": (2_000, 6_000_000),
    "part2.item9": (0, 20_000),
    "part2.item9a": (0, 40_000),
    "part2.item9b": (0, 20_000),
    "part2.item9c": (0, 20_000),
    "part3.item13": (0, 150_000),
    "part3.item14": (0, 20_000),
    "part4.item16": (0, 20_000),
}
"""Characters of a 10-K's items: about eight times the largest of some 25 large filings, and the
smallest that small filers write. `part1.item4` holds the executive officers of many filers."""
_QUARTERLY = {
    "part1.item1": (2_000, 6_000_000),
    "part1.item2": (500, 1_500_000),
    "part1.item3": (0, 120_000),
    "part1.item4": (0, 40_000),
    "part2.item3": (0, 20_000),
    "part2.item4": (0, 20_000),
    "part2.item5": (0, 60_000),
    "part2.item6": (0, 200_000),
}
LISTED = 5
"""Items that a list of contents names at least."""
LEAST_COVERAGE = 0.5
"""Share of a document that its items have to hold; a 10-K's cover, contents and signatures are a
few per cent, statements behind the items half of a small one."""


def checked(
    blocks: Sequence[Block], candidate: Candidate, end: int, items: Sequence[Item], eightk: bool
) -> Found:
    """The section that begins at a candidate and ends before block `end`."""
    inside = blocks[candidate.block : end]
    key = candidate.item.key
    size = sum(len(b.text) for b in inside)
    failed = list(dict.fromkeys(candidate.failed))
    status, points = "present", None
    if not eightk:  # an 8-K reports every item that it names, however short
        status, points = _status(inside, candidate, size, items)
    if status == "present":
        low, high = _band(key, items)
        if candidate.item.core and size < max(low, 500):
            failed.append("short")
        elif size > high or (not eightk and size >= 400 and _goes_on(inside, candidate)):
            failed.append("long")
    if status == "present" and _is_empty(inside, candidate) and "short" not in failed:
        failed.append("short")
    if any(_heads_item(b, key, items) for b in inside[1:]) or _lists_items(inside[1:], key, items):
        failed.append("item_inside")
    confidence = min(0.97, 0.55 + 0.06 * candidate.weight) - 0.2 * len(failed)
    parent, _, _ = key.partition(".item")
    return Found(
        key=key,
        title=_title(inside[0].text),
        start=candidate.block,
        end=end,
        level=2,
        confidence=round(max(0.05, confidence), 2),
        failed=failed,
        status=status,
        points_to=points,
        parent=parent if parent.startswith("part") and parent != key else None,
    )


def _title(text: str) -> str:
    """The first line of a heading, and the next where the first cannot be all of it."""
    first, _, rest = text.partition("\n")
    if _UNFINISHED.search(first) or rest[:4] in ("and ", "And ", "AND "):
        first = f"{first} {rest.partition(chr(10))[0]}"
    return " ".join(first.split())[:200]


def check_coverage(blocks: Sequence[Block], found: Sequence[Found]) -> None:
    """Where items hold less than `LEAST_COVERAGE` of the document, each of them says so."""
    held = set[int]()
    for section in found:
        held.update(range(section.start, section.end))
    total = sum(len(b.text) for b in blocks)
    if sum(len(blocks[n].text) for n in held) < LEAST_COVERAGE * total:
        for section in found:
            if section.status != "not_found":
                section.failed.append("coverage")
                section.confidence = round(max(0.05, section.confidence - 0.2), 2)


def _band(key: str, items: Sequence[Item]) -> tuple[int, int]:
    bands = _BANDS if items is FORM_10K else _QUARTERLY if items is FORM_10Q else {}
    return bands.get(key, (0, 10**9))


def _status(
    inside: Sequence[Block], candidate: Candidate, size: int, items: Sequence[Item]
) -> tuple[str, str | None]:
    if size < 400 and any(_OMITTED.match(said) for said in _said(inside, candidate)):
        return "omitted", None
    if candidate.item.key in _EXHIBITS or size >= 4000:
        return "present", None
    paragraphs = [b.text for b in inside if len(b.text) > 40 and not b.bold]
    paragraphs = paragraphs or [b.text for b in inside[1:] if not b.bold] or [inside[0].text]
    paragraphs = [_NUMBER_STOP.sub(r"\1", p) for p in paragraphs]
    sentences = [s for p in paragraphs for s in _SENTENCE.split(p) if s]
    referring = [s for s in sentences if BY_REFERENCE.search(s)]
    if not referring:
        sent = points_to(" ".join(sentences), candidate.item.key, items)
        if size < POINTER and sent and all(map(_POINTS.match, sentences)):
            return "incorporated_by_reference", sent
        return "present", None
    points = points_to(" ".join(referring), candidate.item.key, items)
    away = sum(map(len, referring)) * 2 >= sum(map(len, sentences))
    if away or BY_REFERENCE.search(sentences[0]):
        return "incorporated_by_reference", points
    return "present", points


def _said(inside: Sequence[Block], candidate: Candidate) -> list[str]:
    """What a short item says, without its title: in paragraphs of its own, or behind the title."""
    body = _body(inside, candidate)
    if not body:
        head = " ".join(inside[0].text.split())
        behind = _NOTHING_BEHIND.search(head, min(len(head), 12))
        run_in = _TITLE_ENDS.split(head)[2:]
        return [candidate.title, *run_in, *([behind[0]] if behind else [])]
    apart = [b.text for b in body if not (b.bold or b.level) or b.text.endswith(".")]
    return ["\n".join(b.text for b in body), "\n".join(apart or [b.text for b in body])]


def _goes_on(inside: Sequence[Block], candidate: Candidate) -> bool:
    """Whether text stands behind an item that says "None.": that of another, whose heading is lost.

    Not below Item 4 of a 10-K, where the executive officers stand.
    """
    body = _body(inside, candidate)
    said = body[0].text if body else ""
    return candidate.item.key != "part1.item4" and _NOTHING_ALONE.match(said) is not None


def _body(inside: Sequence[Block], candidate: Candidate) -> Sequence[Block]:
    """The first paragraphs of an item, without a title on the line below its number."""
    body = inside[1:4]
    first = body[0].text if len(body) > 1 else ""
    below = len(first) < 160 and re.search(candidate.item.title, first, re.I)
    return body[1:] if below else body


def _is_empty(inside: Sequence[Block], candidate: Candidate) -> bool:
    """Whether an item is a heading and nothing else."""
    head = " ".join(inside[0].text.split())
    return len(head) < 200 and len(inside) == 1 and not _TITLE_ENDS.split(head.rstrip(". "))[2:]


def points_to(text: str, own: str, items: Sequence[Item]) -> str | None:
    """`EX-13`, `proxy statement`, the key of another item of this filing, or None."""
    if _EXHIBIT.search(text):
        return "EX-13"
    if _PROXY.search(text):
        return "proxy statement"
    form = next((name for name, known in FORMS.items() if known is items), "")
    for found in _ITEM.finditer(text):
        part = ROMAN.get((found[1] or found[3] or "").upper(), 0)
        named = [i for i in items if i.number == found[2].upper() and i.key != own]
        if named and not _is_elsewhere(text[found.end() :], form):
            return next((i.key for i in named if i.key.startswith(f"part{part}.")), named[0].key)
    note = _NOTE.search(text)
    if note and not _is_elsewhere(text[note.end() :], form):  # notes stand with the statements
        return next((i.key for i in items if i.title.startswith("financial statements")), None)
    return None


def _is_elsewhere(text: str, form: str) -> bool:
    """Whether what was named stands in another form: "Item 5 of our Report on Form 10-Q"."""
    filed = _FILED.match(text)
    return filed is not None and filed[1].replace("-", "").upper() not in form.replace("-", "")


def _lists_items(inside: Sequence[Block], own: str, items: Sequence[Item]) -> bool:
    """Whether contents stand in it: `LISTED` other items by number and title, a line each."""
    found: set[str] = set()
    for block in inside:
        if "tem" not in block.text and "TEM" not in block.text:
            continue
        for row in block.text[:20_000].split("\n"):
            plain = " ".join(row.replace("|", " ").split())
            _, numbers, title = (len(plain) < 200 and read_heading(plain)) or ("", [], "")
            found |= {
                item.key
                for item in items
                if item.number in numbers and item.key != own and re.match(item.title, title, re.I)
            }
    return len(found) >= LISTED


def _heads_item(block: Block, own: str, items: Sequence[Item]) -> bool:
    """Whether a block heads another item: in bold, or with that item's own title."""
    text = block.text
    if block.kind != "text" or len(text) >= 200 or not names_item(text):
        return False
    read = read_heading(text)
    if read is None:
        return False
    if is_continued(text):  # of itself, or of an item that was headed before
        return block.bold and not any(own.endswith(f"item{n.lower()}") for n in read[1])
    if block.bold:
        return True
    _, numbers, title = read
    return not text.endswith(".") and any(
        item.number == numbers[0] and item.key != own and re.match(item.title, title, re.I)
        for item in items
    )
