"""Whether a question that somebody re-worded still asks the same, by rules alone.

What must survive, in its order: numbers with their units and scales, periods, names (quoted labels,
the filer, ratios), directions ("growth", "larger") and what comes before and after. What must
neither come nor go: a kind of operation ("average", "minus", "not"). Order is part of it,
because "from 2023 to 2024" and "from 2024 to 2023" hold the same numbers. The rules refuse some
good re-wordings (one that says "the year before" for 2023) and are meant to: another one is cheap,
and a question whose gold is wrong is not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from qhdata.judge.rubric import language_is
from qhdata.llm import neutral
from qhdata.quantities.numerals import ENGLISH
from qhdata.quantities.periods import MONTHS
from qhdata.quantities.units import CURRENCIES, SCALES, SENSES
from qhdata.synth.terms import TERMS, TERMS_ZH, carriers, carriers_zh, stems

SHORTEST, LONGEST = 0.4, 2.5
"""Length of a re-worded question, as a share of the original's."""
SLACK = 40
"""Characters beyond LONGEST that a short question may grow by."""

_QUOTED = re.compile(r"[\"“「]([^\"”“」「]{1,300})[\"”」]")
_NUMBER = re.compile(
    r"(?P<sign>(?<![\w)])[-−–])?(?P<currency>[$¥€£] ?)?"
    r"(?P<digits>[0-9]+(?:[.,][0-9]+)*)"
    r"(?: ?(?P<unit>[%％]|[^\W\d_]+(?: points?)?))?"
    r"|(?P<word>[A-Za-z]+)|(?P<other>[^\x00-\x7f])"
)
_WORD = re.compile(r"[A-Za-z]+")
_PRONOUN = re.compile(
    r"\b(?:earlier|later|larger|smaller|other|which|this|that|former|latter) one$", re.IGNORECASE
)
_NAME = re.compile(r"(?<![.?!。？！] )(?<!^)(?<!\w)[A-Z][A-Za-z]+")

_MORE_NUMBERS = (
    "hundred thousand million billion trillion half double twice triple thrice dozen couple third "
    "fourth fifth tenth first second once quarters halves thirds doubled tripled halved tenfold "
    "hundredfold"
)
NUMBER_WORDS = frozenset([*ENGLISH, *_MORE_NUMBERS.split()])
_MONTHS = {name.lower(): name for name in MONTHS} | {name[:3].lower(): name for name in MONTHS}
_PERIODS = _MONTHS | {
    "quarter": "quarter", "quarterly": "quarter", "q": "quarter", "fiscal": "fiscal",
    "fy": "fiscal", "calendar": "calendar", "annual": "annual", "annually": "annual",
    "monthly": "monthly", "month": "month", "months": "month", "day": "day", "days": "day",
    "week": "week", "weeks": "week",
}  # fmt: skip
_PERIODS_ZH = re.compile("季度|上半年|下半年|财年|年度|月末|年末|年初|月|季")
_SEQUENCE = {
    "up": "grow grows grew grown growing growth increase increases increased increasing rise rises "
    "rose risen rising gain gains gained",
    "down": "decline declines declined decrease decreases decreased decreasing fall falls fell "
    "fallen drop drops dropped cut cuts reduce reduces reduced reduction shrink shrank shrunk "
    "loss losses lose loses losing lost",
    "larger": "larger largest greater greatest bigger biggest higher highest more most exceed "
    "exceeds exceeded maximum",
    "smaller": "smaller smallest lesser fewer least lower lowest minimum",
    "after": "next following after later subsequent afterwards ending latter newer",
    "before": "before earlier prior previous preceding original beginning former older ago",
}
_SEQUENCE_ZH = {
    "after": "之后|后一|以后|次年|届时", "before": "之前|前一|以前|上年",
    "up": "增长|增加|上升|提高", "down": "下降|减少|降低|下跌|亏损",
    "larger": "较大|更大|最大|较高|更高", "smaller": "较小|更小|最小|较低|更低",
}  # fmt: skip
_KINDS = {
    "average": "average averaged averages mean",
    "minus": "minus less subtract subtracted subtracting deduct deducted deducting",
    "sum": "sum add added adding plus total together combined",
    "negative": "negative",
    "not": "not no without excluding exclude except never neither nor ignore ignoring disregard "
    "absolute magnitude regardless other others opposite reverse inverse inverted reciprocal "
    "instead rather rest remaining remainder left besides apart outside",
    "span": "since until till",
    "edge": "end ends start starts begin begins",
    "product": "product multiply multiplied multiplying",
    "positive": "positive",
    "percent": "percent percentage pct rate rates",
    "points": "points pp bps basis",
    "ratio": "ratio divided divide quotient factor multiple fold times",
    "change": "change changes changed difference differ differs move moved restate restated",
    "share": "share proportion portion fraction",
    "estimate": "about approximately roughly nearly around",
    "scale": "thousands millions billions trillions hundreds",
    "currency": " ".join(word for word in CURRENCIES if word.isascii() and word.isalpha()),
}
_KINDS_ZH = {
    "average": "平均|均值", "minus": "减去|扣除", "sum": "之和|总和|相加|合计", "negative": "负",
    "positive": "正数|正值", "not": "不|无|非|未|除外|忽略|绝对|其他|其余|剩余|相反",
    "percent": "百分之|百分比|百分数|%|率", "points": "百分点|基点", "ratio": "之比|比率|倍",
    "product": "乘积|相乘", "span": "以来|截至|累计",
    "change": "变动|变化|差额|差异|重述", "estimate": "约|大概|左右",
    "scale": "千元|万|亿", "currency": "美元|人民币|港元|欧元|日元|英镑",
}  # fmt: skip


