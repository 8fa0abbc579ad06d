"""A connected model suggests next steps, and one is taken, by keyboard."""

import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Seat
from tests.e2e.test_pages import Look, look
from tests.scoring import llm
from tests.site import SCORED_BY, Site

__all__ = ["look"]

PROBLEM = {"id": "s-1", "statement": "What is $6 \\cdot 7$?"}
TRACE: dict[str, Any] = {"id": "t-1", "problem": PROBLEM, "steps": ["I multiply.", "It is $41$.", "Done."]}


@pytest.fixture
def server() -> Iterator[llm.Server]:
    server = llm.Server(SCORED_BY)
    number = itertools.count(2)  # both are asked for at once
    server.behave = llm.chat(lambda body: f"It is $4{next(number)}$.", delay=0.3)
    yield server
    server.close()


def connect(site: Site, slug: str, **more: Any) -> None:
    chosen = {"url": f"http://127.0.0.1:{SCORED_BY}", "model": "writer-7b", "candidates": 2, **more}
    status, body = site.ask("PUT", f"projects/{slug}/suggester/", json.dumps({"settings": chosen}).encode())
    assert status == 200, body


def test_a_suggestion_is_taken_as_the_better_step(site: Site, seat: Seat, page: Page, server: llm.Server, look: Look):
    slug = site.project([TRACE])
    connect(site, slug)
    desk = seat(slug)
    desk.keys("j", "x", "i")
    region = page.get_by_role("region", name="Suggestions of the model")
    expect(region.get_by_text("Model text · writer-7b")).to_be_visible()
    expect(region.get_by_role("listitem")).to_have_count(2)
    look("suggestions")
    desk.keys("1")
    desk.expect_offer("First error: step 2 · rewritten")
    desk.keys("Enter")
    desk.expect_finished()
    desk.expect_saved()

    (row,) = site.export(slug, "native")
    assert row["labels"][0]["rewrite"].startswith("It is $4")
    (logged,) = site.get(f"projects/{slug}/suggestions/")["results"]
    assert (logged["annotator"], logged["state"], logged["tokens"]) == (desk.username, "done", 2400)
    assert "Done." not in json.dumps(logged["request"])


def test_a_server_that_fails_is_told_and_work_goes_on(site: Site, seat: Seat, page: Page, server: llm.Server):
    server.behave = lambda path, body: llm.status(401, "No such key.")
    slug = site.project([TRACE])
    connect(site, slug)
    desk = seat(slug)
    desk.keys("x", "i")
    expect(page.get_by_text("No such key.", exact=False)).to_be_visible()
    desk.keys("Escape", "Enter")
    desk.expect_finished()


def test_on_a_walk_suggestions_are_alternatives(site: Site, seat: Seat, page: Page, server: llm.Server, look: Look):
    slug = site.project([TRACE])
    connect(site, slug)
    site.post(f"projects/{slug}/tasks/retire/", {"query": ""})
    site.post(f"projects/{slug}/tasks/", {"kind": "walk", "query": ""})
    desk = seat(slug)
    desk.keys("1", "i")
    expect(page.locator(".candidate")).to_have_count(3)
    expect(page.locator(".candidate .model-text")).to_have_count(2)
    look("a walk")
    desk.keys("j", "1", "g")
    expect(page.get_by_role("heading", name="Step 2")).to_be_visible()
    desk.keys("d", "Enter")
    desk.expect_finished()
    desk.expect_saved()
    (row,) = site.export(slug, "prm800k")
    first = row["label"]["steps"][0]
    assert first["completions"][first["chosen_completion"]]["text"].startswith("It is $4")
