"""Words that carry what a question asks for, and words that merely ask: the first must survive a
re-wording and must not come by it, the second are free.
"""

from __future__ import annotations

import re

from qhdata.factstore.concepts import CONCEPTS
from qhdata.factstore.ratios import RATIOS
from qhdata.synth.reasoning.across import ACROSS
from qhdata.synth.reasoning.formulas import FORMULAS

_RATIOS = (*RATIOS, *ACROSS)
RATIO_NAMES = tuple(dict.fromkeys(name for r in _RATIOS for name in (r.en, r.zh)))
"""As questions write them."""
_WORD = re.compile(r"[a-z]{3,}")

FREE = frozenset(
    _WORD.findall("""
    the and for from with that this these those its his her their our your was were are has have had
    did does been being will would could should can may might shall into onto out over upon under
    than then thus there here when where which whichever who whose what how why whether while
    during between through within across per each both all any some such same only also just
    much many more very too yet but nor not one ones
    give gives given giving tell tells told say says said state states stated stating show shows
    shown showing find finds found finding determine determines determined compute computes
    computed computing calculate calculates calculated calculating derive derived work works worked
    working read reads reading look looks looking report reports reported reporting record records
    recorded list lists listed identify express expressed expressing present presented provide
    provides provided indicate indicates indicated disclose disclosed specify specified
    figure figures number numbers value values amount amounts sum quantity level size answer result
    table tables excerpt excerpts statement statements filing filings document documents shown above
    below following according based using use used taken take takes please kindly let get gets got
    come comes came make makes made want need needs needed know question asked ask
    company companys firm business filer entity
    year years yearly annual time times period periods date total overall respectively
    suppose supposing assume assuming assumed imagine consider considering case happen happens
    were if else
    equal equals amounted amounts come reach reaches reached stand stands stood go goes went
    become becomes became turn
    two whole part parts item items line row entry column
    high low large small big great long far
    compare compared comparing comparison relative against versus
    negatively sign signed written write
    term terms
    """)
)
"""Three letters and more; shorter words are free."""
_FREE_ZH = frozenset(
    "的了在从到至是多少为何几和与之及其该于按以将把对若如果请计算根据上表中给出求得用表示数值金额结果什么怎样怎么"
    "哪一项个是有所则会达则那这两者间相比请问所示文件报告披露公司企业大小值当"
    "具体分别告诉指出确定列显记录对应达成了吗呢同可知道并且我们你您写作其为"
)


_MODIFIERS = frozenset(
    _WORD.findall("""
    adjusted unadjusted diluted basic consolidated cumulative weighted compound compounded
    annualized annualised normalized normalised inflation real nominal forma estimated projected
    forecast expected budgeted domestic foreign international segment parent attributable
    continuing discontinued employee employees customer customers store currency constant organic
    recurring deferred restated audited unaudited
    round rounded rounding nearest decimal decimals digit digits integer format json boxed
    name named names label labels title
    semiannual semiannually biannual budget budgets plan plans planned target targets
    explain justify step steps think reason reasoning briefly hint sentence words
    """)
)
"""Words that narrow what is asked, or ask for another form of the answer."""


def _terms() -> frozenset[str]:
    texts = [r.en for r in _RATIOS] + [c.en for c in CONCEPTS]
    texts += [re.sub(r"\{\w+\}", " ", f.en) for f in FORMULAS]
    words = {word for text in texts for word in _WORD.findall(text.lower())}
    return frozenset(stem(word) for word in (words - FREE) | _MODIFIERS)


def stem(word: str) -> str:
    """A word without its endings, roughly: saves, saved and saving are one.

    >>> {stem(word) for word in ("save", "saves", "saved", "saving")}
    {'sav'}
    """
    for ending in ("ings", "ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


TERMS = _terms()
TERMS_ZH = tuple(dict.fromkeys([r.zh for r in _RATIOS] + [c.zh for c in CONCEPTS]))


def carriers(text: str, known: frozenset[str] | set[str]) -> set[str]:
    """Stems of a text's words that carry meaning; `known` are words that other rules look at."""
    words = set(_WORD.findall(text.lower()))
    return {stem(word) for word in words - FREE - known}


def carriers_zh(text: str) -> set[str]:
    """Chinese characters of a text that carry meaning."""
    return {char for char in text if "\u4e00" <= char <= "\u9fff" and char not in _FREE_ZH}


def stems(text: str) -> set[str]:
    """Stems of all words."""
    return {stem(word) for word in _WORD.findall(text.lower())}
