"""A large submission is scanned in blocks: memory depends on its largest document."""

from __future__ import annotations

import gzip
import io
import subprocess
import sys
import tarfile
import textwrap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.readers import plan, read_file
from qhdata.readers.source import Memory, OnDisk, unpack
from qhdata.readers.submission import SubmissionReader
from qhdata.records import SourceFile

HEAD = b"<SEC-DOCUMENT>x\nACCESSION NUMBER:\t\t0000000001-24-000001\nPUBLIC DOCUMENT COUNT:\t\t%d\n"


def document(n: int, body: bytes) -> bytes:
    head = b"<DOCUMENT>\n<TYPE>EX-99.%d\n<SEQUENCE>%d\n<FILENAME>d%d.htm\n<TEXT>\n" % (n, n, n)
    return head + body + b"\n</TEXT>\n</DOCUMENT>\n"


def page(n: int, size: int) -> bytes:
    return b"<html><body>" + b"<p>Page %d of it all.</p>\n" % n * (size // 25) + b"</body></html>"


def planned(path: Path) -> SourceFile:
    (file,) = plan({"s": path})
    return file


@given(sizes=st.lists(st.integers(0, 4000), min_size=1, max_size=8), block=st.integers(600, 5000))
def test_blocks_of_any_size_give_the_same_documents(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], block: int
) -> None:
    path = tmp_path_factory.mktemp("s") / "a.txt"
    data = HEAD % len(sizes) + b"".join(document(n, page(n, s)) for n, s in enumerate(sizes))
    path.write_bytes(data)
    file = planned(path)
    whole = SubmissionReader().scan(file, Memory(data))
    streamed = SubmissionReader().scan(file, OnDisk(path, len(data), block))
    assert list(streamed.documents) == list(whole.documents)
    assert streamed.skipped == whole.skipped == []


@pytest.mark.parametrize("pack", ["plain", "gzip", "tar"])
def test_thirty_megabytes_cost_no_more_than_their_largest_document(
    tmp_path: Path, pack: str
) -> None:
    data = HEAD % 40 + b"".join(document(n, page(n, 900_000)) for n in range(40))
    path = tmp_path / {"plain": "a.txt", "gzip": "a.txt.gz", "tar": "a.tar"}[pack]
    if pack == "tar":
        with tarfile.open(path, "w") as made:
            info = tarfile.TarInfo("a.txt")
            info.size = len(data)
            made.addfile(info, io.BytesIO(data))
    else:
        path.write_bytes(data if pack == "plain" else gzip.compress(data, 1))
    code = textwrap.dedent("""
        import resource, sys
        from pathlib import Path
        from qhdata.readers import plan, read_file
        from qhdata.readers.submission import SubmissionReader
        def peak():
            return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        (file,) = plan({"s": Path(sys.argv[1])})
        import qhdata.readers.archives, qhdata.readers.jsonl, qhdata.readers.folder
        idle = peak()
        n = sum(len(d.data) > 800_000 for d in read_file(file).documents)
        print(n, (peak() - idle) // 1024)
    """)
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    documents, megabytes = map(int, done.stdout.split())
    assert documents == 40
    # what is packed is held up to 16 MB before it goes to the disk
    assert megabytes < (14 if pack == "plain" else 45)


def test_what_unpacks_to_more_than_it_may_is_refused_on_the_way() -> None:
    from qhdata.errors import RowError

    with pytest.raises(RowError) as caught:
        unpack(gzip.GzipFile(fileobj=io.BytesIO(gzip.compress(bytes(40 << 20)))), 20 << 20)
    assert caught.value.error == "too_large"


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"<TEXT>", b""), (b"<DOCUMENT>", b""), (b"<DOCUMENT>", b"<DNCUMENT>"), (b"<TYPE>", b""),
     (b"</TEXT>", b""), (b"</DOCUMENT>", b""), (b"<SEQUENCE>", b"")],
)  # fmt: skip
def test_one_damaged_tag_costs_no_document(tmp_path: Path, old: bytes, new: bytes) -> None:
    first, rest = document(1, page(1, 100_000)), document(2, page(2, 100_000).replace(b"2", b"Z"))
    path = tmp_path / "a.txt"
    path.write_bytes(HEAD % 3 + first + rest.replace(old, new, 1) + document(3, page(3, 100)))
    bodies = [d.data for d in read_file(planned(path)).documents]
    assert len(bodies) == 3
    assert bodies[1].count(b"Page Z") == 4000


def test_documents_that_the_header_counts_and_the_file_lacks_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(HEAD % 5 + document(1, page(1, 100)) + document(2, page(2, 100)))
    (left,) = read_file(planned(path)).skipped
    assert (left.name, left.reason) == ("3 of 5 documents", "missing")
