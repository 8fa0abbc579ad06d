"""The queue against a simple model of it: whatever happens in whatever order, both say the same."""

import itertools
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotate.core.errors import Conflict
from annotate.labeling.actions import change_wanted, claim, expire_leases
from annotate.labeling.answers import reopen, save_draft, skip, submit
from annotate.labeling.models import Assignment, QueuePosition, Task
from annotate.projects.models import Project
from tests.factories import make_member, make_project, make_tasks, make_user

PEOPLE = 2
_number = itertools.count()


@dataclass
class Hold:
    state: str
    due: bool = False


@dataclass
class Model:
    """`priority` and `wanted` by task; `holds` by (task, person)."""

    priority: dict[int, float] = field(default_factory=dict)
    wanted: dict[int, int] = field(default_factory=dict)
    holds: dict[tuple[int, int], Hold] = field(default_factory=dict)

    def free(self, task):
        taken = [h for (t, _), h in self.holds.items() if t == task and h.state in ("leased", "submitted")]
        return self.wanted[task] - len(taken)

    def not_mine(self, task, person):
        return (task, person) not in self.holds or self.holds[task, person].state == "expired"

    def open_to(self, person):
        tasks = [t for t in self.priority if self.free(t) > 0 and self.not_mine(t, person)]
        return sorted(tasks, key=lambda t: (-self.priority[t], t))

    def expire(self):
        for hold in self.holds.values():
            if hold.state == "leased" and hold.due:
                hold.state, hold.due = "expired", False

    def claim(self, person):
        if not self.open_to(person):
            self.expire()
        for task in self.open_to(person)[:1]:
            self.holds[task, person] = Hold("leased")
            return task
        return None

    def take_back(self, task, person):
        """One that is not leased becomes so if a place is free."""
        hold = self.holds[task, person]
        if hold.state in ("expired", "skipped"):
            if self.free(task) == 0:
                return False
            hold.state = "leased"
        return True


