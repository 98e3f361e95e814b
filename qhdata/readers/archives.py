"""Zips and tarballs read where they lie: every member is a file of its own, nothing is unpacked.

A member's name is `feed.tar.gz!/inner/path`; a second member of one name gets `#2`. Names that are
not said to be UTF-8 are UTF-8 or Chinese (GBK) where they can be. Members are
read one at a time, forward, so a compressed tarball is decompressed once to plan it and once for
each chunk that reads from it. What grows like no text does is a bomb and is not read on.
"""

from __future__ import annotations

import itertools
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import IO, NoReturn

from qhdata.errors import RowError
from qhdata.readers import remote
from qhdata.readers.remote import Place
from qhdata.readers.sniff import Kind
from qhdata.readers.source import Source, unpack

MARK = "!/"
"""Between an archive's path and a member's."""
MAX_MEMBERS = 1_000_000
MAX_RATIO = 200
"""What grows more than this is a bomb; text shrinks to a tenth, XBRL to a thirtieth."""
SMALL = 1 << 20
"""Bytes that may grow from anything."""

_NAME_IS_UTF8 = 0x800
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
BROKEN = (
    tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError,
    OSError, ValueError, RuntimeError, OverflowError, IndexError,
)  # fmt: skip
"""What the standard library raises over bytes that are not what they say."""


class Archive:
    """One zip or tarball, open for reading."""

    def __init__(self, path: Path) -> None:
        """Raises RowError `damaged_archive` where the bytes are neither."""
        self._zip: zipfile.ZipFile | None = None
        self._tar: tarfile.TarFile | None = None
        try:
            if _is_zip(path):
                self._zip = zipfile.ZipFile(path)
            else:
                self._tar = tarfile.open(path, "r:*")  # noqa: SIM115
        except BROKEN as error:
            why = str(error) or type(error).__name__
            raise RowError("damaged_archive", f"{why}; fetch it again") from None
        self._seen: dict[str, int] = {}
        self._left = max(SMALL, path.stat().st_size * MAX_RATIO)
        self._known: dict[str, tarfile.TarInfo | zipfile.ZipInfo] = {}
        self._rest = self._members()

    def names(self) -> Iterator[str]:
        """Names of its files, in the archive's order. Raises RowError where it breaks off."""
        while (name := self._next()) is not None:
            yield name

    def open(self, name: str) -> IO[bytes]:
        """A member, to be read forward. Raises RowError: no such member, or it needs a password."""
        while name not in self._known:
            if self._next() is None:
                raise RowError(
                    "unreadable", f"{name} is no longer in its archive; build again in a new folder"
                )
        info = self._known[name]
        try:
            if isinstance(info, zipfile.ZipInfo):
                assert self._zip is not None
                if info.flag_bits & 1:
                    raise RowError("encrypted_member", "needs a password; pack it without one")
                if _is_bomb(info):
                    sizes = f"unpacks {info.compress_size} bytes to {info.file_size}"
                    raise RowError("too_large", f"{sizes}, as a bomb does; unpack it yourself")
                return self._zip.open(info)
            assert self._tar is not None
            handle = self._tar.extractfile(info)
        except (KeyError, RecursionError):  # a link out of the archive, or links in a circle
            handle = None
        except BROKEN as error:
            raise RowError("damaged_archive", f"{error}; fetch it again") from None
        if handle is None:
            raise RowError(
                "link_not_followed",
                "a link out of its archive, a pipe or a device; pack the file itself",
            )
        return handle

    def zip_names(self) -> frozenset[str]:
        """Names of a zip's files, known without reading on; none of a tarball's."""
        infos = self._zip.infolist() if self._zip is not None else ()
        return frozenset(_spelled(info) for info in infos)

    def close(self) -> None:
        """Close the file."""
        for opened in (self._zip, self._tar):
            if opened is not None:
                opened.close()

    def _next(self) -> str | None:
        try:
            info = next(self._rest, None)
        except BROKEN as error:
            raise RowError("damaged_archive", f"breaks off: {error}; fetch it again") from None
        if info is None:
            return None
        if isinstance(info, tarfile.TarInfo):
            self._left -= info.size
        elif not _is_bomb(info):  # one that is refused by itself costs the others nothing
            self._left -= info.file_size
        if self._left < 0:
            grown = f"grows to more than {MAX_RATIO} times its size, as a bomb does"
            raise RowError("too_large", f"{grown}; unpack it yourself")
        plain = _spelled(info)
        self._seen[plain] = self._seen.get(plain, 0) + 1
        if len(self._known) >= MAX_MEMBERS:
            many = f"more than {MAX_MEMBERS} files in one archive; pack it as several"
            raise RowError("too_many_members", many)
        name = plain
        for n in itertools.count(max(2, self._seen[plain])):  # a member may be called `a.htm#2`
            if name not in self._known:
                break
            name = f"{plain}#{n}"
        self._known[name] = info
        return name

    def _members(self) -> Iterator[tarfile.TarInfo | zipfile.ZipInfo]:
        if self._zip is not None:
            yield from (i for i in self._zip.infolist() if not i.is_dir() and _shown(i.filename))
        elif self._tar is not None:
            yield from (i for i in self._tar if not i.isdir() and _shown(i.name))


