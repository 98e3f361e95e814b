"""The contract of every sampler, and what is particular to each."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from qhdata.errors import Fault, UserError
from qhdata.sampling import SAMPLERS, Request, Sampler, uniform
from qhdata.sampling.scripted import ScriptedSampler
from qhdata.sampling.server import ServerSampler, ServerSettings

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from qhdata.sampling.hf import HfSampler, HfSettings  # noqa: E402 - needs torch

VOCAB = 64


def model(kind: str = "qwen3", heads: int = 2):
    torch.set_num_threads(1)
    torch.manual_seed(0)
    shape = {
        "vocab_size": VOCAB, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4,
        "num_key_value_heads": heads, "intermediate_size": 64, "head_dim": 8,
        "initializer_range": 0.3, "tie_word_embeddings": True, "max_position_embeddings": 512,
    }  # fmt: skip
    if kind == "qwen3":
        return transformers.Qwen3ForCausalLM(transformers.Qwen3Config(**shape))
    return transformers.LlamaForCausalLM(transformers.LlamaConfig(**shape))


@pytest.fixture(scope="module")
def hf() -> HfSampler:
    return HfSampler(model())


def requests(count: int, temperature: float = 1.0) -> list[Request]:
    chance = np.random.default_rng(0)
    return [
        Request(
            ids=tuple(chance.integers(0, VOCAB, 3 + (7 * i) % 23).tolist()),
            n=1 + i % 3, max_tokens=1 + (5 * i) % 17, temperature=temperature, seed=i,
            stop_ids=(3, 4),
        )
        for i in range(count)
    ]  # fmt: skip


# ---------------------------------------------------------------- a server for tests


class TokenServer(BaseHTTPRequestHandler):
    """Speaks what vLLM speaks; what it says comes from a sampler that the test gave it."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server = self.server
        with server.lock:
            server.bodies.append((self.path, body))
            trouble = server.trouble.pop(0) if server.trouble else None
        if trouble == "close":
            self.connection.close()
            return
        if isinstance(trouble, int):
            self.send_error(trouble)
            return
        answer = trouble if trouble is not None else self.answer(body)
        data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def answer(self, body: dict) -> dict:
        server = self.server
        if self.path == "/update_weights_from_disk":
            server.version = int(body["weight_version"])
            return {"success": True, "weight_version": body["weight_version"]}
        wanted = body["sampling_params"]
        with server.lock:
            if "prompt_logprobs" in wanted:
                scores = server.sampler.logp(body["token_ids"])
                rows = [
                    {str(t): {"logprob": s}}
                    for t, s in zip(body["token_ids"][1:], scores, strict=True)
                ]
                return {"choices": [], "prompt_logprobs": [None, *rows]}
            found = server.sampler.generate(
                [
                    Request(
                        ids=tuple(body["token_ids"]), max_tokens=wanted["max_tokens"],
                        temperature=wanted["temperature"], seed=wanted["seed"],
                        stop_ids=tuple(wanted["stop_token_ids"]),
                    )
                ]
            )[0]  # fmt: skip
        content = [
            {"token_id": t, "logprob": p} for t, p in zip(found.ids, found.logp, strict=True)
        ]
        versions = [{"version": str(server.version), "start": 0, "end": len(content)}]
        return {
            "choices": [
                {
                    "token_ids": list(found.ids),
                    "logprobs": {"content": content},
                    "finish_reason": "stop" if found.stop == "eos" else "length",
                    "weight_versions": versions,
                }
            ]
        }

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(hf) -> Iterator[ThreadingHTTPServer]:
    made = ThreadingHTTPServer(("127.0.0.1", 0), TokenServer)
    made.sampler, made.lock, made.bodies, made.trouble, made.version = (
        hf, threading.Lock(), [], [], 0,
    )  # fmt: skip
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()


def client(server: ThreadingHTTPServer, **changes: object) -> ServerSampler:
    url = f"http://127.0.0.1:{server.server_address[1]}"
    return ServerSampler(ServerSettings(url=url, backoff_s=0.01, timeout_s=20, **changes))


@pytest.fixture(params=sorted(SAMPLERS))
def sampler(request, hf, server) -> Sampler:
    if request.param == "hf":
        return hf
    if request.param == "server":
        return client(server)
    return ScriptedSampler(lambda r, m: [(r.seed + m + k) % VOCAB for k in range(40)], -1.5)


# ---------------------------------------------------------------- the contract


