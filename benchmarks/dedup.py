"""MinHash dedup end to end beside datatrove: same texts, same words, one core, whole processes.

    python benchmarks/dedup.py REAL [--docs 20000] [--words 300] [--runs 3]

REAL is a folder of real filings; its prose is cut into texts of so many words, and where that does
not suffice, taken again with every figure and half of the words changed. Copies are planted: near
copies (1 to 5 % of the words are others), template twins (every figure is another) and exact ones.
Both sides read JSON lines and write the texts that stay. Ours verifies and writes clusters,
decisions and digests; datatrove does not verify. `recall`: planted copies of which one is left;
`wrong`: texts dropped that are nobody's copy; `twins`: template twins dropped.
Needs `pip install -e '.[all,bench]'`. CPU seconds of the processes, so a busy machine tells less.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from dated import keep, stamp
from million import other

from qhdata.shingles import is_number

HOME = Path(__file__).resolve().parents[1]
WORD = r"\d+(?:[.,:/\-]\d+)*|[\u3400-\u4dbf\u4e00-\u9fff]|[^\W\d_\u3400-\u4dbf\u4e00-\u9fff]+"
"""Our words (qhdata/words.py), for the peer too."""
DEDUP = ("exact", "exact_fold", "minhash", "minhash_fold", "clusters", "select")
"""Steps of a build that dedup takes once its texts are a corpus."""
RECIPE = """corpus:
  read: [jsonl]
  tag: []
  dedup: [exact, minhash]
  select: []
  loss_guard: {share: 1.0}
"""


# ------------------------------------------------------------------- texts


def prose(real: Path, words: int) -> Iterator[str]:
    """Texts of so many words from the prose of real filings."""
    from qhdata.extract import Limits, extract_document
    from qhdata.readers import plan, read_file
    from qhdata.taggers.prose import prose_lines

    for file in plan([real]):
        try:
            documents = list(read_file(file).documents)
        except Exception:  # what cannot be read gives no text here
            continue
        for raw in documents:
            try:
                said = " ".join(prose_lines(extract_document(raw, Limits()).text)).split()
            except Exception:
                continue
            for at in range(0, len(said) - words, words):
                yield " ".join(said[at : at + words])


def unlike(texts: Iterator[str]) -> Iterator[str]:
    """Texts that repeat less than a fifth of what came before: nobody's copy by themselves."""
    seen: set[int] = set()
    for text in texts:
        words = text.split()
        runs = {hash(tuple(words[n : n + 5])) for n in range(len(words) - 4)}
        if len(runs & seen) * 5 <= len(runs):
            yield text
        seen |= runs


def enough(texts: list[str], count: int) -> Iterator[str]:
    """So many: further rounds have other figures and half of the words changed."""
    rng = random.Random(2)
    for n in range(count):
        text = texts[n % len(texts)]
        yield text if n < len(texts) else other(text, rng, 0.5)


def edited(text: str, share: float, rng: random.Random) -> str:
    words = text.split()
    # Another figure or period is no edit: it makes a twin.
    plain = [n for n, w in enumerate(words) if w.isalpha() and not is_number(w.lower())]
    for at in rng.sample(plain, min(len(plain), max(1, int(len(words) * share)))):
        words[at] = "".join(rng.choices("abcdefghijklmnop", k=7))
    return " ".join(words)


def twin(text: str, rng: random.Random) -> str:
    return re.sub(r"\d", lambda _: str(rng.randrange(10)), text)


