"""Walk the sources: every file once, in sorted order, with its bytes counted and hashed.

Nothing is judged here. What cannot be opened (a file or folder without permission, a link that
leads nowhere or out of the source, a pipe, a name that is not UTF-8) still becomes a row, with an
empty `sha256`, so that reading it fails where failures are counted. A file whose bytes came before
is an arrival: it points to the first one and is not read again. Files of one accession name each
other as rivals, because their documents would carry the same ids.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from pathlib import Path
from typing import IO

from qhdata.errors import RowError, UserError
from qhdata.readers import DEFAULT, archives, pieces, remote
from qhdata.readers.remote import Place
from qhdata.readers.seen import Look, Seen
from qhdata.readers.sidecar import PathPattern, find
from qhdata.readers.sniff import HEAD, sniff
from qhdata.readers.unzipped import GZIP, Unzipped
from qhdata.records import JsonText, SourceFile
from qhdata.stores import address_of

_ACCESSION = re.compile(rb"ACCESSION[ -]NUMBER[>:]\s*(\d{10}-\d{2}-\d{6})", re.I)
_PAGE = re.compile(r"(.*?)(?:_htm)?\.(?:x?html?|xml|xbrl)$", re.I | re.S)
_BLOCK = 1 << 20
_READABLE = {
    "submission", "html", "pdf", "xml", "text", "gzip", "instance", "companyfacts", "parquet",
}  # fmt: skip
_CIK = re.compile(rb'"cik"\s*:\s*"?(\d{1,10})')


def plan(
    sources: Sequence[Path] | Mapping[str, Path],
    readers: Sequence[str] = DEFAULT,
    *,
    metadata: Mapping[str, Mapping[str, str]] | None = None,
    pattern: PathPattern | None = None,
    seen: Seen | None = None,
    wanted: Callable[[SourceFile], bool] | None = None,
) -> Iterator[SourceFile]:
    """Every file of every source, in order of label and path, whatever the order of the sources:
    which of two files with the same bytes is the first must not hang on it. Hidden names are left
    out, and what an export of ours says of itself.

    sources: folders or files, or label -> folder; a label is by default the folder's name, with
    `-2`, `-3` where two are the same, in their order. Symbolic links are not followed out of
    their source, nor to a folder: each is a row that reading quarantines. metadata, pattern:
    what a table and the path say of a file (see sidecar.py). seen: looks of an earlier plan;
    what has not changed since is not read. wanted: files that it refuses never were: what has
    their bytes is no copy, and nothing is noted of them. Raises UserError for a path that does
    not exist, a pipe or device, a folder without files, and a source in which no file looks like
    a filing.
    """
    from qhdata.readers.reading import reader_classes

    reader_classes(readers)  # a wrong name is an error before the first byte is read
    first: dict[str, str] = {}
    seen = seen or Seen()
    accessions: dict[str, list[tuple[str, str]]] = {}
    refused: set[str] = set()
    for label, root in sorted(_labelled(sources).items()):
        where = address_of(root) or str(root)
        readable = 0
        paths = _files(root)
        if not paths:
            hidden = any(p.name.startswith(".") for p in root.rglob("*"))
            what = "holds no files but hidden ones" if hidden else "holds no files"
            mend = "names that begin with a dot are left out; give a folder with filings"
            raise UserError(
                what=what, where=where, mend=mend if hidden else mend.partition("; ")[2]
            )
        entries = _entries(paths, seen)
        pages: dict[str, SourceFile] = {}
        if wanted is not None:  # a linkbase is as old as the page that it belongs to
            found = list(entries)
            entries = iter(found)
            for path, relative, look, _, linkbase in found:
                if linkbase:
                    said = _sidecar(relative, metadata or {}, pattern)
                    pages[linkbase] = _file(label, path, relative, look, said, linkbase)
        for path, relative, look, plain, linkbase in entries:
            size, sha256 = look.bytes, look.sha256
            content = look.content or sha256
            readable += plain and (sha256 == "" or look.kind in _READABLE)
            sidecar = _sidecar(pieces.file_of(relative), metadata or {}, pattern)
            file = _file(label, path, relative, look, sidecar, linkbase)
            if wanted is not None and not wanted(pages.get(path, file)):
                refused.add(path.partition(archives.MARK)[0])
                continue
            file_id = file.file_id
            same_as = first.setdefault(content, file_id) if sha256 and size else file_id
            rivals: tuple[tuple[str, str], ...] = ()
            accession = look.lodged or sidecar.get("accession")
            if accession and pieces.MARK not in path and same_as == file_id:
                earlier = accessions.setdefault(accession, [])
                rivals = tuple(earlier)
                earlier.append((file_id, file.path))
            yield replace(
                file,
                same_as=None if same_as == file_id else same_as,
                rivals=tuple(path for _, path in rivals),
                rival_ids=tuple(name for name, _ in rivals),
            )
        if not readable:
            raise UserError(
                what=f"none of its {len(paths)} files is a filing "
                "(HTML, PDF, text, XML, Parquet, a submission or an archive of them)",
                where=where,
                mend="give a folder with filings",
            )
    for path in refused:
        seen.now.pop(path, None)


def _file(
    label: str,
    path: str,
    relative: str,
    look: Look,
    sidecar: Mapping[str, str],
    linkbase: str | None,
) -> SourceFile:
    """A file alone, without what it repeats."""
    said = json.dumps(sidecar, sort_keys=True, ensure_ascii=False) if sidecar else None
    return SourceFile(
        file_id=f"{label}/{relative}",
        source=label,
        path=_utf8(path),
        source_path=relative,
        bytes=look.bytes,
        sha256=look.sha256,
        same_as=None,
        sidecar=JsonText(said) if said else None,
        rivals=(),
        linkbase=linkbase,
    )


def _lodged(head: bytes) -> str | None:
    """What a file names its documents by: its accession; of companyfacts, the filer."""
    if sniff(head) == "companyfacts" and (cik := _CIK.search(head)):
        return f"cik:{int(cik[1])}"
    found = _ACCESSION.search(head.replace(b"\x00", b""))
    return found[1].decode() if found else None


def _sidecar(
    path: str, metadata: Mapping[str, Mapping[str, str]], pattern: PathPattern | None
) -> dict[str, str]:
    said = dict(pattern.read(path)) if pattern else {}
    key = find(metadata, path)
    return {**said, **metadata[key]} if key is not None else said


def _labelled(sources: Sequence[Path] | Mapping[str, Path]) -> dict[str, Path]:
    if not sources:
        raise UserError(what="no source was given", mend="give a file or folder with filings")
    pairs = (
        [(label, Path(path)) for label, path in sources.items()]
        if isinstance(sources, Mapping)
        else [("", Path(path)) for path in sources]
    )
    labelled: dict[str, Path] = {}
    for given, path in pairs:
        address = address_of(path)
        if address is None:
            _openable(path)
        base = given or (_name(path) if address is None else remote.name_of(address)) or "source"
        label, n = base, 1
        while label in labelled:
            n += 1
            label = f"{base}-{n}"
        labelled[label] = path
    return labelled


def _name(path: Path) -> str:
    return (path if path.is_dir() else path.parent).resolve().name


def _openable(path: Path) -> None:
    """Refuse a source that is neither a file nor a folder: reading a pipe would never end."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        missing = isinstance(error, FileNotFoundError)
        what = "no such file or folder" if missing else f"cannot be opened: {error.strerror}"
        raise UserError(what=what, where=_utf8(str(path)), mend="check the path") from None
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise UserError(
            what="is a pipe, socket or device", where=str(path), mend="give a file or folder"
        )
    if _utf8(str(path)) != str(path):
        raise UserError(
            what="its name is not UTF-8", where=_utf8(str(path)), mend="rename it, or link to it"
        )


