"""A long sitting: tasks of every kind judged one after the other by keyboard, as fast as the page takes the keys.

Measured are what the page's scripts and document hold in the heap (without compiled code, of which the browser makes
more the longer it runs), nodes and listeners, after 20 tasks and after 200, each time with a task of steps on the desk
and after a garbage collection; and what the server holds in the end, beside what was said.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.e2e.conftest import Seat
from tests.e2e.desk import Desk
from tests.site import Site

TRACES, PAIRS, CHOICES, WALKS = 162, 8, 20, 8
FIRST, LAST = 20, 200
GROWN_BY = 1.2

# Waits for another task than the one before; null when there is none left.
NEXT = """async () => {
    const moment = () => new Promise((done) => setTimeout(done, 4));
    while (window.before?.isConnected) await moment();
    while (!document.querySelector(".empty")) {
        window.before = document.querySelector("aside.problem");
        const shown = ["walk-task", "choice-task", "steps"].find((name) => document.querySelector(`.${name}`));
        if (before && shown) return [shown, before.querySelector(".problem-id").title];
        await moment();
    }
    return null;
}"""


def lines() -> Iterator[dict[str, Any]]:
    for i in range(TRACES):
        yield trace(f"sum-{i}", i, f"and last ${i} + 3$.")
    for i in range(PAIRS):
        for n in range(2):
            yield {**trace(f"known-{i}", 500 + i, f"and last, another way, ${n}$."), "id": f"known-{i}-{n}"}
    for i in range(CHOICES):
        yield {
            "id": f"choice-{i}",
            "problem": {"id": f"choice-{i}", "statement": f"What is ${i} + 1$?"},
            "prefix": [],
            "candidates": [f"It is ${i + 1}$.", f"It is ${i}$."],
        }


def trace(name: str, i: int, last: str) -> dict[str, Any]:
    steps = [f"First ${i} + 1 = {i + 1}$,", f"then $\\frac{{{i}}}{{2}} + x_{{{i}}}^2$,", last]
    return {"id": name, "problem": {"id": name, "statement": f"What is ${i} + 3$?"}, "steps": steps}


class Sitting:
    """Judges whatever is on the desk, each time otherwise, and notes what was said of each problem last."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.cdp: CDPSession = desk.page.context.new_cdp_session(desk.page)
        self.said: dict[str, list[Any]] = {}
        self.tasks = 0
        self.turn: dict[str, int] = {}

    def judge(self, tasks: int | None = None) -> None:
        """So many tasks, or all there are."""
        while self.tasks != tasks and (there := self.next()):
            kind, problem = there
            turn = self.turn[kind] = self.turn.get(kind, -1) + 1
            verdict = {"steps": self.trace, "choice-task": self.choice, "walk-task": self.walk}[kind]
            said = self.trace("known", 0) if problem.startswith("known") else verdict(problem, turn)
            self.said.setdefault(problem, []).append(said)
            self.tasks += 1

    def next(self) -> tuple[str, str] | None:
        """The kind of the task that is on the desk now, and its problem; None when there is none left."""
        there = self.desk.page.evaluate(NEXT)
        return (there[0], there[1]) if there else None

    def trace(self, problem: str, turn: int) -> Any:
        keys = self.desk.keys
        match turn % 6:
            case 0:
                keys("a", "Enter")
                return {"first_error": None}
            case 1:
                keys("j", "x", "1", "Enter")
                return {"first_error": 1, "error_types": ["calculation"]}
            case 2:
                keys("x", "c")
                self.desk.type(f"Not so: {problem}")
                keys("Control+Enter")
                return {"first_error": 0, "comment": f"Not so: {problem}"}
            case 3:
                keys("j", "j", "x", "r")
                self.desk.type("and last $3$.")
                keys("Control+Enter")
                return {"first_error": 2, "rewrite": "and last $3$."}
            case 4:
                keys("s", "1", "Enter")
                return "skipped"
        keys("j", "x", "Enter")
        self.next()
        keys("z")
        assert self.next() == ("steps", problem)
        keys("k", "x", "Enter")
        return {"first_error": 0}

    def choice(self, problem: str, turn: int) -> Any:
        self.desk.keys("0" if turn % 2 else "n", "Enter")
        return {"ranking": [[0, 1]]} if turn % 2 else {"none_acceptable": True}

    def walk(self, problem: str, turn: int) -> Any:
        self.desk.keys("1", "g", "d", "Enter")
        return "walk"

    def weigh(self) -> dict[str, int]:
        """Bytes of the heap, nodes and listeners, once everything is stored."""
        while self.desk.page.locator(".choice-task, .walk-task").count():
            self.judge(self.tasks + 1)
        self.desk.expect_saved()
        # What was put off until an idle moment, of which some hold on to the task before, is done.
        self.desk.page.evaluate(
            "new Promise((done) => setTimeout(() => requestIdleCallback(done, {timeout: 500}), 1000))"
        )
        for _ in range(3):
            self.cdp.send("HeapProfiler.collectGarbage")
        counters = self.cdp.send("Memory.getDOMCounters")
        return {"heap": self.heap(), "nodes": counters["nodes"], "listeners": counters["jsEventListeners"]}

    def heap(self) -> int:
        chunks: list[str] = []

        def take(event: dict[str, Any]) -> None:
            chunks.append(event["chunk"])

        self.cdp.on("HeapProfiler.addHeapSnapshotChunk", take)
        self.cdp.send("HeapProfiler.takeHeapSnapshot", {"reportProgress": False})
        self.cdp.remove_listener("HeapProfiler.addHeapSnapshotChunk", take)
        snapshot = json.loads("".join(chunks))
        meta = snapshot["snapshot"]["meta"]
        fields, (types, *_) = meta["node_fields"], meta["node_types"]
        kinds = snapshot["nodes"][fields.index("type") :: len(fields)]
        sizes = snapshot["nodes"][fields.index("self_size") :: len(fields)]
        code = types.index("code")
        return sum(size for kind, size in zip(kinds, sizes, strict=True) if kind != code)


