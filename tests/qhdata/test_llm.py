"""Asking a language model, against a real server that fails in every way we could think of."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from chat_server import ChatServer, Reply
from hypothesis import given
from hypothesis import strategies as st

from qhdata.errors import Fault, UserError
from qhdata.judge.answer_slot import after_thinking, answer_slots
from qhdata.llm import Llm, LlmSettings, Prompt, Request, ask_for, fenced, neutral
from qhdata.llm.budget import Budget
from qhdata.llm.cache import Cache
from qhdata.llm.ledger import Ledger
from qhdata.llm.wire import read, retry_after
from qhdata.recipe import Settings, parse
from qhdata.records import Message

pytest.importorskip("openai")
SECRET = "sk-very-secret-0123456789"


def settings(url: str, **more: Any) -> LlmSettings:
    given = {"backoff_s": 0.01, "timeout_s": 20.0, "concurrency": 4, "max_tokens": 10} | more
    return LlmSettings(base_url=url, model="m", **given)


def asks(*texts: str) -> list[Request]:
    return [Request(messages=(Message(role="user", content=t),), prompt="test@1") for t in texts]


def echo(body: dict[str, Any], _: int) -> Reply:
    return Reply("re " + body["messages"][-1]["content"])


def test_answers_come_in_order_and_equal_requests_are_sent_once(tmp_path: Path) -> None:
    def slow_first(body: dict[str, Any], n: int) -> Reply:
        return replace(echo(body, n), slow_s=0.1 if n == 0 else 0.0)

    with ChatServer(slow_first) as server:
        llm = Llm(settings(server.url), tmp_path)
        texts = [f"q{i % 20}" for i in range(60)]
        answers = list(llm.ask(asks(*texts)))
        assert [a.text for a in answers] == [f"re {t}" for t in texts]
        assert sorted(server.asked()) == sorted({*texts})
        assert llm.counts == {"asked": 20, "cached": 40}
        assert answers[0].model == "m-served"
        again = Llm(settings(server.url), tmp_path)
        assert [a.text for a in again.ask(asks(*texts))] == [f"re {t}" for t in texts]
        assert len(server.bodies) == 20
        assert again.counts == {"cached": 60}


def test_the_key_is_of_the_content_alone(tmp_path: Path) -> None:
    with ChatServer(echo) as first, ChatServer(echo) as second:
        list(Llm(settings(first.url), tmp_path).ask(asks("a", "b")))
        # Another address, order, pace and patience: the same request.
        other = settings(second.url, requests_per_minute=6000, retries=1, timeout_s=9.0)
        list(Llm(other, tmp_path).ask(asks("b", "a")))
        assert second.bodies == []
        for changed in ({"temperature": 0.1}, {"max_tokens": 11}, {"seed": 3}):
            list(Llm(settings(second.url, **changed), tmp_path).ask(asks("a")))
        list(Llm(settings(second.url), tmp_path).ask([replace(asks("a")[0], prompt="test@2")]))
        list(Llm(settings(second.url), tmp_path).ask([replace(asks("a")[0], draw=1)]))
        assert len(second.bodies) == 5


FAULTS = {
    "http_500": Reply(status=500, raw=b"oops"),
    "http_429": Reply(status=429, raw=b"{}"),
    "timeout": Reply("late", slow_s=1.0),
    "too_long": Reply(raw=b" " * (5 << 20)),
    "not_json": Reply(raw=b'{"choices": [{"mess'),
    "connection_lost": Reply(raw=b'{"choices": [{"mess', cut_off=True),
    "no_choices": Reply(raw=b'{"choices": []}'),
    "wrong_shape": Reply(raw=b'["not", "an", "object"]'),
    "empty": Reply("  "),
    "not_text": Reply("\ud800"),
}


def patience(reason: str) -> float:
    """Short where it has to run out, long where a busy machine must not end it."""
    return 0.4 if reason == "timeout" else 20.0


@pytest.mark.parametrize("reason", FAULTS)
def test_a_fault_is_tried_again_and_counted(reason: str, tmp_path: Path) -> None:
    def answer(body: dict[str, Any], n: int) -> Reply:
        return FAULTS[reason] if n < 2 else Reply("good")

    with ChatServer(answer) as server:
        llm = Llm(settings(server.url, timeout_s=patience(reason)), tmp_path)
        assert [a.text for a in llm.ask(asks("q"))] == ["good"]
        assert llm.counts == {"asked": 1, f"again.{reason}": 2}
        assert len(server.bodies) == 3


@pytest.mark.parametrize("reason", FAULTS)
def test_a_fault_that_stays_ends_as_a_counted_answer(reason: str, tmp_path: Path) -> None:
    def answer(body: dict[str, Any], n: int) -> Reply:
        bad = body["messages"][-1]["content"] == "bad"
        return FAULTS[reason] if bad else Reply("good")

    with ChatServer(answer) as server:
        given = {"timeout_s": patience(reason), "retries": 1}
        llm = Llm(settings(server.url, **given), tmp_path)
        found = [(a.text, a.reason) for a in llm.ask(asks("a", "bad", "b", "bad"))]
        assert found == [("good", ""), ("", reason), ("good", ""), ("", reason)]
        assert llm.counts[f"failed.{reason}"] == 2
        assert len(server.bodies) == 4
        # Nothing of it is kept: another run asks again, and only for that.
        given["retries"] = 0
        list(Llm(settings(server.url, **given), tmp_path).ask(asks("a", "bad")))
        assert len(server.bodies) == 5


def test_an_answer_that_drips_is_given_up_in_time(tmp_path: Path) -> None:
    with ChatServer(lambda b, n: Reply("w", drip_s=0.02)) as server:
        began = time.monotonic()
        llm = Llm(settings(server.url, timeout_s=0.3, retries=0), tmp_path)
        assert [a.reason for a in llm.ask(asks("q"))] == ["timeout"]
        assert time.monotonic() - began < 2


def test_a_request_that_the_server_will_not_have_is_not_repeated(tmp_path: Path) -> None:
    def answer(body: dict[str, Any], n: int) -> Reply:
        if body["messages"][-1]["content"] == "long":
            return Reply(status=400, raw=b"{}")
        return Reply("half a", finish="length")

    with ChatServer(answer) as server:
        found = [a.reason for a in Llm(settings(server.url), tmp_path).ask(asks("long", "x"))]
        assert found == ["http_400", "cut"]
        assert len(server.bodies) == 2
        # A reply that was cut is paid for: it is kept as such.
        list(Llm(settings(server.url), tmp_path).ask(asks("x")))
        assert len(server.bodies) == 2


def test_retry_after_is_obeyed_by_all_and_not_beyond_patience(tmp_path: Path) -> None:
    def answer(body: dict[str, Any], n: int) -> Reply:
        return Reply(status=429, headers={"Retry-After": "0.5"}) if n == 0 else Reply("ok")

    with ChatServer(answer) as server:
        llm = Llm(settings(server.url, concurrency=1), tmp_path / "a")
        assert [a.text for a in llm.ask(asks("q", "r"))] == ["ok", "ok"]
        assert server.times[1] - server.times[0] >= 0.5
    with ChatServer(lambda b, n: Reply(status=503, headers={"Retry-After": "9999"})) as server:
        began = time.monotonic()
        found = list(Llm(settings(server.url), tmp_path / "b").ask(asks("q")))
        assert (found[0].reason, len(server.bodies)) == ("http_503", 1)
        assert time.monotonic() - began < 5


def test_retry_after_says_seconds_or_a_date() -> None:
    assert retry_after("3") == 3.0
    assert retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0
    for odd in ("", None, "nan", "-5", "inf", "soon", "9" * 400):
        assert retry_after(odd) is None


def test_concurrency_and_rate_are_kept(tmp_path: Path) -> None:
    with ChatServer(lambda b, n: Reply("ok", slow_s=0.05)) as server:
        list(Llm(settings(server.url, concurrency=3), tmp_path).ask(asks(*map(str, range(12)))))
        assert 2 <= server.most <= 3
    with ChatServer(echo) as server:
        llm = Llm(settings(server.url, requests_per_minute=1200), tmp_path / "b")
        list(llm.ask(asks("first")))
        list(llm.ask(asks(*map(str, range(8)))))
        assert server.times[-1] - server.times[1] >= 6 * 0.05  # of 7 gaps


def test_the_cost_cap_is_never_passed_by_requests_side_by_side(tmp_path: Path) -> None:
    # A reply of 10 words at 1 a word (a million a million); a prompt costs nothing.
    price = {"price_out": "1000000", "max_cost": "73"}
    with ChatServer(lambda b, n: Reply("w " * 10, slow_s=0.02)) as server:
        llm = Llm(settings(server.url, concurrency=8, **price), tmp_path)
        answers = list(llm.ask(asks(*map(str, range(30)))))
        assert len(server.bodies) == 7
        assert Counter(a.reason for a in answers) == {"": 7, "cost_cap": 23}
        assert llm.summary()["spent"] == "70"
        # What was done is kept and free; the same cap then goes further.
        again = Llm(settings(server.url, concurrency=8, **price), tmp_path)
        assert sum(bool(a.text) for a in again.ask(asks(*map(str, range(30))))) == 14
        assert again.counts["cached"] == 7


def test_cheap_replies_leave_room_for_more_than_their_dearest_outcome_would(tmp_path: Path) -> None:
    with ChatServer(lambda b, n: Reply("one word")) as server:
        llm = Llm(settings(server.url, concurrency=8, price_out="1000000", max_cost="25"), tmp_path)
        answers = list(llm.ask(asks(*map(str, range(12)))))
        # 2 words each, 10 at the dearest: the ninth would have 16 + 10 > 25.
        assert sum(bool(a.text) for a in answers) == 8
        assert llm.budget.spent == 16


@pytest.mark.parametrize(
    ("reply", "spent"),
    [
        (Reply("w", usage=None), 10),  # what it cost is not said: the dearest
        (Reply("w", usage={"prompt_tokens": -5, "completion_tokens": -900}), 10),
        (Reply("w", usage={"prompt_tokens": True, "completion_tokens": "many"}), 10),
        (Reply("late", slow_s=1.0), 10),  # it may be charged for
        (Reply(status=500), 0),
    ],
)
def test_what_is_not_known_is_charged_at_its_dearest(
    reply: Reply, spent: int, tmp_path: Path
) -> None:
    with ChatServer(lambda b, n: reply) as server:
        wait = patience("timeout" if reply.slow_s else "")
        more = {"price_out": "1000000", "max_cost": "1000", "retries": 0, "timeout_s": wait}
        llm = Llm(settings(server.url, **more), tmp_path)
        list(llm.ask(asks("q")))
        assert llm.budget.spent == spent
        assert llm.budget.aside == 0


def test_a_server_that_counts_more_than_was_asked_ends_the_spending(tmp_path: Path) -> None:
    dear = {"prompt_tokens": 0, "completion_tokens": 500}
    with ChatServer(lambda b, n: Reply("w", usage=dear)) as server:
        more = {"price_out": "1000000", "max_cost": "100", "concurrency": 1}
        llm = Llm(settings(server.url, **more), tmp_path)
        assert [a.reason for a in llm.ask(asks("a", "b", "c"))] == ["", "cost_cap", "cost_cap"]
        assert (llm.budget.spent, len(server.bodies)) == (500, 1)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=30), st.integers(0, 40))
def test_a_budget_is_never_passed(costs: list[tuple[int, int]], cap: int) -> None:
    budget = Budget(Decimal(cap), 1000)
    for worst, actual in costs:
        number, refused = budget.reserve(Decimal(worst))
        if not refused:
            budget.settle(number, Decimal(worst), Decimal(min(worst, actual)))
        assert budget.spent <= cap


RUNS = st.lists(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.booleans()), max_size=8), max_size=5
)


@given(RUNS, st.integers(0, 40))
def test_runs_into_one_folder_share_a_cap_whatever_kills_them(
    runs: list[list[tuple[int, int, bool]]], cap: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "_spent.jsonl"
        total = 0
        for costs in runs:
            budget = Budget(Decimal(cap), 1000, Ledger(path))
            assert budget.spent == total
            for worst, actual, killed in costs:
                number, refused = budget.reserve(Decimal(worst))
                if refused:
                    break
                if killed:  # under way: it may have been billed
                    total += worst
                    break
                budget.settle(number, Decimal(worst), Decimal(min(worst, actual)))
                total += min(worst, actual)
            assert total <= cap


def test_the_same_command_again_spends_no_second_cap(tmp_path: Path) -> None:
    ledger = tmp_path / "_spent.jsonl"
    cost = {"prompt_tokens": 0, "completion_tokens": 10}
    more = {"price_out": "1000000", "max_cost": "100", "max_tokens": 10, "concurrency": 1}
    with ChatServer(lambda b, n: Reply("w", usage=cost)) as server:
        for words in ("abcdef", "ghijkl", "mnopqr"):
            llm = Llm(settings(server.url, **more), tmp_path / words, ledger=ledger)
            list(llm.ask(asks(*words)))
        assert len(server.bodies) == 10
        assert llm.budget.spent == 100
        ledger.write_text(ledger.read_text() + '{"request": "x", "cost": "1')
        with pytest.raises(UserError, match="line 21 is no cost"):
            Llm(settings(server.url, **more), tmp_path, ledger=ledger)


def test_the_cap_on_requests_counts_tries(tmp_path: Path) -> None:
    with ChatServer(lambda b, n: Reply(status=500)) as server:
        llm = Llm(settings(server.url, max_requests=5, concurrency=1), tmp_path)
        assert [a.reason for a in llm.ask(asks("a", "b", "c"))] == [
            "http_500", "request_cap", "request_cap",
        ]  # fmt: skip
        assert len(server.bodies) == 5


WORKER = """
import sys
from pathlib import Path
sys.path.insert(0, {here!r})
from qhdata.llm import Llm, LlmSettings, Request
from qhdata.records import Message
llm = Llm(LlmSettings(base_url={url!r}, model="m", concurrency=4), Path({cache!r}))
asked = [Request(messages=(Message(role="user", content=f"q{{i}}"),), prompt="t@1")
         for i in range(40)]