def planted(texts: list[str], rng: random.Random) -> Iterator[tuple[str, str, str]]:
    """(kind, name of its original, text); a tenth near copies, a tenth twins, 2 % exact copies."""
    for n, text in enumerate(texts):
        yield "text", f"t{n}", text
        if n % 10 == 1:
            yield "near", f"t{n}", edited(text, 0.01 + 0.01 * (n // 10 % 5), rng)
        if n % 10 == 2 and len(re.findall(r"\d+", text)) >= 8:
            yield "twin", f"t{n}", twin(text, rng)
        if n % 50 == 3:
            yield "exact", f"t{n}", f"{text} "


# ------------------------------------------------------------------- two sides


def peer(source: Path, out: Path) -> None:
    """datatrove's four stages in one process; numbers kept, our words."""
    import xxhash
    from datatrove.data import Document
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.dedup import (
        MinhashDedupBuckets,
        MinhashDedupCluster,
        MinhashDedupFilter,
        MinhashDedupSignature,
    )
    from datatrove.pipeline.dedup.minhash import MinhashConfig
    from datatrove.utils.text import TextNormConfig
    from datatrove.utils.word_tokenizers import WordTokenizer

    class Words(WordTokenizer):  # type: ignore[misc]
        found = re.compile(WORD)

        def word_tokenize(self, text: str) -> list[str]:
            return self.found.findall(text)

        def sent_tokenize(self, text: str) -> list[str]:
            return [text]

        def span_tokenize(self, text: str) -> list[tuple[int, int]]:
            return [(0, len(text))]

    if int(xxhash.VERSION.split(".")[0]) >= 4:  # datatrove 0.10.1 hands it str, which it refuses
        from datatrove.utils.hashes import xxhash as theirs

        theirs.xxhash64 = lambda text: xxhash.xxh64_intdigest(text.encode())

    def read(data: Any, rank: int = 0, world_size: int = 1) -> Iterator[Any]:
        with source.open(encoding="utf-8") as lines:
            for n, line in enumerate(lines):
                row = json.loads(line)
                yield Document(text=row["text"], id=row["id"], metadata={"n": n})

    def write(data: Any, rank: int = 0, world_size: int = 1) -> Iterator[Any]:
        with (out / "kept.jsonl").open("w", encoding="utf-8") as handle:
            for one in data:
                handle.write(json.dumps({"id": one.id, "text": one.text}) + "\n")
                yield one

    norm = TextNormConfig(norm_numbers=False, norm_weekdays=False, norm_monthnames=False)
    config = MinhashConfig(norm_config=norm)
    folders = {name: str(out / name) for name in ("sigs", "buckets", "remove", "logs")}

    def run(steps: list[Any], tasks: int = 1) -> None:
        LocalPipelineExecutor(
            pipeline=steps, tasks=tasks, workers=1, skip_completed=False,
            logging_dir=str(out / "logs" / type(steps[-1]).__name__),
        ).run()  # fmt: skip

    run([read, MinhashDedupSignature(folders["sigs"], config=config, language=Words())])
    run([MinhashDedupBuckets(folders["sigs"], folders["buckets"], config=config)],
        tasks=config.num_buckets)  # fmt: skip
    run([MinhashDedupCluster(folders["buckets"], folders["remove"], config=config)])
    run([read, MinhashDedupFilter(folders["remove"]), write])


def ours(source: Path, out: Path) -> None:
    recipe = out / "dedup.yaml"
    recipe.write_text(RECIPE)
    base = [sys.executable, "-m", "qhdata"]
    corpus = str(out / "corpus")
    subprocess.run(
        [*base, "build", str(source), "-o", corpus, "-r", str(recipe), "-w", "1"],
        check=True, cwd=HOME, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    subprocess.run(
        [*base, "export", corpus, "-o", str(out / "kept"), "--format", "jsonl"],
        check=True, cwd=HOME, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def kept(out: Path) -> set[str]:
    """Texts that stayed."""
    found = set()
    for path in [*out.glob("kept.jsonl"), *out.glob("kept/**/*.jsonl")]:
        for line in path.read_text(encoding="utf-8").splitlines():
            found.add(" ".join(json.loads(line)["text"].split()))
    return found


def timed(side: str, source: Path, out: Path) -> float:
    """CPU seconds of one side as processes of its own."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    own = {**os.environ, "OMP_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}
    own.pop("PYTHONDONTWRITEBYTECODE", None)  # the peer's modules were compiled when installed
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, __file__, str(source), "--side", side, "--out", str(out)],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=own,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def judged(rows: list[dict[str, str]], stayed: set[str]) -> dict[str, float]:
    """What one side did with what was planted."""
    text = {row["id"]: " ".join(row["text"].split()) for row in rows}
    own = {row["original"]: text[row["id"]] for row in rows if row["kind"] == "text"}
    near = [row for row in rows if row["kind"] == "near"]
    twins = [row for row in rows if row["kind"] == "twin"]
    copied = {row["original"] for row in rows if row["kind"] != "text"}
    gone = sum(not (text[r["id"]] in stayed and own[r["original"]] in stayed) for r in near)
    merged = sum(not (text[r["id"]] in stayed and own[r["original"]] in stayed) for r in twins)
    wrong = sum(own[name] not in stayed for name in own if name not in copied)
    dropped = sum(t not in stayed for t in set(text.values()))
    return {
        "recall": round(gone / len(near), 4), "near": len(near), "twins_merged": merged,
        "twins": len(twins), "wrong": wrong, "dropped": dropped,
        "precision": round(1 - (wrong + merged) / dropped, 4) if dropped else 1.0,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("real", type=Path)
    parser.add_argument("--docs", type=int, default=20000)
    parser.add_argument("--words", type=int, default=300)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--side", choices=["ours", "peer"])
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    if args.side:
        (ours if args.side == "ours" else peer)(args.real, args.out)
        return
    rng = random.Random(1)
    real = list(islice(unlike(prose(args.real, args.words)), args.docs))
    texts = list(enough(real, args.docs))
    rows = [
        {"id": f"d{n}", "kind": kind, "original": name, "text": text}
        for n, (kind, name, text) in enumerate(planted(texts, rng))
    ]
    rng.shuffle(rows)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "texts.jsonl"
        source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        seconds: dict[str, list[float]] = {"ours": [], "peer": []}
        for _ in range(args.runs):
            for side in seconds:
                seconds[side].append(timed(side, source, Path(folder) / side))
        found = {side: judged(rows, kept(Path(folder) / side)) for side in seconds}
        steps = json.loads((Path(folder) / "ours/corpus/manifest.json").read_text())["steps"]
    alone = sum(s["seconds"] for s in steps if s["name"] in DEDUP)
    rate = {side: [round(len(rows) / s, 1) for s in some] for side, some in seconds.items()}
    result = {
        **stamp(
            "near dedup of texts of real filings, JSON lines to JSON lines, CPU seconds",
            f"python benchmarks/dedup.py REAL --docs {args.docs} --words {args.words} "
            f"--runs {args.runs}",
        ),
        "texts": len(rows),
        "real_texts": len(real),
        "ours_docs_s": rate["ours"],
        "peer": "datatrove 0.10.1, 14 x 8, numbers kept, no verification",
        "peer_docs_s": rate["peer"],
        "ratio_median": round(statistics.median(rate["ours"]) / statistics.median(rate["peer"]), 2),
        "ours_docs_s_of_dedup_steps": round(len(rows) / alone, 1),
        "ours": found["ours"],
        "peer_found": found["peer"],
        "ours_wall_s_of_steps": {s["name"]: s["seconds"] for s in steps},
    }
    print(json.dumps(result, indent=1))
    keep(f"dedup-{args.words}-words", result)


if __name__ == "__main__":
    main()
