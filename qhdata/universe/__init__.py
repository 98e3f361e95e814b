"""Invented companies, statements and filings in the real formats, planted defects, and the
truth beside them."""

from qhdata.universe.universe import invent, read_truth, template_of

__all__ = ["invent", "read_truth", "template_of"]
