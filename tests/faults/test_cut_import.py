"""Killed with -9 in the middle of an import, worker and web server: resumed, it is the same tree, nothing twice."""

import os
import signal
from collections.abc import Callable
from typing import Any

import pytest

from tests.imports.material import gz, line, ndjson
from tests.local.installation import Installation, until
from tests.site import Site

pytestmark = [pytest.mark.slow, pytest.mark.installation]

LINES = 9_000
COUNTS = (
    "SELECT (SELECT count(*) FROM corpus_trace t WHERE t.project_id = p.id),"
    " (SELECT count(*) FROM labeling_task t WHERE t.project_id = p.id),"
    " (SELECT count(*) FROM corpus_step s JOIN corpus_problem q ON q.id = s.problem_id WHERE q.project_id = p.id)"
    " FROM projects_project p WHERE slug = %s"
)
# Every node told by its own and all texts before it, without keys, which depend on the project.
TREE = """
    WITH RECURSIVE node (id, told) AS (
        SELECT s.id, q.external_id || '/' || s.text FROM corpus_step s JOIN corpus_problem q ON q.id = s.problem_id
        JOIN projects_project p ON p.id = q.project_id WHERE p.slug = %s AND s.parent_id IS NULL
        UNION ALL SELECT s.id, n.told || '/' || s.text FROM node n JOIN corpus_step s ON s.parent_id = n.id)
    SELECT md5(string_agg(told, '|' ORDER BY told)) FROM node"""


def kill(site: Site, part: str) -> None:
    for pid, name in Installation(site.data).processes().items():
        if name == part:
            os.kill(pid, signal.SIGKILL)


def imports(site: Site, slug: str) -> list[dict[str, Any]]:
    return site.get(f"projects/{slug}/imports/")["results"]


def is_(site: Site, slug: str, state: str) -> Callable[[], bool]:
    return lambda: imports(site, slug)[0]["state"] == state


def answers(site: Site) -> bool:
    try:
        return site.ask("GET", "projects/")[0] == 200
    except OSError:
        return False


def test_it_goes_on_where_it_was(site: Site) -> None:
    data = gz(ndjson([line(i) for i in range(LINES)]))
    whole = site.project([])
    assert site.ask("POST", f"projects/{whole}/traces/", data)[1]["accepted"] == LINES

    slug = site.project([])
    status, made = site.ask("POST", f"projects/{slug}/imports/?background=1&name=cut", data)
    assert status == 202, made
    until(lambda: imports(site, slug)[0]["lines"] > 0, 60)
    kill(site, "worker")
    stopped = imports(site, slug)[0]
    assert (stopped["state"], stopped["accepted"]) == ("running", stopped["lines"])
    assert 0 < stopped["lines"] < LINES, "it was over before the worker was killed"

    kill(site, "web")
    until(lambda: answers(site), 60)
    until(is_(site, slug, "done"), 180)
    told = imports(site, slug)[0]
    assert (told["accepted"], told["duplicates"], told["rejected"], told["lines"]) == (LINES, 0, 0, LINES)
    assert site.sql(COUNTS, slug) == site.sql(COUNTS, whole)
    assert site.sql(TREE, slug) == site.sql(TREE, whole)
