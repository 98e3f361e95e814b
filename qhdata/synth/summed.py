"""Rows of a grid that belong together: those that add up to the row right below them.

Two rows of one table need not be amounts that anybody adds (cash and a count of leases, a balance
and a flow). Where a filing adds them itself, in every column, they are parts of one whole.
"""

from __future__ import annotations

from collections.abc import Sequence

from qhdata.synth.grid import Grid, Row

REACH = 20
"""Rows above a total that may be its parts."""


def summed(grid: Grid) -> list[tuple[Row, ...]]:
    """Runs of two rows and more, each adding up to the row below it in every column, as printed."""
    found = []
    for at in range(2, len(grid.rows)):
        run = _parts(grid.rows[max(0, at - REACH) : at], grid.rows[at])
        if run:
            found.append(run)
    return found


def _parts(above: Sequence[Row], total: Row) -> tuple[Row, ...]:
    """The shortest run of the rows right above a total that adds up to it; () where none does."""
    wanted = [figure.bare for figure in total.figures]
    if not any(wanted):
        return ()
    sums = [wanted[0] * 0] * len(wanted)
    for count, row in enumerate(reversed(above), 1):
        if (row.unit, row.scale) != (total.unit, total.scale):
            return ()
        sums = [so_far + figure.bare for so_far, figure in zip(sums, row.figures, strict=True)]
        if count > 1 and sums == wanted:
            return tuple(above[-count:])
    return ()
