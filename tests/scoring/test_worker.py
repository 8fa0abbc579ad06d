"""A real Celery worker against the real stores: killed in the middle, its wake-ups wiped, its broker away."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.db.models.functions import Now

from annotate.corpus.formats import FORMATS
from annotate.corpus.models import Trace
from annotate.imports.intake import take_in
from annotate.projects.models import Project
from annotate.scoring import actions
from annotate.scoring.claims import claim, holding
from annotate.scoring.models import Scorer, StepScore, TraceScore
from annotate.scoring.planning import ensure_default_scorers, plan
from annotate.scoring.scorers.registry import embedded
from annotate.scoring.work import load
from tests.factories import make_problem, make_project, make_trace, make_user
from tests.scoring.llm import failing_first, pooling, serving, status

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
TRACES = 240
LEASE_SECONDS = 4.0


def environment() -> dict[str, str]:
    """For a process that is to use the test's database."""
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    return {**os.environ, "DATABASE_URL": url.geturl(), "SCORING_LEASE_SECONDS": str(LEASE_SECONDS)}


@contextmanager
def worker(tmp_path: Path, *, beat: bool = False, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker with two processes, in a process group of its own. Killed at the end."""
    command = (
        "celery -A annotate worker --loglevel info --concurrency 2 --without-gossip --without-mingle"
        " --queues celery,remote"
    )
    schedule = ["--beat", "--schedule", str(tmp_path / "beat")] if beat else []
    with open(tmp_path / "worker.log", "ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *command.split(), *schedule],
            cwd=ROOT,
            env={**environment(), **more},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """kill -9 of the worker and all its processes."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def caught_with_claims(process: subprocess.Popen[bytes]) -> Callable[[], bool]:
    """Whether it was stopped in the middle: something done, something in its hands. If not, it goes on."""

    def caught() -> bool:
        os.killpg(process.pid, signal.SIGSTOP)
        if count("done") > 0 and count("claimed") > 0:
            return True
        os.killpg(process.pid, signal.SIGCONT)
        return False

    return caught


def wipe_redis() -> None:
    redis.from_url(settings.REDIS_URL).flushall()


def until(condition: Callable[[], bool], what: str, tmp_path: Path, seconds: float = 240) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            log = (tmp_path / "worker.log").read_text()[-4000:]
            pytest.fail(f"waited {seconds} s in vain: {what}\n{log}")
        time.sleep(0.05)


def count(state: str) -> int:
    return TraceScore.objects.filter(state=state).count()


def waited(scorer: Scorer) -> bool:
    """As if the pauses that the scorer makes of its own accord were over sooner."""
    Scorer.objects.filter(pk=scorer.pk, resume_at__gt=Now()).update(resume_at=Now())
    return True


@pytest.fixture
def project() -> Project:
    project = make_project("algebra", admin=make_user("max", is_staff=True))
    ensure_default_scorers(project)
    return project


def lines() -> bytes:
    """Traces that begin alike in fours, every other one with a slip; answers that need mathematics."""
    made = []
    for i in range(TRACES):
        n = i // 4
        steps = [f"We begin with {n} + 1 = {n + 1}.", f"So {n} * {i} = {n * i + i % 2} in all."]
        answer = rf"\sqrt{{{4 * n + 8}}} + {i % 3}"
        problem = {"id": f"p{n}", "statement": f"What is {n}?", "answer": rf"2\sqrt{{{n + 2}}}"}
        made.append(json.dumps({"id": f"t{i}", "problem": problem, "steps": steps, "answer": answer}))
    return "\n".join(made).encode()


def assert_all_scored_once(project: Project) -> None:
    scorers = {row.key: row for row in project.scorers.filter(enabled=True)}
    texts = load(list(Trace.objects.values_list("pk", flat=True)))
    assert len(texts) == TRACES
    rows = list(TraceScore.objects.values_list("scorer__key", "trace"))
    assert sorted(rows) == sorted((key, trace) for key in scorers for trace in texts)
    assert {(s.state, s.claimed_by, s.lease_until) for s in TraceScore.objects.all()} == {("done", "", None)}

    expected = {
        (path[index], opinion.value, opinion.reason)
        for text, path in texts.values()
        for index, opinion in embedded("arithmetic").score_one(text).steps.items()
    }
    scores = StepScore.objects.filter(scorer=scorers["arithmetic"])
    assert sorted(scores.values_list("step", "value", "reason")) == sorted(expected)
    assert StepScore.objects.count() == len(expected) == TRACES // 2

    values = dict(TraceScore.objects.filter(scorer=scorers["answer"]).values_list("trace__external_id", "value"))
    assert values == {f"t{i}": float(i % 3 == 0) for i in range(TRACES)}


def test_a_killed_worker_and_a_wiped_redis_lose_and_double_nothing(project, tmp_path):
    wipe_redis()
    with worker(tmp_path) as first:
        report = take_in(project, FORMATS["native"], [lines()])
        assert (report.accepted, report.rejected) == (TRACES, 0)
        until(caught_with_claims(first), "the first scores, and more in work", tmp_path)
        kill(first)
    wipe_redis()
    assert count("claimed") > 0, "it was killed with claims in its hands"
    assert count("done") + count("pending") + count("claimed") == 2 * TRACES

    # Nobody asks: beat finds the work. Claims of the dead become free when their leases end.
    with worker(tmp_path, beat=True) as second:
        until(lambda: count("done") == 2 * TRACES, "all scored", tmp_path)
        kill(second)
    assert_all_scored_once(project)


def test_a_worker_killed_while_it_waits_for_a_server_and_a_server_that_fails(project, tmp_path, settings):
    """The first worker dies with requests on their way; then the server has a bad time, and gets over it."""
    wipe_redis()
    project.scorers.update(enabled=False)
    good, traces = pooling(), 40

    def slowly(path, body):
        time.sleep(0.15)
        return good(path, body)

    with serving() as server:
        server.behave = slowly
        settings.SCORER_HOSTS = [server.url]
        scorer = actions.add_scorer(
            actor=make_user("ada"),
            project=project,
            kind="prm-http",
            settings={"url": server.url, "model": "m", "timeout": 2, "concurrency": 4},
        )
        problem = make_problem(project)
        for i in range(traces):
            # Traces that begin alike share their first step.
            make_trace(project, (f"begin {i // 4}", f"{'wrong' if i % 2 else 'right'} {i}"), problem)
        plan(project.pk)
        with worker(tmp_path, STEPMARK_SCORER_HOSTS=server.url) as first:
            actions.wake(project)
            until(caught_with_claims(first), "the first scores, and more in work", tmp_path)
            kill(first)
        wipe_redis()
        assert count("claimed") > 0, "it was killed with claims in its hands"

        server.behave = failing_first(
            5, status(500, "no luck"), failing_first(3, (200, {}, b"garbage"), failing_first(4, status(429), slowly))
        )
        with worker(tmp_path, beat=True, STEPMARK_SCORER_HOSTS=server.url) as second:
            until(lambda: waited(scorer) and count("done") == traces, "all scored", tmp_path)
            kill(second)

    rows = TraceScore.objects.all()
    assert sorted(rows.values_list("scorer", "trace")) == sorted(
        (scorer.pk, trace) for trace in Trace.objects.values_list("pk", flat=True)
    )
    assert {(row.state, row.claimed_by, row.lease_until) for row in rows} == {("done", "", None)}
    scores = {s.step.text: s.value for s in StepScore.objects.select_related("step")}
    assert len(scores) == StepScore.objects.count() == traces + traces // 4
    assert all(value == pytest.approx(0.1 if text.startswith("wrong") else 0.9) for text, value in scores.items())


def test_two_workers_and_many_wake_ups_do_everything_once(project, tmp_path):
    wipe_redis()
    take_in(project, FORMATS["native"], [lines()])
    for _ in range(20):
        actions.wake(project)
    with worker(tmp_path), worker(tmp_path):
        until(lambda: count("done") == 2 * TRACES, "all scored", tmp_path)
    assert_all_scored_once(project)
    assert not TraceScore.objects.exclude(attempts=1).exists()


def test_without_redis_an_action_succeeds_all_the_same(project, tmp_path):
    make_trace(project)
    plan(project.pk)
    script = (
        "import django; django.setup();"
        "from annotate.projects.models import Project; from annotate.scoring.actions import wake;"
        "wake(Project.objects.get())"
    )
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={
            **environment(),
            "REDIS_URL": "redis://127.0.0.1:1/0",
            "DJANGO_SETTINGS_MODULE": "annotate.settings",
        },
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Error calling wake.<locals>.send in on_commit()" in done.stderr
    assert time.monotonic() - start < 20
    assert count("pending") == 2


def test_a_long_batch_keeps_its_lease_and_one_that_hangs_loses_it(project, settings):
    settings.SCORING_LEASE_SECONDS = 0.6
    make_trace(project)
    plan(project.pk)
    scorer = project.scorers.get(key="arithmetic")

    def kept() -> bool:
        return TraceScore.objects.filter(pk=claims[0].id, lease_until__gt=Now()).exists()

    claims = claim(scorer, "slow", 10)
    with holding(claims, "slow", seconds=30):
        time.sleep(1.5)
        assert kept()
        assert claim(scorer, "other", 10) == []
    told: list[int] = []
    with holding(claims, "slow", seconds=0.1, hung=lambda: told.append(1)):
        time.sleep(1.5)
        assert not kept()
    assert told == [1], "once, so that a scorer whose device hangs can end its process"
    assert [c.attempts for c in claim(scorer, "other", 10)] == [2]
