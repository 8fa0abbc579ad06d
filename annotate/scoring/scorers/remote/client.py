"""One request to a server, made again where that may help, and what can go wrong with it in words."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpcore
import httpx

from annotate.scoring.scorers.base import Unavailable, describe

from .hosts import GuardedBackend, Hosts, NotAllowed, origin_of, secret

TRIES = 3
CONNECT_SECONDS = 10.0
LONGEST_PAUSE = 60.0
"""Seconds between two tries: limits are mostly a minute's, and a trace that is given back begins anew. A server that
asks for more gets it from the scorer, which leaves off as a whole.
"""
MAX_BYTES = 32 * 2**20
SHOWN = 300


class Refused(Exception):
    """The server does not take this request, and would not take it again. The message says why."""


class Trouble(Exception):
    """The server failed on this request, every time. Another one may go through."""


class Client:
    """Posts JSON to paths under one address. Safe for threads.

    Redirects are errors: they would lead around the list of hosts. Proxies of the environment are not used.
    """

    def __init__(
        self,
        url: str,
        *,
        hosts: Hosts,
        keys: Mapping[str, Any],
        key: str | None,
        timeout: float,
        connections: int,
    ) -> None:
        """Raises NotAllowed for an address or a key that the operator does not allow."""
        self.url, self.timeout = url.rstrip("/"), timeout
        hosts.check(url)
        headers = {"Accept": "application/json", "User-Agent": "Stepmark"}
        if key:
            headers["Authorization"] = f"Bearer {secret(keys, key, origin_of(url))}"
        transport = httpx.HTTPTransport(trust_env=True)  # of the environment: which authorities to trust
        transport._pool.close()
        transport._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_connections=connections,
            network_backend=GuardedBackend(hosts),
        )
        self._client = httpx.Client(
            transport=transport,
            headers=headers,
            trust_env=False,
            timeout=httpx.Timeout(timeout, connect=min(CONNECT_SECONDS, timeout), pool=None),
        )
        self._random = random.Random()  # noqa: S311 - spreads retries, keeps no secret
        self._closed = threading.Event()

    def close(self) -> None:
        self._closed.set()
        self._client.close()

    def post(self, path: str, body: Mapping[str, Any], *, admit: Callable[[], object] = lambda: None) -> dict[str, Any]:
        """The answer, an object. Raises `Unavailable` when the server can't work at all just now, Refused and Trouble
        when it does not take this request. `admit` is called before each try, and ends them by what it raises.
        """
        trouble = ""
        for tries in range(1, TRIES + 1):
            admit()
            try:
                status, headers, content = self._once(path, body)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                if tries == TRIES:
                    raise Unavailable(f"The server can't be reached: {describe(error)}.") from error
                self._pause(tries, None)
                continue
            except NotAllowed as error:
                raise Unavailable(str(error), 300) from error
            except (httpx.TimeoutException, TimeoutError):
                trouble = f"The server did not answer within {self.timeout:g} s."
            except httpx.HTTPError as error:
                trouble = f"The connection broke: {describe(error)}."
            else:
                if status == 200:
                    return _object(content)
                if status in (429, 503):
                    wait = _retry_after(headers)
                    busy = _sentence("The server is busy", status, content)
                    if tries == TRIES or (wait or 0) > LONGEST_PAUSE:
                        raise Unavailable(busy, wait if wait is not None else 30.0)
                    self._pause(tries, wait)
                    continue
                _refuse(status, headers, content)
                trouble = _sentence("The server failed", status, content)
            if tries < TRIES:
                self._pause(tries, None)
        raise Trouble(f"{trouble} ({TRIES} tries)")

    def _once(self, path: str, body: Mapping[str, Any]) -> tuple[int, httpx.Headers, bytes]:
        # The client's own limit is between two pieces of the answer; a server that trickles would never meet it.
        end = time.monotonic() + self.timeout
        with self._client.stream("POST", self.url + path, json=body, follow_redirects=False) as response:
            content = bytearray()
            for piece in response.iter_bytes():
                content += piece
                if len(content) > MAX_BYTES:
                    raise Trouble(f"The server's answer is larger than {MAX_BYTES >> 20} MiB.")
                if time.monotonic() > end:
                    raise TimeoutError
            return response.status_code, response.headers, bytes(content)

    def _pause(self, tries: int, asked: float | None) -> None:
        pause = asked if asked is not None else 2 ** (tries - 1) * (0.5 + self._random.random() / 2)
        if self._closed.wait(pause):
            raise Unavailable("The worker is stopping.", 1)


def _refuse(status: int, headers: httpx.Headers, content: bytes) -> None:
    """Raises for the statuses with which trying again is no use."""
    if 300 <= status < 400:
        place = headers.get("location", "elsewhere")[:SHOWN]
        raise Unavailable(f"The server redirects to {place}; redirects are not followed. Mend the address.", 300)
    if status in (401, 403):
        raise Unavailable(_sentence("The server does not accept the key", status, content), 300)
    if status in (404, 405):
        raise Unavailable(_sentence("The server does not know this address or model", status, content), 300)
    if 400 <= status < 500 and status != 408:
        raise Refused(_sentence("The server does not take this request", status, content))


def _sentence(what: str, status: int, content: bytes) -> str:
    """`what` with the status and the server's own words, as far as there are some."""
    said = ""
    try:
        data = json.loads(content)
        error = data.get("error", data) if isinstance(data, dict) else None
        message = error.get("message") or error.get("detail") if isinstance(error, dict) else error
        said = message if isinstance(message, str) else ""
    except ValueError:
        pass
    said = " ".join(said.split())[:SHOWN]
    return f"{what} (status {status}): {said}" if said else f"{what} (status {status})."


def _object(content: bytes) -> dict[str, Any]:
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise Trouble("The server's answer is not a JSON object.")
    return data


def _retry_after(headers: httpx.Headers) -> float | None:
    """Seconds, from either form of the header."""
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return min(float(text), 24 * 3600.0)
    try:
        seconds = (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):
        return None
    return min(max(seconds, 0.0), 24 * 3600.0)