@pytest.mark.slow
def test_a_whole_sitting(site: Site, seat: Seat, page: Page):
    slug = site.project([{**trace(f"walk-{i}", 900 + i, "and last."), "id": f"walk-{i}"} for i in range(WALKS)])
    site.post(f"projects/{slug}/tasks/retire/", {"query": ""})
    assert site.post(f"projects/{slug}/tasks/", {"kind": "walk", "query": ""})["made"] == WALKS
    asked = list(lines())
    assert site.send(slug, asked)["accepted"] == len(asked)
    desk = seat(slug)
    sitting = Sitting(desk)

    sitting.judge(FIRST)
    before = sitting.weigh()
    tasks = sitting.tasks
    sitting.judge(LAST)
    after = sitting.weigh()
    assert after["heap"] < GROWN_BY * before["heap"], (before, after)
    # What lies ready for the next task comes and goes; what every task left behind would add up to more.
    for kind in ("nodes", "listeners"):
        assert after[kind] < before[kind] + 4 * (sitting.tasks - tasks), (before, after)
    sitting.judge()
    desk.expect_finished()
    desk.expect_saved()

    assert sitting.tasks == len(asked) + WALKS
    who = f"person:{desk.username}"
    stored: dict[str, list[Any]] = {}
    for row in site.export(slug, "native"):
        for one in row.get("labels") or row.get("preferences") or ["skipped"]:
            if one != "skipped":
                assert one.pop("source") == who
                assert sorted(one.pop("shown", [0, 1])) == [0, 1]
            stored.setdefault(row["problem"]["id"], []).append(one)
    traces = {key: said for key, said in sitting.said.items() if not key.startswith("walk")}
    assert {key: stored[key] for key in traces} == traces
    walks = site.sql(
        "SELECT count(*), count(DISTINCT problem_id) FROM labeling_judgement"
        " WHERE walk IS NOT NULL AND superseded_at IS NULL AND project_id = (SELECT id FROM projects_project"
        " WHERE slug = %s)",
        slug,
    )
    assert walks == [(WALKS, WALKS)]


def test_every_step_one_after_the_other(site: Site, seat: Seat):
    """The rest of the hour: a project's own words for each step, at the same speed, each submit stored once."""
    asked = [trace(f"rate-{i}", i, "and last.") for i in range(12)]
    slug = site.project(asked, mode="every_step")
    desk = seat(slug)
    for _ in asked:
        problem = desk.problem
        desk.keys("1", "3", "1", "Enter")
        desk.wait_for_other_than(problem)
    desk.expect_finished()
    desk.expect_saved()
    expect(desk.page.locator(".desk-today")).to_have_text(f"{len(asked)} today")
    rows = site.export(slug, "native")
    assert [[one["values"] for one in row["labels"]] for row in rows] == [[[1, -1, 1]]] * len(asked)