def _by_word(table: dict[str, str]) -> dict[str, str]:
    return {word: kind for kind, words in table.items() for word in words.split()}


_KIND_OF, _SEQUENCE_OF = _by_word(_KINDS), _by_word(_SEQUENCE)
_ZH = {kind: re.compile(words) for kind, words in (_KINDS_ZH | _SEQUENCE_ZH).items()}
_ZH_KNOWN = re.compile("|".join([*(_KINDS_ZH | _SEQUENCE_ZH).values(), _PERIODS_ZH.pattern]))
_KNOWN = frozenset(_KIND_OF) | frozenset(_SEQUENCE_OF) | frozenset(_PERIODS) | NUMBER_WORDS
"""Words that a rule of their own looks at."""
_INTERCHANGEABLE = frozenset({"change", "share", "percent"})
"""Kinds that a question may name or imply: how the answer counts stands in its last sentence, which
is not re-worded; they may go, and must not come.
"""


def refusal(
    original: str, reworded: str, *, names: Sequence[str], lang: str, form: str = ""
) -> str | None:
    """Why a re-worded question is refused; None where it asks the same.

    names: what the question calls things, as they are written (`names_in`). form: the sentence on
    how to write the answer, which stays as it is; that a percentage is asked for may be said in
    either.
    """
    if " ".join(original.lower().split()) == " ".join(reworded.lower().split()):
        return "unchanged"
    if len(reworded) < SHORTEST * len(original):
        return "too_short"
    if len(reworded) > LONGEST * len(original) + SLACK:
        return "too_long"
    if has_odd_characters(reworded, original):
        return "odd_characters"
    if MARK.search(reworded) or neutral(reworded) != reworded:
        return "answer_marker"
    if _QUOTED.findall(original) != _QUOTED.findall(reworded):
        return "name_changed"
    had_numbers, has_numbers = (numbers(_QUOTED.sub(" ", t)) for t in (original, reworded))
    if had_numbers != has_numbers:
        return "new_number" if set(has_numbers) - set(had_numbers) else "number_lost"
    if _sequence(_QUOTED.sub(" ", original), names) != _sequence(_QUOTED.sub(" ", reworded), names):
        return "name_changed"
    if _periods(original) != _periods(reworded):
        return "period_changed"
    bare, rebare = _without(original, names), _without(reworded, names)
    if _order(bare) != _order(rebare):
        return "order_changed"
    had, has = _kinds(bare), _kinds(rebare)
    if has - had - (_INTERCHANGEABLE & _kinds(form)) or had - has - _INTERCHANGEABLE:
        return "meaning_changed"
    reason = _terms(bare, rebare, original, reworded)
    if reason is not None:
        return reason
    known = set(_WORD.findall(original.lower()))
    if any(match[0].lower() not in known for match in _NAME.finditer(reworded)):
        return "new_name"
    if not language_is(_without(reworded, names), {"language": lang}) or any(
        char.isalpha() and char not in original and not _of_our_scripts(char) for char in reworded
    ):
        return "other_language"
    return None


_ODD = frozenset(("Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"))
"""Categories of characters that a question has no use for: line breaks, zero widths, turns of the
reading direction.
"""
MARK = re.compile(r"\\boxed|</?(?:think|answer)|<\||```|[{}]", re.IGNORECASE)
"""What would be an answer's place, reasoning, a turn or a fence elsewhere."""


def has_odd_characters(text: str, known: str) -> bool:
    """Whether a text has characters that no reader sees, beyond those of `known`."""
    return any(unicodedata.category(c) in _ODD and c not in known for c in text)


def _of_our_scripts(char: str) -> bool:
    """Latin or Chinese: what our rules read. A Cyrillic negation would be none to them."""
    return unicodedata.name(char, "").startswith(("LATIN ", "CJK "))


