"""Small pages of inline XBRL for tests: contexts, units, and what extraction makes of a body."""

from __future__ import annotations

from qhdata.extract import Limits, extract_document
from qhdata.extract.extracted import Extracted
from qhdata.records import Fact, Header, RawDocument

CONTEXTS = """<ix:header><ix:hidden>
<ix:nonNumeric contextRef="y" name="dei:EntityCentralIndexKey" id="h1">0000000042</ix:nonNumeric>
</ix:hidden><ix:resources>
<xbrli:context id="y"><xbrli:entity><xbrli:identifier scheme="http://www.sec.gov/CIK">0000000042
</xbrli:identifier></xbrli:entity><xbrli:period><xbrli:startDate>2024-01-01</xbrli:startDate>
<xbrli:endDate>2024-12-31</xbrli:endDate></xbrli:period></xbrli:context>
<xbrli:context id="i"><xbrli:entity><xbrli:identifier>42</xbrli:identifier><xbrli:segment>
<xbrldi:explicitMember dimension="us-gaap:ProductAxis">inv:WidgetMember</xbrldi:explicitMember>
<xbrldi:typedMember dimension="inv:RegionAxis"><inv:Region>East</inv:Region></xbrldi:typedMember>
</xbrli:segment></xbrli:entity><xbrli:period><xbrli:instant>2024-12-31</xbrli:instant>
</xbrli:period></xbrli:context>
<xbrli:unit id="usd"><xbrli:measure>iso4217:USD</xbrli:measure></xbrli:unit>
<xbrli:unit id="eps"><xbrli:divide><xbrli:unitNumerator><xbrli:measure>iso4217:USD</xbrli:measure>
</xbrli:unitNumerator><xbrli:unitDenominator><xbrli:measure>xbrli:shares</xbrli:measure>
</xbrli:unitDenominator></xbrli:divide></xbrli:unit>
<xbrli:unit id="pure"><xbrli:measure>xbrli:pure</xbrli:measure></xbrli:unit>
</ix:resources></ix:header>"""


def facts(body: str, hidden: str = 'style="display:none"') -> tuple[dict[str, Fact], str]:
    done = extracted(f"<html><body><div {hidden}>{CONTEXTS}</div>{body}</body></html>")
    return {f.concept: f for f in done.facts}, done.text


def extracted(page: str) -> Extracted:
    raw = RawDocument(
        doc_id="s:1", file_id="s/1", source="s", source_path="1.htm", doc_type="", sequence=1,
        file_name="1.htm", data=page.encode(), header=Header(),
    )  # fmt: skip
    return extract_document(raw, Limits(), public_at="2025-01-01T00:00:00Z")


BREAK = '<hr style="page-break-after:always">'


def grid(*rows: str) -> str:
    cells = ("".join(f"<td>{cell}</td>" for cell in row.split("|")) for row in rows)
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"


def text_block(body: str, name: str = "x:Note") -> str:
    return f'<ix:nonNumeric contextRef="y" name="{name}">{body}</ix:nonNumeric>'
