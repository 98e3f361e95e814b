"""Which statement is this excerpt from? One label of a closed list, as JSON.

Example: {"label": "balance sheet"}. Criteria: a JSON object with the one key, and the right label.
The three labels take turns, so that one of them always said earns a third.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from random import Random
from typing import ClassVar

from qhdata.step import Skip
from qhdata.synth.grid import Grid, source_of
from qhdata.synth.made import TextDraft, criterion
from qhdata.synth.material import Material

LABELS = {
    "income statement": frozenset(
        {
            "revenue",
            "cost_of_revenue",
            "gross_profit",
            "research",
            "overhead",
            "operating_expenses",
            "costs_and_expenses",
            "operating_income",
            "pretax_income",
            "income_tax",
        }
    ),
    "balance sheet": frozenset(
        {
            "receivables",
            "inventory",
            "current_assets",
            "property",
            "goodwill",
            "assets",
            "payables",
            "current_liabilities",
            "long_term_debt",
            "liabilities",
            "retained",
            "equity",
            "liabilities_and_equity",
        }
    ),
    "cash flow statement": frozenset(
        {
            "operating_cash_flow",
            "investing_cash_flow",
            "financing_cash_flow",
            "capex",
            "dividends",
        }
    ),
}
"""Label -> families that stand in this statement only."""

_ADJUSTED = re.compile(
    r"\b(?:adjusted|EBITDA?|non-GAAP|pro forma|free cash flow)\b|扣除非经常性", re.I
)
_ZH = {
    "income statement": "利润表",
    "balance sheet": "资产负债表",
    "cash flow statement": "现金流量表",
}


class StatementLabel:
    """Statements that at least two families of their own give away."""

    name: ClassVar[str] = "classify.statement"
    version: ClassVar[int] = 2

    def make(self, material: Material, rng: Random) -> Iterator[TextDraft | Skip]:
        """Excerpts of the three statements in turns."""
        found: dict[str, list[Grid]] = {label: [] for label in LABELS}
        for grid in material.grids:
            label = label_of(grid)
            if label is None:
                yield Skip("statement_unclear")
            else:
                found[label].append(grid)
        if not all(found.values()):
            yield Skip("a_statement_is_missing")
            return
        most = max(map(len, found.values())) * 2
        for index in range(most):
            for label, grids in found.items():
                yield self._draft(label, grids[index % len(grids)], rng)

    def _draft(self, label: str, grid: Grid, rng: Random) -> TextDraft | Skip:
        telling = [row for row in grid.rows if row.concept in LABELS[label]]
        excerpt = grid.cut((rng.choice(telling),), rng)
        zh = grid.lang == "zh"
        names = _ZH if zh else {name: name for name in LABELS}
        options = ", ".join(names.values())
        if grid.settings.wording == "brief":
            ask = f"Statement? JSON label: {options}."
        elif zh:
            ask = f'以上内容出自哪张报表？只回复 JSON：{{"label": ...}}，取值之一：{options}。'
        else:
            ask = (
                'Which statement is this excerpt from? Reply with JSON only, {"label": ...}: '
                f"{options}."
            )
        right = names[label]
        wrong = rng.choice([name for name in names.values() if name != right])
        return TextDraft(
            generator=f"{self.name}@{self.version}",
            document=grid.document,
            lang=grid.lang,
            prompt=f"{excerpt.text()}\n\n{ask}",
            reply=_json(right),
            sources=tuple(source_of(grid, row.figures[0]) for row in excerpt.rows),
            criteria=(
                criterion(
                    "json",
                    "The reply is JSON with the key label.",
                    "json_keys",
                    {"keys": ["label"]},
                    gate=True,
                ),
                criterion(
                    "label",
                    f"The label is {right}.",
                    "json_values",
                    {"values": {"label": right}},
                    gate=True,
                ),
            ),
            wrong=((_json(wrong), "wrong_choice"), (right, "not_json")),
        )


def label_of(grid: Grid) -> str | None:
    """The statement whose families the grid shows, at least two, and no other's."""
    if any(_ADJUSTED.search(row.label) for row in grid.rows):
        return None  # a reconciliation of adjusted figures is none of the three
    counts = {
        label: sum(row.concept in families for row in grid.rows)
        for label, families in LABELS.items()
    }
    best = max(counts, key=lambda label: counts[label])
    others = sum(counts.values()) - counts[best]
    return best if counts[best] >= 2 and others == 0 else None


def _json(label: str) -> str:
    return json.dumps({"label": label}, ensure_ascii=False)
