"""The pages of those who run a project, from its first line to the dataset."""

import gzip
import hashlib
import json
import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Complaints, SignIn
from tests.e2e.desk import Desk
from tests.e2e.material import CHOICES, TRACES
from tests.site import Api, Site

LINES = [*TRACES, *CHOICES]


def test_from_a_new_project_to_its_queue(site: Site, sign_in: SignIn, page: Page):
    sign_in(site.admin)
    page.goto("/")
    page.get_by_role("button", name="New project").click()
    name = f"Areas & volumes {site.unique()}"
    page.get_by_label("Name", exact=True).fill(name)
    slug = page.get_by_label("Short name").input_value()
    assert slug.startswith("areas-volumes-")
    page.get_by_role("button", name="Create project").click()
    expect(page).to_have_url(f"{site.url}/p/{slug}/admin/import")

    good = [json.dumps(line) for line in LINES]
    bad = ['{"problem": {"statement": "No steps?"}}', "not JSON at all"]
    page.set_input_files(
        "input[type=file]",
        {"name": "areas.jsonl", "mimeType": "", "buffer": "\n".join([*good[:2], *bad, *good[2:]]).encode()},
    )
    page.get_by_role("button", name="Import", exact=True).click()
    result = page.locator(".import-result")
    expect(result).to_contain_text("6 imported, 2 lines rejected.")
    rejected = result.get_by_role("table", name="Rejected lines").get_by_role("row")
    expect(rejected).to_have_count(1 + len(bad))
    expect(rejected.nth(1)).to_contain_text("3")
    expect(rejected.nth(1)).to_contain_text("steps")
    expect(rejected.nth(2)).to_contain_text("4")

    # The same again, mended, as a gzipped array: nothing is there twice.
    page.set_input_files(
        "input[type=file]",
        {"name": "areas.json.gz", "mimeType": "", "buffer": gzip.compress(json.dumps(LINES).encode())},
    )
    page.get_by_role("button", name="Import", exact=True).click()
    expect(result).to_contain_text("Nothing new")

    page.get_by_role("link", name="Queue").click()
    rows = page.get_by_role("table", name="Open tasks in order").get_by_role("row")
    expect(rows).to_have_count(1 + len(LINES))
    shown = [cells.split("\t") for cells in rows.all_inner_texts()[1:]]
    listed = site.get(f"projects/{slug}/tasks/")["results"]
    assert [cells[0] for cells in shown] == [str(place) for place in range(1, 7)]
    for cells, task in zip(shown, listed, strict=True):
        assert task["problem"] in cells[2]
        assert cells[4] == f"{task['priority']:.3f}"


def test_a_member_gets_a_password_once_and_loses_the_project_again(site: Site, sign_in: SignIn, page: Page):
    slug, name = site.project([]), f"dora-{site.unique()}"
    sign_in(site.admin)
    page.goto(f"/p/{slug}/admin/members")
    page.get_by_label("User name").fill(name)
    page.get_by_label("Role", exact=True).select_option("reviewer")
    page.get_by_role("button", name="Add", exact=True).click()
    notice = page.get_by_role("status").filter(has_text=f"An account was made for {name}")
    password = notice.locator("code").text_content()
    assert password
    members = page.get_by_role("table", name="Members")
    expect(members.get_by_role("row", name=name)).to_be_visible()
    page.reload()
    expect(members.get_by_role("row", name=name)).to_be_visible()
    expect(page.get_by_text(password)).to_have_count(0)

    page.get_by_label(f"Role of {name}").select_option("annotator")
    expect(page.get_by_text(f"{name} has the role annotator now.")).to_be_visible()
    page.get_by_role("button", name=f"Remove {name}").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(members.get_by_role("row", name=name)).to_have_count(0)

    page.get_by_role("link", name="Audit log").click()
    log = page.get_by_role("table", name="Audit log").get_by_role("row")
    expect(log).to_have_count(1 + 4)
    expect(log.nth(1)).to_contain_text("member.remove")
    expect(log.nth(1)).to_contain_text(f"user: {name}")
    page.get_by_label("What").select_option("Project and settings")
    page.get_by_label("Who").fill(site.admin[0])
    page.get_by_role("button", name="Show").click()
    expect(log).to_have_count(1 + 1)
    expect(log.nth(1)).to_contain_text("project.create")
    expect(page).to_have_url(f"{site.url}/p/{slug}/admin/audit?verb=project.&who={site.admin[0]}")

    page.get_by_role("navigation", name="Account").get_by_role("button").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(f"{site.url}/sign-in")
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("No projects yet")).to_be_visible()


