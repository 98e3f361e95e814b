"""The teacher: a language model that re-words a question, or writes the chain of thought to a gold
that it is not shown. It never makes a number, and whatever it writes is proved by rules or refused.

- paraphrase: the question's sentence is asked in other words; excerpt, form of the answer, gold and
  program stay as they are (`reworded.py` says what must survive).
- thoughts: an answer with its reasoning; the judge must accept the answer, and every line of
  arithmetic is worked out again (`recomputed.py`).

A refusal has a reason and is counted. Rows keep the problem_id of their parent, so that all
wordings of one problem stay together, and `taught` says what each was made of.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Literal

from pydantic import Field

from qhdata.judge import judge
from qhdata.judge.answer_slot import after_thinking, answer_slots
from qhdata.judge.rubric import language_is
from qhdata.llm import Answer, LlmSettings, Prompt, Request
from qhdata.recipe import AtLeastOne, NotNegative, Settings
from qhdata.records import Example, Message, Task, Taught
from qhdata.step import Skip
from qhdata.synth import recomputed, reworded
from qhdata.synth.arithmetic import computes
from qhdata.synth.check import check
from qhdata.synth.finish import digest_of
from qhdata.synth.terms import RATIO_NAMES
from qhdata.synth.wording import form_of_answer

Skill = Literal["paraphrase", "thoughts"]

VERSION = 1
"""Of this machinery: bump when the same replies give other rows."""
LONGEST_THOUGHTS = 6_000
"""Characters of a chain of thought."""
_LANGUAGES = {"en": "English", "zh": "Chinese"}
_SLOT = {"en": " Put the final answer in \\boxed{}.", "zh": "最终答案写在 \\boxed{} 中。"}
"""How `form_of_answer` ends; the prompt says another place."""


@dataclass(frozen=True, kw_only=True)
class TeachSettings(Settings):
    """What the teacher is asked for."""

    llm: LlmSettings
    """The model, where it is, and what it may cost."""
    variants: AtLeastOne = 1
    """Replies to ask for, for each task."""
    splits: Annotated[tuple[Literal["train", "dev", "test"], ...], Field(min_length=1)] = ("train",)
    """Splits whose tasks are taught. Held-out ones stay the generators' own by default, so that no
    model has a part in what another is measured on.
    """
    limit: NotNegative = 0
    """Tasks of each split to teach, the first ones; 0: all."""


@dataclass(frozen=True, kw_only=True)
class Reworded(Settings):
    """The reply to a paraphrase prompt."""

    question: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A reasoning task's prompt in its parts; joined they are the prompt again."""

    context: str
    question: str
    form: str
    """How the answer is to be written, with the space before it; empty in brief wording."""

    def prompt(self, question: str) -> str:
        """The prompt with another question in its place."""
        return f"{self.context}\n\n{question}{self.form}"


