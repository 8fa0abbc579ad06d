"""`manage.py score PROJECT [--scorer KEY]`."""

import pytest
from django.core.management import CommandError, call_command

from annotate.labeling.actions import open_tasks
from annotate.labeling.models import Task
from annotate.scoring.models import TraceScore
from tests.factories import make_problem, make_trace

pytestmark = pytest.mark.django_db


def test_it_scores_what_is_left_and_orders_the_queue(cast, capsys):
    problem = make_problem(cast.project, answer="4")
    right, wrong = (make_trace(cast.project, (f"{n}",), problem, answer=n) for n in ("4", "5"))
    cast.project.random_share = 0
    cast.project.save()
    open_tasks(cast.project.pk, [right.pk, wrong.pk])

    call_command("score", "algebra")

    assert capsys.readouterr().out.splitlines() == [
        "answer (version 1): 2 done, 0 pending, 0 failed",
        "arithmetic (version 1): 2 done, 0 pending, 0 failed",
    ]
    assert [task.trace_id for task in Task.objects.order_by("-priority")] == [wrong.pk, right.pk]
    assert Task.objects.get(trace=wrong).why == "The final answer is wrong, and no scorer sees where."


def test_it_runs_one_scorer(cast):
    make_trace(cast.project)

    call_command("score", "algebra", "--scorer", "arithmetic")

    states = dict(TraceScore.objects.values_list("scorer__key", "state"))
    assert states == {"answer": "pending", "arithmetic": "done"}


def test_it_names_what_there_is(cast):
    with pytest.raises(CommandError, match=r"There is no project geometry. Projects: algebra\."):
        call_command("score", "geometry")
    with pytest.raises(CommandError, match=r"There is no scorer prm. Scorers: answer, arithmetic\."):
        call_command("score", "algebra", "--scorer", "prm")
