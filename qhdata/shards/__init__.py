"""Tokens on disk: train a tokenizer, write shards, read them back in a resumable order."""
