"""What the tests of an annotator's work do again and again: claim one task, answer it, let it run out."""

from datetime import timedelta

from django.utils import timezone

from annotate.labeling.actions import expire_leases
from annotate.labeling.models import Assignment, Judgement
from tests.factories import make_choice, make_trace, open_all

NEXT = "projects/algebra/tasks/next/"
GOOD, BAD, NEUTRAL, UNSURE = 1, -1, 0, 2


def claim_trace(cast, browser, steps=("2", "3", "4"), **fields):
    make_trace(cast.project, steps, **fields)
    open_all(cast.project)
    return browser.post(NEXT).json()


def claim_choice(cast, browser, candidates=("a", "b"), **fields):
    make_choice(cast.project, candidates, **fields)
    open_all(cast.project)
    return browser.post(NEXT).json()


def submit(browser, claim, **answer):
    return browser.post(f"assignments/{claim['assignment']}/submit/", answer)


def run_out(claim):
    """The lease ends, and the assignment is taken back."""
    Assignment.objects.filter(pk=claim["assignment"]).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert expire_leases() == 1


def standing(claim):
    return Judgement.objects.get(assignment=claim["assignment"], superseded_at=None)


def by_text(claim):
    return {step["text"]: step["id"] for step in claim["candidates"]}
