"""A PDF as pdfium opens it; what it cannot open or load is refused by name."""

from __future__ import annotations

import io
from collections.abc import Collection
from typing import Any

from qhdata.errors import RowError
from qhdata.extract.pdf_page import Read, TooManyCharacters, read_page, with_fields


def open_pdf(data: bytes) -> Any:
    """A pypdfium2 document. Raises RowError as `parse_pdf`."""
    try:
        import pypdfium2
    except ImportError:
        raise RowError(
            "pdf_needs_extra", "no PDF library is here; pip install 'qhdata[pdf]'"
        ) from None
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = b"/Encrypt" in data  # without pages pdfium says what was wrong with another file
        if "success" in str(error).lower() or ("password" in str(error).lower() and not locked):
            raise RowError("empty_document", "a PDF without pages; fetch it again") from None
        if "password" in str(error).lower():
            raise RowError("encrypted_pdf", "needs a password; save it without one") from None
        if "security scheme" in str(error).lower():
            what = "its lock is of a kind that pdfium does not know; save it without one"
            raise RowError("encrypted_pdf", what) from None
        raise RowError("damaged_pdf", f"{error}; fetch it again") from None


def unlocked(document: Any) -> bytes:
    """The file without its lock, so that its streams can be looked at."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    copy = io.BytesIO()
    try:
        document.save(copy, flags=pdfium.FPDF_REMOVE_SECURITY)
    except pypdfium2.PdfiumError as error:
        raise RowError("damaged_pdf", f"{error}; fetch it again") from None
    return copy.getvalue()


def page_of(document: Any, number: int, words: Collection[str]) -> Read:
    """One page. words: those of the pages before."""
    import pypdfium2

    try:
        page = with_fields(document, number)
        try:
            return read_page(page, words)
        finally:
            page.close()
    except pypdfium2.PdfiumError as error:
        raise RowError("damaged_pdf", f"page {number + 1}: {error}; fetch it again") from None
    except TooManyCharacters as error:
        raise RowError(
            "too_large", f"page {number + 1}: {error}; print it to a plain PDF"
        ) from None
