"""Arithmetic programs over named slots: parse, execute in Decimal with units, trace, tolerance.

    revenue - cogs; #0 / revenue

Statements are separated by `;`, `#0` is the first one's result, the last one is the answer. What a
program cannot compute (a zero denominator, dollars plus shares) is `Undefined` with a reason, never
an exception and never a guess.
"""

from qhdata.programs.interval import interval, tolerance
from qhdata.programs.parse import parse
from qhdata.programs.run import Program, Result, Undefined, Value
from qhdata.programs.trace import trace

__all__ = ["Program", "Result", "Undefined", "Value", "interval", "parse", "tolerance", "trace"]
