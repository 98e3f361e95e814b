"""How steps run: `local` on this machine's processes. An engine only runs functions; committing,
resuming and locking are the artifact's.
"""
