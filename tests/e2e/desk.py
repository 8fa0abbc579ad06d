"""The annotate page as its user sees it: what is in front of them, and which keys they press."""

import re

from playwright.sync_api import Locator, Page, expect


class Desk:
    def __init__(self, page: Page, slug: str, username: str = "") -> None:
        self.page = page
        self.slug = slug
        self.username = username

    def open(self) -> "Desk":
        self.page.goto(f"/p/{self.slug}/annotate")
        return self.ready()

    def ready(self) -> "Desk":
        """Wait until there is a task, or word that there is none."""
        expect(self.page.locator("[data-place='0'], .empty").first).to_be_visible()
        return self

    def keys(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """In place of what is in the field."""
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)

    @property
    def problem(self) -> str:
        """The id of the problem on the desk, "" when there is no task."""
        shown = self.page.locator(".problem-id")
        return shown.text_content() or "" if shown.count() else ""

    @property
    def places(self) -> Locator:
        """The steps, or the candidates."""
        return self.page.locator("[data-place]")

    @property
    def focused(self) -> Locator:
        return self.page.locator("[data-place]:focus")

    @property
    def submit_button(self) -> Locator:
        return self.page.locator("[data-command=submit]")

    def expect_problem(self, name: str) -> None:
        expect(self.page.locator(".problem-id")).to_have_text(name)

    def wait_for_other_than(self, name: str) -> None:
        """Wait until another task, or word that there is none, has taken the place of this one."""
        expect(self.page.locator(".problem-id", has_text=re.compile(rf"^{re.escape(name)}$"))).to_have_count(0)
        self.ready()

    def expect_next_fetched(self, tasks: int = 1) -> None:
        """Wait until the task after this one, or so many of them, are here, too."""
        self.page.wait_for_function(
            "tasks => performance.getEntriesByType('resource')"
            ".filter(e => e.name.endsWith('/tasks/next/') && e.responseEnd).length > tasks",
            arg=tasks,
        )

    def expect_saved(self) -> None:
        expect(self.page.locator(".save-state")).to_have_text(re.compile(r"^\W*saved$"))

    def expect_offer(self, words: str | re.Pattern[str]) -> None:
        """What the submit button says that it will record."""
        expect(self.submit_button).to_contain_text(words)

    def expect_finished(self) -> None:
        expect(self.page.get_by_role("heading", name="Nothing left for you here")).to_be_visible()

    def candidate(self, text: str) -> int:
        """The number, from 1, of the candidate that contains this text: the order is everybody's own."""
        texts = self.places.all_text_contents()
        return 1 + next(i for i, one in enumerate(texts) if text in one)
