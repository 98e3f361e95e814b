"""What pages of PDFs do to text: turned, cropped, set twice, hidden, typed into forms, cut."""

from __future__ import annotations

import io
from collections.abc import Callable

import pypdfium2
import pytest
from reportlab.lib import pagesizes, pdfencrypt
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from qhdata.errors import RowError
from qhdata.extract.document import Extracted, extract_document
from qhdata.extract.limits import Limits
from qhdata.records import Header, RawDocument

LINE = "The company sells compressors, chillers and valves to hospitals in Ohio."


def pdf(draw: Callable[[Canvas], None], **options: object) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=pagesizes.letter, invariant=1, **options)
    canvas.setFont("Helvetica", 10)
    draw(canvas)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def extracted(data: bytes) -> Extracted:
    raw = RawDocument(
        doc_id="s:1", file_id="s/a.pdf", source="s", source_path="a.pdf", doc_type="",
        sequence=1, file_name="a.pdf", data=data, header=Header(),
    )  # fmt: skip
    return extract_document(raw, Limits())


def changed(data: bytes, change: Callable[[pypdfium2.PdfDocument], None]) -> bytes:
    out = io.BytesIO()
    with pypdfium2.PdfDocument(data) as document:
        change(document)
        document.save(out)
    return out.getvalue()


def lines(canvas: Canvas) -> None:
    for n in range(6):
        canvas.drawString(72, 700 - 14 * n, f"{n} {LINE}")


