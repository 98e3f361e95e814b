"""A grid as Markdown, unpadded: one header row, a rule, and a row each; facts keep their places."""

from __future__ import annotations

from qhdata.extract.blocks import Block, Mark
from qhdata.extract.grid import Grid
from qhdata.extract.placed import Raw


def markdown(grid: Grid, block: Block) -> None:
    """Write the grid as Markdown into `block.text`, with the facts' offsets in `block.marks`.

    Header rows are flattened into one: a header over several columns stands over each of them.
    """
    out: list[str] = []
    marks: list[Mark] = []
    length = 0

    def put(text: str) -> None:
        nonlocal length
        out.append(text)
        length += len(text)

    def cell_text(cell: Raw, first: bool) -> None:
        if first and cell.marks:
            marks.extend(
                (length + _escaped(cell.text, offset), code) for offset, code in cell.marks
            )
        put(cell.text.replace("|", "\\|") if "|" in cell.text else cell.text)

    top = max(grid.header_rows, 1)
    for col in range(grid.columns):
        put("| ")
        said: list[str] = []
        for row in grid.rows[:top]:
            over = _over(row, col)
            if over is not None and over.text not in said:
                if said:
                    put(" ")
                cell_text(over, over.col == col)
                said.append(over.text)
        if said:
            put(" ")
    put("|\n" + "|---" * grid.columns + "|")
    for row in grid.rows[top:]:
        put("\n")
        for over in row:
            if over is None:
                put("| ")
            else:
                put("| ")
                cell_text(over, True)
                put(" ")
        put("|")
    block.text = "".join(out)
    block.marks = [(0, code) for code in grid.before] + marks
    block.marks += [(length, code) for code in grid.after]


def _over(row: list[Raw | None], col: int) -> Raw | None:
    cell = row[col]
    if cell is not None:
        return cell
    for left in range(col - 1, -1, -1):
        cell = row[left]
        if cell is not None:
            return cell if cell.col + cell.colspan > col else None
    return None


def _escaped(text: str, offset: int) -> int:
    return offset + text.count("|", 0, offset)
