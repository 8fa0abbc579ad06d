"""The whole main job in the browser: sign in, judge every task of a project, and what the exports say then."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.desk import Desk
from tests.e2e.material import CHOICES, TRACES
from tests.site import Site

COMMENT = "Three squared is nine."
BETTER_STEP = "That is $3^2 = 9$."
BETTER_CANDIDATE = r"So the surface is $6 \cdot 4 = 24$."


def test_by_keyboard_alone(site: Site, project: str, page: Page):
    name, password = site.person(project)
    site.patch(f"projects/{project}/", {"name": "Geometry by hand"})
    desk = Desk(page, project, name)

    page.goto("/")
    expect(page.get_by_label("User name")).to_be_focused()
    page.keyboard.insert_text(name)
    desk.keys("Tab")
    page.keyboard.insert_text(password)
    desk.keys("Enter")
    tab_to(page, "Geometry by hand")
    desk.keys("Enter")
    expect(page.get_by_role("link", name="Start")).to_be_visible()
    desk.keys("Enter")
    desk.ready()

    judge = {
        "square": first_error_with_all_there_is_to_say,
        "ring": wrong_at_first_then_undone,
        "box": half_done_then_reloaded_and_skipped,
        "kite": preferred,
        "square again": tie,
        "cube": none_acceptable_and_a_better_one,
    }
    seen = []
    while len(seen) < len(judge):
        task = desk.problem
        assert task not in seen
        seen.append(task)
        judge[task](desk)
        desk.wait_for_other_than(task)
    desk.expect_finished()
    desk.expect_saved()
    assert sorted(seen) == sorted(judge)

    assert_exports(site, project, name)


def tab_to(page: Page, name: str) -> None:
    expect(page.get_by_role("link", name=name)).to_be_visible()
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == name:
            return
    raise AssertionError(f"Tab never came to {name}")


def first_error_with_all_there_is_to_say(desk: Desk) -> None:
    expect(desk.places.nth(0)).to_be_focused()
    desk.keys("j", "j", "k")
    expect(desk.places.nth(1)).to_be_focused()
    desk.keys("x", "1")
    desk.expect_offer("First error: step 2 · calculation")
    desk.keys("c")
    desk.type(COMMENT)
    desk.keys("Escape", "r")
    expect(desk.page.get_by_label("A better step 2")).to_have_value(TRACES[0]["steps"][1])
    desk.page.keyboard.insert_text(BETTER_STEP)  # what is there is selected: typing replaces it
    expect(desk.page.locator(".writing math").first).to_be_visible()
    desk.expect_offer("First error: step 2 · calculation · rewritten · comment")
    desk.keys("Control+Enter")


def wrong_at_first_then_undone(desk: Desk) -> None:
    desk.keys("j", "x", "Enter")
    desk.wait_for_other_than("ring")
    desk.keys("z")
    desk.expect_problem("ring")
    desk.expect_offer("First error: step 2")
    desk.keys("a")
    desk.expect_offer("No error in 2 steps")
    desk.keys("Enter")


def half_done_then_reloaded_and_skipped(desk: Desk) -> None:
    desk.keys("j", "j", "x", "c")
    desk.type("not sure about this one")
    desk.expect_saved()
    desk.page.reload()
    desk.ready()
    desk.expect_problem("box")
    desk.expect_offer("First error: step 3 · comment")
    expect(desk.page.get_by_text("not sure about this one")).to_be_visible()
    expect(desk.places.nth(2)).to_be_focused()
    desk.keys("s")
    dialog = desk.page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    desk.keys("3")
    expect(dialog.get_by_role("textbox", name="Comment")).to_be_focused()
    desk.page.keyboard.insert_text("I never learnt to code.")
    desk.keys("Tab", "Tab", "Enter")


def preferred(desk: Desk) -> None:
    desk.keys(str(desk.candidate("Half the product")), "w", "w")
    desk.expect_offer(re.compile(r"Prefer candidate [12] · clearly better"))
    desk.keys("Enter")


def tie(desk: Desk) -> None:
    desk.keys("ArrowRight", "0")
    desk.expect_offer("Tie: 1 = 2")
    desk.keys("Enter")


def none_acceptable_and_a_better_one(desk: Desk) -> None:
    desk.keys("n", "r")
    # Every one of these keys would be a command outside of the field.
    desk.page.keyboard.type(BETTER_CANDIDATE)
    desk.expect_offer("None acceptable · with a better step")
    desk.keys("Control+Enter")


def assert_exports(site: Site, project: str, name: str) -> None:
    """That all formats hold what was said in the functions above, and nothing else."""
    who = f"person:{name}"
    square, ring, _ = TRACES
    kite, _, cube = CHOICES

    native = {row["id"]: row for row in site.export(project, "native")}
    assert {key: row.get("labels") for key, row in native.items() if "steps" in row} == {
        "square-1": [
            {
                "source": who,
                "first_error": 1,
                "error_types": ["calculation"],
                "comment": COMMENT,
                "rewrite": BETTER_STEP,
            }
        ],
        "ring-1": [{"source": who, "first_error": None}],
        "box-1": None,
    }
    for row in native.values():
        for one in row.get("preferences", []):
            assert sorted(one.pop("shown")) == [0, 1]  # in an order of one's own
    assert {key: row.get("preferences") for key, row in native.items() if "candidates" in row} == {
        "kite-1": [{"source": who, "ranking": [[0], [1]], "strength": 2}],
        "square-2": [{"source": who, "ranking": [[0, 1]]}],
        "cube-1": [{"source": who, "none_acceptable": True, "rewrite": BETTER_CANDIDATE}],
    }

    assert sorted((row["id"], row["label"]) for row in site.export(project, "processbench")) == [
        ("ring-1", -1),
        ("square-1", 1),
    ]

    records = {row["question"]["problem"]: row["label"] for row in site.export(project, "prm800k")}
    assert records.keys() == {square["problem"]["statement"], ring["problem"]["statement"]}
    label = records[square["problem"]["statement"]]
    assert label["finish_reason"] == "found_error"
    assert [step["completions"][0]["rating"] for step in label["steps"]] == [1, -1]
    assert label["steps"][1]["human_completion"]["text"] == BETTER_STEP
    label = records[ring["problem"]["statement"]]
    assert label["finish_reason"] == "solution"
    assert [step["completions"][0]["rating"] for step in label["steps"]] == [1, 1]
    assert all(label["total_time"] > 0 for label in records.values())

    rows = site.export(project, "trl-stepwise")
    assert sorted((row["completions"], row["labels"]) for row in rows) == sorted(
        [(square["steps"][:2], [True, False]), (ring["steps"], [True, True])]
    )

    pairs = {(row["chosen"].strip(), row["rejected"].strip()) for row in site.export(project, "step-dpo")}
    assert pairs == {
        (BETTER_STEP, square["steps"][1]),
        (kite["candidates"][0], kite["candidates"][1]),
        (BETTER_CANDIDATE, cube["candidates"][0]),
        (BETTER_CANDIDATE, cube["candidates"][1]),
    }

    said = site.sql(
        "SELECT skip_reason, skip_comment FROM labeling_assignment a JOIN accounts_user u ON u.id = annotator_id"
        " WHERE u.username = %s AND state = 'skipped'",
        name,
    )
    assert said == [("other", "I never learnt to code.")]


def test_by_mouse(site: Site, desk: Desk):
    page = desk.page
    seen = set()
    while len(seen) < len(TRACES) + len(CHOICES):
        task = desk.problem
        seen.add(task)
        if desk.page.locator("[data-command=first-error]").count():
            page.get_by_role("button", name="Step 2: first error").click()
            page.get_by_role("button", name="Calculation").click()
            desk.expect_offer("First error: step 2 · calculation")
        else:
            page.get_by_role("button", name="Prefer candidate 2").click()
            desk.expect_offer("Prefer candidate 2")
        desk.submit_button.click()
        desk.wait_for_other_than(task)
        if task == "kite":
            page.get_by_role("status").get_by_role("button", name="Undo").last.click()
            desk.expect_problem("kite")
            page.get_by_role("button", name="Tie").click()
            desk.submit_button.click()
            desk.wait_for_other_than(task)
        if task == "ring":
            desk.expect_saved()
    desk.expect_finished()
    desk.expect_saved()
    who = f"person:{desk.username}"
    rows = site.export(desk.slug, "native")
    for row in rows:
        (said,) = row.get("labels") or row["preferences"]
        assert said.pop("source") == who
        assert sorted(said.pop("shown", [0, 1])) == [0, 1]
        if "steps" in row:
            assert said == {"first_error": 1, "error_types": ["calculation"]}
        elif row["id"] == "kite-1":
            assert said == {"ranking": [[0, 1]]}
        else:
            assert sorted(said["ranking"]) == [[0], [1]]
