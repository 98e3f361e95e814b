"""What is drawn on a page of a PDF: the boxes of its texts, paths and pictures, forms looked into.

By pdfium's own calls: a page holds thousands of objects, and pypdfium2 wraps each.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

MAX_DEPTH = 3
"""Forms within forms that are looked into."""
TEXT = 1  # FPDF_PAGEOBJ_TEXT
PATH = 2  # FPDF_PAGEOBJ_PATH
PICTURE = 3  # FPDF_PAGEOBJ_IMAGE
_FORM = 5  # FPDF_PAGEOBJ_FORM

Box = tuple[float, float, float, float]
"""Left, right, bottom, top."""


def texts(page: Any) -> Iterator[tuple[int, Box]]:
    """Address and box of the text objects of a page, in its own order."""
    for item, box in _boxes(page, TEXT):
        yield ctypes.cast(item, ctypes.c_void_p).value or 0, box


def boxes(page: Any, wanted: int) -> Iterator[Box]:
    """Boxes of the objects of one kind."""
    for _, box in _boxes(page, wanted):
        yield box


def _boxes(page: Any, wanted: int) -> Iterator[tuple[Any, Box]]:
    import pypdfium2.raw as pdfium

    bounds = pdfium.FPDFPageObj_GetBounds
    edges = [ctypes.c_float() for _ in range(4)]
    where = [ctypes.byref(edge) for edge in edges]
    for item in _objects(page.raw, 0, wanted):
        if bounds(item, *where):
            left, bottom, right, top = (edge.value for edge in edges)
            yield item, (left, right, bottom, top)


def _objects(holder: Any, depth: int, wanted: int) -> Iterator[Any]:
    """Objects of one kind on a page, or in a form on it."""
    import pypdfium2.raw as pdfium

    count = pdfium.FPDFFormObj_CountObjects if depth else pdfium.FPDFPage_CountObjects
    at = pdfium.FPDFFormObj_GetObject if depth else pdfium.FPDFPage_GetObject
    kind_of = pdfium.FPDFPageObj_GetType
    for n in range(count(holder)):
        item = at(holder, n)
        kind = kind_of(item)
        if kind == wanted:
            yield item
        elif kind == _FORM and depth < MAX_DEPTH:
            yield from _objects(item, depth + 1, wanted)
