"""Walks by keyboard: every alternative at each depth is rated, one is gone on with, until there is an end."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Seat
from tests.e2e.desk import Desk
from tests.site import Site

PROBLEM = {"id": "walk-1", "statement": "What is $2 + 2 \\cdot 2$?", "answer": "6"}
LINES: list[dict[str, Any]] = [
    {"id": "t-1", "problem": PROBLEM, "steps": ["First I multiply.", "So it is $2 + 4 = 6$."]},
    {"id": "t-2", "problem": PROBLEM, "steps": ["First I add.", "So it is $4 \\cdot 2 = 8$."]},
    {"id": "t-3", "problem": PROBLEM, "steps": ["First I multiply.", "So it is $5$."]},
]


@pytest.fixture
def desk(site: Site, seat: Seat) -> Desk:
    slug = site.project(LINES)
    site.post(f"projects/{slug}/tasks/retire/", {"query": ""})
    assert site.post(f"projects/{slug}/tasks/", {"kind": "walk", "query": "id:t-1"})["made"] == 1
    return seat(slug)


def rate(desk: Desk, **ratings: str) -> None:
    """By a text in each, in the order in which they are shown."""
    count = desk.page.locator(".candidate").count()
    for i in range(count):
        text = desk.places.nth(i).text_content() or ""
        key = next(key for part, key in ratings.items() if part.replace("_", " ") in text)
        expect(desk.places.nth(i)).to_be_focused()
        desk.keys(key)


def go_on(desk: Desk, text: str) -> None:
    number = desk.candidate(text)
    for _ in range(3):
        desk.keys("k")
    for _ in range(number - 1):
        desk.keys("j")
    desk.keys("g")


def walked(site: Site, desk: Desk) -> Any:
    desk.expect_finished()
    desk.expect_saved()
    (row,) = site.export(desk.slug, "prm800k")
    return row["label"]


def test_the_keys_of_a_walk_are_listed_and_can_be_changed(desk: Desk):
    page = desk.page
    desk.keys("?")
    expect(page.get_by_role("dialog").get_by_text("Go on with this one")).to_be_visible()
    page.get_by_role("button", name="Change keys").press("Enter")
    page.locator("[data-key-of=go-on]").press("Enter")
    desk.keys("y")
    expect(page.get_by_text("“Go on with this one” is now on y.")).to_be_visible()
    desk.keys("Escape", "y")
    expect(page.get_by_text("Alternative 1 is not rated yet.").first).to_be_visible()


def test_a_walk_to_its_solution(site: Site, desk: Desk):
    desk.keys("g")
    expect(desk.page.get_by_text("Alternative 1 is not rated yet.").first).to_be_visible()
    rate(desk, multiply="1", add="3")
    go_on(desk, "multiply")
    expect(desk.page.get_by_role("heading", name="Step 2")).to_be_visible()
    rate(desk, **{"= 6": "1", "5": "3"})
    go_on(desk, "= 6")
    expect(desk.page.get_by_text("Nothing follows here")).to_be_visible()
    desk.keys("d")
    desk.expect_offer("Solved, 2 steps")
    desk.keys("Enter")

    label = walked(site, desk)
    assert label["finish_reason"] == "solution"
    first = label["steps"][0]
    assert first["completions"][first["chosen_completion"]]["text"] == "First I multiply."
    assert sorted(c["rating"] for c in first["completions"]) == [-1, 1]


def test_one_goes_back_writes_ones_own_and_a_reload_loses_nothing(site: Site, desk: Desk):
    rate(desk, multiply="2", add="3")
    go_on(desk, "multiply")
    desk.keys("b")
    expect(desk.page.get_by_role("heading", name="Step 1")).to_be_visible()
    desk.keys("r")
    desk.type("Products come **first**.")
    desk.keys("Escape")
    expect(desk.page.get_by_role("region", name="Your own step 1")).to_be_focused()
    desk.keys("g")
    expect(desk.page.get_by_role("heading", name="Step 2")).to_be_visible()
    desk.expect_saved()

    desk.page.reload()
    desk.ready()
    expect(desk.page.get_by_text("Products come first.")).to_be_visible()
    desk.keys("z")  # nothing is left to undo after a reload, and nothing is lost
    desk.keys("d")
    desk.expect_offer("Solved, 1 step")
    desk.keys("Enter")
    label = walked(site, desk)
    assert label["steps"][0]["human_completion"]["text"] == "Products come **first**."
    assert label["steps"][0]["chosen_completion"] is None


@pytest.mark.parametrize(
    ("keys", "offer", "reason"),
    [
        (["n"], "Stuck: nothing acceptable, 1 step", "found_error"),
        (["p"], "The problem is bad, 0 steps", "bad_problem"),
    ],
)
def test_a_walk_ends_otherwise(site: Site, desk: Desk, keys: list[str], offer: str, reason: str):
    desk.keys(*keys)
    desk.expect_offer(offer)
    desk.keys("Enter")
    assert walked(site, desk)["finish_reason"] == reason


def test_giving_up_needs_a_reason_and_a_submit_is_undone(site: Site, desk: Desk):
    desk.keys("x")
    desk.expect_offer("Say why you give up")
    desk.type("I don't know this.")
    desk.keys("Control+Enter")
    desk.expect_finished()
    desk.keys("z")
    expect(desk.page.get_by_role("textbox", name="Why it is not to be finished")).to_have_value("I don't know this.")
    desk.expect_offer("Given up")
    desk.keys("Control+Enter")
    assert walked(site, desk)["finish_reason"] == "give_up"
