"""Leases that run out, networks that fail, sessions that end: nothing that was said is lost or said twice."""

import os
import re
import signal
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from annotate.local.parts import marked
from tests.e2e.conftest import Complaints, Seat, SignIn
from tests.e2e.desk import Desk
from tests.e2e.material import TRACES
from tests.site import Site

pytestmark = pytest.mark.usefixtures("complaints")

MANY = [
    {
        "id": f"sum-{n}",
        "problem": {"id": f"sum {n}", "statement": f"What is ${n} + {n}$?"},
        "steps": [f"Twice ${n}$.", f"That is ${2 * n}$."],
    }
    for n in range(8)
]
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


def test_a_lease_that_ran_out(site: Site, seat: Seat, page: Page, complaints: Complaints):
    complaints.allow("status of 409")
    project = site.project(TRACES[:1])
    desk = seat(project)
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


def test_a_cut_network(site: Site, seat: Seat, page: Page, context: BrowserContext, complaints: Complaints):
    complaints.allow(*CUT)
    slug = site.project(MANY)
    desk = seat(slug)
    desk.expect_saved()
    desk.expect_next_fetched(3)
    context.set_offline(True)
    state = desk.page.locator(".save-state")
    judged: dict[str, list[int]] = {}
    # What is on the desk can all be judged, four tasks; the one after them can't be fetched.
    for n, (keys, values) in enumerate([("x", [-1, None]), ("a", [1, 1]), ("x", [-1, None]), ("a", [1, 1])]):
        task = desk.problem
        desk.keys(keys, "Enter")
        desk.wait_for_other_than(task)
        judged[task] = values
        expect(state).to_contain_text(f"offline: kept here, {n + 1} answer")
    expect(desk.page.get_by_text("The server can't be reached")).to_be_visible()
    assert said(site, desk) == []

    context.set_offline(False)
    desk.expect_saved()
    expect(desk.page.locator(".problem-id")).to_be_visible()
    assert {trace.replace("-", " "): values for trace, values, _ in said(site, desk)} == judged
    assert len(said(site, desk)) == 4


def test_a_server_that_starts_anew(site: Site, desk: Desk, complaints: Complaints):
    complaints.allow("ERR_CONNECTION_REFUSED", "ERR_EMPTY_RESPONSE", "ERR_CONNECTION_RESET", "status of 50")
    desk.expect_next_fetched()
    first = desk.problem
    web = next(pid for pid, part in marked(site.data).items() if part == "web" and os.getpgid(pid) == pid)
    os.kill(web, signal.SIGKILL)
    desk.keys("x", "Enter")
    desk.wait_for_other_than(first)
    desk.keys("x", "c")
    desk.type("while it was away")
    second = desk.problem
    expect(desk.page.locator(".save-state")).to_contain_text("saved", timeout=90_000)
    desk.expect_saved()
    desk.page.reload()
    desk.ready()
    desk.expect_problem(second)
    desk.expect_offer("First error: step 1 · comment")
    assert [trace for trace, _, _ in said(site, desk)] == [f"{first}-1"]


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
    desk.keys("x", "c")
    desk.type("before")
    desk.expect_saved()
    site.sql("DELETE FROM django_session WHERE session_key = %s", session)
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


NO_LOCKS = "Object.defineProperty(navigator, 'locks', { value: undefined })"


@pytest.mark.parametrize("locks", [True, False], ids=["locks", "no locks"])
def test_two_tabs_have_tasks_of_their_own(
    site: Site, sign_in: SignIn, page: Page, context: BrowserContext, locks: bool
):
    """Also over plain http, where a browser has no locks to offer."""
    if not locks:
        context.add_init_script(NO_LOCKS)
    slug = site.project(MANY)
    person = site.person(slug)
    sign_in(person)
    desk, other = Desk(page, slug, person[0]), Desk(context.new_page(), slug, person[0])
    for tab in (desk, other):
        tab.page.goto(f"/p/{slug}/annotate", wait_until="commit")
    for tab in (desk, other):
        tab.ready()
        expect(tab.page.locator(".problem-id")).to_be_visible()
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
    assert desk.problem != other.problem
    by_problem = {trace.replace("-", " "): values[0] for trace, values, _ in said(site, desk)}
    assert by_problem == {mine: -1, theirs: 1}


