"""How often the judge errs on a hand-labelled probe and on published answers, and how fast it is.

Three measurements. A probe of pairs labelled by hand (tests/fixtures/judge_probe.json): small, so
directional. TAT-QA dev: published answers against their own gold, every rendering and near miss of
each gold, and the answers of the other questions of the same passage. Verdicts a second of one
core's time. `--check` fails where an error is found, and writes nothing.

    python benchmarks/judge_probe.py [--tatqa PATH] [--check]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import time
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from qhdata.judge import judge
from qhdata.judge.judge import JUDGE
from qhdata.judge.kinds import load
from qhdata.records.base import DecimalText
from qhdata.records.task import Gold

ROOT = Path(__file__).resolve().parents[1]
PROBE = ROOT / "tests/fixtures/judge_probe.json"
REAL = Path(os.environ.get("QHDATA_REAL", ROOT / "../shared/data"))
POWERS = {"": 0, "thousand": 3, "million": 6, "billion": 9}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--tatqa", type=Path, default=REAL / "benchmarks/tatqa/tatqa_dataset_dev.json"
    )
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    found: dict[str, object] = {
        "what": "errors of the judge on a hand-labelled probe and on TAT-QA dev; verdicts a second",
        "command": "python benchmarks/judge_probe.py",
        "date": datetime.now(UTC).date().isoformat(),
        "commit": _commit(),
        "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}",
        "judge": JUDGE,
        "probe": probe(),
        "verdicts_cpu_s": speed(),
    }
    if given.tatqa.exists():
        found["tatqa"] = tatqa(given.tatqa)
    else:
        print(f"no {given.tatqa}: TAT-QA is left out")
    print(json.dumps(found, indent=1, ensure_ascii=False))
    errors = _errors(found)
    if not given.check:
        out = ROOT / f"benchmarks/results/{found['date']}-judge-probe.json"
        out.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"{errors} errors; wrote {out.relative_to(ROOT)}")
    return 1 if given.check and errors else 0


def probe() -> dict[str, object]:
    """False accepts and rejects on the hand-labelled pairs."""
    cases = json.loads(PROBE.read_text(encoding="utf-8"))
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for case in cases:
        columns = case["gold"] | {"choices": tuple(case["gold"].get("choices", ()))}
        verdict = judge(Gold(slot="answer", **columns), case["answer"])
        accepted = verdict.outcome == "correct"
        name = "right" if case["correct"] else "wrong"
        counts[f"{name}_pairs"] += 1
        counts["false_accepts"] += accepted and not case["correct"]
        counts["false_rejects"] += case["correct"] and not accepted
        counts["unscored"] += verdict.outcome == "unscored"
        counts["other_reason"] += verdict.reason != case.get("reason", verdict.reason)
        reasons[verdict.reason] += 1
    return dict(counts) | {"reasons": dict(sorted(reasons.items()))}


def tatqa(path: Path) -> dict[str, int]:
    """Arithmetic and count questions: the published answer, and every rendering and near miss of
    it.
    """
    counts: Counter[str] = Counter()
    for passage in json.loads(path.read_text(encoding="utf-8")):
        pairs: list[tuple[Gold, str]] = []
        for question in passage["questions"]:
            if question["answer_type"] not in ("arithmetic", "count"):
                continue
            value = Decimal(str(question["answer"]))
            if question["scale"] == "percent":
                gold, text = _gold("percent", value, 0), f"{value}%"
            else:
                power = POWERS[question["scale"]]
                gold, text = _gold("number", value, power), f"{value:,} {question['scale']}"
            kind = load(gold.kind)
            pairs.append((gold, text))
            counts["questions"] += 1
            counts["published_rejected"] += judge(gold, f"Answer: {text}").outcome != "correct"
            for rendering in kind.renderings(gold):
                counts["renderings"] += 1
                counts["renderings_rejected"] += judge(gold, rendering).outcome != "correct"
            for miss, reason in kind.near_misses(gold):
                counts["near_misses"] += 1
                verdict = judge(gold, miss)
                counts["near_misses_accepted"] += verdict.outcome != "wrong"
                counts["near_misses_other_reason"] += verdict.reason != reason
        for gold, text in pairs:
            for other, said in pairs:
                if (other.kind, other.value) != (gold.kind, gold.value) and said != text:
                    counts["other_answers"] += 1
                    accepted = judge(gold, f"Answer: {said}").outcome == "correct"
                    counts["other_answers_accepted"] += accepted
                    if accepted:
                        print(f"accepted {said!r} for {gold.kind} {gold.value}")
    return dict(counts)


def speed() -> dict[str, list[int]]:
    """Verdicts a second of processor time, five rounds each, of replies as policies write them."""
    scale = DecimalText("1000000")
    number = Gold(
        slot="answer", kind="number", value="1234500000", unit="USD", scale=scale, decimals=1
    )
    percent = Gold(slot="answer", kind="percent", value="12.4987", decimals=1)
    choice = Gold(slot="answer", kind="choice", value="B", choices=("A", "B", "C", "D"))
    thought = "<think>" + "Revenue less cost of revenue is gross profit. " * 20 + "</think>\n"
    replies = {
        "number, plain": (number, "1,234.5"),
        "number, wrong": (number, "1,239.5"),
        "number, scale word": (number, "$1,234.5 million"),
        "percent, answer line": (percent, "Answer: 12.5%"),
        "percent, 900 characters of thought, boxed": (percent, thought + "So \\boxed{12.5\\%}."),
        "percent, Chinese": (percent, "答案：百分之十二点五"),
        "choice": (choice, "Answer: B"),
    }
    found = {}
    for name, (gold, reply) in replies.items():
        rates = []
        for _ in range(5):
            start = time.process_time()
            for _ in range(20_000):
                judge(gold, reply)
            rates.append(round(20_000 / (time.process_time() - start)))
        found[name] = sorted(rates)
        print(f"{statistics.median(rates):>9,.0f} verdicts/s   {name}")
    return found


def _gold(kind: str, value: Decimal, power: int) -> Gold:
    base = format(value.scaleb(power), "f")
    scale = DecimalText(str(10**power))
    return Gold(slot="answer", kind=kind, value=base, scale=scale, decimals=2)


def _errors(found: dict[str, object]) -> int:
    names = ("false_accepts", "false_rejects", "unscored", "other_reason", "published_rejected",
             "renderings_rejected", "near_misses_accepted", "near_misses_other_reason")  # fmt: skip
    parts = [part for part in (found["probe"], found.get("tatqa")) if isinstance(part, dict)]
    return sum(part.get(name, 0) for part in parts for name in names)


def _commit() -> str:
    command = ["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    return run.stdout.strip() or "none"


if __name__ == "__main__":
    raise SystemExit(main())
