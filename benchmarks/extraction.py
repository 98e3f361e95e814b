"""Filings to text, sections, tables and facts: qhdata beside edgartools, trafilatura, resiliparse.

    pip install -e '.[bench]'
    python benchmarks/extraction.py FOLDER [--all FOLDER] [--facts INLINE INSTANCE]
        [--items FOLDER PEER] [--runs 3] [--keep]

FOLDER holds HTML filings that every tool reads; with --all, qhdata alone also reads a larger
folder. One process, one core, process time, best of the runs for each file. The yardstick
(benchmarks/reference.py) walks the bytes with lxml and knows none of the tools. Prints a table;
--keep writes benchmarks/results/DATE-extraction.json.

- recall: grouped numbers that a reader sees, as often as they stand, found in the text
- rows: sampled table rows of which one line holds the label and every number
- repeated: lines that stand eight times or more in a text, per document
- sections: for 10-K and 10-Q, items whose size differs by 20 % and 200 characters from the peer's
- facts: numeric facts of an inline document against the SEC's own extracted instance
- items: items of 8-Ks against edgar-crawler's JSON, one file a filing, as sets
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path

import reference
from dated import keep, stamp

from qhdata.errors import RowError
from qhdata.extract import Limits, extract_document
from qhdata.readers import plan, read_file
from qhdata.records import RawDocument

HERE = Path(__file__).parent
PEERS = ("edgartools", "trafilatura", "resiliparse", "lxml")
ROWS = 200
SEED = 20261127


def ours(raw: RawDocument) -> tuple[str, dict[str, int]]:
    """Text, sections, tables and facts; sizes of the items for the comparison."""
    done = extract_document(raw, Limits())
    return done.text, {
        s.key: s.end - s.start
        for s in done.sections
        if s.end and (s.key.startswith("part") or s.key == "signatures")
    }


def edgartools(raw: RawDocument) -> tuple[str, dict[str, int]]:
    """Markdown and the texts of the sections that it finds."""
    from edgar.documents import HTMLParser, ParserConfig

    form = form_of(raw)
    made = HTMLParser(ParserConfig(form=form or None)).parse(raw.data.decode("utf-8", "replace"))
    text = made.to_markdown()
    found = {}
    if form:
        for name, section in made.sections.items():
            found[plain_key(name)] = len(section.text())
    return text, found


def trafilatura(raw: RawDocument) -> tuple[str, dict[str, int]]:
    """Markdown with tables, set to keep as much as it can."""
    import trafilatura as library

    text = library.extract(
        raw.data.decode("utf-8", "replace"), output_format="markdown", include_tables=True,
        favor_recall=True, deduplicate=False,
    )  # fmt: skip
    return text or "", {}


def resiliparse(raw: RawDocument) -> tuple[str, dict[str, int]]:
    """Plain text of everything visible."""
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.html import HTMLTree

    tree = HTMLTree.parse_from_bytes(raw.data, "utf-8")
    return extract_plain_text(tree, main_content=False, preserve_formatting=True), {}


def floor(raw: RawDocument) -> tuple[str, dict[str, int]]:
    """A bare lxml parse and a walk that reads every style; no text comes out."""
    reference.walk_styles(raw.data)
    return "", {}


TOOLS = {
    "qhdata": ours,
    "edgartools": edgartools,
    "trafilatura": trafilatura,
    "resiliparse": resiliparse,
    "lxml walk": floor,
}


def form_of(raw: RawDocument) -> str:
    """10-K or 10-Q by the file's path; sections are compared for these."""
    path = raw.source_path.lower()
    return "10-K" if "10k" in path or "10-k" in path else "10-Q" if "10-q" in path else ""


def plain_key(name: str) -> str:
    """`part_ii_item_7a` as our key `part2.item7a`."""
    roman = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}
    words = name.lower().replace(" ", "_").split("_")
    if "signatures" in words:
        return "signatures"
    if "item" not in words:
        return name
    item = "item" + "".join(words[words.index("item") + 1 :])
    part = roman.get(words[1], "") if words[0] == "part" else ""
    return f"part{part}.{item}" if part else item


