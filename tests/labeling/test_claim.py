"""What a claim finds, and when: expiry, positions in the queue, order."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from annotate.labeling.actions import REPRIORITISING, change_wanted, claim, expire_leases, open_tasks
from annotate.labeling.answers import skip, submit
from annotate.labeling.models import Assignment, QueuePosition, Task
from annotate.labeling.places import PERSON
from annotate.projects.models import Project
from tests.factories import make_member, make_tasks, make_trace, make_user


def claim_all(user, project):
    """Claim and hold until there is no more; the tasks in the order in which they came."""
    held, tasks = [], []
    while (assignment := claim(user=user, project=project, holding=held)) is not None:
        held.append(assignment.pk)
        tasks.append(assignment.task_id)
    return tasks


def let_run_out(**which):
    Assignment.objects.filter(state="leased", **which).update(lease_until=timezone.now() - timedelta(seconds=1))


@pytest.fixture
def project(cast):
    Project.objects.filter(pk=cast.project.pk).update(annotations_per_task=3)
    cast.project.refresh_from_db()
    return cast.project


def test_leases_last_as_long_as_the_project_says(cast):
    Project.objects.filter(pk=cast.project.pk).update(lease_minutes=7)
    make_tasks(cast.project, 1)

    lease = claim(user=cast.alice, project=cast.project).lease_until - timezone.now()

    assert timedelta(minutes=6.9) < lease <= timedelta(minutes=7)


def test_a_lease_that_ran_out_frees_its_place(cast):
    make_tasks(cast.project, 2)
    late, live = claim_all(cast.alice, cast.project)
    let_run_out(task=late)

    assert expire_leases() == 1
    assert expire_leases() == 0
    assert dict(Task.objects.values_list("pk", "free")) == {late: 1, live: 0}
    assert claim_all(cast.bob, cast.project) == [late]


def test_a_claim_that_finds_nothing_takes_back_what_ran_out(cast):
    make_tasks(cast.project, 1)
    claim(user=cast.alice, project=cast.project)
    let_run_out()

    assert claim(user=cast.bob, project=cast.project) is not None
    assert Assignment.objects.get(annotator=cast.alice).state == "expired"


def test_several_people_on_one_task_may_run_out_together(cast, project):
    make_tasks(project, 2)
    claim_all(cast.alice, project)
    claim_all(cast.bob, project)
    let_run_out()

    assert expire_leases(project=project) == 4
    assert set(Task.objects.values_list("free", flat=True)) == {3}


def test_a_lost_claim_gets_a_fresh_lease(cast):
    make_tasks(cast.project, 1)
    first = claim(user=cast.alice, project=cast.project)
    let_run_out()

    again = claim(user=cast.alice, project=cast.project)

    assert again.pk == first.pk
    assert again.lease_until > timezone.now()


# How far a person is through the queue


def position(cast):
    return QueuePosition.objects.get(annotator=cast.alice)


def test_a_claim_starts_where_the_last_look_ended(cast, project):
    """The index is read from the stored position on: what lies before it is not even looked at."""
    tasks = make_tasks(project, 40)
    claim_all(cast.alice, project)
    assert position(cast).priority == float("-inf")  # she saw all of it

    # Not how tasks enter the queue: without a new epoch the position hides it, which shows that it is used.
    Assignment.objects.filter(annotator=cast.alice, task=tasks[3]).delete()
    assert claim(user=cast.alice, project=project, holding=held(cast)) is None
    Project.objects.update(queue_epoch=99)
    assert claim(user=cast.alice, project=project, holding=held(cast)).task_id == tasks[3].pk


def held(cast):
    return list(Assignment.objects.filter(annotator=cast.alice).values_list("pk", flat=True))


def test_a_position_moves_past_what_is_mine(cast, project):
    tasks = make_tasks(project, 60)
    for task in tasks[:50]:
        Assignment.objects.create(
            project=project, task=task, annotator=cast.alice, state="submitted", lease_until=timezone.now()
        )

    assert claim(user=cast.alice, project=project).task_id == tasks[50].pk
    assert position(cast).task_id == tasks[50].pk


@pytest.mark.parametrize("how", ["skip", "expire", "insert", "move", "want"])
def test_a_veteran_finds_what_comes_in_before_their_position(cast, project, how):
    tasks = make_tasks(project, 30)
    if how in ("skip", "expire"):
        # Three others fill the first task's places, so that the veteran passes it.
        for name in ("x", "y", "z"):
            last = claim(user=make_member(project, make_user(name)).user, project=project)
    seen = claim_all(cast.alice, project)
    assert len(seen) == (29 if how in ("skip", "expire") else 30)
    assert position(cast).priority == float("-inf")

    if how == "skip":
        skip(user=last.annotator, assignment_id=last.pk, reason="cant_judge")
        expected = tasks[0].pk
    elif how == "expire":
        let_run_out(pk=last.pk)
        expire_leases()
        expected = tasks[0].pk
    elif how == "insert":
        open_tasks(project.pk, [make_trace(project, correct=False).pk])
        expected = Task.objects.latest("pk").pk
    elif how == "move":
        Assignment.objects.filter(annotator=cast.alice, task=tasks[7]).update(state="expired")
        Task.objects.filter(pk=tasks[7].pk).update(priority=0.99)
        Project.objects.filter(pk=project.pk).update(queue_epoch=project.queue_epoch + 50)
        expected = tasks[7].pk
    else:
        Task.objects.update(wanted=1, free=0)
        let_run_out(task=tasks[5], annotator=cast.alice)
        expire_leases()  # hers: it comes back to her alone
        expected = tasks[5].pk

    assert claim(user=cast.alice, project=project, holding=held_by(cast.alice)).task_id == expected


def held_by(user):
    return list(Assignment.objects.filter(annotator=user, state="leased").values_list("pk", flat=True))


def test_every_way_into_the_queue_counts_the_epoch_up(cast, project):
    def epoch():
        return Project.objects.get(pk=project.pk).queue_epoch

    def grew(change):
        before = epoch()
        change()
        return epoch() > before

    assert grew(lambda: make_tasks(project, 4))
    first = claim(user=cast.alice, project=project)
    assert not grew(lambda: submit(user=cast.alice, assignment_id=first.pk, answer={"first_error": None}))
    second = claim(user=cast.alice, project=project)
    assert grew(lambda: skip(user=cast.alice, assignment_id=second.pk, reason="cant_judge"))
    third = claim(user=cast.alice, project=project)
    let_run_out(pk=third.pk)
    assert grew(expire_leases)
    assert not grew(expire_leases)
    Project.objects.filter(pk=project.pk).update(annotations_per_task=5)
    project.refresh_from_db()
    assert grew(lambda: change_wanted(project=project))


# How many people a task wants


def test_changing_how_many_people_a_task_wants_keeps_those_who_have_it(cast, project):
    make_tasks(project, 2)
    one, two = claim_all(cast.alice, project)
    claim(user=cast.bob, project=project)  # the first of them, too

    for wanted, expected in ((1, {one: (2, 0), two: (1, 0)}), (4, {one: (4, 2), two: (4, 3)})):
        Project.objects.filter(pk=project.pk).update(annotations_per_task=wanted)
        project.refresh_from_db()
        change_wanted(project=project)
        assert {t.pk: (t.wanted, t.free) for t in Task.objects.all()} == expected
    assert change_wanted(project=project) == 0


def test_the_plan_of_a_claim_reads_the_queue_in_its_order(cast, project):
    """However small the tables, no sequential scan and no sort: the function's settings hold the planner to it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT proconfig FROM pg_proc WHERE proname = 'labeling_claim'")
        (settings,) = cursor.fetchone()
    assert "enable_seqscan=off" in settings
    assert "enable_sort=off" in settings


def test_a_project_that_asks_for_more_people_opens_its_tasks_again(cast, max_, alice, bob):
    make_tasks(cast.project, 1)
    alice.post("projects/algebra/tasks/next/")
    assert bob.post("projects/algebra/tasks/next/").status_code == 204

    answer = max_.patch("projects/algebra/", {"annotations_per_task": 2}, content_type="application/json")

    assert answer.status_code == 200
    assert bob.post("projects/algebra/tasks/next/").status_code == 200


def test_putting_a_project_in_order_does_not_stop_the_person_with_its_number(cast):
    """The two kinds of lock are told apart by more than a number."""
    assert 0x57EA == PERSON != REPRIORITISING  # 22506, as the claim in the database has it
