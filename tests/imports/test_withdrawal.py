"""Taking an import back: what it alone brought and nobody worked on goes, all the rest stays."""

import uuid
from typing import Any

from annotate.corpus.formats import FORMATS
from annotate.corpus.models import Choice, Problem, Step, Trace
from annotate.imports.background import run
from annotate.imports.intake import take_in
from annotate.imports.models import Holding, Import
from annotate.labeling.actions import claim
from annotate.labeling.models import Assignment, Judgement, Task
from annotate.scoring.models import StepScore, TraceScore
from annotate.scoring.planning import ensure_default_scorers
from tests.cast import Browser, Cast
from tests.factories import make_project
from tests.imports.material import Line, line, ndjson, tree

CHOICES: list[Line] = [
    {
        "id": f"c{i}",
        "problem": line(i)["problem"],
        "prefix": ["Begin with 0."],
        "candidates": [f"Half {i}.", "Other."],
        "preferences": [{"source": "s", "ranking": [[0]], "rewrite": "Better."}],
    }
    for i in range(2)
]
SCORED = [line(i, scores={"prm": [0.5, 0.25, 1]}, labels=[{"source": "gold", "first_error": 1}]) for i in range(8)]


def send(cast: Cast, *lines: Line, **how: Any) -> uuid.UUID:
    report = take_in(cast.project, FORMATS["native"], [ndjson(lines)], **how)
    assert not report.rejected, report.errors
    return uuid.UUID(report.import_id)


def withdraw(browser: Browser, import_: uuid.UUID) -> dict[str, Any]:
    answer = browser.post(f"imports/{import_}/withdraw/")
    assert (answer.status_code, answer.json()["state"]) == (202, "withdrawing")
    assert run(import_)
    told = browser.get(f"imports/{import_}/").json()
    assert told["state"] == "withdrawn", told["error"]
    return {name: count for name, count in told["withdrawn"].items() if count}


def test_alone_in_the_project_nothing_is_left_of_it(cast: Cast, max_: Browser) -> None:
    ensure_default_scorers(cast.project)
    import_ = send(cast, *SCORED, *CHOICES)
    steps = Step.objects.count()
    told = withdraw(max_, import_)
    assert told == {"traces": 8, "choices": 2, "steps": steps, "problems": 2}
    for model in (Trace, Choice, Step, Problem, Task, TraceScore, StepScore, Holding):
        assert not model.objects.exists(), model
    assert max_.post(f"imports/{import_}/withdraw/").status_code == 409
    send(cast, *SCORED, *CHOICES)
    assert Task.objects.count() == 10


def test_what_another_import_sent_too_stays_and_the_tree_is_as_if_only_that_one_had_come(
    cast: Cast, max_: Browser
) -> None:
    first = send(cast, *SCORED, CHOICES[0])
    second = send(cast, *SCORED[2:5], line(20), *CHOICES)
    alone = make_project("alone", admin=cast.max)
    take_in(alone, FORMATS["native"], [ndjson([*SCORED[2:5], line(20), *CHOICES])])
    told = withdraw(max_, first)
    assert told["traces"] == 5
    assert (told["traces_held_by_others"], told["choices_held_by_others"]) == (3, 1)
    assert tree(cast.project) == tree(alone)
    assert withdraw(max_, second)["traces"] == 4
    assert not Problem.objects.filter(project=cast.project).exists()