for answer in llm.ask(asked):
    print(answer.text, flush=True)
"""


@pytest.mark.slow
def test_after_a_kill_nothing_that_was_kept_is_asked_again(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    with ChatServer(lambda b, n: replace(echo(b, n), slow_s=0.03)) as server:
        code = WORKER.format(here=str(Path(__file__).parents[2]), url=server.url, cache=str(cache))
        worker = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
        until = time.monotonic() + 60
        while len(server.bodies) < 15 and time.monotonic() < until:
            time.sleep(0.005)
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        time.sleep(0.3)  # what was on its way to the server arrives
        killed = len(server.bodies)
        kept = {p.stem for p in cache.glob("*/*.json")}
        assert 8 <= len(kept) <= killed < 40
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert done.stdout.split("\n")[:-1] == [f"re q{i}" for i in range(40)]
        # All that is asked twice is what was under way at the kill: at most one a worker.
        assert len(server.bodies) == killed + 40 - len(kept)
        twice = [t for t, n in Counter(server.asked()).items() if n > 1]
        assert len(twice) <= 4


def test_a_damaged_or_half_written_reply_is_asked_again(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put("ab" * 20, {"text": "kept"})
    path = next(tmp_path.glob("*/*.json"))
    whole = path.read_bytes()
    for damaged in (b"", whole[:-9], whole.replace(b"kept", b"kepT"), b"[1]", b"[" * 99_999):
        path.write_bytes(damaged)
        assert cache.get("ab" * 20) is None
    path.write_bytes(whole)
    assert cache.get("ab" * 20) == {"text": "kept"}
    with pytest.raises(UserError, match="no folder that replies can be kept in"):
        Cache(path)


def test_no_secret_in_logs_errors_cache_or_repr(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("TEST_API_KEY", SECRET)
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-another-server")
    caplog.set_level(logging.DEBUG)

    def answer(body: dict[str, Any], n: int) -> Reply:
        echoed = f"bad key {SECRET}".encode()  # some servers repeat what they are sent
        return Reply(status=401, raw=echoed) if n else Reply("ok")

    with ChatServer(answer) as server:
        llm = Llm(settings(server.url, api_key_env="TEST_API_KEY"), tmp_path)
        assert next(llm.ask(asks("a"))).text == "ok"
        with pytest.raises(Fault) as found:
            list(llm.ask(asks("b")))
        assert server.headers[0]["authorization"] == f"Bearer {SECRET}"
        assert "org-of-another-server" not in str(server.headers)
    told = [str(found.value), repr(found.value.__context__), repr(llm.settings), caplog.text]
    told += [p.read_text() for p in tmp_path.glob("*/*.json")]
    assert not any(SECRET in text or "sk-" in text for text in told)
    assert "HTTP 401" in told[0]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"base_url": "http://example.com/v1"}, "plain http to example.com"),
        ({"base_url": f"https://user:{SECRET}@h/v1"}, "more than host and path"),
        ({"base_url": f"https://h/v1?key={SECRET}"}, "more than host and path"),
        ({"base_url": "ftp://h"}, "not an http address"),
        ({"base_url": "https://[::1"}, "not an http address"),
        ({"api_key_env": SECRET}, "not the name of an environment variable"),
        ({"api_key_env": "AKIAIOSFODNN7EXAMPLE"}, "not the name of an environment variable"),
        ({"api_key_env": "QHDATA_NO_SUCH_KEY"}, "is not set"),
        ({"price_in": "1"}, "nothing may be spent"),
        ({"price_in": "nan"}, "not an amount"),
        ({"max_cost": "-1"}, "not an amount"),
        ({"max_cost": "1e99"}, "not an amount"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused_without_a_secret(
    more: dict[str, str], said: str, tmp_path: Path
) -> None:
    given = {"base_url": "http://localhost:1/v1", "model": "m"} | more
    with pytest.raises(UserError, match=said) as found:
        Llm(LlmSettings(**given), tmp_path)  # type: ignore[arg-type]
    assert SECRET not in str(found.value)
    assert "AKIA" not in str(found.value)


def test_other_plain_http_is_allowed_where_it_is_asked_for(tmp_path: Path) -> None:
    other = LlmSettings(base_url="http://10.0.0.7:80/v1", model="m", plain_http=True)
    assert Llm(other, tmp_path).settings == other
    with pytest.raises(UserError, match="plain_http"):
        Llm(replace(other, plain_http=False), tmp_path)
    for own in ("http://localhost:1/v1", "http://127.0.0.2/v1", "http://[::1]:8/v1"):
        assert Llm(LlmSettings(base_url=own, model="m"), tmp_path).budget.sent == 0


def test_a_server_that_is_gone_ends_the_run(tmp_path: Path) -> None:
    llm = Llm(settings("http://127.0.0.1:9/v1", retries=0), tmp_path)
    with pytest.raises(Fault, match="32 requests in a row were not answered"):
        list(llm.ask(asks(*map(str, range(50)))))


def test_a_redirect_is_not_followed(tmp_path: Path) -> None:
    with ChatServer(echo) as other:
        away = Reply(status=307, headers={"Location": other.url + "/chat/completions"})
        with ChatServer(lambda b, n: away) as server:
            found = list(Llm(settings(server.url), tmp_path).ask(asks("q")))
            assert found[0].reason == "http_307"
        assert other.bodies == []


@given(st.binary(max_size=80) | st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["choices", "message", "content", "usage", "finish_reason"]), inner),
).map(lambda data: json.dumps(data).encode()))  # fmt: skip
def test_no_answer_of_a_server_is_a_crash(content: bytes) -> None:
    said = read(content)
    assert bool(said.text) != bool(said.reason)


@dataclass(frozen=True, kw_only=True)
class Choice(Settings):
    """A shape."""

    pick: str
    n: int


def test_a_reply_of_another_shape_is_asked_for_again_and_counted(tmp_path: Path) -> None:
    def answer(body: dict[str, Any], n: int) -> Reply:
        first = body["messages"][0]["content"]
        if first == "stubborn":
            return Reply("no JSON here {")
        if len(body["messages"]) == 1:
            return Reply('{"pick": "a", "n": "1"}')
        return Reply('Sorry. ```json\n{"pick": "a", "n": 1}\n```')

    with ChatServer(answer) as server:
        llm = Llm(settings(server.url, retries=2), tmp_path)
        found = ask_for(llm, asks("q", "stubborn"), Choice)
        assert found[0].value == Choice(pick="a", n=1)
        assert (found[1].value, found[1].reason) == (None, "wrong_schema")
        assert llm.counts["again.wrong_schema"] == 3
        assert llm.counts["failed.wrong_schema"] == 1
        assert "does not fit" in server.bodies[-1]["messages"][-1]["content"]
        n = len(server.bodies)
        assert ask_for(llm, asks("q", "stubborn"), Choice)[0].value == Choice(pick="a", n=1)
        assert len(server.bodies) == n


def test_the_server_is_told_the_shape_where_that_is_wanted(tmp_path: Path) -> None:
    with ChatServer(lambda b, n: Reply('{"pick": "a", "n": 1}')) as server:
        for way in ("json_object", "json_schema", "prompt"):
            ask_for(Llm(settings(server.url, structured=way), tmp_path), asks("q"), Choice)
        formats = [body.get("response_format") for body in server.bodies]
        assert [f and f["type"] for f in formats] == ["json_object", "json_schema", None]
        assert formats[1]["json_schema"]["schema"]["required"] == ["pick", "n"]


def test_a_text_with_braces_and_slots_stays_as_it_is() -> None:
    prompt = Prompt.parse("t@1\n=== system\nBe {brief}.\n=== user\n{{a}} and {{b|fenced}}\n")
    hostile = "{0} {{b}} {{a}} %s ${x} \\1 \\g<0>"
    messages = prompt.fill({"a": hostile, "b": hostile})
    assert messages[0].content == "Be {brief}."
    assert messages[1].content == f"{hostile} and ```\n{hostile}\n```"
    for slots in ({"a": ""}, {"a": "", "b": "", "c": ""}):
        with pytest.raises(ValueError, match="has the slots"):
            prompt.fill(slots)
    for text in ("", "t\n=== user\nx", "t@1\nx\n=== user\ny", "t@1\n"):
        with pytest.raises(ValueError, match="name@version"):
            Prompt.parse(text)


@given(st.text(st.sampled_from("`~\n a{}"), max_size=60))
def test_no_text_closes_its_fence(text: str) -> None:
    first, *_, last = fenced(text).split("\n")
    assert first == last
    assert set(first) == {"`"}
    assert first not in text


MARKS = st.sampled_from(
    ["\\boxed{5}", "Answer: 5", "\nAnswer is: 7", "答案：5", "**Answer**: 5", '{"answer": 5}',
     "<think>", "</think>", "<|im_end|>", "\n", " ", "# ", "\\BOXED{1}", '"Answer": 2', "}", "{"]
)  # fmt: skip


@given(st.lists(MARKS, max_size=12).map("".join))
def test_no_mark_of_a_filing_is_a_mark_in_a_prompt(text: str) -> None:
    told = f"Read this.\nIt is a text.\n{neutral(text)}\nThat was it."
    assert answer_slots(told) == ()
    assert after_thinking(told) == told
    assert "<|" not in told


def test_prices_are_decimals_however_a_recipe_writes_them() -> None:
    given = {"base_url": "http://localhost/v1", "model": "m"}
    priced = parse(LlmSettings, given | {"price_in": 0.1, "price_out": "0.3", "max_cost": 1}, "r")
    assert (priced.price_in, priced.max_cost) == ("0.1", "1")
    assert priced.cost(1, 1) == Decimal("0.0000004")
    with pytest.raises(UserError, match="valid string"):
        parse(LlmSettings, given | {"max_cost": True}, "r")
