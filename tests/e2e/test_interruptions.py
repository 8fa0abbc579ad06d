"""Leases that run out, networks that fail, sessions that end: nothing that was said is lost or said twice."""

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.e2e.conftest import Complaints, SignIn
from tests.e2e.desk import Desk
from tests.e2e.material import TRACES
from tests.site import Site

pytestmark = pytest.mark.usefixtures("complaints")

CUT = ("net::ERR_INTERNET_DISCONNECTED", "net::ERR_FAILED")


def said(site: Site, desk: Desk) -> list[tuple[Any, ...]]:
    """Trace, values and state of each judgement that was ever made on this desk, superseded ones too."""
    return site.sql(
        "SELECT t.external_id, j.values, j.superseded_at IS NULL FROM labeling_judgement j"
        " JOIN corpus_trace t ON t.id = j.trace_id JOIN accounts_user u ON u.id = j.annotator_id"
        " WHERE u.username = %s ORDER BY 1",
        desk.username,
    )


@pytest.fixture
def project(site: Site) -> str:
    """Traces alone, so that each task is judged by the same keys."""
    return site.project(TRACES)


def test_a_lease_that_ran_out(site: Site, sign_in: SignIn, page: Page, complaints: Complaints):
    complaints.allow("status of 409")
    project = site.project(TRACES[:1])
    person = site.person(project)
    sign_in(person)
    desk = Desk(page, project, person[0]).open()
    desk.keys("j", "x", "c")
    desk.type("Three squared")
    desk.expect_saved()

    site.sql(
        "UPDATE labeling_assignment SET lease_until = now() - interval '1 hour' WHERE annotator_id ="
        " (SELECT id FROM accounts_user WHERE username = %s)",
        desk.username,
    )
    somebody_else = site.post(f"projects/{project}/tasks/next/", {})
    page.keyboard.insert_text(" is nine.")

    notice = page.get_by_role("alert")
    expect(notice).to_contain_text("ran out, and somebody else has")
    expect(page.get_by_label("Comment")).to_have_value("Three squared is nine.")
    desk.keys("Control+Enter")
    expect(notice).to_contain_text("Your answer to square was not taken")

    page.reload()
    expect(notice).to_contain_text("You had said: First error: step 2 · comment")
    assert said(site, desk) == []
    # The other one gives the task up, and what was written can be submitted after all.
    site.post(f"assignments/{somebody_else['assignment']}/skip/", {"reason": "cant_judge"})
    page.get_by_role("button", name="Open it and try again").click()
    expect(page.get_by_label("Comment")).to_have_value("Three squared is nine.")
    desk.expect_problem("square")
    desk.expect_offer("First error: step 2 · comment")
    desk.submit_button.click()
    desk.expect_finished()
    desk.expect_saved()
    assert said(site, desk) == [("square-1", [1, -1, None], True)]


def test_a_cut_network(site: Site, desk: Desk, context: BrowserContext, complaints: Complaints):
    complaints.allow(*CUT)
    desk.keys("j")
    desk.expect_saved()
    desk.expect_next_fetched()
    context.set_offline(True)
    first = desk.problem
    desk.keys("x", "Enter")
    desk.wait_for_other_than(first)
    state = desk.page.locator(".save-state")
    expect(state).to_contain_text("offline: kept here, 1 answer waiting")
    # The next task was fetched ahead; the one after it can't be.
    second = desk.problem
    desk.keys("a", "Enter")
    desk.wait_for_other_than(second)
    expect(state).to_contain_text("2 answers waiting")
    expect(desk.page.get_by_text("The server can't be reached")).to_be_visible()
    assert said(site, desk) == []

    context.set_offline(False)
    desk.expect_problem(({"square", "ring", "box"} - {first, second}).pop())
    desk.expect_saved()
    judged = {trace: values for trace, values, _ in said(site, desk)}
    assert len(said(site, desk)) == 2
    assert judged[f"{first}-1"][:2] == [1, -1]
    assert set(judged[f"{second}-1"]) == {1}


def test_a_page_that_is_closed_without_network(site: Site, desk: Desk, context: BrowserContext, complaints: Complaints):
    complaints.allow(*CUT)
    desk.expect_saved()
    desk.expect_next_fetched()
    first = desk.problem
    context.set_offline(True)
    desk.keys("x", "Enter")
    desk.wait_for_other_than(first)
    second = desk.problem
    desk.keys("j", "x", "c")
    desk.type("written on a train")
    desk.page.close()

    context.set_offline(False)
    later = Desk(context.new_page(), desk.slug, desk.username).open()
    later.expect_problem(second)
    expect(later.page.get_by_text("written on a train").first).to_be_visible()
    later.expect_offer("First error: step 2 · comment")
    later.expect_saved()
    assert [(trace, values[0]) for trace, values, _ in said(site, desk)] == [(f"{first}-1", -1)]


def test_an_answer_that_came_back_too_late(site: Site, desk: Desk, complaints: Complaints):
    """The server has the judgement, the browser does not know, and sends it again."""
    complaints.allow(*CUT)
    sent = []

    def lose_the_first_answer(route: Route) -> None:
        sent.append(route.request.url)
        answer = route.fetch()
        if len(sent) == 1:
            route.abort()
        else:
            route.fulfill(response=answer)

    desk.page.route("**/submit/", lose_the_first_answer)
    first = desk.problem
    desk.keys("x", "Enter")
    desk.wait_for_other_than(first)
    desk.expect_saved()
    assert len(sent) == 2
    assert [(trace, valid) for trace, _, valid in said(site, desk)] == [(f"{first}-1", True)]


def test_a_session_that_ends_in_the_middle(
    site: Site, project: str, sign_in: SignIn, page: Page, context: BrowserContext, complaints: Complaints
):
    complaints.allow("status of 401")
    name, password = site.person(project)
    sign_in((name, password))
    desk = Desk(page, project, name).open()
    first = desk.problem
    session = next(cookie["value"] for cookie in context.cookies() if cookie["name"] == "sessionid")
    site.sql("DELETE FROM django_session WHERE session_key = %s", session)
    desk.keys("x", "c")
    desk.type("before it ended")

    dialog = page.get_by_role("dialog", name="Sign in again")
    expect(dialog.get_by_label("Password")).to_be_focused()
    page.keyboard.insert_text(password)
    desk.keys("Enter")
    expect(dialog).to_have_count(0)
    desk.expect_problem(first)
    desk.expect_offer(re.compile("First error: step 1 · comment"))
    desk.expect_saved()
    desk.submit_button.click()
    desk.wait_for_other_than(first)
    desk.expect_saved()
    assert [trace for trace, _, _ in said(site, desk)] == [f"{first}-1"]


def test_two_tabs_have_tasks_of_their_own(site: Site, desk: Desk, context: BrowserContext):
    other = Desk(context.new_page(), desk.slug, desk.username).open()
    theirs = other.problem
    assert theirs != desk.problem
    other.keys("a", "Enter")
    other.wait_for_other_than(theirs)
    other.expect_saved()
    desk.page.bring_to_front()
    mine = desk.problem
    desk.keys("x", "Enter")
    desk.wait_for_other_than(mine)
    desk.expect_saved()
    assert {trace: values[0] for trace, values, _ in said(site, desk)} == {f"{mine}-1": -1, f"{theirs}-1": 1}
