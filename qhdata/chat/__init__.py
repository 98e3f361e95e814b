"""Messages <-> token ids: one renderer per model family; knows tokens, never tasks or rewards."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from qhdata.chat.base import Renderer
from qhdata.chat.tokenizer import Tokenizer
from qhdata.chat.transcript import Transcript
from qhdata.chat.turns import Rendered, Reply, RoleSpan
from qhdata.errors import UserError
from qhdata.recipe import load_object, parse

RENDERERS = {  # family -> class; imported on first use
    "compact": "qhdata.chat.compact:Compact",
    "qwen3": "qhdata.chat.qwen3:Qwen3",
}

__all__ = [
    "RENDERERS",
    "Rendered",
    "Renderer",
    "Reply",
    "RoleSpan",
    "Tokenizer",
    "Transcript",
    "renderer",
]


def renderer(
    tokenizer: Tokenizer | Path | str,
    family: str | None = None,
    settings: Mapping[str, Any] | None = None,
) -> Renderer:
    """The renderer of a model family for a tokenizer (or a folder or file that holds one).

    family: by default what the tokenizer's folder says (`chat_family` in tokenizer_config.json).
    settings: plain data for the family's `ChatSettings`. Raises UserError for an unknown family or
    a tokenizer that lacks one of the family's special tokens.
    """
    if not isinstance(tokenizer, Tokenizer):
        tokenizer = Tokenizer.load(Path(tokenizer))
    name = family or tokenizer.family
    if name not in RENDERERS:
        raise UserError(
            what=f"unknown chat family {name!r}" if name else "the tokenizer names no chat family",
            where=str(tokenizer.path or "tokenizer"),
            mend=f"known: {', '.join(RENDERERS)}",
        )
    cls = load_object(RENDERERS[name], "chat")
    chosen = parse(cls.settings_class, dict(settings or {}), f"chat.{name}")
    return cast(Renderer, cls(tokenizer, chosen))
