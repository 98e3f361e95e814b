"""Questions that every examination asks: "which of the following statements is correct?".

Whole sets begin so, with other options each time. To look for such a question in a corpus finds
every exam there is, so a question has to say what it is about.
"""

from __future__ import annotations

from collections.abc import Sequence

LEAST = 2
"""Words (Chinese characters) that are none of a stem's."""
_ENGLISH = (
    "which what who how of the following is are was were be a an and or in on to for by at as with "
    "statement statements true false correct incorrect not least most likely accurate inaccurate "
    "best describes one option options answer answers choose select about regarding all above "
    "below except it its this that these those would could should does do did there question "
    "according"
)
_CHINESE = (
    "下列以上各项说法中正确的是有关于哪一些个选为述表描叙"
    "属符合不错误最准其包括对而言可能应当请判断根据"
)
_STEM = frozenset([*_ENGLISH.split(), *_CHINESE])


def says_something(words: Sequence[str]) -> bool:
    """Whether a question is about something; words: its own, in lower case.

    >>> says_something("which of the following statements is most likely correct".split())
    False
    >>> says_something("which of the following is a current liability".split())
    True
    >>> says_something([*"下列说法中正确的是"]), says_something([*"下列关于辅币的说法错误的是"])
    (False, True)
    """
    return sum(word not in _STEM for word in words) >= LEAST
