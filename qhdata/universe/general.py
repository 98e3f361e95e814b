"""General text that is not about finance: for mixtures, for a classifier's negatives, for a
guard against forgetting.

Most of it is composed here from small grammars (twelve subjects); the rest is real English
prose that every Python carries, the help topics of `pydoc` (PSF licence), which therefore
differ between Python versions.
"""

from __future__ import annotations

import importlib
import textwrap
from random import Random

from qhdata.universe.chance import rng_for, say
from qhdata.universe.general_subjects import SUBJECTS, Subject
from qhdata.universe.tongues import TONGUES

REAL_TOPICS = (
    "assert",
    "assignment",
    "atom-identifiers",
    "binary",
    "booleans",
    "break",
    "class",
    "comparisons",
    "compound",
    "context-managers",
    "continue",
    "del",
    "dict",
    "else",
    "exceptions",
    "execmodel",
    "floating",
    "for",
    "formatstrings",
    "function",
    "global",
    "identifiers",
    "if",
    "import",
    "in",
    "integers",
    "lambda",
    "naming",
    "numbers",
    "operator-summary",
    "pass",
    "raise",
    "return",
    "sequence-types",
    "shifting",
    "slicings",
    "strings",
    "try",
    "unary",
    "while",
    "with",
    "yield",
)
"""Topics of `pydoc_data.topics`, in this order."""


def general_documents(seed: int, count: int) -> list[tuple[str, str]]:
    """(path below `general/`, text): `count` English texts of 300 to 1,500 characters, then the
    odd ones."""
    real = _real_prose(min(len(REAL_TOPICS), count // 5))
    out: list[tuple[str, str]] = []
    seen: set[str] = set()
    for number in range(count - len(real)):
        subject = SUBJECTS[number % len(SUBJECTS)]
        rng = rng_for(seed, "general", number)
        text = compose(subject, rng)
        while text in seen:  # a copy that nobody planted would make the truth wrong
            text = compose(subject, rng)
        seen.add(text)
        out.append((f"general/{subject.name}/{number:04d}.txt", text))
    out.extend(real)
    return out


def compose(subject: Subject, rng: Random) -> str:
    """A title and five to nine sentences, each template at most once; at least 300 characters."""
    words = {name: rng.choice(choices) for name, choices in subject.words.items()}
    slots: dict[str, object] = {
        **words,
        "n": rng.randint(2, 9),
        "m": rng.randint(10, 95),
        "y": rng.randint(1850, 1999),
    }
    title = say(subject.title, rng, slots)
    chosen = rng.sample(
        range(len(subject.sentences)), k=min(len(subject.sentences), rng.randint(5, 9))
    )
    lines: list[str] = []
    for number in sorted(chosen):
        other = {name: rng.choice(choices) for name, choices in subject.words.items()}
        mixed = {**slots, **{f"other_{k}": v for k, v in other.items()}, "k": rng.randint(2, 60)}
        text = say(subject.sentences[number], rng, mixed)
        lines.append(text[:1].upper() + text[1:])
    half = (len(lines) + 1) // 2
    paragraphs = [" ".join(lines[:half]), " ".join(lines[half:])]
    text = "\n\n".join([title, *(textwrap.fill(p, 92) for p in paragraphs if p)])
    return (text if len(text) >= 300 else text + "\n\n" + textwrap.fill(subject.closing, 92)) + "\n"


def foreign_documents(seed: int) -> list[tuple[str, str, str]]:
    """(path, language, text): German and French, for rules that keep some languages."""
    out = []
    for tongue, subject in TONGUES.items():
        for number in range(4):
            rng = rng_for(seed, tongue, number)
            out.append((f"general/{tongue}/{number:02d}.txt", tongue, compose(subject, rng)))
    return out


def boilerplate_page(seed: int) -> str:
    """A page of navigation and nothing else: short lines, none of them a sentence."""
    rng = rng_for(seed, "boilerplate")
    words = (
        "Home",
        "About",
        "Contact",
        "Login",
        "Sign up",
        "Help",
        "Terms",
        "Privacy",
        "Back",
        "Next",
        "Share",
        "Print",
        "Menu",
        "Search",
        "Top",
        "More",
        "Follow us",
        "Site map",
        "Cookies",
        "Language",
    )
    items = "\n".join(f"<li><a href='#{n}'>{rng.choice(words)}</a></li>" for n in range(140))
    return f"<html><head><title>Menu</title></head><body><ul>\n{items}\n</ul></body></html>\n"


def _real_prose(count: int) -> list[tuple[str, str]]:
    try:
        topics: dict[str, str] = importlib.import_module("pydoc_data.topics").topics
    except ImportError:  # some distributions cut it out; the composed texts then stand alone
        return []
    out: list[tuple[str, str]] = []
    seen: set[str] = set()
    for topic in REAL_TOPICS[:count]:
        text = topics.get(topic, "")
        if len(text) >= 300 and text not in seen:  # some topics are one text under two names
            seen.add(text)
            kept = text[:1500]
            kept = kept[: kept.rfind("\n\n")] if "\n\n" in kept[300:] else kept
            out.append((f"general/python/{topic}.txt", kept.rstrip() + "\n"))
    return out
