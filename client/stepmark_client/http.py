"""HTTP with a token: JSON in and out, errors as exceptions, and what is safe to repeat is repeated."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx

from stepmark_client.errors import ApiError, Unreachable

# The server, or something before it, is busy or just starting.
AGAIN = {429, 500, 502, 503, 504}
LONGEST_WAIT = 30.0


class Http:
    """`retries`: how often a call is made again after it failed; waits grow from half a second to half a minute."""

    def __init__(
        self, url: str, token: str, *, timeout: float, retries: int, transport: httpx.BaseTransport | None = None
    ) -> None:
        self.retries = retries
        self._client = httpx.Client(
            base_url=f"{url.rstrip('/')}/api/v1/",
            headers={"Authorization": f"Bearer {token}"},
            timeout=httpx.Timeout(timeout, connect=min(timeout, 15)),
            transport=transport,
        )

    def close(self) -> None:
        self._client.close()

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        params: Mapping[str, Any] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool | None = None,
    ) -> Any:
        """JSON in, JSON out; None for an empty answer. `repeatable`: whether sending it twice does no harm (by default
        that of the method). Raises ApiError and Unreachable.
        """
        if repeatable is None:
            repeatable = method in ("GET", "PUT", "DELETE")
        given = dict(headers or {})
        if body is not None:
            content, given["Content-Type"] = json.dumps(body).encode(), "application/json"
        for turn in range(self.retries + 1):
            last = turn == self.retries
            try:
                answer = self._client.request(method, path, params=_given(params), content=content, headers=given)
            except httpx.TransportError as error:
                # A connection that was never made has carried nothing: that much can always be tried again.
                if last or not (repeatable or isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)):
                    raise Unreachable(f"{method} {path}: {error or type(error).__name__}") from error
                self._wait(turn)
                continue
            if answer.status_code in AGAIN and not last and (repeatable or answer.status_code in (429, 503)):
                self._wait(turn, answer.headers.get("Retry-After"))
                continue
            return self._read(answer)
        raise AssertionError("unreachable")

    @contextmanager
    def stream(self, path: str, params: Mapping[str, Any]) -> Iterator[httpx.Response]:
        """An answer that is read as it comes. Not repeated: a data set that breaks off is to be asked for again."""
        try:
            with self._client.stream("GET", path, params=_given(params)) as answer:
                if answer.status_code >= 400:
                    answer.read()
                    self._read(answer)
                yield answer
        except httpx.TransportError as error:
            raise Unreachable(f"GET {path} broke off: {error or type(error).__name__}") from error

    @staticmethod
    def _read(answer: httpx.Response) -> Any:
        if answer.status_code >= 400:
            try:
                problem = answer.json()
            except ValueError:
                problem = {}
            raise ApiError(answer.status_code, problem if isinstance(problem, dict) else {})
        return answer.json() if answer.content else None

    @staticmethod
    def _wait(turn: int, asked: str | None = None) -> None:
        wait = min(LONGEST_WAIT, 0.5 * 2**turn) * random.uniform(0.5, 1)  # noqa: S311 - so that not all come back at once
        if asked and asked.isdigit():
            wait = max(wait, min(float(asked), 10 * LONGEST_WAIT))
        time.sleep(wait)


def _given(params: Mapping[str, Any] | None) -> dict[str, Any]:
    return {key: value for key, value in (params or {}).items() if value is not None and value != ""}
