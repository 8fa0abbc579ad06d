"""Every kind of page: accessible in light, dark and high contrast, from a small phone to a wide screen and at twice the
size, and light enough to load.
"""

import gzip
import json
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Page, expect

from annotate.local.runtime import REPOSITORY
from tests.e2e.conftest import Complaints, SignIn
from tests.e2e.desk import Desk
from tests.e2e.material import CHOICES, EVERYTHING_ASKED, TRACES
from tests.site import Site

# A small phone; a laptop at 200 %; a wide screen.
SIZES = [{"width": 360, "height": 740}, {"width": 640, "height": 400}, {"width": 2560, "height": 1440}]
USUAL = {"width": 1280, "height": 800}
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
AXE = next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")).read_text()
KILOBYTES = 200

# What scrolls behind a bar that stands still is not too small: the bars scroll along meanwhile.
FAULTS = """async ([part, options]) => {
    const bars = document.querySelectorAll(".action-bar, .desk-bar, .problem");
    for (const bar of bars) bar.style.position = "static";
    const { violations } = await axe.run(part, { ...options, resultTypes: ["violations"] });
    for (const bar of bars) bar.style.position = "";
    return violations.map(({ id, nodes }) => id + ": " +
        nodes.slice(0, 4).map((n) => `${n.html.slice(0, 160)} (${n.failureSummary})`).join("; "));
}"""
# Not for ever: a busy browser may draw no frame for a while, or never end what it began to move.
SETTLED = """async () => {
    const settled = async () => {
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        const moving = document.getAnimations().filter((one) => one instanceof CSSTransition);
        await Promise.allSettled(moving.map((one) => one.finished));
    };
    await Promise.race([settled(), new Promise((done) => setTimeout(done, 5_000))]);
}"""
HEADINGS = """() => [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
    .filter((node) => node.checkVisibility() && !node.closest(".prose"))
    .map((node) => Number(node.tagName[1]))"""
TOO_WIDE = """() => document.documentElement.scrollWidth > innerWidth
    ? [...document.querySelectorAll("body *")]
        .filter((node) => node.getBoundingClientRect().right > innerWidth + 1)
        .map((node) => node.outerHTML.slice(0, 120)).slice(0, 5)
    : []"""

Look = Callable[..., None]
DIALOG = "dialog[open]"


@pytest.fixture
def look(page: Page) -> Iterator[Look]:
    """A function that looks at the page as it stands, by the name that a complaint is to have. One page is looked at
    in many states: starting a browser's page is what costs. What was found is told at the end, all of it.
    """
    found: list[str] = []

    def at(state: str, part: str = "html") -> None:
        found.extend(f"{state}, {fault}" for fault in faults(page, part))

    yield at
    assert found == []


def faults(page: Page, part: str) -> Iterator[str]:
    expect(page.locator(".spinner")).to_have_count(0)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    for scheme, contrast, options in SCHEMES:
        page.emulate_media(color_scheme=scheme, contrast=contrast, reduced_motion="reduce")
        page.evaluate(SETTLED)
        found = page.evaluate(FAULTS, [part, options])
        if found:  # perhaps the page was just passing from one scheme to the other: what stays is a fault
            page.wait_for_timeout(1_000)
            found = page.evaluate(FAULTS, [part, options])
        yield from (f"{scheme}, {contrast}: {fault}" for fault in found)
    levels = page.evaluate(HEADINGS)
    if levels.count(1) != 1 or any(after > before + 1 for before, after in pairwise(levels)):
        yield f"headings: {levels}"
    for size in SIZES:
        page.set_viewport_size(size)
        page.evaluate(SETTLED)
        if wide := page.evaluate(TOO_WIDE):
            yield f"wider than {size['width']}: {wide}"
    page.set_viewport_size(USUAL)


def well_used_project(site: Site) -> str:
    """One with everything that a page can show: people, judgements, labels, a snapshot, guidelines, questions."""
    labelled = {**TRACES[0], "id": "labelled", "labels": [{"source": "teacher", "first_error": 1}]}
    said = {"source": "teacher", "ranking": [[0]], "strength": 2, "comment": "Adding them has no meaning."}
    preferred = {**CHOICES[0], "preferences": [said]}
    slug = site.project(
        [*TRACES, preferred, *CHOICES[1:], labelled],
        name="Areas and volumes",
        description="Find the first wrong step.",
        guidelines="## What counts\n\n1. A step is wrong if $a \\ne b$.\n\n| sign | means |\n| - | - |\n| x | wrong |",
        annotations_per_task=2,
        label_schema=EVERYTHING_ASKED,
    )
    site.person(slug, "reviewer")
    claim = site.post(f"projects/{slug}/tasks/next/", {})
    answer: dict[str, Any] = {"none_acceptable": True} if claim["kind"] == "choice" else {"first_error": 1}
    site.post(f"assignments/{claim['assignment']}/submit/", answer)
    site.post(f"projects/{slug}/exports/", {"format": "native"})
    return slug


@pytest.fixture(scope="module")
def admin_project(site: Site) -> str:
    return well_used_project(site)


