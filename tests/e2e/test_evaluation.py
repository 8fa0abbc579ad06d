"""The evaluation page: what people said here, with scores in sight and without, against what a scorer had said."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import SignIn
from tests.site import Site

TRACES = 10
WRONG = 5
"""The first of them have an error in their second step; so say the scores, and so will people. Nothing tells them by
their lengths."""


def lines() -> list[dict]:
    return [
        {
            "id": f"t{i}",
            "problem": {"statement": f"Problem {i}"},
            "steps": ["fine", "oops" if i < WRONG else "good"],
            "scores": {"my-prm": [0.9, 0.1 if i < WRONG else 0.9]},
        }
        for i in range(TRACES)
    ]


def judge(site: Site, slug: str, times: int, seconds: int, *, shown: bool) -> None:
    """Says what is true of the next tasks."""
    for _ in range(times):
        task = site.post(f"projects/{slug}/tasks/next/", {})
        assert (task["scores"] is not None) is shown, "scores are seen before one's own judgement by lot alone"
        wrong = task["steps"][1]["text"] == "oops"
        said = {"first_error": 1 if wrong else None, "active_ms": 1000 * seconds}
        site.post(f"assignments/{task['assignment']}/submit/", said)


def row(table: Locator, head: str) -> Locator:
    return table.get_by_role("row").filter(has=table.page.get_by_role("rowheader", name=head, exact=True))


def test_the_figures_say_what_a_scorer_is_worth_and_whether_it_sways_people(site: Site, sign_in: SignIn, page: Page):
    slug = site.project(lines(), show_scores="share", show_scores_share=1)
    judge(site, slug, WRONG, 20, shown=True)
    site.patch(f"projects/{slug}/", {"show_scores_share": 0})
    judge(site, slug, TRACES - WRONG, 40, shown=False)
    sign_in(site.person(slug, "reviewer"))
    page.goto(f"/p/{slug}/admin/evaluation")

    # All that it suspects are wrong, and half of all: what is found is twice what is reviewed.
    orders = page.get_by_role("table", name="Orders compared")
    expect(row(orders, "my-prm")).to_contain_text(re.compile(r"40(\.0)? %\s*2\.00\s*40(\.0)? %"))
    expect(row(orders, "Longest first")).to_contain_text(re.compile(r"20(\.0)? %\s*1\.00\s*80(\.0)? %"))
    lift = page.get_by_role("img", name="Erroneous traces found, against traces reviewed")
    expect(lift.locator("desc")).to_contain_text(re.compile(r"my-prm: 40(\.0)? % found when 20 % are reviewed"))
    curves = lift.locator(".plot-line path").evaluate_all("all => all.map((path) => path.getAttribute('d'))")
    assert any("L150 0" in curve for curve in curves), "all are found when half are reviewed"
    assert any("L150 150" in curve for curve in curves), "by chance half of them are"

    scorer = page.get_by_role("region", name="Scorer my-prm")
    calibration = scorer.get_by_role("img", name="Calibration: how many steps with a score are right")
    expect(calibration.locator("desc")).to_contain_text(
        re.compile(r"Score 0\.10: 0(\.0)? % right\. Score 0\.90: 100(\.0)? % right\.")
    )
    expect(scorer).to_contain_text(re.compile(r"10(\.0)? % away from the truth on average \(Brier score 0\.010\)"))
    figures = page.get_by_role("table", name="Figures of each scorer")
    expect(figures.get_by_role("row").filter(has_text="my-prm")).to_contain_text(re.compile(r"100(\.0)? %"))

    swayed = page.get_by_role("table", name="With scores in sight, and without")
    expect(row(swayed, "Judgements")).to_contain_text(re.compile(r"5\s*5"))
    expect(row(swayed, "Median time")).to_contain_text(re.compile(r"20 s\s*40 s"))
    same = re.compile(r"100(\.0)? % of 5\s*100(\.0)? % of 5")
    expect(row(swayed, "Same first error as my-prm")).to_contain_text(same)
