"""Gold and agreement: a source is trusted, and each figure leads to the traces behind it."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.conftest import SignIn
from tests.site import Site


def line(name: str, first_error: int | None) -> dict:
    return {
        "id": name,
        "problem": {"statement": f"Exercise {name}"},
        "steps": [f"{name}: 2 + 2 = 4", "4 + 4 = 9", "9 + 1 = 10"],
        "labels": [{"source": "textbook", "first_error": first_error}],
    }


def test_what_somebody_missed_is_found_once_a_source_is_gold(site: Site, sign_in: SignIn, page: Page):
    tags = {"tags": [{"key": "guess", "name": "Guess"}]}
    slug = site.project([line("right", 1), line("missed", 1), line("alarm", None)], label_schema=tags)
    site.patch(f"projects/{slug}/", {"annotations_per_task": 2})
    said = {"right": 1, "missed": None, "alarm": 2}
    for _ in said:
        claim = site.post(f"projects/{slug}/tasks/next/", {})
        answer = {"first_error": said[claim["trace"]["id"]], "steps": [{"step": 0, "tags": ["guess"]}]}
        site.post(f"assignments/{claim['assignment']}/submit/", answer)
    sign_in(site.admin)

    page.goto(f"/p/{slug}/admin/agreement")
    sources = page.get_by_role("table", name="With labels that came with the data")
    expect(sources.get_by_role("row").nth(1)).to_contain_text("everybody333.3 %")
    expect(page.get_by_text("No source counts as gold.")).to_be_visible()

    page.get_by_role("link", name="Choose gold").click()
    page.get_by_label("Labels of textbook count as gold").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Everything is saved.")).to_be_visible()

    page.get_by_role("link", name="Agreement").click()
    expect(page.get_by_text("3 traces have gold, of: textbook.")).to_be_visible()
    row = page.get_by_role("table", name="Against gold").get_by_role("row").nth(1)
    counts = row.get_by_role("cell")
    expect(counts).to_have_text(["3", "33.3 %6.1 % to 79.2 %", "1", "0", "0", "1", "1", "0"])
    counts.nth(5).get_by_role("link").click()
    expect(page.get_by_label("Search traces")).to_have_value(f"gold.{site.admin[0]}:missed")
    expect(page.get_by_text("1 trace", exact=True)).to_be_visible()
    page.get_by_role("link", name="missed", exact=True).click()
    expect(page.get_by_text("textbook: bad")).to_be_visible()

    # Somebody else tags another step of one trace: the page tells, and leads to what both said, side by side.
    other = site.person(slug)
    sign_in(other)
    claim = post(page, f"projects/{slug}/tasks/next/", {})
    answer = {"first_error": None, "steps": [{"step": 1, "tags": ["guess"]}]}
    post(page, f"assignments/{claim['assignment']}/submit/", answer)
    sign_in(site.admin)
    page.goto(f"/p/{slug}/admin/agreement")
    row = page.get_by_role("table", name="In all that is asked").get_by_role("row", name="Tag Guess")
    steps = {"right": 2, "missed": 3, "alarm": 3}[claim["trace"]["id"]]
    expect(row.get_by_role("cell").nth(0)).to_have_text(f"{steps} steps")
    expect(row.get_by_role("cell").nth(3)).to_have_text("0.00")  # F1: they tagged no step both
    row.get_by_role("link").click()
    first = page.locator("#step-1 .said-beside > li")
    expect(first).to_have_text([f"{site.admin[0]}TagsGuess", f"{other[0]}nothing more"])
    expect(page.locator("#step-2 .said-beside > li").nth(1)).to_have_text(f"{other[0]}TagsGuess")


def post(page: Page, path: str, body: dict[str, Any]) -> Any:
    """As whoever is signed in."""
    token = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "csrftoken")
    answer = page.request.post(f"/api/v1/{path}", data=body, headers={"X-CSRFToken": token})
    assert answer.ok, answer.text()
    return answer.json()
