"""From a finished task to what other stages train on: an example with its chain of thought, and a
pair with a near miss.
"""

from __future__ import annotations

from itertools import islice
from random import Random

from qhdata.judge import judge
from qhdata.judge.kinds import load
from qhdata.records import Example, JsonText, Message, Pair, Task
from qhdata.synth.settings import SynthSettings
from qhdata.synth.wording import answer_text

_MISSES = 8
"""Near misses of one gold to choose from: the first ones are the usual mistakes."""


def final(text: str, settings: SynthSettings) -> str:
    """An answer in the slot that the wording asks for."""
    return f"Answer: {text}" if settings.wording == "brief" else f"\\boxed{{{text}}}"


def reply(text: str, trace: str | None, settings: SynthSettings) -> Message:
    """An assistant's message: reasoning where the settings want it, then the answer."""
    answer = final(text, settings)
    if not trace:
        return Message(role="assistant", content=answer)
    if settings.reasoning_in == "thinking":
        return Message(role="assistant", content=answer, thinking=trace)
    return Message(role="assistant", content=f"{trace}\n{answer}")


def example_of(task: Task, answer: Message) -> Example:
    """A task with its answer, as a row of supervised training."""
    return Example(
        example_id="example:" + task.task_id.removeprefix("task:"),
        group_id=task.problem_id,
        family=task.family,
        label=task.generator.partition("@")[0],
        lang=task.lang,
        messages=(*task.messages, answer),
        tools=JsonText("[]"),
        split=task.split,
        public_at=task.public_at,
        generator=task.generator,
        seed=task.seed,
        filer_id=task.filer_id,
        license=task.license,
        sources=task.sources,
    )


def reasoning_example(task: Task, settings: SynthSettings) -> Example:
    """The expert's chain of thought and answer. A look-up that answers in one step shows no chain
    in brief wording.
    """
    trace = task.trace
    if settings.wording == "brief" and trace is not None and " = " not in trace:
        trace = None
    return example_of(task, reply(_answer(task, settings), trace, settings))


def _answer(task: Task, settings: SynthSettings) -> str:
    return answer_text(task.golds[0], settings.wording != "brief", lang=task.lang)


def reasoning_pair(task: Task, settings: SynthSettings, rng: Random) -> Pair | None:
    """Gold beside a near miss with its reason code; None where no near miss is one number."""
    gold = task.golds[0]
    chosen = reply(_answer(task, settings), task.trace, settings)
    usable = (
        miss.removeprefix("Answer: ")
        for miss, _ in load(gold.kind).near_misses(gold)
        if miss.startswith("Answer: ") and "\n" not in miss and miss[-1:].isdigit()
    )
    misses = list(islice(usable, _MISSES))
    if not misses:
        return None
    rejected = reply(rng.choice(misses), task.trace, settings)
    verdict = judge(gold, rejected.content)
    if verdict.outcome != "wrong":
        return None
    return Pair(
        pair_id="pair:" + task.task_id.removeprefix("task:"),
        group_id=task.problem_id,
        messages=task.messages,
        tools=JsonText("[]"),
        chosen=(chosen,),
        rejected=(rejected,),
        reason=verdict.reason,
        split=task.split,
        public_at=task.public_at,
        generator=task.generator,
        seed=task.seed,
        filer_id=task.filer_id,
        license=task.license,
        sources=task.sources,
    )
