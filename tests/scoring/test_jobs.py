"""Wake-ups: few of many do the work, and none of them matters."""

import pytest
from django.core.cache import cache

from annotate.scoring import jobs
from annotate.scoring.jobs import score_project, wake_pending
from annotate.scoring.models import TraceScore
from annotate.scoring.planning import ensure_default_scorers, plan
from tests.factories import make_trace

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(monkeypatch) -> list[tuple]:
    """The wake-ups that jobs send; none of them arrives."""
    sent = []
    monkeypatch.setattr(score_project, "delay", lambda *args: sent.append(args))
    return sent


@pytest.fixture
def project(cast, monkeypatch):
    monkeypatch.setattr(jobs, "SEATS", 1)
    ensure_default_scorers(cast.project)
    make_trace(cast.project)
    plan(cast.project.pk)
    yield cast.project
    cache.delete_many([f"scoring:{cast.project.pk}:{seat}" for seat in range(8)])


def test_a_wake_up_scores_what_there_is_and_leaves_its_seat(project, sent):
    score_project(project.pk)
    make_trace(project)
    plan(project.pk)
    score_project(project.pk)

    assert sent == []
    assert TraceScore.objects.filter(state="done").count() == 4


def test_it_goes_on_in_slices(project, sent, monkeypatch):
    monkeypatch.setattr(jobs, "SLICE_SECONDS", -1.0)

    score_project(project.pk)

    [(project_id, seat, holder)] = sent
    assert (project_id, seat) == (project.pk, 0)
    assert TraceScore.objects.filter(state="done").count() == 1
    score_project(*sent.pop())
    assert TraceScore.objects.filter(state="done").count() == 2
    assert sent == [(project.pk, 0, holder)]


def test_others_leave_it_to_the_one_who_is_there(project, sent, monkeypatch):
    monkeypatch.setattr(jobs, "SLICE_SECONDS", -1.0)
    score_project(project.pk)
    for _ in range(5):
        score_project(project.pk)

    assert len(sent) == 1
    assert TraceScore.objects.filter(state="done").count() == 1


def test_a_slice_whose_seat_went_to_somebody_else_ends(project, sent):
    cache.set(f"scoring:{project.pk}:0", "somebody else", 30)

    score_project(project.pk, 0, "me")

    assert TraceScore.objects.filter(state="done").count() == 0
    assert cache.get(f"scoring:{project.pk}:0") == "somebody else"


def test_a_job_that_breaks_leaves_its_seat(project, sent, monkeypatch):
    def breaks(*args, **kwargs) -> bool:
        raise RuntimeError("no database")

    with monkeypatch.context() as patched:
        patched.setattr(jobs, "drain", breaks)
        with pytest.raises(RuntimeError):
            score_project(project.pk)
    score_project(project.pk)

    assert TraceScore.objects.filter(state="done").count() == 2


def test_lost_wake_ups_are_made_good(project, sent):
    wake_pending()
    assert sent == [(project.pk,)]

    score_project(*sent.pop())
    wake_pending()
    assert sent == []


def test_an_upgrade_plans_and_wakes_by_itself(project, sent, monkeypatch):
    score_project(project.pk)
    monkeypatch.setattr("annotate.scoring.scorers.arithmetic.ArithmeticScorer.version", "next")

    wake_pending()

    assert sent == [(project.pk,)]
    assert TraceScore.objects.get(state="pending").scorer.version == "next"
