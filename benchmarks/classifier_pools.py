"""Real texts for benchmarks/classifier.py: filings, TAT-QA, and what lies on any Debian machine.

A text is a window of about 1,800 characters of prose with the document that it is of, so that no
document is on both sides of a split. Nothing here was invented.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from qhdata.artifact import Artifact
from qhdata.taggers.prose import prose_lines

WINDOW = 1800
LEAST = 500
A_DOCUMENT = 40
"""Windows of one document at most, spread: a prospectus must not drown the rest."""
TICKER = re.compile(r"\b(?:AAPL|MSFT|GOOGL?|TSLA|AMZN|NVDA|SPY)\b")
AGREEMENT = re.compile(r"EX-(?:10|1\.|4\b|4\.|3\.)", re.I)
PROXY_ITEMS = ("part3.item10", "part3.item11", "part3.item12", "part3.item13")
FINANCE_ITEMS = {
    "discussion": ("part2.item7", "part2.item7a", "part1.item2", "part1.item3"),
    "notes": ("part2.item8", "part1.item1"),
}
"""Of annual and of quarterly reports; which of the two a key is of depends on the form."""


class Text(NamedTuple):
    """A window and its document."""

    text: str
    document: str


def windows(text: str, document: str, most: int = A_DOCUMENT) -> list[Text]:
    """Windows of a document's prose, cut at ends of lines."""
    found, own, size = [], [], 0
    for line in prose_lines(text):
        own.append(line)
        size += len(line)
        if size >= WINDOW:
            found.append("\n".join(own)[: 2 * WINDOW])
            own, size = [], 0
    if size >= LEAST:
        found.append("\n".join(own))
    if len(found) > most:
        found = [found[n * len(found) // most] for n in range(most)]
    return [Text(some, document) for some in found]


def of_filings(corpus: Artifact) -> dict[str, list[Text]]:
    """Pools of a corpus of real filings. A filing is one document, whatever it holds."""
    pools: dict[str, list[Text]] = {
        name: []
        for name in ("discussion", "notes", "releases", "agreements", "insurance", "proxies")
    }
    documents = {
        row["doc_id"]: row
        for row in corpus.table(
            "documents", ["doc_id", "doc_type", "filing_id", "text"]
        ).to_pylist()
    }
    for row in documents.values():
        kind, text, filing = row["doc_type"].upper(), row["text"], row["filing_id"]
        if kind.startswith("EX-99"):
            pools["releases"] += windows(text, filing)
        elif AGREEMENT.match(kind):
            for window in windows(text, filing, 200):
                insured = len(re.findall(r"\binsur", window.text, re.I)) >= 2
                pools["insurance" if insured else "agreements"].append(window)
        elif kind in ("DEF 14A", "DEF14A"):
            pools["proxies"] += windows(text, filing, 100)
    for section in corpus.table("sections", ["doc_id", "key", "start", "end"]).to_pylist():
        row = documents[section["doc_id"]]
        some, filing = row["text"][section["start"] : section["end"]], row["filing_id"]
        annual = row["doc_type"].startswith("10-K")
        if annual and section["key"] in PROXY_ITEMS:
            pools["proxies"] += windows(some, filing)
        for name, keys in FINANCE_ITEMS.items():
            right = "part2" if annual else "part1" if row["doc_type"] == "10-Q" else "no part"
            if section["key"] in keys and section["key"].startswith(right):
                pools[name] += windows(some, filing)
    return pools


def of_tatqa(path: Path) -> list[Text]:
    """Paragraphs of TAT-QA's contexts; a context is a document."""
    found = []
    for row in json.loads(path.read_text(encoding="utf-8")):
        text = "\n".join(p["text"] for p in sorted(row["paragraphs"], key=lambda p: p["order"]))
        found += windows(text, row["table"]["uid"])
    return found


def of_exams(path: Path) -> list[Text]:
    """CFLUE's exam questions, ten a text: one alone is too short to be judged."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    asked = [f"{row['question']}\n{row['choices']}" for row in rows]
    return [Text("\n".join(asked[n : n + 10]), f"exam {n}") for n in range(0, len(asked) - 9, 10)]


def of_files(
    roots: list[Path],
    patterns: tuple[str, ...],
    most: int,
    wanted: Callable[[str], bool] = lambda _text: True,
) -> list[Text]:
    """Windows of text files below these folders, files in an order by chance, up to `most`."""
    paths = sorted({p for root in roots for pattern in patterns for p in root.rglob(pattern)})
    paths.sort(key=lambda p: hashlib.blake2b(p.name.encode(), digest_size=8).digest())
    found: list[Text] = []
    seen: set[bytes] = set()
    for path in paths:
        if len(found) >= most:
            break
        text = _read(path)
        key = hashlib.blake2b(text[:3000].encode("utf-8", "replace")).digest()
        if key in seen or len(text) < LEAST or not wanted(text):
            continue
        seen.add(key)
        found += windows(text, str(path.name) + key.hex()[:6], 8)
    return found[:most]


def of_manuals(roots: list[Path], most: int) -> list[Text]:
    """Manual pages without their markup."""
    return [
        Text(_without_roff(text), document)
        for text, document in of_files(roots, ("*.[1-8].gz", "*.[1-8]"), most)
    ]


_LAYOUT = re.compile(r"\.(?:\\|sp|in|ti|ta|ne|ds|de|RS|RE|HP|PD|nf|fi|ad|hy|if|ie|el)|'")


def _without_roff(text: str) -> str:
    lines = [line for line in text.splitlines() if not _LAYOUT.match(line)]
    plain = [re.sub(r"^\.[A-Za-z]{1,3}\s*", "", line) for line in lines]
    return re.sub(r"\\f[A-Z0-9]|\\[&|e]|\\\(..|\\-", "", "\n".join(plain))


def _read(path: Path) -> str:
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > 2_000_000:
            return ""
        data = path.read_bytes()
        if data[:2] == b"\x1f\x8b":
            data = gzip.decompress(data)
        return data.decode("utf-8")
    except (OSError, EOFError, UnicodeDecodeError):
        return ""


def documents(texts: list[Text]) -> int:
    """How many documents these texts are of."""
    return len({text.document for text in texts})


def each(texts: list[Text]) -> Iterator[str]:
    """Texts as JSON lines that `qhdata classifier` reads."""
    for text in texts:
        yield json.dumps({"text": text.text, "document": text.document}) + "\n"
