"""A real HTTP server in a thread that speaks OpenAI's chat completions, and fails as it is told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Reply:
    """What the server does with one request."""

    text: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    """The body as it is, instead of a completion."""
    slow_s: float = 0.0
    drip_s: float = 0.0
    """Seconds between any two bytes of the body."""
    cut_off: bool = False
    """Promise more bytes than are sent, then close."""
    finish: str = "stop"
    usage: Any = "counted"


class ChatServer:
    """`with ChatServer(answer) as server: ... server.url`; `answer` gets (body, number of it)."""

    def __init__(self, answer: Callable[[dict[str, Any], int], Reply]) -> None:
        self.answer = answer
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.times: list[float] = []
        self.under_way = self.most = 0
        self.lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.serve(self)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"

    def __enter__(self) -> ChatServer:
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def asked(self) -> list[str]:
        """The last message of each request."""
        return [body["messages"][-1]["content"] for body in self.bodies]

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        body = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        with self.lock:
            number = len(self.bodies)
            self.bodies.append(body)
            self.headers.append({k.lower(): v for k, v in handler.headers.items()})
            self.times.append(time.monotonic())
            self.under_way += 1
            self.most = max(self.most, self.under_way)
        try:
            reply = self.answer(body, number)
            if reply.slow_s:
                time.sleep(reply.slow_s)
        finally:
            with self.lock:
                self.under_way -= 1
        data = reply.raw if reply.raw is not None else completion(body, reply)
        try:
            handler.send_response(reply.status)
            for name, value in reply.headers.items():
                handler.send_header(name, value)
            handler.send_header("Content-Type", "application/json")
            handler.send_header("Content-Length", str(len(data) + 100 * reply.cut_off))
            handler.end_headers()
            if reply.drip_s:
                for n in range(len(data)):
                    handler.wfile.write(data[n : n + 1])
                    handler.wfile.flush()
                    time.sleep(reply.drip_s)
                return
            handler.wfile.write(data)
        except OSError:  # who asked has gone
            pass
        handler.close_connection = handler.close_connection or reply.cut_off


def completion(body: dict[str, Any], reply: Reply) -> bytes:
    """A chat completion as OpenAI words it; a token is a word."""
    words_in = sum(len(m["content"].split()) for m in body["messages"])
    usage = {"prompt_tokens": words_in, "completion_tokens": len(reply.text.split())}
    answer = {
        "id": "chatcmpl-1", "object": "chat.completion", "created": 0,
        "model": body["model"] + "-served",
        "choices": [{
            "index": 0, "finish_reason": reply.finish,
            "message": {"role": "assistant", "content": reply.text},
        }],
    }  # fmt: skip
    if reply.usage is not None:
        answer["usage"] = usage if reply.usage == "counted" else reply.usage
    return json.dumps(answer).encode()
