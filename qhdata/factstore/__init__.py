"""What a corpus's filings report, in one SQLite file: facts, figures as printed, filers."""
