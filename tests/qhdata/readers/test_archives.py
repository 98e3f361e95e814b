"""Zips and tarballs: every member is a file, nothing is unpacked, bombs and breaks are refused."""

from __future__ import annotations

import gzip
import io
import itertools
import tarfile
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qhdata.errors import RowError, UserError
from qhdata.readers import plan, read_file
from qhdata.readers.archives import Archive
from qhdata.records import SourceFile

PAGE = "<html><body><p>Invented Holdings made {} widgets in the year.</p></body></html>"


def tarball(path: Path, members: list[tuple[str, bytes]], mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode) as made:  # type: ignore[call-overload]
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            made.addfile(info, io.BytesIO(data))
    return path


def zipped(path: Path, members: list[tuple[str, bytes]]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members:
            made.writestr(name, data)
    return path


MEMBERS = [(f"2024/{n}.htm", PAGE.format(n).encode()) for n in range(3)]


@pytest.mark.parametrize(
    "name", ["feed.tar.gz", "feed.tar", "feed.tar.bz2", "feed.tar.xz", "a.zip"]
)
def test_every_member_is_a_file_of_its_own(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name == "a.zip":
        zipped(path, MEMBERS)
    else:
        tarball(path, MEMBERS, "w" if name == "a.tar" else f"w:{name.rpartition('.')[2]}")
    (tmp_path / "loose.htm").write_text(PAGE.format(1))  # the bytes of a member
    files = list(plan({"s": tmp_path}))
    inner = [f for f in files if "!/" in f.file_id]
    assert [f.file_id for f in inner] == [f"s/{name}!/2024/{n}.htm" for n in range(3)]
    assert [f.bytes for f in inner] == [len(data) for _, data in MEMBERS]
    assert len(files) == 4
    assert sum(f.same_as is not None for f in files) == 1
    for file in (inner[2], inner[0], inner[1]):  # in any order, from any worker
        (document,) = read_file(file).documents
        assert document.data.decode() == PAGE.format(file.source_path[-5])
        assert document.file_name == file.source_path.rsplit("/", 1)[-1]


def test_hidden_members_are_left_out_and_two_of_one_name_are_two(tmp_path: Path) -> None:
    again = [("a.htm", PAGE.format(1).encode()), ("a.htm", PAGE.format(2).encode())]
    tarball(tmp_path / "a.tar", [*again, ("__MACOSX/._a.htm", b"x"), ("./.hidden", b"x")], "w")
    files = list(plan({"s": tmp_path}))
    assert [f.source_path for f in files] == ["a.tar!/a.htm", "a.tar!/a.htm#2"]
    texts = [read_file(f).documents[0].data.decode() for f in files]
    assert texts == [PAGE.format(1), PAGE.format(2)]


def test_a_tarball_whose_last_member_is_a_zip_is_a_tarball(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", [("z.htm", PAGE.format(9).encode())])
    members = [*MEMBERS, ("inner.zip", inner.read_bytes())]
    inner.unlink()
    tarball(tmp_path / "a.tar", members, "w")
    assert outcome(tmp_path) == [
        *((f"a.tar!/2024/{n}.htm", "read") for n in range(3)),
        ("a.tar!/inner.zip", "archive_not_supported"),
    ]


def test_a_zip_that_breaks_off_is_damaged_not_of_another_kind(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", MEMBERS)
    path.write_bytes(path.read_bytes()[:-60])
    (tmp_path / "b.htm").write_text(PAGE.format(1))
    assert outcome(tmp_path) == [("a.zip", "damaged_archive"), ("b.htm", "read")]


def outcome(folder: Path) -> list[tuple[str, str]]:
    """(path, error or "read") of every planned file."""
    found = []
    for file in plan({"s": folder}):
        try:
            read_file(file)
            found.append((file.source_path, "read"))
        except RowError as error:
            found.append((file.source_path, error.error))
    return found


def test_an_archive_that_breaks_off_gives_what_it_holds_and_says_so(tmp_path: Path) -> None:
    noise = bytes(range(256)) * 40
    whole = tarball(tmp_path / "a.tar", [*MEMBERS, ("b.htm", PAGE.encode() + noise)], "w")
    (tmp_path / "cut.tar").write_bytes(whole.read_bytes()[:5000])
    whole.unlink()
    found = outcome(tmp_path)
    assert found[:3] == [(f"cut.tar!/2024/{n}.htm", "read") for n in range(3)]
    assert set(found[3:]) <= {("cut.tar!/b.htm", "damaged_archive"), ("cut.tar", "damaged_archive")}
    assert len(found) > 3


def test_bombs_locks_and_archives_in_archives_are_refused_by_name(tmp_path: Path) -> None:
    zipped(tmp_path / "bomb.zip", [("a.htm", b"0" * 50_000_000), ("b.htm", PAGE.encode())])
    tarball(tmp_path / "bomb.tar.gz", [("a.htm", b"0" * 50_000_000)])
    inner = zipped(tmp_path / "inner.zip", MEMBERS).read_bytes()
    (tmp_path / "inner.zip").unlink()
    zipped(tmp_path / "outer.zip", [("inner.zip", inner), ("a.htm", PAGE.encode())])
    zipped(tmp_path / "book.xlsx", [("[Content_Types].xml", b"<Types/>")])
    assert dict(outcome(tmp_path)) == {
        "bomb.zip!/a.htm": "too_large",
        "bomb.zip!/b.htm": "read",
        "bomb.tar.gz": "too_large",
        "outer.zip!/inner.zip": "archive_not_supported",
        "outer.zip!/a.htm": "read",
        "book.xlsx": "archive_not_supported",
    }


def test_an_empty_archive_alone_is_no_source(tmp_path: Path) -> None:
    zipped(tmp_path / "a.zip", [])
    with pytest.raises(UserError, match="none of its 1 files is a filing"):
        list(plan([tmp_path]))


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_damaged_archives_are_planned_and_read_without_a_crash(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    make = data.draw(st.sampled_from(["a.zip", "a.tar", "a.tar.gz"]))
    path = folder / make
    if make == "a.zip":
        zipped(path, MEMBERS)
    else:
        tarball(path, MEMBERS, "w" if make == "a.tar" else "w:gz")
    raw = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(raw[: data.draw(st.integers(1, len(raw)))])
    (folder / "good.htm").write_text(PAGE)
    files: list[SourceFile] = list(plan({"s": folder}))
    assert files[-1].source_path == "good.htm"
    assert any(f.source_path.startswith(make) for f in files), "the archive has its row"
    for file in files:
        try:
            read_file(file)
        except RowError as error:
            assert error.message  # noqa: PT017


def test_links_out_of_a_tarball_and_pipes_in_it_are_refused_and_the_rest_is_read(
    tmp_path: Path,
) -> None:
    page = PAGE.format(1).encode()
    kinds = {"out.htm": (tarfile.SYMTYPE, "/etc/passwd"), "hard.htm": (tarfile.LNKTYPE, "no.htm"),
             "a.htm": (tarfile.SYMTYPE, "b.htm"), "b.htm": (tarfile.SYMTYPE, "a.htm"),
             "pipe.htm": (tarfile.FIFOTYPE, "")}  # fmt: skip
    with tarfile.open(tmp_path / "feed.tar.gz", "w:gz") as made:
        info = tarfile.TarInfo("page.htm")
        info.size = len(page)
        made.addfile(info, io.BytesIO(page))
        for name, (kind, target) in kinds.items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, target
            made.addfile(info)
    files = {f.file_id.rpartition("/")[2]: f for f in plan({"s": tmp_path})}
    assert set(files) == {"page.htm", *kinds}
    assert read_file(files["page.htm"]).documents[0].data == page
    for name in kinds:
        with pytest.raises(RowError, match="link_not_followed: a link out of its archive"):
            read_file(files[name])


@pytest.mark.parametrize("name", ["../../up.htm", "./a.htm", "/etc/a.htm", "a/./../b.htm"])
def test_a_member_is_accounted_for_wherever_its_path_leads(tmp_path: Path, name: str) -> None:
    page = PAGE.format(1).encode()
    zipped(tmp_path / "z.zip", [(name, page), (".hidden/c.htm", page), ("d/._e.htm", page)])
    tarball(tmp_path / "t.tar", [(name, page)], "w")
    files = list(plan({"s": tmp_path}))
    assert sorted(f.source_path for f in files) == [f"t.tar!/{name}", f"z.zip!/{name}"]
    assert read_file(files[0]).documents[0].data == page
    assert not list(tmp_path.parent.glob("up.htm"))


@settings(max_examples=40, deadline=None)
@given(names=st.lists(st.sampled_from(["a", "a#2", "a#3", "a#2#2", "b"]), max_size=8))
def test_no_two_members_have_one_name(tmp_path_factory, names):
    folder = tmp_path_factory.mktemp("names")
    tarball(folder / "n.tar", [(name, PAGE.format(i).encode()) for i, name in enumerate(names)])
    (folder / "page.htm").write_text(PAGE.format("no"))
    files = [f for f in plan([folder]) if "!/" in f.path]
    assert len({f.file_id for f in files}) == len(names)
    texts = {read_file(f).documents[0].data for f in files}
    assert texts == {PAGE.format(i).encode() for i in range(len(names))}


def test_a_gzip_inside_a_gzip_says_what_to_unpack(tmp_path):
    (tmp_path / "twice.gz").write_bytes(gzip.compress(gzip.compress(PAGE.encode())))
    (file,) = plan([tmp_path])
    with pytest.raises(RowError, match="a gzip inside a gzip; unpack the outer one"):
        read_file(file)


def coded(path: Path, *names: bytes) -> None:
    """A zip that does not say how its names are coded, as most are that were made before 2010."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for n, raw in enumerate(names):
            archive.writestr(f"{n}".rjust(len(raw), "X"), PAGE.format(n))
    data = made.getvalue()
    for n, raw in enumerate(names):
        data = data.replace(f"{n}".rjust(len(raw), "X").encode(), raw)
    path.write_bytes(data)


def test_names_of_a_zip_are_read_in_the_code_they_are_written_in(tmp_path: Path) -> None:
    names = {
        "gbk": "300617_2019年年度报告.htm", "utf-8": "深圳公司.htm", "cp437": "Übergröße.htm",
    }  # fmt: skip
    coded(tmp_path / "a.zip", *(name.encode(code) for code, name in names.items()))
    files = list(plan({"s": tmp_path}))
    assert [f.source_path for f in files] == [f"a.zip!/{name}" for name in names.values()]
    headers = [read_file(f).documents[0].header for f in files]
    assert headers[0].filers[0].filer_id == "cn:300617"


def test_members_below_a_dot_and_a_backslash_are_not_hidden(tmp_path: Path) -> None:
    coded(tmp_path / "a.zip", b".\\2024\\x.htm", b".\\.git\\x.htm")
    assert [f.source_path for f in plan({"s": tmp_path})] == ["a.zip!/.\\2024\\x.htm"]


def test_the_time_for_a_member_does_not_grow_with_their_number(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as made:
        for n in range(12_000):
            made.writestr(f"{n}.htm", b"")
    took = []
    for most in (2_000, 12_000):
        archive = Archive(path)
        begun = time.process_time()
        assert sum(1 for _ in itertools.islice(archive.names(), most)) == most
        took.append((time.process_time() - begun) / most)
        archive.close()
    assert took[1] < 3 * took[0] + 1e-5


@pytest.mark.parametrize("packed", [False, True])
def test_a_web_archive_is_no_document(tmp_path, packed):
    page = b"WARC/1.0\r\nWARC-Type: response\r\n\r\nHTTP/1.1 200\r\n\r\n<html><p>Sales</p></html>"
    (tmp_path / "crawl.warc.gz").write_bytes(gzip.compress(page) if packed else page)
    (file,) = plan([tmp_path])
    with pytest.raises(RowError, match="web_archive"):
        read_file(file)
