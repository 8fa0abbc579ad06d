"""A web server that dies in the middle of an upload: sending the same again makes it whole, and nothing twice."""

import os
import signal
import threading
from typing import Any

import pytest

from tests.local.installation import Installation, until
from tests.site import Site

pytestmark = [pytest.mark.slow, pytest.mark.installation]

LINES = 8_000


def lines() -> list[dict[str, Any]]:
    """In fours on one problem, beginning alike."""
    return [
        {
            "id": f"t{i}",
            "problem": {"id": f"p{i // 4}", "statement": f"What is {i // 4} + 1?"},
            "steps": [f"Begin with {i // 4}.", f"Add {i % 4}.", f"It is {i}."],
        }
        for i in range(LINES)
    ]


def test_the_same_upload_again_makes_it_whole(site: Site):
    slug = site.project([])
    count = "SELECT count(*) FROM corpus_trace t JOIN projects_project p ON p.id = t.project_id WHERE slug = %s"
    cut: list[Any] = []

    def upload() -> None:
        try:
            cut.append(site.send(slug, lines()))
        except (OSError, AssertionError) as error:
            cut.append(error)

    sending = threading.Thread(target=upload)
    sending.start()
    until(lambda: site.sql(count, slug)[0][0] > 0)
    for pid, part in Installation(site.data).processes().items():
        if part == "web":
            os.kill(pid, signal.SIGKILL)
    sending.join(60)
    assert isinstance(cut[0], Exception), "the upload was over before the server was killed"

    until(lambda: answers(site), 60)
    stored = site.sql(count, slug)[0][0]
    assert 0 < stored < LINES
    report = site.send(slug, lines())
    assert (report["accepted"], report["duplicates"], report["rejected"]) == (LINES - stored, stored, 0)
    assert site.sql(count, slug) == [(LINES,)]
    assert site.get(f"projects/{slug}/stats/")["tasks"]["total"] == LINES


def answers(site: Site) -> bool:
    try:
        return site.ask("GET", "projects/")[0] == 200
    except OSError:
        return False
