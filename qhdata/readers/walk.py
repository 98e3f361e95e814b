"""Walk the sources: every file once, in sorted order, with its bytes counted and hashed.

Nothing is judged here. A file that cannot be opened still becomes a row (with an empty `sha256`),
so that reading it fails where failures are counted. A file whose bytes came before is an arrival:
it points to the first one and is not read again. Files of one accession name each other as rivals,
because their documents would carry the same ids.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from qhdata.errors import UserError
from qhdata.readers.sniff import HEAD, sniff
from qhdata.records import SourceFile

_ACCESSION = re.compile(rb"ACCESSION[ -]NUMBER[>:]\s*(\d{10}-\d{2}-\d{6})", re.I)
_BLOCK = 1 << 20
_READABLE = {"submission", "html", "xml", "text", "gzip"}


def plan(
    sources: Sequence[Path] | Mapping[str, Path], readers: Sequence[str] = ("submission", "folder")
) -> Iterator[SourceFile]:
    """Every file of every source, in order of source and path; hidden names are left out.

    sources: folders or files, or label -> folder; a label is by default the folder's name, with
    `-2`, `-3` where two are the same. Symbolic links are not followed out of their source.
    Raises UserError for a path that does not exist, a folder without files, and a source in which
    no file looks like a filing.
    """
    from qhdata.readers.reading import reader_classes

    reader_classes(readers)  # a wrong name is an error before the first byte is read
    seen: dict[str, str] = {}
    accessions: dict[str, list[str]] = {}
    for label, root in _labelled(sources).items():
        readable = 0
        paths = _files(root)
        if not paths:
            raise UserError(
                what="holds no files", where=str(root), mend="give a folder with filings"
            )
        for path, relative in paths:
            size, sha256, head = _hash(path)
            readable += sha256 == "" or sniff(head) in _READABLE
            file_id = f"{label}/{relative}"
            same_as = seen.setdefault(sha256, file_id) if sha256 and size else file_id
            rivals: tuple[str, ...] = ()
            found = _ACCESSION.search(head)
            if found and same_as == file_id:
                earlier = accessions.setdefault(found[1].decode(), [])
                rivals = tuple(earlier)
                earlier.append(str(path))
            yield SourceFile(
                file_id=file_id,
                source=label,
                path=str(path),
                source_path=relative,
                bytes=size,
                sha256=sha256,
                same_as=None if same_as == file_id else same_as,
                rivals=rivals,
            )
        if not readable:
            raise UserError(
                what=f"none of its {len(paths)} files is a filing (HTML, text, XML or submission)",
                where=str(root),
                mend="give a folder with filings",
            )


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
        if not path.exists():
            raise UserError(what="no such file or folder", where=str(path), mend="check the path")
        folder = path if path.is_dir() else path.parent
        base = given or folder.resolve().name or "source"
        label, n = base, 1
        while label in labelled:
            n += 1
            label = f"{base}-{n}"
        labelled[label] = path
    return labelled


def _files(root: Path) -> list[tuple[Path, str]]:
    if not root.is_dir():
        return [(root, root.name)]
    top = root.resolve()
    found = []
    try:
        os.scandir(root).close()
    except OSError as error:
        raise UserError(
            what=f"cannot be listed: {error.strerror}", where=str(root), mend="check permissions"
        ) from None
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in names:
            path = Path(folder, name)
            if name.startswith(".") or (path.is_symlink() and not _inside(path, top)):
                continue
            if path.is_file() or path.is_symlink():
                found.append((path, path.relative_to(root).as_posix()))
    return sorted(found, key=lambda pair: pair[1])


def _inside(path: Path, top: Path) -> bool:
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return False
    return target.is_relative_to(top)


def _hash(path: Path) -> tuple[int, str, bytes]:
    """(bytes, sha256, head); an unreadable file has sha256 ''."""
    digest = hashlib.sha256()
    size, head = 0, b""
    try:
        with path.open("rb") as handle:
            while block := handle.read(_BLOCK):
                if not size:
                    head = block[:HEAD]
                size += len(block)
                digest.update(block)
    except OSError:
        return 0, "", b""
    return size, digest.hexdigest(), head
