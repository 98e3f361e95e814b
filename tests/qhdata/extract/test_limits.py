"""Limits: counts first, seconds of the processor last; work grows with a document, not faster."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from qhdata.errors import RowError
from qhdata.extract import Extract, Limits, extract_document
from qhdata.extract.limits import cpu_budget
from qhdata.readers import plan
from qhdata.records import Header, RawDocument, to_batch

HEAD = "<html><body><p>A page of an invented filing.</p>"
BREAK = "<hr style='page-break-after:always'>"
TABLE = "<table><tr><td>a</td><td>7</td></tr><tr><td>b</td><td>9</td></tr></table>"


def extract(data: str | bytes) -> str:
    """The text, or the error's name."""
    raw = RawDocument(
        doc_id="d", file_id="f", source="s", source_path="p", doc_type="", sequence=1,
        file_name="p", data=data.encode() if isinstance(data, str) else data, header=Header(),
    )  # fmt: skip
    try:
        return extract_document(raw, Limits()).text
    except RowError as error:
        return error.error


def test_blank_lines_above_a_document_take_no_time() -> None:
    before = time.process_time()
    assert extract("\n" * 60_000 + "A page of an invented filing.").startswith("A page")
    assert time.process_time() - before < 5  # 27 s where it is quadratic


def test_a_document_that_spends_its_seconds_is_quarantined_and_the_next_one_is_not(
    tmp_path: Path,
) -> None:
    from qhdata.recipe import parse

    rows = "".join(f"<p>Line {n} of 12,{n:05d}.</p>" for n in range(300_000))
    (tmp_path / "long.htm").write_text(HEAD + rows)
    (tmp_path / "short.htm").write_text(HEAD)
    work = parse(Extract, {"limits": {"max_cpu_seconds": 1}}, "extract").open()
    long, short = plan({"s": tmp_path})
    with pytest.raises(RowError) as caught:
        work(to_batch(type(long), [long]))
    assert (caught.value.error, caught.value.retryable) == ("cpu_limit", True)
    assert work(to_batch(type(short), [short]))["documents"].num_rows == 1


def test_a_budget_that_is_kept_leaves_nothing_behind() -> None:
    before = signal.getsignal(signal.SIGPROF)
    with cpu_budget(1):
        assert signal.getitimer(signal.ITIMER_PROF)[0] > 0
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGPROF) == before


GROWING = {
    "heads": lambda n: "<table>" + ("<tr>" + "<th>Name</th>" * (n // 4) + "</tr>") * 7 + "</table>",
    "cut tables": lambda n: (TABLE + BREAK) * (n // 2),
    "continuations": lambda n: "".join(
        f"<ix:continuation id='c{i}' continuedat='c{i + 1}'>t</ix:continuation>" for i in range(n)
    ) + "<ix:nonnumeric name='a:b' continuedat='c0'>x</ix:nonnumeric>" * n,
    "exclusions": lambda n: "<ix:nonnumeric name='a:b'>" + "y<ix:exclude>x</ix:exclude>" * n,
    "facts in chinese": lambda n: "<p>" + "<ix:nonnumeric name='a:b'>中 国 </ix:nonnumeric>" * n,
    "items": lambda n: "<p><b>Item 1. Business</b></p><p>FORM 10-K</p>" * n,
    "spans": lambda n: "<table>" + "<tr><td rowspan=65534 colspan=99999>7,000</td></tr>" * n,
    "open comments": lambda n: "<!--" * (20 * n) + "-->",
    "symbols": lambda n: f"<table><tr><td>{'(' * n}</td><td>{'1,' * n}</td></tr>{TABLE}</table>",
}  # fmt: skip


@pytest.mark.parametrize("name", GROWING)
def test_four_times_the_document_is_about_four_times_the_work(name: str) -> None:
    def seconds(n: int) -> float:
        data = HEAD + GROWING[name](n) + "</body></html>"
        best = 99.0
        for _ in range(2):
            began = time.process_time()
            extract(data)
            best = min(best, time.process_time() - began)
        return best

    # Squares would be sixteen times as much; noise of a busy machine is less than half.
    assert seconds(16_000) < 0.5 + 7 * seconds(4000)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (HEAD + "<div>" * 10_000 + "x" + "</div>" * 10_000, "truncated_tree"),
        (HEAD + "<table><tr><td>" * 10_000 + "x", "truncated_html"),
        (HEAD + "<font>" * 10_000 + "x", "truncated_tree"),
        (HEAD + "<p " + "a=1 b " * 500_000 + ">x</p>", "too_many_attributes"),
    ],
)
def test_what_no_filing_has_is_refused_at_once(data: str, said: str) -> None:
    began = time.process_time()
    assert extract(data) == said
    assert time.process_time() - began < 5


def test_entities_neither_grow_nor_read_files(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("swordfish")
    levels = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 12))
    outside = f"<!ENTITY out SYSTEM 'file://{tmp_path}/secret.txt'>"
    for root in ("data", "html"):
        for use in ("&out;", "&e11;", "<p a='&e11;'>x</p>"):
            text = extract(
                f"<?xml version='1.0'?><!DOCTYPE {root} [<!ENTITY e0 'ha'>{levels}{outside}]>"
                f"<{root}><p>Sales of the year</p>{use}</{root}>"
            )
            assert "swordfish" not in text
            assert len(text) < 10_000


@pytest.mark.slow
@pytest.mark.parametrize("spans", ["", " colspan=1000000", " rowspan=65534"])
def test_a_table_of_a_million_cells_ends_in_bounds(spans: str) -> None:
    code = textwrap.dedent("""
        import resource, sys, time
        sys.path.insert(0, {here!r})
        from test_limits import HEAD, extract
        row = "<tr>" + "<td{spans}>1,234</td>" * 20 + "</tr>"
        text = extract(HEAD + "<table>" + row * 50_000 + "</table></body></html>")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(text.count("1,234"), time.process_time(), peak)
    """).format(here=str(Path(__file__).parent), spans=spans)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    cells, seconds, peak = done.stdout.split()
    assert int(cells) == 1_000_000
    assert float(seconds) < 60
    assert int(peak) < 2_000_000
