"""What goes on around judging: one's own history, flags and questions, keys of one's own, and the practice."""

import re

from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import Complaints, SignIn
from tests.e2e.desk import Desk
from tests.e2e.material import CHOICES, TRACES
from tests.e2e.test_labels import until
from tests.site import Site


def judge_all(desk: Desk, tasks: int) -> None:
    for _ in range(tasks):
        task = desk.problem
        desk.keys("a" if desk.page.locator("[data-command=no-error]").count() else "0", "Enter")
        desk.wait_for_other_than(task)
    desk.expect_saved()


def versions(page: Page) -> Locator:
    return page.get_by_role("complementary", name="What you said").get_by_role("listitem")


def test_a_judgement_is_found_read_and_revised(site: Site, sign_in: SignIn, page: Page):
    slug = site.project(TRACES)
    person = site.person(slug)
    sign_in(person)
    desk = Desk(page, slug, person[0]).open()
    judge_all(desk, 3)

    page.goto(f"/p/{slug}/history")
    rows = page.get_by_role("list", name="My history").get_by_role("listitem")
    expect(rows).to_have_count(3)
    page.get_by_label("Search").focus()
    page.keyboard.insert_text("square area")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("No error")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("Judgement of"))).to_be_visible()
    expect(page.get_by_text("guidelines version 1")).to_be_visible()
    steps = page.get_by_role("region", name="Steps").get_by_role("listitem")
    expect(steps).to_have_count(3)
    expect(steps.nth(1)).to_contain_text("right")

    # Begun and left, half done: what was said counts as before.
    page.get_by_role("button", name="Revise").press("Enter")
    desk.ready()
    desk.expect_problem("square")
    expect(page.get_by_text("It counts as it was until you submit again.")).to_be_visible()
    desk.expect_offer("No error in 3 steps")
    desk.keys("j", "x")
    desk.expect_saved()
    page.reload()
    desk.ready()
    desk.expect_offer("First error: step 2")
    page.get_by_role("button", name="Leave it as it was").press("Enter")
    desk.wait_for_other_than("square")
    page.go_back()
    expect(versions(page)).to_have_count(1)
    expect(versions(page)).to_contain_text("counts now")

    page.get_by_role("button", name="Revise").press("Enter")
    desk.ready()
    desk.expect_problem("square")
    desk.expect_offer("No error in 3 steps")
    desk.keys("j", "x", "1", "Enter")
    desk.wait_for_other_than("square")
    desk.expect_saved()

    page.goto(f"/p/{slug}/history")
    page.get_by_role("link", name=re.compile("First error: step 2 · calculation")).click()
    expect(versions(page)).to_have_count(2)
    expect(versions(page).nth(0)).to_contain_text("counts now")
    expect(versions(page).nth(1)).to_contain_text("No error")
    versions(page).nth(1).get_by_role("link").click()
    expect(steps.nth(1)).to_contain_text("right")

    # And undone: what stood before counts again, and the task is on the desk as it was left.
    standing = (
        "SELECT j.values FROM labeling_judgement j JOIN corpus_trace t ON t.id = j.trace_id"
        " JOIN projects_project p ON p.id = j.project_id"
        " WHERE p.slug = %s AND t.external_id = 'square-1' AND j.superseded_at IS NULL"
    )
    page.go_back()
    page.get_by_role("button", name="Undo this submit").press("Enter")
    desk.ready()
    desk.expect_problem("square")
    desk.expect_offer("First error: step 2 · calculation")
    assert site.sql(standing, slug) == [([1, 1, 1],)]
    desk.keys("Enter")
    desk.wait_for_other_than("square")
    desk.expect_saved()
    assert site.sql(standing, slug) == [([1, -1, None],)]


def test_a_submit_is_taken_back_from_its_toast(site: Site, desk: Desk):
    first = desk.problem
    desk.keys("a" if desk.page.locator("[data-command=no-error]").count() else "0", "Enter")
    desk.wait_for_other_than(first)
    desk.expect_saved()
    toast = desk.page.locator(".toast", has_text="Submitted")
    toast.get_by_role("button", name="Undo").press("Enter")
    desk.expect_problem(first)
    expect(toast).to_have_count(0)
    desk.expect_saved()
    states = site.sql(
        "SELECT a.state, j.superseded_at IS NULL FROM labeling_judgement j JOIN labeling_assignment a ON"
        " a.id = j.assignment_id JOIN accounts_user u ON u.id = a.annotator_id WHERE u.username = %s",
        desk.username,
    )
    assert states == [("leased", False)]
    desk.keys("Enter")
    desk.wait_for_other_than(first)
    expect(toast).to_be_visible()
    # It offers for ten seconds, and the key with it.
    expect(toast).to_have_count(0, timeout=15_000)
    second = desk.problem
    desk.keys("z")
    expect(desk.page.get_by_text("Nothing to undo")).to_be_visible()
    desk.expect_problem(second)


