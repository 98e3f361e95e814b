from __future__ import annotations

import io
import os
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib import pagesizes, pdfencrypt
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from qhdata.errors import RowError
from qhdata.extract.document import Extracted, extract_document
from qhdata.extract.limits import Limits
from qhdata.records import Header, RawDocument

Draw = Callable[[Canvas], None]


def pdf(*pages: Draw, **options: object) -> bytes:
    """A PDF of letter pages; each function draws one."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=pagesizes.letter, invariant=1, **options)
    for draw in pages:
        canvas.setFont("Helvetica", 10)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def extracted(data: bytes, doc_type: str = "") -> Extracted:
    raw = RawDocument(
        doc_id="s:1", file_id="s/a.pdf", source="s", source_path="a.pdf", doc_type=doc_type,
        sequence=1, file_name="a.pdf", data=data, header=Header(),
    )  # fmt: skip
    return extract_document(raw, Limits())


def columns(canvas: Canvas, y: float, label: str, *values: str) -> None:
    canvas.drawString(72, y, label)
    for n, value in enumerate(values):
        canvas.drawRightString(400 + 80 * n, y, value)


def statement(canvas: Canvas) -> None:
    canvas.setFont("Helvetica-Bold", 12)
    canvas.drawCentredString(306, 740, "Consolidated Statement of Income")
    canvas.setFont("Helvetica", 10)
    columns(canvas, 700, "(in millions)", "2024", "2023")
    columns(canvas, 686, "Net sales", "32,136", "32,765")
    canvas.drawString(340, 686, "$")  # far left of its number, as statements set it
    canvas.drawString(420, 686, "$")
    columns(canvas, 672, "Operating expenses")
    columns(canvas, 658, "Cost of sales", "17,136", "16,682")
    columns(canvas, 644, "Gain on sale of businesses", "(114)", "(547)")
    columns(canvas, 630, "Net income", "15,114", "16,630")


def test_numbers_in_columns_are_a_table_with_its_headings() -> None:
    done = extracted(pdf(statement))
    assert done.text == (
        "Consolidated Statement of Income\n\n"
        "| (in millions) | 2024 | 2023 |\n|---|---|---|\n"
        "| Net sales | $32,136 | $32,765 |\n"
        "| Operating expenses | | |\n"
        "| Cost of sales | 17,136 | 16,682 |\n"
        "| Gain on sale of businesses | (114) | (547) |\n"
        "| Net income | 15,114 | 16,630 |"
    )
    (table,) = done.tables
    assert (table.kind, table.scale) == ("statement", "1000000")


def prose(canvas: Canvas, y: float, *lines: str) -> None:
    for n, line in enumerate(lines):
        canvas.drawString(72, y - 12 * n, line)


FULL = "The Company sells valves and pumps to customers in forty countries through its own force"


def test_lines_are_joined_to_paragraphs_and_gaps_part_them() -> None:
    def draw(canvas: Canvas) -> None:
        prose(canvas, 700, f"{FULL}, and long-", "term contracts make up half of it.")
        prose(canvas, 660, "Competition is strong.")

    assert extracted(pdf(draw)).text == (
        f"{FULL}, and long-term contracts make up half of it.\n\nCompetition is strong."
    )


def test_lines_that_hang_below_an_item_belong_to_it() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "\u2022")
        canvas.drawString(92, 700, FULL)
        canvas.drawString(92, 688, "In Asia, sales fell.")
        prose(canvas, 660, f"(2) {FULL} of which")
        canvas.drawString(86, 648, "half is abroad.")

    assert extracted(pdf(draw)).text == (
        f"\u2022 {FULL} In Asia, sales fell.\n\n(2) {FULL} of which half is abroad."
    )


def page(number: int, *rest: Draw) -> Draw:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 765, "Acme Corporation Annual Report")
        for one in rest:
            one(canvas)
        canvas.drawCentredString(306, 30, str(number))

    return draw


def test_running_lines_go_and_what_a_page_cut_is_one_again() -> None:
    pages = [
        page(1, lambda c: prose(c, 700, FULL, FULL)),
        page(2, lambda c: prose(c, 700, "and what it sells is made in Ohio.")),
        page(3, lambda c: columns(c, 700, "Sales", "1,200", "1,100"),
             lambda c: columns(c, 686, "Costs", "900", "800")),
        page(4, lambda c: columns(c, 700, "Taxes", "30", "40"),
             lambda c: columns(c, 686, "Net income", "270", "260")),
    ]  # fmt: skip
    done = extracted(pdf(*pages))
    assert f"{FULL} {FULL} and what it sells is made in Ohio." in done.text
    (table,) = done.tables
    assert table.block.text.endswith(
        "| Costs | 900 | 800 |\n| Taxes | 30 | 40 |\n| Net income | 270 | 260 |"
    )
    assert done.text.count("Acme Corporation Annual Report") == 1
    assert not re.search(r"^\d$", done.text, re.M)
    assert done.notes["tables_joined"] == done.notes["sentences_joined"] == 1


def test_drawn_cells_of_a_chinese_report_with_merged_headings() -> None:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))

    def draw(canvas: Canvas) -> None:
        canvas.setFont("STSong-Light", 10)
        xs, ys = [72, 200, 300, 400], [700, 680, 660, 630]
        for y in ys:
            canvas.line(72, y, 400, y) if y != 680 else canvas.line(200, y, 400, y)
        for x in xs:
            canvas.line(x, 630, x, 700) if x != 300 else canvas.line(x, 630, x, 680)
        canvas.drawString(80, 675, "项目")
        canvas.drawString(270, 687, "期末余额")
        canvas.drawString(205, 667, "合并")
        canvas.drawString(305, 667, "母公司")
        canvas.drawString(80, 648, "以公允价值计量")
        canvas.drawString(80, 636, "的金融资产")
        canvas.drawRightString(298, 640, "122,775,584.93")
        canvas.drawRightString(398, 640, "219,607,349.88")
        canvas.drawString(72, 720, "公司主要从事冷冻设备的研发、生产与销售。")

    done = extracted(pdf(draw))
    assert done.lang == "zh"
    assert done.text.endswith(
        "| 项目 | 期末余额 合并 | 期末余额 母公司 |\n|---|---|---|\n"
        "| 以公允价值计量的金融资产 | 122,775,584.93 | 219,607,349.88 |"
    )


def test_a_page_that_lies_on_its_side_is_read_upright() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.translate(612, 0)
        canvas.rotate(90)
        prose(canvas, 500, "Segment results follow on this page.")
        columns(canvas, 460, "Assets", "1,200", "1,100")
        columns(canvas, 446, "Liabilities", "900", "800")

    text = extracted(pdf(draw)).text
    assert text.startswith("Segment results follow on this page.")
    assert "| Assets | 1,200 | 1,100 |" in text


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (pdf(statement, encrypt=pdfencrypt.StandardEncryption("secret")), "encrypted_pdf"),
        (
            pdf(statement, encrypt=pdfencrypt.StandardEncryption("secret")).replace(
                b"/Filter /Standard", b"/Filter /Unheard1"
            ),
            "encrypted_pdf",
        ),
        (pdf(lambda c: c.rect(72, 72, 300, 300, fill=1)), "scanned_pdf"),
        (b"%PDF-1.7\n" + b"x" * 500 + b"\n%%EOF\n", "damaged_pdf"),
        (pdf(statement)[:400], "damaged_pdf"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(data: bytes, error: str) -> None:
    with pytest.raises(RowError) as raised:
        extracted(data)
    assert raised.value.error == error


REFUSED = {
    "encrypted_pdf", "damaged_pdf", "scanned_pdf", "unreadable_pdf", "empty_document", "too_large",
}  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damaged_bytes_are_read_or_refused_and_never_break(data: st.DataObject) -> None:
    whole = bytearray(pdf(statement, page(2, statement)))
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    kept = bytes(whole[: data.draw(st.integers(8, len(whole)))])
    try:
        done = extracted(kept if kept.startswith(b"%PDF-") else b"%PDF-1.4" + kept[8:])
    except RowError as error:
        assert error.error in REFUSED  # noqa: PT017
        return
    assert done.text.strip()
    for table in done.tables:
        assert done.text[table.start : table.end] == table.block.text


AMOUNTS = st.integers(-9_999_999, -100) | st.integers(0, 9_999_999)
"""A lone (1) beside a label may as well be a footnote's mark."""


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.sampled_from(["Sales", "Cost of sales", "Tax"]), AMOUNTS, AMOUNTS),
        min_size=2, max_size=30,
    )
)  # fmt: skip
def test_every_number_stands_on_the_row_of_its_label(rows: list[tuple[str, int, int]]) -> None:
    def shown(n: int) -> str:
        return f"({-n:,})" if n < 0 else f"{n:,}"

    def draw(canvas: Canvas) -> None:
        for n, (label, a, b) in enumerate(rows):
            columns(canvas, 740 - 14 * n, label, shown(a), shown(b))

    lines = [line for line in extracted(pdf(draw)).text.split("\n") if "---" not in line]
    assert [line.strip("| ").split(" | ") for line in lines] == [
        [label, shown(a), shown(b)] for label, a, b in rows
    ]


REAL = Path(os.environ.get("QHDATA_REAL", Path(__file__).parents[4] / "shared" / "data"))
NUMBER = re.compile(r"(?<![\d,.])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])")


@pytest.mark.real
@pytest.mark.skipif(not REAL.is_dir(), reason=f"no real filings at {REAL}")
@pytest.mark.parametrize(
    ("name", "items"), [("3M_2019_10K.pdf", 21), ("FOOTLOCKER_2022_10Q.pdf", 7)]
)
def test_a_real_pdf_keeps_its_numbers_and_its_items(name: str, items: int) -> None:
    import pypdfium2

    data = (REAL / "filings" / "sec" / "pdf" / name).read_bytes()
    done = extracted(data)
    wanted: Counter[str] = Counter()
    with pypdfium2.PdfDocument(data) as document:
        for one in document:
            wanted.update(NUMBER.findall(one.get_textpage().get_text_range()))
    missing = wanted - Counter(NUMBER.findall(done.text))
    assert sum(missing.values()) == 0, missing
    assert len([s for s in done.sections if ".item" in s.key and s.status != "not_found"]) == items
