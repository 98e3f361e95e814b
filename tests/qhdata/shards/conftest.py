from __future__ import annotations

from pathlib import Path

import pytest

from qhdata.artifact import Artifact
from qhdata.chat import Tokenizer
from qhdata.records import (
    Decision,
    DocSplit,
    Document,
    Example,
    JsonText,
    Message,
    Pair,
    Source,
    Task,
    ToolCall,
    concat,
    to_batch,
)
from qhdata.shards.vocabulary import VocabularySettings, train_tokenizer

WORDS = ["assets", "revenue", "income", "cash", "total", "net", "share", "quarter", "year"]


def words(seed: int, n: int) -> str:
    return " ".join(WORDS[(seed * 7 + i * i) % len(WORDS)] for i in range(n))


def text(n: int) -> str:
    paragraphs = [f"{words(n + k, 5 + (n * k) % 30)} {n * 31 + k}." for k in range(1 + n % 6)]
    table = "\n".join(f"| {w} | {n},{k}00 |" for k, w in enumerate(WORDS[:4]))
    return "\n\n".join([*paragraphs, table, "净利润增长。"])


@pytest.fixture(scope="session")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Tokenizer:
    texts = [text(n) for n in range(40)] + ['get_fact(concept="assets")'] * 5
    return train_tokenizer(
        texts, tmp_path_factory.mktemp("tokenizer"), VocabularySettings(size=400)
    )


def document(n: int) -> Document:
    body = text(n)
    return Document(
        doc_id=f"d{n}", filing_id=f"f{n}", file_id=f"x/{n}", source="made", source_path=f"{n}",
        doc_type="10-K", lang="en", title="", text=body, text_sha256="", extractor="t@1",
        n_chars=len(body), public_at="2024-01-01T00:00:00Z",
    )  # fmt: skip


def corpus(path: Path, count: int = 30, chunks: int = 1) -> Artifact:
    """A corpus of `count` documents in so many chunks; every 7th dropped, every 5th in test."""
    with Artifact.create(path, "corpus", settings={"count": count}, inputs={}) as made:
        for chunk in range(chunks):
            chosen = [n for n in range(count) if n % chunks == chunk]
            decisions = [
                Decision(
                    unit_id=f"d{n}", outcome="dropped" if n % 7 == 3 else "kept", rule="",
                    reason="", score=None, threshold=None, matched_id=None,
                )
                for n in chosen
            ]  # fmt: skip
            splits = [
                DocSplit(
                    doc_id=f"d{n}", filer_id=f"cik:{n % 4}", rule="",
                    split="test" if n % 5 == 4 else "train",
                )
                for n in chosen
            ]  # fmt: skip
            made.commit(
                "make",
                f"{chunk}",
                {
                    "documents": concat(Document, [to_batch(Document, map(document, chosen))]),
                    "decisions/select": concat(Decision, [to_batch(Decision, decisions)]),
                    "doc_splits": concat(DocSplit, [to_batch(DocSplit, splits)]),
                },
                {"rows_in": 1, "rows_kept": 1, "rows_dropped": 0, "rows_quarantined": 0},
            )
        made.finish("make", name="make", version=1, unit="document", seconds=0.0)
    return made


def source(n: int) -> Source:
    return Source(
        corpus_digest="c", doc_id=f"d{n}", text_sha256="", extractor="t@1", start=0, end=6,
        quote=text(n)[:6],
    )  # fmt: skip


def example(n: int, **changes: object) -> Example:
    call = ToolCall(
        call_id="c0", name="get_fact", arguments=JsonText(f'{{"concept":"assets","n":{n}}}')
    )
    messages = (
        Message(role="system", content="Answer."),
        Message(role="user", content=f"What were {words(n, 3)} of {n}?"),
        Message(role="assistant", content="", thinking="look", calls=(call,)),
        Message(role="tool", content=f"{n * 11}", call_id="c0"),
        Message(role="assistant", content=f"{n * 11}.", weight=0.0 if n % 6 == 5 else 1.0),
    )
    given = {
        "example_id": f"e{n}", "group_id": f"g{n // 2}", "family": "agentic", "label": "a.b",
        "lang": "en", "messages": messages,
        "tools": JsonText('[{"name":"get_fact","parameters":{"properties":{"concept":{}}}}]'),
        "split": "test" if n % 5 == 4 else "train", "public_at": None, "generator": "g@1",
        "seed": n, "filer_id": "", "license": "own", "sources": (source(n),),
    }  # fmt: skip
    return Example(**{**given, **changes})


def pair(n: int) -> Pair:
    return Pair(
        pair_id=f"p{n}", group_id=f"p{n}", messages=(Message(role="user", content=words(n, 6)),),
        tools=JsonText("[]"), chosen=(Message(role="assistant", content=f"{n}"),),
        rejected=(Message(role="assistant", content=f"{n + 1} or so"),), reason="wrong_value",
        split="train", public_at=None, generator="g@1", seed=n, filer_id="", license="",
        sources=(),
    )  # fmt: skip


def task(n: int) -> Task:
    return Task(
        task_id=f"t{n}", problem_id=f"t{n}", family="reasoning", generator="gross@1", seed=n,
        lang="en", messages=(Message(role="user", content=words(n, 8)),), golds=(), criteria=(),
        program=None, program_slots=JsonText("{}"), trace=None, domain=None, as_of=None,
        initial_state=JsonText("[]"), expected_state=JsonText("[]"), expert=JsonText("[]"),
        max_turns=1, split="train", public_at=None, filer_id="", license="",
        sources=(source(n),),
    )  # fmt: skip


def synth(path: Path, part: str, record: type, rows: list[object]) -> Artifact:
    with Artifact.create(path, "synth", settings={"rows": len(rows)}, inputs={}) as made:
        made.commit(
            "make",
            "0",
            {part: concat(record, [to_batch(record, rows)])},
            {"rows_in": 1, "rows_kept": 1, "rows_dropped": 0, "rows_quarantined": 0},
        )
        made.finish("make", name="make", version=1, unit="row", seconds=0.0)
    return made


class Make:
    """What the tests of this folder make their inputs with."""

    corpus = staticmethod(corpus)
    synth = staticmethod(synth)
    document = staticmethod(document)
    example = staticmethod(example)
    pair = staticmethod(pair)
    task = staticmethod(task)
    text = staticmethod(text)


@pytest.fixture(scope="session")
def make() -> type[Make]:
    return Make
