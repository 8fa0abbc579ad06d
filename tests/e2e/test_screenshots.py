"""Pictures of every kind of page, for the documentation and for looking at: SCREENSHOTS=1 make e2e."""

import base64
import os
import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from annotate.local.runtime import REPOSITORY
from tests.e2e.desk import Desk
from tests.e2e.material import BOX, CHOICES, EVERYTHING_ASKED, TRACES
from tests.e2e.test_pages import admin_project
from tests.site import Site

__all__ = ["admin_project"]

pytestmark = pytest.mark.skipif(not os.environ.get("SCREENSHOTS"), reason="only with SCREENSHOTS=1")

FOLDER = REPOSITORY / "docs" / "screenshots"
WIDTHS = {1440: 900, 900: 1100, 390: 844}
# Of WebP, which is a fifth of a PNG.
QUALITY = 60
WALK = [
    {"id": "box-2", "problem": BOX, "steps": ["Multiply the sides.", "It is $24$."]},
    {"id": "box-3", "problem": BOX, "steps": ["Add the sides.", "It is $9$."]},
]


def judging(page: Page) -> None:
    desk = Desk(page, "")
    desk.keys("j", "x", "1", "c")
    desk.type("Three squared is nine, not six.")
    desk.keys("Escape")


def asked(page: Page) -> None:
    desk = Desk(page, "")
    desk.keys("j", "x", "1", "t", "Space", "Escape", "m", "2", "p")
    expect(page.get_by_label("Step 2 rests on steps")).to_be_focused()
    page.keyboard.type("1")


def choosing(page: Page) -> None:
    desk = Desk(page, "")
    desk.keys(str(desk.candidate("Half the product")), "w")


def keys(page: Page) -> None:
    page.keyboard.press("?")


def labels(page: Page) -> None:
    page.locator("#labels").scroll_into_view_if_needed()
    page.evaluate("document.querySelector('#labels').scrollIntoView()")


def past(page: Page) -> None:
    page.locator("main a[href*='/history/']").first.click()
    expect(page.get_by_role("button", name="Revise")).to_be_visible()


def nothing(page: Page) -> None:
    pass


@pytest.fixture(scope="module")
def pages(site: Site, admin_project: str) -> dict[str, tuple[str, Callable[[Page], None]]]:
    """What is shown and what is done there, by the picture's name. All of it is the admin's own."""
    trace, choice, walk, much = (
        site.project(lines, name="Geometry", tasks_at_import="none" if lines is WALK else "all", **more)
        for lines, more in (
            (TRACES[:1], {}),
            (CHOICES[:1], {}),
            (WALK, {}),
            (TRACES[:1], {"label_schema": EVERYTHING_ASKED}),
        )
    )
    site.post(f"projects/{walk}/tasks/", {"kind": "walk", "query": "problem:box"})
    said = {"key": str(uuid.uuid4()), "kind": "question", "text": "Do units count?"}
    site.post(f"projects/{admin_project}/notes/", said)
    row = next(r for r in site.get(f"projects/{admin_project}/traces/")["results"] if r["external_id"] == "labelled")
    candidates = site.get(f"projects/{admin_project}/choices/?q=kite")["results"][0]["id"]
    tabs = ("import", "traces", "queue", "scorers", "evaluation", "agreement", "members", "export", "settings")
    at, admin = f"/p/{admin_project}", f"/p/{admin_project}/admin"
    return {
        "projects": ("/", nothing),
        "project": (at, nothing),
        "trace": (f"/p/{trace}/annotate", nothing),
        "judging": (f"/p/{trace}/annotate", judging),
        "asked": (f"/p/{much}/annotate", asked),
        "choice": (f"/p/{choice}/annotate", choosing),
        "walk": (f"/p/{walk}/annotate", nothing),
        "keys": (f"/p/{trace}/annotate", keys),
        "practice": (f"{at}/practice", nothing),
        "history": (f"{at}/history", nothing),
        "judgement": (f"{at}/history", past),
        "notes": (f"{at}/notes", nothing),
        "account": ("/account", nothing),
        "overview": (admin, nothing),
        **{tab: (f"{admin}/{tab}", nothing) for tab in tabs},
        "labels": (f"{admin}/settings", labels),
        "trace-page": (f"{at}/traces/{row['id']}", nothing),
        "choice-page": (f"{at}/choices/{candidates}", nothing),
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_pictures(
    site: Site,
    pages: dict[str, tuple[str, Callable[[Page], None]]],
    browser: Browser,
    base_url: str,
    width: int,
    scheme: str,
):
    size = {"width": width, "height": WIDTHS[width]}
    context = browser.new_context(base_url=base_url, viewport=size, color_scheme=scheme, locale="en-GB")
    page = context.new_page()
    tools = context.new_cdp_session(page)
    # What the pictures before this one left on the desk.
    site.sql("UPDATE labeling_assignment SET draft = NULL")
    FOLDER.mkdir(parents=True, exist_ok=True)

    def picture(name: str) -> None:
        made = tools.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
        (FOLDER / f"{name}-{width}-{scheme}.webp").write_bytes(base64.b64decode(made["data"]))

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
