"""plan: every file once, in order, with labels, arrivals and rivals."""

from __future__ import annotations

import gzip
import os
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from qhdata.errors import RowError, UserError
from qhdata.readers import plan, read, read_file
from qhdata.readers.seen import Glance
from qhdata.records import SourceFile

PAGE = b"<html><body><p>Invented Holdings made 12 widgets.</p></body></html>"


def write(root: Path, name: str, data: bytes = PAGE) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_files_come_in_order_of_path_with_their_digest(tmp_path: Path) -> None:
    write(tmp_path, "b/2.htm", PAGE + b"2")
    write(tmp_path, "a.htm")
    write(tmp_path, ".hidden/x.htm", PAGE + b"h")
    files = list(plan([tmp_path]))
    assert [f.source_path for f in files] == ["a.htm", "b/2.htm"]
    assert [f.file_id for f in files] == [f"{tmp_path.name}/a.htm", f"{tmp_path.name}/b/2.htm"]
    assert all(len(f.sha256) == 64 for f in files)


def test_the_same_bytes_again_point_to_the_first_file(tmp_path: Path) -> None:
    write(tmp_path, "a.htm")
    write(tmp_path, "z.htm")
    first, second = plan([tmp_path])
    assert first.same_as is None
    assert second.same_as == first.file_id


def test_two_empty_files_are_not_each_others_copies(tmp_path: Path) -> None:
    write(tmp_path, "a.htm", b"")
    write(tmp_path, "b.htm", b"")
    write(tmp_path, "c.htm")
    assert [f.same_as for f in plan([tmp_path])] == [None, None, None]


def test_which_file_is_the_first_does_not_hang_on_the_order_of_the_sources(tmp_path: Path) -> None:
    name = "0000320193-24-000123.txt"
    lodged = b"<SEC-DOCUMENT>" + name.encode() + b"\nACCESSION NUMBER: 0000320193-24-000123\n"
    for label in ("b", "a"):
        write(tmp_path / label, "same.htm")
        write(tmp_path / label, name, lodged + label.encode())
    one = list(plan([tmp_path / "a", tmp_path / "b"]))
    assert list(plan([tmp_path / "b", tmp_path / "a"])) == one
    assert {f.file_id: f.same_as for f in one}["b/same.htm"] == "a/same.htm"
    assert {f.file_id: f.rival_ids for f in one}[f"b/{name}"] == (f"a/{name}",)


def test_two_sources_of_one_name_get_two_labels(tmp_path: Path) -> None:
    write(tmp_path, "x/filings/a.htm")
    write(tmp_path, "y/filings/a.htm", PAGE + b" ")
    files = list(plan([tmp_path / "x/filings", tmp_path / "y/filings"]))
    assert [f.source for f in files] == ["filings", "filings-2"]


def test_labels_may_be_given(tmp_path: Path) -> None:
    write(tmp_path, "a.htm")
    assert [f.file_id for f in plan({"sec": tmp_path})] == ["sec/a.htm"]


def test_a_single_file_is_a_source(tmp_path: Path) -> None:
    assert [f.source_path for f in plan([write(tmp_path, "a.htm")])] == ["a.htm"]


def reasons(files: list[SourceFile]) -> dict[str, str]:
    found = {}
    for file in files:
        try:
            read(file)
        except RowError as error:
            found[file.source_path] = error.error
    return found


def test_what_is_not_opened_is_still_a_row_with_its_reason(tmp_path: Path) -> None:
    outside = write(tmp_path, "outside/secret.htm", PAGE + b"s")
    good = write(tmp_path, "in/a.htm")
    (tmp_path / "in/again.htm").symlink_to(good)
    (tmp_path / "in/out.htm").symlink_to(outside)
    (tmp_path / "in/folder").symlink_to(outside.parent)
    (tmp_path / "in/loop").symlink_to(tmp_path / "in")
    (tmp_path / "in/torn.htm").symlink_to("nowhere")
    os.mkfifo(tmp_path / "in/pipe.htm")
    (tmp_path / "in" / os.fsdecode(b"bad\xff.htm")).write_bytes(PAGE + b"u")
    files = list(plan([tmp_path / "in"]))
    assert reasons(files) == {
        "bad\\xff.htm": "name_not_utf8",
        "folder": "link_not_followed",
        "loop": "link_not_followed",
        "out.htm": "link_not_followed",
        "pipe.htm": "not_a_file",
        "torn.htm": "link_not_followed",
    }
    opened = [f.source_path for f in files if f.sha256]
    assert opened == ["a.htm", "again.htm"]
    assert [f.same_as for f in files if f.source_path == "again.htm"] == ["in/a.htm"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may list every folder")
def test_a_folder_that_may_not_be_listed_is_a_row(tmp_path: Path) -> None:
    write(tmp_path, "in/a.htm")
    locked = write(tmp_path, "in/locked/b.htm").parent
    blind = write(tmp_path, "in/blind/c.htm").parent
    locked.chmod(0)
    blind.chmod(0o444)
    try:
        files = list(plan([tmp_path / "in"]))
        found = reasons(files)
    finally:
        locked.chmod(0o755)
        blind.chmod(0o755)
    assert found == {"locked": "unreadable", "blind/c.htm": "unreadable"}


def test_a_pipe_as_a_source_is_an_error_and_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UserError, match="is a pipe"):
        list(plan([tmp_path / "pipe"]))


