"""What a tokenizer is trained on: texts of the training split, of corpora and synth sets."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from qhdata.artifact import Artifact
from qhdata.chat import Tokenizer
from qhdata.chat.turns import arguments_of
from qhdata.durable import write_bytes
from qhdata.errors import ForeignRecipe, QhdataError
from qhdata.recipe import Settings, digest, plain
from qhdata.records import Example, Message, Task, from_batch
from qhdata.select import selected
from qhdata.shards.inputs import texts_of
from qhdata.shards.vocabulary import VocabularySettings, train_tokenizer

TRAINED = "trained.json"


@dataclass(frozen=True, kw_only=True)
class TokenizerSettings(Settings):
    """A tokenizer, and how much of what it is trained on."""

    vocabulary: VocabularySettings = field(default_factory=VocabularySettings)
    characters: int = 20_000_000
    """At most about so many of documents, and as many of conversations; they are chosen by hash.
    More does not change a small vocabulary.
    """
    conversations: float = 0.3
    """Least share of the characters that conversations get, where there are any: documents are
    thinned to it, or a corpus a hundred times larger would take every merge of a small vocabulary.
    """
    documents_least: int = 1_000_000
    """Characters below which documents are not thinned."""
    decisions: str = "select"
    """Which decision of a corpus says what is kept."""


def tokenizer_for(
    inputs: Sequence[Path], out: Path, settings: TokenizerSettings | None = None
) -> Tokenizer:
    """Train a tokenizer on the training split of corpora and synth sets; a folder that the same
    inputs and settings made is loaded. Raises ForeignRecipe for one that others made.
    """
    chosen = settings or TokenizerSettings()
    opened = [selected(Artifact.open(Path(path)), chosen.decisions) for path in inputs]
    made_of = {
        "settings": plain(chosen),
        "inputs": [
            {name: part.digest for name, part in a.parts.items() if name in _READ} for a in opened
        ],
    }
    wanted = {"digest": digest(made_of, 64), **made_of}
    try:
        found = json.loads((out / TRAINED).read_text())
    except (OSError, ValueError):
        found = None
    if found is not None:
        if found.get("digest") != wanted["digest"]:
            raise ForeignRecipe(
                what="was trained on other texts or with other settings",
                where=str(out),
                mend="give another folder, or remove this one",
            )
        return Tokenizer.load(out)
    made = train_tokenizer(training_texts(opened, chosen), out, chosen.vocabulary)
    write_bytes(out / TRAINED, json.dumps(wanted, indent=1, sort_keys=True).encode())
    return made


_READ = {"documents", "doc_splits", "edits", "decisions/select", "examples", "tasks"}


def training_texts(inputs: Sequence[Artifact], settings: TokenizerSettings) -> Iterator[str]:
    """Texts of the training split, bounded; the same for any chunking of the inputs."""
    said = sum(len(text) for artifact in inputs for text in _spoken(artifact))
    spoken_share = min(1.0, settings.characters / said) if said else 1.0
    documents = [a for a in inputs if a.part("documents").rows]
    size = sum(
        len(t.text)
        for a in documents
        for t in texts_of(a, settings.decisions)
        if t.split == "train"
    )
    room = settings.characters
    if said and settings.conversations > 0:
        wanted = said * spoken_share * (1 - settings.conversations) / settings.conversations
        room = min(room, max(settings.documents_least, int(wanted)))
    share = min(1.0, room / size) if size else 1.0
    for artifact in documents:
        for doc in texts_of(artifact, settings.decisions):
            if doc.split == "train" and _fraction(doc.doc_id) <= share:
                yield doc.text
    for artifact in inputs:
        for text in _spoken(artifact):
            if spoken_share == 1.0 or _fraction(text) <= spoken_share:
                yield text


def _spoken(artifact: Artifact) -> Iterator[str]:
    """What conversations of the training split say, without their frame."""
    for _, batch in artifact.batches("examples"):
        for example in from_batch(Example, batch):
            if example.split == "train":
                yield from (text for m in example.messages for text in _said(m))
    for _, batch in artifact.batches("tasks"):
        for task in from_batch(Task, batch):
            if task.split == "train":
                yield from (text for m in task.messages for text in _said(m))


def _said(message: Message) -> Iterator[str]:
    if message.thinking:
        yield message.thinking
    if message.content:
        yield message.content
    for call in message.calls:
        try:
            values = arguments_of(call)
        except QhdataError:
            continue
        pairs = (f"{k}={json.dumps(v, ensure_ascii=False)}" for k, v in values.items())
        yield f"{call.name}({','.join(pairs)})"


def _fraction(name: str) -> float:
    value = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(value, "big") / (1 << 64)
