"""Raw financial filings to everything a finance language model is trained on."""

__version__ = "0.1.0"
