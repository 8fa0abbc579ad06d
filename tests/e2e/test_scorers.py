"""The scorers page: one is added, its server fails and comes back, and the page says so all the time."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Complaints, SignIn
from tests.scoring.llm import Server, pooling, status
from tests.site import SCORED_BY, Site

LINES = [
    {"id": f"t{i}", "problem": {"statement": f"What is {i} + 1?", "answer": str(i + 1)}, "steps": steps}
    for i, steps in enumerate((["right", "wrong"], ["right", "right too"], ["poison", "right"]))
]


@pytest.fixture
def server(site: Site):
    if f"http://127.0.0.1:{SCORED_BY}" not in site.get(f"projects/{site.project(LINES[:1])}/scorers/")["hosts"]:
        pytest.skip(f"This installation does not allow http://127.0.0.1:{SCORED_BY} as a scorers' server")
    server = Server(SCORED_BY)
    yield server
    server.close()


def card(page: Page, name: str) -> Locator:
    return page.get_by_role("article", name=name, exact=True)


def test_a_scorer_is_added_and_its_servers_troubles_are_told(
    site: Site, sign_in: SignIn, page: Page, server: Server, complaints: Complaints
):
    complaints.allow("status of 400")
    slug = site.project(LINES)
    sign_in(site.admin)
    page.goto(f"/p/{slug}/admin/scorers")
    expect(card(page, "answer")).to_contain_text("3 of 3")
    expect(card(page, "arithmetic").locator(".condition")).to_have_text("done")

    page.get_by_role("button", name="Add a scorer").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("What it is").select_option("prm-http")
    expect(dialog).to_contain_text("It needs: A vLLM server")
    dialog.get_by_label("Address of the server").fill("http://169.254.169.254/")
    dialog.get_by_label("Model", exact=True).fill("tiny-prm")
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("is not among the servers that the operator allows")

    # The server refuses everything at first.
    server.behave = lambda path, body: status(401, "wrong key")
    dialog.get_by_label("Address of the server").fill(server.url)
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(dialog).to_have_count(0)
    prm = card(page, "prm-http")
    expect(prm).to_contain_text("The server does not accept the key (status 401): wrong key")
    expect(prm.locator(".condition")).to_have_text(re.compile("goes on in"))
    expect(prm).to_contain_text("0 of 3")

    # It comes back, and fails on one trace only.
    good = pooling()
    server.behave = lambda path, body: status(400, "too long") if "poison" in body["input"] else good(path, body)
    prm.get_by_role("button", name="Try again now").click()
    expect(prm).to_contain_text("2 of 3, 1 failed")
    prm.get_by_text("1 failure: reasons").click()
    failures = prm.get_by_role("table", name="Failures")
    expect(failures).to_contain_text("t2")
    expect(failures).to_contain_text("The server does not take this request (status 400): too long")

    server.behave = good
    prm.get_by_role("button", name="Score the failed again").click()
    expect(prm).to_contain_text("3 of 3")
    expect(prm.locator(".condition")).to_have_text("done")
    assert {one["key"] for one in site.get(f"projects/{slug}/scorers/")["scorers"]} == {
        "answer",
        "arithmetic",
        "prm-http",
    }

    # Some of it again: what a query finds.
    prm.get_by_role("button", name="Score again…").click()
    dialog.get_by_label("Only what this query finds").fill("id:t0")
    dialog.get_by_role("button", name="Score again", exact=True).click()
    expect(page.get_by_text("1 trace or choice will be scored again")).to_be_visible()

    # Another model is another version, which the form says beforehand.
    prm.get_by_role("button", name="Settings").click()
    dialog.get_by_label("Model", exact=True).fill("other-prm")
    expect(dialog).to_contain_text("everything is scored anew")
    dialog.get_by_role("button", name="Cancel").click()
    prm.get_by_role("button", name="Pause").click()
    expect(prm.locator(".condition")).to_have_text("paused")
    prm.get_by_role("button", name="Turn off").click()
    dialog.get_by_role("button", name="Turn off").click()
    expect(prm).to_have_count(0)
