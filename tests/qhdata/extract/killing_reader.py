"""A reader that dies with some files: killed by the machine, out of memory, or without end."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence

from qhdata.readers import DEFAULT, Reading
from qhdata.readers import read_file as read_well
from qhdata.records import SourceFile


def read_file(file: SourceFile, readers: Sequence[str] = DEFAULT) -> Reading:
    if "kill" in file.source_path:
        os.kill(os.getpid(), signal.SIGKILL)
    if "memory" in file.source_path:
        held = bytearray(1 << 34)  # refused at once: pages that are filled first cost seconds
        assert held
    while "hang" in file.source_path:
        pass
    return read_well(file, readers)
