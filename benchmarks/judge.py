"""How often the judge errs, beside three public judges on the same pairs; its speed; fuzzed.

    python benchmarks/judge.py FILINGS [--each 60] [--peers 1500] [--fuzz 1000000] [--keep]

FILINGS: a folder of real filings with inline XBRL. judge_pairs.py says whose hands made the pairs.
The peers see numeric kinds alone, gold written as the question asks for it, and the answer without
what leads to it: math-verify as it comes; TAT-QA's metric (rounded to two places, then scaled,
equal as text) and FinanceReasoning's rule (the number that is left when words and signs are gone,
within 0.2 %) are written here after their papers. Worst inputs: p99 of 300 verdicts each.
Needs `pip install -e '.[all,bench]'`.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from random import Random
from typing import Any

from dated import keep, stamp
from judge_pairs import NUMERIC, Pair, by_babel, by_filings, by_kinds, by_words, gold

from qhdata.judge import judge
from qhdata.judge.answer_slot import answer_slots
from qhdata.judge.judge import JUDGE
from qhdata.judge.kinds import KINDS
from qhdata.records.base import DecimalText

WORDS = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9, "percent": -2}


def errors(pairs: list[Pair], accepts: Callable[[Pair], bool], show: int = 0) -> dict[str, Any]:
    """False accepts of wrong pairs and false rejects of right ones, and by hand."""
    found: Counter[str] = Counter()
    by: dict[str, Counter[str]] = defaultdict(Counter)
    for pair in pairs:
        accepted = accepts(pair)
        name = "right" if pair.right else "wrong"
        fault = "false_accepts" if accepted and not pair.right else ""
        fault = "false_rejects" if pair.right and not accepted else fault
        for counts in (found, by[pair.hand], by[pair.lang]):
            counts[name] += 1
            if fault:
                counts[fault] += 1
        if fault and show > 0:
            show -= 1
            print(fault, pair.hand, pair.gold.kind, pair.asked, repr(pair.answer[:80]))
    rates = {
        "false_accept_rate": round(found["false_accepts"] / max(1, found["wrong"]), 5),
        "false_reject_rate": round(found["false_rejects"] / max(1, found["right"]), 5),
    }
    return {**found, **rates, "by": {name: dict(counts) for name, counts in sorted(by.items())}}


def ours(pair: Pair) -> bool:
    return judge(pair.gold, pair.answer).outcome == "correct"


def said(pair: Pair) -> str:
    """The answer without what leads to it: the peers are not asked to find it."""
    slots = answer_slots(pair.answer)
    return slots[-1] if slots else pair.answer


def math_verify(pair: Pair) -> bool:
    from math_verify import parse, verify

    with contextlib.suppress(Exception):
        given = parse(f"\\boxed{{{said(pair)}}}")
        return bool(verify(parse(f"\\boxed{{{pair.asked}}}"), given))
    return False


def tatqa(pair: Pair) -> bool:
    def norm(text: str) -> str:
        text = text.lower()
        scale = next((p for w, p in WORDS.items() if w in text), -2 if "%" in text else 0)
        bare = re.sub(r"[^\d.\-]", "", text)
        if text.strip().startswith("(") and "," not in text:
            bare = "-" + bare
        try:
            return f"{round(float(bare), 2) * 10**scale:.4f}"
        except ValueError:
            return text

    return norm(said(pair)) == norm(pair.asked)


def finance_reasoning(pair: Pair) -> bool:
    def number(text: str) -> Decimal | None:
        bare = re.sub(r"million|billion|us|usd|[$%,]", "", text.lower()).strip()
        try:
            return Decimal(bare)
        except InvalidOperation:
            return None

    one, other = number(pair.asked), number(said(pair))
    if one is None or other is None or not other.is_finite():
        return False
    return abs(one - other) <= abs(one) * Decimal("0.002")


def speed() -> dict[str, Any]:
    """Verdicts a second of processor time on plain numbers, median of five rounds."""
    rng = Random(3)
    plain = [gold("number", rng.randrange(1, 10**9), unit="USD") for _ in range(1000)]
    texts = [[one.value, f"{int(one.value):,}", f"${int(one.value):,}", "7"] for one in plain]
    rates = []
    for _ in range(5):
        began = time.process_time()
        for _ in range(10):
            for one, replies in zip(plain, texts, strict=True):
                for reply in replies:
                    judge(one, reply)
        rates.append(round(40_000 / (time.process_time() - began)))
    return {"plain_numbers_s": sorted(rates), "median": statistics.median(rates)}


def worst() -> dict[str, float]:
    """p99 of the slowest inputs, in milliseconds of the processor, which other jobs share."""
    one = gold("number", "1234500000", unit="USD", scale=DecimalText("1000000"), decimals=1)
    inputs = {
        "a long reply": "word " * 40_000 + "\\boxed{1,234.5}",
        "braces": "{" * 100_000,
        "boxes": "\\boxed{1}" * 20_000,
        "answers": "answer: 5\n" * 20_000,
        "json": '{"answer": ' * 20_000,
        "words": "one hundred " * 16,
        "digits": "9" * 200,
        "chinese": "一千亿" * 60,
        "dashes": "-" * 200,
        "nested": "[" * 5_000,
    }
    found = {}
    for name, text in inputs.items():
        rounds = []
        for _ in range(300):
            began = time.process_time()
            judge(one, text)
            rounds.append(time.process_time() - began)
        found[name] = round(sorted(rounds)[int(len(rounds) * 0.99)] * 1e3, 3)
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def fuzz(n: int) -> dict[str, int]:
    """Verdicts on random texts; an exception would end it."""
    rng = Random(7)
    alphabet = list(
        '0123456789.,-+()%$€¥£{}[]\\":;/ \n\t亿万千百元年月日零一二两十点负%个基点至到或'
    )
    alphabet += [
        "\\boxed{", "Answer:", "答案：", "million", "billion", "to", "or", "<think>", "</think>",
        "x", '{"answer":', "true", "null", "2024", "Q2", "\ud800", "\x00", "e9", "bps", "per share",
    ]  # fmt: skip
    golds = [gold(kind, value, choices=("A", "B") if kind in ("choice", "label_set") else ())
             for kind, value in _VALUES.items()]  # fmt: skip
    outcomes: Counter[str] = Counter()
    for i in range(n):
        text = "".join(rng.choices(alphabet, k=rng.randrange(0, 24)))
        outcomes[judge(golds[i % len(golds)], text).outcome] += 1
    return dict(outcomes)


_VALUES = dict.fromkeys(KINDS, "5") | {
    "date": "2024-06-30", "period": "2024Q2", "bool": "true", "choice": "A", "text": "x",
    "label_set": '["A"]', "vector": "[1, 2]", "range": "[1, 2]", "json": '{"a": 1}',
    "extractive_spans": '["a b"]',
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("filings", type=Path)
    parser.add_argument("--each", type=int, default=60, help="golds of each kind and hand")
    parser.add_argument("--peers", type=int, default=1500, help="numeric pairs for the peers")
    parser.add_argument("--fuzz", type=int, default=1_000_000)
    parser.add_argument("--keep", action="store_true", help="write benchmarks/results")
    args = parser.parse_args()
    rng = Random(1)
    pairs = list(by_kinds(rng, args.each // 3))
    pairs += [*by_babel(rng, args.each * 4), *by_words(rng, args.each * 4)]
    pairs += by_filings(args.filings, rng, args.each * 15)
    hands = Counter(pair.hand for pair in pairs)
    found = {
        **stamp("errors of the judge on pairs of known truth, beside public judges; its speed",
                f"python benchmarks/judge.py FILINGS --each {args.each}"),
        "judge": JUDGE,
        "pairs": len(pairs),
        "hands": dict(hands),
        "by_other_hands": round(1 - hands["kinds"] / len(pairs), 3),
        "kinds": len({pair.gold.kind for pair in pairs}),
        "ours": errors(pairs, ours, show=20),
    }  # fmt: skip
    numeric = [pair for pair in pairs if pair.gold.kind in NUMERIC]
    rng.shuffle(numeric)
    numeric = numeric[: args.peers]
    found["on_numeric_pairs"] = {
        name: {k: v for k, v in errors(numeric, rule).items() if k != "by"}
        for name, rule in (("ours", ours), ("math_verify", math_verify), ("tatqa", tatqa),
                           ("finance_reasoning", finance_reasoning))
    }  # fmt: skip
    found["speed"] = speed()
    found["worst_p99_ms"] = worst()
    found["fuzzed"] = fuzz(args.fuzz)
    print(json.dumps(found, indent=1))
    if args.keep:
        keep("judge", found)


if __name__ == "__main__":
    main()
