"""Chinese HTML without page marks: heads of pages go, sentences and lines are whole again."""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path

import pytest

from qhdata.extract.document import Extracted, extract_document
from qhdata.extract.limits import Limits
from qhdata.records import Header, RawDocument

REAL = Path(os.environ.get("QHDATA_REAL", Path(__file__).parents[4] / "shared" / "data"))
BANK = REAL / "filings" / "cn" / "2020-03-26_601658_annual-report-2019.html"
LINE = "本集团在每个资产负债表日评估相关金融工具的信用风险自初始确认后是否已显著增加，并按"
PARTS = [f"{way}{side}" for way in "华西东北" for side in "东南北"]
NEXT = "照下列情形分别计量其减值准备。"


def extracted(data: bytes) -> Extracted:
    raw = RawDocument(
        doc_id="s:1", file_id="s/a.htm", source="s", source_path="a.htm", doc_type="",
        sequence=1, file_name="a.htm", data=data, header=Header(),
    )  # fmt: skip
    return extract_document(raw, Limits())


def test_heads_of_pages_are_said_once_and_sentences_go_on_over_them() -> None:
    pages = "".join(
        f"<p>甲乙股份有限公司</p><p>2019年度财务报表附注</p><p>{n}、第{n}项</p><p>其他说明：</p>"
        f"<p>{part}的收入比上年增加，主要是因为销量的增长和{part}的价格的提</p>"
        f"<p>{n} / 24</p><p>甲乙股份有限公司</p><p>2019年度财务报表附注</p>"
        f"<p>高和{part}所致的。</p>"
        for n, part in enumerate(PARTS, 1)
    )
    text = extracted(f"<html><body>{pages}</body></html>".encode()).text
    assert text.count("甲乙股份有限公司") == text.count("2019年度财务报表附注") == 1
    for part in PARTS:
        assert f"和{part}的价格的提高和{part}所致的。" in text
    assert text.count("其他说明：") == 12
    assert "/ 24" not in text


def test_half_a_label_above_the_last_row_of_a_page_is_no_head() -> None:
    pages = "".join(
        f"<p>甲乙股份有限公司</p><p>2019年度财务报表附注</p><p>{n}、第{n}项{part}</p>"
        f"<p>2019年12月31日的</p><p>减值准备{part} 67,1{n} 10,1{n}</p><p>{n} / 24</p>"
        for n, part in enumerate(PARTS, 1)
    )
    text = extracted(f"<html><body>{pages}</body></html>".encode()).text
    assert text.count("甲乙股份有限公司") == text.count("2019年度财务报表附注") == 1
    assert text.count("2019年12月31日的") == len(PARTS)


def test_lines_of_one_width_are_paragraphs_and_rows_of_figures_are_not() -> None:
    body = "".join(f"<p>{LINE}</p><p>{NEXT}</p><p>({n}) 事项</p>" for n in range(60))
    body += (
        f"<p>{LINE}</p>" * 60
        + "<p>利息净收入与手续费及佣金净收入和投资收益 32,612 29,268</p><p>合计</p>"
    )
    done = extracted(f"<html><body>{body}</body></html>".encode())
    assert done.text.count(f"{LINE}{NEXT}") == 60
    assert "29,268\n\n合计" in done.text


def test_an_auditors_report_that_is_set_narrower_is_paragraphs_too() -> None:
    wide = "".join(f"<p>{way}{LINE}</p><p>{NEXT}</p>" for way in PARTS * 9)
    narrow = "".join(f"<p>{way}{LINE[:33]}</p><p>{NEXT}</p>" for way in PARTS)
    text = extracted(f"<html><body>{wide}{narrow}</body></html>".encode()).text
    assert f"{PARTS[-1]}{LINE[:33]}{NEXT}" in text
    assert f"{PARTS[-1]}{LINE}{NEXT}" in text


def test_a_report_whose_paragraphs_are_whole_is_left_alone() -> None:
    body = "".join(f"<p>{LINE}</p><p>{NEXT}</p>" for _ in range(20))
    assert extracted(f"<html><body>{body}</body></html>".encode()).text.count(f"{LINE}\n\n") == 20


@pytest.mark.real
@pytest.mark.skipif(not BANK.is_file(), reason=f"no real report at {BANK}")
def test_a_real_bank_report_loses_its_page_heads_and_no_number() -> None:
    data = BANK.read_bytes()
    text = extracted(data).text
    lines = Counter(text.split("\n"))
    assert lines["中国邮政储蓄银行股份有限公司"] <= 6
    assert lines["(除特别注明外，金额单位均为人民币百万元)"] == 1
    assert lines["2019年12月31日的"] >= 13
    grouped = re.compile(r"(?<![\d,.])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])")
    wanted = Counter(grouped.findall(re.sub(r"<[^>]*>", " ", data.decode())))
    assert not wanted - Counter(grouped.findall(text))