Elsewhere = Callable[..., Desk]


@pytest.fixture
def elsewhere(browser: Browser, base_url: str, complaints: Complaints) -> Any:
    """The same person at another computer: nothing is shared but the server."""
    opened = []

    def sit_down(slug: str, person: tuple[str, str], days: float = 0) -> Desk:
        """`days`: how far that computer's clock is ahead."""
        context = browser.new_context(base_url=base_url, locale="en-GB")
        opened.append(context)
        page = context.new_page()
        if days:
            page.clock.set_system_time(datetime.now() + timedelta(days=days))
        page.goto(f"/sign-in?next=/p/{slug}/annotate")
        page.get_by_label("User name").fill(person[0])
        page.get_by_label("Password").fill(person[1])
        page.keyboard.press("Enter")
        return Desk(page, slug, person[0]).ready()

    yield sit_down
    for context in opened:
        context.close()


@pytest.mark.parametrize("days", [40, -400], ids=["ahead", "behind"])
def test_a_clock_that_is_days_off(site: Site, elsewhere: Elsewhere, days: int):
    slug = site.project(TRACES[:1])
    person = site.person(slug)
    wrong = elsewhere(slug, person, days)
    wrong.keys("x", "c")
    wrong.type("at the wrong time")
    wrong.expect_saved()

    right = elsewhere(slug, person)
    expect(right.page.get_by_text("at the wrong time").first).to_be_visible()
    right.keys("c")
    right.type("later, at the right time")
    right.expect_saved()

    wrong.page.reload()
    wrong.ready()
    expect(wrong.page.get_by_text("later, at the right time").first).to_be_visible()
    wrong.keys("Escape", "Enter")
    wrong.expect_finished()
    wrong.expect_saved()
    assert said(site, wrong) == [("square-1", [-1, None, None], True)]
    ((spent,),) = site.sql(
        "SELECT active_ms FROM labeling_judgement j JOIN accounts_user u ON u.id = j.annotator_id"
        " WHERE u.username = %s",
        person[0],
    )
    assert 0 < spent < 120_000


def test_the_same_answer_from_two_places_is_one(site: Site, elsewhere: Elsewhere):
    slug = site.project(TRACES[:1])
    person = site.person(slug)
    here, there = elsewhere(slug, person), elsewhere(slug, person)
    for desk in (here, there):
        desk.expect_problem("square")
        desk.keys("j", "x")
    for desk in (here, there):
        # Twice in a row: the second one finds nothing left to submit.
        desk.keys("Enter", "Enter")
        desk.expect_finished()
        desk.expect_saved()
    assert said(site, here) == [("square-1", [1, -1, None], True)]


def test_another_answer_from_a_second_place_is_told(site: Site, elsewhere: Elsewhere):
    slug = site.project(TRACES[:1])
    person = site.person(slug)
    here, there = elsewhere(slug, person), elsewhere(slug, person)
    there.keys("j", "x")
    here.keys("a", "Enter")
    here.expect_finished()
    here.expect_saved()
    there.keys("c")
    there.page.keyboard.insert_text("I changed my mind.")
    there.keys("Control+Enter")
    notice = there.page.get_by_role("alert").last
    expect(notice).to_contain_text("You submitted another answer before, perhaps in another tab.")
    expect(there.page.locator("body")).to_contain_text(
        re.compile("You had said: First error: step 2|I changed my mind")
    )
    assert said(site, here) == [("square-1", [1, 1, 1], True)]


def test_a_lease_that_ran_out_and_nobody_took(site: Site, desk: Desk):
    """The page was left alone over lunch: nothing needs to be said."""
    desk.keys("x", "c")
    desk.type("before lunch")
    desk.expect_saved()
    first = desk.problem
    site.sql(
        "UPDATE labeling_assignment SET lease_until = now() - interval '1 hour' WHERE annotator_id ="
        " (SELECT id FROM accounts_user WHERE username = %s)",
        desk.username,
    )
    desk.keys("Control+Enter")
    desk.wait_for_other_than(first)
    desk.expect_saved()
    expect(desk.page.get_by_role("alert")).to_have_count(0)
    assert [(trace, values[0]) for trace, values, _ in said(site, desk)] == [(f"{first}-1", -1)]
