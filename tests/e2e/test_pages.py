"""Every kind of page: accessible in light, dark and high contrast, from a small phone to a wide screen and at twice the
size, and light enough to load.
"""

import gzip
from itertools import pairwise

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from annotate.local.runtime import REPOSITORY
from tests.e2e.conftest import Complaints, SignIn
from tests.e2e.desk import Desk
from tests.e2e.material import CHOICES, TRACES
from tests.site import Site

# A small phone; a laptop at 200 %; a wide screen.
SIZES = [{"width": 360, "height": 740}, {"width": 640, "height": 400}, {"width": 2560, "height": 1440}]
# Everything once (targets of 24 pixels, from WCAG 2.2, are off by default in axe), then what differs by scheme.
# High contrast promises 7:1.
EVERYTHING = {"rules": {"target-size": {"enabled": True}}}
COLOURS = {"runOnly": ["color-contrast"]}
HIGH = {"runOnly": ["color-contrast-enhanced"]}
SCHEMES = [
    ("light", "no-preference", EVERYTHING),
    ("dark", "no-preference", COLOURS),
    ("light", "more", HIGH),
    ("dark", "more", HIGH),
]

KILOBYTES = 200


@pytest.fixture(scope="module")
def admin_project(site: Site) -> str:
    """One with everything that a page can show: people, judgements, labels, a snapshot, guidelines."""
    labelled = {**TRACES[0], "id": "labelled", "labels": [{"source": "teacher", "first_error": 1}]}
    slug = site.project(
        [*TRACES, *CHOICES, labelled],
        name="Areas and volumes",
        description="Find the first wrong step.",
        guidelines="## What counts\n\n1. A step is wrong if $a \\ne b$.\n\n| sign | means |\n| - | - |\n| x | wrong |",
        annotations_per_task=2,
    )
    site.person(slug, "reviewer")
    claim = site.post(f"projects/{slug}/tasks/next/", {})
    said = {"none_acceptable": True} if claim["kind"] == "choice" else {"first_error": 1}
    site.post(f"assignments/{claim['assignment']}/submit/", said)
    site.post(f"projects/{slug}/exports/", {"format": "native"})
    return slug


def nothing(desk: Desk) -> None:
    pass


def first_error_with_texts(desk: Desk) -> None:
    desk.keys("j", "x", "1", "c")
    desk.type("A comment with $x^2$")
    desk.keys("Escape", "r")
    expect(desk.page.locator(".writing math").first).to_be_visible()


def help_dialog(desk: Desk) -> None:
    desk.keys("?")
    expect(desk.page.get_by_role("dialog")).to_be_visible()


def skip_dialog(desk: Desk) -> None:
    desk.keys("s")
    expect(desk.page.get_by_role("dialog")).to_be_visible()


def submitted(desk: Desk) -> None:
    """With the toast that offers to undo it, and nothing left behind it."""
    desk.keys("a" if desk.page.locator("[data-command=no-error]").count() else "0", "Enter")
    desk.expect_finished()
    desk.expect_saved()


def keys_changed(desk: Desk) -> None:
    help_dialog(desk)
    desk.page.get_by_role("button", name="Change keys").click()


def flag_dialog(desk: Desk) -> None:
    desk.keys("f")
    expect(desk.page.get_by_role("dialog")).to_be_visible()


def more_menu(desk: Desk) -> None:
    desk.page.get_by_role("button", name="Menu", exact=True).click()
    expect(desk.page.get_by_role("link", name="My history")).to_be_visible()


DESKS = {
    "trace": (TRACES[:1], nothing),
    "trace being judged": (TRACES[:1], first_error_with_texts),
    "choice": (CHOICES[:1], nothing),
    "keys": (TRACES[:1], help_dialog),
    "skip": (CHOICES[:1], skip_dialog),
    "changing keys": (TRACES[:1], keys_changed),
    "flag": (TRACES[:1], flag_dialog),
    "menu": (TRACES[:1], more_menu),
    "nothing left": (TRACES[1:2], submitted),
}


@pytest.mark.parametrize("name", DESKS)
def test_the_desk(site: Site, sign_in: SignIn, page: Page, name: str):
    lines, act = DESKS[name]
    slug = site.project(lines, guidelines="Read $f(x)$ twice.")
    sign_in(site.person(slug))
    desk = Desk(page, slug).open()
    act(desk)
    assert_good(page)


ADMIN_PAGES = {
    "": "What was said",
    "/import": "Import traces from a file",
    "/queue": "Queue",
    "/members": "Members",
    "/export": "Snapshots",
    "/settings": "Guidelines",
}


