"""`PATCH projects/{slug}/`: what a change of settings does to tasks that exist."""

from annotate.labeling.models import Task
from tests.factories import make_tasks


def places():
    return {task.pk: (task.wanted, task.free) for task in Task.objects.all()}


def test_more_judgements_a_task_open_places_in_the_tasks_that_exist(cast, alice, max_):
    make_tasks(cast.project, 2)
    taken = alice.post("projects/algebra/tasks/next/").json()["task"]

    assert (
        max_.patch("projects/algebra/", {"annotations_per_task": 3}, content_type="application/json").status_code == 200
    )
    assert places() == {task: (3, 2 if task == taken else 3) for task in places()}

    max_.patch("projects/algebra/", {"annotations_per_task": 1}, content_type="application/json")
    assert places() == {task: (1, 0 if task == taken else 1) for task in places()}


def test_other_settings_leave_the_places_alone(cast, max_):
    make_tasks(cast.project, 1)
    before = places()
    max_.patch("projects/algebra/", {"lease_minutes": 5}, content_type="application/json")
    assert places() == before