def _files(root: Path) -> list[tuple[Place, str, bool]]:
    """(path, path below the root in UTF-8, whether it may be opened), in order of the second."""
    if (address := address_of(root)) is not None:
        return [(file, file.relative, True) for file in remote.files(address)]
    if not root.is_dir():
        return [(root, root.name, True)]
    top = root.resolve()
    found: list[tuple[Place, str, bool]] = []
    try:
        os.scandir(root).close()
    except OSError as error:
        raise UserError(
            what=f"cannot be listed: {error.strerror}", where=str(root), mend="check permissions"
        ) from None

    def add(path: Path, plain: bool) -> None:
        name = path.relative_to(root).as_posix()
        found.append((path, _utf8(name), plain and _utf8(name) == name))

    for folder, folders, names in os.walk(root, onerror=lambda e: add(Path(e.filename), False)):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in folders:
            if os.path.islink(Path(folder, name)):
                add(Path(folder, name), False)
        told = _tells_of_export(folder) if "export.json" in names else frozenset()
        for name in names:
            path = Path(folder, name)
            if not name.startswith(".") and name not in told:
                add(path, os.path.isfile(path) and (not os.path.islink(path) or _inside(path, top)))
    return sorted(found, key=lambda entry: entry[1])


def _tells_of_export(folder: str) -> frozenset[str]:
    """Names of what says what an export of ours holds: no filings, so the rows alone are read."""
    try:
        path = Path(folder, "export.json")
        if not path.is_file():
            return frozenset()
        with path.open("rb") as handle:
            ours = b'"documents_exported":' in handle.read(HEAD)
    except OSError:
        ours = False
    return frozenset(("export.json", "README.md")) if ours else frozenset()


