"""Chromium on the whole application. A test fails when the page complains, whatever else it looks at."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect

from annotate.local.runtime import REPOSITORY
from tests.chromium import NAMES
from tests.e2e.desk import Desk
from tests.e2e.material import CHOICES, TRACES
from tests.site import Site

# What a browser does of its own accord would count as a request to elsewhere.
QUIET = [
    "--no-sandbox",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-sync",
    "--disable-component-update",
]
# The machine may be busy with a dozen other things.
expect.set_options(timeout=20_000)


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Marks the tests of this folder, and puts them last: Playwright leaves an event loop running, and Django
    refuses its database to a thread that has one.
    """
    mine = [item for item in items if Path(__file__).parent in item.path.parents]
    for item in mine:
        item.add_marker("e2e")
    yield
    items.sort(key=lambda item: item.get_closest_marker("e2e") is not None)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    return {**browser_type_launch_args, "executable_path": path, "args": QUIET}


@pytest.fixture(scope="session")
def base_url(site: Site) -> str:
    built = REPOSITORY / "frontend" / "dist" / "index.html"
    assert built.exists(), "The front end is not built: run `make frontend` first."
    return site.url


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "viewport": {"width": 1280, "height": 800}, "locale": "en-GB"}


class Complaints:
    """Everything that a page should never do. `allow` names what this one test brings about on purpose."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.origin = urlsplit(origin).netloc
        self.found: list[str] = []
        self.allowed: list[str] = []
        # The console names a violated policy only where the violation is not an inline attribute's.
        context.add_init_script(
            "document.addEventListener('securitypolicyviolation', (event) =>"
            " console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));"
        )
        context.on("console", self._console)
        context.on("weberror", lambda error: self.found.append(f"page error: {error.error}"))
        context.on("request", lambda request: self._request(request.url))
        context.on("page", lambda page: page.on("dialog", self._dialog))

    def allow(self, *parts: str) -> None:
        self.allowed += parts

    def real(self) -> list[str]:
        return [one for one in self.found if not any(part in one for part in self.allowed)]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.found.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _request(self, url: str) -> None:
        scheme, host = urlsplit(url)[:2]
        if scheme not in ("data", "blob") and host != self.origin:
            self.found.append(f"request to elsewhere: {url[:200]}")

    def _dialog(self, dialog: Any) -> None:
        self.found.append(f"dialog: {dialog.message}")
        dialog.dismiss()


@pytest.fixture(autouse=True)
def complaints(context: BrowserContext, base_url: str) -> Iterator[Complaints]:
    watching = Complaints(context, base_url)
    yield watching
    assert watching.real() == []


SignIn = Callable[[tuple[str, str]], None]
Seat = Callable[[str], Desk]


@pytest.fixture
def sign_in(context: BrowserContext, base_url: str, complaints: Complaints) -> SignIn:
    """Give the browser somebody's session without going through the page."""

    def enter(person: tuple[str, str]) -> None:
        context.request.get(f"{base_url}/api/v1/session/")
        token = next(cookie["value"] for cookie in context.cookies() if cookie["name"] == "csrftoken")
        name, password = person
        answer = context.request.post(
            f"{base_url}/api/v1/session/",
            data={"username": name, "password": password},
            headers={"X-CSRFToken": token},
        )
        assert answer.ok, answer.text()

    return enter


@pytest.fixture
def project(site: Site) -> str:
    """The slug of a project with the material of these tests."""
    return site.project([*TRACES, *CHOICES])


@pytest.fixture
def seat(site: Site, sign_in: SignIn, page: Page) -> Seat:
    """Puts a new annotator of the project at their desk, the first task in front of them."""

    def sit_down(slug: str) -> Desk:
        person = site.person(slug)
        sign_in(person)
        return Desk(page, slug, person[0]).open()

    return sit_down


@pytest.fixture
def desk(project: str, seat: Seat) -> Desk:
    return seat(project)
