"""What a person has said already is not asked again, and what follows from it stands and falls with it."""

import itertools
import threading

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotate.core.errors import Conflict
from annotate.labeling.actions import change_wanted, claim
from annotate.labeling.answers import leave_as_it_was, reopen, revise, save_draft, skip, submit
from annotate.labeling.known import known_steps
from annotate.labeling.models import Assignment, Judgement, StepLabel, Task
from annotate.projects.actions import update_project
from annotate.quality.agreement import exact_agreement
from tests.cast import Browser
from tests.desk import NEXT
from tests.desk import submit as post
from tests.factories import make_member, make_problem, make_project, make_trace, make_user, open_all

_number = itertools.count()


def family(project, *tails, problem=None):
    """Traces of one problem that begin with "a", "b"; their tasks are handed out in this order."""
    problem = problem or make_problem(project)
    traces = [make_trace(project, ("a", "b", *tail), problem, id=f"t-{next(_number)}") for tail in tails]
    open_all(project)
    for i, trace in enumerate(traces):
        Task.objects.filter(trace=trace).update(priority=0.9 - i / 100)
    return traces


def state_of(trace, person):
    row = Assignment.objects.filter(task__trace=trace, annotator=person).first()
    return row.state if row else None


def standing_of(trace, person):
    return Judgement.objects.get(trace=trace, annotator=person, superseded_at=None)


def test_a_known_first_error_is_counted_and_not_asked(cast):
    first, second, other = family(cast.project, ("c", "d"), ("x", "y", "z"), ())
    answer = {"first_error": 1, "error_types": ["format"], "comment": "no", "confidence": 4, "rewrite": "B"}
    alice = Browser(cast.alice)
    mine = alice.post(NEXT).json()

    said = post(alice, mine, **answer).json()

    assert said["derived"] == 2
    assert alice.post(NEXT).status_code == 204
    derived = standing_of(second, cast.alice)
    assert derived.values == [1, -1, None, None, None]
    assert (derived.error_types, derived.comment, derived.confidence) == (["format"], "no", 4)
    assert (derived.rewrite_id, derived.active_ms) == (None, 0)
    assert derived.derived_from == standing_of(first, cast.alice)
    assert [t.free for t in open_all(cast.project)] == [0, 0, 0]
    assert StepLabel.objects.filter(step=first.path[1]).count() == 1  # one fact, said once
    detail = Browser(cast.max).get(f"traces/{other.pk}/").json()
    assert detail["labels"][0]["derived_from"] == str(first.pk)
    stats = alice.get("projects/algebra/stats/").json()
    assert stats["mine"]["submitted"] == 3
    assert stats["judgements"]["first_error"] == 3


def test_other_people_and_other_errors_are_asked(cast):
    first, second, third = family(cast.project, ("c", "d"), ("c", "e"), ("f", "g"))
    mine = claim(user=cast.alice, project=cast.project)
    submit(user=cast.alice, assignment_id=mine.pk, answer={"first_error": 2})
    reopened = Task.objects.filter(trace=second)
    reopened.update(wanted=2, free=1)
    # The second begins with the same error; the third does not.
    assert claim(user=cast.alice, project=cast.project).task.trace == third
    assert claim(user=cast.bob, project=cast.project).task.trace == second
    assert first.path[2] == second.path[2]


def test_a_trace_that_came_later_is_known_at_the_claim(cast):
    problem = make_problem(cast.project)
    family(cast.project, ("c",), problem=problem)
    submit(user=cast.alice, assignment_id=claim(user=cast.alice, project=cast.project).pk, answer={"first_error": 0})
    later = family(cast.project, ("d",), ("e",), problem=problem)
    (fresh,) = family(cast.project, ("d",))  # another problem

    assert claim(user=cast.alice, project=cast.project).task.trace == fresh
    assert {state_of(trace, cast.alice) for trace in later} == {"submitted"}


def test_undo_takes_back_what_followed(cast):
    first, second = family(cast.project, ("c",), ("d",))
    mine = claim(user=cast.alice, project=cast.project)
    submit(user=cast.alice, assignment_id=mine.pk, answer={"first_error": 1})
    reopen(user=cast.alice, assignment_id=mine.pk)
    assert state_of(second, cast.alice) == "expired"
    assert Task.objects.get(trace=second).free == 1
    assert not Judgement.objects.filter(superseded_at=None).exists()
    submit(user=cast.alice, assignment_id=mine.pk, answer={"first_error": None})
    got = claim(user=cast.alice, project=cast.project)
    assert got.task.trace == second
    steps = known_steps(second, cast.alice.pk, cast.project)
    assert [(k["step"], k["value"], k["from"]) for k in steps] == [
        (0, "good", first.external_id),
        (1, "good", first.external_id),
    ]


