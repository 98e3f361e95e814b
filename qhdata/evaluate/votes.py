"""Votes of the model judge, asked of a language model: its reason first, then its verdict.

    score = model_judge(rows, votes_of(Llm(settings, cache)), votes=3)

With one vote, temperature 0 is right; several votes are worth their price only above it. A reply
that is no vote after the settings' retries is None, and so is one that the cost cap refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qhdata.judge.model_judge import Ask, Ballot
from qhdata.llm import Llm, Prompt, Request, ask_for
from qhdata.recipe import Settings


@dataclass(frozen=True, kw_only=True)
class Vote(Settings):
    """The reply: the reason stands before the verdict, so that it is written before it."""

    why: str
    holds: bool


def votes_of(llm: Llm) -> Ask:
    """A voter for `model_judge`."""
    prompt = Prompt.load("qhdata.evaluate", "criterion")

    def ask(ballots: Sequence[Ballot]) -> list[bool | None]:
        requests = [
            Request(
                messages=prompt.fill(
                    {
                        "question": ballot.question,
                        "reference": ballot.reference,
                        "answer": ballot.answer,
                        "criterion": ballot.criterion,
                    }
                ),
                prompt=prompt.id,
                draw=ballot.draw,
            )
            for ballot in ballots
        ]
        answers = ask_for(llm, requests, Vote)
        return [answer.value.holds if answer.value else None for answer in answers]

    return ask
