"""A trace with hundreds of formulas: what is near the window is typeset, and a key changes only what it is about."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Seat
from tests.e2e.long_trace import long_trace
from tests.site import Site

STEPS = 80
FORMULAS = 10 * STEPS
TYPESET = "() => document.querySelectorAll('[data-text] .katex').length"
# Which steps a change of the page touches, from now on.
WATCH = """() => {
    window.touched = new Set();
    new MutationObserver((records) => {
        for (const { target } of records) {
            const step = (target.nodeType === 1 ? target : target.parentElement).closest(".step");
            touched.add(step ? step.querySelector("[data-place]").dataset.place : "the list");
        }
    }).observe(document.querySelector(".steps ol"),
        { subtree: true, childList: true, characterData: true, attributes: true });
}"""
# The keys and what stands there before the next frame is painted: a message comes behind all that they bring about.
PRESS = """async (key) => {
    const target = document.activeElement;
    target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    await new Promise((done) => setTimeout(done));
    return [document.querySelector(".problem-id").title, document.querySelectorAll("[data-text='0'] .katex").length];
}"""
SETTLED = (
    "() => document.querySelector('.step[data-focused] .katex') && !document.querySelector('.step:nth-child(2) .katex')"
)


def test_formulas_are_typeset_where_one_looks(site: Site, seat: Seat, page: Page):
    slug = site.project([long_trace(f"long-{i}", chinese=i == 1, steps=STEPS) for i in range(2)])
    desk = seat(slug)
    expect(desk.places).to_have_count(STEPS)
    expect(page.locator("[data-text='2'] .katex")).to_have_count(10)
    assert page.evaluate(TYPESET) < FORMULAS / 2
    # What is in sight is read out as mathematics, as soon as there is time for what nobody sees.
    expect(page.locator("[data-text='0'] .katex-mathml > math")).to_have_count(10)
    # What is not typeset stands there as it was written, for whoever searches the page or hears it read.
    expect(page.locator(f"[data-text='{STEPS - 1}']")).to_contain_text(rf"\frac{{\pi}}{{{{{STEPS + 2}}}}}")

    # Nothing else is being drawn: a move changes the two steps between which it goes.
    page.wait_for_function("() => document.querySelectorAll('[data-text=\"5\"] .katex').length === 10")
    desk.expect_saved()
    page.evaluate(WATCH)
    desk.keys("j")
    expect(desk.places.nth(1)).to_be_focused()
    assert page.evaluate("[...touched].filter((step) => step < 4).sort()") == ["0", "1"]
    assert page.evaluate("!touched.has('the list')")

    # Steps out of sight hear a moment later of what is said.
    desk.keys("x")
    expect(desk.places.nth(STEPS - 1)).to_have_attribute("aria-label", re.compile("not asked"))
    desk.keys("z")
    expect(desk.places.nth(STEPS - 1)).not_to_have_attribute("aria-label", re.compile("not asked"))

    # Found far below: typeset, in sight, and lit up; what is far above is given back.
    desk.keys("/")
    expect(page.get_by_label("Find in the trace")).to_be_focused()
    page.keyboard.insert_text(str(STEPS + 2))
    desk.keys("Enter")
    last = desk.places.nth(STEPS - 1)
    expect(last.locator(".katex")).to_have_count(10)
    page.wait_for_function(SETTLED)
    expect(last).to_be_in_viewport(ratio=0.5)
    page.wait_for_function("() => [...(CSS.highlights.get('found') ?? [])].some((range) => range.toString() !== '')")
    assert page.evaluate(TYPESET) < FORMULAS / 2

    # On paper is all of it.
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(TYPESET) == FORMULAS

    # The next one is there with its formulas before another frame is painted.
    desk.keys("Escape", "a")
    desk.expect_next_fetched()
    before = desk.problem
    problem, typeset = page.evaluate(PRESS, "Enter")
    assert problem != before
    assert typeset == 10
