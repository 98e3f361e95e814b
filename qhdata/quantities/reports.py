"""Names of Chinese periodic reports: which form, for which year, on which day its period ends.

The names are those of the exchanges: 年度报告, 半年度报告, 第一季度报告, 第三季度报告, each also as
a 摘要. A corrected one is an amendment and ends in `/A`, as American forms do.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_NAME = re.compile(
    r"(?P<year>(?:19|20)\d{2}|[二一][〇零○O0九一二三四五六七八]{3})\s*_?年?\s*"
    r"(?P<form>年度?报告?|年报|半年度?报告?|中期报告|第?[一三]季度?报告?|[一三]季报)"
    r"(?:全文|正文)?(?P<short>摘要)?(?!书)"
)
_YEAR_LAST = re.compile(
    r"(?P<form>年度报告|半年度报告|第?[一三]季度报告)(?P<short>摘要)?[\s_（(-]*(?P<year>20\d{2})(?!\d)"
)
_AUDIT = re.compile(r"公告|审计|内部控制|社会责任|说明|提示|预告|快报|意见|问询|制度|披露")
"""What is about a report and is none."""
_AMENDED = re.compile(r"更正|修订|更新后|修改|补充")
_DIGITS = "〇一二三四五六七八九"
_ENDS = {"年度报告": "12-31", "半年度报告": "06-30", "第一季度报告": "03-31",
         "第三季度报告": "09-30"}  # fmt: skip


class Report(NamedTuple):
    """What a title or file name says."""

    form: str
    """`年度报告`, `年度报告摘要`, `半年度报告/A` ..."""
    year: int
    period_end: str


def report_of(text: str) -> Report | None:
    """The periodic report that a text names, or None.

    >>> report_of("安靠智电：2019年年度报告（更新后）")
    Report(form='年度报告/A', year=2019, period_end='2019-12-31')
    >>> report_of("二〇一九年第三季度报告全文").period_end, report_of("2019年度内部控制评价报告")
    ('2019-09-30', None)
    """
    found = _NAME.search(text) or _YEAR_LAST.search(text)
    year = _year(found["year"]) if found else 0
    rest = text[: found.start()] + text[found.end() :] if found else text
    if not found or not year or _AUDIT.search(rest[-40:]):
        return None
    said = found["form"]
    base = (
        "半年度报告" if said[0] in "半中" else "第一季度报告" if "一" in said
        else "第三季度报告" if "三" in said else "年度报告"
    )  # fmt: skip
    amended = "/A" if _AMENDED.search(rest) else ""
    return Report(f"{base}{found['short'] or ''}{amended}", year, f"{year}-{_ENDS[base]}")


def _year(text: str) -> int:
    digits = "".join(
        c if c.isdecimal() else str(_DIGITS.index(c)) if c in _DIGITS else "0" for c in text
    )
    return int(digits) if digits[:2] in ("19", "20") else 0
