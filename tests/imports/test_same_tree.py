"""Whatever the order, the requests, the repetitions, and whoever sends at the same moment: one tree."""

import random
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from annotate.corpus.formats import FORMATS
from annotate.corpus.models import Choice, Trace
from annotate.imports.actions import keep_upload
from annotate.imports.background import run
from annotate.imports.intake import take_in
from annotate.labeling.models import Task
from annotate.projects.models import Project
from tests.factories import make_project, make_user
from tests.imports.material import Line, gz, line, ndjson, table, tree, zipped, zst

SEEDS = range(6)


def forest(rng: random.Random) -> list[Line]:
    """Traces and choices that begin alike, of problems whose fields are spread over their lines."""
    lines = []
    for i in range(rng.randrange(30, 60)):
        p = rng.randrange(6)
        problem: dict[str, Any] = {"id": f"p{p}", "statement": f"Number {p}?"}
        if rng.random() < 0.4:
            problem["answer"] = str(p)
        if rng.random() < 0.4:
            problem["metadata"] = {"level": p}
        steps = [f"step {rng.randrange(3)}" for _ in range(rng.randrange(1, 6))]
        if rng.random() < 0.3:
            after = steps[: rng.randrange(len(steps))]
            lines.append({"id": f"c{i}", "problem": problem, "prefix": after, "candidates": ["step 0", "step 9"]})
            continue
        one: Line = {"problem": problem, "steps": steps, "generator": f"m{i}"}
        if rng.random() < 0.7:
            one["id"] = f"t{i}"
        if rng.random() < 0.5:
            one["labels"] = [{"source": "s", "first_error": rng.randrange(len(steps)), "rewrite": "Better."}]
        lines.append(one)
    return lines


def requests(rng: random.Random, lines: list[Line]) -> Iterator[bytes]:
    """All lines in any order, cut anywhere, some several times, each request packed in its own way."""
    sent = lines + rng.choices(lines, k=len(lines) // 2)
    rng.shuffle(sent)
    while sent:
        size = rng.randrange(1, 15)
        part, sent = sent[:size], sent[size:]
        packed = ndjson(part)
        yield rng.choice([packed, gz(packed), zst(packed), zipped({"a": packed})])


def send(project: Project, rng: random.Random, data: bytes) -> None:
    way = rng.randrange(3)
    if way == 2:
        kept = keep_upload(actor=project.memberships.get().user, project=project, chunks=[data], format="native")
        while not run(kept.pk):
            pass
        kept.refresh_from_db()
        assert (kept.state, kept.rejected) == ("done", 0)
    else:
        report = take_in(project, FORMATS["native"], [data], atomic=way == 1)
        assert not report.rejected, report.errors


def plain(slug: str, lines: list[Line]) -> dict[str, Any]:
    project = make_project(slug, admin=make_user(f"of {slug}", is_staff=True))
    assert not take_in(project, FORMATS["native"], [ndjson(lines)]).rejected
    return tree(project)


def has_a_task_each(project: Project) -> bool:
    objects = Trace.objects.filter(project=project).count() + Choice.objects.filter(project=project).count()
    return Task.objects.filter(project=project).count() == objects


@pytest.mark.django_db
@pytest.mark.parametrize("seed", SEEDS)
def test_any_order_any_split_any_repetition(seed: int) -> None:
    rng = random.Random(seed)
    lines = forest(rng)
    project = make_project("mixed", admin=make_user("max", is_staff=True))
    for data in requests(rng, lines):
        send(project, rng, data)
    assert tree(project) == plain("plain", lines)
    assert has_a_task_each(project)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", SEEDS)
def test_any_two_halves_at_the_same_moment(seed: int) -> None:
    rng = random.Random(100 + seed)
    lines = forest(rng)
    project = make_project("mixed", admin=make_user("max", is_staff=True))
    halves = [list(requests(random.Random(seed * 2 + i), rng.sample(lines, len(lines) * 2 // 3))) for i in range(2)]
    # What neither half drew goes to the second one.
    halves[1].append(ndjson(lines))
    failed: list[BaseException] = []
    together = threading.Barrier(2)

    def importer(half: list[bytes], own: random.Random) -> None:
        try:
            together.wait()
            for data in half:
                send(project, own, data)
        except Exception as error:  # noqa: BLE001 - told by the test's own thread
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=importer, args=(h, random.Random(i))) for i, h in enumerate(halves)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert tree(project) == plain("plain", lines)
    assert has_a_task_each(project)


def test_the_shared_lines_of_a_table_are_the_same_lines(cast: Any) -> None:
    lines = [line(i) for i in range(9)]
    take_in(cast.project, FORMATS["native"], [ndjson(lines)])
    assert take_in(cast.project, FORMATS["native"], [table(lines)]).duplicates == 9