def _utf8(name: str) -> str:
    """A path as text; bytes that are not UTF-8 are spelled out (`\\xff`)."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _inside(path: Path, top: Path) -> bool:
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return False
    return target.is_relative_to(top)


def _entries(
    paths: Sequence[tuple[Place, str, bool]], seen: Seen
) -> Iterator[tuple[str, str, Look, bool, str | None]]:
    """(path, path below the root, look, whether it may be opened, path of its linkbase); archives
    member by member.
    """
    names = {relative for _, relative, plain in paths if plain}
    for path, relative, plain in paths:
        looks = _looks(path, seen) if plain else iter([Look(path="", bytes=0, sha256="", kind="")])
        own = next(looks)
        members = 0
        try:
            for look in looks:
                members += 1
                name = look.path[len(f"{path}{archives.MARK}") :]
                linkbase = f"{path}{archives.MARK}{look.linkbase}" if look.linkbase else None
                yield look.path, f"{relative}{archives.MARK}{name}", look, True, linkbase
        except RowError:
            members = 0  # reading the archive itself says what is wrong with it
        if not members:
            beside = _linkbase(relative, names)
            linkbase = str(path.with_name(beside.rsplit("/", 1)[-1])) if beside else None
            yield str(path), relative, own, plain, linkbase


def _looks(path: Place, seen: Seen) -> Iterator[Look]:
    """A file's look, then those of its members where it is an archive. Raises RowError where its
    list breaks off.
    """
    known = seen.known(path)
    if known is not None:
        yield from known
        return
    state = _state(path)
    size, sha256, head, inner = _hash(path)
    kind = sniff(head)
    archive = bool(sha256 and size and archives.is_archive(path, kind, head))
    own = Look(
        path=str(path),
        bytes=size,
        sha256=sha256,
        kind=kind,
        lodged=_lodged(inner.head or head),
        content="" if archive else inner.sha256,
        archive=archive,
        size=state[0],
        changed=state[1],
    )
    yield own
    looks = [own]
    members = _members(path) if archive else iter(())
    if isinstance(path, Path) and pieces.has_pieces(path.name, kind, head, size):
        members = _pieces(path, size)
    for look in members:
        yield look
        looks.append(look)
    if sha256 and state == _state(path):
        seen.now[str(path)] = looks


def _state(path: Place) -> tuple[int, int]:
    try:
        state = path.stat()
    except OSError:
        return (0, 0)
    return state.st_size, state.st_mtime_ns


def _linkbase(name: str, names: Set[str]) -> str | None:
    """The name of a page's or an instance's calculation linkbase, where it is among the names."""
    found = _PAGE.match(name)
    other = f"{found[1]}_cal.xml" if found else ""
    return other if other in names and other != name else None


def _members(path: Place) -> Iterator[Look]:
    archive = archives.Archive(remote.local(path))
    names = archive.zip_names()
    try:
        for name in archive.names():
            try:
                with archive.open(name) as handle:
                    size, sha256, head, inner = _hashed(handle)
            except (RowError, *archives.BROKEN):
                size, sha256, head, inner = 0, "", b"", Unzipped()
            yield Look(
                path=f"{path}{archives.MARK}{name}",
                bytes=size,
                sha256=sha256,
                kind=sniff(head),
                lodged=_lodged(inner.head or head),
                content=inner.sha256,
                linkbase=_linkbase(name, names),
            )
    finally:
        archive.close()


def _pieces(path: Path, size: int) -> Iterator[Look]:
    """Looks of the pieces of a large file of lines. Raises RowError `unreadable`."""
    try:
        with path.open("rb") as handle:
            for name, start, end in pieces.pieces(path, size):
                handle.seek(start)
                digest = hashlib.sha256()
                for at in range(start, end, _BLOCK):
                    digest.update(handle.read(min(_BLOCK, end - at)))
                yield Look(path=name, bytes=end - start, sha256=digest.hexdigest(), kind="text")
    except OSError as error:
        raise RowError("unreadable", f"{error.strerror or error}; is it still there?") from None


def _hash(path: Place) -> tuple[int, str, bytes, Unzipped]:
    """Bytes, sha256, head, what a gzip holds; sha256 is empty where it cannot be opened."""
    try:
        with path.open("rb") as handle:
            return _hashed(handle)
    except OSError:
        return 0, "", b"", Unzipped()


def _hashed(handle: IO[bytes]) -> tuple[int, str, bytes, Unzipped]:
    digest = hashlib.sha256()
    size, head, inner = 0, b"", Unzipped()
    while block := handle.read(_BLOCK):
        if not size:
            head = block[:HEAD]
        size += len(block)
        digest.update(block)
        if head.startswith(GZIP):
            inner.add(block)
    inner.end(size)
    return size, digest.hexdigest(), head, inner
