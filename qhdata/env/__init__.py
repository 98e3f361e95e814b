"""Where agents act: a read-only world of filings, tools over it, and episodes that are scored."""

from qhdata.env.episode import Episode
from qhdata.env.world import World

__all__ = ["Episode", "World"]
