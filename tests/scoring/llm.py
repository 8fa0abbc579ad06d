"""A server that speaks the two protocols of remote scorers, and misbehaves as it is told."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, dict[str, str], bytes]


class Server:
    """`behave(path, body)` makes the answer; `asked` are the bodies so far, `headers` those of the last request."""

    def __init__(self, port: int = 0) -> None:
        self.asked: list[dict[str, Any]] = []
        self.headers: dict[str, str] = {}
        self.behave: Callable[[str, dict[str, Any]], Answer] = pooling()
        self.lock = threading.Lock()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with server.lock:
                    server.asked.append(body)
                    server.headers = dict(self.headers)
                status, headers, content = server.behave(self.path, body)
                try:
                    self.send_response(status)
                    for name, value in {**headers, "Content-Length": str(len(content))}.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(content)
                except OSError:
                    pass  # the client has hung up

            def log_message(self, *args: object) -> None: ...

        self._http = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()


@contextmanager
def serving() -> Iterator[Server]:
    server = Server()
    try:
        yield server
    finally:
        server.close()


def ok(data: Any) -> Answer:
    return 200, {"Content-Type": "application/json"}, json.dumps(data).encode()


def status(code: int, message: str = "", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return code, named, json.dumps({"error": {"message": message}}).encode()


def pooling(score: Callable[[str], float] | None = None, mark: str = "<extra_0>") -> Callable[..., Answer]:
    """vLLM's /pooling: a row for each mark, by default 0.1 where the text before it says "wrong", else 0.9."""
    score = score or (lambda text: 0.1 if "wrong" in text else 0.9)

    def behave(path: str, body: dict[str, Any]) -> Answer:
        assert (path, body["task"]) == ("/pooling", "token_classify")
        values = [score(text) for text in body["input"].split(mark)[:-1]]
        rows = [[1 - value, value] for value in values]
        return ok({"data": [{"index": 0, "object": "pooling", "data": rows}], "usage": {"prompt_tokens": 100}})

    return behave


def chat(answer: Callable[[dict[str, Any]], str], delay: float = 0) -> Callable[..., Answer]:
    def behave(path: str, body: dict[str, Any]) -> Answer:
        assert path == "/chat/completions"
        time.sleep(delay)
        message = {"role": "assistant", "content": answer(body)}
        usage = {"prompt_tokens": 1000, "completion_tokens": 200}
        return ok({"choices": [{"message": message, "finish_reason": "stop"}], "usage": usage})

    return behave


def failing_first(times: int, failure: Answer, then: Callable[..., Answer]) -> Callable[..., Answer]:
    """`failure` for the first requests, then as `then`."""
    left, lock = [times], threading.Lock()

    def behave(path: str, body: dict[str, Any]) -> Answer:
        with lock:
            left[0] -= 1
            failed = left[0] >= 0
        return failure if failed else then(path, body)

    return behave