class Queue:
    """The model and the real thing, side by side."""

    def __init__(self):
        number = next(_number)
        self.project = make_project(f"project-{number}", admin=make_user(f"max-{number}", is_staff=True))
        self.people = [make_user(f"person-{number}-{i}") for i in range(PEOPLE)]
        for person in self.people:
            make_member(self.project, person)
        self.model = Model()
        self.insert(3)

    def insert(self, count):
        for task in make_tasks(self.project, count % 4 + 1):
            self.model.wanted.setdefault(task.pk, task.wanted)
            self.model.priority[task.pk] = task.priority

    def claim(self, who, keep):
        person = self.people[who % PEOPLE]
        mine = [t for (t, p), h in self.model.holds.items() if p == person.pk and h.state == "leased"]
        if mine and not keep:
            assignment = claim(user=person, project=self.project)
            assert assignment.pk == min(self.assignment(task, person.pk) for task in mine)
            self.model.holds[assignment.task_id, person.pk].due = False
            return
        expected = self.model.claim(person.pk)
        held = [self.assignment(task, person.pk) for task in mine]
        assignment = claim(user=person, project=self.project, holding=held)
        assert (assignment and assignment.task_id) == expected

    def assignment(self, task, person):
        return Assignment.objects.get(task=task, annotator=person).pk

    def act(self, name, which):
        if not self.model.holds:
            return
        task, person_id = sorted(self.model.holds)[which % len(self.model.holds)]
        person = next(p for p in self.people if p.pk == person_id)
        hold, pk = self.model.holds[task, person_id], self.assignment(task, person_id)
        call = {
            "submit": lambda: submit(user=person, assignment_id=pk, answer={"first_error": None}),
            "skip": lambda: skip(user=person, assignment_id=pk, reason="cant_judge"),
            "reopen": lambda: reopen(user=person, assignment_id=pk),
            "draft": lambda: save_draft(user=person, assignment_id=pk, draft={"n": which}),
        }[name]
        try:
            call()
            worked = True
        except Conflict:
            worked = False
        assert worked == self.expected(name, task, person_id, hold)

    def expected(self, name, task, person, hold):
        """Whether it works; changes the model as it should."""
        if name == "skip":
            if hold.state == "submitted":
                return False
            hold.state, hold.due = "skipped", False
            return True
        if name == "reopen":
            if hold.state == "submitted":
                hold.state = "leased"
            if not self.model.take_back(task, person):
                return False
            hold.due = False
            return True
        if hold.state == "submitted":
            return name == "submit"  # the same answer again
        if hold.state == "skipped" or not self.model.take_back(task, person):
            return False
        hold.state, hold.due = "submitted" if name == "submit" else "leased", False
        return True

    def run_out(self, which):
        if self.model.holds:
            task, person = sorted(self.model.holds)[which % len(self.model.holds)]
            hold = self.model.holds[task, person]
            if hold.state == "leased":
                hold.due = True
                past = timezone.now() - timedelta(minutes=1)
                Assignment.objects.filter(task=task, annotator=person).update(lease_until=past)

    def expire(self):
        self.model.expire()
        expire_leases(project=self.project)

    def lapse(self, which):
        self.run_out(which)
        self.expire()

    def move(self, which, priority):
        """As `reprioritise` does it."""
        task = sorted(self.model.priority)[which % len(self.model.priority)]
        self.model.priority[task] = priority
        Task.objects.filter(pk=task).update(priority=priority)
        Project.objects.filter(pk=self.project.pk).update(queue_epoch=F("queue_epoch") + 1)

    def want(self, places):
        Project.objects.filter(pk=self.project.pk).update(annotations_per_task=places)
        self.project.refresh_from_db()
        change_wanted(project=self.project)
        for task, wanted in self.model.wanted.items():
            self.model.wanted[task] = max(places, wanted - self.model.free(task))

    def check(self):
        for task in Task.objects.filter(project=self.project):
            assert (task.wanted, task.free) == (self.model.wanted[task.pk], self.model.free(task.pk))
        states = Assignment.objects.filter(project=self.project).values_list("task", "annotator", "state")
        assert {(t, p): state for t, p, state in states} == {k: h.state for k, h in self.model.holds.items()}
        epoch = Project.objects.get(pk=self.project.pk).queue_epoch
        for position in QueuePosition.objects.filter(project=self.project, epoch=epoch):
            place = (-position.priority, position.task_id)
            for task in self.model.open_to(position.annotator_id):
                assert (-self.model.priority[task], task) >= place


number = st.integers(0, 20)
OPERATIONS = st.one_of(
    st.tuples(st.just("claim"), number, st.booleans()),
    st.tuples(st.just("claim"), number, st.just(True)),
    st.tuples(st.just("act"), st.sampled_from(["submit", "skip", "reopen", "draft"]), number),
    st.tuples(st.just("run_out"), number),
    st.tuples(st.just("lapse"), number),
    st.tuples(st.just("insert"), number),
    st.tuples(st.just("move"), number, st.sampled_from([0.1, 0.5, 0.9])),
    st.tuples(st.just("want"), st.integers(1, 3)),
)


@pytest.fixture
def eager_positions(db):
    """Every claim stores how far it looked, not one in seven: what is wrong with a position shows at once."""
    sql = import_module("annotate.labeling.migrations.0003_claim").CLAIM
    assert "random() < 0.15" in sql
    with connection.cursor() as cursor:
        cursor.execute(sql.replace("CREATE", "CREATE OR REPLACE").replace("random() < 0.15", "true"))


@pytest.mark.usefixtures("eager_positions")
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(operations=st.lists(OPERATIONS, min_size=10, max_size=40))
def test_the_queue_does_what_its_model_does(operations):
    queue = Queue()
    for name, *arguments in operations:
        getattr(queue, name)(*arguments)
        queue.check()
