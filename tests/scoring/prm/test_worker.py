"""`prm-worker` beside a running installation: a real Celery process on a queue of its own, killed in the middle."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from annotate.accounts.actions import create_token
from annotate.corpus.formats import FORMATS
from annotate.corpus.models import Trace
from annotate.imports.intake import take_in
from annotate.scoring import actions
from annotate.scoring.models import Scorer, StepScore, TraceScore
from annotate.scoring.work import load
from tests.factories import make_project, make_user
from tests.scoring.prm import oracle
from tests.scoring.test_worker import environment, until, wipe_redis

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[3]
TRACES = 300


def lines():
    """Four traces to a problem, which begin alike; the last is too long for the model."""
    made = []
    for i in range(TRACES):
        steps = [f"we add {i // 4} eggs", f"so x = {i}", "hence the answer is 17"]
        steps = steps if i < TRACES - 1 else steps * 100
        made.append({"id": f"t{i}", "problem": {"id": f"p{i // 4}", "statement": f"Is it {i // 4}?"}, "steps": steps})
    return "\n".join(map(json.dumps, made)).encode()


def done():
    return TraceScore.objects.filter(scorer__key="prm", state__in=["done", "failed"]).count()


def celery_processes(name):
    """Ids of processes with this worker's name in their command line."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().decode().split("\0")
        except OSError:
            continue
        if any(part.startswith(name) for part in command):
            found.append(int(folder.name))
    return found


def test_a_worker_joins_scores_and_survives_a_kill(checkpoints, tmp_path, client):
    wipe_redis()
    checkpoint = checkpoints["qwen"]
    max_ = make_user("max", is_staff=True)
    project = make_project("algebra", admin=max_)
    take_in(project, FORMATS["native"], [lines()])
    command = ["manage.py", "prm-worker", "--model", str(checkpoint.folder), "--project", "algebra"]
    with open(tmp_path / "worker.log", "ab") as log:
        process = subprocess.Popen(
            # One trace at a time, so that there is a middle to be killed in.
            [sys.executable, *command, "--gpus", "", "--set", "budget=1", "--set", "share=false"],
            cwd=ROOT,
            env={**environment(), "STEPMARK_DATA": str(tmp_path / "data"), "OMP_NUM_THREADS": "1"},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        until(lambda: done() > 0, "the first scores", tmp_path)
        row = Scorer.objects.get(key="prm", enabled=True)
        (worker,) = celery_processes(f"prm-cpu.{row.queue}@")
        os.kill(worker, signal.SIGKILL)
        assert done() < TRACES, "it was killed in the middle"
        until(lambda: celery_processes(f"prm-cpu.{row.queue}@") not in ([], [worker]), "another process", tmp_path)

        def all_done():
            actions.wake(project)  # as beat does every few seconds
            time.sleep(0.3)
            return done() == TRACES

        until(all_done, "all scored", tmp_path)
    finally:
        process.terminate()
        process.wait(60)
    assert "prm-cpu was killed by SIGKILL" in (tmp_path / "worker.log").read_text()
    assert not celery_processes(f"prm-cpu.{row.queue}@")

    row = Scorer.objects.get(key="prm", enabled=True)
    assert row.version.endswith(f"+qwen-{row.settings['digest'][:16]}")
    failed = TraceScore.objects.get(scorer=row, state="failed")
    assert failed.trace.external_id == f"t{TRACES - 1}"
    assert "too long" in failed.error
    assert TraceScore.objects.filter(scorer=row).count() == TRACES
    texts = load(list(Trace.objects.exclude(pk=failed.trace_id).values_list("pk", flat=True)))
    scores = dict(StepScore.objects.filter(scorer=row).values_list("step", "value"))
    assert len(scores) == len({step for _, path in texts.values() for step in path})
    for trace, path in list(texts.values())[::20]:
        assert [scores[step] for step in path] == pytest.approx(oracle.scores(checkpoint, trace), abs=1e-5)

    # And a person sees them at the trace.
    trace = Trace.objects.get(external_id="t17")
    token = create_token(user=max_, name="test")[1]
    answer = client.get(f"/api/v1/traces/{trace.pk}/", headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 200, answer.content
    shown = [step["scores"]["prm"]["value"] for step in answer.json()["steps"]]
    assert shown == pytest.approx([scores[step] for step in trace.path])
