"""Searching traces in the browser, and what an admin does with what was found. Keyboard alone, but for the dialogs."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Complaints, SignIn
from tests.e2e.material import CHOICES, TRACES
from tests.site import Site


def test_a_reviewer_searches_and_reads(site: Site, sign_in: SignIn, page: Page, complaints: Complaints):
    complaints.allow("400 (Bad Request)")  # the query that is wrong
    preferred = {**CHOICES[0], "preferences": [{"source": "teacher", "ranking": [[0]]}]}
    project = site.project([*TRACES, preferred, *CHOICES[1:]])
    sign_in(site.person(project, "reviewer"))
    page.goto(f"/p/{project}/admin/traces")
    box = page.get_by_role("combobox", name="Search traces")
    results = page.locator(".found")
    expect(results).to_have_count(len(TRACES))
    expect(page.get_by_role("button", name="Make tasks…")).to_have_count(0)

    # Fields and values are offered while typing.
    box.press_sequentially("gen")
    expect(page.get_by_role("option")).to_contain_text(["generator:"])
    box.press("ArrowDown")
    box.press("Enter")
    expect(box).to_have_value("generator:")
    expect(page.get_by_role("option")).to_contain_text(["generator:pupil"])
    box.press("ArrowDown")
    box.press("Tab")
    expect(box).to_have_value("generator:pupil ")
    box.press_sequentially("area -ring")
    box.press("Enter")
    expect(page).to_have_url(re.compile(r"q=generator"))
    expect(results).to_have_count(1)
    expect(page.get_by_text("1 trace", exact=True)).to_be_visible()
    expect(results.locator("mark").first).to_have_text("area")

    # The address keeps it; a mistake is told where it is.
    page.reload()
    expect(box).to_have_value("generator:pupil area -ring")
    box.fill("area outcom:wrong")
    box.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Did you mean outcome?")
    expect(box).to_be_focused()
    assert box.evaluate("box => box.selectionStart") == 5

    box.fill("ring-1")
    box.press("Enter")
    page.get_by_role("button", name="Look for the id ring-1").click()
    expect(results).to_have_count(1)
    results.get_by_role("link").click()
    expect(page.get_by_role("heading", name="Trace ring-1")).to_be_visible()
    expect(page.locator(".trace-step")).to_have_count(2)
    expect(page.locator(".katex").first).to_be_visible()
    page.get_by_role("link", name="pupil").click()
    expect(results).to_have_count(len(TRACES))

    # Choices are read in the same way.
    page.get_by_role("link", name="Choices").press("Enter")
    box.fill("kite product")
    box.press("Enter")
    expect(page.get_by_text("1 choice", exact=True)).to_be_visible()
    results.get_by_role("link").press("Enter")
    expect(page.get_by_role("heading", name="Choice kite-1")).to_be_visible()
    expect(page.get_by_text("The diagonals of a kite are perpendicular.")).to_be_visible()
    expect(page.locator("#candidate-1")).to_contain_text("teacher: place 1")
    expect(page.locator("#candidate-2")).to_contain_text("teacher: behind")
    expect(page.get_by_role("listitem").filter(has_text="teacher: 1 over the rest")).to_be_visible()


def test_an_admin_makes_tasks_of_what_was_found(site: Site, sign_in: SignIn, page: Page):
    project = site.project([], tasks_at_import="none")
    site.send(project, [*TRACES, *CHOICES])
    assert site.get(f"projects/{project}/tasks/")["results"] == []
    sign_in(site.admin)
    page.goto(f"/p/{project}/admin/traces?q=area")
    page.get_by_role("button", name="Make tasks…").click()
    dialog = page.get_by_role("dialog", name="Make tasks")
    expect(dialog.get_by_role("status")).to_contain_text(re.compile(r"\d becomes? (a )?tasks?"))
    dialog.get_by_label("Judgements wanted for each").fill("2")
    dialog.get_by_label("Priority").fill("0.75")
    expect(dialog.get_by_role("status")).to_contain_text("task")
    dialog.get_by_role("button", name="Make tasks").click()
    expect(dialog).to_be_hidden()
    expect(page.locator(".toast")).to_contain_text("made")
    expect(page.locator(".found .badge").first).to_have_text("open")
    tasks = site.get(f"projects/{project}/tasks/")["results"]
    assert {(task["wanted"], task["priority"]) for task in tasks} == {(2, 0.75)}
    found = site.get(f"projects/{project}/traces/?q=area")["results"]
    assert {task["trace"] for task in tasks if task["kind"] == "trace"} == {trace["external_id"] for trace in found}

    page.get_by_role("button", name="Tag…").click()
    page.get_by_role("dialog").get_by_label("Add tags").fill("geometry, first lot")
    page.get_by_role("dialog").get_by_role("button", name="Tag", exact=True).click()
    expect(page.locator(".found").first).to_contain_text("first lot")

    page.get_by_role("button", name="Retire tasks…").click()
    dialog = page.get_by_role("dialog", name="Retire tasks")
    expect(dialog.get_by_role("status")).to_contain_text("would be retired")
    dialog.get_by_role("button", name="Retire").click()
    expect(page.locator(".found .badge").first).to_have_text("no task")
    assert site.get(f"projects/{project}/tasks/")["results"] == []
