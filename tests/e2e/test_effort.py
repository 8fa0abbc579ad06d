"""How many presses a judgement takes: counted by the page itself, from a task's first sight to the next one's."""

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import SignIn
from tests.e2e.desk import Desk
from tests.e2e.material import CHOICES, TRACES
from tests.site import Site

COUNT = """
    window.presses = { keys: 0, pointer: 0 };
    document.addEventListener("keydown", (event) => { if (!event.repeat) presses.keys += 1; }, true);
    document.addEventListener("pointerdown", () => { presses.pointer += 1; }, true);
"""
SQUARE, KITE = TRACES[:1], CHOICES[:1]

# (what is judged, the task, the project's mode, the keys). The README's table has the same numbers.
JUDGEMENTS = {
    "first error at step 1": (SQUARE, "first_error", ["x", "Enter"]),
    "first error at step 3": (SQUARE, "first_error", ["j", "j", "x", "Enter"]),
    "first error at step 2 with its type": (SQUARE, "first_error", ["j", "x", "1", "Enter"]),
    "no error": (SQUARE, "first_error", ["a", "Enter"]),
    "every one of 3 steps": (SQUARE, "every_step", ["1", "3", "1", "Enter"]),
    "every one of 3 steps, all good": (SQUARE, "every_step", ["a", "Enter"]),
    "the better candidate": (KITE, "first_error", ["1", "Enter"]),
    "a tie": (KITE, "first_error", ["0", "Enter"]),
    "a skip with its reason": (SQUARE, "first_error", ["s", "1", "Enter"]),
}


@pytest.mark.parametrize("name", JUDGEMENTS)
def test_presses(site: Site, sign_in: SignIn, page: Page, name: str):
    lines, mode, keys = JUDGEMENTS[name]
    slug = site.project(lines, mode=mode)
    sign_in(site.person(slug))
    desk = Desk(page, slug).open()
    page.evaluate(COUNT)
    desk.keys(*keys)
    desk.expect_finished()
    desk.expect_saved()
    assert page.evaluate("presses") == {"keys": len(keys), "pointer": 0}


def test_presses_by_pointer(site: Site, sign_in: SignIn, page: Page):
    """The same first error without a key: the step's own button, and the submit button."""
    slug = site.project(SQUARE)
    sign_in(site.person(slug))
    desk = Desk(page, slug).open()
    page.evaluate(COUNT)
    page.get_by_role("button", name="Step 3: first error").click()
    desk.submit_button.click()
    desk.expect_finished()
    assert page.evaluate("presses") == {"keys": 0, "pointer": 2}
