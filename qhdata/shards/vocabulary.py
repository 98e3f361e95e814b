"""Train a byte-level BPE with single-digit tokens, and write it as a folder that others load.

Every digit is a token of its own, so that a number is copied digit by digit instead of by chance
pieces: tiny models do not learn to copy otherwise. Words never join digits, a space or a bar joins
the word behind it. Training is deterministic: same texts, same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import tokenizers
from tokenizers import Regex, decoders, models, pre_tokenizers, trainers

from qhdata.chat import RENDERERS
from qhdata.chat.tokenizer import Tokenizer
from qhdata.durable import write_bytes
from qhdata.errors import UserError
from qhdata.recipe import Settings, load_object

SPECIALS = (
    "<|endoftext|>", "<|pad|>",
    "<|system|>", "<|user|>", "<|assistant|>", "<|tool|>", "<|end|>",
    "<|im_start|>", "<|im_end|>",
    "<think>", "</think>", "<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>",
)  # fmt: skip
"""Reserved for every chat family; `<|endoftext|>` ends a plain document."""

# Words with one leading mark, single digits, runs of marks, line breaks, spaces: linear on any
# text, because no two alternatives can share a long run. A number's first digit takes the space
# before it: with a token of its own in between, a tiny model learned to copy half as fast.
_PIECES = r"[^\r\n\p{L}\p{N}]?\p{L}+| ?\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
_MAX_PIECE = 4096
"""Characters of one training text's line; longer lines are cut, or one run of dashes would be one
huge word.
"""


@dataclass(frozen=True, kw_only=True)
class VocabularySettings(Settings):
    """What decides a trained tokenizer."""

    size: int = 1024
    """Tokens in all, special ones included; 512 to 1024 for models below a million parameters,
    32768 and up for real ones. At least 256 bytes, the special tokens and the spares.
    """
    spares: int = 8
    """Unused special tokens `<|spare_0|>` ..., so that a later need does not change the size."""
    min_frequency: int = 2
    """A pair seen less often is not merged; 2 keeps one-off strings out."""
    whole: tuple[str, ...] = ()
    """Strings that are one token wherever they stand alone, such as `FY2024`."""
    family: str = "compact"
    """Chat family whose template goes into the folder."""


def train_tokenizer(
    texts: Iterable[str], out: Path, settings: VocabularySettings | None = None
) -> Tokenizer:
    """Train on texts (of the training split only: the caller's care) and write the folder `out`.

    The folder has tokenizer.json, tokenizer_config.json, special_tokens_map.json and
    chat_template.jinja, and loads with transformers' AutoTokenizer. Raises UserError for a size
    that is too small, for no text, and for an unknown family.
    """
    chosen = settings or VocabularySettings()
    specials = [*SPECIALS, *(f"<|spare_{n}|>" for n in range(chosen.spares)), *chosen.whole]
    least = 256 + len(specials)
    if chosen.size < least:
        raise UserError(
            what=f"a vocabulary of {chosen.size} is too small",
            where="tokenizer.size",
            mend=f"at least {least}: 256 bytes and {len(specials)} reserved tokens",
        )
    if chosen.family not in RENDERERS:
        raise UserError(
            what=f"unknown chat family {chosen.family!r}",
            where="tokenizer.family",
            mend=f"known: {', '.join(RENDERERS)}",
        )
    model = tokenizers.Tokenizer(models.BPE())
    model.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_PIECES), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    model.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=chosen.size,
        min_frequency=chosen.min_frequency,
        special_tokens=specials,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    seen = _Counted(texts)
    model.train_from_iterator(iter(seen), trainer=trainer)
    if not seen.count:
        raise UserError(
            what="there is no text to train on", where="tokenizer", mend="check the training split"
        )
    out.mkdir(parents=True, exist_ok=True)
    write_folder(model.to_str(pretty=False), out, chosen.family)
    return Tokenizer.load(out)


def write_folder(data: str, out: Path, family: str) -> None:
    """Write tokenizer.json and what transformers wants beside it, for a chat family."""
    cls = load_object(RENDERERS[family], "tokenizer.family")
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "chat_family": family,
        "eos_token": cls.stop,
        "pad_token": "<|pad|>",
        "clean_up_tokenization_spaces": False,
        "model_max_length": 1 << 20,
    }
    special = {name: config[name] for name in ("eos_token", "pad_token")}
    write_bytes(out / "tokenizer.json", data.encode())
    write_bytes(out / "tokenizer_config.json", json.dumps(config, indent=1).encode())
    write_bytes(out / "special_tokens_map.json", json.dumps(special, indent=1).encode())
    write_bytes(out / "chat_template.jinja", cls.template.encode())


class _Counted:
    """Texts cut into bounded lines, counted on the way."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = texts
        self.count = 0

    def __iter__(self) -> Iterator[str]:
        for text in self._texts:
            for at in range(0, len(text), _MAX_PIECE):
                self.count += 1
                yield text[at : at + _MAX_PIECE]