@dataclass(frozen=True, slots=True)
class Lesson:
    """One task with its example, and what the teacher is asked about it."""

    task: Task
    example: Example
    asked: Asked
    requests: tuple[Request, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """What one accepted reply became."""

    example: Example
    task: Task | None
    taught: tuple[Taught, ...]


def prompt_of(skill: Skill) -> Prompt:
    """The packaged template of a skill."""
    return Prompt.load("qhdata.synth", skill)


def asked_of(task: Task) -> Asked | None:
    """A task's prompt in its parts; None where it is no reasoning task of one gold and one turn."""
    if task.family != "reasoning" or len(task.golds) != 1 or len(task.messages) != 1:
        return None
    context, gap, last = task.messages[0].content.rpartition("\n\n")
    if not gap or not last.strip():
        return None
    for parentheses in (False, True):
        form = " " + form_of_answer(task.golds[0], task.lang, parentheses)
        if last.endswith(form):
            return Asked(context, last.removesuffix(form), form)
    return Asked(context, last, "")


def lesson_of(
    task: Task, example: Example, skill: Skill, prompt: Prompt, variants: int
) -> Lesson | Skip:
    """What to ask about a task, or why nothing is."""
    asked = asked_of(task)
    if asked is None:
        return Skip("not_reasoning")
    language = _LANGUAGES.get(task.lang)
    if language is None:
        return Skip("language")
    slots = {"language": language, "question": asked.question}
    if skill == "thoughts":
        form = asked.form.removesuffix(_SLOT[task.lang])
        slots |= {"question": asked.question + form, "excerpt": asked.context}
    messages = prompt.fill(slots)
    requests = (Request(messages=messages, prompt=prompt.id, draw=n) for n in range(variants))
    return Lesson(task, example, asked, tuple(requests))


def row_of(lesson: Lesson, answer: Answer, skill: Skill, prompt: Prompt, model: str) -> Row | Skip:
    """The row that a reply makes, or why it is refused."""
    if answer.reason:
        return Skip(answer.reason)
    made: tuple[Example, Task | None] | Skip
    made = _paraphrase(lesson, answer) if skill == "paraphrase" else _thoughts(lesson, answer)
    if isinstance(made, Skip):
        return made
    example, task = made
    couples = [(example.example_id, lesson.example.example_id)]
    couples += [(task.task_id, lesson.task.task_id)] if task else []
    taught = (
        Taught(
            row_id=row, parent_id=parent, parent_generator=lesson.task.generator,
            skill=f"{skill}@{VERSION}", prompt=prompt.id, model=model, served=answer.model,
            reply=answer.key,
        )
        for row, parent in couples
    )  # fmt: skip
    return Row(example, task, tuple(taught))


def _paraphrase(lesson: Lesson, answer: Answer) -> tuple[Example, Task | None] | Skip:
    task, asked = lesson.task, lesson.asked
    question = answer.value.question.strip()
    names = reworded.names_in(asked.question, asked.context, RATIO_NAMES)
    reason = reworded.refusal(
        asked.question, question, names=names, lang=task.lang, form=asked.form
    )
    if reason is not None:
        return Skip(reason)
    content = asked.prompt(question)
    task_id = digest_of(task.problem_id.removeprefix("problem:"), content)
    generator = f"teach.paraphrase@{VERSION}"
    messages = (Message(role="user", content=content),)
    made = replace(task, task_id=f"task:{task_id}", messages=messages, generator=generator)
    faults = check(made)
    if faults:
        return Skip("check." + faults[0].partition(":")[0])
    example = replace(
        lesson.example,
        example_id=f"example:{task_id}",
        messages=(*messages, *lesson.example.messages[len(task.messages) :]),
        generator=generator,
    )
    return example, made


def _thoughts(lesson: Lesson, answer: Answer) -> tuple[Example, Task | None] | Skip:
    task, parent = lesson.task, lesson.example.messages[-1]
    text = (after_thinking(answer.text) or "").strip()
    thoughts, _, last = text.rpartition("\n")
    reason = _why_not(task, thoughts.strip(), last)
    if reason is not None:
        return Skip(reason)
    thoughts = thoughts.strip()
    if parent.thinking is not None:
        said = replace(parent, thinking=thoughts)
    else:  # where the parent reasons in its content, its last line is the answer
        said = replace(parent, content=f"{thoughts}\n{parent.content.rpartition(chr(10))[2]}")
    generator = f"teach.thoughts@{VERSION}"
    example = replace(
        lesson.example,
        example_id="example:" + digest_of(lesson.example.example_id, thoughts),
        messages=(*task.messages, said),
        generator=generator,
    )
    if judge(task.golds[0], said.content).outcome != "correct":
        return Skip("answer_in_thoughts")
    return example, None


def _why_not(task: Task, thoughts: str, last: str) -> str | None:
    """Why an answer with its reasoning is refused."""
    verdict = judge(task.golds[0], f"{thoughts}\n{last}")
    if verdict.outcome != "correct":
        return f"judge.{verdict.reason}"
    if not thoughts:
        return "no_thoughts"
    if len(thoughts) > LONGEST_THOUGHTS:
        return "too_long"
    marks = reworded.MARK.search(thoughts)
    if (
        marks
        or answer_slots(f"1.\n2.\n{thoughts}\n3.")
        or judge(task.golds[0], f"1.\n2.\n{last}").outcome != "correct"
    ):
        return "answer_in_thoughts"
    if reworded.has_odd_characters(thoughts, "\n\t"):
        return "odd_characters"
    if not language_is(thoughts, {"language": task.lang}):
        return "other_language"
    program = task.program or ""
    known = f"{task.messages[-1].content}\n{program}"
    return recomputed.refusal(thoughts, known, must_compute=bool(program) and computes(program))
