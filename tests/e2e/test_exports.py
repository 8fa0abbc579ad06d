"""The export page: look first, freeze, take back, freeze again, compare."""

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Complaints, SignIn
from tests.e2e.material import TRACES
from tests.site import Site


def test_a_dataset_is_looked_at_frozen_and_compared(
    site: Site, sign_in: SignIn, page: Page, complaints: Complaints
) -> None:
    complaints.allow("status of 400")  # of a query that can't be understood
    slug = site.project(TRACES)
    judgement = 0
    for _ in range(2):
        claim = site.post(f"projects/{slug}/tasks/next/", {})
        answer = {"first_error": None}
        judgement = site.post(f"assignments/{claim['assignment']}/submit/", answer)["judgement"]
    sign_in(site.admin)
    page.goto(f"/p/{slug}/admin/export")
    page.get_by_label("Format", exact=True).select_option("trl-stepwise")
    page.get_by_text("More choices").click()
    page.get_by_label("Steps after the first error").select_option("as-wrong")
    page.get_by_label("Provenance").check()
    page.get_by_role("button", name="Preview").click()
    preview = page.get_by_test_id("export-preview")
    expect(preview).to_contain_text("2 rows")
    expect(preview).to_contain_text("2 × no error")
    expect(preview).to_contain_text("trace: no label")
    expect(preview.locator("pre").first).to_contain_text('"annotators"')

    page.get_by_label("Only what matches").fill("nosuch:field")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_label("Only what matches")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Only what matches").fill("")

    page.get_by_role("button", name="Make a snapshot").click()
    rows = page.get_by_role("table", name="Snapshots").get_by_role("row")
    expect(rows.nth(1)).to_contain_text("✓ done")
    expect(rows.nth(1)).to_contain_text("after first error: as-wrong")

    site.post(f"judgements/{judgement}/withdraw/", {"reason": "a slip"})
    page.get_by_role("button", name="Make a snapshot").click()
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_contain_text("✓ done")
    rows.nth(1).get_by_role("button", name="Compare").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_test_id("diff-counts")).to_contain_text("1 removed")
    expect(dialog).to_contain_text("a slip")
    expect(dialog.get_by_role("table", name="Changes").get_by_role("row").nth(1)).to_contain_text("no error")
    dialog.get_by_role("button", name="Close").click()

    rows.nth(1).get_by_role("button", name="Link").click()
    link = page.locator("code.break")
    expect(link).to_contain_text("/api/v1/downloads/")
    rows.nth(2).get_by_role("button", name="Delete snapshot").click()
    page.get_by_role("button", name="Delete it").click()
    expect(rows).to_have_count(2)
