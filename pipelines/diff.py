"""What differs between two corpora (or any two artifacts), row by row, and what made it differ.

Files with one digest hold the same rows and are not opened; of the others each row is compared by
its id. A part differs because its step has another version, other settings, or other input.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import pyarrow as pa
from cyclopts import Parameter

from qhdata.artifact import Artifact
from qhdata.digest import row_digests
from qhdata.errors import UserError
from qhdata.manifest import Part, PartFile, differences

IDS = {  # part -> the columns that name a row
    "tags": ("doc_id", "start", "end", "label"),
    "edits": ("doc_id", "start", "end", "step"),
    "decisions": ("unit_id",),
    "amendments": ("doc_id", "supersedes"),
    "quarantine": ("unit_id", "step"),
    "clusters": ("doc_id",),
    "splits": ("filer_id",),
}
"""Other parts are named by their first column that ends in `_id`."""

Limit = Annotated[int, Parameter(help="Rows that are named of each part.")]


@dataclass(slots=True)
class Difference:
    """What one part has more, less and other than the same part of another artifact."""

    part: str
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    changed: dict[str, list[str]] = field(default_factory=dict)
    """Id -> columns that differ."""
    because: str = ""

    @property
    def any(self) -> bool:
        """Whether anything differs."""
        return bool(self.added or self.removed or self.changed)


def diff(a: Path, b: Path, *, part: str = "", limit: Limit = 5) -> None:
    """Rows that B has more, less or other than A, by part, and the setting or step behind it."""
    left, right = Artifact.open(a), Artifact.open(b)
    if left.kind != right.kind:
        raise UserError(
            what=f"is a {left.kind} artifact, {right.where} a {right.kind}",
            where=left.where,
            mend="give two of one kind",
        )
    names = pairs(left, right)
    if part and part not in {n for pair in names for n in pair}:
        raise UserError(
            what=f"neither has a part {part!r}",
            where="--part",
            mend=f"known: {', '.join(sorted({n for pair in names for n in pair if n}))}",
        )
    print_settings(left, right)
    total = 0
    for one, other in names:
        if part and part not in (one, other):
            continue
        found = difference(left, right, one, other)
        if found.any:
            total += 1
            print_part(found, left.part(one), right.part(other), limit)
    same = len(names) - total if not part else 1 - total
    noun = "part differs" if total == 1 else "parts differ"
    print(f"{total} {noun}, {same} the same.   qhdata explain ID {right.where}")


def pairs(left: Artifact, right: Artifact) -> list[tuple[str, str]]:
    """Parts of both by name; tags of one step are one part whatever its version and settings."""
    ours = {_base(name): name for name in left.parts}
    theirs = {_base(name): name for name in right.parts}
    return [(ours.get(n, ""), theirs.get(n, "")) for n in sorted({*ours, *theirs})]


def _base(part: str) -> str:
    group, _, name = part.partition("/")
    return f"{group}/{name.split('@')[0]}" if name else group


def difference(left: Artifact, right: Artifact, one: str, other: str) -> Difference:
    """The rows of one part of each that differ; "" where one has no such part."""
    found = Difference(one or other)
    if one and other and left.digest(one) == right.digest(other):
        return found
    here, there = _apart(left.part(one), right.part(other))
    before, after = _rows(left, one, here), _rows(right, other, there)
    found.added = sorted(after.keys() - before.keys())
    found.removed = sorted(before.keys() - after.keys())
    for key in sorted(before.keys() & after.keys()):
        if before[key][0] != after[key][0]:
            found.changed[key] = _columns(before[key][1], after[key][1])
    if found.any:
        found.because = _because(left, right, one, other)
    return found


def _apart(left: Part, right: Part) -> tuple[list[PartFile], list[PartFile]]:
    """Files without those that both have, by digest."""
    ours, theirs = Counter(f.digest for f in left.files), Counter(f.digest for f in right.files)
    both = ours & theirs

    def rest(files: Sequence[PartFile]) -> list[PartFile]:
        left_over = both.copy()
        kept = []
        for file in files:
            if left_over[file.digest] > 0:
                left_over[file.digest] -= 1
            else:
                kept.append(file)
        return kept

    return rest(left.files), rest(right.files)


Row = tuple[bytes, dict[str, bytes]]
"""Digest of a row, and of each of its values."""


def _rows(corpus: Artifact, part: str, files: Sequence[PartFile]) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for file in files:
        for batch in corpus.file_batches(file):
            ids = list(_ids(part, batch))
            for key, (whole, cells) in zip(ids, row_digests(batch), strict=True):
                name, n = key, 1
                while name in found:  # rows of one id: told apart by their order
                    n += 1
                    name = f"{key} #{n}"
                found[name] = (whole, dict(zip(batch.schema.names, cells, strict=True)))
    return found


def _ids(part: str, batch: pa.RecordBatch) -> Iterator[str]:
    names: Sequence[str] = IDS.get(part.split("/")[0], ())
    if not names:
        names = [n for n in batch.schema.names if n.endswith("_id")][:1] or batch.schema.names[:1]
    columns = [batch.column(name).to_pylist() for name in names if name in batch.schema.names]
    for values in zip(*columns, strict=True):
        yield " ".join(str(v) for v in values if v is not None)


def _columns(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> list[str]:
    return [n for n in {**before, **after} if before.get(n) != after.get(n)]


# ------------------------------------------------------------------- what made it differ


def _because(left: Artifact, right: Artifact, one: str, other: str) -> str:
    """The steps behind a part in both: versions, settings, else their input."""
    ours, theirs = _steps(left, one), _steps(right, other)
    said = []
    for name in sorted({*ours, *theirs}):
        a, b = ours.get(name), theirs.get(name)
        if a is None or b is None:
            said.append(f"step {name} is in {'B' if a is None else 'A'} alone")
        elif a["version"] != b["version"]:
            said.append(f"{name}@{a['version']} became {name}@{b['version']}")
        elif a["id"] != b["id"]:
            said.append(f"{name} has other settings")
    return "; ".join(said) or "its input differs"


def _steps(corpus: Artifact, part: str) -> dict[str, dict[str, Any]]:
    """Steps that wrote a part, by name."""
    found = {}
    paths = [Path(file.path).name for file in corpus.part(part).files]
    for step in corpus.manifest["steps"]:
        if any(path.startswith(f"{step['id']}.") for path in paths):
            found[step["name"]] = step
    return found


def print_settings(left: Artifact, right: Artifact) -> None:
    """Settings and inputs that differ, a line each."""
    for group in ("settings", "inputs"):
        a, b = left.manifest.get(group, {}), right.manifest.get(group, {})
        for name in differences(a, b):
            was, now = _at(a, name), _at(b, name)
            if group == "inputs":
                print(f"input {name}: {_input(was)} became {_input(now)}")
            else:
                print(f"setting {name}: {_short(was)} became {_short(now)}")


def _at(tree: Any, name: str) -> Any:
    for key in name.split("."):
        tree = tree.get(key) if isinstance(tree, Mapping) else None
    return tree


def _input(digest: Any) -> str:
    return "nothing" if digest is None else str(digest)[:12]


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 120 else text[:117] + "..."


def print_part(found: Difference, left: Part, right: Part, limit: int) -> None:
    """One part's line, then the first rows of each kind."""
    print(
        f"{found.part}: {left.rows:,} rows became {right.rows:,}: {len(found.added):,} added, "
        f"{len(found.removed):,} removed, {len(found.changed):,} changed; {found.because}"
    )
    rows = [("+", key, "") for key in found.added[:limit]]
    rows += [("-", key, "") for key in found.removed[:limit]]
    rows += [("~", k, f"  ({', '.join(c[:6])})") for k, c in list(found.changed.items())[:limit]]
    for mark, key, columns in rows:
        print(f"  {mark} {_short(key)}{columns}")