@pytest.mark.parametrize("language", ["curl", "Python"])
def test_a_token_works_as_the_page_says(site: Site, sign_in: SignIn, page: Page, language: str):
    slug = site.project([])
    person = site.person(slug)
    sign_in(person)
    page.goto("/account")
    page.get_by_label("Name of the new token").fill("nightly import")
    page.get_by_role("button", name="Create token").click()
    made = page.get_by_role("status").filter(has_text="is ready")
    made.get_by_role("radio", name=language).check()
    example = made.locator("pre").text_content()
    assert example
    runs = ["bash", "-c", example] if language == "curl" else [sys.executable, "-c", example]
    done = subprocess.run(runs, capture_output=True, text=True, timeout=60, check=True)
    assert slug in done.stdout

    token = made.locator(".secret code").text_content()
    mine = Api(site.url, token or "")
    assert [one["name"] for one in mine.get("tokens/")["results"]] == ["nightly import"]
    page.get_by_role("button", name="Revoke nightly import").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("You have no tokens.")).to_be_visible()
    assert mine.ask("GET", "tokens/")[0] == 401


def test_guidelines_are_written_and_read(site: Site, sign_in: SignIn, page: Page):
    slug = site.project(TRACES[:1])
    person = site.person(slug)
    sign_in(site.admin)
    page.goto(f"/p/{slug}/admin/settings")
    page.get_by_label("Text, in Markdown with LaTeX").fill("## Areas\n\nMind that $a^2 \\ne 2a$.")
    expect(page.get_by_label("Preview").locator("math")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("The guidelines are version 2 now.")).to_be_visible()

    sign_in(person)
    page.goto(f"/p/{slug}")
    guidelines = page.get_by_role("region", name="Guidelines")
    expect(guidelines).to_contain_text("version 2")
    expect(guidelines.locator("math")).to_be_visible()
    desk = Desk(page, slug).open()
    page.locator("summary", has_text="Guidelines").click()
    expect(page.get_by_label("Problem").first).to_contain_text("Mind that")
    desk.keys("a")
    desk.expect_offer("No error")


def test_a_dataset_is_downloaded_and_frozen(site: Site, sign_in: SignIn, page: Page):
    slug = site.project(TRACES)
    claim = site.post(f"projects/{slug}/tasks/next/", {})
    site.post(f"assignments/{claim['assignment']}/submit/", {"first_error": None})
    sign_in(site.admin)
    page.goto(f"/p/{slug}/admin/export")
    page.get_by_label("Format", exact=True).select_option("processbench")
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download now").click()
    assert downloading.value.suggested_filename == f"{slug}-processbench-resolved.json"
    rows = json.loads(downloading.value.path().read_bytes())
    assert [(row["id"], row["label"]) for row in rows] == [(claim["trace"]["id"], -1)]

    page.get_by_label("Format", exact=True).select_option("native")
    page.get_by_role("button", name="Make a snapshot").click()
    row = page.get_by_role("table", name="Snapshots").get_by_role("row").nth(1)
    expect(row).to_contain_text("✓ done")
    with page.expect_download() as downloading:
        row.get_by_role("link", name="Download").click()
    data = downloading.value.path().read_bytes()
    expect(row.locator("code[title]")).to_have_attribute("title", hashlib.sha256(data).hexdigest())
    assert len(data.splitlines()) == len(TRACES)
    # It is kept as it was, whatever is said later.
    assert data.decode().count("person:") + data.decode().count('"source":"resolved"') == 1


def test_admin_pages_are_not_there_for_annotators(
    site: Site, project: str, sign_in: SignIn, page: Page, complaints: Complaints
):
    complaints.allow("status of 404")
    sign_in(site.person(project))
    page.goto(f"/p/{project}")
    expect(page.get_by_role("link", name="Start")).to_be_visible()
    expect(page.get_by_role("link", name="Export")).to_have_count(0)
    for address in (f"/p/{project}/admin", f"/p/{project}/admin/members", "/p/nowhere-at-all", "/no/such/page"):
        page.goto(address)
        expect(page.get_by_role("heading", name="Nothing here")).to_be_visible()
