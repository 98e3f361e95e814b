"""Personal data: e-mail, telephone, identity numbers, cards and accounts, tagged or redacted.

Each hit is a tag on its characters; with `action: redact` it is an Edit too, so that it can be
explained and undone. Names are not looked for: who signs a filing, and as what officer, is public
by law and stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

import pyarrow as pa

from qhdata.recipe import Settings
from qhdata.records import Edit, Rows, Tag, arrow_schema, to_batch
from qhdata.step import TAG_SCHEMA, Work, tag_part
from qhdata.taggers.pii_patterns import KINDS, find

Kind = Literal["email", "phone", "us_ssn", "cn_id", "card", "iban", "account"]


@dataclass(frozen=True, kw_only=True)
class PII(Settings):
    """Tags on spans, a label a kind, score 1; `pii` on the document is how many there are."""

    name: ClassVar[str] = "pii"
    version: ClassVar[int] = 3
    reads: ClassVar[str] = "documents"
    unit: ClassVar[str] = "doc_id"
    labels: ClassVar[tuple[str, ...]] = ("pii",)

    kinds: tuple[Kind, ...] = KINDS  # type: ignore[assignment]
    """What is looked for."""
    action: Literal["tag", "redact"] = "tag"
    """redact: each hit is replaced by its kind in brackets, such as `[email]`."""
    companys: bool = False
    """Whether the telephone that a filer prints as its own counts too."""

    @property
    def writes(self) -> Mapping[str, pa.Schema]:
        """Tags, and edits where it redacts."""
        parts = {tag_part(self): TAG_SCHEMA}
        return {**parts, "edits": arrow_schema(Edit)} if self.action == "redact" else parts

    def open(self) -> Work:
        """Nothing to load."""
        kinds, part = frozenset(self.kinds), tag_part(self)
        step = f"{self.name}@{self.version}"

        def work(rows: Rows) -> Mapping[str, Rows]:
            tags: list[Tag] = []
            edits: list[Edit] = []
            ids, texts = rows.column("doc_id").to_pylist(), rows.column("text").to_pylist()
            for doc_id, text in zip(ids, texts, strict=True):
                hits = find(text, kinds, companys=self.companys)
                tags.append(
                    Tag(doc_id=doc_id, start=None, end=None, label="pii", score=float(len(hits)))
                )
                for start, end, kind in hits:
                    tags.append(Tag(doc_id=doc_id, start=start, end=end, label=kind, score=1.0))
                    edits.append(
                        Edit(
                            doc_id=doc_id, start=start, end=end, replacement=f"[{kind}]",
                            step=step, reason=kind,
                        )
                    )  # fmt: skip
            made = {part: to_batch(Tag, tags)}
            return {**made, "edits": to_batch(Edit, edits)} if self.action == "redact" else made

        return work
