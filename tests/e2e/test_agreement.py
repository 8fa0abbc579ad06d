"""Gold and agreement: a source is trusted, and each figure leads to the traces behind it."""

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
    slug = site.project([line("right", 1), line("missed", 1), line("alarm", None)])
    said = {"right": 1, "missed": None, "alarm": 2}
    for _ in said:
        claim = site.post(f"projects/{slug}/tasks/next/", {})
        site.post(f"assignments/{claim['assignment']}/submit/", {"first_error": said[claim["trace"]["id"]]})
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
