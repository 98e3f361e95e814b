"""Say that the excerpt does not give something, or give it: the drafts of stated-or-not, as
instructions.
"""

from __future__ import annotations

from typing import ClassVar

from qhdata.synth.general.stated_or_not import StatedOrNot


class RefuseAbsent(StatedOrNot):
    """Half present, half absent."""

    name: ClassVar[str] = "statement.refuse_absent"
    version: ClassVar[int] = 1
