"""Tools: typed functions whose docstring is their schema; a decorator sets an attribute, nothing
else.

A tool takes the world first and flat arguments after it. What it returns, or the text of the
ToolError that it raises, is what the agent reads; both are cut at a stated length. Anything else
that it raises is a defect of ours.
"""

from qhdata.env.tools.base import Tool, ToolError, ToolSchema, read_tool, run_tool, tool

__all__ = ["Tool", "ToolError", "ToolSchema", "read_tool", "run_tool", "tool"]