def test_the_desk_with_a_trace(site: Site, sign_in: SignIn, page: Page, look: Look):
    premised = {**TRACES[0], "steps": [*TRACES[0]["steps"][:2], {"text": "So $6$.", "premises": [1]}]}
    slug = site.project([premised], guidelines="Read $f(x)$ twice.", label_schema=EVERYTHING_ASKED)
    sign_in(site.person(slug))
    desk = Desk(page, slug).open()
    desk.keys("j", "x", "1", "c")
    desk.type("A comment with $x^2$")
    desk.keys("Escape", "t", "Space")
    expect(page.get_by_role("button", name="Guess")).to_have_attribute("aria-pressed", "true")
    desk.keys("Escape", "m", "2")
    expect(page.locator(".marked")).to_be_visible()
    desk.keys("p")
    expect(page.get_by_label("Step 2 rests on steps")).to_be_focused()
    page.keyboard.type("1")
    look("judging, with premises")
    desk.keys("Enter", "r")
    expect(page.locator(".writing math").first).to_be_visible()
    look("writing a better step")
    desk.keys("Escape", "m")
    bar = page.get_by_role("toolbar", name="Mark the selected text")
    expect(bar).to_be_visible()
    look("marking", ".mark-bar")
    shown, actions = bar.bounding_box(), page.locator(".action-bar").bounding_box()
    assert shown
    assert actions
    assert shown["y"] + shown["height"] <= actions["y"]
    desk.keys("Escape", "/")
    expect(page.get_by_label("Find in the trace")).to_be_focused()
    look("finding", ".find-bar")
    desk.keys("Escape", "f")
    expect(page.get_by_role("dialog")).to_be_visible()
    look("flag", DIALOG)
    desk.keys("Escape", "?")
    expect(page.get_by_role("dialog")).to_be_visible()
    look("keys", DIALOG)
    page.get_by_role("button", name="Change keys").click()
    look("changing keys", DIALOG)
    desk.keys("Escape")
    page.get_by_role("button", name="Menu", exact=True).click()
    expect(page.get_by_role("link", name="My history")).to_be_visible()
    look("menu", ".desk-bar")


def test_the_desk_with_a_choice_and_with_nothing_left(site: Site, sign_in: SignIn, page: Page, look: Look):
    slug = site.project(CHOICES[:1])
    sign_in(site.person(slug))
    desk = Desk(page, slug).open()
    look("a choice")
    desk.keys("s")
    expect(page.get_by_role("dialog")).to_be_visible()
    look("skip", DIALOG)
    desk.keys("Escape", "0", "Enter")
    desk.expect_finished()
    desk.expect_saved()
    look("nothing left")


ADMIN_PAGES = {
    "": "What was said",
    "/import": "Import traces from a file",
    "/traces": "Traces",
    "/queue": "Queue",
    "/scorers": "Scorers",
    "/evaluation": "Evaluation",
    "/agreement": "Agreement",
    "/members": "Members",
    "/export": "Snapshots",
    "/settings": "Guidelines",
    "/audit": "Audit log",
}


def test_admin_pages(site: Site, admin_project: str, sign_in: SignIn, page: Page, look: Look):
    sign_in(site.admin)
    for tab, heading in ADMIN_PAGES.items():
        page.goto(f"/p/{admin_project}/admin{tab}")
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
        look(tab or "overview")


def test_history_and_notes(site: Site, sign_in: SignIn, page: Page, look: Look):
    slug = site.project(TRACES[:1])
    sign_in(site.person(slug))
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
    look("notes")
    page.goto(f"/p/{slug}/history")
    expect(page.get_by_role("link", name="First error")).to_be_visible()
    look("history")
    page.get_by_role("link", name="First error").click()
    expect(page.get_by_role("button", name="Revise")).to_be_visible()
    look("a judgement")
    page.get_by_role("button", name="Revise").click()
    desk.ready()
    look("revising", "#main")


def test_the_practice_page(site: Site, sign_in: SignIn, page: Page, look: Look):
    slug = site.project([])
    sign_in(site.person(slug))
    page.goto(f"/p/{slug}/practice")
    desk = Desk(page, slug).ready()
    look("practice")
    desk.keys("x", "Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    look("practice, judged", DIALOG)


def test_other_pages(site: Site, admin_project: str, sign_in: SignIn, page: Page, complaints: Complaints, look: Look):
    complaints.allow("status of 400")
    page.goto("/")
    page.get_by_label("User name").fill("somebody")
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("wrong")
    look("signing in")
    sign_in(site.admin)
    trace = site.get(f"projects/{admin_project}/traces/?limit=1")["results"][0]["id"]
    pages = {
        "/": "My projects",
        "/account": "Account",
        f"/p/{admin_project}": "Areas and volumes",
        "/nowhere/at/all": "Nothing here",
    }
    for address, heading in pages.items():
        page.goto(address)
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
        look(address)
    choice = site.get(f"projects/{admin_project}/choices/?limit=1")["results"][0]["id"]
    for kind, key in (("trace", trace), ("choice", choice)):
        page.goto(f"/p/{admin_project}/{kind}s/{key}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        look(f"a {kind}'s page")


def test_the_annotate_page_is_light(site: Site, sign_in: SignIn, page: Page):
    """All that it loads to show, judge and hand in a task, as it goes over the wire when it is compressed."""
    loaded = set()
    page.on("response", lambda response: loaded.add(response.url.partition("/static/")[2]))
    slug = site.project([*TRACES, *CHOICES], label_schema=EVERYTHING_ASKED)
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
    assert sum(sizes.values()) <= KILOBYTES * 1000, json.dumps(sizes)
