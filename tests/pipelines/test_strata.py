from __future__ import annotations

import json
from pathlib import Path

from pipelines.strata import ANY, Stratum, draw, first_files, key_of, speed, spread, strata_of
from qhdata.records import SourceFile

KB, MB = 1000, 1_000_000


def file(name: str, size: int, source: str = "s", **over) -> SourceFile:
    return SourceFile(
        file_id=f"{source}/{name}", source=source, path=f"/raw/{source}/{name}", source_path=name,
        bytes=size, sha256=f"{source}/{name}", **over,
    )  # fmt: skip


def kinds_of(files: list[SourceFile], kind: str = "html") -> dict[str, str]:
    return {f.path: kind for f in files}


def test_files_are_parted_by_source_kind_and_size():
    archived = file("feed.zip!/a.htm", 2 * MB)
    assert key_of(file("a.htm", 10 * KB), {"/raw/s/a.htm": "html"}) == ("s", "html", "small")
    assert key_of(file("a.jsonl", 9 * MB), {"/raw/s/a.jsonl": "text"}) == ("s", "jsonl", "large")
    assert key_of(archived, kinds_of([archived])) == ("s", "html in an archive", "large")


def test_what_is_worth_little_is_put_together_and_nothing_is_lost():
    files = [file(f"{n}.htm", 900 * KB) for n in range(30)]
    files += [file(f"{n}.htm", 5 * KB, source) for source in "abc" for n in range(3)]
    strata = strata_of(files, kinds_of(files))
    assert [s.key for s in strata] == [("s", "html", "middle"), ANY]
    assert sorted(f.file_id for s in strata for f in s.files) == sorted(f.file_id for f in files)


def test_arrivals_of_known_bytes_and_empty_files_are_not_read_and_not_counted():
    files = [file("a", 10 * KB), file("b", 10 * KB, same_as="s/a"), file("c", 0)]
    assert [f.file_id for s in strata_of(files, {}) for f in s.files] == ["s/a"]


def test_a_slice_has_large_and_small_files_as_bytes_have_them():
    files = tuple(file(f"{n}", 10 * KB) for n in range(1000))
    files += tuple(file(f"l{n}", 1 * MB) for n in range(10))  # half of the bytes
    picked = spread(files, 10 * MB, seed=1)
    large = sum(f.bytes for f in picked if f.bytes == MB)
    assert 7 * MB < large < 12 * MB
    assert 8 <= sum(f.bytes == 10 * KB for f in picked) <= 12
    assert picked == spread(files, 10 * MB, seed=1)
    assert spread(files[:1], 1, seed=1) == [files[0]]


def test_a_slice_is_bounded_by_what_it_is_worth(tmp_path):
    files = [file(f"{n}.htm", 300 * KB) for n in range(400)]
    drawn = draw(strata_of(files, kinds_of(files)), 5.0, tmp_path / "lines")
    worth = 5.0 * speed("html")
    assert 0.5 * worth < sum(d.bytes for d in drawn) < 1.5 * worth < 400 * 300 * KB
    assert len(drawn) >= 2, "two chunks say how unlike its files are"
    one = [file("big.pdf", 50 * MB)]
    assert draw(strata_of(one, kinds_of(one, "pdf")), 1.0, tmp_path)[0].files == (one[0],)


def test_of_a_large_file_of_json_lines_whole_lines_are_taken(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps({"id": n, "text": "x" * 90}) + "\n" for n in range(90_000)))
    large = SourceFile(
        file_id="s/a.jsonl", source="s", path=str(path), source_path="a.jsonl",
        bytes=path.stat().st_size, sha256="x",
    )  # fmt: skip
    stratum = Stratum(("s", "jsonl", "large"), (large,))
    drawn = draw([stratum], 1.0, tmp_path / "lines")
    [taken] = [f for d in drawn for f in d.files]
    assert taken.bytes < large.bytes / 4
    assert taken.file_id == large.file_id
    rows = [json.loads(line) for line in Path(taken.path).read_text().splitlines()]
    assert [r["id"] for r in rows] == list(range(rows[0]["id"], rows[0]["id"] + len(rows)))


def test_the_first_files_are_small_and_of_every_kind():
    files = [file("a.htm", 3 * KB), file("b.htm", 4 * KB), file("c.txt", 9 * KB, "t")]
    files += [file("d.pdf", 3 * MB)]
    kinds = {f.path: k for f, k in zip(files, ("html", "html", "text", "pdf"), strict=True)}
    first = first_files(files, kinds, 2)
    assert sorted(f.source_path for d in first for f in d.files) == ["a.htm", "c.txt"]
    assert len(first) == 2
    assert first_files(files[3:], kinds, 2)[0].files == (files[3],)
