"""Sections of a corpus' report that quote its texts: copies side by side, and what a rule kept and
dropped. Texts are cut short, and only those of the samples are read.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from difflib import SequenceMatcher
from typing import Any

from qhdata.artifact import Artifact
from qhdata.durable import open_table
from qhdata.parts import whole
from qhdata.view.charts import bars
from qhdata.view.pages import Chart, Grid, Marked, Section

SEED = 1
SAMPLES = 5
"""Of each reason."""
REASONS = 40
"""That are shown with samples; the chart has the rest as one."""
PAIRS = 10
QUOTE = 400
"""Characters of a sample's text."""
BEFORE, WINDOW = 160, 900
"""Characters of a pair: before its first difference, and in all."""


def copies_section(corpus: Artifact) -> Section | None:
    """Clusters by size and reason, and some copies beside the document that was kept."""
    if not corpus.part("clusters").rows:
        return None
    rows = corpus.table("clusters").to_pylist()
    sizes = Counter(Counter(r["cluster_id"] for r in rows).values())
    reasons = Counter(r["reason"] for r in rows if not r["kept"])
    by_reason: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if not row["kept"] and row["matched_id"]:
            by_reason[row["reason"]].append(row)
    # Of near copies more than of exact ones: there is something to see.
    order = sorted(by_reason, key=lambda r: (r.startswith("exact"), r))
    pairs = [row for reason in order for row in some(by_reason[reason], "doc_id")][:PAIRS]
    wanted = {r["doc_id"] for r in pairs} | {r["matched_id"] for r in pairs}
    texts, paths = texts_of(corpus, wanted), paths_of(corpus, wanted)
    grid = []
    for row in pairs:
        kept, copy = texts.get(row["matched_id"], ""), texts.get(row["doc_id"], "")
        names = [paths.get(row[c], row[c]) for c in ("matched_id", "doc_id")]
        ours, theirs = marked(kept, copy)
        what = f"{row['reason']}, Jaccard {row['similarity']:g}"
        grid.append((what, Marked(((f"{names[0]}\n", False), *ours.pieces)),
                     Marked(((f"{names[1]}\n", False), *theirs.pieces))))  # fmt: skip
    title = "Clusters by size"
    ordered = [(f"{size} documents", float(n)) for size, n in sorted(sizes.items())][:20]
    head = ("why", "kept", "dropped as its copy")
    return Section(
        "Copies",
        "Near copies merge only when their numbers and dates agree: two quarters of one template "
        "are not copies. Below, pairs from their first difference on; what differs is marked.",
        (
            Chart(title, bars(title, ordered, "clusters")),
            counted("Why a document is a copy", reasons, "documents"),
        ),
        (Grid(f"{len(grid):,} pairs", head, grid),),
    )


def marked(one: str, other: str) -> tuple[Marked, Marked]:
    """Two texts from shortly before their first difference on, words that differ marked."""
    same = _same(one, other)
    equal = same == len(one) == len(other)
    start = 0 if equal else max(0, same - BEFORE)
    cut = [text[start : start + WINDOW] for text in (one, other)]
    words = [_words(text) for text in cut]
    sides: list[list[tuple[str, bool]]] = [[], []]
    matcher = SequenceMatcher(None, words[0], words[1], autojunk=False)
    for kind, low0, high0, low1, high1 in matcher.get_opcodes():
        for side, low, high in ((0, low0, high0), (1, low1, high1)):
            if high > low:
                sides[side].append(("".join(words[side][low:high]), kind != "equal"))
    lead = "… " if start else ""
    ends = [" …" if start + WINDOW < len(text) else "" for text in (one, other)]
    first, second = (
        Marked(tuple(p for p in ((lead, False), *pieces, (end, False)) if p[0]))
        for pieces, end in zip(sides, ends, strict=True)
    )
    return first, second


def _same(one: str, other: str) -> int:
    """Characters before the first difference."""
    low, high = 0, min(len(one), len(other))
    while low < high:  # by halves: texts may be megabytes
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[:middle] == other[:middle] else (low, middle - 1)
    return low


def _words(text: str) -> list[str]:
    """Words with the white space after them."""
    found: list[str] = []
    for line in text.splitlines(keepends=True):
        pieces = line.split(" ")
        found += [f"{word} " for word in pieces[:-1]] + ([pieces[-1]] if pieces[-1] else [])
    return found


