"""What is opened on the annotate page is seen, however small the window."""

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.desk import Desk
from tests.e2e.material import EVERYTHING_ASKED, TRACES
from tests.site import Site

TOO_SMALL = """() => [...document.querySelectorAll("button, a, input, textarea, summary, label:has(input)")]
    .filter((node) => node.checkVisibility() && !node.closest(".prose, .skip-link"))
    .filter((node) => node.type !== "radio")
    .map((node) => [node.outerHTML.slice(0, 100), node.getBoundingClientRect()])
    .filter(([, { width, height }]) => Math.min(width, height) < 44)"""


@pytest.mark.parametrize("size", [(1280, 720), (900, 700), (390, 844)], ids=str)
def test_a_text_field_opens_above_the_bar(desk: Desk, size: tuple[int, int]):
    page = desk.page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    while not page.locator("[data-command=first-error]").count():
        task = desk.problem
        desk.keys("0", "Enter")
        desk.wait_for_other_than(task)
    desk.keys("j", "x", "r")

    field = page.get_by_label("A better step 2")
    expect(field).to_be_focused()
    box, bar = field.bounding_box(), page.locator(".action-bar").bounding_box()
    assert box
    assert bar
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= bar["y"]


def test_ctrl_enter_skips_while_the_reason_is_written(desk: Desk):
    task = desk.problem
    desk.keys("s", "3")
    desk.type("I know the author.")
    desk.keys("ControlOrMeta+Enter")
    desk.wait_for_other_than(task)


def test_by_finger(site: Site, browser: Browser, base_url: str):
    """On a small phone: nothing to be hit is smaller than 44 pixels, and what has keys has buttons."""
    slug = site.project(TRACES[:1], label_schema=EVERYTHING_ASKED)
    name, password = site.person(slug)
    size = {"width": 360, "height": 640}
    with browser.new_context(base_url=base_url, viewport=size, has_touch=True, is_mobile=True, locale="en-GB") as phone:
        page = phone.new_page()
        page.goto(f"/sign-in?next=/p/{slug}/annotate")
        page.get_by_label("User name").fill(name)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").tap()
        desk = Desk(page, slug).ready()
        desk.places.nth(1).tap()
        page.locator(".action-bar [data-command=first-error]").tap()
        desk.expect_offer("First error: step 2")
        page.get_by_role("button", name="About the trace").tap()
        expect(page.get_by_role("button", name="Rigour: 0")).to_be_visible()
        assert page.evaluate(TOO_SMALL) == []
        menu = page.get_by_role("button", name="Menu", exact=True)
        menu.tap()
        assert page.evaluate(TOO_SMALL) == []
        page.get_by_role("link", name="Practice").scroll_into_view_if_needed()
        page.get_by_role("button", name="Find in the trace").tap()
        expect(page.get_by_label("Find in the trace")).to_be_focused()
