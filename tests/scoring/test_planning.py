"""Which scorer has what to do, in the database."""

import pytest

from annotate.projects.models import Project
from annotate.scoring.models import Scorer, StepScore, TraceScore
from annotate.scoring.planning import ensure_default_scorers, outdated_projects, plan, rescore_problems
from annotate.scoring.scorers.registry import embedded
from tests.factories import make_choice, make_problem, make_trace

pytestmark = pytest.mark.django_db


def enabled(project: Project) -> dict[str, str]:
    return dict(project.scorers.filter(enabled=True).values_list("key", "version"))


def test_a_project_gets_the_embedded_scorers_once(cast):
    Scorer.objects.all().delete()

    ensure_default_scorers(cast.project)
    ensure_default_scorers(cast.project)

    assert enabled(cast.project) == {
        "answer": embedded("answer").version,
        "arithmetic": embedded("arithmetic").version,
    }
    assert Scorer.objects.count() == 2


def test_every_trace_gets_one_row_of_work_for_each_scorer(cast):
    ensure_default_scorers(cast.project)
    traces = [make_trace(cast.project) for _ in range(3)]

    assert plan(cast.project.pk, [traces[0].pk]) == 2
    assert plan(cast.project.pk) == 4
    assert plan(cast.project.pk) == plan(cast.project.pk, []) == 0

    assert TraceScore.objects.filter(state="pending").count() == 6


def test_a_new_version_plans_every_trace_anew_and_keeps_the_old_scores(cast, monkeypatch):
    ensure_default_scorers(cast.project)
    trace = make_trace(cast.project)
    plan(cast.project.pk)
    old = cast.project.scorers.get(key="arithmetic")
    StepScore.objects.create(scorer=old, step_id=trace.path[0], value=0.5)
    assert outdated_projects() == []

    monkeypatch.setattr(embedded("arithmetic"), "version", "next")
    assert outdated_projects() == [cast.project]
    ensure_default_scorers(cast.project)

    assert outdated_projects() == []
    assert enabled(cast.project)["arithmetic"] == "next"
    assert TraceScore.objects.filter(trace=trace, scorer__version="next", state="pending").count() == 1
    assert StepScore.objects.filter(scorer=old).count() == 1


def test_going_back_to_an_old_version_takes_up_its_scores(cast, monkeypatch):
    ensure_default_scorers(cast.project)
    before = enabled(cast.project)
    with monkeypatch.context() as patched:
        patched.setattr(embedded("answer"), "version", "next")
        ensure_default_scorers(cast.project)
    ensure_default_scorers(cast.project)

    assert enabled(cast.project) == before


def test_a_scorer_that_is_off_plans_nothing(cast):
    ensure_default_scorers(cast.project)
    cast.project.scorers.filter(key="answer").update(enabled=False)
    make_trace(cast.project)

    assert plan(cast.project.pk) == 1


def test_a_new_reference_answer_scores_only_what_depends_on_it_again(cast):
    ensure_default_scorers(cast.project)
    problem, other = make_problem(cast.project), make_problem(cast.project)
    trace, bystander = make_trace(cast.project, problem=problem), make_trace(cast.project, problem=other)
    plan(cast.project.pk)
    TraceScore.objects.update(state="done", attempts=1, value=0.5, reason="old")

    rescore_problems(cast.project, [problem.pk])

    again = TraceScore.objects.get(trace=trace, scorer__key="answer")
    assert (again.state, again.attempts, again.value, again.reason) == ("pending", 0, None, "")
    assert TraceScore.objects.filter(state="done").count() == 3
    assert TraceScore.objects.filter(trace=bystander, state="done").count() == 2


def test_a_new_reference_answer_reaches_choices_too(cast):
    problem = make_problem(cast.project)
    choice, bystander = make_choice(cast.project, problem=problem), make_choice(cast.project)
    rollouts = Scorer.objects.create(project=cast.project, key="mc", version="1", kind="rollouts", settings={})
    for one in (choice, bystander):
        TraceScore.objects.create(scorer=rollouts, choice=one, state="done", reason="no reference answer")

    rescore_problems(cast.project, [problem.pk])

    assert TraceScore.objects.get(choice=choice).state == "pending"
    assert TraceScore.objects.get(choice=bystander).state == "done"


def test_scores_that_came_with_the_data_count_as_a_scorer(cast):
    problem = make_problem(cast.project)
    make_trace(cast.project, ("a", "b", "c"), problem, scores={"my-prm": [0.9, None, 0.2], "other": [0, 1, 1]})
    make_trace(cast.project, ("a", "d"), problem, scores={"my-prm": [0.8, 0.5]})
    make_trace(cast.project, ("x",))

    plan(cast.project.pk)
    plan(cast.project.pk)

    mine = cast.project.scorers.get(key="my-prm", kind="imported", enabled=True)
    scores = StepScore.objects.filter(scorer=mine).order_by("step__depth", "step__text")
    values = {s.step.text: s.value for s in scores.select_related("step")}
    # "a" is shared: one of the two imported values stands.
    assert values.pop("a") in (0.9, 0.8)
    assert values == {"c": 0.2, "d": 0.5}
    assert TraceScore.objects.filter(scorer=mine, state="done").count() == 2
    assert TraceScore.objects.filter(scorer__key="other", state="done").count() == 1


def test_imported_scores_by_the_name_of_an_own_scorer_are_kept_apart(cast):
    ensure_default_scorers(cast.project)
    make_trace(cast.project, ("a",), scores={"arithmetic": [0.7]})

    plan(cast.project.pk)

    assert StepScore.objects.get().scorer.key == "arithmetic (imported)"
    assert TraceScore.objects.filter(scorer__key="arithmetic", state="pending").count() == 1