def decided_section(corpus: Artifact) -> Section | None:
    """Documents that were kept, and of each reason some that were dropped."""
    if not corpus.part("decisions/select").rows:
        return None
    rows = corpus.table("decisions/select").to_pylist()
    dropped: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["outcome"] == "dropped":
            dropped[row["reason"]].append(row)
    kept = some([r for r in rows if r["outcome"] == "kept"], "unit_id", 2 * SAMPLES)
    counts = Counter({reason: len(group) for reason, group in dropped.items()})
    shown = [reason for reason, _ in sorted(counts.items(), key=lambda p: (-p[1], p[0]))[:REASONS]]
    lost = [r for reason in shown for r in some(dropped[reason], "unit_id")]
    wanted = {r["unit_id"] for r in (*kept, *lost)}
    texts, paths = texts_of(corpus, wanted), paths_of(corpus, wanted)

    def begins(row: dict[str, Any]) -> str:
        line = " ".join(texts.get(row["unit_id"], "")[: QUOTE * 4].split())
        return line[:QUOTE] + ("…" if len(line) > QUOTE else "")

    def name(row: dict[str, Any]) -> str:
        return paths.get(row["unit_id"], str(row["unit_id"]))

    grids = [Grid(f"{len(kept):,} that were kept, by chance", ("document", "begins"),
                  [(name(r), begins(r)) for r in kept], folded=True)]  # fmt: skip
    if lost:
        head = ("reason", "rule", "score", "threshold", "document", "begins")
        grid = [(r["reason"], r["rule"], r["score"], r["threshold"], name(r), begins(r))
                for r in lost]  # fmt: skip
        grids.insert(0, Grid(f"Up to {SAMPLES} of each reason, by chance", head, grid))
    return Section(
        "What was kept and dropped",
        "By a rule of the recipe; nothing is deleted, and another selection may keep it.",
        (counted("Dropped by reason", counts, "documents"),) if counts else (),
        tuple(grids),
    )


def counted(title: str, counts: Counter[str], unit: str, most: int = 15) -> Chart:
    """Bars of counts, the largest first; what is beyond `most` as one."""
    ordered = sorted(counts.items(), key=lambda p: (-p[1], p[0]))
    rows = [(name, float(count)) for name, count in ordered[:most]]
    if len(ordered) > most:
        rest = sum(count for _, count in ordered[most:])
        rows.append((f"{len(ordered) - most} others", float(rest)))
    return Chart(title, bars(title, rows, unit))


def some(
    rows: Sequence[dict[str, Any]], key: str, most: int = SAMPLES, seed: int = SEED
) -> list[dict[str, Any]]:
    """A sample that is the same each time: by the hash of the id."""

    def place(row: dict[str, Any]) -> bytes:
        return hashlib.blake2b(f"{seed} {row[key]}".encode(), digest_size=8).digest()

    return sorted(rows, key=place)[:most]


def paths_of(corpus: Artifact, wanted: Collection[str]) -> dict[str, str]:
    """doc_id -> source and path, of these documents."""
    found = {}
    for _, batch in corpus.batches(
        "documents", ["doc_id", "source", "source_path"], max_rows=16_384
    ):
        for n, doc_id in enumerate(batch.column("doc_id").to_pylist()):
            if doc_id in wanted:
                row = batch.slice(n, 1).to_pylist()[0]
                found[doc_id] = f"{row['source']}/{row['source_path']}"
    return found


def texts_of(corpus: Artifact, wanted: Collection[str]) -> dict[str, str]:
    """doc_id -> text, of these documents; of other row groups no text is read."""
    found: dict[str, str] = {}
    for file in corpus.part("documents").files:
        with whole(corpus.path / file.path), open_table(corpus.path / file.path) as reader:
            for group in range(reader.num_row_groups):
                ids = reader.read_row_group(group, columns=["doc_id"])["doc_id"].to_pylist()
                at = [n for n, doc_id in enumerate(ids) if doc_id in wanted]
                if at:
                    texts = reader.read_row_group(group, columns=["text"])["text"]
                    found |= {ids[n]: texts[n].as_py() for n in at}
    return found
