"""The whole application, started as a person would start it, for tests that look at it from outside."""

import json
import os
import secrets
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from annotate.local.runtime import store_urls
from tests.local.installation import Installation

SCORED_BY = 8462
"""Port on this machine at which scorers may ask a server."""


class Api:
    """HTTP with an admin's token. Paths are relative to `/api/v1/`."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self.token = token

    def ask(self, method: str, path: str, data: bytes | None = None, media: str = "application/json") -> Any:
        """Status and body: parsed if it is one JSON value, otherwise text; None if there is none."""
        request = urllib.request.Request(f"{self.url}/api/v1/{path}", data, method=method)
        request.add_header("Authorization", f"Bearer {self.token}")
        request.add_header("Content-Type", media)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                status, kind, text = answer.status, answer.headers["Content-Type"] or "", answer.read().decode()
        except urllib.error.HTTPError as error:
            status, kind, text = error.code, error.headers["Content-Type"] or "", error.read().decode()
        if not text:
            return status, None
        return status, json.loads(text) if kind.partition(";")[0].endswith("json") and "nd" not in kind else text

    def get(self, path: str) -> Any:
        return self._fine("GET", path)

    def post(self, path: str, body: Any) -> Any:
        return self._fine("POST", path, json.dumps(body).encode())

    def patch(self, path: str, body: Any) -> Any:
        return self._fine("PATCH", path, json.dumps(body).encode())

    def send(self, slug: str, lines: list[dict[str, Any]], format: str = "native") -> dict[str, Any]:
        """Ingest; what the answer says."""
        data = "\n".join(json.dumps(line) for line in lines).encode()
        return self._fine("POST", f"projects/{slug}/traces/?format={format}", data, "application/x-ndjson")

    def export(self, slug: str, format: str, labels: str = "all", source: str = "") -> list[dict[str, Any]]:
        """The rows of a streamed export."""
        said = f"&source={source}" if source else ""
        body = self.get(f"projects/{slug}/export/?format={format}&labels={labels}{said}")
        return body if isinstance(body, list) else [json.loads(line) for line in (body or "").splitlines()]

    def _fine(self, method: str, path: str, *data: Any) -> Any:
        status, body = self.ask(method, path, *data)
        assert status < 300, (method, path, status, body)
        return body


class Site(Api):
    """A running installation. Tests stay apart by having projects and people of their own."""

    def __init__(self, data: Path) -> None:
        known = json.loads((data / "credentials.json").read_text())
        super().__init__(known["url"], known["token"])
        self.data = data
        self.admin = (known["username"], known["password"])

    @staticmethod
    def unique() -> str:
        """For names that nobody else has."""
        return secrets.token_hex(4)

    def project(self, lines: list[dict[str, Any]], **settings: Any) -> str:
        """The slug of a new project that holds these lines and nobody but the admin."""
        slug = f"geometry-{self.unique()}"
        # Nothing by chance and one person a task, unless a test wants it otherwise.
        self.post("projects/", {"slug": slug, "name": "Geometry", "random_share": 0, **settings})
        if lines:
            assert self.send(slug, lines)["accepted"] == len(lines)
        return slug

    def person(self, slug: str, role: str = "annotator") -> tuple[str, str]:
        """Name and password of a new member."""
        name = f"{role}-{self.unique()}"
        made = self.post(f"projects/{slug}/members/", {"username": name, "role": role})
        return name, made["password"]

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """For what only time or an accident brings about."""
        with psycopg.connect(store_urls(self.data)["DATABASE_URL"], autocommit=True) as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One installation for all that leave it as they found it: web server, worker and beat on stores of its own."""
    made = Installation(tmp_path_factory.mktemp("site") / "var", "tests.settings")
    try:
        with pytest.MonkeyPatch.context() as patched:
            patched.setenv("SIGN_IN_RATE", "1000/min")
            patched.setenv("IMPORT_LEASE_SECONDS", "8")  # a worker that was killed is missed sooner
            patched.setenv("STEPMARK_SCORER_HOSTS", f"http://127.0.0.1:{SCORED_BY}")
            made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="session")
def site(request: pytest.FixtureRequest) -> Site:
    """What runs there, as programs see it.

    SITE names the data folder of one that runs already, which is quicker while tests are being written.
    """
    running = os.environ.get("SITE")
    return Site(Path(running) if running else request.getfixturevalue("installation").data)