def test_what_somebody_says_themselves_comes_first(cast):
    _, second, third = family(cast.project, ("c",), ("d",), ("e",))
    mine = claim(user=cast.alice, project=cast.project)
    shown = claim(user=cast.alice, project=cast.project, holding=[mine.pk])
    submit(user=cast.alice, assignment_id=mine.pk, answer={"first_error": 1})
    # It was on the screen in another tab, and is answered there all the same.
    explicit = submit(user=cast.alice, assignment_id=shown.pk, answer={"first_error": None})
    assert submit(user=cast.alice, assignment_id=shown.pk, answer={"first_error": None}) == explicit
    with pytest.raises(Conflict):
        submit(user=cast.alice, assignment_id=shown.pk, answer={"first_error": 0})
    reopen(user=cast.alice, assignment_id=mine.pk)
    assert standing_of(second, cast.alice) == explicit
    assert state_of(third, cast.alice) == "expired"


def test_what_was_begun_is_finished_by_its_person(cast):
    family(cast.project, ("c",), ("d",))
    mine = claim(user=cast.alice, project=cast.project)
    begun = claim(user=cast.alice, project=cast.project, holding=[mine.pk])
    save_draft(user=cast.alice, assignment_id=begun.pk, draft={"first_error": 2})
    submit(user=cast.alice, assignment_id=mine.pk, answer={"first_error": 1})
    assert Assignment.objects.get(pk=begun.pk).state == "leased"
    assert claim(user=cast.alice, project=cast.project).pk == begun.pk


@pytest.mark.parametrize(
    "change",
    [
        {"mode": "every_step"},
        {"label_schema": {"tags": [{"key": "new", "name": "New"}]}},
        {
            "label_schema": {
                "rubric": [{"key": "r", "name": "R", "scope": "trace", "min": 1, "max": 2, "required": True}]
            }
        },
    ],
)
def test_nothing_follows_where_more_is_asked(cast, change):
    problem = make_problem(cast.project)
    family(cast.project, ("c",), problem=problem)
    submit(user=cast.alice, assignment_id=claim(user=cast.alice, project=cast.project).pk, answer={"first_error": 1})
    update_project(actor=cast.max, project=cast.project, **change)
    cast.project.refresh_from_db()
    (later,) = family(cast.project, ("d",), problem=problem)
    assert claim(user=cast.alice, project=cast.project).task.trace == later


def test_what_was_said_of_known_steps_comes_along(cast):
    schema = {"tags": [{"key": "guess", "name": "Guess"}], "spans": [{"key": "odd", "name": "Odd"}]}
    update_project(actor=cast.max, project=cast.project, label_schema=schema)
    first, second = family(cast.project, ("c",), ("d",))
    said = [{"step": 0, "tags": ["guess"]}, {"step": 2, "comment": "!"}]
    alice = Browser(cast.alice)
    post(alice, alice.post(NEXT).json(), first_error=None, steps=said)
    claimed = alice.post(NEXT).json()
    assert claimed["known"] == [
        {"step": 0, "value": "good", "from": first.external_id, "said": {"tags": ["guess"]}},
        {"step": 1, "value": "good", "from": first.external_id, "said": {}},
    ]
    post(alice, claimed, first_error=1, steps=said[:1])
    assert standing_of(second, cast.alice).details == {"steps": said[:1]}


def test_derived_judgements_are_no_second_agreement(cast):
    update_project(actor=cast.max, project=cast.project, annotations_per_task=2)
    change_wanted(project=cast.project)
    family(cast.project, ("c",), ("d",), ("e",))
    for person in (cast.alice, cast.bob):
        cast.project.refresh_from_db()
        got = claim(user=person, project=cast.project)
        submit(user=person, assignment_id=got.pk, answer={"first_error": 1})
    assert Judgement.objects.count() == 6
    assert exact_agreement(cast.project) == {"tasks": 1, "exact": 1.0}


