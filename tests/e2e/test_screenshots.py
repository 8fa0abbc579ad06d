"""Pictures of every kind of page, for the documentation and for looking at: SCREENSHOTS=1 make e2e."""

import os
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from annotate.local.runtime import REPOSITORY
from tests.e2e.desk import Desk
from tests.e2e.material import CHOICES, TRACES
from tests.e2e.test_pages import admin_project
from tests.site import Site

__all__ = ["admin_project"]

pytestmark = pytest.mark.skipif(not os.environ.get("SCREENSHOTS"), reason="only with SCREENSHOTS=1")

FOLDER = REPOSITORY / "docs" / "screenshots"
WIDTHS = {1440: 900, 900: 1100, 390: 844}


def judging(page: Page) -> None:
    desk = Desk(page, "")
    desk.keys("j", "x", "1", "c")
    desk.type("Three squared is nine, not six.")
    desk.keys("Escape")


def choosing(page: Page) -> None:
    desk = Desk(page, "")
    desk.keys(str(desk.candidate("Half the product")), "w")


def keys(page: Page) -> None:
    page.keyboard.press("?")


def nothing(page: Page) -> None:
    pass


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_pictures(site: Site, admin_project: str, browser: Browser, base_url: str, width: int, scheme: str):
    traces, choices = site.project(TRACES[:1], name="Geometry"), site.project(CHOICES[:1], name="Geometry")
    admin = f"/p/{admin_project}/admin"
    pages: dict[str, tuple[str, Callable[[Page], None]]] = {
        "projects": ("/", nothing),
        "project": (f"/p/{admin_project}", nothing),
        "trace": (f"/p/{traces}/annotate", nothing),
        "judging": (f"/p/{traces}/annotate", judging),
        "choice": (f"/p/{choices}/annotate", choosing),
        "keys": (f"/p/{traces}/annotate", keys),
        "account": ("/account", nothing),
        "overview": (admin, nothing),
        **{tab: (f"{admin}/{tab}", nothing) for tab in ("import", "queue", "members", "export", "settings")},
    }
    size = {"width": width, "height": WIDTHS[width]}
    context = browser.new_context(base_url=base_url, viewport=size, color_scheme=scheme, locale="en-GB")
    page = context.new_page()
    FOLDER.mkdir(parents=True, exist_ok=True)

    def picture(name: str) -> None:
        page.screenshot(path=FOLDER / f"{name}-{width}-{scheme}.png", animations="disabled")

    page.goto("/sign-in")
    expect(page.get_by_label("User name")).to_be_focused()
    picture("sign-in")
    page.get_by_label("User name").fill(site.admin[0])
    page.get_by_label("Password").fill(site.admin[1])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="My projects")).to_be_visible()
    for name, (address, act) in pages.items():
        page.goto(address)
        page.wait_for_load_state("networkidle")
        expect(page.locator(".spinner")).to_have_count(0)
        act(page)
        page.wait_for_timeout(400)
        picture(name)
    context.close()
