"""Claiming, scoring and storing, without a worker's process around it."""

from collections.abc import Iterator
from unittest.mock import Mock

import pytest
from django.db import connection
from django.utils import timezone

from annotate.scoring import work
from annotate.scoring.models import Pulse, StepScore, TraceScore
from annotate.scoring.planning import ensure_default_scorers, plan
from annotate.scoring.scorers.base import Failed, Opinion, Scored, TraceText
from annotate.scoring.scorers.registry import embedded
from annotate.scoring.selectors import failures, idle_projects, projects_with_new_scores, scorer_progress, scorers_page
from annotate.scoring.work import Claim, Result, claim, drain, free_expired, load, release, store
from tests.factories import make_problem, make_trace

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(cast):
    ensure_default_scorers(cast.project)
    return cast.project


@pytest.fixture
def arithmetic(project):
    return project.scorers.get(key="arithmetic")


def expire() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE scoring_tracescore SET lease_until = now() - interval '1 second'")


def states() -> list[str]:
    return sorted(TraceScore.objects.values_list("state", flat=True))


def test_it_scores_everything(project):
    problem = make_problem(project, answer="72")
    wrong = make_trace(project, ("She has 48.", "48 + 24 = 70 clips."), problem, answer="70")
    right = make_trace(project, ("She has 48.", "48 + 24 = 72 clips, so the answer is 72."), problem)
    bare = make_trace(project, ("Nothing here.",))
    plan(project.pk)

    stored = []
    assert drain(project.pk, seconds=60, on_stored=stored.append) is False

    assert sum(stored) == 6
    values = dict(TraceScore.objects.filter(scorer__key="answer").values_list("trace", "value"))
    assert values == {wrong.pk: 0, right.pk: 1, bare.pk: None}
    assert TraceScore.objects.get(trace=bare, scorer__key="answer").reason == "no reference answer"
    flagged = StepScore.objects.get()
    assert (flagged.step_id, flagged.reason) == (wrong.path[1], "48 + 24 = 72, not 70")
    assert states() == ["done"] * 6
    assert scorer_progress(project) == [
        {
            "key": key,
            "version": embedded(key).version,
            "kind": "embedded",
            "done": 3,
            "pending": 0,
            "failed": 0,
        }
        for key in ("answer", "arithmetic")
    ]


def test_observations_and_code_are_not_judged(project):
    make_trace(project, (("1 + 1 = 3", "observation"), ("x = 1 + 1 = 3", "code"), "1 + 1 = 3"))
    plan(project.pk)

    drain(project.pk, seconds=60)

    assert StepScore.objects.get().step.kind == "reasoning"


def test_only_the_scorers_asked_for_work(project):
    make_trace(project)
    plan(project.pk)

    drain(project.pk, seconds=60, keys=["arithmetic"])

    assert dict(TraceScore.objects.values_list("scorer__key", "state")) == {
        "answer": "pending",
        "arithmetic": "done",
    }


def test_two_workers_share_the_work(project, arithmetic):
    for _ in range(5):
        make_trace(project)
    plan(project.pk)

    first, second = claim(arithmetic, "first", 3), claim(arithmetic, "second", 3)

    assert (len(first), len(second), claim(arithmetic, "third", 3)) == (3, 2, [])
    assert not {c.trace_id for c in first} & {c.trace_id for c in second}


def test_a_claim_that_ran_out_goes_to_the_next_and_its_late_results_are_dropped(project, arithmetic):
    trace = make_trace(project)
    plan(project.pk)

    def shown():
        told = next(one for one in scorers_page(project) if one["row"] == arithmetic)
        return told["pending"], told["claimed"]

    [late] = claim(arithmetic, "late", 10)
    assert shown() == (0, 1)
    expire()
    assert shown() == (1, 0), "nobody is at work on what a dead worker held"
    [taken] = claim(arithmetic, "next", 10)
    assert (taken.id, taken.attempts) == (late.id, 2)

    late_result = Result(late, Scored(steps={0: Opinion(0.1, "late")}), trace.path)
    assert store(arithmetic, [late_result], "late") == 0
    assert StepScore.objects.count() == 0
    result = Result(taken, Scored(steps={0: Opinion(0.9, "next")}), trace.path)
    assert store(arithmetic, [result], "next") == 1
    assert store(arithmetic, [result], "next") == 0

    assert StepScore.objects.get().reason == "next"
    assert TraceScore.objects.get(scorer=arithmetic).state == "done"


def test_what_was_not_worked_on_goes_back_as_if_never_claimed(project, arithmetic):
    make_trace(project)
    plan(project.pk)
    claims = claim(arithmetic, "first", 10)

    release(claims, "somebody else")
    assert claim(arithmetic, "second", 10) == []
    release(claims, "first")

    assert claim(arithmetic, "second", 10) == claims == [Claim(claims[0].id, claims[0].trace_id, None, 1)]


def test_it_stops_at_the_deadline_between_traces(project, monkeypatch):
    for _ in range(4):
        make_trace(project)
    plan(project.pk)

    clock = Mock(monotonic=Mock(return_value=0.0))
    monkeypatch.setattr(work, "time", clock)

    def slow(trace: TraceText) -> Scored:
        clock.monotonic.return_value += 0.5
        return Scored()

    monkeypatch.setattr(embedded("arithmetic"), "score_one", slow)

    assert drain(project.pk, seconds=0.75, keys=["arithmetic"]) is True

    assert states().count("done") == 2
    assert not TraceScore.objects.filter(state="claimed").exists()
    assert set(TraceScore.objects.filter(state="pending").values_list("attempts", flat=True)) == {0}


