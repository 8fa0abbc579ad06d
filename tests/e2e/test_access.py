"""Whoever one is: by screen reader, with a finger, at twice the size, without motion, in any script."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import SignIn
from tests.e2e.desk import Desk
from tests.e2e.material import TRACES
from tests.site import Site

ARABIC = {
    "id": "arabic",
    "problem": {"id": "arabic", "statement": "ما مساحة مربع طول ضلعه $3$؟"},
    "steps": ["المساحة هي مربع الضلع: $3^2 = 9$.", "العدد 9 هو الجواب (ans)."],
}
CHINESE = {
    "id": "chinese",
    "problem": {"id": "chinese", "statement": "边长为 $3$ 的正方形面积是多少?"},
    "steps": ["面积是边长的平方。", "所以面积是 $3^2=9$。" + "很长的一句话没有空格" * 30],
}


@pytest.fixture
def one_trace(site: Site, sign_in: SignIn, page: Page) -> Desk:
    slug = site.project(TRACES[:1], guidelines="Read $f(x)$ twice.")
    sign_in(site.person(slug))
    return Desk(page, slug).open()


def test_what_a_screen_reader_finds(one_trace: Desk):
    page = one_trace.page
    one_trace.keys("j", "x")
    expect(page.locator("body")).to_match_aria_snapshot("""
        - link "Skip to the task"
        - banner:
          - link "Stepmark"
          - link "Geometry"
          - status
          - status: saved
          - button "Keyboard map"
          - button "Menu"
          - navigation "Account"
        - main:
          - 'heading "Geometry: annotate" [level=1]'
          - complementary "Problem":
            - heading "Problem" [level=2]
            - heading "Reference answer" [level=3]
          - region "Steps":
            - heading "Steps" [level=2]
            - list:
              - listitem:
                - article "Step 1 of 3, right"
              - listitem:
                - article "Step 2 of 3, first error"
                - group "What is wrong with step 2"
              - listitem:
                - article "Step 3 of 3, not asked"
        - contentinfo:
          - status: Step 2 is the first error. What follows is not asked.
          - 'button "First error: step 2" [pressed]'
        - status
    """)
    # The focus is where one reads, and a formula is read as mathematics.
    expect(one_trace.focused).to_have_attribute("aria-label", "Step 2 of 3, first error")
    expect(page.locator("[data-place='1'] math")).to_have_count(1)
    one_trace.keys("Enter")
    one_trace.expect_finished()
    expect(page.get_by_role("status").filter(has_text="Submitted: First error: step 2")).to_be_visible()


def test_a_dialog_keeps_the_focus_and_gives_it_back(one_trace: Desk):
    page = one_trace.page
    one_trace.keys("j", "s")
    dialog = page.get_by_role("dialog", name="Skip this task")
    for _ in range(12):
        one_trace.keys("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    one_trace.keys("Escape")
    expect(dialog).to_have_count(0)
    expect(one_trace.places.nth(1)).to_be_focused()


def test_what_has_the_focus_is_seen(one_trace: Desk):
    """An outline, and not under the bars, also at twice the size."""
    page = one_trace.page
    page.set_viewport_size({"width": 640, "height": 400})
    seen = 0
    for _ in range(25):
        one_trace.keys("Tab")
        said = page.evaluate("""() => {
            const node = document.activeElement;
            if (!node || node === document.body) return null;
            const box = node.getBoundingClientRect();
            const style = getComputedStyle(node);
            const at = document.elementFromPoint(
                Math.min(innerWidth - 2, Math.max(1, box.left + Math.min(8, box.width / 2))),
                box.top + Math.min(8, box.height / 2));
            return {
                name: node.outerHTML.slice(0, 80),
                outline: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
                inSight: box.bottom > 0 && box.top < innerHeight,
                covered: !!at && !node.contains(at) && !at.contains(node),
            };
        }""")
        if said is None:
            continue
        seen += 1
        assert said["outline"], said
        assert said["inSight"], said
        assert not said["covered"], said
    assert seen > 10


def test_nothing_moves_for_whoever_asked_for_that(one_trace: Desk):
    page = one_trace.page
    page.emulate_media(reduced_motion="reduce")
    one_trace.keys("j", "x", "c", "Escape", "Enter")
    one_trace.expect_finished()
    moving = page.evaluate(
        "() => document.getAnimations().map((one) => one.effect.getComputedTiming().duration).filter((ms) => ms > 1)"
    )
    assert moving == []


@pytest.mark.parametrize("width", [360, 390, 820])
def test_everything_is_large_enough_for_a_finger(
    site: Site, browser: Browser, base_url: str, sign_in: SignIn, width: int
):
    slug = site.project(TRACES[:1])
    name, password = site.person(slug)
    context = browser.new_context(
        base_url=base_url, viewport={"width": width, "height": 800}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(f"/sign-in?next=/p/{slug}/annotate")
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").tap()
    desk = Desk(page, slug).ready()
    page.locator(".action-bar [data-command=first-error]").tap()
    desk.expect_offer("First error: step 1")
    page.get_by_role("button", name="Menu", exact=True).tap()
    page.locator("[data-menu-command=source]").tap()
    expect(page.locator("pre.text-verbatim").first).to_be_visible()
    page.get_by_role("button", name="Menu", exact=True).tap()
    page.locator("[data-menu-command=help]").tap()
    expect(page.get_by_role("dialog", name="Keyboard map")).to_be_visible()
    small = """(least) => [...document.querySelectorAll("button, a[href], input, select, summary")]
        .filter((node) => node.checkVisibility() && !node.closest("p, .visually-hidden") &&
            !node.matches(".visually-hidden"))
        .map((node) => [node.closest("label") ?? node, node])
        .map(([node]) => [node.outerHTML.slice(0, 90), node.getBoundingClientRect()])
        .filter(([, box]) => box.width > 0 && (box.height < least - 0.5 || box.width < 24))
        .map(([html, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ${html}`)"""
    assert page.evaluate(small, 44) == []
    page.get_by_role("button", name="Close").tap()
    assert page.evaluate(small, 44) == []
    context.close()


def test_text_that_runs_from_right_to_left_and_text_without_spaces(site: Site, sign_in: SignIn, page: Page):
    slug = site.project([ARABIC, CHINESE])
    sign_in(site.person(slug))
    desk = Desk(page, slug).open()
    for _ in range(2):
        expected = "rtl" if desk.problem == "arabic" else "ltr"
        said = page.evaluate("""() => [...document.querySelectorAll(".problem .prose p, [data-place] .prose p")]
            .map((node) => getComputedStyle(node).direction)""")
        assert said == [expected] * 3
        formulas = "() => [...document.querySelectorAll('.katex')].map((n) => getComputedStyle(n).direction)"
        assert set(page.evaluate(formulas)) == {"ltr"}
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        task = desk.problem
        desk.keys("c")
        desk.type("هذا تعليق" if expected == "rtl" else "一条评论")
        field = page.get_by_label("Comment")
        assert field.evaluate("node => getComputedStyle(node).direction") == expected
        desk.keys("Escape", "a", "Enter")
        desk.wait_for_other_than(task)


def test_high_contrast_is_a_choice(site: Site, sign_in: SignIn, page: Page):
    slug = site.project(TRACES[:1])
    person = site.person(slug)
    sign_in(person)
    Desk(page, slug).open()
    ground = "getComputedStyle(document.body).getPropertyValue('--sunken')"
    page.get_by_role("button", name=person[0]).press("Enter")
    page.get_by_role("radio", name="High contrast").press("Space")
    expect(page.locator("html")).to_have_attribute("data-theme", "contrast")
    chosen = page.evaluate(ground)
    page.reload()
    Desk(page, slug).ready()
    expect(page.locator("html")).to_have_attribute("data-theme", "contrast")
    page.get_by_role("button", name=person[0]).click()
    page.get_by_role("radio", name="System").check(force=True)
    assert page.evaluate(ground) != chosen
    page.emulate_media(contrast="more")
    assert page.evaluate(ground) == chosen
    page.get_by_role("radio", name="Light", exact=True).check(force=True)
    assert page.evaluate(ground) != chosen
