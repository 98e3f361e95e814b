"""`qhdata invent DIR`: an invented universe of filings, with truth.json beside them."""

from __future__ import annotations

from pathlib import Path

from pipelines.progress import Progress, clock, size
from qhdata.universe import invent as write_universe
from qhdata.universe.universe import check

_SECONDS_A_FILER = 0.1
_BYTES_A_FILER = 1_000_000
_BYTES_IN_MEMORY = 150_000_000


def invent(
    out: Path, /, *, filers: int = 12, seed: int = 7, years: int = 3, plan: bool = False
) -> None:
    """Write an invented universe: DIR/filings, DIR/general and DIR/truth.json.

    Parameters
    ----------
    out
        A new or empty folder, or one that the same command wrote: it is then written again.
    filers
        How many filers; each has about a dozen filings and 1 MB.
    seed
        Another seed, other filers.
    years
        Annual reports a filer.
    plan
        Say what would be written, with time, disk and memory, and stop.
    """
    check({"filers": filers, "seed": seed, "years": years})
    if plan:
        disk, memory = filers * _BYTES_A_FILER, _BYTES_IN_MEMORY + filers * _BYTES_A_FILER
        print(
            f"{out}: {filers} filers, {years} years, seed {seed}: about {size(disk)} on disk, "
            f"{clock(max(1, filers * _SECONDS_A_FILER))}, {size(memory)} of memory; "
            "nothing is written under --plan"
        )
        return
    with Progress("invent") as progress:
        truth = write_universe(out, filers=filers, seed=seed, years=years, progress=progress)
    counts = truth["counts"]
    print(
        f"{out}: {counts['filings']} filings of {counts['filers']} filers "
        f"({counts['documents']} documents, {counts['facts']:,} facts), "
        f"{counts['general']} general texts, {counts['broken']} files broken on purpose.   "
        f"qhdata build {out}/filings {out}/general -o corpus"
    )