def numbers(text: str) -> tuple[str, ...]:
    """Every number in a text in its order, in digits of any script or in words, with sign, currency
    and unit.

    >>> numbers("From 2023 to 2024 at 5 percent, $1,000.5 million or twice ½")
    ('2023', '2024', '5%', '$1,000.5million', 'twice', '½')
    """
    found = []
    for match in _NUMBER.finditer(text):
        if match["digits"]:
            unit = _unit((match["unit"] or "").lower())
            sign = "-" if match["sign"] else ""
            found.append(f"{sign}{(match['currency'] or '').strip()}{match['digits']}{unit}")
            word = (match["unit"] or "").lower()
            if not unit:  # it was no unit: "2024 second quarter"
                found += [w for w in _WORD.findall(word) if w in NUMBER_WORDS]
                found += [c for c in word if not c.isascii() and _is_numeric(c)]
        elif match["word"]:
            word = match["word"].lower()
            if word in NUMBER_WORDS and not (
                word == "one" and _PRONOUN.search(text[max(0, match.end() - 20) : match.end()])
            ):
                found.append(word)
        elif _is_numeric(match["other"]):
            found.append(match["other"])
    return tuple(found)


def names_in(question: str, context: str, more: Iterable[str] = ()) -> tuple[str, ...]:
    """Names that a question uses, longest first: row labels and filer of its context, and those of
    `more` that stand in it.
    """
    folded = question.lower()
    found = {name for name in more if name.lower() in folded}
    for line in context.split("\n"):
        if line.startswith("|"):
            found.add(line[1:].partition(" | ")[0].strip())
            continue
        words = re.split(r",? Form | \(|，|（|: ", line, maxsplit=1)[0].split(" ")[:30]
        for n in range(len(words), 0, -1):
            name = " ".join(words[:n])
            if len(name) > 2 and name.lower() in folded:
                found.add(name)
                break
    return tuple(sorted((n for n in found if n and n.lower() in folded), key=_longest_first))


def _longest_first(name: str) -> tuple[int, str]:
    return -len(name), name


def _is_numeric(char: str) -> bool:
    return unicodedata.numeric(char, None) is not None


def _unit(word: str) -> str:
    """What a word right behind a number makes of it; empty where it is no unit."""
    sense = SENSES.get("%" if word == "％" else word)
    if sense:
        return "%" if sense == "percent" else sense
    if word in SCALES or word in CURRENCIES:
        return word
    return next((s for s in ("万亿", "亿", "万", "百万", "千") if word.startswith(s)), "")


def _sequence(text: str, names: Sequence[str]) -> list[str]:
    """Names of a text in their order; a longer one hides those within it."""
    folded = text.lower()
    found: list[tuple[int, str]] = []
    for name in names:
        low = name.lower()
        at = folded.find(low)
        while at >= 0:
            found.append((at, low))
            folded = folded[:at] + "\0" * len(low) + folded[at + len(low) :]
            at = folded.find(low, at + len(low))
    return [name for _, name in sorted(found)]


def _without(text: str, names: Sequence[str]) -> str:
    """A text without its names, whose words say nothing of what is asked."""
    text = _QUOTED.sub(" ", text)
    for name in names:
        text = re.sub(re.escape(name), " ", text, flags=re.IGNORECASE)
    return text


def _periods(text: str) -> list[str]:
    """Words of periods in their order; years and quarters in digits are numbers."""
    found = [_PERIODS[word] for word in _WORD.findall(text.lower()) if word in _PERIODS]
    return found + _PERIODS_ZH.findall(text)


def _terms(bare: str, rebare: str, original: str, reworded: str) -> str | None:
    """Whether a word that carries meaning is lost, or a term came."""
    if carriers(bare, _KNOWN) - stems(reworded):
        return "term_lost"
    if (carriers(rebare, _KNOWN) - stems(original)) & TERMS:
        return "new_term"
    told, retold = _ZH_KNOWN.sub("", bare), _ZH_KNOWN.sub("", rebare)
    if carriers_zh(told) - set(retold):
        return "term_lost"
    if carriers_zh(retold) - set(original):
        return "new_term"
    if any(term in reworded and term not in original for term in TERMS_ZH):
        return "new_term"
    return None


def _order(text: str) -> list[str]:
    """Directions, and what is before and after, in the order in which they are said; one that is
    said twice in a row counts once. "A decline is negative" must not become of growth.
    """
    words = _WORD.findall(text.lower())
    found = [_SEQUENCE_OF[word] for word in words if word in _SEQUENCE_OF]
    zh = [(m.start(), kind) for kind in _SEQUENCE_ZH for m in _ZH[kind].finditer(text)]
    found += [kind for _, kind in sorted(zh)]
    return [kind for n, kind in enumerate(found) if not n or found[n - 1] != kind]


def _kinds(text: str) -> set[str]:
    """Kinds of operation and direction that are named."""
    words = set(_WORD.findall(text.lower()))
    found = {kind for word, kind in _KIND_OF.items() if word in words}
    found |= {kind for kind in _KINDS_ZH if _ZH[kind].search(text)}
    return found | ({"not"} if "n't" in text.lower() or "n’t" in text.lower() else set())
