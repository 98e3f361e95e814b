"""A tokenizer as ids and bytes: loaded from tokenizer.json, special tokens only by name.

Text is always encoded as plain text: a filing that contains the characters `<|im_end|>` must not
end a turn, so the encoder has no added tokens; renderers place special tokens by id. The hash is
over what decides the ids (vocabulary, merges, added tokens, normaliser, pre-tokeniser), not over
the file's bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import tokenizers

from qhdata.errors import UserError

_CONFIG = "tokenizer_config.json"


class Tokenizer:
    """Ids of plain text, bytes of ids, special tokens by name."""

    def __init__(self, data: str, config: dict[str, Any] | None = None, path: Path | None = None):
        self.path = path
        self.config = config or {}
        try:
            self._spec: dict[str, Any] = json.loads(data)
            self._full = tokenizers.Tokenizer.from_str(data)
            plain = {**self._spec, "added_tokens": [], "post_processor": None}
            plain.update(truncation=None, padding=None)
            self._plain = tokenizers.Tokenizer.from_str(json.dumps(plain))
        except Exception as error:  # the library raises bare Exception
            raise UserError(
                what=f"not a tokenizer: {error}",
                where=str(path or "tokenizer"),
                mend="give a tokenizer.json, or a folder with one",
            ) from None
        self.special: dict[str, int] = {
            row["content"]: int(row["id"]) for row in self._spec.get("added_tokens", [])
        }
        self.size: int = self._full.get_vocab_size(with_added_tokens=True)

    @classmethod
    def load(cls, path: Path) -> Tokenizer:
        """From a folder with tokenizer.json, or the file itself. Raises UserError."""
        path = Path(path)
        file = path / "tokenizer.json" if path.is_dir() else path
        try:
            data = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(
                what=f"cannot be read: {getattr(error, 'strerror', None) or error}",
                where=str(file),
                mend="give a tokenizer.json, or a folder with one",
            ) from None
        config: dict[str, Any] = {}
        try:
            config = json.loads((file.parent / _CONFIG).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            config = {}
        return cls(data, config if isinstance(config, dict) else {}, file.parent)

    @property
    def family(self) -> str | None:
        """The chat family that the folder was made for, or None."""
        name = self.config.get("chat_family")
        return name if isinstance(name, str) else None

    @property
    def eos(self) -> int | None:
        """Id of the token that ends a plain document, or None where the tokenizer names none."""
        for name in ("<|endoftext|>", self.config.get("eos_token"), "</s>", "<eos>"):
            if isinstance(name, dict):
                name = name.get("content")
            if isinstance(name, str) and name in self.special:
                return self.special[name]
        return None

    def id_of(self, special: str) -> int:
        """Id of a special token; UserError where there is none of that name."""
        try:
            return self.special[special]
        except KeyError:
            raise UserError(
                what=f"the tokenizer has no special token {special!r}",
                where=str(self.path or "tokenizer"),
                mend="use a tokenizer made for this chat family",
            ) from None

    def encode(self, text: str) -> list[int]:
        """Ids of plain text; never a special token."""
        return list(self._plain.encode(text, add_special_tokens=False).ids)

    def encode_batch(self, texts: Sequence[str]) -> list[list[int]]:
        """As `encode`, many at once, on the library's own threads."""
        found = self._plain.encode_batch_fast(list(texts), add_special_tokens=False)
        return [list(item.ids) for item in found]

    def decode(self, ids: Iterable[int]) -> str:
        """Text of ids, special tokens shown by name; invalid UTF-8 becomes U+FFFD."""
        table = self.bytes_of
        size = len(table)
        return b"".join(table[i] for i in ids if 0 <= i < size).decode("utf-8", "replace")

    @cached_property
    def bytes_of(self) -> tuple[bytes, ...]:
        """The bytes that each id stands for, by id; special tokens stand for their names."""
        byte_level = "ByteLevel" in json.dumps(self._spec.get("decoder") or {})
        names = {value: key for key, value in self.special.items()}
        table = []
        for i in range(max(self.size, max(names, default=-1) + 1)):
            token = self._full.id_to_token(i)
            if i in names:
                table.append(names[i].encode())
            elif token is None:
                table.append(b"")
            elif byte_level:
                table.append(bytes(_BYTES.get(c, 63) for c in token))
            else:
                table.append(self._full.decode([i], skip_special_tokens=False).encode())
        return tuple(table)

    @cached_property
    def byte_lengths(self) -> np.ndarray:
        """int32 [size]: UTF-8 bytes per id, 0 for special tokens; for bits per byte."""
        lengths = np.array([len(b) for b in self.bytes_of], dtype=np.int32)
        lengths[list(self.special.values())] = 0
        return lengths

    @cached_property
    def digest(self) -> str:
        """sha256 over what decides ids: vocabulary, merges, added tokens, normaliser and
        pre-tokeniser.
        """
        model = self._spec["model"]
        merges = [m if isinstance(m, str) else " ".join(m) for m in model.get("merges") or []]
        added = [
            [row["id"], row["content"], bool(row.get("special"))]
            for row in self._spec.get("added_tokens", [])
        ]
        decisive = {
            "type": model.get("type"),
            "vocab": model.get("vocab"),
            "merges": merges,
            "ignore_merges": bool(model.get("ignore_merges")),
            "added": sorted(added),
            "normalizer": self._spec.get("normalizer"),
            "pre_tokenizer": self._spec.get("pre_tokenizer"),
        }
        text = json.dumps(decisive, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def _byte_alphabet() -> dict[str, int]:
    """GPT-2's map from printable characters to bytes, inverted."""
    shown = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table = {chr(b): b for b in shown}
    hidden = [b for b in range(256) if b not in shown]
    table.update({chr(256 + n): b for n, b in enumerate(hidden)})
    return table


_BYTES = _byte_alphabet()
