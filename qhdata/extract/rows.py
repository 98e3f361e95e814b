"""Tables to Arrow, column by column: a filing has thousands of cells, too many for objects."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from qhdata.extract.cells import number
from qhdata.extract.checks import check_totals
from qhdata.extract.extracted import Extracted
from qhdata.records import Cell, Rows, Table, arrow_schema


def table_rows(documents: Sequence[tuple[Extracted, str]]) -> Rows:
    """All tables of some documents as rows of the `tables` part; their grids are emptied, because
    cells as objects beside cells as columns are the most that a filing ever takes.
    """
    columns: dict[str, list[object]] = {name: [] for name in arrow_schema(Table).names}
    cells: dict[str, list[object]] = {name: [] for name in arrow_schema(Cell).names}
    offsets = [0]
    n_cells = 0
    for done, doc_id in documents:
        for ordinal, table in enumerate(done.tables):
            grid = table.block.grid
            if grid is None:
                continue
            for n, row in enumerate(grid.rows):
                header = n < grid.header_rows
                for cell in row:
                    if cell is None:
                        continue
                    cells["row"].append(n)
                    cells["col"].append(cell.col)
                    cells["rowspan"].append(cell.rowspan)
                    cells["colspan"].append(cell.colspan)
                    cells["text"].append(cell.text)
                    cells["value"].append(number(cell.text))
                    cells["header"].append(header)
                    n_cells += 1
            offsets.append(n_cells)
            totals, right = check_totals(grid)
            grid.rows.clear()
            for name, value in (
                ("table_id", f"{doc_id}#t{ordinal}"),
                ("doc_id", doc_id),
                ("section_key", table.section_key),
                ("ordinal", ordinal),
                ("start", table.start),
                ("end", table.end),
                ("kind", table.kind),
                ("title", table.title),
                ("unit", table.unit),
                ("scale", table.scale),
                ("scope", table.scope),
                ("header_rows", grid.header_rows),
                ("totals", totals),
                ("totals_right", right),
                ("source_ref", grid.path),
            ):
                columns[name].append(value)
    schema = arrow_schema(Table)
    cell_type = schema.field("cells").type.value_type
    struct = pa.StructArray.from_arrays(
        [pa.array(cells[f.name], type=f.type) for f in cell_type], fields=list(cell_type)
    )
    listed = pa.ListArray.from_arrays(
        pa.array(offsets, type=pa.int32()), struct, type=schema.field("cells").type
    )
    arrays = [
        listed if f.name == "cells" else pa.array(columns[f.name], type=f.type) for f in schema
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