def test_a_name_too_long_for_any_disk_is_an_error_of_the_user(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be opened"):
        list(plan([tmp_path / ("x" * 300)]))


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("missing", None, "no such file or folder"),
        ("empty", "folder", "holds no files"),
        ("pictures", b"\x89PNG\r\n\x1a\n" + b"\x00" * 40, "is a filing"),
    ],
)
def test_a_source_without_filings_is_an_error_that_names_it(
    tmp_path: Path, name: str, data: bytes | str | None, what: str
) -> None:
    if data == "folder":
        (tmp_path / name).mkdir()
    elif isinstance(data, bytes):
        write(tmp_path / name, "logo.htm", data)
    with pytest.raises(UserError) as caught:
        list(plan([tmp_path / name]))
    assert what in caught.value.what
    assert name in caught.value.where


def test_a_source_of_hidden_files_alone_says_so(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(UserError, match="holds no files "):
        list(plan([tmp_path / "in"]))
    write(tmp_path / "in", ".a.htm")
    with pytest.raises(UserError, match=r"no files but hidden ones .*begin with a dot"):
        list(plan([tmp_path / "in"]))


def test_an_unknown_reader_is_an_error_before_any_byte_is_read(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="unknown reader 'folders'"):
        list(plan([write(tmp_path, "a.htm")], ("folders",)))
    with pytest.raises(UserError, match=r"no reader \(known: submission"):
        list(plan([write(tmp_path, "a.htm")], ()))


def test_files_of_one_accession_are_rivals(tmp_path: Path) -> None:
    head = b"<SEC-DOCUMENT>x\nACCESSION NUMBER:\t\t0000000001-24-000001\n"
    first = write(tmp_path, "a.txt", head)
    write(tmp_path, "b.txt", head + b" ")
    assert [f.rivals for f in plan([tmp_path])] == [(), (str(first),)]


def planned(path: Path) -> SourceFile:
    return SourceFile(
        file_id="s/x", source="s", path=str(path), source_path=path.name, bytes=1, sha256="0"
    )


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("a.htm", b"", "empty_file"),
        ("a.htm", b"  \n\x00\x00", "empty_file"),
        ("a.txt", b"PK\x03\x04rest", "damaged_archive"),
        ("a.htm", bytes(range(256)) * 40, "binary"),
        ("a.htm.gz", b"\x1f\x8b\x08\x00broken", "damaged_gzip"),
        ("header.txt", b"<SEC-HEADER>\nACCESSION NUMBER: 1\n</SEC-HEADER>", "header_only"),
        ("facts.json", b' {\n "cik": 42, "facts": {}}', "not_a_document"),
        ("x.xsd", b"<?xml version='1.0'?><xs:schema></xs:schema>", "not_a_document"),
    ],
)
def test_what_is_no_document_of_text_is_refused_with_its_reason(
    tmp_path: Path, name: str, data: bytes, error: str
) -> None:
    with pytest.raises(RowError) as caught:
        read(planned(write(tmp_path, name, data)))
    assert caught.value.error == error
    assert caught.value.message


def test_an_unreadable_file_is_planned_and_refused_when_read(tmp_path: Path) -> None:
    path = write(tmp_path, "a.htm")
    path.unlink()
    with pytest.raises(RowError) as caught:
        read(planned(path))
    assert caught.value.error == "unreadable"


