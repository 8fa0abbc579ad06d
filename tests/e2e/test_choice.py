"""Choices by keyboard beyond preferring one: ranks with ties, what differs, the folded prefix, a better step."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Seat
from tests.e2e.desk import Desk
from tests.site import Site

LINE: dict[str, Any] = {
    "id": "c-1",
    "problem": {"id": "p-1", "statement": "What is $7 \\cdot 8$, and why?"},
    "prefix": [f"This is step number {i}." for i in range(1, 8)],
    "candidates": [
        "It is $56$, since seven eights are fifty-six.",
        "It is $54$, since seven eights are fifty-four.",
        "It is $56$, since I know it.",
        "No idea 🙂.",
    ],
}


@pytest.fixture
def desk(site: Site, seat: Seat) -> Desk:
    slug = site.project([LINE])
    return seat(slug)


def look_at(desk: Desk, number: int) -> None:
    """Go to the candidate with this number, from 1, by the arrows."""
    for _ in range(3):
        desk.keys("ArrowLeft")
    for _ in range(number - 1):
        desk.keys("ArrowRight")
    expect(desk.places.nth(number - 1)).to_be_focused()


def test_candidates_are_ranked_with_ties_and_strength(site: Site, desk: Desk):
    best, wrong, known, none = (desk.candidate(text) for text in ("fifty-six", "fifty-four", "I know", "No idea"))
    desk.keys(str(best))
    look_at(desk, known)
    desk.keys("b")
    look_at(desk, wrong)
    desk.keys("b")
    look_at(desk, none)
    desk.keys("e", "w", "w")
    low = " = ".join(map(str, (wrong, none)))
    desk.expect_offer(f"{best} over {known} over {low} · clearly better")
    desk.keys("c")
    desk.type("As I see it.")
    desk.keys("Control+Enter")
    desk.expect_finished()
    desk.expect_saved()

    (row,) = site.export(desk.slug, "native")
    said = row["preferences"][0]
    assert (said["ranking"], said["strength"]) == ([[0], [2], [1, 3]], 2)
    # The order on this person's screen.
    assert [said["shown"][seen - 1] for seen in (best, wrong, known, none)] == [0, 1, 2, 3]


def test_what_differs_is_marked_and_told(desk: Desk):
    formulas = desk.page.locator(".candidate-text .math[data-differs]")
    expect(formulas).to_have_count(3)
    heard = desk.page.get_by_text("Differs in:", exact=False)
    expect(heard).to_have_count(4)
    expect(heard.locator("math")).to_have_count(3)  # as mathematics, not as its source
    expect(desk.page.locator(".candidate-place", has_text="$")).to_have_count(0)
    assert desk.page.evaluate("CSS.highlights.get('differs').size") > 10
    desk.keys("d")
    expect(formulas).to_have_count(0)
    desk.page.wait_for_function("!CSS.highlights.has('differs')")


def test_the_steps_so_far_fold(desk: Desk):
    first = desk.page.get_by_text("This is step number 1.")
    expect(desk.page.get_by_text("This is step number 7.")).to_be_visible()
    expect(first).to_have_count(0)
    desk.keys("o")
    expect(first).to_be_visible()
    desk.keys("o")
    expect(first).to_have_count(0)


def test_none_is_acceptable_and_a_better_one_is_written_with_a_preview(site: Site, desk: Desk):
    desk.keys("n", "r")
    desk.type("It is **56**.")
    expect(desk.page.locator(".writing-look strong")).to_have_text("56")
    desk.expect_offer("None acceptable · with a better step")
    desk.keys("Control+Enter")
    desk.expect_finished()
    desk.expect_saved()
    (row,) = site.export(desk.slug, "native")
    said = row["preferences"][0]
    assert (said["none_acceptable"], said["rewrite"]) == (True, "It is **56**.")


def test_candidates_stand_side_by_side_and_are_stacked_on_a_narrow_screen(desk: Desk):
    boxes = [desk.places.nth(i).bounding_box() or {} for i in range(2)]
    assert boxes[0]["y"] == boxes[1]["y"]
    assert boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"]
    desk.page.set_viewport_size({"width": 390, "height": 800})
    boxes = [desk.places.nth(i).bounding_box() or {} for i in range(4)]
    assert len({round(box["x"]) for box in boxes}) == 1
