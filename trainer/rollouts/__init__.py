"""Rollouts: episodes played by the policy, written to disk as shards, read back as packs."""
