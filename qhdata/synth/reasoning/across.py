"""Ratios whose inputs stand in several statements of one annual report: turnover, returns, days,
DuPont.

Example: "What was the asset turnover in 2024?" with an excerpt of the income statement and one of
the balance sheet. Program `revenue / assets`; gold 47 / 94 = 0.50. It goes wrong upside down, or
with another statement's figure. Reports of quarters are left out: their flows are of three months
and of nine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import ClassVar

from qhdata.factstore.ratios import Ratio, ratio
from qhdata.step import Skip
from qhdata.synth.draft import Asks, Draft, GoldShape, Slot
from qhdata.synth.grid import Grid, Row
from qhdata.synth.material import Material

ASKS = Asks(
    en=("What was the {ratio} in {period}?", "Compute the {ratio} for {period}."),
    zh=("{period}的{ratio}是多少？", "计算{period}的{ratio}。"),
    brief="{ratio} {period}?",
)
ANNUAL = ("10-K", "20-F", "年度报告")


ACROSS: tuple[Ratio, ...] = (
    ratio(
        "asset_turnover", "asset turnover (revenue over year-end total assets)",
        "总资产周转率（营业收入除以年末总资产）",
        "revenue / assets", of="revenue assets", wrong=("assets / revenue",), kind="multiple",
    ),
    ratio(
        "return_on_equity", "return on year-end equity",
        "净资产收益率（净利润除以年末净资产）",
        "net_income / equity",
        of="net_income equity", wrong=("equity / net_income",
        "net_income + equity; net_income / #0"),
    ),
    ratio(
        "return_on_assets_across", "return on year-end total assets",
        "总资产收益率（净利润除以年末总资产）",
        "net_income / assets", of="net_income assets", wrong=("assets / net_income",),
    ),
    ratio(
        "operating_return", "operating income over year-end total assets",
        "资产营业利润率（营业利润除以年末总资产）",
        "operating_income / assets", of="operating_income assets",
        wrong=("assets / operating_income",),
    ),
    ratio(
        "receivable_days", "number of days of sales in receivables (365 days)",
        "应收账款周转天数（年末应收账款除以营业收入，一年按365天）",
        "receivables / revenue; #0 * 365", of="receivables revenue",
        wrong=("revenue / receivables", "receivables / revenue; #0 * 360"), kind="days",
    ),
    ratio(
        "inventory_days", "number of days of inventory (365 days of cost of revenue)",
        "存货周转天数（年末存货除以营业成本，一年按365天）",
        "inventory / cost_of_revenue; #0 * 365", of="inventory cost_of_revenue",
        wrong=("cost_of_revenue / inventory", "inventory / cost_of_revenue; #0 * 360"),
        kind="days",
    ),
    ratio(
        "payable_days", "number of days of payables (365 days of cost of revenue)",
        "应付账款周转天数（年末应付账款除以营业成本，一年按365天）",
        "payables / cost_of_revenue; #0 * 365", of="payables cost_of_revenue",
        wrong=("cost_of_revenue / payables", "payables / cost_of_revenue; #0 * 360"),
        kind="days",
    ),
    ratio(
        "inventory_turnover", "inventory turnover (cost of revenue over year-end inventories)",
        "存货周转率（营业成本除以年末存货）",
        "cost_of_revenue / inventory", of="cost_of_revenue inventory",
        wrong=("inventory / cost_of_revenue",), kind="multiple",
    ),
    ratio(
        "cash_flow_margin", "operating cash flow as a share of revenue", "经营现金流利润率",
        "operating_cash_flow / revenue", of="operating_cash_flow revenue",
        wrong=("revenue / operating_cash_flow", "revenue - operating_cash_flow; #0 / revenue"),
    ),
    ratio(
        "cash_flow_to_debt", "operating cash flow over total liabilities", "现金流负债比",
        "operating_cash_flow / liabilities", of="operating_cash_flow liabilities",
        wrong=("liabilities / operating_cash_flow",),
    ),
    ratio(
        "cash_flow_to_current", "operating cash flow over current liabilities", "现金流动负债比",
        "operating_cash_flow / current_liabilities", of="operating_cash_flow current_liabilities",
        wrong=("current_liabilities / operating_cash_flow",),
    ),
    ratio(
        "property_turnover", "revenue over year-end property, plant and equipment",
        "固定资产周转率（营业收入除以年末固定资产）", "revenue / property", of="revenue property",
        wrong=("property / revenue",), kind="multiple",
    ),
    ratio(
        "dupont",
        "return on equity by DuPont (net margin times asset turnover times equity multiplier)",
        "按杜邦分析的净资产收益率（净利率乘总资产周转率乘权益乘数，取年末数）",
        "net_income / revenue; revenue / assets; assets / equity; #0 * #1; #2 * #3",
        of="net_income revenue assets equity",
        wrong=("net_income / revenue; revenue / assets; #0 * #1", "net_income / revenue"),
    ),
    ratio(
        "cash_cycle",
        "cash conversion cycle in days (receivables over revenue, plus inventories less "
        "payables over cost of revenue, times 365)",
        "现金周转天数（应收账款除以营业收入，加上存货减应付账款之差除以营业成本，"
        "取年末数，一年按365天）",
        "receivables / revenue; inventory - payables; #1 / cost_of_revenue; #0 + #2; #3 * 365",
        of="receivables revenue inventory payables cost_of_revenue",
        wrong=("receivables / revenue; inventory + payables; #1 / cost_of_revenue; #0 + "
        "#2; #3 * 365", "receivables + inventory; #0 - payables; #1 / revenue; #2 * 365"),
        kind="days",
    ),
)  # fmt: skip


class RatioAcross:
    """Every such ratio of every annual report."""

    name: ClassVar[str] = "ratio.across"
    version: ClassVar[int] = 2

    def drafts(self, material: Material, rng: Random) -> Iterator[Draft | Skip]:
        """One draft for each ratio, report and year."""
        by_report: dict[str, list[Grid]] = {}
        for grid in material.grids:
            if grid.document.form.startswith(ANNUAL):
                by_report.setdefault(grid.document.doc_id, []).append(grid)
        places = [
            (one, slots)
            for doc_id in sorted(by_report)
            for slots in _by_period(by_report[doc_id]).values()
            for one in ACROSS
        ]
        rng.shuffle(places)
        for one, slots in places:
            if any(key not in slots for key in one.concepts):
                yield Skip("input_not_in_report")
                continue
            used = {key: slots[key] for key in one.concepts}
            if any(slot.value <= 0 for slot in used.values()):
                yield Skip("base_not_positive")
            elif len({slot.grid.table_id for slot in used.values()}) < 2:
                yield Skip("in_one_table")
            else:
                yield self._draft(one, used, rng)

    def _draft(self, one: Ratio, used: Mapping[str, Slot], rng: Random) -> Draft:
        rows: dict[str, tuple[Grid, list[Row]]] = {}
        for slot in used.values():
            rows.setdefault(slot.grid.table_id, (slot.grid, []))[1].append(slot.row)
        first = next(iter(used.values()))
        return Draft(
            generator=f"{self.name}@{self.version}",
            excerpts=tuple(grid.cut(tuple(own), rng) for grid, own in rows.values()),
            program=one.program,
            slots=used,
            asks=ASKS,
            words={
                "ratio": one.zh if first.grid.lang == "zh" else one.en,
                "period": first.period,
            },
            gold=GoldShape(kind=one.kind, decimals=one.decimals),
            distractors=one.wrong,
        )


def _by_period(grids: list[Grid]) -> dict[str, dict[str, Slot]]:
    """Period -> concept -> where the report shows it first; one that it shows with two values is
    left out: of the parent and of the group, or of a segment.
    """
    found: dict[str, dict[str, Slot]] = {}
    torn: set[tuple[str, str]] = set()
    for grid in grids:
        for key, row in grid.by_concept.items():
            for column, period in enumerate(grid.periods):
                slot = Slot(grid, row, column)
                known = found.setdefault(period, {}).setdefault(key, slot)
                if known.value != slot.value:
                    torn.add((period, key))
    for period, key in torn:
        del found[period][key]
    return found