def test_completions_come_in_order_within_their_limits(sampler):
    asked = requests(7)
    found = sampler.generate(asked)
    assert len(found) == sum(r.n for r in asked)
    at = 0
    for request in asked:
        for completion in found[at : at + request.n]:
            assert 0 < len(completion.ids) <= request.max_tokens
            assert len(completion.ids) == len(completion.logp)
            assert all(p <= 0 for p in completion.logp)
            stops = [i for i, t in enumerate(completion.ids) if t in request.stop_ids]
            if completion.stop == "eos":
                assert stops == [len(completion.ids) - 1]
            else:
                assert not stops
                assert len(completion.ids) == request.max_tokens
        at += request.n


def test_the_same_asked_twice_is_the_same(sampler):
    asked = requests(5)
    assert sampler.generate(asked) == sampler.generate(asked)


def test_order_of_requests_changes_nothing(sampler):
    asked = [replace(r, n=1) for r in requests(9)]
    forward, backward = sampler.generate(asked), sampler.generate(asked[::-1])[::-1]
    assert [c.ids for c in forward] == [c.ids for c in backward]
    for a, b in zip(forward, backward, strict=True):
        assert a.logp == pytest.approx(b.logp, abs=1e-4)


def test_probe_has_one_value_for_each_token_but_the_first(sampler):
    assert len(sampler.logp([1, 2, 3, 4])) == 3
    assert sampler.logp([1]) == []


# ---------------------------------------------------------------- chance


def test_uniform_is_uniform_and_counters_are_independent():
    n = 40_000
    index = np.arange(n)
    rows = [
        uniform(index, np.zeros(n, int), np.zeros(n, int)),
        uniform(np.full(n, 7), index, np.zeros(n, int)),
        uniform(np.full(n, 7), np.zeros(n, int), index),
    ]
    for row in rows:
        assert row.min() >= 0
        assert row.max() < 1
        counts = np.histogram(row, 64, (0, 1))[0]
        assert ((counts - n / 64) ** 2 / (n / 64)).sum() < 120  # 63 degrees, p about 1e-5
        assert abs(np.corrcoef(row[:-1], row[1:])[0, 1]) < 0.03
    assert abs(np.corrcoef(rows)).max(where=~np.eye(3, dtype=bool), initial=0) < 0.03


# ---------------------------------------------------------------- hf


@pytest.mark.parametrize(("kind", "heads"), [("qwen3", 4), ("qwen3", 2), ("llama", 1)])
def test_batched_greedy_is_the_models_own_argmax(kind, heads):
    made = model(kind, heads)
    asked = [replace(r, n=1, max_tokens=12, stop_ids=()) for r in requests(8, 0.0)]
    found = HfSampler(made).generate(asked)
    for request, completion in zip(asked, found, strict=True):
        ids = list(request.ids)
        with torch.no_grad():
            for token in completion.ids:
                logits = made(torch.tensor([ids]), use_cache=False).logits[0, -1]
                assert int(logits.argmax()) == token
                ids.append(token)


def test_batches_and_squeezing_do_not_change_what_is_sampled(hf):
    asked = requests(20)
    want = hf.generate(asked)
    for settings in (HfSettings(rows=1), HfSettings(rows=7, squeeze=1.0), HfSettings(squeeze=0.0)):
        found = HfSampler(hf.model, settings).generate(asked)
        assert [c.ids for c in found] == [c.ids for c in want]
        assert [c.stop for c in found] == [c.stop for c in want]


