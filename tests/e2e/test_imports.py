"""Importing as work, on the page: a large file goes on in the background, is paused, resumed and withdrawn."""

import csv
import json

from playwright.sync_api import Page, expect

from tests.e2e.conftest import SignIn
from tests.imports.material import line, ndjson
from tests.site import Site

LINES = 15_000


def test_a_large_file_is_imported_in_the_background(site: Site, sign_in: SignIn, page: Page) -> None:
    slug = site.project([])
    filler = {"metadata": {"note": "x" * 500}}  # over the size that is read at once
    data = ndjson([line(i, **filler) for i in range(LINES)])
    data += b'{"problem": {"statement": "x"}, "steps": []}\n'
    sign_in(site.admin)
    page.goto(f"/p/{slug}/admin/import")
    page.set_input_files("input[type=file]", {"name": "large.jsonl", "mimeType": "", "buffer": data})
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("large.jsonl is here and is read in the background")).to_be_visible()

    row = page.get_by_role("table", name="Imports").get_by_role("row").nth(1)
    expect(row).to_contain_text("large.jsonl")
    row.get_by_role("button", name="Pause the import of large.jsonl").click()
    expect(row).to_contain_text("paused")
    (paused,) = site.get(f"projects/{slug}/imports/")["results"]
    assert (paused["state"], paused["accepted"]) == ("paused", paused["lines"])
    assert paused["lines"] < LINES

    row.get_by_role("button", name="Resume the import of large.jsonl").click()
    expect(row).to_contain_text("✓ done", timeout=120_000)
    expect(row).to_contain_text(f"{LINES:,}")
    with page.expect_download() as downloading:
        row.get_by_role("link", name="Download the 1 rejected line of large.jsonl").click()
    with downloading.value.path().open() as file:
        (rejected,) = csv.DictReader(file)
    assert (rejected["line"], rejected["field"], rejected["code"]) == (str(LINES + 1), "steps", "step-count")

    claim = site.post(f"projects/{slug}/tasks/next/", {})
    # The last step: what is judged there says nothing about other traces.
    site.post(f"assignments/{claim['assignment']}/submit/", {"first_error": 2})
    row.get_by_role("button", name="Withdraw the import of large.jsonl").click()
    page.get_by_role("dialog").get_by_role("button", name="Withdraw", exact=True).click()
    expect(row).to_contain_text(f"{LINES - 1:,} traces went; 1 stays, since people worked on it.", timeout=120_000)
    kept = site.export(slug, "native")
    assert [json.dumps(one["id"]) for one in kept] == [json.dumps(claim["trace"]["id"])]
