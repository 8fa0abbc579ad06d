"""What steps consist of beside prose: each is shown as it is best read, and none of it can do harm."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import SignIn
from tests.e2e.desk import Desk
from tests.e2e.test_hostile import ATTACKS, ELSEWHERE, assert_harmless
from tests.site import Site

CALL = {"tool": "search", "arguments": {"query": "<b>bold</b>", "__proto__": {"a": 1}, "deep": [{"a": [1, 2]}]}}
DIFF = "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n-old <script>alert(1)</script>\n+new\n same"
STEPS: list[Any] = [
    {"text": "```python\nprint(1)\n```", "kind": "tool_call"},
    {"text": "search", "kind": "tool_call", "data": CALL},
    {"text": DIFF, "kind": "observation"},
    {"text": "theorem t : 1 = 1 := rfl", "kind": "formal"},
    {"text": "Look there.", "media": [{"type": "image", "url": f"{ELSEWHERE}/a.png", "alt": "a <i>map</i>"}]},
]
PROBLEM = {
    "statement": "Why?",
    "solution": "So.",
    "reference_steps": [{"text": "print(2)", "kind": "code"}],
    "reference_states": [{"n": "<u>3</u>"}],
    "material": [ATTACKS["image"]],
}
SCORES = {"lean": [None, None, None, {"value": 0, "reason": "unsolved <b>goals</b>"}, None]}


def _reads_well(page: Page) -> None:
    steps = page.get_by_role("listitem")
    expect(steps.filter(has_text="print(1)").first).not_to_contain_text("```")
    call = page.locator(".call").first
    expect(call).to_contain_text("search")
    expect(call).to_contain_text("<b>bold</b>")
    expect(call).to_contain_text("__proto__")
    expect(page.locator(".diff-line[data-tone=removed]")).to_contain_text("old <script>alert(1)</script>")
    expect(page.get_by_text(f"{ELSEWHERE}/a.png")).to_be_visible()
    for title in ("Reference solution", "Reference steps", "What is reached after each step", "Related: text 1"):
        page.get_by_text(title, exact=True).click()
    expect(page.get_by_text("<u>3</u>")).to_be_visible()
    assert_harmless(page)


def test_steps_and_problems_show_what_they_hold(site: Site, sign_in: SignIn, page: Page):
    line = {"id": "t", "problem": PROBLEM, "steps": STEPS, "scores": SCORES}
    project = site.project([line])
    sign_in(site.admin)
    desk = Desk(page, project).open()
    _reads_well(page)
    expect(desk.places.nth(3)).to_contain_text("lean rejects it unsolved <b>goals</b>")
    desk.keys("j", "x")
    desk.expect_offer("First error: step 2")
    desk.keys("Enter")
    desk.expect_finished()
    desk.expect_saved()
    page.goto(f"/p/{project}/history")
    page.locator("a.history-row").click()
    _reads_well(page)
    page.goto(f"/p/{project}/admin/traces")
    page.locator("main a[href*='/traces/']").first.click()
    _reads_well(page)


@pytest.mark.parametrize("kind", ["tool_call", "observation", "code", "formal"])
def test_no_kind_of_step_runs_what_it_shows(site: Site, sign_in: SignIn, page: Page, kind: str):
    names = ("script", "image", "svg", "frame", "styles", "links", "formula links", "table", "bidi", "one line")
    steps = [
        {"text": ATTACKS[name], "kind": kind, "data": {"name": name, "arguments": {name: ATTACKS[name]}}}
        for name in names
    ]
    project = site.project([{"problem": {"statement": "?"}, "steps": [*steps, "The last step."]}])
    sign_in(site.admin)
    desk = Desk(page, project).open()
    expect(desk.places).to_have_count(len(names) + 1)
    expect(desk.places.nth(0)).to_contain_text("<script>alert(1)</script>")
    desk.keys("j")
    expect(desk.places.nth(1)).to_be_focused()
    assert_harmless(page)
