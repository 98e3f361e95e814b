"""One filing's rows of the SEC's companyfacts, as the reader lays them out, to facts.

They are undimensioned numbers: no text shows them, and neither decimals nor contexts are told.
"""

from __future__ import annotations

import json
from dataclasses import replace

from qhdata.extract.extracted import Extracted
from qhdata.extract.facts_of import key_hash
from qhdata.extract.limits import Limits, above
from qhdata.records import DecimalText, Fact, RawDocument

MARK = b'{"companyfacts":'
"""How the reader's layout opens."""


def nameless(raw: RawDocument) -> RawDocument:
    """A document of companyfacts without its filer's name, which is that of the day of the file."""
    told = json.loads(raw.data.decode("utf-8", "surrogatepass"))
    told[next(iter(told))] = f"{raw.header.form or ''} {raw.header.filed_at or ''}".strip()
    data = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    filers = tuple(replace(filer, name="", former=()) for filer in raw.header.filers)
    header = replace(raw.header, filers=filers)
    return replace(raw, data=data.encode("utf-8", "surrogatepass"), header=header)


def extract_companyfacts(
    raw: RawDocument, data: bytes, limits: Limits, public_at: str | None
) -> Extracted:
    """The facts of one filing. Raises RowError too_many_facts."""
    told = json.loads(data.decode("utf-8", "surrogatepass"))
    rows: list[tuple[str, str, str | None, str, str, str]] = told["facts"]
    if len(rows) > limits.max_facts:
        raise above("too_many_facts", f"more than {limits.max_facts} facts", "max_facts")
    seen: dict[str, int] = {}
    facts = []
    for concept, unit, start, end, value, place in rows:
        key = key_hash(concept, start or "", end, unit)
        n = seen[key] = seen.get(key, -1) + 1
        facts.append(
            Fact(
                fact_id=f"{raw.doc_id}#{key}" + (f".{n}" if n else ""),
                doc_id=raw.doc_id,
                public_at=public_at,
                concept=concept,
                kind="number",
                value=DecimalText(value),
                text=None,
                unit=unit,
                decimals=None,
                scale=None,
                sign=None,
                period_start=start,
                period_end=end,
                entity=raw.header.filers[0].filer_id if raw.header.filers else None,
                hidden=True,
                source_ref=place,
            )
        )
    return Extracted(
        raw=raw,
        form=raw.doc_type,
        title=f"companyfacts: {told['companyfacts']}"[:200],
        lang="und",
        text="",
        sections=[],
        tables=[],
        facts=facts,
        notes={"facts_alone": len(facts)},
    )
