"""A real server and a real, tiny, random model: `transformers serve` answers what we ask."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from qhdata.llm import Llm, LlmSettings, Request
from qhdata.records import Message
from qhdata.shards.vocabulary import VocabularySettings, train_tokenizer

pytest.importorskip("openai")
pytest.importorskip("fastapi", reason="pip install 'transformers[serving]'")
pytest.importorskip("uvicorn", reason="pip install 'transformers[serving]'")
torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

SIZE = 320
READY_S = 120


def tiny_model(folder: Path) -> None:
    """Random weights over a vocabulary of bytes."""
    words = ["What is 1 + 1? It is 2, and revenue is 47."] * 3
    train_tokenizer(words, folder, VocabularySettings(size=SIZE))
    torch.manual_seed(0)
    config = transformers.Qwen3Config(
        vocab_size=SIZE, hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, intermediate_size=64, head_dim=8, tie_word_embeddings=True,
        max_position_embeddings=512, bos_token_id=None, eos_token_id=None, pad_token_id=0,
    )  # fmt: skip
    transformers.Qwen3ForCausalLM(config).save_pretrained(folder)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    folder = tmp_path_factory.mktemp("tiny")
    tiny_model(folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("transformers")), "serve", str(folder)]
    command += ["--host", "127.0.0.1", "--port", str(port), "--device", "cpu"]
    log = folder.with_name("serve.log").open("w+")
    server = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    try:
        until = time.monotonic() + READY_S
        while time.monotonic() < until and server.poll() is None:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2)
                break
            except (OSError, urllib.error.URLError):
                time.sleep(0.3)
        else:
            log.seek(0)
            pytest.fail(f"the server did not start: {log.read()[-2000:]}")
        yield f"http://127.0.0.1:{port}/v1", folder
    finally:
        server.kill()
        server.wait()
        log.close()


@pytest.mark.slow
def test_a_real_server_answers_and_is_asked_once(served: tuple[str, Path], tmp_path: Path) -> None:
    url, model = served
    settings = LlmSettings(
        base_url=url, model=str(model), max_tokens=12, concurrency=2, price_out="1000000",
        max_cost="1000", timeout_s=60, retries=2,
    )  # fmt: skip
    asked = [
        Request(messages=(Message(role="user", content=f"What is {n} + {n}?"),), prompt="t@1")
        for n in range(3)
    ]
    llm = Llm(settings, tmp_path)
    answers = list(llm.ask(asked))
    # Of random bytes nothing is asked but that they came, or why not, and at what cost.
    assert all(a.text or a.reason in ("cut", "empty", "not_text") for a in answers), answers
    assert llm.budget.sent >= 3
    assert 0 < llm.budget.spent <= 12 * llm.budget.sent
    kept = {a.key for a in answers if a.text or a.reason == "cut"}
    assert kept
    again = Llm(settings, tmp_path)
    assert [a.text for a in again.ask(asked)] == [a.text for a in answers]
    assert again.budget.sent <= (3 - len(kept)) * 3