def documents(folder: Path) -> list[RawDocument]:
    found: list[RawDocument] = []
    for file in plan([folder]):
        if file.same_as is not None or not file.path.lower().endswith((".htm", ".html")):
            continue
        try:
            found += read_file(file).documents
        except RowError:
            continue
    return found


def timed(
    tool: Callable[[RawDocument], tuple[str, dict[str, int]]],
    raws: list[RawDocument],
    runs: int,
    name: str,
) -> tuple[list[float], list[str], list[dict[str, int]]]:
    """Of each document the best seconds of all runs, its text and sections.

    A run goes through all documents: one twice in a row would find its own words in caches.
    """
    best = [float("inf")] * len(raws)
    texts, sections = [""] * len(raws), [dict[str, int]() for _ in raws]
    for run in range(1, runs + 1):
        for n, raw in enumerate(raws):
            gc.collect()
            start = time.process_time()
            texts[n], sections[n] = tool(raw)
            best[n] = min(best[n], time.process_time() - start)
            where = f"{name}: run {run} of {runs}, {n + 1} of {len(raws)}   "
            print(f"\r{where}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return best, texts, sections


def compare(folder: Path, runs: int) -> dict[str, object]:
    raws = documents(folder)
    if not raws:
        sys.exit(f"error: no HTML filing under {folder}")
    total = sum(len(raw.data) for raw in raws) / 1e6
    trees = [reference.visible(raw.data) for raw in raws]
    wanted = [reference.numbers(" ".join(tree.itertext())) for tree in trees]
    pool = [(n, row) for n, tree in enumerate(trees) for row in reference.table_rows(tree)]
    picked = [pool[i] for i in sorted(reference.sampled(len(pool), ROWS, SEED))]
    del trees
    tools: dict[str, dict[str, object]] = {}
    sizes: dict[str, list[dict[str, int]]] = {}
    for name, tool in TOOLS.items():
        seconds, texts, sizes[name] = timed(tool, raws, runs, name)
        row: dict[str, object] = {"mb_s": round(total / sum(seconds), 2)}
        if any(texts):
            found = [
                (reference.recall(w, t), raw.source_path)
                for w, t, raw in zip(wanted, texts, raws, strict=True)
                if w.total() >= 20
            ]
            kept = [
                reference.rows_kept([row for n, row in picked if n == at], text)
                for at, text in enumerate(texts)
            ]
            flat = [k for each in kept for k in each]
            row |= {
                "recall_mean": round(statistics.fmean(r for r, _ in found), 5),
                "recall_worst": [round(min(found)[0], 5), min(found)[1]],
                "rows_kept": [sum(flat), len(flat)],
                "repeated_per_document": round(
                    statistics.fmean(reference.repeated_lines(t) for t in texts), 2
                ),
                "leaks": sum(bool(reference.TAGLIKE.search(t)) for t in texts),
            }
        tools[name] = row
    return {
        "files": len(raws),
        "megabytes": round(total, 1),
        "tools": tools,
        "ratio_edgartools": ratio(tools, "edgartools"),
        "ratio_floor": ratio(tools, "lxml walk"),
        "sections": disagreements(raws, sizes["qhdata"], sizes["edgartools"]),
    }


def ratio(tools: dict[str, dict[str, object]], peer: str) -> float:
    return round(float(tools["qhdata"]["mb_s"]) / float(tools[peer]["mb_s"]), 2)  # type: ignore[arg-type]


def disagreements(
    raws: list[RawDocument], mine: list[dict[str, int]], peers: list[dict[str, int]]
) -> list[dict[str, object]]:
    """Items of which one tool has a fifth more text than the other, or that one lacks."""
    out: list[dict[str, object]] = []
    for raw, our, their in zip(raws, mine, peers, strict=True):
        for key in sorted(set(our) | set(their)) if form_of(raw) else ():
            a, b = our.get(key), their.get(key)
            if a is None or b is None or abs(a - b) > max(200, 0.2 * max(a, b)):
                out.append({"file": raw.source_path, "item": key, "qhdata": a, "edgartools": b})
    return out


def whole(folder: Path) -> dict[str, object]:
    """qhdata alone over every HTML file of a folder; each shortfall by name."""
    found, leaks, repeated = [], 0, []
    for raw in documents(folder):
        try:
            text, _ = ours(raw)
        except RowError:
            continue
        wanted = reference.numbers(" ".join(reference.visible(raw.data).itertext()))
        if wanted.total() >= 20:
            found.append((reference.recall(wanted, text), raw.source_path))
        leaks += bool(reference.TAGLIKE.search(text))
        repeated.append(reference.repeated_lines(text))
    short = sorted((round(r, 5), path) for r, path in found if r < 1)
    return {
        "documents": len(repeated),
        "recall_mean": round(statistics.fmean(r for r, _ in found), 5),
        "recall_worst": list(min(found)),
        "shortfalls": short,
        "leaks": leaks,
        "repeated_per_document": round(statistics.fmean(repeated), 3),
    }


def facts(inline: Path, instance: Path) -> dict[str, object]:
    """Recall and precision of the numeric facts of one inline document."""
    file = next(f for f in plan([inline.parent]) if Path(f.path).name == inline.name)
    (raw,) = read_file(file).documents
    found = {
        (
            fact.concept,
            f"{fact.period_start}/{fact.period_end}" if fact.period_start else fact.period_end,
            json.dumps(sorted(json.loads(fact.dimensions))),
            Decimal(fact.value).normalize(),
        )
        for fact in extract_document(raw, Limits()).facts
        if fact.unit and fact.value
    }
    truth = reference.instance_facts(instance.read_bytes())
    return {
        "truth": len(truth),
        "recall": round(len(found & truth) / len(truth), 5),
        "precision": round(len(found & truth) / max(1, len(found)), 5),
    }


def items(folder: Path, peer: Path) -> dict[str, object]:
    """8-Ks whose item sets are the peer's; every other one by name, with both."""
    agree, other = 0, []
    for file in plan([folder]):
        answer = peer / f"{Path(file.source_path).stem}.json"
        if not answer.is_file():
            continue
        theirs = {
            key.removeprefix("item_").lower()
            for key, value in json.loads(answer.read_text(encoding="utf-8")).items()
            if key.startswith("item_") and (value or "").strip()
        }
        mine = {
            section.key.removeprefix("item")
            for raw in read_file(file).documents
            for section in extract_document(raw, Limits()).sections
            if section.key.startswith("item") and section.status == "present"
        }
        agree += mine == theirs
        if mine != theirs:
            other.append({"file": file.source_path, "qhdata": sorted(mine), "peer": sorted(theirs)})
    return {"agree": agree, "of": agree + len(other), "other": other}


def table(tools: dict[str, dict[str, object]]) -> str:
    lines = [
        "| tool | MB/s | recall mean | worst | rows kept | repeated lines | leaks |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, row in tools.items():
        if "recall_mean" not in row:
            lines.append(f"| {name} | {row['mb_s']} | | | | | |")
            continue
        worst, kept = row["recall_worst"], row["rows_kept"]
        lines.append(
            f"| {name} | {row['mb_s']} | {row['recall_mean']} | {worst[0]} "  # type: ignore[index]
            f"| {kept[0]} of {kept[1]} | {row['repeated_per_document']} | {row['leaks']} |"  # type: ignore[index]
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--all", type=Path, help="a larger folder, read by qhdata alone")
    parser.add_argument("--facts", type=Path, nargs=2, metavar=("INLINE", "INSTANCE"))
    parser.add_argument("--items", type=Path, nargs=2, metavar=("FOLDER", "PEER"))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--keep", action="store_true", help="write benchmarks/results/")
    args = parser.parse_args()
    result: dict[str, object] = {
        **stamp(
            "HTML filings to text, sections, tables and facts; one core, process time",
            f"python benchmarks/extraction.py {args.folder.name} --all --facts --items",
        ),
        "versions": {name: version(name) for name in PEERS},
        "runs": args.runs,
        **compare(args.folder, args.runs),
    }  # fmt: skip
    if args.all:
        result["all"] = whole(args.all)
    if args.facts:
        result["facts"] = facts(*args.facts)
    if args.items:
        result["items_8k"] = items(*args.items)
    print(table(result["tools"]))  # type: ignore[arg-type]
    print(json.dumps({k: v for k, v in result.items() if k != "tools"}, indent=1))
    if args.keep:
        keep("extraction", result)


if __name__ == "__main__":
    main()
