"""Reports are drawn where the extra `view` is installed; where not, a line says so."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator


@contextlib.contextmanager
def if_viewable() -> Iterator[None]:
    """Skip what needs a package that is not installed, with a line that says which."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name and error.name.startswith("qhdata"):
            raise
        print(f"report: skipped, {error.name} is not installed (pip install 'qhdata[view]')")