def test_a_poisoned_trace_fails_alone_and_says_why(project, monkeypatch):
    for text in ("fine", "poison", "fine too"):
        make_trace(project, (text,))
    plan(project.pk)
    seen = []

    def picky(trace: TraceText) -> Scored:
        seen.append(trace.steps[0].text)
        if "poison" in trace.steps[0].text:
            raise RuntimeError("no such\0 luck")
        return Scored(steps={0: Opinion(1)})

    monkeypatch.setattr(embedded("arithmetic"), "score_one", picky)

    assert drain(project.pk, seconds=60, keys=["arithmetic"]) is False

    failed = TraceScore.objects.get(state="failed")
    assert failed.error == "RuntimeError: no such luck"
    assert failed.attempts == seen.count("poison") == work.MAX_ATTEMPTS
    assert TraceScore.objects.filter(state="done").count() == StepScore.objects.count() == 2


def test_a_trace_on_which_workers_die_takes_no_other_with_it(project, arithmetic):
    traces = [make_trace(project) for _ in range(3)]
    plan(project.pk)
    poison = traces[1].pk
    deaths, scored = 0, []

    # Each round is a worker's life: it claims, and is gone at once if the poisoned trace is among its claims.
    for life in range(20):
        claims = claim(arithmetic, f"life {life}", 10)
        if not claims:
            break
        if poison in [c.trace_id for c in claims]:
            deaths += 1
        else:
            scored += [c.trace_id for c in claims]
            store(arithmetic, [Result(c, Scored(), []) for c in claims], f"life {life}")
        expire()
    assert free_expired() == 1

    assert deaths == work.MAX_ATTEMPTS
    assert sorted(scored) == sorted(t.pk for t in traces if t.pk != poison)
    failed = TraceScore.objects.get(state="failed")
    assert (failed.trace_id, failed.error) == (poison, "The worker died or hung on this trace 3 times.")


def test_a_scorer_that_breaks_in_the_middle_gives_the_rest_back(project, monkeypatch):
    for _ in range(3):
        make_trace(project)
    plan(project.pk)

    def breaks(traces) -> Iterator[Scored]:
        yield Scored()
        raise RuntimeError("out of memory")

    scorer = embedded("arithmetic")
    monkeypatch.setattr(scorer, "score", breaks)
    drain(project.pk, seconds=60, keys=["arithmetic"])

    # The first of a batch goes through; one that was tried before comes alone, and goes through as the first.
    assert TraceScore.objects.filter(scorer__key="arithmetic", state="done").count() == 3


def test_a_trace_with_a_missing_step_fails_and_the_others_do_not(project):
    whole, broken = make_trace(project), make_trace(project, ("lost",))
    plan(project.pk)
    broken.path = [whole.pk]
    broken.save()

    drain(project.pk, seconds=60, keys=["arithmetic"])

    assert list(load([broken.pk])) == []
    assert TraceScore.objects.get(trace=broken, scorer__key="arithmetic").error == "A step of its path is missing."
    assert TraceScore.objects.get(trace=whole, scorer__key="arithmetic").state == "done"


def test_reasons_that_differ_in_numbers_alone_are_one_and_what_workers_tell_is_put_together(project, arithmetic):
    for tokens in ("9,001", "10,400", "12"):
        make_trace(project, (tokens,))
    make_trace(project, ("fine",))
    plan(project.pk)
    claims = claim(arithmetic, "me", 10)
    reasons = [*(f"It is too long: {n} tokens." for n in ("9,001", "10,400", "12")), "It is odd."]
    store(arithmetic, [Result(c, Failed(r, final=True), []) for c, r in zip(claims, reasons, strict=True)], "me")

    rows, found = failures(arithmetic, 10)
    assert (len(rows), found) == (4, [("It is too long: 10,400 tokens.", 3), ("It is odd.", 1)])

    for n, tokens in enumerate((1000.0, 500.0)):
        stats = {"tokens_per_second": tokens, "batch_tokens": tokens, "shared_share": 0.2 * n, "memory_ran_out": n}
        Pulse.objects.create(scorer=arithmetic, worker=f"host:{n}", at=timezone.now(), stats=stats)
    told = next(one for one in scorers_page(project) if one["row"] == arithmetic)
    assert (told["workers"], told["rate_per_minute"] > 0, told["eta_seconds"]) == (2, True, None)
    assert told["stats"] == {
        "tokens_per_second": 1500,
        "batch_tokens": 750,
        "shared_share": pytest.approx(0.1),
        "memory_ran_out": 1,
    }


def test_projects_without_a_worker_are_found(project, arithmetic):
    assert idle_projects() == []
    make_trace(project)
    plan(project.pk)
    assert idle_projects() == [project.pk]

    claim(arithmetic, "somebody", 1)
    assert idle_projects() == []
    expire()
    assert idle_projects() == [project.pk]

    drain(project.pk, seconds=60)
    assert idle_projects() == []


def test_projects_whose_priorities_are_behind_are_found(project):
    make_trace(project)
    plan(project.pk)
    assert projects_with_new_scores() == []

    drain(project.pk, seconds=60)
    assert projects_with_new_scores() == [project.pk]

    with connection.cursor() as cursor:
        cursor.execute("UPDATE projects_project SET prioritised_at = now() + interval '1 minute'")
    assert projects_with_new_scores() == []
