"""RawDocument to text, sections, tables and facts: blocks are read, cleaned, headed and joined.

Blocks become text once, at the end; until then everything that points into the text is an offset
inside its block, so nothing has to be found again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qhdata.errors import RowError
from qhdata.extract import chinese, headings
from qhdata.extract.annual_report import find_by_title, is_annual_report
from qhdata.extract.blocks import EXCLUDED, Block, open_before
from qhdata.extract.bullets import join_marks
from qhdata.extract.characters import clean, decode, script, utf16_without_mark, without_controls
from qhdata.extract.chinese_text import cover_form, cover_title, tidy
from qhdata.extract.companyfacts import extract_companyfacts
from qhdata.extract.contents import find_contents, lines_before_items
from qhdata.extract.coverage import found_letters, is_short, refuse_short
from qhdata.extract.described import tables_of
from qhdata.extract.extracted import Extracted
from qhdata.extract.fact_notes import said
from qhdata.extract.facts_of import facts_of
from qhdata.extract.found import Found
from qhdata.extract.given import as_given
from qhdata.extract.html import Parsed, parse_html
from qhdata.extract.instance import extract_instance
from qhdata.extract.item_lines import part_lines
from qhdata.extract.items import GENERIC, form_items, most_confidence
from qhdata.extract.ixbrl import FactReader
from qhdata.extract.kinds import document_kind, form_of, pre_shell
from qhdata.extract.limits import Limits, above, cpu_budget
from qhdata.extract.page_furniture import cut
from qhdata.extract.pdf import parse_pdf
from qhdata.extract.seams import join_cut
from qhdata.extract.sections import find_items
from qhdata.extract.text_era import text_blocks
from qhdata.extract.told import Told, told_of
from qhdata.extract.unmarked import join_lines, mark_pages
from qhdata.extract.xml import xml_blocks
from qhdata.records import RawDocument, Section

FACTS_ALONE = {"instance": extract_instance, "companyfacts": extract_companyfacts}
"""Kinds of data that hold facts and no text."""
_NOT_UTF8 = re.compile(rb"^(\s*<\?xml[^>]{0,200}?)\s+encoding\s*=\s*['\"]?[\w-]+['\"]?")


def extract_document(raw: RawDocument, limits: Limits, public_at: str | None = None) -> Extracted:
    """Text and what its spans are, of one document.

    Raises RowError with a stable name where the document cannot be read whole: nothing is cut
    short; `cpu_limit` where it takes more of a core than the limits let it. public_at goes into
    facts as it is. What holds facts alone (XBRL instances, companyfacts) has the text "".
    """
    if raw.given and (kept := as_given(raw, limits)):
        return kept
    with cpu_budget(limits.max_cpu_seconds):
        return _extracted(raw, limits, public_at)


def _extracted(raw: RawDocument, limits: Limits, public_at: str | None) -> Extracted:
    data = raw.data
    marked = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    if marked or (b"%PDF-" not in data[:1024] and utf16_without_mark(data)):
        data = _NOT_UTF8.sub(rb"\1", decode(data)[0].encode("utf-8", "replace"), count=1)
    kind = document_kind(data)
    if kind in FACTS_ALONE:
        return FACTS_ALONE[kind](raw, data, limits, public_at)
    parsed = _parse(data, kind, limits)
    blocks, lines = mark_pages(parsed.blocks)
    blocks, removed, running = cut(blocks)
    blocks, seams = join_cut(join_marks([b for b in blocks if b.text]))
    if not blocks:
        raise RowError("empty_document", "holds no text once markup is gone; fetch it again")
    if len(blocks) > limits.max_blocks:
        raise above(
            "too_many_blocks", f"more than {limits.max_blocks} paragraphs and tables", "max_blocks"
        )
    lang = script("\n".join(b.text for b in blocks[:4000])[:200_000])
    form = form_of(raw.doc_type, raw.header.form, parsed.facts.dei(), blocks)
    if lang == "zh":
        blocks, seams["lines_joined"] = join_lines(blocks)
        for block in blocks:
            tidy(block)
        form = form or cover_form(blocks)
    elif items := form_items(form):
        blocks = part_lines(blocks, items)
    told = told_of(raw.header, parsed.facts.dei(), blocks)
    whole = len(blocks)
    blocks, found = _sections(blocks, form, lang, told)
    if len(blocks) < whole:
        removed["contents"] = whole - len(blocks)
    ceiling = most_confidence(form, lang)
    for section in found:
        section.confidence = min(section.confidence, ceiling)
    contents = len(blocks)
    text, starts, spans = _join(blocks)
    sections = [_section(raw.doc_id, n, f, starts, text) for n, f in enumerate(found)]
    tables = tables_of(blocks, starts, sections, lang, running)
    facts = facts_of(parsed.facts, raw.doc_id, public_at, spans, text, limits.max_fact_text)
    if len(facts) > limits.max_facts:
        raise above("too_many_facts", f"more than {limits.max_facts} facts", "max_facts")
    title = parsed.title or (cover_title(blocks) if lang == "zh" else "")
    title = title or next((b.text for b in blocks if b.level), blocks[0].text)
    notes: dict[str, object] = {
        "encoding": parsed.encoding,
        "blocks": contents,
        **({"removed_page_heads": lines} if lines else {}),
        **{f"removed_{kind}": n for kind, n in sorted(removed.items())},
        **{name: n for name, n in seams.items() if n},
        **dict(sorted(parsed.notes.items())),
        **said(parsed.facts.notes),
    }
    return Extracted(
        raw=raw,
        form=form,
        title=" ".join(title.lstrip("# ").split())[:200],
        lang=lang,
        text=text,
        sections=sections,
        tables=tables,
        facts=facts,
        notes=notes,
        dei=parsed.facts.dei(),
        entity=parsed.facts.entity(),
    )


def _parse(data: bytes, kind: str, limits: Limits) -> Parsed:
    if kind == "pdf":
        pdf = parse_pdf(data, limits)
        return Parsed(pdf.blocks, FactReader(), pdf.title, "pdf", pdf.notes)
    if kind == "html":
        shell = None if b"<ix:" in data else pre_shell(data)  # facts are read from tags
        if shell is not None:
            text, encoding = decode(shell)
            blocks = text_blocks(without_controls(clean(text)))
            if is_short(data, found_letters(blocks)) is None:
                return Parsed(blocks, FactReader(), "", encoding)
        return parse_html(data, limits)
    if kind == "xml":
        blocks, unresolved = xml_blocks(data, limits)
        refuse_short(data, found_letters(blocks))
        notes = {"entities_unresolved": unresolved} if unresolved else {}
        return Parsed(blocks, FactReader(), "", "utf-8", notes)
    if len(data) > limits.max_bytes:
        raise above(
            "too_large", f"{len(data)} bytes of text, at most {limits.max_bytes}", "max_bytes"
        )
    text, encoding = decode(data)
    blocks = text_blocks(without_controls(clean(text)))
    refuse_short(text.encode("utf-8", "replace"), found_letters(blocks))
    return Parsed(blocks, FactReader(), "", encoding)


def _sections(
    blocks: list[Block], form: str, lang: str, told: Told
) -> tuple[list[Block], list[Found]]:
    """Blocks without the table of contents, with their levels set, and the sections."""
    if lang == "zh":
        blocks = chinese.drop_contents(blocks)
        for block in blocks:
            block.level = 0
        found = chinese.find_chapters(blocks)
        chinese.mark_headings(blocks)
        return blocks, found or headings.by_heading(blocks, GENERIC)
    items = form_items(form)
    if items:
        eightk = form.startswith("8-K")
        contents = find_contents(blocks, items)
        found = find_items(blocks, items, eightk, contents, told, form.endswith("/A"))
        present = [f for f in found if f.status != "not_found"]
        if present and (eightk or len(present) >= 3):
            listed = lines_before_items(blocks) if eightk else contents[0]
            drop = {n for n in listed if n < present[0].start}
            for f in present:
                f.start -= sum(n < f.start for n in drop)
                f.end -= sum(n < f.end for n in drop)
            blocks = _drop(blocks, drop)
        headings.mark_headings(blocks, {f.start for f in present if not _is_prose(f)})
        if present:
            return blocks, found
        return blocks, [*found, *headings.by_heading(blocks, GENERIC)]
    by_title = find_by_title(blocks) if is_annual_report(form) else []
    headings.mark_headings(blocks, {f.start for f in by_title})
    return blocks, by_title or headings.by_heading(blocks, GENERIC)


def _is_prose(found: Found) -> bool:
    """Signatures without a heading begin with a sentence, which is none."""
    return found.key == "signatures" and len(found.title) > 80


def _drop(blocks: list[Block], numbers: set[int]) -> list[Block]:
    """Without the contents; the facts in it move to the next block."""
    kept: list[Block] = []
    codes: list[int] = []
    for n, block in enumerate(blocks):
        if n in numbers:
            codes += [code for _, code in block.marks]
            continue
        if codes:
            open_before(block, codes)
            codes = []
        kept.append(block)
    return kept


def _join(blocks: Sequence[Block]) -> tuple[str, list[int], dict[int, tuple[int, int]]]:
    """(text, start of each block and the end, spans of facts)."""
    parts: list[str] = []
    starts: list[int] = []
    opened: dict[int, int] = {}
    spans: dict[int, tuple[int, int]] = {}
    length = 0
    before = ""
    for block in blocks:
        ended = length
        if parts:
            tight = block.kind == "list" == before
            separator = "\n" if tight else "\n\n"
            parts.append(separator)
            length += len(separator)
        prefix = "#" * block.level + " " if block.level else ""
        text = block.text
        if block.level and "\n" in text:
            text = text.replace("\n", " ")
        elif not prefix and text[:1] == "#" and block.grid is None:
            prefix = "\\"
        starts.append(length)
        base = length + len(prefix)
        for offset, code in block.marks:
            n = code >> 1
            if code & 1:
                if n in opened:  # what ends before a block's first letter ended with the last one
                    spans[n] = (opened[n], base + offset if offset else ended)
            else:
                opened[n] = base + offset
        parts.append(prefix + text if prefix else text)
        length = base + len(text)
        before = block.kind
    starts.append(length)
    for n, start in opened.items():
        if n not in spans and n < EXCLUDED:
            spans[n] = (start, length)
    return "".join(parts), starts, spans


def _section(doc_id: str, n: int, found: Found, starts: list[int], text: str) -> Section:
    start, end = (starts[found.start], starts[found.end]) if found.status != "not_found" else (0, 0)
    while end > start and text[end - 1] == "\n":
        end -= 1
    return Section(
        section_id=f"{doc_id}/{n}",
        doc_id=doc_id,
        key=found.key,
        title=found.title,
        level=found.level,
        parent=found.parent,
        start=start,
        end=end,
        status=found.status,  # type: ignore[arg-type]
        points_to=found.points_to,
        confidence=found.confidence,
        checks_failed=tuple(found.failed),
    )
