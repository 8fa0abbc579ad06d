"""What is opened on the annotate page is seen, however small the window."""

import pytest
from playwright.sync_api import expect

from tests.e2e.desk import Desk


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