def framed(canvas: Canvas) -> None:
    lines(canvas)
    for y in (400, 420, 440):
        canvas.line(72, y, 372, y)
    for x in (72, 222, 372):
        canvas.line(x, 400, x, 440)
    for n, text in enumerate(("Sales", "1,200", "Costs", "900")):
        canvas.drawString(80 + 150 * (n % 2), 425 - 20 * (n // 2), text)


def sideways(canvas: Canvas) -> None:
    canvas.translate(612, 0)
    canvas.rotate(90)
    canvas.setFont("Helvetica", 10)
    for n in range(6):
        canvas.drawString(72, 500 - 14 * n, f"{n} {LINE}")
    for y in (300, 320, 340):
        canvas.line(72, y, 372, y)
    for x in (72, 222, 372):
        canvas.line(x, 300, x, 340)
    for n, text in enumerate(("Sales", "1,200", "Costs", "900")):
        canvas.drawString(80 + 150 * (n % 2), 325 - 20 * (n // 2), text)


WANTED = "| Sales | 1,200 |\n|---|---|\n| Costs | 900 |"


@pytest.mark.parametrize("draw", [framed, sideways])
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_pages_turned_in_any_way_keep_lines_and_drawn_tables(
    draw: Callable[[Canvas], None], turn: int
) -> None:
    done = extracted(changed(pdf(draw), lambda d: d[0].set_rotation(turn)))
    assert " ".join(f"{n} {LINE}" for n in range(6)) in " ".join(done.text.split())
    assert WANTED in done.text


def test_a_page_whose_corner_is_not_at_zero_is_read_the_same() -> None:
    moved = changed(pdf(framed), lambda d: d[0].set_mediabox(-100, -50, 700, 900))
    assert extracted(moved).text == extracted(pdf(framed)).text


def test_what_is_cropped_away_is_not_read() -> None:
    def marked(canvas: Canvas) -> None:
        lines(canvas)
        canvas.drawString(72, 780, "PRINTER MARK 4 of 12")

    data = changed(pdf(marked), lambda d: d[0].set_cropbox(50, 50, 600, 740))
    assert "PRINTER" not in extracted(data).text
    assert "5 The company" in extracted(data).text


def test_text_set_twice_to_look_bold_is_said_once() -> None:
    def twice(canvas: Canvas) -> None:
        for shift in (0, 0.3):
            for n in range(4):
                canvas.drawString(72 + shift, 700 - 14 * n, f"{n} Net sales were 1,200")

    assert extracted(pdf(twice)).text.count("1,200") == 4


def test_hidden_text_of_a_recognised_scan_is_kept() -> None:
    def hidden(canvas: Canvas) -> None:
        text = canvas.beginText(72, 700)
        text.setTextRenderMode(3)
        text.textLine(LINE)
        canvas.drawText(text)

    assert extracted(pdf(hidden)).text == LINE


def test_what_is_typed_into_a_form_is_text() -> None:
    def form(canvas: Canvas) -> None:
        lines(canvas)
        canvas.acroForm.textfield(
            name="filer", value="Acme Holdings 1,234,567", x=72, y=500, width=200, height=20
        )

    assert "Acme Holdings 1,234,567" in extracted(pdf(form)).text


def test_an_empty_password_opens_and_another_is_said() -> None:
    opens = pdf(lines, encrypt=pdfencrypt.StandardEncryption("", ownerPassword="x"))
    assert "5 The company" in extracted(opens).text
    with pytest.raises(RowError) as caught:
        extracted(pdf(lines, encrypt=pdfencrypt.StandardEncryption("u", ownerPassword="x")))
    assert caught.value.error == "encrypted_pdf"
    out = io.BytesIO()
    with pypdfium2.PdfDocument.new() as document:
        document.save(out)
    with pytest.raises(RowError) as caught:  # pdfium still says "password" of the file before
        extracted(out.getvalue())
    assert caught.value.error == "empty_document"


def test_attachments_are_no_text() -> None:
    def attach(document: pypdfium2.PdfDocument) -> None:
        document.new_attachment("notes.txt").set_data(b"SECRET notes of the printer")

    assert "SECRET" not in extracted(changed(pdf(lines), attach)).text


def test_hyphens_at_line_ends() -> None:
    def prose(canvas: Canvas) -> None:
        for n, line in enumerate((
            "The management of the company holds that its long-term plans for the growth of the b",
            "usiness are sound, and that no change of its plans is called for now; its manage-",
            "ment will look at them again in the course of the year, when new figures on long-",
            "term demand are at hand, and will then say what it thinks of them to the public.",
        )):  # fmt: skip
            canvas.drawString(72, 700 - 12 * n, line)

    text = extracted(pdf(prose)).text
    assert "its management will" in text
    assert "on long-term demand" in text


HEAD = "一、本公司董事会、监事会及董事、监事、高级管理人员保证年度报告内容的真实、准确、完整，"


def test_a_chinese_heading_that_hangs_and_wide_leading_are_one_paragraph() -> None:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))

    def draw(canvas: Canvas) -> None:
        canvas.setFont("STSong-Light", 10)
        canvas.drawString(72, 700, HEAD)
        canvas.drawString(90, 680, "不存在虚假记载、误导性陈述或重大遗漏。")
        canvas.drawString(72, 656, "二、公司全体董事出席董事会会议。")
        canvas.drawString(72, 632, "其中一笔的账龄为一年以内的金额是1,")
        canvas.drawString(245, 632, " 600,000.00元。")

    paragraphs = extracted(pdf(draw)).text.split("\n\n")
    assert paragraphs[0].lstrip("# ") == f"{HEAD}不存在虚假记载、误导性陈述或重大遗漏。"
    assert paragraphs[1] == "二、公司全体董事出席董事会会议。"
    assert "1,600,000.00" in paragraphs[2]


def test_damage_behind_an_empty_password_is_damage() -> None:
    lock = pdfencrypt.StandardEncryption("", ownerPassword="owner", strength=128)
    data = bytearray(pdf(lambda c: c.drawString(72, 700, "Revenue " * 8), encrypt=lock))
    data[data.index(b"stream") + 40] ^= 0xFF
    with pytest.raises(RowError) as caught:
        extracted(bytes(data))
    assert caught.value.error == "damaged_pdf"
