"""Real traces through a real start: sent twice, scored without being asked, queued, and given back unchanged."""

import json
from typing import Any

import pytest

from annotate.local.runtime import REPOSITORY
from tests.local.installation import until
from tests.site import Site

FILE = REPOSITORY.parent / "shared" / "data" / "processbench" / "gsm8k.json"
# Whether the final answer is right, of the tasks in the order in which they are given.
OUTCOMES = (
    "SELECT r.correct FROM unnest(%s::bigint[]) WITH ORDINALITY AS given (task, place)"
    " JOIN labeling_task t ON t.id = given.task JOIN corpus_trace r ON r.id = t.trace_id ORDER BY place"
)
SCORERS = {"answer", "arithmetic"}

pytestmark = [pytest.mark.slow, pytest.mark.installation]


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    if not FILE.exists():
        pytest.skip(f"ProcessBench is not here: {FILE}")
    return json.loads(FILE.read_bytes())


@pytest.fixture(scope="module")
def project(site: Site, rows: list[dict[str, Any]]) -> str:
    """All of it, sent twice, and scored."""
    slug = site.project([])
    for expected in ({"accepted": 400, "duplicates": 0}, {"accepted": 0, "duplicates": 400}):
        answer = site.ask("POST", f"projects/{slug}/traces/?format=processbench", FILE.read_bytes())
        assert answer[0] == 200
        assert answer[1] == {**answer[1], **expected, "rejected": 0, "errors": []}
    until(lambda: all(one["pending"] == 0 for one in stats(site, slug)["scorers"]), 120)
    return slug


def stats(site: Site, slug: str) -> dict[str, Any]:
    return site.get(f"projects/{slug}/stats/")


def queue(site: Site, slug: str) -> list[dict[str, Any]]:
    tasks, cursor = [], ""
    while cursor is not None:
        page = site.get(f"projects/{slug}/tasks/?limit=100&cursor={cursor}")
        tasks += page["results"]
        cursor = page["next"]
    return tasks


def test_every_trace_is_scored_once_by_every_scorer(site: Site, project: str):
    numbers = stats(site, project)
    assert (numbers["traces"], numbers["sources"]) == (400, ["processbench"])
    assert {one["key"]: (one["done"], one["failed"]) for one in numbers["scorers"]} == dict.fromkeys(SCORERS, (400, 0))
    stored = site.sql(
        "SELECT s.key, count(*), count(DISTINCT r.trace_id) FROM scoring_tracescore r"
        " JOIN scoring_scorer s ON s.id = r.scorer_id JOIN projects_project p ON p.id = s.project_id"
        " WHERE p.slug = %s GROUP BY 1",
        project,
    )
    assert {key: counts for key, *counts in stored} == {key: [400, 400] for key in SCORERS}


def test_the_queue_is_in_order_and_handed_out_in_it(site: Site, project: str):
    until(lambda: all_scores_counted(site, project))
    tasks = queue(site, project)
    assert len(tasks) == len({task["id"] for task in tasks}) == 400
    assert [task["priority"] for task in tasks] == sorted((t["priority"] for t in tasks), reverse=True)
    assert all(task["why"] for task in tasks)
    # The project's policy: the wrong ones, the most convincing first, then the right ones.
    outcomes = [outcome for (outcome,) in site.sql(OUTCOMES, [task["id"] for task in tasks])]
    assert outcomes == sorted(outcomes)

    claimed: list[int] = []
    for _ in range(5):
        claimed.append(site.post(f"projects/{project}/tasks/next/", {"holding": claimed})["assignment"])
    handed_out = site.sql("SELECT task_id FROM labeling_assignment WHERE id = ANY(%s) ORDER BY id", claimed)
    assert [task for (task,) in handed_out] == [task["id"] for task in tasks[:5]]


def all_scores_counted(site: Site, slug: str) -> bool:
    """Whether the order knows even the last scores, which move tasks a moment after they are stored."""
    (known,) = site.sql(
        "SELECT prioritised_at > (SELECT max(done_at) FROM scoring_tracescore r"
        " JOIN scoring_scorer s ON s.id = r.scorer_id WHERE s.project_id = p.id)"
        " FROM projects_project p WHERE slug = %s",
        slug,
    )
    return bool(known[0])


def test_the_labels_that_came_go_out_as_they_were(site: Site, project: str, rows: list[dict[str, Any]]):
    exported = site.export(project, "processbench", "imported", "processbench")
    assert sorted(exported, key=lambda row: row["id"]) == sorted(rows, key=lambda row: row["id"])
