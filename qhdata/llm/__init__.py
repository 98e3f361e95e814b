"""Ask a language model, where one is wanted: every reply is kept on disk, and what it may cost has
an upper bound.

Nothing in this project needs a model; whatever asks one (the teacher, a model judge) asks here, at
any server that speaks OpenAI's chat completions. See docs/teacher.md.
"""

from qhdata.llm.client import Answer, Llm, Request
from qhdata.llm.prompt import Prompt, fenced, neutral
from qhdata.llm.settings import LlmSettings
from qhdata.llm.structured import ask_for

__all__ = ["Answer", "Llm", "LlmSettings", "Prompt", "Request", "ask_for", "fenced", "neutral"]