def test_what_people_worked_on_stays_with_all_it_stands_on(cast: Cast, max_: Browser, alice: Browser) -> None:
    import_ = send(cast, *SCORED)
    judged, drafted, held, skipped = (
        claim(user=user, project=cast.project) for user in (cast.alice, cast.bob, cast.rita, cast.max)
    )
    assert judged
    assert drafted
    assert held
    assert skipped
    answer = alice.post(f"assignments/{judged.pk}/submit/", {"first_error": 2, "rewrite": "Put right."})
    assert answer.status_code == 200, answer.content
    Assignment.objects.filter(pk=drafted.pk).update(state="expired", draft={"comment": "hm"})
    Assignment.objects.filter(pk=skipped.pk).update(state="skipped")
    told = withdraw(max_, import_)
    assert (told["traces"], told["traces_worked_on"]) == (5, 3)
    kept = set(Trace.objects.values_list("pk", flat=True))
    assert kept == {one.task.trace_id for one in (judged, drafted, held)}
    judgement = Judgement.objects.get()
    assert judgement.rewrite
    assert judgement.rewrite.text == "Put right."
    for trace in Trace.objects.all():
        assert Step.objects.filter(pk__in=trace.path).count() == len(trace.path)


def test_the_version_before_is_current_again(cast: Cast, max_: Browser) -> None:
    send(cast, line(0))
    second = send(cast, line(0, answer="1"), on_conflict="new-version")
    third = send(cast, line(0, answer="2"), on_conflict="new-version")
    assert [t.trace.version for t in Task.objects.select_related("trace")] == [3]
    withdraw(max_, second)
    assert [t.trace.version for t in Task.objects.select_related("trace")] == [3]
    withdraw(max_, third)
    assert [t.trace.version for t in Task.objects.select_related("trace")] == [1]


def test_one_that_was_all_rejected_or_failed_is_withdrawn_too(cast: Cast, max_: Browser) -> None:
    report = take_in(cast.project, FORMATS["native"], [b"{\n"])
    assert withdraw(max_, uuid.UUID(report.import_id)) == {}
    assert Import.objects.get().state == "withdrawn"


def test_another_project_is_never_touched(cast: Cast, max_: Browser) -> None:
    other = make_project("other", admin=cast.max)
    take_in(other, FORMATS["native"], [ndjson(SCORED)])
    before = tree(other)
    withdraw(max_, send(cast, *SCORED))
    assert tree(other) == before
    assert Task.objects.filter(project=other).count() == 8


def walked(admin: Browser, annotator: Browser, problem: str) -> dict[str, Any]:
    """A walk through this problem that has begun."""
    made = admin.post("projects/algebra/tasks/", {"kind": "walk", "query": f"problem:{problem}"})
    assert made.json()["made"] == 1, made.content
    Task.objects.filter(kind="walk").update(priority=1)
    claimed: dict[str, Any] = annotator.post("projects/algebra/tasks/next/").json()
    assert claimed["kind"] == "walk", claimed
    return claimed


def test_what_somebody_walked_through_stays_with_all_that_they_rated(cast: Cast, max_: Browser, alice: Browser) -> None:
    import_ = send(cast, *SCORED, *CHOICES)
    walk = walked(max_, alice, "p0")
    depth: dict[str, Any] = {"ratings": [], "chosen": None, "written": None}
    first = [step for step in walk["tree"]["steps"] if step["parent"] is None]
    depth |= {"ratings": [{"step": step["id"], "value": "bad"} for step in first]}
    said = {"finish": "stuck", "steps": [depth]}
    answer = alice.post(f"assignments/{walk['assignment']}/submit/", {"walk": said})
    assert answer.status_code == 200, answer.content
    told = withdraw(max_, import_)
    assert (told["traces"], told["traces_worked_on"], told["problems"]) == (4, 4, 1)
    judgement = Judgement.objects.get()
    assert judgement.walk
    rated = [one["step"] for one in judgement.walk["steps"][0]["ratings"]]
    assert rated
    assert Step.objects.filter(pk__in=rated).count() == len(rated)
    assert Trace.objects.filter(problem=judgement.problem).count() == 4


def test_a_walk_that_somebody_is_at_keeps_its_problem_too(cast: Cast, max_: Browser, alice: Browser) -> None:
    import_ = send(cast, *SCORED)
    walk = walked(max_, alice, "p1")
    assert withdraw(max_, import_)["traces_worked_on"] == 4
    assert Assignment.objects.filter(pk=walk["assignment"], state="leased").exists()
