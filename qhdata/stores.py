"""Object stores (s3://, gs://, memory://, file://) through fsspec, and working copies of what lies
there.

A corpus on a store is built in a working folder on this machine, which knows its address (a file
`_store`). Whatever is written durably there is copied to the store right after: rows first, then
the commit that names them, the manifest last; nothing is renamed and nothing half-written has a
name. A file that the folder lacks is fetched when it is read. So the store alone is the truth, the
folder a cache that may be removed, and a build goes on from the store on any machine.

Credentials are the environment's: an address that holds some is refused, and no message repeats
one.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from qhdata.errors import Fault, MissingExtra, UserError

SCHEMES = {"s3": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "memory": "fsspec", "file": "fsspec"}
"""What may stand before `://`, and the package that it needs."""
WORK = "QHDATA_WORK"
"""Where working folders lie, if not in the user's cache; all machines of an engine must see it."""
MARK = "_store"
ANY = "any"
"""In place of a checksum: a neighbour of a planned file, whose own is not at hand."""
BLOCK = 1 << 20
_ADDRESS = re.compile(rf"({'|'.join(SCHEMES)}):/+(.*)", re.S)
_SECRET = re.compile(r"SECRET|TOKEN|PASSWORD|CREDENTIAL|ACCESS_KEY", re.I)
_SIGNED = re.compile(r"\?\S*(?:Signature|X-Amz|token)\S*", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file of a store."""

    address: str
    relative: str
    """Below the address that was listed."""
    size: int
    stamp: int
    """Another stamp is another content: from an etag, a checksum, or the time of change."""


def address_of(path: Path | str) -> str | None:
    """The address that a path stands for; None for one on this machine. `Path("s3://b/k")` has lost
    a slash, and is one all the same.

    >>> address_of(Path("s3://bucket/corpus/")), address_of("corpus/s3")
    ('s3://bucket/corpus', None)
    """
    found = _ADDRESS.fullmatch(str(path))
    if found is None:
        return None
    scheme, rest = found[1], found[2].rstrip("/")
    netloc = rest.split("/", 1)[0]
    if "@" in netloc and scheme not in ("file", "memory"):
        raise UserError(
            what="an address that holds credentials",
            where=f"{scheme}://...@{netloc.rpartition('@')[2]}",
            mend="leave them to the environment, such as AWS_ACCESS_KEY_ID or a profile",
        )
    return f"file:///{rest}" if scheme == "file" else f"{scheme}://{rest}"


def need(address: str) -> None:
    """Raise MissingExtra where the package that reads an address is not installed."""
    package = SCHEMES[address.partition(":")[0]]
    for name in dict.fromkeys(("fsspec", package)):
        if importlib.util.find_spec(name) is None:
            raise MissingExtra(
                what=f"{name} is not installed", where=address, mend="pip install 'qhdata[stores]'"
            )


def in_one_process(*places: Path | str) -> bool:
    """Whether one of these lives in this process alone."""
    return any((address_of(place) or "").startswith("memory:") for place in places)


def below(address: str, relative: str) -> str:
    """The address of something below another."""
    return f"{address.rstrip('/')}/{relative}"


# ------------------------------------------------------------------- what fsspec is asked


@contextlib.contextmanager
def _at(address: str) -> Iterator[tuple[Any, str]]:
    """(file system, path in it); errors but a missing file become a Fault of one line."""
    need(address)
    from fsspec.core import url_to_fs

    try:
        yield url_to_fs(address, use_listings_cache=False)
    except FileNotFoundError:
        raise
    except (Fault, UserError):
        raise
    except Exception as error:
        raise Fault(
            what=f"the store says {type(error).__name__}: {without_secrets(str(error))}",
            where=address,
            mend="check the address and the credentials; the same command goes on",
        ) from None


def without_secrets(text: str) -> str:
    """A message in one line without what the environment holds of secrets, nor signed queries."""
    for name, value in os.environ.items():
        if len(value) > 5 and _SECRET.search(name):
            text = text.replace(value, "***")
    return " ".join(_SIGNED.sub("?***", text).split())[:300]


def read(address: str) -> bytes | None:
    """All bytes; None where there is none."""
    try:
        with _at(address) as (fs, path):
            data: bytes = fs.cat_file(path)
            return data
    except FileNotFoundError:
        return None


def read_all(addresses: list[str]) -> dict[str, bytes]:
    """Small files at once."""
    if not addresses:
        return {}
    with _at(addresses[0]) as (fs, _):
        by_path = {fs._strip_protocol(address): address for address in addresses}
        found = fs.cat(list(by_path))
        return {by_path[fs._strip_protocol(path)]: data for path, data in found.items()}


def write(address: str, data: bytes, *, only_new: bool = False) -> bool:
    """Write whole; with only_new False where there is one already, else True."""
    with _at(address) as (fs, path):
        if address.startswith("file:"):
            fs.makedirs(fs._parent(path), exist_ok=True)
        if not only_new:
            fs.pipe_file(path, data)
            return True
        if fs.exists(path):
            return False
        try:
            if address.startswith("file:"):
                with open(path, "xb") as handle:
                    handle.write(data)
            else:
                fs.pipe_file(path, data, mode="create")
        except FileExistsError:
            return False
        except OSError as error:  # S3 says 412 where another was faster
            if "PreconditionFailed" in str(error) or "pre-conditions" in str(error):
                return False
            raise
        return True


def put(path: Path, address: str) -> None:
    """Copy a file to the store. Raises Fault where not all of it came."""
    with _at(address) as (fs, there):
        if address.startswith("file:"):
            fs.makedirs(fs._parent(there), exist_ok=True)
            temporary = Path(there).with_name(f"_{secrets.token_hex(4)}.{path.name}")
            temporary.write_bytes(path.read_bytes())
            temporary.replace(there)  # a store has an object whole or not; a disk has halves
            return
        fs.put_file(str(path), there)
        size = fs.info(there)["size"]
    if size != path.stat().st_size:
        raise Fault(what=f"{size:,} bytes arrived of {path.stat().st_size:,}", where=address)


def get(address: str, path: Path) -> None:
    """Copy a file from the store under a temporary name, then to its own."""
    temporary = path.with_name(f"_{os.getpid()}{secrets.token_hex(4)}.{path.name}")
    try:
        with _at(address) as (fs, there):
            size = fs.info(there)["size"]
            path.parent.mkdir(parents=True, exist_ok=True)
            fs.get_file(there, str(temporary))
        if temporary.stat().st_size != size:
            raise Fault(what=f"{temporary.stat().st_size:,} bytes came of {size:,}", where=address)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def remove(address: str) -> None:
    """Remove a file; none is as good."""
    with contextlib.suppress(FileNotFoundError), _at(address) as (fs, path):
        fs.rm_file(path)


def opened(address: str) -> IO[bytes]:
    """A file to be read forward, in blocks. Raises FileNotFoundError."""
    with _at(address) as (fs, path):
        handle: IO[bytes] = fs.open(path, "rb", block_size=8 * BLOCK)
        return handle


def size_of(path: Path) -> int:
    """Bytes of a file of a working folder, here or in the store."""
    if path.exists() or (place := store_of(path)) is None:
        return path.stat().st_size
    with _at(place) as (fs, there):
        return int(fs.info(there)["size"])


def listed(address: str) -> list[Entry]:
    """All files below an address, or the one that it names, in order; [] where there is none."""
    try:
        with _at(address) as (fs, path):
            found = fs.find(path, detail=True)
    except FileNotFoundError:
        return []
    scheme = address.partition(":")[0]
    entries = []
    for name, info in found.items():
        if info["type"] != "file" or name.endswith("/"):
            continue
        relative = name[len(path) :].lstrip("/") if name != path else name.rsplit("/", 1)[-1]
        entries.append(
            Entry(
                address=f"{scheme}://{name.lstrip('/') if scheme == 'memory' else name}",
                relative=relative,
                size=int(info["size"]),
                stamp=_stamp(info),
            )
        )
    return sorted(entries, key=lambda entry: entry.relative)


def _stamp(info: dict[str, Any]) -> int:
    told = [str(info[k]) for k in ("ETag", "etag", "md5Hash", "generation") if info.get(k)]
    told = told or [
        str(info[k]) for k in ("mtime", "LastModified", "updated", "created") if k in info
    ]
    return int.from_bytes(hashlib.sha256("|".join(told).encode()).digest()[:7], "big")


# ------------------------------------------------------------------- working folders


def here(path: Path | str) -> Path:
    """Where a place is worked on: a path as it is, an address in its working folder."""
    address = address_of(path)
    if address is None:
        return Path(path)
    need(address)
    root = os.environ.get(WORK)
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    base = Path(root) if root else Path(cache) / "qhdata" / "stores"
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", address.rsplit("/", 1)[-1]).strip(".-_") or "store"
    folder = base / f"{name}-{hashlib.sha256(address.encode()).hexdigest()[:12]}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / MARK).exists():
            (folder / MARK).write_text(address + "\n", encoding="utf-8")
    except OSError as error:
        raise UserError(
            what=f"cannot be written: {error.strerror}",
            where=str(folder),
            mend=f"set {WORK} to a folder with room for the corpus",
        ) from None
    return folder


def store_of(path: Path) -> str | None:
    """The address of a file or folder that lies in a working folder, or is one; else None."""
    for folder in (path, *path.parents):
        mark = folder / MARK
        if mark.is_file():
            address = mark.read_text(encoding="utf-8").strip()
            relative = path.relative_to(folder).as_posix()
            return address if relative == "." else below(address, relative)
    return None


def shown(path: Path) -> str:
    """A path as a person gave it: the address of what lies in a store."""
    return store_of(path) or str(path)


def publish(path: Path) -> None:
    """Copy a file that has just been made durable to the store of its folder, where it has one."""
    address = store_of(path)
    if address is not None:
        put(path, address)


def fetch(path: Path) -> Path:
    """The path itself; what a working folder lacks is fetched first, where the store has it."""
    if not path.exists() and (address := store_of(path)) is not None:
        with contextlib.suppress(FileNotFoundError):
            get(address, path)
    return path
