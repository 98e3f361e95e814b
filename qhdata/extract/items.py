"""The closed list of section keys: items of SEC forms by era, chapters of Chinese annual reports.

Titles are given as a pattern that a heading should show; it verifies a number, and tells the two
"Item 1" of a 10-Q apart.
"""

from __future__ import annotations

from typing import NamedTuple


class Item(NamedTuple):
    """One item of a form."""

    key: str
    number: str
    """As in a heading, upper case: `1A`, `5.02`."""
    title: str
    """Pattern, matched anywhere in a heading, ignoring case."""
    core: bool = False
    """A filing of this form without it deserves a `not_found` row."""


FORM_10K = (
    Item("part1.item1", "1", r"business|description of business", True),
    Item("part1.item1a", "1A", r"risk factors"),
    Item("part1.item1b", "1B", r"unresolved staff|staff comments"),
    Item("part1.item1c", "1C", r"cybersecurity"),
    Item("part1.item2", "2", r"propert"),
    Item("part1.item3", "3", r"legal proceedings"),
    Item("part1.item4", "4", r"mine safety|submission of matters|reserved|removed"),
    Item("part2.item5", "5", r"market for|market price|common (?:stock|equity)"),
    Item("part2.item6", "6", r"selected (?:consolidated )?financial|reserved|omitted"),
    Item("part2.item7", "7", r"management.{1,3}s? (?:s )?discussion|discussion and analysis", True),
    Item("part2.item7a", "7A", r"quantitative and qualitative|market risk"),
    Item("part2.item8", "8", r"financial statements|supplementary data", True),
    Item("part2.item9", "9", r"changes in and disagreements|disagreements with"),
    Item("part2.item9a", "9A", r"controls and procedures"),
    Item("part2.item9b", "9B", r"other information"),
    Item("part2.item9c", "9C", r"foreign jurisdictions|prevent inspections"),
    Item("part3.item10", "10", r"directors"),
    Item("part3.item11", "11", r"executive compensation"),
    Item("part3.item12", "12", r"security ownership"),
    Item("part3.item13", "13", r"certain relationships"),
    Item("part3.item14", "14", r"principal account|accountant fees|controls and procedures"),
    Item("part4.item14", "14", r"exhibits"),
    Item("part4.item15", "15", r"exhibit|financial statement schedules|principal account"),
    Item("part4.item16", "16", r"form 10\W?k summary|exhibits"),
)

FORM_10Q = (
    Item("part1.item1", "1", r"financial statements|financial information", True),
    Item("part1.item2", "2", r"management.{1,3}s? (?:s )?discussion|discussion and analysis", True),
    Item("part1.item3", "3", r"quantitative and qualitative|market risk"),
    Item("part1.item4", "4", r"controls and procedures"),
    Item("part2.item1", "1", r"legal proceedings"),
    Item("part2.item1a", "1A", r"risk factors"),
    Item(
        "part2.item2", "2", r"unregistered sales|changes in securities|issuer purchases|repurchases"
    ),
    Item("part2.item3", "3", r"defaults upon"),
    Item("part2.item4", "4", r"mine safety|submission of matters|removed|reserved"),
    Item("part2.item5", "5", r"other information"),
    Item("part2.item6", "6", r"exhibits"),
)

FORM_10KSB = (
    Item("part1.item1", "1", r"business", True),
    Item("part1.item1a", "1A", r"risk factors"),
    Item("part1.item2", "2", r"propert"),
    Item("part1.item3", "3", r"legal proceedings"),
    Item("part1.item4", "4", r"submission of matters"),
    Item("part2.item5", "5", r"market for|market price|common (?:stock|equity)"),
    Item("part2.item6", "6", r"management.{1,3}s? (?:s )?discussion|plan of operation", True),
    Item("part2.item7", "7", r"financial statements", True),
    Item("part2.item8", "8", r"changes in and disagreements|disagreements with"),
    Item("part2.item8a", "8A", r"controls and procedures"),
    Item("part2.item8b", "8B", r"other information"),
    Item("part3.item9", "9", r"directors"),
    Item("part3.item10", "10", r"executive compensation"),
    Item("part3.item11", "11", r"security ownership"),
    Item("part3.item12", "12", r"certain relationships"),
    Item("part3.item13", "13", r"exhibits"),
    Item("part3.item14", "14", r"principal account|controls and procedures"),
)
"""Small business issuers until 2008: other numbers than a 10-K's from Item 6 on."""

