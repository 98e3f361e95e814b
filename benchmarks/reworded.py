"""How surely the teacher's rules tell a re-worded question from another one, and a chain of
thought that computes from one that does not; no model is asked.

Of corpora that `qhdata build` made: two wordings of each problem. Right ones are the generators'
own other wordings of a problem; wrong ones are questions of other problems with another program,
put in place of the one. Chains of thought are those of the generators; wrong ones have one digit
behind an equals sign changed. A changed digit may stay right (0.25 to one decimal is 0.2 and 0.3),
so those that are accepted are counted, not called errors.

    python benchmarks/reworded.py CORPUS [CORPUS ...]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import re
import subprocess
import tempfile
import time
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path

from pipelines.synth import run_kind
from qhdata.artifact import Artifact
from qhdata.records import Task, from_batch
from qhdata.synth import recomputed, reworded
from qhdata.synth.arithmetic import computes
from qhdata.synth.settings import Limits, SynthSettings
from qhdata.synth.teacher import asked_of
from qhdata.synth.terms import RATIO_NAMES

ROOT = Path(__file__).resolve().parents[1]
OTHERS = 200
"""Questions of other problems that are put in place of each."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", type=Path, nargs="+")
    given = parser.parse_args()
    found = {
        "what": "re-worded questions and chains of thought that the teacher's rules accept",
        "command": "python benchmarks/reworded.py " + " ".join(p.name for p in given.corpora),
        "date": datetime.now(UTC).date().isoformat(),
        "commit": _commit(),
        "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}",
        "corpora": {path.name: measured(Artifact.open(path, "corpus")) for path in given.corpora},
    }
    text = json.dumps(found, indent=1, ensure_ascii=False)
    print(text)
    out = ROOT / f"benchmarks/results/{found['date']}-reworded.json"
    out.write_text(text + "\n", encoding="utf-8")


def measured(corpus: Artifact) -> dict[str, object]:
    """All of one corpus."""
    settings = SynthSettings(phrasings=2, reasoning=Limits(train=1500, dev=0, test=0))
    with tempfile.TemporaryDirectory() as folder:
        made = run_kind("reasoning", corpus, Path(folder) / "set", settings, 1)
        tasks = [task for _, rows in made.batches("tasks") for task in from_batch(Task, rows)]
    return {
        "documents": corpus.part("documents").rows,
        "questions": len(tasks),
        **questions(tasks),
        **thoughts(tasks),
    }


def questions(tasks: list[Task]) -> dict[str, object]:
    """Right and wrong questions in place of one."""
    chance = random.Random(0)
    by_problem = defaultdict(list)
    for task in tasks:
        by_problem[task.problem_id].append(task)
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    began = time.process_time()
    for task in tasks:
        for other in by_problem[task.problem_id]:
            if other is not task:
                right[_reason(task, other)] += 1
        for other in chance.sample(tasks, min(OTHERS, len(tasks))):
            if other.program != task.program:
                wrong[_reason(task, other)] += 1
    took = time.process_time() - began
    return {
        "own_other_wordings": right.total(),
        "own_other_wordings_accepted": right["accepted"],
        "own_other_wordings_refused": _sorted(right),
        "questions_of_another_program": wrong.total(),
        "questions_of_another_program_accepted": wrong["accepted"],
        "questions_of_another_program_refused": _sorted(wrong),
        "questions_cpu_s": round((right.total() + wrong.total()) / took),
    }


def _reason(task: Task, other: Task) -> str:
    asked, its = asked_of(task), asked_of(other)
    if asked is None or its is None:
        return "not_reasoning"
    names = reworded.names_in(asked.question, asked.context, RATIO_NAMES)
    reason = reworded.refusal(
        asked.question, its.question, names=names, lang=task.lang, form=asked.form
    )
    return reason or "accepted"


def thoughts(tasks: list[Task]) -> dict[str, object]:
    """The generators' own chains of thought, and those with one digit changed."""
    chance = random.Random(0)
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for task in tasks:
        trace, program = task.trace or "", task.program or ""
        known = f"{task.messages[-1].content}\n{program}"
        must = computes(program)
        right[recomputed.refusal(trace, known, must_compute=must) or "accepted"] += 1
        places = [
            n
            for m in re.finditer(r"= [^\n]+", trace)
            for n in range(*m.span())
            if trace[n].isdigit()
        ]
        if places:
            at = chance.choice(places)
            digit = chance.choice([d for d in "0123456789" if d != trace[at]])
            changed = trace[:at] + digit + trace[at + 1 :]
            wrong[recomputed.refusal(changed, known, must_compute=must) or "accepted"] += 1
    return {
        "own_thoughts": right.total(),
        "own_thoughts_accepted": right["accepted"],
        "own_thoughts_refused": _sorted(right),
        "thoughts_with_a_digit_changed": wrong.total(),
        "thoughts_with_a_digit_changed_accepted": wrong["accepted"],
    }


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return {name: n for name, n in counts.most_common() if name != "accepted"}


def _commit() -> str:
    command = ["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    main()
