"""A Chinese annual report in HTML: 年度报告, statements in 万元, 合并 and 母公司, ticked boxes,
running headers.

The layout is that of a report turned from PDF to HTML: every line its own paragraph, header and
page number repeated on each page, sentences cut by page breaks.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random

from qhdata.universe import names
from qhdata.universe.books import LAST_YEAR, Books, keep_books
from qhdata.universe.chance import rng_for, say
from qhdata.universe.chinese_words import BALANCE, CLAUSES, INCOME, NUMERALS, SECTIONS, TRADE
from qhdata.universe.filers import InventedFiler

Printed = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class ChineseReport:
    """One report and what is true of it."""

    name: str
    code: str
    filed: str
    body: str
    titles: list[str]
    printed: list[Printed]


def chinese_report(filer: InventedFiler) -> ChineseReport:
    """A report on the books of `filer`, told in Chinese under a Chinese name."""
    rng = rng_for(filer.seed, "chinese", filer.index)
    books = keep_books(filer, 2)
    name = names.chinese_firm(rng, rng.choice(TRADE))
    code = f"{rng.randint(900000, 999999)}"
    writer = _Writer(books, name, rng, LAST_YEAR)
    writer.write(code)
    return ChineseReport(
        name,
        code,
        f"{LAST_YEAR + 1}-04-18",
        writer.html(),
        [f"第{n}节 {t}" for n, t in zip(NUMERALS, SECTIONS, strict=True)],
        writer.printed,
    )


class _Writer:
    def __init__(self, books: Books, name: str, rng: Random, year: int) -> None:
        self.books, self.name, self.rng, self.year = books, name, rng, year
        self.parts: list[str] = []
        self.printed: list[Printed] = []
        self.page = 1
        self.used = 0

    def html(self) -> str:
        body = "<br/>\n".join(self.parts)
        return (
            f'<html><head><meta charset="utf-8"/><title>{self.name}{self.year}年年度报告'
            f"</title></head><body>\n{body}\n</body></html>\n"
        )

    def say(self, text: str, tag: str = "p") -> None:
        if tag == "p" and self.used > 200 and len(text) > 40:
            cut = len(text) // 2
            self.parts.append(f"<p>{text[:cut]}</p>")
            self.turn()
            text = text[cut:]
        self.parts.append(f"<{tag}>{text}</{tag}>")
        self.used += len(text)
        if self.used > 320:
            self.turn()

    def turn(self) -> None:
        """Page number, then the next page's running header."""
        self.parts.append(f"<p>{self.page} / 86</p>")
        self.parts.append(f"<h>{self.name}{self.year}年年度报告全文</h>")
        self.page += 1
        self.used = 0

    def table(self, head: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
        lines = []
        for row in (head, *rows):
            cells = "".join(f'<td colspan="1" rowspan="1">{cell} \n</td> ' for cell in row)
            lines.append(f"<tr>\n {cells}</tr>\n")
        self.parts.append(f'<table border="1">{"".join(lines)}</table>')
        self.used += 300

    def write(self, code: str) -> None:
        rng, year, revenue = self.rng, self.year, self.amount(("revenue",), self.year)
        chief, clerk = names.chinese_person(rng), names.chinese_person(rng)
        self.say(f"{self.name}\n{year}年年度报告", "h")
        self.say(f"证券代码：{code}")
        contents = "\n".join(
            f"第{n}节 {t} {'.' * 60} {2 + 8 * i}"
            for i, (n, t) in enumerate(zip(NUMERALS, SECTIONS, strict=True))
        )
        for number, title in zip(NUMERALS, SECTIONS, strict=True):
            self.say(f"第{number}节 {title}", "h")
            if number == "一":
                self.say(
                    "公司董事会、监事会及董事、监事、高级管理人员保证年度报告内容的真实、准确、完"
                    "整，并承担相应的法律责任。"
                )
                self.say(
                    f"公司负责人{chief}、主管会计工作负责人{clerk}声明：保证年度报告中财务报告的"
                    "真实、准确、完整。"
                )
                self.say("目录", "h")
                self.say(contents)
            elif number == "二":
                self.say("公司是否需追溯调整或重述以前年度会计数据")
                self.say("□ 是 √ 否")
                self.table(
                    ("", f"{year} 年", f"{year - 1} 年", "本年比上年增减"),
                    [
                        self.indicator("营业收入（万元）", "revenue"),
                        self.indicator("净利润（万元）", "net_income"),
                    ],
                )
            elif number == "三":
                trade = self.books.filer.industry
                self.say(
                    say(
                        "报告期内，公司[坚持|继续]以客户为中心，[稳步推进|着力推进]各项[业务|经营"
                        "]工作。",
                        rng,
                    )
                )
                self.say(
                    f"报告期内公司实现营业收入{revenue}万元，上年同期为"
                    f"{self.amount(('revenue',), year - 1)}万元；实现净利润"
                    f"{self.amount(('net_income',), year)}万元。"
                )
                full_width = "".join(chr(ord(c) + 0xFEE0) for c in str(len(trade.segments)))
                self.say(
                    f"公司设有{full_width}个业务分部，"
                    f"{say('主要客户[分布于|遍及]华东、华南等地区。', rng)}"
                )
                self.say(
                    say(
                        "[展望未来|下一年度]，公司将[加大研发投入|优化产品结构]，[提升|改善]经营"
                        "质量，但仍面临原材料价格波动和[市场竞争加剧|需求放缓]的风险。",
                        rng,
                    )
                )
            elif number == "十":
                self.statements()
            elif number in "八九":
                self.say("□ 适用 √ 不适用")
            else:
                self.say("√ 适用 □ 不适用")
                for clause in rng.sample(CLAUSES, k=rng.randint(5, 8)):
                    self.say(say(clause, rng))
        self.turn()

    def amount(
        self, keys: tuple[str, ...], year: int, *, stock: bool = False, parent: bool = False
    ) -> str:
        """In 万元 with two decimals: the books count hundreds of 元, so that nothing is rounded."""
        books = self.books
        if stock:
            total = sum(self.of_parent(k, year) if parent else books.stock(k, year) for k in keys)
        else:
            total = sum(books.flow(k, year) for k in keys)
        return f"{(Decimal(total) / 100).quantize(Decimal('0.01')):,}"

    def of_parent(self, key: str, year: int) -> int:
        """Three fifths of the group's balance; retained earnings take what rounding leaves."""
        leaf = {k: self.books.stock(k, year) * 3 // 5 for _, keys in BALANCE for k in keys}
        owed = sum(leaf[k] for k in BALANCE[-1][1] if k != "retained")
        leaf["retained"] = sum(leaf[k] for k in BALANCE[10][1]) - owed
        return leaf[key]

    def indicator(self, label: str, key: str) -> tuple[str, ...]:
        now, then = self.books.flow(key, self.year), self.books.flow(key, self.year - 1)
        change = (Decimal(now - then) * 100 / then).quantize(Decimal("0.01")) if then > 0 else None
        return (
            label,
            self.amount((key,), self.year),
            self.amount((key,), self.year - 1),
            f"{change}%" if change is not None else "不适用",
        )

    def statements(self) -> None:
        year = self.year
        for title, rows, stock, parent in (
            ("1、合并资产负债表", BALANCE, True, False),
            ("2、合并利润表", INCOME, False, False),
            ("3、母公司资产负债表", BALANCE, True, True),
        ):
            self.turn()
            self.say(title, "h")
            self.say(f"编制单位：{self.name}")
            self.say("单位：万元")
            heads = (
                ("项目", f"{year} 年 12 月 31 日", f"{year - 1} 年 12 月 31 日")
                if stock
                else ("项目", f"{year} 年度", f"{year - 1} 年度")
            )
            lines: list[tuple[str, ...]] = []
            for label, keys in rows:
                if not keys:
                    lines.append((label, "", ""))
                    continue
                shown = [
                    self.amount(keys, at, stock=stock, parent=parent) for at in (year, year - 1)
                ]
                lines.append((f"  {label}", *shown))
                for text, at in zip(shown, (year, year - 1), strict=True):
                    value = Decimal(text.replace(",", "")) * 10000
                    self.printed.append(
                        (
                            f"{title[2:4] if not parent else '母公司'}:{label}",
                            format(value, "f"),
                            "CNY",
                            f"{at}-12-31",
                        )
                    )
            self.table(heads, lines)
        self.say("公司法定代表人、主管会计工作负责人、会计机构负责人签章。")