FORM_10QSB = (
    Item("part1.item1", "1", r"financial statements|financial information", True),
    Item("part1.item2", "2", r"management.{1,3}s? (?:s )?discussion|plan of operation", True),
    Item("part1.item3", "3", r"controls and procedures"),
    Item("part2.item1", "1", r"legal proceedings"),
    Item("part2.item2", "2", r"unregistered sales|changes in securities|small business issuer"),
    Item("part2.item3", "3", r"defaults upon"),
    Item("part2.item4", "4", r"submission of matters"),
    Item("part2.item5", "5", r"other information"),
    Item("part2.item6", "6", r"exhibits"),
)

_NEW_8K = (
    "1.01 entry into|1.02 termination of|1.03 bankruptcy|1.04 mine safety|1.05 cybersecurity|"
    "2.01 completion of|2.02 results of operations|2.03 creation of|2.04 triggering|2.05 costs?|"
    "2.06 material impairment|3.01 notice of|3.02 unregistered|3.03 material modification|"
    "4.01 changes in registrant|4.02 non-reliance|5.01 changes in control|5.02 departure|"
    "5.03 amendments|5.04 temporary suspension|5.05 amendments|5.06 change in shell|"
    "5.07 submission of matters|5.08 shareholder|6.01 abs|6.02 change of servicer|"
    "6.03 change in credit|6.04 failure|6.05 securities act|6.10 alternative filings|"
    "7.01 regulation fd|8.01 other events|9.01 financial statements"
)
_OLD_8K = (
    "1 changes in control|2 acquisition or disposition|3 bankruptcy|4 changes in registrant|"
    "5 other events|6 resignation|7 financial statements|8 change in fiscal|9 regulation fd|"
    "10 amendments to the registrant|11 temporary suspension|12 results of operations"
)

FORM_8K = tuple(
    Item(f"item{entry.split(' ', 1)[0]}", entry.split(" ", 1)[0], entry.split(" ", 1)[1])
    for entry in (*_NEW_8K.split("|"), *_OLD_8K.split("|"))
)

_20F = (
    "1:1 identity of directors|1:2 offer statistics|1:3 key information|"
    "1:4 information on the company|1:4A unresolved staff|1:5 operating and financial review|"
    "1:6 directors, senior|1:7 major shareholders|1:8 financial information|"
    "1:9 the offer and listing|1:10 additional information|1:11 quantitative and qualitative|"
    "1:12 descriptions? of securities|2:13 defaults|2:14 material modifications|"
    "2:15 controls and procedures|2:16 reserved|2:16A audit committee|2:16B code of ethics|"
    "2:16C principal accountant|2:16D exemptions|2:16E purchases? of equity|"
    "2:16F change in registrant|2:16G corporate governance|2:16H mine safety|"
    "2:16I foreign jurisdictions|2:16J insider trading|2:16K cybersecurity|"
    "3:17 financial statements|3:18 financial statements|3:19 exhibits"
)

FORM_20F = tuple(
    Item(
        f"part{entry[0]}.item{entry[2:].split(' ', 1)[0].lower()}",
        entry[2:].split(" ", 1)[0],
        entry.split(" ", 1)[1],
        entry.startswith(("1:3 ", "1:4 ", "1:5 ")),
    )
    for entry in _20F.split("|")
)