def test_a_flag_and_a_question_reach_a_reviewer_and_come_back(
    site: Site, sign_in: SignIn, page: Page, browser: Browser, base_url: str
):
    slug = site.project(TRACES)
    person, reviewer = site.person(slug), site.person(slug, "reviewer")
    sign_in(person)
    desk = Desk(page, slug, person[0]).open()
    flagged = desk.problem
    desk.keys("j", "f")
    expect(page.get_by_role("dialog", name="Flag to a reviewer")).to_be_visible()
    expect(page.get_by_label("It is about step 2")).to_be_checked()
    page.keyboard.insert_text("The reference may be wrong.")
    desk.keys("Tab", "Tab", "Space", "Control+Enter")
    desk.wait_for_other_than(flagged)
    expect(page.get_by_text("Flagged. A reviewer will see it.")).to_be_visible()
    kept = desk.problem
    desk.keys("q")
    expect(page.get_by_label("Your question")).to_be_focused()
    page.keyboard.insert_text("Do units count?")
    desk.keys("Control+Enter")
    expect(page.get_by_text("Asked.")).to_be_visible()
    desk.expect_problem(kept)
    desk.expect_saved()

    with browser.new_context(base_url=base_url) as other:
        theirs = other.new_page()
        theirs.goto(f"/sign-in?next=/p/{slug}/notes")
        theirs.get_by_label("User name").fill(reviewer[0])
        theirs.get_by_label("Password").fill(reviewer[1])
        theirs.keyboard.press("Enter")
        expect(theirs.get_by_text("The reference may be wrong.")).to_be_visible()
        expect(theirs.get_by_text(re.compile(f"Problem {flagged}, trace {flagged}-1, step 2"))).to_be_visible()
        theirs.locator("summary", has_text="The reference may be wrong.").press("Enter")
        theirs.get_by_role("link", name="Open the trace").press("Enter")
        expect(theirs.get_by_role("heading", name=f"Trace {flagged}-1")).to_be_visible()
        theirs.go_back()
        theirs.locator("summary", has_text="Do units count?").press("Enter")
        theirs.get_by_label("Answer").fill("Yes: a missing unit is *an error*.")
        theirs.get_by_label("Everybody in the project may read it").check()
        theirs.get_by_role("button", name="Answer", exact=True).click()
        expect(theirs.locator("summary", has_text="Do units count?")).to_contain_text("for everybody")

    page.reload()
    page.get_by_role("link", name="1 new answer").click()
    page.locator("summary", has_text="Do units count?").press("Enter")
    expect(page.locator(".thread em")).to_have_text("an error")
    page.goto(f"/p/{slug}")
    expect(page.get_by_text("new answer")).to_have_count(0)
    page.get_by_role("link", name="Answered questions").click()
    expect(page.get_by_text("Do units count?")).to_be_visible()


def test_words_to_a_reviewer_wait_for_the_network_and_go_out_by_themselves(
    site: Site, desk: Desk, complaints: Complaints
):
    complaints.allow("net::ERR_INTERNET_DISCONNECTED")
    page = desk.page
    page.context.set_offline(True)
    desk.keys("q")
    expect(page.get_by_label("Your question")).to_be_focused()
    page.keyboard.insert_text("Is a typo an error?")
    desk.keys("Control+Enter")
    waits = page.get_by_text("Not sent yet: your question goes to the reviewers")
    expect(waits).to_be_visible()
    expect(desk.focused).to_be_visible()
    desk.keys("f")
    flag = page.get_by_label("What should a reviewer look at?")
    expect(flag).to_be_focused()
    page.keyboard.insert_text("Begun, not yet sent")
    desk.keys("Escape")
    page.context.set_offline(False)
    page.reload()
    desk.ready()
    desk.keys("f")
    expect(flag).to_have_value("Begun, not yet sent")
    inbox = f"projects/{desk.slug}/notes/?view=inbox"
    until(lambda: site.get(inbox)["results"] != [])
    kept = [(note["kind"], note["excerpt"]) for note in site.get(inbox)["results"]]
    assert kept == [("question", "Is a typo an error?")]
    expect(waits).to_have_count(0)