def _is_bomb(info: zipfile.ZipInfo) -> bool:
    return info.file_size > max(SMALL, info.compress_size * MAX_RATIO)


def _spelled(info: tarfile.TarInfo | zipfile.ZipInfo) -> str:
    """A member's name as its maker meant it: older zips do not say in which code it is."""
    if isinstance(info, tarfile.TarInfo):
        raw = info.name.encode("utf-8", "surrogateescape")
    elif info.flag_bits & _NAME_IS_UTF8:
        return info.filename.encode("utf-8", "replace").decode()
    else:
        raw = info.filename.encode("cp437", "replace")  # as the standard library read it
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    chinese = _chinese(raw)
    if chinese:
        return chinese
    if isinstance(info, zipfile.ZipInfo):
        return info.filename
    return raw.decode("utf-8", "backslashreplace")


def _chinese(raw: bytes) -> str:
    """GBK, where nearly all of its letters are of the common set; else "".

    "Übergröße" in cp437 is GBK too, but of characters that no file is named with.
    """
    try:
        text = raw.decode("gbk")
    except UnicodeDecodeError:
        return ""
    wide = [letter for letter in text if letter > "\x7f"]
    common = sum(len(letter.encode("gb2312", "ignore")) == 2 for letter in wide)
    return text if len(wide) >= 2 and common * 5 >= len(wide) * 4 else ""


def is_archive(path: Place, kind: Kind, head: bytes) -> bool:
    """Whether a file is one whose members are read: an office document is a zip too, and is not."""
    if head.startswith(_ZIP):
        return b"[Content_Types].xml" not in head[:400]
    return kind in ("archive", "gzip") and _is_tar(remote.local(path))


def _is_zip(path: Path) -> bool:
    # By its first bytes: a tarball whose last member is a zip ends as a zip does.
    with path.open("rb") as handle:
        return handle.read(4) in _ZIP


def _is_tar(path: Path) -> bool:
    try:
        return tarfile.is_tarfile(path)
    except BROKEN:
        return False


def refuse(path: str) -> NoReturn:
    """Raise RowError for an archive of which planning found no member: it says why."""
    if MARK in path:
        raise RowError(
            "archive_not_supported", "an archive inside an archive; unpack the outer one"
        )
    place = remote.local(path)
    if _is_zip(place) or _is_tar(place):
        archive = Archive(place)
        try:
            for _ in archive.names():
                pass
        finally:
            archive.close()
    raise RowError(
        "archive_not_supported",
        "holds no file, or is of a kind that is not read (7z, rar, office); unpack it",
    )


def _shown(name: str) -> bool:
    """Hidden names are left out, as in a folder; `.` and `..` hide nothing, and lead nowhere: a
    member is read and never written.
    """
    # Some zips of Windows have backslashes: `.\2024\x.htm` is not hidden.
    parts = (part for part in name.replace("\\", "/").split("/") if part not in (".", ".."))
    return not any(part.startswith((".", "__MACOSX")) for part in parts)


def member(path: str, most: int) -> Source:
    """The bytes of `archive!/member`. Raises RowError, `too_large` above `most` bytes."""
    archive, _, name = path.partition(MARK)
    with _opened(archive).open(name) as handle:
        try:
            return unpack(handle, most)
        except BROKEN as error:
            raise RowError("damaged_archive", f"{error}; fetch it again") from None


@lru_cache(maxsize=1)
def _opened(path: str) -> Archive:
    # The last archive stays open in a worker: a chunk reads its members one after the other, and a
    # compressed tarball has no way to a member but through all before it.
    return Archive(remote.local(path))
