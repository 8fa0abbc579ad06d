"""Where tasks stand in the queue: when they enter it, and after scores came in."""

import threading

import pytest
from django.db import connection

from annotate.labeling import actions, jobs
from annotate.labeling.actions import open_tasks, reprioritise
from annotate.labeling.models import Task
from annotate.labeling.selectors import due_for_priorities
from annotate.projects.actions import update_project
from annotate.projects.models import Policy, Project
from annotate.scoring.models import Scorer, StepScore, TraceScore
from tests.factories import make_choice, make_project, make_tasks, make_trace, open_all


@pytest.fixture
def project(cast):
    """Nothing is drawn at random, so that the policy alone decides."""
    Project.objects.filter(pk=cast.project.pk).update(random_share=0, queue_epoch=0)
    cast.project.refresh_from_db()
    return cast.project


@pytest.fixture
def scorer(project):
    return Scorer.objects.create(project=project, key="prm", version="1", kind="imported")


def score(scorer, trace, *values):
    for step, value in zip(trace.path, values, strict=True):
        StepScore.objects.create(scorer=scorer, step_id=step, value=value)
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO scoring_tracescore (scorer_id, trace_id, state, attempts, claimed_by, reason, error, done_at)
            VALUES (%s, %s, 'done', 0, '', '', '', clock_timestamp())""",
            [scorer.pk, trace.pk],
        )


def epoch(project):
    return Project.objects.get(pk=project.pk).queue_epoch


def test_a_wrong_outcome_comes_first_before_any_score(project):
    right, wrong, unknown = (make_trace(project, correct=outcome) for outcome in (True, False, None))
    open_all(project)

    order = Task.objects.order_by("-priority").values_list("trace", flat=True)

    assert list(order) == [wrong.pk, unknown.pk, right.pk]
    assert "wrong" in Task.objects.get(trace=wrong).why


def test_opening_again_changes_nothing(project):
    trace, choice = make_trace(project), make_choice(project)
    assert open_tasks(project.pk, [trace.pk], [choice.pk]) == 2
    before = list(Task.objects.values()), epoch(project)

    assert open_tasks(project.pk, [trace.pk], [choice.pk]) == 0
    assert open_tasks(project.pk, [], []) == 0
    assert (list(Task.objects.values()), epoch(project)) == before


def test_another_projects_traces_get_no_task_here(cast, project):
    trace = make_trace(make_project("other", admin=cast.max))

    assert open_tasks(project.pk, [trace.pk]) == 0


def test_tasks_want_as_many_people_as_the_project_asks_for(project):
    Project.objects.filter(pk=project.pk).update(annotations_per_task=4)

    (task,) = make_tasks(project, 1)

    assert (task.wanted, task.free) == (4, 4)


@pytest.mark.parametrize("policy", Policy.values)
def test_every_policy_has_a_place_for_what_was_just_imported(project, policy):
    Project.objects.filter(pk=project.pk).update(policy=policy)
    make_trace(project, correct=False)
    make_choice(project)

    for task in open_all(project):
        assert 0 <= task.priority <= 1
        assert task.why


def test_a_share_is_drawn_at_random_when_it_comes_in(project):
    Project.objects.filter(pk=project.pk).update(random_share=0.3)
    for _ in range(60):
        make_trace(project, correct=False)

    tasks = open_all(project)

    drawn = [task for task in tasks if task.probability is not None]
    assert 5 < len(drawn) < 35
    assert {task.probability for task in drawn} == {0.3}
    assert all(task.priority >= 0.5 for task in tasks if task.probability is None)
    project.refresh_from_db()
    reprioritise(project=project)
    assert {t.pk for t in Task.objects.exclude(probability=None)} == {task.pk for task in drawn}


def test_scores_move_tasks(project, scorer):
    dull, suspect = (
        make_trace(project, ("1", "2"), correct=False),
        make_trace(project, ("3", "4"), correct=False),
    )
    open_all(project)
    score(scorer, dull, 0.1, 0.1)
    score(scorer, suspect, 0.9, 0.8)
    before = epoch(project)

    assert reprioritise(project=project) == 2

    order = Task.objects.order_by("-priority").values_list("trace", flat=True)
    assert list(order) == [suspect.pk, dull.pk]
    assert epoch(project) > before


def test_putting_in_order_again_writes_nothing(project, scorer):
    trace = make_trace(project, correct=False)
    open_all(project)
    score(scorer, trace, 0.9, 0.9, 0.2)
    reprioritise(project=project)
    before = epoch(project)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, xmin::text, ctid::text FROM labeling_task")
        rows = cursor.fetchall()

        assert reprioritise(project=project) == 0

        cursor.execute("SELECT id, xmin::text, ctid::text FROM labeling_task")
        assert cursor.fetchall() == rows
    assert epoch(project) == before


def test_many_tasks_move_in_pieces(project, scorer, monkeypatch):
    monkeypatch.setattr(actions, "CHUNK", 3)
    traces = [make_trace(project, correct=False) for _ in range(8)]
    open_all(project)
    for i, trace in enumerate(traces):
        score(scorer, trace, *[i / 10] * 3)

    assert reprioritise(project=project) == 8
    order = Task.objects.order_by("-priority").values_list("trace", flat=True)
    assert list(order) == [trace.pk for trace in reversed(traces)]


def test_it_is_due_after_scores_and_after_a_change_of_policy(cast, project, scorer):
    trace = make_trace(project, correct=False)
    open_all(project)
    jobs.reprioritise_scored()
    assert due_for_priorities() == []

    score(scorer, trace, 0.9, 0.9, 0.9)
    assert due_for_priorities() == [project]
    jobs.reprioritise_scored()
    assert Task.objects.get().why.endswith("yet no step scores below 0.90.")

    # Scores carry the time before their commit, so that the last seconds are looked at twice.
    TraceScore.objects.update(done_at=Project.objects.get(pk=project.pk).created_at)
    Project.objects.filter(pk=project.pk).update(prioritised_at=None)
    jobs.reprioritise_scored()
    update_project(actor=cast.max, project=project, policy="lowest-step")
    assert due_for_priorities() == [project]
    jobs.reprioritise_scored()
    assert Task.objects.get().why == "Step 1 has its lowest score, 0.90 by prm."


def test_a_policy_changed_in_the_middle_is_due_again(cast, project):
    make_tasks(project, 1)
    stale = Project.objects.get(pk=project.pk)
    update_project(actor=cast.max, project=project, policy="random")

    reprioritise(project=stale)

    assert project in due_for_priorities()


@pytest.mark.django_db(transaction=True)
def test_a_second_one_at_the_same_time_does_nothing(project):
    make_tasks(project, 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [actions.REPRIORITISING, project.pk])
    moved = []

    def other():
        moved.append(reprioritise(project=project))
        connection.close()

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [actions.REPRIORITISING, project.pk])

    assert moved == [0]
    assert reprioritise(project=project) == 1
