"""The finance classifier on held-out real text, pool by pool; recall at 1 % prevalence.

`python benchmarks/classifier.py --filings DIR --questions DIR --tech DIR...` builds the filings,
cuts texts out of them and of what lies on this machine (manual pages, licences, READMEs), trains
`qhdata classifier train` on four fifths of the documents and measures on the rest. Then it hides
one finance text in a hundred among the others and looks for them with `classifier recall`. One
core; prints tables, writes `benchmarks/results/DATE-classifier.json`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import classifier_pools as pools_of
from dated import stamp

from pipelines.build import read_settings
from pipelines.classifier_paths import train_on_paths
from pipelines.corpus import build_corpus
from pipelines.options import RECIPES
from pipelines.recall import find
from qhdata.artifact import Artifact
from qhdata.classifier.fit import Fit
from qhdata.classifier.recall import Recall

HERE = Path(__file__).parent
FINANCE = ("discussion", "notes", "releases", "tatqa")
HARD = ("agreements", "proxies", "insurance", "licences", "tickers")
PLAIN = ("manuals", "readmes")
TOPICS = {
    "filing": ("discussion", "notes"),
    "legal": ("agreements", "insurance", "licences"),
    "news": ("releases",),
    "exam": ("exams",),
    "technical": ("manuals", "readmes", "tickers"),
}
WHAT = {
    "discussion": "MD&A and market risk of 10-K and 10-Q",
    "notes": "statements' notes of 10-K and 10-Q",
    "releases": "EX-99 of 8-K: earnings releases and the like; news among the topics",
    "tatqa": "paragraphs of TAT-QA's contexts",
    "agreements": "EX-10, EX-4, EX-3, EX-1: credit, lease, purchase, employment agreements",
    "proxies": "DEF 14A, and items 10-13 of 10-K: directors, pay, ownership",
    "insurance": "windows of the agreements that speak of insurance twice or more",
    "licences": "licences of software, copyright files of Debian",
    "tickers": "READMEs and docs of finance packages that name tickers",
    "manuals": "manual pages of Debian",
    "readmes": "READMEs, changelogs and docs of Debian and Python packages",
    "exams": "CFLUE's exam questions (Chinese), ten a text",
}
SHARE = 0.25
"""Of each pool's documents, held out."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--filings", type=Path, required=True)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--tech", type=Path, nargs="+", required=True)
    parser.add_argument("--share", type=Path, default=Path("/usr/share"))
    parser.add_argument("--pool", type=int, default=12_000, help="texts of the recall pool")
    args = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        pools = read_pools(args, home)
        for name, texts in pools.items():
            (home / f"{name}.jsonl").write_text("".join(pools_of.each(texts)), encoding="utf-8")
        result = {
            **stamp(
                "finance classifier on held-out real text; recall loop at 1 % prevalence",
                "python benchmarks/classifier.py --filings ... --questions ... --tech ...",
            ),
            "pools": {
                name: {
                    "what": WHAT[name],
                    "texts": len(texts),
                    "documents": pools_of.documents(texts),
                }
                for name, texts in pools.items()
            },
            "held_out_share": SHARE,
            "classifier": two_sides(home, pools),
            "topics": topics(home),
            "recall": recall(home, pools, args.pool),
        }
        result["seconds"] = round(time.monotonic() - began)
    path = HERE / "results" / f"{result['date']}-classifier.json"
    path.write_text(json.dumps(result, indent=1) + "\n")
    print(f"{path}: {result['seconds']} s")


def read_pools(args: argparse.Namespace, home: Path) -> dict[str, list[pools_of.Text]]:
    settings = read_settings(RECIPES / "filings.yaml", ())
    corpus = build_corpus(
        settings, [args.filings], home / "corpus", workers=1, on_note=lambda _line: None
    )
    pools = pools_of.of_filings(Artifact.open(corpus.path, "corpus"))
    pools["tatqa"] = pools_of.of_tatqa(args.questions / "tatqa" / "tatqa_dataset_dev.json")
    site = [Path(p) for p in sys.path if p.endswith("site-packages")]
    docs = args.share / "doc"
    pools["licences"] = pools_of.of_files(
        [args.share / "common-licenses", docs, *site], ("GPL*", "*LICEN[SC]E*", "copyright*"), 800
    )
    named = pools_of.TICKER
    pools["tickers"] = pools_of.of_files(
        list(args.tech), ("*.md", "*.rst", "METADATA"), 400, lambda t: bool(named.search(t))
    )
    pools["manuals"] = pools_of.of_manuals([args.share / "man"], 10_000)
    pools["readmes"] = pools_of.of_files(
        [docs, *site], ("*.md", "*.rst", "METADATA", "README*", "NEWS*", "changelog*"), 3000
    )
    pools["exams"] = pools_of.of_exams(args.questions / "cflue" / "knowledge_even.json")
    return pools


