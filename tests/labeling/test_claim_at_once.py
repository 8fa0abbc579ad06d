"""Many people at the queue at once, each with a connection of their own."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from annotate.corpus.models import Trace
from annotate.labeling import actions
from annotate.labeling.actions import change_wanted, claim, expire_leases, open_tasks, reprioritise
from annotate.labeling.answers import reopen, save_draft, skip, submit
from annotate.labeling.models import Assignment, Judgement, Task
from annotate.projects.actions import update_project
from annotate.projects.models import Project
from tests.factories import make_member, make_project, make_tasks, make_trace, make_user

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 20


def at_once(count: int, work: Callable[[int], object]) -> list[object]:
    """Run `work(0)` … `work(count - 1)` in threads that start together; what they return, or the first error."""
    start = threading.Barrier(count)

    def run(i: int) -> object:
        try:
            start.wait()
            return work(i)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.fixture
def project():
    return make_project("algebra", admin=make_user("max", is_staff=True))


@pytest.fixture
def people(project):
    users = [make_user(f"annotator-{i}") for i in range(PEOPLE)]
    for user in users:
        make_member(project, user)
    return users


def want(project, places):
    Project.objects.filter(pk=project.pk).update(annotations_per_task=places)
    project.refresh_from_db()


def check_places(project):
    """No task has more people than it wants, and `free` is what the assignments say."""
    for task in Task.objects.filter(project=project):
        held = Assignment.objects.filter(task=task, state__in=["leased", "submitted"]).count()
        assert task.free == task.wanted - held, task
        assert task.free >= 0


@pytest.mark.parametrize(("wanted", "tasks"), [(1, 200), (3, 100)])
def test_two_hundred_claims_at_once(project, people, wanted, tasks):
    want(project, wanted)
    make_tasks(project, tasks)

    def ten_claims(i):
        held = []
        for _ in range(10):
            held.append(claim(user=people[i], project=project, holding=held).pk)
        return held

    claimed = at_once(PEOPLE, ten_claims)

    assert len({assignment for held in claimed for assignment in held}) == 200
    by_task = Counter(Assignment.objects.values_list("task_id", flat=True))
    assert max(by_task.values()) == wanted
    by_person = Counter(Assignment.objects.values_list("task_id", "annotator_id"))
    assert set(by_person.values()) == {1}
    check_places(project)


def test_the_last_places_go_to_those_who_ask(project, people):
    """With fewer tasks than people, all of whom want the same one, nobody is sent away while a place is free."""
    want(project, 10)
    make_tasks(project, 2)

    claimed = at_once(PEOPLE, lambda i: claim(user=people[i], project=project))

    assert None not in claimed
    check_places(project)


def test_one_person_asking_twice_gets_one_answer(project, people):
    want(project, 3)
    make_tasks(project, 50)

    claimed = at_once(PEOPLE, lambda i: claim(user=people[0], project=project).pk)

    assert len(set(claimed)) == 1


def test_an_answer_sent_twice_at_once_is_one_judgement(project, people):
    make_tasks(project, 1)
    assignment = claim(user=people[0], project=project).pk

    def send(i):
        return submit(user=people[0], assignment_id=assignment, answer={"first_error": 0, "rewrite": "two"}).pk

    assert len(set(at_once(8, send))) == 1
    assert Judgement.objects.count() == 1


def test_the_same_rewrite_by_many_at_once_is_one_step(project, people):
    want(project, PEOPLE)
    make_tasks(project, 1)
    assignments = [claim(user=user, project=project).pk for user in people]

    def send(i):
        answer = {"first_error": 0, "rewrite": "two"}
        return submit(user=people[i], assignment_id=assignments[i], answer=answer).rewrite_id

    assert len(set(at_once(PEOPLE, send))) == 1


def test_a_lease_that_runs_out_under_a_late_submit_goes_to_one_of_two(project, people):
    """The owner submits late while the lease is taken back and somebody else asks for the task."""
    for _ in range(10):
        Trace.objects.all().delete()
        make_tasks(project, 1)
        assignment = claim(user=people[0], project=project)
        Assignment.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

        def work(i, assignment=assignment):
            if i == 0:
                try:
                    return submit(user=people[0], assignment_id=assignment.pk, answer={"first_error": None})
                except Exception as error:  # noqa: BLE001 - a conflict is one of the two right outcomes
                    return error.code
            if i == 1:
                return expire_leases()
            return claim(user=people[1], project=project)

        submitted, _, other = at_once(3, work)
        check_places(project)
        assert (other is None) == (submitted != "lease-expired")


def test_everything_at_once(project, people):
    """Claims, drafts, submits, skips, undos, leases that run out, and the queue put in order meanwhile: no deadlock, no
    place lost or doubled.
    """
    want(project, 2)
    make_tasks(project, 60)

    def work(i):
        user, held = people[i], []
        for turn in range(12):
            if i == 0:
                expire_leases()
                continue
            if i == 1:
                for task in Task.objects.order_by("?")[:5]:
                    Task.objects.filter(pk=task.pk).update(priority=F("priority") * 0.9)
                reprioritise(project=project)
                continue
            if i == 2:
                want(project, 2 + turn % 2)
                change_wanted(project=Project.objects.get(pk=project.pk))
                continue
            assignment = claim(user=user, project=project, holding=held)
            if assignment is None:
                continue
            held.append(assignment.pk)
            end = (i + turn) % 5
            if end == 0:
                Assignment.objects.filter(pk=assignment.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
            try:
                if end == 1:
                    skip(user=user, assignment_id=assignment.pk, reason="cant_judge")
                elif end == 2:
                    submit(user=user, assignment_id=assignment.pk, answer={"first_error": turn % 2})
                    if turn % 3 == 0:
                        reopen(user=user, assignment_id=assignment.pk)
                elif end == 3:
                    skip(user=user, assignment_id=assignment.pk, reason="bad_problem")
                    reopen(user=user, assignment_id=assignment.pk)
                else:
                    save_draft(user=user, assignment_id=held[0], draft={"turn": turn})
            except Exception as error:  # noqa: BLE001 - told below
                assert getattr(error, "status", None) == 409, error  # noqa: PT017 - any other error is a failure
        return None

    at_once(PEOPLE, work)

    check_places(project)
    twice = Counter(Assignment.objects.values_list("task_id", "annotator_id"))
    assert set(twice.values()) == {1}


def test_tasks_that_are_being_made_want_as_many_as_a_setting_changed_meanwhile(monkeypatch):
    project = make_project("algebra", admin=make_user("max", is_staff=True))
    traces = [make_trace(project).pk for _ in range(3)]
    rank, changed = actions.unscored_traces, threading.Event()

    def change():
        try:
            changing = update_project(actor=None, project=project, annotations_per_task=3)
            change_wanted(project=changing)
        finally:
            changed.set()
            connection.close()

    changer = threading.Thread(target=change)

    def change_in_the_middle(policy):
        changer.start()
        changed.wait(0.5)  # it either comes through now, or waits for us
        return rank(policy)

    monkeypatch.setattr(actions, "unscored_traces", change_in_the_middle)
    open_tasks(project.pk, traces)
    changer.join(10)

    assert list(Task.objects.values_list("wanted", "free")) == [(3, 3)] * 3
