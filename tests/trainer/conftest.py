from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from qhdata.artifact import Artifact
from qhdata.records import (
    DecimalText,
    Document,
    Example,
    Gold,
    JsonText,
    Message,
    Pair,
    Task,
    concat,
    to_batch,
)
from qhdata.shards.build import ShardSettings, build_shards
from qhdata.shards.pieces import KINDS
from qhdata.shards.vocabulary import VocabularySettings, train_tokenizer
from trainer.batches import Piece
from trainer.model import Policy, fresh
from trainer.settings import Shape


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture
def policy() -> Policy:
    shape = Shape(width=32, layers=2, heads=2, kv_heads=1, head_width=16, feed_forward=48)
    return fresh(shape, vocabulary=70, seed=3)


MakePiece = Callable[..., Piece]


def _piece(length: int, seed: int, *, masked: float = 0.0, **columns: float) -> Piece:
    rng = np.random.default_rng(seed)
    loss = np.ones(length, dtype=np.float32)
    loss[rng.random(length) < masked] = 0.0
    values = {name: np.full(length, value, dtype=np.float32) for name, value in columns.items()}
    return Piece(ids=rng.integers(0, 70, length), loss=loss, columns=values)


@pytest.fixture
def piece() -> MakePiece:
    return _piece


@pytest.fixture
def pieces() -> list[Piece]:
    return [_piece(length, seed=length) for length in (1, 2, 7, 13, 5, 40)]


# ------------------------------------------------------------------ a set of everything, very small


def _text(n: int) -> str:
    return f"sheet {n}\n" + "\n".join(f"item {k}: {(7 * n + 3 * k) % 10}" for k in range(6))


def _question(n: int) -> tuple[tuple[Message, ...], str]:
    asked = (Message(role="user", content=f"say {n % 3}", weight=0.0),)
    return asked, str(n % 3)


def _task(n: int) -> Task:
    messages, answer = _question(n)
    return Task(
        task_id=f"t{n}",
        problem_id=f"p{n}",
        family="reasoning",
        generator="made@1",
        seed=n,
        lang="en",
        messages=messages,
        golds=(Gold(slot="answer", kind="number", value=answer, scale=DecimalText("1")),),
        criteria=(),
        program=None,
        program_slots=JsonText("{}"),
        trace=None,
        domain=None,
        as_of=None,
        initial_state=JsonText("{}"),
        expected_state=JsonText("{}"),
        expert=JsonText("[]"),
        max_turns=1,
        split="train",
        public_at=None,
        filer_id=f"cik:{n % 3}",
        license="cc0",
        sources=(),
    )


def _rest(n: int) -> dict[str, object]:
    return {
        "group_id": f"g{n}",
        "tools": JsonText("[]"),
        "split": "train",
        "public_at": None,
        "generator": "made@1",
        "seed": n,
        "filer_id": f"cik:{n % 3}",
        "license": "cc0",
        "sources": (),
    }


def _example(n: int) -> Example:
    messages, answer = _question(n)
    said = Message(role="assistant", content=answer)
    return Example(
        example_id=f"e{n}",
        family="instruct",
        label="made.say",
        lang="en",
        messages=(*messages, said),
        **_rest(n),
    )


def _pair(n: int) -> Pair:
    messages, answer = _question(n)
    return Pair(
        pair_id=f"r{n}",
        messages=messages,
        chosen=(Message(role="assistant", content=answer),),
        rejected=(Message(role="assistant", content="9"),),
        reason="wrong",
        **_rest(n),
    )


def _document(n: int) -> Document:
    text = _text(n)
    return Document(
        doc_id=f"d{n}", filing_id=f"f{n}", file_id=f"x/{n}", source="made", source_path=f"{n}",
        doc_type="EX-99", lang="en", title="", text=text, text_sha256="", extractor="made@1",
        n_chars=len(text), public_at=None,
    )  # fmt: skip


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run's folder: assets/tokenizer and shards of every kind, from 40 rows each."""
    folder = tmp_path_factory.mktemp("run")
    texts = [_text(n) for n in range(40)] + [f"say {n % 3}" for n in range(40)]
    tokenizer = train_tokenizer(texts, folder / "assets/tokenizer", VocabularySettings(size=320))
    counts = {"rows_in": 40, "rows_kept": 40, "rows_dropped": 0, "rows_quarantined": 0}
    rows = {
        "documents": concat(Document, [to_batch(Document, map(_document, range(40)))]),
        "examples": concat(Example, [to_batch(Example, map(_example, range(40)))]),
        "pairs": concat(Pair, [to_batch(Pair, map(_pair, range(40)))]),
        "tasks": concat(Task, [to_batch(Task, map(_task, range(40)))]),
    }
    with Artifact.create(folder / "made", "synth", settings={}, inputs={}) as artifact:
        artifact.commit("make", "all", rows, counts)
        artifact.finish("make", name="make", version=1, unit="row", seconds=0.0)
    names = {"cpt": "cpt", "sft": "sft", "preference": "preference", "prompts": "reasoning-rl"}
    for kind in KINDS[:4]:
        build_shards(
            kind,
            [folder / "made"],
            folder / "shards" / names[kind],
            tokenizer,
            ShardSettings(context=64),
        )
    return folder