CHINESE = (
    Item("cn.reference_documents", "", "备查文件"),
    Item("cn.important_notes", "", "重要提示|重要事项提示"),
    Item("cn.definitions", "", "^释义|^定义"),
    Item("cn.company_profile", "", "公司简介|公司基本情况|公司信息|公司概况"),
    Item("cn.financial_summary", "", "会计数据|财务指标|财务概要|财务摘要|主要财务数据"),
    Item("cn.letter", "", "致辞|致股东|董事长报告|行长报告"),
    Item("cn.business_overview", "", "业务概要|业务概览"),
    Item("cn.related_transactions", "", "^关联交易"),
    Item(
        "cn.management_discussion", "", "经营情况讨论与分析|管理层讨论与分析|讨论与分析|经营讨论",
        True,
    ),
    Item("cn.board_report", "", "董事会报告|董事局报告|董事会工作报告"),
    Item("cn.supervisors_report", "", "监事会报告|监事会工作报告"),
    Item("cn.important_matters", "", "重要事项|重大事项"),
    Item("cn.share_changes", "", "股份变动|股本变动|股东情况|股东变化"),
    Item("cn.preferred_shares", "", "优先股"),
    Item("cn.convertible_bonds", "", "可转换公司债券|可转债"),
    Item("cn.bonds", "", "债券"),
    Item("cn.environment", "", "社会责任|环境信息"),
    Item("cn.internal_control", "", "内部控制"),
    Item("cn.shareholder_meetings", "", "股东大会"),
    Item("cn.governance", "", "公司治理|治理结构|治理报告"),
    Item("cn.directors", "", "^(?!.*确认意见).*(?:董事、监事|董事监事|高级管理人员|员工情况)"),
    Item("cn.financial_report", "", "财务报告|财务会计报告|财务报表及审计报告|审计报告", True),
    Item("cn.appendix", "", "^附录"),
)  # fmt: skip
"""Chapters of Chinese reports, in the order in which a title is asked; by the standard of 2021, and
what earlier ones and the banks had beside it."""

CHINESE_NOTES = (
    Item("cn.financial_report.audit", "", "^审计报告"),
    Item("cn.financial_report.policies", "", "会计政策"),
    Item("cn.financial_report.taxes", "", "^税项"),
    Item(
        "cn.financial_report.parent_notes", "", "(?:母公司|公司)财务报表(?:主要)?项目(?:注释|附注)"
    ),
    Item("cn.financial_report.notes", "", "(?:合并)?财务报表(?:主要)?项目(?:注释|附注)"),
    Item("cn.financial_report.statements", "", "^财务报表$|^(?:已审)?会计报表$"),
    Item("cn.financial_report.supplement", "", "^补充资料"),
)  # fmt: skip
"""Parts of 财务报告."""

GENERIC = "heading"
"""Key of a section that only its heading names."""
ITEMS = "items"
"""Key of the row which says that no item of the form was found, where not even one is known."""

FORMS = {
    "10-K": FORM_10K,
    "10-KSB": FORM_10KSB,
    "10-Q": FORM_10Q,
    "10-QSB": FORM_10QSB,
    "8-K": FORM_8K,
    "20-F": FORM_20F,
}


def form_items(form: str) -> tuple[Item, ...]:
    """Items of a form by its name as filed; amendments and variants of 10-K included."""
    base = form.upper().removesuffix("/A").strip().replace("10K", "10-K").replace("10Q", "10-Q")
    for known in ("10-KSB", "10-QSB", "10-K", "10-Q", "8-K"):  # 10-K405, 10-KT, 10-KSB40, 8-K12B
        if base.startswith(known):
            return FORMS[known]
    return FORMS.get(base, ())


PROVEN = frozenset({"10-K", "10-K/A", "10-Q", "10-Q/A", "8-K", "8-K/A"})
"""Forms of which five real files or more have been read and looked at."""
UNPROVEN_CONFIDENCE = 0.7
"""Most confidence in a section of any other form: its rules are right by the book, not by trial."""


def most_confidence(form: str, lang: str) -> float:
    """The ceiling of a section's confidence for a form."""
    return 1.0 if lang != "zh" and form.upper() in PROVEN else UNPROVEN_CONFIDENCE


def section_keys() -> list[str]:
    """Every key that a section may have, sorted: schemas/section_keys.json is this list."""
    items = (
        *FORM_10K, *FORM_10KSB, *FORM_10Q, *FORM_10QSB, *FORM_8K, *FORM_20F, *CHINESE,
        *CHINESE_NOTES,
    )  # fmt: skip
    return sorted({item.key for item in items} | {GENERIC, ITEMS, "signatures"})