def two_sides(home: Path, pools: dict[str, list[pools_of.Text]]) -> dict[str, Any]:
    """All pools on both sides; then each hard pool without having been trained on."""
    positive = [home / f"{name}.jsonl" for name in FINANCE]
    negative = [*HARD, *PLAIN]
    most = Fit(most=4000)

    def trained(names: list[str], out: str, share: float) -> dict[str, Any]:
        sides = {"finance": positive, "general": [home / f"{name}.jsonl" for name in names]}
        return train_on_paths(sides, home / out, most, share)

    metrics = trained(negative, "all", SHARE)
    at = metrics["at_recall_90"]
    rows = {}
    for row in metrics["pools"]:
        if row["side"] == "negative":
            hits = at["recall"] * metrics["n_finance"]
            wrong = row["above"] / row["n"]
            rows[row["pool"].removesuffix(".jsonl")] = {
                "held_out": row["n"],
                "above": row["above"],
                "precision": round(hits / (hits + row["above"]), 4),
                "precision_at_equal_sizes": round(at["recall"] / (at["recall"] + wrong), 4),
            }
    for name in HARD:
        unseen = unseen_pool(home, name, pools[name], trained, negative)
        rows[name]["never_trained_on"] = unseen
    print(
        f"AUC {metrics['auc']}, at 90 % recall precision {at['precision']} "
        f"({metrics['n_finance']} finance, {metrics['n_general']} other texts held out)"
    )
    for name, row in rows.items():
        print(f"  {name:<12}", json.dumps(row))
    keys = ("auc", "precision", "recall", "calibration_error", "at_recall_90")
    sizes = ("n", "n_train", "n_finance", "n_general", "left_out")
    return {**{k: metrics[k] for k in (*keys, *sizes)}, "by_pool": rows}


def unseen_pool(
    home: Path, name: str, texts: list[pools_of.Text], trained: Any, negative: list[str]
) -> dict[str, Any]:
    """A hard pool judged whole by a classifier that saw nothing of it."""
    from qhdata.taggers.finance import scorer
    from qhdata.taggers.passages import passages

    metrics = trained([n for n in negative if n != name], f"without-{name}", SHARE)
    at = metrics["at_recall_90"]
    score = scorer(home / f"without-{name}" / "model.bin")
    above = sum(score(passages(t.text, 1))[0] >= at["threshold"] for t in texts)
    wrong = above / len(texts)
    return {
        "texts": len(texts),
        "above": above,
        "precision_at_equal_sizes": round(at["recall"] / (at["recall"] + wrong), 4),
    }


def topics(home: Path) -> dict[str, Any]:
    """Five topics of the same pools."""
    sides = {
        topic: [home / f"{name}.jsonl" for name in names] for topic, names in sorted(TOPICS.items())
    }
    metrics = train_on_paths(sides, home / "topics", Fit(most=1500), SHARE)
    print(f"topics: accuracy {metrics['accuracy']} of {metrics['n']}", metrics["labels"])
    return {k: metrics[k] for k in ("accuracy", "n", "labels", "confusion", "calibration_error")}


def recall(home: Path, pools: dict[str, list[pools_of.Text]], size: int) -> dict[str, Any]:
    """Seeds of one kind (MD&A of half of the filings); a pool with 1 % of all kinds of finance."""
    seeds = _some([t for t in pools["discussion"] if _half(t.document)], 200)
    known = {t.document for t in seeds}
    wanted = [
        t
        for name in FINANCE
        for t in _some(pools[name], size // 200)
        if t.document not in known and not (name == "discussion" and _half(t.document))
    ]
    wanted = _some(wanted, size // 100)
    others = [t for name in (*HARD, *PLAIN) for t in pools[name] if name != "insurance"]
    others = _some(others, size - len(wanted))
    (home / "seeds.jsonl").write_text("".join(pools_of.each(seeds)), encoding="utf-8")
    rows = [
        json.dumps({"text": t.text, "document": f"{kind} {t.document}"}) + "\n"
        for kind, texts in (("wanted", wanted), ("other", others))
        for t in texts
    ]
    (home / "pool.jsonl").write_text("".join(rows), encoding="utf-8")
    began = time.monotonic()
    settings = Recall(rounds=3, top=0.005)
    find((home / "seeds.jsonl",), (home / "pool.jsonl",), home / "found", settings)
    artifact = Artifact.open(home / "found", "recall")
    inside = artifact.table("pool", ["document"])["document"].to_pylist()
    total = sum(d.startswith("wanted") for d in inside)
    found = artifact.table("found", ["document", "round"]).to_pylist()
    by_round: Counter[int] = Counter()
    hits: Counter[int] = Counter()
    for row in found:
        by_round[row["round"]] += 1
        hits[row["round"]] += row["document"].startswith("wanted")
    rounds = []
    for n in range(1, settings.rounds + 1):
        step = artifact.step(f"round{n}@1")
        all_hits = sum(hits[k] for k in range(1, n + 1))
        all_found = sum(by_round[k] for k in range(1, n + 1))
        rounds.append(
            {
                "round": n,
                "found": all_found,
                "recall": round(all_hits / total, 4),
                "precision": round(all_hits / all_found, 4),
                "seed_recall": step["notes"]["seed_recall"] if step else None,
            }
        )
        print(rounds[-1])
    return {
        "seeds": f"{len(seeds)} texts of MD&A, of {len(known)} filings that the pool has none of",
        "pool": len(inside),
        "wanted": total,
        "prevalence": round(total / len(inside), 4),
        "top": settings.top,
        "rounds": rounds,
        "seconds": round(time.monotonic() - began),
    }


def _half(document: str) -> bool:
    return hashlib.blake2b(document.encode(), digest_size=1).digest()[0] < 128


def _some(texts: list[pools_of.Text], most: int) -> list[pools_of.Text]:
    """Some of them by chance, the same ones each time."""
    key = [
        (hashlib.blake2b(t.text.encode("utf-8", "replace"), digest_size=8).digest(), t)
        for t in texts
    ]
    return [t for _, t in sorted(key)[:most]]


if __name__ == "__main__":
    main()