@pytest.mark.parametrize("tab", ADMIN_PAGES)
def test_admin_pages(site: Site, admin_project: str, sign_in: SignIn, page: Page, tab: str):
    sign_in(site.admin)
    page.goto(f"/p/{admin_project}/admin{tab}")
    expect(page.get_by_role("heading", name=ADMIN_PAGES[tab], exact=True)).to_be_visible()
    assert_good(page)


def test_history_and_notes(site: Site, sign_in: SignIn, page: Page):
    slug = site.project(TRACES[:1])
    person = site.person(slug)
    sign_in(person)
    desk = Desk(page, slug).open()
    desk.keys("q")
    page.keyboard.insert_text("Do units count?")
    desk.keys("Control+Enter")
    expect(page.get_by_text("Asked.")).to_be_visible()
    desk.keys("j", "x", "1", "Enter")
    desk.expect_finished()
    desk.expect_saved()
    page.goto(f"/p/{slug}/notes")
    page.locator("summary").click()
    expect(page.locator(".thread-message")).to_be_visible()
    assert_good(page)
    page.goto(f"/p/{slug}/history")
    expect(page.get_by_role("link", name="First error")).to_be_visible()
    assert_good(page)
    page.get_by_role("link", name="First error").click()
    expect(page.get_by_role("button", name="Revise")).to_be_visible()
    assert_good(page)


def test_the_practice_page(site: Site, sign_in: SignIn, page: Page):
    slug = site.project(TRACES[:1])
    sign_in(site.person(slug))
    page.goto(f"/p/{slug}/practice")
    desk = Desk(page, slug).ready()
    assert_good(page)
    desk.keys("x", "Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert_good(page)


PAGES = {"/": "My projects", "/account": "Account", "/p/{}": "Areas and volumes", "/nowhere/at/all": "Nothing here"}


@pytest.mark.parametrize("address", PAGES)
def test_other_pages(site: Site, admin_project: str, sign_in: SignIn, page: Page, address: str):
    sign_in(site.admin)
    page.goto(address.format(admin_project))
    expect(page.get_by_role("heading", name=PAGES[address], exact=True)).to_be_visible()
    assert_good(page)


def test_signing_in(page: Page, complaints: Complaints):
    complaints.allow("status of 400")
    page.goto("/")
    page.get_by_label("User name").fill("somebody")
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("wrong")
    assert_good(page)


SETTLED = """async () => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const moving = document.getAnimations().filter((one) => one instanceof CSSTransition);
    await Promise.allSettled(moving.map((one) => one.finished));
}"""


HEADINGS = """() => [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
    .filter((node) => node.checkVisibility() && !node.closest(".prose"))
    .map((node) => Number(node.tagName[1]))"""


def assert_good(page: Page) -> None:
    expect(page.locator(".spinner")).to_have_count(0)
    found = []
    for scheme, contrast, options in SCHEMES:
        page.emulate_media(color_scheme=scheme, contrast=contrast, reduced_motion="reduce")
        page.evaluate(SETTLED)
        for violation in Axe().run(page, options=options).response["violations"]:
            nodes = "; ".join(f"{node['html'][:160]} ({node['failureSummary']})" for node in violation["nodes"][:4])
            found.append(f"{scheme}, {contrast}: {violation['id']}: {nodes}")
    levels = page.evaluate(HEADINGS)
    assert levels.count(1) == 1, levels
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels
    too_wide = {}
    for size in SIZES:
        page.set_viewport_size(size)
        page.evaluate(SETTLED)
        wide = page.evaluate(
            """() => document.documentElement.scrollWidth > innerWidth
                ? [...document.querySelectorAll("body *")]
                    .filter((node) => node.getBoundingClientRect().right > innerWidth + 1)
                    .map((node) => node.outerHTML.slice(0, 120)).slice(0, 5)
                : []"""
        )
        if wide:
            too_wide[size["width"]] = wide
    assert (found, too_wide) == ([], {})


def test_the_annotate_page_is_light(site: Site, sign_in: SignIn, page: Page):
    """All that it loads to show, judge and hand in a task, as it goes over the wire when it is compressed."""
    loaded = set()
    page.on("response", lambda response: loaded.add(response.url.partition("/static/")[2]))
    slug = site.project([*TRACES, *CHOICES])
    sign_in(site.person(slug))
    desk = Desk(page, slug).open()
    expect(page.locator("#main math").first).to_be_visible()
    desk.keys("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    sizes = {
        name: len(gzip.compress((REPOSITORY / "frontend" / "dist" / name).read_bytes(), 9))
        for name in loaded
        if name.endswith((".js", ".css"))
    }
    assert any("katex" in name for name in sizes)
    assert sum(sizes.values()) <= KILOBYTES * 1000, sizes
