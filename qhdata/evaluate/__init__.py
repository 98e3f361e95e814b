"""Scoring and statistics without a model; running a model stands in pipelines/evaluate.py."""
