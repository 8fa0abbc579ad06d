"""Tasks beyond the usual ones, by keyboard: every step rated, more than two candidates, steps that are only shown."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Seat
from tests.e2e.desk import Desk
from tests.site import Site

AGENT: dict[str, Any] = {
    "id": "agent-1",
    "problem": {"id": "lookup", "statement": "Is the file there?"},
    "steps": [
        {"text": "I list the folder.", "kind": "thought"},
        {"text": "ls -l", "kind": "tool_call"},
        {"text": "total 0", "kind": "observation"},
        {"text": "The folder is empty, so **no**.", "kind": "thought"},
    ],
}
THREE: dict[str, Any] = {
    "id": "three-1",
    "problem": {"id": "three", "statement": "What is $7 \\cdot 8$?"},
    "prefix": [],
    "candidates": ["It is fifty-six.", "It is 7 times 8, that is fifty-six.", "It is fifty-four."],
}


@pytest.fixture
def at_desk(site: Site, seat: Seat) -> Any:
    """A function that puts a new annotator at the desk of a project with these lines and settings."""

    def sit_down(line: dict[str, Any], **settings: Any) -> Desk:
        slug = site.project([line], **settings)
        return seat(slug)

    return sit_down


def handed_in(site: Site, desk: Desk, key: str) -> list[dict[str, Any]]:
    """What the export holds once the only task is done, without who said it."""
    desk.expect_finished()
    desk.expect_saved()
    (row,) = site.export(desk.slug, "native")
    return [{name: value for name, value in said.items() if name != "source"} for said in row[key]]


def test_every_step_is_rated(site: Site, at_desk: Any):
    desk = at_desk(AGENT, mode="every_step")
    desk.keys("1", "2")
    # What the agent saw is shown, but nobody rates it: the focus has passed over it.
    expect(desk.places.nth(3)).to_be_focused()
    desk.expect_offer("Not rated yet: step 4")
    desk.keys("Enter")
    expect(desk.places.nth(3)).to_be_focused()
    desk.keys("3", "c")
    desk.type("It never said which file.")
    desk.expect_offer("1 good, 1 neutral, 1 bad · comment")
    desk.keys("Control+Enter")
    assert handed_in(site, desk, "labels") == [{"values": [1, 0, None, -1], "comment": "It never said which file."}]


def test_an_observation_is_no_error(site: Site, at_desk: Any):
    desk = at_desk(AGENT)
    desk.keys("j", "j")
    expect(desk.places.nth(2)).to_be_focused()
    desk.keys("x")
    expect(desk.page.get_by_role("status").filter(has_text="is shown, not judged")).to_be_visible()
    desk.keys("j", "x")
    desk.page.get_by_role("radio", name="certain").press("Space")
    desk.expect_offer("First error: step 4 · certain")
    desk.keys("u")
    desk.expect_offer("First error: step 4 · unsure")
    desk.keys("Enter")
    assert handed_in(site, desk, "labels") == [{"first_error": 3, "confidence": 2}]


def test_two_of_three_are_best(site: Site, at_desk: Any):
    desk = at_desk(THREE)
    desk.keys(str(desk.candidate("7 times 8")))
    other = desk.candidate("It is fifty-six.") - 1
    for _ in range(3):
        desk.keys("ArrowLeft")
    for _ in range(other):
        desk.keys("ArrowRight")
    expect(desk.places.nth(other)).to_be_focused()
    desk.keys("t")
    desk.expect_offer(" over ")
    desk.keys("Enter")
    (said,) = handed_in(site, desk, "preferences")
    assert [sorted(group) for group in said["ranking"]] == [[0, 1], [2]]


def test_single_keys_can_be_switched_off(site: Site, at_desk: Any):
    desk = at_desk(AGENT)
    desk.keys("?")
    desk.page.get_by_role("checkbox", name="Single letters and digits are keys").press("Space")
    desk.keys("Escape")
    expect(desk.page.get_by_role("dialog")).to_have_count(0)
    desk.keys("x", "a", "j")
    desk.expect_offer("Mark the first wrong step")
    expect(desk.places.nth(0)).to_be_focused()
    desk.keys("ArrowDown")
    expect(desk.places.nth(1)).to_be_focused()
    desk.page.get_by_role("button", name="No error", exact=True).press("Space")
    desk.expect_offer("No error in 3 steps")
