"""What a project asks beyond the verdict, by keyboard: said, shown as it will be recorded, stored as it was said."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Complaints, Seat, SignIn
from tests.e2e.desk import Desk
from tests.site import Site

TRACE: dict[str, Any] = {
    "id": "clips-1",
    "problem": {"id": "clips", "statement": "Natalia sold clips to $48$ friends, and **half** as many in May."},
    "steps": ["In April she sold $48$ clips.", "In May she sold $48/2=24$.", "Altogether $48+24=70$.", "So it is 70."],
}
SCHEMA: dict[str, Any] = {
    "tags": [{"key": "guess", "name": "Guess"}, {"key": "recall", "name": "Recall"}],
    "premises": True,
    "spans": [{"key": "irrelevant", "name": "Irrelevant"}, {"key": "vague", "name": "Vague"}],
    "rubric": [{"key": "clarity", "name": "Clarity", "scope": "step", "min": 1, "max": 5}],
    "questions": [
        {"key": "method", "name": "Which method?", "scope": "trace", "kind": "text"},
        {
            "key": "fair",
            "name": "Is the problem fair?",
            "scope": "problem",
            "kind": "choice",
            "options": [{"key": "yes", "name": "Yes"}, {"key": "no", "name": "No"}],
            "required": True,
        },
        {"key": "repair", "name": "Which formula?", "scope": "step", "kind": "formula"},
        {"key": "sums", "name": "How many sums?", "scope": "trace", "kind": "number"},
        {"key": "hard", "name": "How hard?", "scope": "trace", "kind": "rating", "min": 1, "max": 3},
    ],
}

# Whoever knows the keys presses them in the moment in which the task is there.
EAGER = """new MutationObserver((_, watching) => {
    if (!document.querySelector("[data-place='0']")) return;
    watching.disconnect();
    for (const key of "jm") document.body.dispatchEvent(new KeyboardEvent("keydown",
        { key, code: `Key${key.toUpperCase()}`, bubbles: true, cancelable: true }));
}).observe(document, { childList: true, subtree: true })"""
# As when formulas are typeset after their text has been shown.
DRAWN_ANEW = "text => text.replaceChildren(...text.cloneNode(true).childNodes)"

Sit = Any


@pytest.fixture
def at_desk(site: Site, seat: Seat) -> Sit:
    """A function that puts a new annotator at the desk of a project with these lines and settings."""

    def sit_down(*lines: dict[str, Any], **settings: Any) -> Desk:
        slug = site.project(list(lines), policy="random", **settings)
        return seat(slug)

    return sit_down


def until(true: Callable[[], bool]) -> None:
    """For what no element shows."""
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def said_of(site: Site, desk: Desk, trace: str) -> dict[str, Any]:
    """The one label of a trace, as reviewers read it."""
    desk.expect_saved()
    found = site.get(f"projects/{desk.slug}/traces/?limit=50")["results"]
    (uuid,) = [row["id"] for row in found if row["external_id"] == trace]
    (label,) = site.get(f"traces/{uuid}/")["labels"]
    return label  # type: ignore[no-any-return]


def test_tags_ratings_and_questions(site: Site, at_desk: Sit):
    desk = at_desk(TRACE, label_schema=SCHEMA)
    page = desk.page
    desk.keys("j", "t")
    expect(page.get_by_role("button", name="Guess")).to_be_focused()
    desk.keys("Space", "Tab", "Tab", "Tab", "Tab", "Tab", "Space")
    expect(page.get_by_role("button", name="Clarity of step 2: 4")).to_have_attribute("aria-pressed", "true")
    desk.keys("Tab", "Tab", "Tab")
    expect(page.get_by_label("Which formula?")).to_be_focused()
    desk.type("48/2=24")
    expect(page.locator(".asked .katex").first).to_be_visible()
    desk.keys("Escape")
    expect(desk.places.nth(1)).to_be_focused()
    desk.keys("j", "x")
    desk.expect_offer("Not answered yet: Is the problem fair?")
    desk.keys("g")
    # The trace's ratings would come first; here the first question has the keyboard.
    expect(page.get_by_label("Which method?")).to_be_focused()
    desk.type("halving")
    desk.keys("Tab", "Tab", "Tab")
    expect(page.get_by_role("button", name="Is the problem fair?: unsure")).to_be_focused()
    desk.keys("Space", "Tab")
    expect(page.get_by_role("spinbutton", name="How many sums?")).to_be_focused()
    desk.type("2")
    desk.keys("Tab", "Tab", "Tab", "Space")
    expect(page.get_by_role("button", name="How hard?: 2")).to_have_attribute("aria-pressed", "true")
    desk.keys("Escape")
    desk.expect_offer("First error: step 3 · 1 tag · 6 answers")
    desk.keys("Enter")
    desk.expect_finished()
    assert said_of(site, desk, "clips-1")["details"] == {
        "steps": [{"step": 1, "tags": ["guess"], "rubric": {"clarity": 4}, "answers": {"repair": "48/2=24"}}],
        "answers": {"method": "halving", "fair": "unsure", "sums": 2, "hard": 2},
    }


def test_premises_are_typed_or_clicked_and_broken_ones_are_shown(site: Site, at_desk: Sit):
    desk = at_desk(TRACE, mode="every_step", label_schema={"premises": True})
    desk.keys("1", "3", "1")
    expect(desk.places.nth(3)).to_be_focused()
    desk.keys("p")
    field = desk.page.get_by_label("Step 4 rests on steps")
    expect(field).to_be_focused()
    desk.page.keyboard.type("2")
    desk.page.locator(".step").nth(0).click()
    expect(field).to_have_value("1, 2")
    expect(desk.page.locator(".step-premises")).to_have_text(re.compile("rests on step 2, which is wrong"))
    desk.keys("Enter")
    expect(desk.places.nth(3)).to_be_focused()
    desk.keys("1")
    desk.expect_offer("3 good, 1 bad · 1 step with premises")
    desk.keys("Enter")
    desk.expect_finished()
    assert said_of(site, desk, "clips-1")["details"] == {"steps": [{"step": 3, "premises": [0, 1]}]}


def test_a_stretch_is_marked_by_keyboard_in_a_step_and_in_the_problem(site: Site, page: Page, at_desk: Sit):
    page.add_init_script(EAGER)
    desk = at_desk(TRACE, label_schema={"spans": SCHEMA["spans"]})
    bar = page.get_by_role("toolbar", name="Mark the selected text")
    expect(bar).to_contain_text("In")
    page.locator("[data-text='1'] .prose").evaluate(DRAWN_ANEW)
    desk.keys("ArrowRight", "ArrowDown", "2")
    expect(page.locator(".marked")).to_have_text(re.compile("May she.* Vague"))
    desk.keys("m")
    expect(bar).to_be_visible()
    desk.keys("p", "ArrowRight", "1")
    expect(page.get_by_text("Marked in the problem")).to_be_visible()
    until(lambda: page.evaluate("[...(CSS.highlights.get('marked') ?? [])].length") == 2)
    desk.keys("a")
    desk.expect_offer("No error in 4 steps · 2 marks")
    desk.keys("Enter")
    desk.expect_finished()
    details = said_of(site, desk, "clips-1")["details"]
    step, statement = TRACE["steps"][1], TRACE["problem"]["statement"]
    (mark,) = details["steps"][0]["spans"]
    assert (step[mark["start"] : mark["end"]], mark["label"]) == ("May she", "vague")
    (mark,) = details["problem_spans"]
    assert (statement[mark["start"] : mark["end"]], mark["label"]) == ("sold", "irrelevant")


def test_what_is_typed_while_text_can_be_marked_is_not_taken_for_marking(site: Site, at_desk: Sit):
    other = {"id": "other-1", "problem": {"id": "other", "statement": "?"}, "steps": ["Only one step."]}
    desk = at_desk(TRACE, other, label_schema={"spans": SCHEMA["spans"]})
    page = desk.page
    first = desk.problem
    bar = page.get_by_role("toolbar", name="Mark the selected text")
    desk.keys("x", "m")
    expect(bar).to_be_visible()
    desk.keys("c", *"p12")
    expect(page.get_by_label("Comment")).to_have_value("p12")
    # It ends with its task, and doesn't come back with it.
    desk.keys("Control+Enter")
    desk.wait_for_other_than(first)
    expect(bar).to_have_count(0)
    desk.keys("x", "Enter")
    desk.expect_finished()


def test_a_mark_inside_a_formula_means_all_of_it_and_can_be_taken_back(site: Site, at_desk: Sit):
    desk = at_desk(TRACE, label_schema={"spans": SCHEMA["spans"]})
    page = desk.page
    expect(page.locator("[data-text='1'] .katex").first).to_be_visible()
    page.evaluate(
        """() => {
            const walker = document.createTreeWalker(
                document.querySelector("[data-text='1'] .katex-html"), NodeFilter.SHOW_TEXT);
            walker.nextNode();
            getSelection().setBaseAndExtent(walker.currentNode, 0, walker.currentNode, 1);
        }"""
    )
    desk.keys("m")
    expect(page.get_by_role("toolbar", name="Mark the selected text")).to_be_visible()
    desk.keys("Enter")
    expect(page.locator(".marked")).to_have_text(re.compile(r"\$48/2=24\$ Irrelevant"))
    page.get_by_role("button", name=re.compile("^Take back")).press("Enter")
    expect(page.locator(".marked")).to_have_count(0)
    desk.keys("z", "a", "Enter")
    desk.expect_finished()
    (said,) = said_of(site, desk, "clips-1")["details"]["steps"]
    assert TRACE["steps"][1][said["spans"][0]["start"] : said["spans"][0]["end"]] == "$48/2=24$"


def test_a_projects_own_words_by_their_own_keys(site: Site, at_desk: Sit):
    values = [
        {"key": "fine", "name": "Fine", "means": "good", "hotkey": "1"},
        {"key": "slip", "name": "Slip", "means": "bad", "hotkey": "4"},
        {"key": "nonsense", "name": "Nonsense", "means": "bad", "hotkey": "5"},
    ]
    desk = at_desk(TRACE, mode="every_step", label_schema={"values": values})
    desk.keys("1", "4", "5", "u")
    desk.expect_offer("1 fine, 1 slip, 1 nonsense, 1 unsure")
    # Of the last bad step first, then, by a click, of the one before it.
    desk.keys("x", "3")
    wrong = desk.page.get_by_role("group", name="What is wrong with step 3")
    expect(wrong.get_by_role("button", name="Misread problem")).to_have_attribute("aria-pressed", "true")
    desk.keys("k", "x", "1", "Escape")
    expect(desk.places.nth(1)).to_be_focused()
    desk.keys("Enter")
    desk.expect_finished()
    said = said_of(site, desk, "clips-1")
    assert (said["values"], said["error_types"]) == ([1, -1, -1, 2], ["calculation"])
    assert [s["value"] for s in said["details"]["steps"]] == ["fine", "slip", "nonsense"]
    assert said["details"]["steps"][2]["error_types"] == ["misread_problem"]


def test_known_steps_come_folded_and_a_known_first_error_not_at_all(site: Site, at_desk: Sit):
    shared = TRACE["steps"][:2]
    lines = [
        {"id": f"clips-{n}", "problem": TRACE["problem"], "steps": [*shared, *tail]}
        for n, tail in enumerate(
            (["A wrong turn.", "Ten."], ["A wrong turn.", "Eleven."], ["Another turn.", "Twelve."])
        )
    ]
    desk = at_desk(*lines)
    page = desk.page
    # Whichever comes first: it is wrong at its third step, or without an error.
    seen = []
    for _ in range(3):
        if page.locator(".empty").count():
            break
        text = page.locator("[data-text='2']").text_content() or ""
        last = page.locator("[data-text='3']").text_content() or ""
        seen.append((text, last))
        if len(seen) > 1:
            expect(page.locator(".steps-known")).to_contain_text("2 of 4 steps known from clips-")
            expect(desk.places.nth(2)).to_be_focused()
            expect(page.get_by_role("button", name="Open step 1")).to_be_visible()
            page.get_by_role("button", name="Open them").press("Enter")
            expect(page.locator("[data-text='0'] .katex").first).to_be_visible()
            expect(desk.places.nth(0)).to_be_focused()
            desk.keys("n")
        else:
            desk.keys("j", "j")
        desk.keys(*(["x"] if "wrong" in text else ["a"]), "Enter")
        expect(page.locator("[data-text='3']", has_text=last)).to_have_count(0)
        desk.ready()
    desk.expect_finished()
    assert len(seen) == 2
    desk.expect_saved()
    expect(page.locator(".desk-today")).to_have_text("3 today")
    rows = site.get(f"projects/{desk.slug}/traces/")["results"]
    labels = [site.get(f"traces/{row['id']}/")["labels"] for row in rows]
    assert sorted(len(one) for one in labels) == [1, 1, 1]
    assert sum("derived_from" in one[0] for one in labels) == 1


def test_occurrences_light_up_words_are_found_and_latex_is_copied(at_desk: Sit):
    desk = at_desk(TRACE)
    page = desk.page
    expect(page.locator("[data-text='2'] .katex").first).to_be_visible()
    lit = "[...(CSS.highlights.get('occurrence') ?? [])].map(String)"
    desk.keys("j", "h")
    until(lambda: page.evaluate(lit) == ["48"] * 4)
    desk.keys("Escape")
    until(lambda: page.evaluate(lit) == [])
    page.locator("[data-text='3']").get_by_text("So it is 70.").hover(position={"x": 72, "y": 8})
    until(lambda: len(page.evaluate(lit)) > 0)
    desk.keys("/")
    expect(page.get_by_label("Find in the trace")).to_be_focused()
    page.keyboard.type("altogether")
    expect(page.locator(".find-bar")).to_contain_text("in 1 step")
    desk.keys("Enter")
    assert page.evaluate("[...CSS.highlights.get('found')].map(String)") == ["Altogether"]
    desk.keys("Escape")
    expect(desk.places.nth(2)).to_be_focused()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    desk.keys("y")
    expect(page.get_by_text("Copied as LaTeX.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert r"\paragraph{Problem.} Natalia sold clips to \(48\) friends, and \textbf{half} as many" in copied
    assert copied.count(r"\item") == 4


def test_folding_commenting_and_the_next_unjudged_step(site: Site, at_desk: Sit):
    desk = at_desk(TRACE, mode="every_step")
    page = desk.page
    desk.keys("o")
    expect(page.get_by_role("button", name="Open step 1")).to_be_visible()
    desk.keys("o")
    expect(page.get_by_role("button", name="Open step 1")).to_have_count(0)
    desk.keys("e")
    page.keyboard.type("Clear.")
    desk.keys("Escape", "1", "j", "1", "n")
    expect(desk.places.nth(1)).to_be_focused()
    desk.keys("n")
    expect(desk.places.nth(3)).to_be_focused()
    desk.keys("a", "Enter")
    desk.expect_finished()
    assert said_of(site, desk, "clips-1")["details"] == {"steps": [{"step": 0, "comment": "Clear."}]}


def test_the_schema_is_edited_and_makes_a_new_version(site: Site, sign_in: SignIn, page: Page, complaints: Complaints):
    complaints.allow("400 (Bad Request)")  # two values under one key, at the end
    slug = site.project([TRACE])
    sign_in(site.admin)
    page.goto(f"/p/{slug}/admin/settings")
    page.get_by_role("button", name="Add a tag").click()
    page.keyboard.type("Case split")
    page.get_by_role("button", name="Add a question").click()
    page.keyboard.type("Elegant?")
    page.get_by_label("Kind of question 1").select_option("choice")
    page.get_by_label(re.compile("^Options of question 1")).fill("Yes, Not at all")
    page.get_by_label("Ask which steps a step rests on").check()
    expect(page.get_by_role("region", name="Preview").filter(has_text="On the annotate page")).to_contain_text(
        "Case split"
    )
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("What annotators say is version 2 now.")).to_be_visible()
    schema = site.get(f"projects/{slug}/")["label_schema"]
    assert schema["tags"] == [{"key": "case_split", "name": "Case split"}]
    assert schema["premises"] is True
    assert schema["questions"][0]["options"] == [
        {"key": "yes", "name": "Yes"},
        {"key": "not_at_all", "name": "Not at all"},
    ]
    page.get_by_label("Key of value 2").fill("1")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Two values are given by the same key press.")).to_be_visible()
