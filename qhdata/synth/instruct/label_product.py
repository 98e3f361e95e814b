"""Which financial product is the passage about? One label of a closed list, as JSON.

Example: a passage on a credit line -> {"product": "revolving credit facility"}. Only passages that
name one product of the list and no other are asked about, and labels come in turns. Checked: one
key, the right label.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from random import Random
from typing import ClassVar

from qhdata.factstore.rows import StoredDocument
from qhdata.step import Skip
from qhdata.synth.grid import source_at
from qhdata.synth.made import TextDraft, criterion
from qhdata.synth.material import Material
from qhdata.synth.passages import Place, passages
from qhdata.synth.prose import Paragraph

PRODUCTS = {
    "en": {
        "term loan": r"\bterm loans?\b",
        "revolving credit facility": r"\brevolving (?:credit|loan) (?:facilit|agree)|\brevolver",
        "senior notes": r"\bsenior (?:unsecured |secured )?notes\b",
        "convertible notes": r"\bconvertible (?:senior )?notes\b",
        "commercial paper": r"\bcommercial paper\b",
        "interest rate swap": r"\binterest[- ]rate swaps?\b|\bcross-currency swaps?\b",
        "foreign exchange forward": r"\bforward (?:contracts|exchange)\b|\bforeign (?:currency|"
        r"exchange) forwards?\b",
        "stock option": r"\bstock options?\b",
        "restricted stock unit": r"\brestricted stock units?\b|\bRSUs?\b",
        "operating lease": r"\boperating leases?\b",
        "preferred stock": r"\bpreferred stock\b",
        "letter of credit": r"\bletters? of credit\b",
        "share repurchase": r"\b(?:share|stock) (?:repurchase|buyback)",
        "pension plan": r"\bpension plans?\b",
        "annuity": r"\bannuit(?:y|ies)\b",
        "mortgage loan": r"\bmortgage loans?\b",
    },
    "zh": {
        "银行理财产品": "理财产品",
        "公司债券": "公司债券|公司债",
        "可转换公司债券": "可转换公司债券|可转债",
        "委托贷款": "委托贷款",
        "银行借款": "银行借款|短期借款|长期借款",
        "限制性股票": "限制性股票",
        "股票期权": "股票期权",
        "融资租赁": "融资租赁",
        "远期结售汇": "远期结售汇|远期外汇",
        "信托计划": "信托计划|信托产品",
        "基金": "(?:投资|证券|股权)基金",
    },
}
"""Label -> how a passage names it. A label inside another's name is told apart: see `named`."""

_OTHER = 5
"""Labels of the list that a question shows beside the right one."""


class LabelProduct:
    """Paragraphs that name one product of the list."""

    name: ClassVar[str] = "product.label"
    version: ClassVar[int] = 1
    wordy: ClassVar[bool] = True

    def make(self, material: Material, rng: Random) -> Iterator[TextDraft | Skip]:
        """Drafts with the labels in turns."""
        by_label: dict[str, list[Place]] = {}
        for place in passages(material, rng, names_one):
            if isinstance(place, Skip):
                yield place
                continue
            (label,) = named(place[1].text, "zh" if place[0].lang == "zh" else "en")
            by_label.setdefault(label, []).append(place)
        while by_label:
            for label in list(by_label):
                yield self._draft(material, by_label[label].pop(), label, rng)
                if not by_label[label]:
                    del by_label[label]

    def _draft(self, material: Material, place: Place, label: str, rng: Random) -> TextDraft:
        document, paragraph = place
        lang = "zh" if document.lang == "zh" else "en"
        others = rng.sample([name for name in PRODUCTS[lang] if name != label], _OTHER)
        options = [*others, label]
        rng.shuffle(options)
        listed = ("、" if lang == "zh" else ", ").join(options)
        ask = (
            f'以上文字涉及哪种金融产品？只回复 JSON：{{"product": ...}}，取值之一：{listed}。'
            if lang == "zh"
            else "Which financial product is this passage about? Reply with JSON only, "
            f'{{"product": ...}}, one of: {listed}.'
        )
        return TextDraft(
            generator=f"{self.name}@{self.version}",
            document=document,
            lang=lang,
            prompt=f"{paragraph.text}\n\n{ask}",
            reply=_json(label),
            sources=(
                source_at(
                    document,
                    material.corpus_digest,
                    paragraph.start,
                    paragraph.end,
                    paragraph.text,
                ),
            ),
            criteria=(
                criterion("key", "One key.", "json_keys", {"keys": ["product"]}, gate=True),
                criterion(
                    "label",
                    f"It is {label}.",
                    "json_values",
                    {"values": {"product": label}},
                    gate=True,
                ),
            ),
            wrong=((_json(rng.choice(others)), "wrong_choice"), (label, "not_json")),
        )


def names_one(document: StoredDocument, paragraph: Paragraph) -> bool:
    """Whether a paragraph names one product of the list."""
    return len(named(paragraph.text, "zh" if document.lang == "zh" else "en")) == 1


def named(text: str, lang: str) -> list[str]:
    """Products of the list that a passage names; one whose name lies inside another's is not."""
    spans = {
        label: [match.span() for match in re.finditer(pattern, text, re.I)]
        for label, pattern in PRODUCTS[lang].items()
    }
    whole = [span for found in spans.values() for span in found]
    return [
        label
        for label, found in spans.items()
        if any(not any(_inside(span, other) for other in whole) for span in found)
    ]


def _inside(span: tuple[int, int], other: tuple[int, int]) -> bool:
    return span != other and other[0] <= span[0] and span[1] <= other[1]


def _json(label: str) -> str:
    return json.dumps({"product": label}, ensure_ascii=False)
