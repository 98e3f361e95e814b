"""The downloader against a local server that lays out its files as EDGAR does."""

from __future__ import annotations

import datetime as dt
import errno
import io
import json
import os
import tarfile
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pipelines.cli import main
from qhdata.errors import Fault
from qhdata.readers import plan, read_file
from qhdata.readers.edgar import Edgar, EdgarSettings
from qhdata.readers.edgar_index import Entry, is_of_archive, parse_index, quarter_of

AGENT = "Test Runner runner@example.org"
MASTER = """Description:           Master Index of EDGAR Dissemination Feed
Last Data Received:    December 31, 2024

CIK|Company Name|Form Type|Date Filed|Filename
--------------------------------------------------------------------------------
42|INVENTED HOLDINGS|10-K|2024-11-01|edgar/data/42/0000000042-24-000001.txt
42|INVENTED HOLDINGS|8-K|2024-11-02|edgar/data/42/0000000042-24-000002.txt
43|MADE UP & SONS|10-K|2024-12-03|edgar/data/43/0000000043-24-000001.txt
44|JOINT FILER|10-K|2024-12-03|edgar/data/44/0000000043-24-000001.txt
45|GONE INC|10-K|2024-12-04|edgar/data/45/0000000045-24-000001.txt
"""
COMPANY = """Description:           Master Index of EDGAR Dissemination Feed by Company Name

Company Name                                Form Type   CIK         Date Filed  File Name
---------------------------------------------------------------------------------------------
INVENTED HOLDINGS                           10-K        42          20241101    edgar/data/42/0000000042-24-000001.txt
MADE UP & SONS OF THE NORTH                 SC 13G/A    43          20241203    edgar/data/43/0000000043-24-000009.txt
"""  # noqa: E501