def test_keys_of_ones_own(site: Site, sign_in: SignIn, page: Page, browser: Browser, base_url: str):
    slug = site.project(TRACES)
    name, password = site.person(slug)
    sign_in((name, password))
    desk = Desk(page, slug, name).open()
    desk.keys("?")
    page.get_by_role("button", name="Change keys").press("Enter")
    change = page.locator("[data-key-of=first-error]")
    change.press("Enter")
    desk.keys("s")
    expect(page.get_by_text("“s” is the key for “Skip”")).to_be_visible()
    change.press("Enter")
    desk.keys("F5")
    expect(page.get_by_text("can't be used")).to_be_visible()
    change.press("Enter")
    desk.keys("b")
    expect(page.get_by_text("“First error” is now on b.")).to_be_visible()
    desk.keys("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    desk.keys("x")
    desk.expect_offer("Mark the first wrong step")
    desk.keys("b")
    desk.expect_offer("First error: step 1")
    expect(page.locator(".action-bar [data-command=first-error] kbd")).to_have_text("b")

    # They go with the account to another browser, and are what they were when they are reset there.
    with browser.new_context(base_url=base_url) as other:
        theirs = other.new_page()
        theirs.goto(f"/sign-in?next=/p/{slug}/annotate")
        theirs.get_by_label("User name").fill(name)
        theirs.get_by_label("Password").fill(password)
        theirs.keyboard.press("Enter")
        elsewhere = Desk(theirs, slug, name).ready()
        button = theirs.locator(".action-bar [data-command=first-error] kbd")
        expect(button).to_have_text("b")
        elsewhere.keys("?")
        theirs.get_by_role("button", name="Change keys").press("Enter")
        theirs.get_by_role("button", name="All keys as they were").press("Enter")
        elsewhere.keys("Escape")
        expect(button).to_have_text("x")
        elsewhere.keys("?")
        theirs.get_by_label("Single letters and digits are keys").uncheck()
        elsewhere.keys("Escape")
        expect(button).to_have_count(0)


def test_the_practice(site: Site, sign_in: SignIn, page: Page):
    slug = site.project([*TRACES, *CHOICES])
    person = site.person(slug)
    sign_in(person)
    page.goto(f"/p/{slug}")
    page.get_by_role("link", name="Practise first").press("Enter")
    desk = Desk(page, slug).ready()
    coach = page.get_by_role("region", name="Practice")
    expect(coach).to_contain_text("Practice 1 of 3.")
    desk.keys("j", "j", "j", "x", "Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Not quite")
    expect(dialog).to_contain_text("step 3 is the first wrong one")
    page.get_by_role("button", name="Try again").press("Enter")
    expect(coach).to_contain_text("Practice 1 of 3.")
    desk.keys("k", "x", "Enter")
    expect(page.get_by_role("dialog", name="Right")).to_be_visible()
    desk.keys("Enter")
    expect(coach).to_contain_text("Practice 2 of 3.")
    desk.keys("f")  # there is nothing to flag here
    desk.keys("a", "Enter")
    expect(page.get_by_role("dialog", name="Right")).to_be_visible()
    desk.keys("Enter")
    expect(coach).to_contain_text("Practice 3 of 3.")
    desk.keys("2", "Enter")
    expect(page.get_by_role("dialog", name="Right")).to_be_visible()
    desk.keys("Enter")
    expect(page.get_by_role("heading", name="That was the practice")).to_be_visible()
    page.get_by_role("link", name="Start annotating").press("Enter")
    desk.ready()
    assert desk.problem in {"square", "ring", "box", "kite", "square again", "cube"}

    page.goto(f"/p/{slug}")
    expect(page.get_by_role("link", name="Practice")).to_be_visible()
    expect(page.get_by_role("link", name="Practise first")).to_have_count(0)
    assert site.sql(
        "SELECT count(*) FROM labeling_judgement j JOIN accounts_user u ON u.id = j.annotator_id WHERE u.username = %s",
        person[0],
    ) == [(0,)]
