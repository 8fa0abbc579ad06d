"""Traces that attack the page: nothing runs, nothing is fetched, and the page stays quick enough to work with."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import SignIn
from tests.e2e.desk import Desk
from tests.site import Site

ELSEWHERE = "https://elsewhere.example"
# To be seen behind each attack: that it could be read to its end, or to its fold.
SEEN = "still readable"

ATTACKS = {
    "script": f"<script>alert(1)</script> <b onmouseover=alert(2)>bold</b> {SEEN}",
    "image": f'<img src=x onerror="alert(3)"> ![]({ELSEWHERE}/1.png) ![x]({ELSEWHERE}/2.png "t") {SEEN}',
    "svg": f"<svg onload=alert(4)></svg> <math><mtext><style><img src=x onerror=alert(5)></style> {SEEN}",
    "frame": f'<iframe src="{ELSEWHERE}/"></iframe> <object data="{ELSEWHERE}/"></object> {SEEN}',
    "styles": f'<style>*{{display:none}}</style><link rel=stylesheet href="{ELSEWHERE}/a.css"> {SEEN}',
    "links": "[one](javascript:alert(6)) [two](JaVaScRiPt&colon;alert(7)) <javascript:alert(8)> "
    f"[three](data:text/html,<script>alert(9)</script>) [four](//elsewhere.example/) {SEEN}",
    "formula links": r"$\href{javascript:alert(10)}{x}$ $\url{javascript:alert(11)}$ "
    rf"$\htmlClass{{page}}{{y}}$ $\htmlId{{main}}{{z}}$ $\htmlStyle{{position:fixed}}{{w}}$ {SEEN}",
    "formula image": rf"$\includegraphics[width=9em]{{{ELSEWHERE}/3.png}}$ {SEEN}",
    "formula size": rf"$\rule{{99999em}}{{99999em}}$ $\kern{{-9999em}}x$ $\raisebox{{999em}}{{y}}$ {SEEN}",
    "macro bomb": r"$\def\a{xxxxxxxxxx}"
    + "".join(rf"\def\{chr(98 + i)}{{{chr(92) + chr(97 + i)} {(chr(92) + chr(97 + i) + ' ') * 9}}}" for i in range(9))
    + rf"\j$ {SEEN}",
    "endless macro": rf"$\def\a{{\a\a}}\a$ {SEEN}",
    "unclosed": SEEN + " " + "$" * 9_999 + "[" * 9_999 + "*" * 9_999 + "`" * 9_999,
    "nested": SEEN + "\n\n" + "> " * 5_000 + "deep",
    "nested formula": SEEN + " $" + r"\frac{1}{" * 500 + "2" + "}" * 500 + "$",
    "nested emphasis": f"{SEEN} " + "*a " * 1_200 + "b" + " c*" * 1_200,
    "nested list": f"{SEEN}\n\n" + "\n".join("  " * i + "- a" for i in range(150)),
    "one line": SEEN + " " + "word " * 200_000,
    "one word": SEEN + " " + "w" * 1_000_000,
    "table": SEEN + "\n\n| a | b |\n| - | - |\n" + "| $x$ | **y** |\n" * 10_000,
    "bidi": f"{SEEN} \u202etxet desrever\u202c \u2066isolated\u2069 \u200fmark א\u05d1 end",
    "controls": f"{SEEN} \x01\x1b[31mred \ufeff\u200b\u00ad " + "e" + "\u0301" * 500,
}


def lines() -> list[dict[str, Any]]:
    return [
        {
            "id": name,
            "problem": {"id": name, "statement": text[:2_000], "answer": text[:500]},
            "generator": text[:200],
            "steps": [text, "The next step."],
        }
        for name, text in ATTACKS.items()
    ]


@pytest.fixture(scope="module")
def project(site: Site) -> str:
    """Everybody gets every attack: the tests don't take them away from each other."""
    return site.project(lines(), annotations_per_task=20)


def test_every_attack_is_a_task_like_others(site: Site, desk: Desk):
    page, seen = desk.page, set()
    assert_policy(page)
    while len(seen) < len(ATTACKS):
        name = desk.problem
        seen.add(name)
        expect(desk.places.nth(0)).to_contain_text(SEEN)
        expect(page.get_by_label("Problem").first).to_contain_text(SEEN)
        desk.keys("j")
        expect(desk.places.nth(1)).to_be_focused()
        assert_harmless(page)
        for link in page.locator("#main .prose a").all():
            assert link.get_attribute("rel") == "noopener noreferrer nofollow"
        # The source is there, letter for letter, for who wants to see what the model wrote.
        desk.keys("v")
        expect(desk.places.nth(0)).to_contain_text(SEEN)
        desk.keys("v", "a", "Enter")
        desk.wait_for_other_than(name)
    desk.expect_saved()
    assert seen == set(ATTACKS)


def assert_policy(page: Page) -> None:
    """Nothing that is written into a page runs, whatever got past everything else."""
    policy = page.request.get(page.url).headers["content-security-policy"]
    rules = {name: sources for name, *sources in (rule.split() for rule in policy.split(";") if rule.strip())}
    assert rules["default-src"] == ["'self'"]
    assert "unsafe" not in policy
    assert {rules[name][0] for name in ("object-src", "frame-ancestors", "base-uri")} == {"'none'"}


def assert_harmless(page: Page) -> None:
    made = page.evaluate(
        """() => [...document.querySelectorAll(
            "#main :is(script, iframe, object, embed, style, link, base, form[action], [srcset], [style*=url]),"
            + "#main img:not([src^='/api/v1/projects/'])"
        )].map((node) => node.outerHTML.slice(0, 200))"""
    )
    assert made == []
    handlers = page.evaluate(
        """() => [...document.querySelectorAll("#main *")].flatMap((node) =>
            node.getAttributeNames().filter((name) => name.startsWith("on")
                || (name === "href" && /^\\s*(javascript|data|vbscript):/i.test(node.getAttribute(name)))))"""
    )
    assert handlers == []


def test_a_long_text_is_folded_and_unfolds(site: Site, sign_in: SignIn, page: Page):
    project = site.project([line for line in lines() if line["id"] == "one line"])
    sign_in(site.admin)
    desk = Desk(page, project).open()
    expect(desk.places.nth(1)).to_be_in_viewport()
    desk.places.nth(0).get_by_role("button", name="Show all").click()
    expect(desk.places.nth(0).get_by_role("button", name="Fold")).to_be_visible()
    desk.keys("j", "x")
    desk.expect_offer("First error: step 2")


def test_admin_pages_are_as_safe(site: Site, project: str, sign_in: SignIn, page: Page):
    site.patch(f"projects/{project}/", {"guidelines": "\n\n".join(list(ATTACKS.values())[:12])})
    sign_in(site.admin)
    page.goto(f"/p/{project}")
    expect(page.get_by_text(SEEN).first).to_be_visible()
    assert_harmless(page)
    page.goto(f"/p/{project}/admin/queue")
    expect(page.get_by_role("row")).to_have_count(1 + len(ATTACKS))
    expect(page.get_by_role("table")).to_contain_text("<script>alert(1)</script>")
    assert_harmless(page)
    page.goto(f"/p/{project}/admin/settings")
    expect(page.get_by_label("Preview of the guidelines")).to_contain_text(SEEN)
    assert_harmless(page)
