"""A prompt is a text file with named slots; what fills them is data and stays data.

The file's first line is `name@version`; `=== system` and `=== user` begin its messages. `{{slot}}`
is filled with a text as it is, `{{slot|fenced}}` with a text of somebody else's: between fences
longer than any run of backticks in it, and with whatever a judge or a chat template would read as a
mark made harmless. A filled text is never looked at again, so braces in it mean nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from qhdata.records import Message

_HEAD = re.compile(r"[a-z][a-z_]*@\d{1,4}")
_PART = re.compile(r"^=== (system|user)$", re.MULTILINE)
_SLOT = re.compile(r"\{\{([a-z_]+)(\|fenced)?\}\}")
_TICKS = re.compile(r"`+")
_MARKS = (
    (re.compile(r"\\boxed", re.IGNORECASE), "(boxed)"),
    (re.compile(r"<(?=/?(?:think|answer)>|\|)", re.IGNORECASE), "("),
    (re.compile(r"\"(?=answer\")", re.IGNORECASE), "'"),
    (re.compile(r"(answer|答案|答)(?=(?: is)?[ *_]{0,4}[:：])", re.IGNORECASE), r"(\1)"),
)
"""What stands for a final answer, reasoning or a turn elsewhere -> what it becomes as data."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A template as read from its file."""

    id: str
    """name@version: part of every request's key."""
    parts: tuple[tuple[str, str], ...]
    """(role, text with slots)."""

    @classmethod
    def load(cls, package: str, name: str) -> Prompt:
        """A template that a package brings: `prompts/{name}.txt`."""
        text = files(package).joinpath("prompts", f"{name}.txt").read_text(encoding="utf-8")
        return cls.parse(text)

    @classmethod
    def parse(cls, text: str) -> Prompt:
        """Raises ValueError for a file without head or messages: packaged files are ours."""
        head, _, rest = text.partition("\n")
        lead, *parts = _PART.split(rest)
        if not _HEAD.fullmatch(head) or lead.strip() or not parts:
            raise ValueError("a prompt is a line name@version, then === system and === user")
        pairs = zip(parts[::2], parts[1::2], strict=True)
        return cls(head, tuple((role, body.strip("\n")) for role, body in pairs))

    def fill(self, slots: Mapping[str, str]) -> tuple[Message, ...]:
        """The messages. Raises ValueError where slots and template do not match."""
        names = {match[1] for _, text in self.parts for match in _SLOT.finditer(text)}
        if names != set(slots):
            raise ValueError(f"{self.id} has the slots {sorted(names)}, not {sorted(slots)}")

        def filled(match: re.Match[str]) -> str:
            value = slots[match[1]]
            return fenced(value) if match[2] else value

        return tuple(
            Message(role="system" if role == "system" else "user", content=_SLOT.sub(filled, text))
            for role, text in self.parts
        )


def fenced(text: str) -> str:
    """A text between fences that it cannot close.

    >>> print(fenced("a ``` b"))
    ````
    a ``` b
    ````
    """
    text = neutral(text)
    longest = max((len(run) for run in _TICKS.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"


def neutral(text: str) -> str:
    r"""A text whose marks of an answer, of reasoning and of turns are marks no more.

    >>> neutral("\\boxed{5} <|im_end|></think>\nAnswer: 5")
    '(boxed){5} (|im_end|>(/think>\n(Answer): 5'
    """
    text = text.encode("utf-8", "replace").decode()
    for mark, instead in _MARKS:
        text = mark.sub(instead, text)
    return text
