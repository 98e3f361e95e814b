"""kill -9 at the n-th commit: does a build end with the digests of one that nobody touched?

    python benchmarks/kills.py --kills 20 --engines local spark --filers 40

A seeded n for each kill; the driver is killed and the same command run again, or a worker is killed
and the driver goes on. One JSON with every trial.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from dated import keep, stamp

HOME = Path(__file__).resolve().parents[1]
LIMIT = 1800.0
"""Seconds after which a build is taken for hung."""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One kill."""

    engine: str
    victim: str
    commit: int
    """It was killed when so many chunks were committed."""
    same: bool
    seconds: float


def command(universe: Path, out: Path, engine: str) -> list[str]:
    """A build as a person would start it."""
    sources = [str(universe / "filings"), str(universe / "general")]
    options = ["--engine", engine] if engine != "local" else ["-w", "2"]
    return [sys.executable, "-m", "qhdata", "build", *sources, "-o", str(out), *options]


def started(arguments: list[str]) -> subprocess.Popen[bytes]:
    """Run in the project, quietly; what it says goes to a file beside its output."""
    log = open(f"{arguments[arguments.index('-o') + 1]}.log", "ab")  # noqa: SIM115
    return subprocess.Popen(arguments, cwd=HOME, stdout=log, stderr=log)


def digests(out: Path) -> dict[str, str]:
    """Part digests of a corpus."""
    manifest = json.loads((out / "manifest.json").read_text())
    return {name: part["digest"] for name, part in manifest["parts"].items()}


def commits(out: Path) -> int:
    """Chunks that are durable."""
    return sum(1 for _ in out.glob("commits/*/[!_]*.json"))


def workers_of(pid: int) -> list[int]:
    """Processes below the driver that run steps."""
    found = []
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                parents[int(entry.name)] = int(stat[1])
            except OSError:
                continue
    for child in parents:
        above, seen = child, set()
        while above in parents and above not in seen:
            seen.add(above)
            above = parents[above]
            if above == pid:
                try:
                    line = Path(f"/proc/{child}/cmdline").read_bytes()
                except OSError:
                    break
                if b"qhdata.engines.worker" in line or b"pyspark.daemon" in line:
                    found.append(child)
                break
    return sorted(found)


def trial(
    universe: Path, out: Path, engine: str, victim: str, commit: int, wanted: dict[str, str]
) -> Trial:
    """Kill at a commit, let it go on, compare."""
    began = time.monotonic()
    shutil.rmtree(out, ignore_errors=True)
    process = started(command(universe, out, engine))
    while process.poll() is None and commits(out) < commit:
        time.sleep(0.005)
    if process.poll() is not None:
        raise SystemExit(f"the build ended before commit {commit}: see {out}.log")
    if victim == "driver":
        process.send_signal(signal.SIGKILL)
        process.wait()
        process = started(command(universe, out, engine))
    else:
        found = workers_of(process.pid)
        if found:
            os.kill(random.Random(commit).choice(found), signal.SIGKILL)
    code = process.wait(timeout=LIMIT)
    same = code == 0 and digests(out) == wanted
    seconds = round(time.monotonic() - began, 1)
    return Trial(engine=engine, victim=victim, commit=commit, same=same, seconds=seconds)


def trials(
    universe: Path,
    folder: Path,
    engines: list[str],
    kills: int,
    seed: int,
    done: Path | None = None,
) -> list[Trial]:
    """`kills` of the driver and as many of a worker on each engine; those of `done` are not done
    again, and new ones are added to it.
    """
    known = done.read_text().splitlines() if done and done.exists() else []
    ended = iter([Trial(**json.loads(line)) for line in known])
    found = []
    for engine in engines:
        whole = folder / f"{engine}-whole"
        began = time.monotonic()
        if started(command(universe, whole, engine)).wait(timeout=LIMIT) != 0:
            raise SystemExit(f"an untouched build on {engine} failed: see {whole}.log")
        wanted, most = digests(whole), commits(whole)
        print(f"{engine}: {time.monotonic() - began:.0f} s, {most} commits", flush=True)
        rng = random.Random(seed)
        for victim in ("driver", "worker"):
            for _ in range(kills):
                commit = rng.randint(1, most - 1)
                one = next(ended, None)
                if one is None:
                    one = trial(universe, folder / engine, engine, victim, commit, wanted)
                    print(f"{engine} {victim} at commit {commit} of {most}: {one}", flush=True)
                    if done:
                        with done.open("a") as handle:
                            handle.write(json.dumps(asdict(one)) + "\n")
                elif (one.engine, one.victim, one.commit) != (engine, victim, commit):
                    raise SystemExit(f"{done}: holds trials of other settings")
                found.append(one)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--engines", nargs="+", default=["local", "spark"])
    parser.add_argument("--filers", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--done", type=Path, help="a file of trials: go on where it ends")
    parser.add_argument("--keep", action="store_true", help="write benchmarks/results")
    args = parser.parse_args()
    from qhdata.universe import invent

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        invent(folder / "u", filers=args.filers, seed=args.seed, years=3)
        found = trials(folder / "u", folder, args.engines, args.kills, args.seed, args.done)
    same = sum(t.same for t in found)
    print(f"{same} of {len(found)} ended with the digests of an untouched build")
    if args.keep:
        row = {
            **stamp(
                "kill -9 of the driver or a worker at the n-th commit of a build",
                f"python benchmarks/kills.py {' '.join(sys.argv[1:])}",
            ),
            "same": same,
            "of": len(found),
            "trials": [asdict(t) for t in found],
        }
        keep(f"kills-{'-'.join(args.engines)}", row)
    sys.exit(0 if same == len(found) else 1)


if __name__ == "__main__":
    main()