@pytest.fixture
def ordinary_user() -> Iterator[Path]:
    """A folder that anybody may list, and, for root, no more rights than anybody."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        was_root = os.geteuid() == 0
        if was_root:
            os.seteuid(65534)
        try:
            yield folder
        finally:
            if was_root:
                os.seteuid(0)


def test_a_file_without_the_right_to_read_is_a_row(ordinary_user: Path) -> None:
    if os.geteuid() == 65534:
        os.seteuid(0)
    write(ordinary_user, "a.htm").chmod(0)
    write(ordinary_user, "b.htm").chmod(0o644)
    if os.geteuid() == 0:
        os.seteuid(65534)
    first, second = plan([ordinary_user])
    assert (first.sha256, second.same_as) == ("", None)
    with pytest.raises(RowError, match="unreadable"):
        read_file(first)


def test_a_gzip_is_read_and_a_bomb_is_not(tmp_path: Path) -> None:
    import gzip

    assert read(planned(write(tmp_path, "a.gz", gzip.compress(PAGE))))[0].data == PAGE
    bomb = gzip.compress(b"<p>" + b" " * 60_000_000)
    with pytest.raises(RowError) as caught:
        read(planned(write(tmp_path, "b.gz", bomb)))
    assert caught.value.error == "too_large"


def test_a_linkbase_goes_with_the_page_of_its_name(tmp_path: Path) -> None:
    page, base = b"<html><ix:header></ix:header>x</html>", b"<linkbase/>"
    (tmp_path / "in" / "deep").mkdir(parents=True)
    for name in ("a-2024.htm", "a-2024_htm.xml", "b.htm", "deep/a-2024.htm"):
        (tmp_path / "in" / name).write_bytes(page + name.encode())
    (tmp_path / "in" / "a-2024_cal.xml").write_bytes(base)
    with zipfile.ZipFile(tmp_path / "in" / "z.zip", "w") as archive:
        archive.writestr("c.htm", page)
        archive.writestr("c_cal.xml", base + b" ")
    files = {f.source_path: f for f in plan([tmp_path / "in"])}
    beside = str(tmp_path / "in" / "a-2024_cal.xml")
    assert {name: f.linkbase for name, f in files.items() if f.linkbase} == {
        "a-2024.htm": beside,
        "a-2024_htm.xml": beside,
        "z.zip!/c.htm": f"{tmp_path / 'in' / 'z.zip'}!/c_cal.xml",
    }
    assert read(files["a-2024.htm"])[0].linkbase == base
    assert read(files["z.zip!/c.htm"])[0].linkbase == base + b" "
    assert read(files["b.htm"])[0].linkbase == b""


def test_beyond_so_many_bytes_a_plan_knows_files_by_their_heads(tmp_path: Path) -> None:
    for n in range(4):
        (tmp_path / f"{n}.htm").write_text("<html><body><p>The same page.</p></body></html>")
    exact, quick = Glance(), Glance(most=50)
    whole = list(plan([tmp_path], seen=exact))
    found = list(plan([tmp_path], seen=quick))
    assert sum(f.same_as is not None for f in whole) == 3
    assert sum(f.same_as is not None for f in found) == 0, "copies are not noticed"
    assert [(f.file_id, f.bytes) for f in found] == [(f.file_id, f.bytes) for f in whole]
    assert {look.kind for looks in quick.now.values() for look in looks} == {"html"}
    assert exact.hashed_share() == 1.0
    assert quick.hashed_share() > 3


def test_a_page_and_its_gzip_are_one_file_that_came_twice(tmp_path: Path) -> None:
    page = b"<html><p>Invented Holdings made 12 widgets.</p></html>"
    (tmp_path / "a.htm").write_bytes(page)
    (tmp_path / "a.htm.gz").write_bytes(gzip.compress(page))
    (tmp_path / "b.htm.gz").write_bytes(gzip.compress(page[:20]) + gzip.compress(page[20:]))
    (tmp_path / "c.htm.gz").write_bytes(gzip.compress(page)[:-9])
    label = tmp_path.name
    first = f"{label}/a.htm"
    assert [f.same_as for f in plan([tmp_path])] == [None, first, first, None]


def test_gzips_of_one_accession_are_rivals_by_what_they_hold(tmp_path: Path) -> None:
    header = "<SEC-HEADER>\nACCESSION NUMBER:\t0000000042-24-000001\n</SEC-HEADER>\n<DOCUMENT>\n"
    (tmp_path / "a.txt").write_text(header)
    (tmp_path / "b.txt.gz").write_bytes(gzip.compress(f"{header}<TYPE>10-K\n".encode()))
    (tmp_path / "c.txt").write_bytes(f"{header}<TYPE>8-K\n".encode("utf-16"))
    label = tmp_path.name
    assert [f.rival_ids for f in plan([tmp_path])] == [
        (), (f"{label}/a.txt",), (f"{label}/a.txt", f"{label}/b.txt.gz"),
    ]  # fmt: skip