class Archive:
    """What the server holds, and how it misbehaves."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.refuse: dict[str, list[int]] = {}
        self.cut: set[str] = set()
        self.raw: dict[str, bytes] = {}
        self.asked: list[tuple[str, str, float]] = []
        self.url = ""


@pytest.fixture
def archive() -> Iterator[Archive]:
    held = Archive()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.lstrip("/")
            held.asked.append((path, self.headers["User-Agent"], time.monotonic()))
            if path in held.raw:
                self.wfile.write(held.raw[path])
                return
            codes = held.refuse.get(path)
            if codes:
                self.send_error(codes.pop(0))
                return
            data = held.files.get(path)
            if data is None:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if path in held.cut:
                held.cut.discard(path)
                data = data[: len(data) // 2]
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    held.url = f"http://127.0.0.1:{server.server_address[1]}"
    held.files["edgar/full-index/2024/QTR4/master.idx"] = MASTER.encode()
    for line in MASTER.splitlines()[5:-1]:
        path = line.split("|")[4]
        held.files[path] = f"<SEC-DOCUMENT>{path}\n".encode() * 50
    yield held
    server.shutdown()
    server.server_close()


def run(archive: Archive, out: Path, *flags: str, code: int = 0) -> None:
    given = {
        "--base": archive.url, "--user-agent": AGENT, "--since": "2024-10-01",
        "--until": "2024-12-31", "--rate": "10", **dict(zip(flags[::2], flags[1::2], strict=True)),
    }  # fmt: skip
    with pytest.raises(SystemExit) as ended:
        main(["fetch", "edgar", "-o", str(out), *(word for pair in given.items() for word in pair)])
    assert ended.value.code == code


def test_forms_and_days_choose_and_each_filing_comes_once(archive: Archive, tmp_path: Path) -> None:
    run(archive, tmp_path / "f", "--forms", "10-K")
    found = sorted(
        p.relative_to(tmp_path / "f").as_posix() for p in (tmp_path / "f").rglob("*.txt")
    )
    assert found == ["42/0000000042-24-000001.txt", "43/0000000043-24-000001.txt"]
    log = [json.loads(line) for line in (tmp_path / "f" / ".fetch.jsonl").read_text().splitlines()]
    assert [row["bytes"] for row in log] == [(tmp_path / "f" / n).stat().st_size for n in found]
    assert {agent for _, agent, _ in archive.asked} == {AGENT}
    asked = [path for path, _, _ in archive.asked]
    assert asked.count("edgar/data/45/0000000045-24-000001.txt") == 1, "a 404 is not asked again"


@pytest.mark.parametrize("damage", [lambda data: data[:10], lambda data: b"x" + data[1:]])
def test_a_second_call_fetches_what_was_cut_or_changed(
    archive: Archive, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    run(archive, tmp_path / "f", "--ciks", "42")
    path = tmp_path / "f" / "42" / "0000000042-24-000002.txt"
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    with (tmp_path / "f" / ".fetch.jsonl").open("a") as log:
        log.write('{"path": "edgar/da')  # as a kill leaves it
    archive.asked.clear()
    run(archive, tmp_path / "f", "--ciks", "42")
    assert path.read_bytes() == whole
    asked = [path for path, _, _ in archive.asked]
    assert asked == [
        "edgar/full-index/2024/QTR4/master.idx",
        "edgar/data/42/0000000042-24-000002.txt",
    ]


def client(archive: Archive, **settings: float) -> Edgar:
    return Edgar(EdgarSettings(user_agent=AGENT, base=archive.url, backoff_s=0.01, **settings))  # type: ignore[arg-type]


def test_refusals_and_cut_answers_are_tried_again_and_then_said(archive: Archive) -> None:
    path = "edgar/data/42/0000000042-24-000001.txt"
    archive.refuse[path] = [429, 503, 403]
    archive.cut.add(path)
    assert client(archive, tries=5).get(path) == archive.files[path]
    assert len(archive.asked) == 5
    archive.refuse[path] = [503] * 9
    with pytest.raises(Fault, match="HTTP 503, 3 times"):
        client(archive, tries=3).get(path)


ONE = "edgar/data/42/0000000042-24-000001.txt"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nabc", "IncompleteRead"),
        (b"garbage\r\n\r\n", "garbage"),
        (b"HTTP/1.0 200 OK\r\n\r\n<SEC-DOCUMENT>1\nabc", "ends after 19 bytes"),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", "an empty answer"),
        (b"HTTP/1.0 200 OK\r\n\r\n <!DOCTYPE html><title>Too many", "a web page"),
        (b"HTTP/1.0 200 OK\r\nContent-Encoding: gzip\r\n\r\nx", "packed (gzip)"),
        (b"HTTP/1.0 503 Busy\r\nRetry-After: 99999999999999\r\n\r\n", "after 99999999999999 sec"),
    ],
)
def test_an_answer_that_is_no_whole_submission_is_never_kept(
    archive: Archive, answer: bytes, why: str
) -> None:
    archive.raw[ONE] = answer
    with pytest.raises(Fault) as raised:
        client(archive, tries=2).get(ONE)
    assert why in str(raised.value)


def test_an_index_leads_to_submissions_alone_and_what_is_refused_is_said(
    archive: Archive, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [
        "../../../x.txt", "edgar/data/..", "edgar/data/42/..", "edgar/data/42/", "/etc/passwd",
        "edgar/data/42/a b.txt", "edgar/data/42/a\0b.txt", "http://other/x.txt",
        f"edgar/data/42/{'a' * 300}.txt", "edgar/data/42/\u00e9.txt",
        "edgar/data/42/../0000000042-24-000001.txt",
    ]  # fmt: skip
    rows = "".join(f"42|HOSTILE|10-K|2024-11-01|{path}\n" for path in paths)
    head, rest = MASTER[: MASTER.index("42|")], MASTER[MASTER.index("42|") :]
    archive.files |= dict.fromkeys(paths, b"x")
    archive.files["edgar/full-index/2024/QTR4/master.idx"] = (head + rows + rest).encode()
    run(archive, tmp_path / "in" / "f", "--ciks", "42")
    found = {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()}
    assert found == {
        "in/f/.fetch.jsonl",
        "in/f/42/0000000042-24-000001.txt",
        "in/f/42/0000000042-24-000002.txt",
    }
    assert "11 refused: no path of EDGAR's ('../../../x.txt')" in capsys.readouterr().out
    assert not {path for path, _, _ in archive.asked} & set(paths)


def test_a_log_that_a_kill_cut_or_another_wrote_loses_no_later_line(
    archive: Archive, tmp_path: Path
) -> None:
    (tmp_path / "f").mkdir()
    log = tmp_path / "f" / ".fetch.jsonl"
    log.write_bytes(b'5\n\xff\xfe\n{"path": "' + ONE.encode() + b'"}\n{"path": "edgar/da')
    run(archive, tmp_path / "f", "--ciks", "42", "--until", "2024-11-01")
    assert json.loads(log.read_bytes().split(b"\n")[-2])["path"] == ONE
    archive.asked.clear()
    run(archive, tmp_path / "f", "--ciks", "42", "--until", "2024-11-01")
    assert ONE not in [path for path, _, _ in archive.asked]


def test_what_a_kill_leaves_is_no_filing_and_neither_is_the_log(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(handle: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", killed)
        run(archive, tmp_path / "f", "--ciks", "42", code=4)
    assert not list(tmp_path.rglob("[!.]*.txt"))
    run(archive, tmp_path / "f", "--ciks", "42")
    assert sorted(file.source_path for file in plan([tmp_path / "f"])) == [
        "42/0000000042-24-000001.txt",
        "42/0000000042-24-000002.txt",
    ]
    assert not list(tmp_path.rglob(".*.txt"))


def test_a_last_day_to_come_asks_for_no_index_to_come(archive: Archive, tmp_path: Path) -> None:
    today = dt.datetime.now(dt.UTC).date()
    folder = f"edgar/full-index/{today.year}/QTR{(today.month + 2) // 3}"
    text = MASTER.replace("2024-11-01", today.isoformat())
    archive.files[f"{folder}/master.idx"] = text.encode()
    run(archive, tmp_path / "f", "--since", today.isoformat(), "--until", "2999-01-01")
    assert (tmp_path / "f" / ONE.removeprefix("edgar/data/")).is_file()


def test_a_name_with_a_bar_or_half_a_letter_that_ends_lines_is_no_other_row() -> None:
    head, row = MASTER.splitlines()[3:6:2]
    for name in ("A|B CO", "\u00c3\u0085NGSTROM"):  # Å in UTF-8, read as Latin-1
        (entry,) = parse_index(f"{head}\n{row.replace('INVENTED HOLDINGS', name)}\r\n")
        assert (entry.name, entry.path) == (name, ONE)
    with pytest.raises(Fault, match="has no column filename"):
        list(parse_index(f"{head.removesuffix('|Filename')}\n"))
    with pytest.raises(Fault, match="'11/01/2024' is no day"):
        list(parse_index(f"{head}\n{row.replace('2024-11-01', '11/01/2024')}\n"))


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("43|MADE UP & SO", "a row has 2 of 5 columns: '43|MADE UP & SO'"),  # cut here
        ("43|10-K|2024-12-03|edgar/data/43/0000000043-24-000001.txt", "4 of 5 columns"),
        ("x43|MADE UP|10-K|2024-12-03|edgar/data/43/0000000043-24-000001.txt", "'x43' is no CIK"),
    ],
)
def test_a_row_that_cannot_be_read_is_a_fault_and_not_left_out(row: str, why: str) -> None:
    with pytest.raises(Fault, match="idx: ") as raised:
        list(parse_index(MASTER + row, "idx"))
    assert why in str(raised.value)
    name = "MADE UP & SONS OF THE NORTH AND ALL THE FAR ISLANDS"  # wider than its column
    with pytest.raises(Fault, match="is no CIK"):
        list(parse_index(COMPANY.replace("MADE UP & SONS OF THE NORTH      ", name)))


def test_a_form_or_filer_of_which_nothing_is_listed_is_said(
    archive: Archive, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(archive, tmp_path / "f", "--ciks", "43,44,77", "--forms", "10-K,10-Z")
    said = capsys.readouterr().out
    assert "--forms: the indexes list no such filing of 10-Z\n" in said
    assert "--ciks: the indexes list no such filing of 77\n" in said, "44 files with 43"


def test_a_listing_without_names_holds_no_index(archive: Archive, tmp_path: Path) -> None:
    folder = "edgar/full-index/2024/QTR4"
    del archive.files[f"{folder}/master.idx"]
    archive.files[f"{folder}/index.json"] = b'{"directory": {"item": [{"size": 1}]}}'
    with pytest.raises(Fault, match="holds no index"):
        list(quarter_of(client(archive), 2024, 4))


def test_no_more_requests_a_second_than_agreed(archive: Archive) -> None:
    one = client(archive, rate=10)
    for _ in range(8):
        one.get("edgar/data/42/0000000042-24-000001.txt")
    times = [at for _, _, at in archive.asked]
    assert times[-1] - times[0] >= 0.9 * 7 / 10


def test_columns_are_found_by_their_header() -> None:
    first = Entry(
        cik=42, name="INVENTED HOLDINGS", form="10-K", filed="2024-11-01",
        path="edgar/data/42/0000000042-24-000001.txt",
    )  # fmt: skip
    assert next(parse_index(MASTER)) == first
    found = list(parse_index(COMPANY))
    assert found[0] == first
    assert (found[1].name, found[1].form) == ("MADE UP & SONS OF THE NORTH", "SC 13G/A")
    rows = [("Form Type", "Company Name", "CIK", "Date Filed", "File Name")]
    rows += [(e.form, e.name, str(e.cik), e.filed, e.path) for e in found]
    for width in (30, 34, 50):  # columns have moved over the years
        lines = ["".join(f"{cell:<{width}}" for cell in row).rstrip() for row in rows]
        assert list(parse_index("\n".join([lines[0], "-" * 80, *lines[1:]]))) == found
    with pytest.raises(Fault, match="no header"):
        list(parse_index("<html>Your request has been blocked</html>"))


def test_company_idx_is_read_where_the_listing_has_no_other(
    archive: Archive, tmp_path: Path
) -> None:
    folder = "edgar/full-index/2024/QTR4"
    del archive.files[f"{folder}/master.idx"]
    archive.files[f"{folder}/company.idx"] = COMPANY.encode()
    listing = {"directory": {"item": [{"name": "company.idx"}, {"name": "company.Z"}]}}
    archive.files[f"{folder}/index.json"] = json.dumps(listing).encode()
    run(archive, tmp_path / "f", "--forms", "10-K")
    assert (tmp_path / "f" / "42" / "0000000042-24-000001.txt").is_file()


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--user-agent", "me"], "the SEC wants to know who asks"),
        (["--rate", "50"], "50.0 requests a second (at most 10)"),
        (["--since", "soon"], "'soon' is no day"),
        (["--since", "2025-06-01"], "is before"),
        (
            ["--since", "1890-01-01"],
            "1890-01-01 is before any filing (EDGAR's indexes begin in 1993)",
        ),
        (["--ciks", "AAPL"], "'AAPL' is no CIK"),
        (["--forms", ","], "--forms: ',' names none"),
        (["--ciks", " "], "--ciks: ' ' names none"),
        (["--forms", "10-Z"], "the indexes list no such filing"),
        (["--user-agent", "J D\r\nX: y j@example.org"], "the SEC wants to know who asks"),
        (["--user-agent", "中 j@example.org"], "the SEC wants to know who asks"),
        (["--base", "http://"], "no http address: http:// (such as https://www.sec.gov/Archives)"),
        (["--base", "http://a b/"], "no http address: http://a b/ (such as"),
    ],
)
def test_wrong_requests_are_one_line(
    archive: Archive,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    flags: list[str],
    words: str,
) -> None:
    run(archive, tmp_path / "f", *flags, code=2)
    said = capsys.readouterr().err
    assert words in said
    assert "Traceback" not in said


def test_a_file_in_the_place_of_the_folder_is_refused_before_any_request(
    archive: Archive, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "f").touch()
    run(archive, tmp_path / "f", code=2)
    assert "f: is a file (give a folder with -o)" in capsys.readouterr().err


def tarball(**members: bytes) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz") as tar:
        for name, data in members.items():
            info = tarfile.TarInfo(f"{name}.nc")
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return held.getvalue()


def test_daily_feeds_come_whole_and_build_reads_them(archive: Archive, tmp_path: Path) -> None:
    words = b"<DOCUMENT>\n<TYPE>8-K\n<TEXT>\nSales of valves rose in the third quarter.\n</TEXT>\n"
    submission = b"<SUBMISSION>\n<ACCESSION-NUMBER>%s\n<TYPE>8-K\n" + words
    folder = "edgar/Feed/2024/QTR4"
    days = ["20241031", "20241101", "20241104", "20250102"]
    names = [f"{day}.nc.tar.gz" for day in days] + ["../x.nc.tar.gz", "20241101.old", "Feed.README"]
    listing = {"directory": {"item": [{"name": name} for name in names]}}
    archive.files[f"{folder}/index.json"] = json.dumps(listing).encode()
    for n, day in enumerate(days[:3]):
        number = f"0000000042-24-00000{n}"
        data = tarball(**{number: submission % number.encode()})
        archive.files[f"{folder}/{day}.nc.tar.gz"] = data
    archive.cut.add(f"{folder}/20241101.nc.tar.gz")
    out = tmp_path / "f"
    dates = ["--since", "2024-11-01", "--until", "2024-11-30"]
    with pytest.raises(SystemExit) as ended:
        main(["fetch", "edgar", "-o", str(out), "--feed", *dates, "--base", archive.url,
              "--user-agent", AGENT])  # fmt: skip
    assert ended.value.code == 0
    fetched = sorted(p.name for p in (out / "feed").iterdir())
    assert fetched == ["20241101.nc.tar.gz", "20241104.nc.tar.gz"]
    files = list(plan([out]))
    assert [read_file(f).documents[0].doc_id for f in files] == [
        "0000000042-24-000001:1", "0000000042-24-000002:1",
    ]  # fmt: skip


def test_a_feed_has_no_forms_to_choose(
    archive: Archive, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["fetch", "edgar", "-o", str(tmp_path / "f"), "--feed", "--since", "2024-11-01",
              "--forms", "10-K", "--user-agent", AGENT, "--base", archive.url])  # fmt: skip
    assert "a day's feed holds all forms" in capsys.readouterr().err
    assert not archive.asked


@pytest.mark.parametrize(
    ("path", "is_one"),
    [
        ("edgar/Feed/2024/QTR4/20241101.nc.tar.gz", True),
        ("edgar/Feed/2024/QTR4/../20241101.nc.tar.gz", False),
        ("edgar/Feed/2024/QTR5/20241101.nc.tar.gz", False),
        ("edgar/Feed/2024/QTR4/20241101.tar.gz", False),
        ("edgar/data/42/0000000042-24-000001.txt", True),
    ],
)
def test_what_the_archive_holds(path: str, is_one: bool) -> None:
    assert is_of_archive(path) is is_one


class Full(io.BytesIO):
    def write(self, _: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_not_asked_again(archive: Archive) -> None:
    with pytest.raises(OSError, match="No space left"):
        client(archive).copy(ONE, Full())
    assert len(archive.asked) == 1


def test_an_answer_without_end_is_not_taken_nor_asked_for_again(archive: Archive) -> None:
    with pytest.raises(Fault, match="more than 10 bytes came"):
        client(archive).copy(ONE, io.BytesIO(), most=10)
    assert len(archive.asked) == 1


def test_one_filing_that_never_comes_stops_no_other(
    archive: Archive, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive.refuse[ONE] = [401] * 9
    other = "edgar/data/42/0000000042-24-000002.txt"
    archive.files[other] = b"nothing at all"
    run(archive, tmp_path, code=4)
    said = capsys.readouterr()
    assert "2 of 4 filings did not come" in said.err
    assert "HTTP 401" in said.err
    assert "1 not there" in said.out
    assert [p.name for p in sorted(tmp_path.rglob("*.txt"))] == ["0000000043-24-000001.txt"]
    archive.refuse.clear()
    archive.files[other] = archive.files[ONE]
    run(archive, tmp_path)
    assert len(list(tmp_path.rglob("*.txt"))) == 3


def test_an_archive_that_answers_nobody_is_not_asked_for_ever(
    archive: Archive, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [f"edgar/data/{n}/0000000099-24-{n:06d}.txt" for n in range(1, 9)]
    lines = [f"{n}|FILER {n}|10-K|2024-11-01|{path}" for n, path in enumerate(paths, 1)]
    text = "\n".join([*MASTER.splitlines()[:5], *lines, ""])
    archive.files["edgar/full-index/2024/QTR4/master.idx"] = text.encode()
    archive.refuse = {path: [401] * 9 for path in paths}
    run(archive, tmp_path, code=4)
    assert "HTTP 401" in capsys.readouterr().err
    assert len({path for path, _, _ in archive.asked if path in paths}) == 3