def test_logp_is_the_models_at_the_temperature(hf):
    for temperature in (0.7, 1.0, 2.0):
        asked = [replace(r, n=2, stop_ids=()) for r in requests(5, temperature)]
        found = hf.generate(asked)
        for k, completion in enumerate(found):
            prompt = asked[k // 2].ids
            with torch.no_grad():
                row = torch.tensor([[*prompt, *completion.ids]])
                logits = hf.model(row, use_cache=False).logits[0, len(prompt) - 1 : -1]
            every = torch.log_softmax(logits / temperature, -1)
            want = every.gather(1, torch.tensor(completion.ids)[:, None])[:, 0]
            assert completion.logp == pytest.approx(want.tolist(), abs=1e-4)


def test_samples_follow_the_models_distribution(hf):
    request = Request(ids=(5, 9, 11), n=6000, max_tokens=1, seed=4)
    counts = np.bincount([c.ids[0] for c in hf.generate([request])], minlength=VOCAB)
    with torch.no_grad():
        logits = hf.model(torch.tensor([request.ids]), use_cache=False).logits[0, -1]
    want = torch.softmax(logits, -1).numpy() * 6000
    common = want > 5
    chi = ((counts - want) ** 2 / want)[common].sum()
    assert chi < common.sum() + 5 * np.sqrt(2 * common.sum())


def test_members_of_a_group_differ_and_seeds_do(hf):
    one = Request(ids=(1, 2, 3), n=8, max_tokens=10, seed=1)
    found = hf.generate([one, replace(one, seed=2)])
    assert len({c.ids for c in found}) == 16


def test_models_state_is_left_as_it_was(hf):
    hf.model.train()
    before = hf.model.config._attn_implementation
    hf.generate(requests(2))
    assert hf.model.training
    assert hf.model.config._attn_implementation == before
    assert all(p.requires_grad for p in hf.model.parameters())
    hf.model.eval()


def test_loaded_weights_are_the_ones_that_sample(tmp_path: Path):
    first, other = HfSampler(model()), model()
    with torch.no_grad():
        for value in other.parameters():
            value.mul_(1.3)
    before = first.generate(requests(3))
    first.load(5, other.state_dict())
    found = first.generate(requests(3))
    assert [c.ids for c in found] != [c.ids for c in before]
    assert {c.version for c in found} == {5}
    other.save_pretrained(tmp_path / "hf")
    again = HfSampler(model())
    again.load(6, tmp_path / "hf")
    assert [c.ids for c in again.generate(requests(3))] == [c.ids for c in found]
    assert again.logp((1, 2, 3, 4)) == pytest.approx(first.logp((1, 2, 3, 4)), abs=1e-5)
    with pytest.raises(UserError, match="do not fit"):
        first.load(7, {"nothing": torch.zeros(1)})


def test_opening_what_is_no_model_is_one_line(tmp_path: Path):
    with pytest.raises(UserError, match="is not a saved model"):
        HfSampler.open(tmp_path)


# ---------------------------------------------------------------- server


def test_a_lost_connection_is_tried_again_with_the_same_request(server):
    server.trouble = ["close", 503]
    found = client(server).generate([Request(ids=(1, 2), max_tokens=4, seed=1)])
    assert len(found[0].ids) > 0
    ids = [body["request_id"] for _, body in server.bodies]
    assert len(ids) == 3
    assert len(set(ids)) == 1


def test_members_have_seeds_and_requests_of_their_own(server):
    client(server).generate([Request(ids=(1, 2), n=5, max_tokens=4, seed=1)])
    assert len({body["sampling_params"]["seed"] for _, body in server.bodies}) == 5
    assert len({body["request_id"] for _, body in server.bodies}) == 5


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        ([b"not json"], "not JSON"),
        ([b"[1]"], "not an object"),
        ([{"choices": []}], "without token_ids"),
        ([{"choices": [{"token_ids": [1], "logprobs": {"content": []}}]}], "1 tokens with 0"),
        ([404], "HTTP 404"),
        ([500, 500, 500], "no answer after 3 tries"),
    ],
)
def test_a_wrong_answer_is_a_fault_in_words(server, trouble, says):
    server.trouble = trouble
    with pytest.raises(Fault, match=says):
        client(server).generate([Request(ids=(1, 2), max_tokens=4)])


def test_no_server_is_a_fault_in_words():
    gone = ServerSampler(ServerSettings(url="http://127.0.0.1:9", tries=2, backoff_s=0.01))
    with pytest.raises(Fault, match="start the server"):
        gone.generate([Request(ids=(1,), max_tokens=1)])
    with pytest.raises(UserError, match="not an http address"):
        ServerSampler(ServerSettings(url="file:///etc/passwd"))


def test_weights_go_by_folder_and_the_version_comes_back(server, tmp_path):
    one = client(server)
    one.load(3, tmp_path)
    assert server.bodies[-1][1]["model_path"] == str(tmp_path)
    assert one.generate([Request(ids=(1, 2), max_tokens=2)])[0].version == 3
    with pytest.raises(UserError, match="from a folder"):
        one.load(4, {})
    server.trouble = [{"success": True, "weight_version": "2"}]
    with pytest.raises(Fault, match="did not take version 4"):
        one.load(4, tmp_path)


def test_a_restarted_server_shows_by_its_version(server):
    one = client(server)
    one.version = 4
    assert one.generate([Request(ids=(1, 2), max_tokens=2)])[0].version == 0


def test_scripted_turns_come_one_after_another():
    one = ScriptedSampler([[1, 2, 9], [5]])
    found = one.generate([Request(ids=(1,), n=2, max_tokens=2, stop_ids=(9,))])
    assert [c.ids for c in found] == [(1, 2), (5,)]
    assert [c.stop for c in found] == ["length", "length"]
