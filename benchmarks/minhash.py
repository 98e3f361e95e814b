"""MinHash signatures and bands: ours against datasketch's batch API, same shingles, one core.

`python benchmarks/minhash.py [--docs 2000] [--words 500]` prints one table and writes
`benchmarks/results/DATE-minhash.json`. Texts are random words, so this measures arithmetic, not
quality; near copies with edits give the recall of the bands, and the S-curve beside it.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
from dated import keep, stamp

from qhdata.dedup.minhash import MinHash
from qhdata.words import words_of

HERE = Path(__file__).parent
EDITS = (0.01, 0.02, 0.03, 0.05, 0.08, 0.12)


def texts(docs: int, words: int) -> list[str]:
    rng = random.Random(1)
    known = ["".join(chr(97 + n // 26**k % 26) for k in range(4)) for n in range(20_000)]
    return [" ".join(rng.choices(known, k=words)) for _ in range(docs)]


def edited(text: str, share: float, seed: int) -> str:
    rng = random.Random(seed)
    words = text.split()
    for at in rng.sample(range(len(words)), int(len(words) * share)):
        words[at] = f"edit{rng.randrange(10**6)}"
    return " ".join(words)


def ours(corpus: list[str], step: MinHash) -> list[list[int]]:
    keys = step.keys()
    found = []
    for at in range(0, len(corpus), 256):
        some = corpus[at : at + 256]
        rows = pa.record_batch({"text": some, "row": pa.array(range(len(some)), pa.uint64())})
        made = keys(rows).column("key").to_numpy()
        found += made.reshape(len(some), step.bands).tolist()
    return found


def theirs(corpus: list[str], step: MinHash) -> list[np.ndarray]:
    from datasketch import MinHash as Reference

    out = []
    for text in corpus:
        words = words_of(text)
        runs = [
            " ".join(words[i : i + step.shingle]).encode()
            for i in range(len(words) - step.shingle + 1)
        ]
        found = Reference(num_perm=step.bands * step.rows, seed=1)
        found.update_batch(runs)
        out.append(found.digest())
    return out


def rate(work, corpus: list[str], step: MinHash) -> list[float]:
    found = []
    for _ in range(3):
        began = time.process_time()
        work(corpus, step)
        found.append(round(len(corpus) / (time.process_time() - began), 1))
    return found


def curve(corpus: list[str], step: MinHash) -> list[dict[str, float]]:
    some = corpus[:300]
    first = ours(some, step)
    rows = []
    for share in EDITS:
        second = ours([edited(t, share, n) for n, t in enumerate(some)], step)
        met = sum(bool(set(x) & set(y)) for x, y in zip(first, second, strict=True))
        kept = (1 - share) ** step.shingle
        jaccard = kept / (2 - kept)
        rows.append(
            {
                "edited": share,
                "jaccard": round(jaccard, 3),
                "met": round(met / len(some), 3),
                "expected": round(1 - (1 - jaccard**step.rows) ** step.bands, 3),
            }
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--docs", type=int, default=2000)
    parser.add_argument("--words", type=int, default=500)
    args = parser.parse_args()
    step = MinHash()
    corpus = texts(args.docs, args.words)
    mine, reference = rate(ours, corpus, step), rate(theirs, corpus, step)
    result = {
        **stamp(
            "MinHash signatures and bands, one core, CPU seconds",
            f"python benchmarks/minhash.py --docs {args.docs} --words {args.words}",
        ),
        "ours_docs_s": mine,
        "peer": "datasketch update_batch, without bands",
        "peer_docs_s": reference,
        "ratio_median": round(statistics.median(mine) / statistics.median(reference), 2),
        "s_curve": curve(corpus, step),
    }
    print(f"ours {mine} docs/s, datasketch {reference} docs/s, ratio {result['ratio_median']}")
    for row in result["s_curve"]:
        print(
            "edited {edited:.0%}  Jaccard {jaccard}  met {met}  expected {expected}".format(**row)
        )
    keep("minhash", result)


if __name__ == "__main__":
    main()