@pytest.mark.django_db(transaction=True)
def test_two_people_who_know_take_no_place_twice(cast):
    """Both derive over the same tasks at once: nobody waits for ever, and no task has more people than it wants."""
    tails = [(f"t{i}",) for i in range(12)]
    family(cast.project, *tails)
    mine = [(p, claim(user=p, project=cast.project)) for p in (cast.alice, cast.bob)]
    start = threading.Barrier(2)
    failures = []

    def answer(person, assignment):
        try:
            start.wait()
            submit(user=person, assignment_id=assignment.pk, answer={"first_error": 1})
        except Exception as error:  # noqa: BLE001
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=answer, args=pair) for pair in mine]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not failures
    check(cast.project)
    # Whatever one of them passed over comes to light at the next claims; then nothing is open.
    for person in (cast.alice, cast.bob):
        assert claim(user=person, project=cast.project) is None
    assert {task.free for task in open_all(cast.project)} == {0}


def check(project):
    """What holds after whatever anybody did."""
    for task in Task.objects.filter(project=project).prefetch_related("assignments__judgements"):
        taken = [a for a in task.assignments.all() if a.state in ("leased", "submitted")]
        assert task.free == task.wanted - len(taken)
        for assignment in task.assignments.all():
            standing = [j for j in assignment.judgements.all() if j.superseded_at is None]
            assert len(standing) == (1 if assignment.state == "submitted" else 0)
    for derived in Judgement.objects.filter(project=project, superseded_at=None, derived_from__isnull=False):
        origin = derived.derived_from
        assert origin.superseded_at is None
        assert origin.derived_from_id is None
        assert origin.annotator_id == derived.annotator_id
        wrong = derived.values.index(-1)
        assert derived.trace.path[wrong] == origin.trace.path[wrong] == derived.wrong_step_id
        assert derived.values[: wrong + 1] == origin.values[: wrong + 1]
        assert set(derived.values[wrong + 1 :]) <= {None}


def verdict(assignment, n):
    """An error at one of its steps, or none."""
    length = len(assignment.task.trace.path)
    return {"first_error": None if n % (length + 1) == length else n % (length + 1)}


STEPS = st.lists(st.sampled_from("ab"), min_size=1, max_size=3)
OPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "judge",
                "judge",
                "claim",
                "submit",
                "submit",
                "reopen",
                "reopen",
                "revise",
                "revise",
                "leave",
                "skip",
                "draft",
                "import",
            ]
        ),
        st.integers(0, 1),
        st.integers(0, 7),
        STEPS,
    ),
    min_size=4,
    max_size=25,
)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(traces=st.lists(STEPS, min_size=2, max_size=6), ops=OPS, wanted=st.integers(1, 2))
@pytest.mark.django_db
def test_nobody_is_asked_what_they_know(traces, ops, wanted):
    number = next(_number)
    project = make_project(
        f"known-{number}", admin=make_user(f"max-k{number}", is_staff=True), annotations_per_task=wanted
    )
    people = [make_user(f"person-k{number}-{i}") for i in range(2)]
    for person in people:
        make_member(project, person)
    problem = make_problem(project)
    names = itertools.count()
    for steps in traces:
        make_trace(project, steps, problem, id=f"t{next(names)}")
    open_all(project)
    for op, who, n, steps in ops:
        person = people[who]
        mine = list(Assignment.objects.filter(project=project, annotator=person).order_by("pk"))
        if op == "import":
            make_trace(project, steps, problem, id=f"t{next(names)}")
            open_all(project)
        elif op in ("claim", "judge"):
            holding = [a.pk for a in mine if a.state == "leased" and op == "claim"]
            got = claim(user=person, project=project, holding=holding)
            if got is not None and got.draft is None:
                known = Judgement.objects.filter(annotator=person, superseded_at=None, wrong_step__isnull=False)
                assert not set(got.task.trace.path) & set(known.values_list("wrong_step_id", flat=True))
            if got is not None and op == "judge":
                submit(user=person, assignment_id=got.pk, answer=verdict(got, n))
        elif mine:
            one = mine[n % len(mine)]
            try:
                if op == "submit":
                    submit(user=person, assignment_id=one.pk, answer=verdict(one, n))
                elif op == "reopen":
                    reopen(user=person, assignment_id=one.pk)
                elif op == "revise":
                    revise(user=person, assignment_id=one.pk)
                elif op == "leave":
                    leave_as_it_was(user=person, assignment_id=one.pk)
                elif op == "skip":
                    skip(user=person, assignment_id=one.pk, reason="cant_judge")
                else:
                    save_draft(user=person, assignment_id=one.pk, draft={"first_error": 0})
            except Conflict:
                pass
        check(project)
