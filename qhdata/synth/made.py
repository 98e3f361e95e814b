"""Made: what one draft became. The machinery writes its rows; gates look at it first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from qhdata.factstore.rows import StoredDocument
from qhdata.judge.rubric import check_all
from qhdata.records import (
    Criterion,
    Document,
    Example,
    Gold,
    JsonText,
    Message,
    Pair,
    Source,
    Task,
    json_text,
)
from qhdata.step import Skip
from qhdata.synth.finish import digest_of
from qhdata.synth.grid import latest


@dataclass(frozen=True, kw_only=True)
class Made:
    """Rows of one draft."""

    tasks: tuple[Task, ...] = ()
    examples: tuple[Example, ...] = ()
    pairs: tuple[Pair, ...] = ()
    documents: tuple[Document, ...] = ()
    sources: tuple[Source, ...] = ()
    """Of the documents: examples, pairs and tasks carry their own."""
    prompt: str
    """What would be a duplicate of this."""


@dataclass(frozen=True, kw_only=True)
class TextDraft:
    """An instruction whose right reply is known, and checked by criteria rather than by one gold
    number.
    """

    generator: str
    """name@version."""
    document: StoredDocument
    lang: str
    prompt: str
    reply: str
    """Scores 1 on the criteria; `finish_text` refuses the draft otherwise."""
    sources: tuple[Source, ...]
    criteria: tuple[Criterion, ...]
    wrong: tuple[tuple[str, str], ...] = ()
    """(reply, reason): replies that must score below 1."""
    thinking: str | None = None


def criterion(
    name: str,
    text: str,
    check: str,
    arguments: dict[str, object],
    *,
    weight: float = 1.0,
    gate: bool = False,
) -> Criterion:
    """A criterion with its arguments as JSON."""
    return Criterion(
        criterion_id=name,
        text=text,
        check=check,
        arguments=json_text(arguments),
        weight=weight,
        gate=gate,
    )


def number_is(gold: Gold, text: str = "The number is right.") -> Criterion:
    """The gate that a reply's final answer is this gold, to the decimals that it asks for."""
    asked = {name: getattr(gold, name) for name in ("value", "kind", "unit", "scale", "decimals")}
    return criterion("number", text, "number_matches", asked, gate=True)


def finish_text(
    draft: TextDraft, family: Literal["instruct", "general"], seed: int, *, pairs: bool
) -> Made | Skip:
    """Rows of a text draft: an example and its pairs, and a task where the family is scored in RL.

    Skips: reply_fails_criteria, empty_passes, wrong_passes, no_quote.
    """
    if not draft.sources or any(not source.quote for source in draft.sources):
        return Skip("no_quote")
    if check_all(draft.criteria, draft.reply).total != 1.0:
        return Skip("reply_fails_criteria")
    if check_all(draft.criteria, "").total != 0.0:
        return Skip("empty_passes")
    for wrong, _ in draft.wrong:
        score = check_all(draft.criteria, wrong).total
        if score is None or score >= 1.0:
            return Skip("wrong_passes")
    document = draft.document
    problem = digest_of(draft.generator, draft.prompt)
    messages = (Message(role="user", content=draft.prompt),)
    chosen = Message(role="assistant", content=draft.reply, thinking=draft.thinking)
    when = latest(draft.sources)
    example = Example(
        example_id=f"example:{problem}",
        group_id=f"problem:{problem}",
        family=family,
        label=draft.generator.partition("@")[0],
        lang=draft.lang,
        messages=(*messages, chosen),
        tools=JsonText("[]"),
        split=document.split,
        public_at=when,
        generator=draft.generator,
        seed=seed,
        filer_id=document.filer_id,
        license=document.license,
        sources=draft.sources,
    )
    made_pairs = tuple(
        Pair(
            pair_id=f"pair:{problem}:{index}",
            group_id=f"problem:{problem}",
            messages=messages,
            tools=JsonText("[]"),
            chosen=(chosen,),
            rejected=(Message(role="assistant", content=wrong),),
            reason=reason,
            split=document.split,
            public_at=when,
            generator=draft.generator,
            seed=seed,
            filer_id=document.filer_id,
            license=document.license,
            sources=draft.sources,
        )
        for index, (wrong, reason) in enumerate(draft.wrong[:1])
    )
    tasks: tuple[Task, ...] = ()
    if family == "general":
        tasks = (
            Task(
                task_id=f"task:{problem}",
                problem_id=f"problem:{problem}",
                family="general",
                generator=draft.generator,
                seed=seed,
                lang=draft.lang,
                messages=messages,
                golds=(),
                criteria=draft.criteria,
                program=None,
                program_slots=JsonText("{}"),
                trace=None,
                domain=None,
                as_of=None,
                initial_state=JsonText("[]"),
                expected_state=JsonText("[]"),
                expert=JsonText("[]"),
                max_turns=1,
                split=document.split,
                public_at=when,
                filer_id=document.filer_id,
                license=document.license,
                sources=draft.sources,
            ),
        )
    return Made(
        tasks=tasks,
        examples=(example,),
        pairs=made_pairs if pairs else (),
        prompt=draft.prompt,
    )
