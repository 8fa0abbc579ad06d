from datetime import timedelta

import pytest
from django.utils import timezone

from annotate.audit.models import Event
from annotate.corpus.models import Choice, Trace
from annotate.labeling import selection_work
from annotate.labeling.actions import reprioritise
from annotate.labeling.jobs import change_selection, wake_selections
from annotate.labeling.models import SelectionWork, Task
from annotate.scoring.models import Scorer
from annotate.scoring.planning import plan
from tests.factories import make_choice, make_problem, make_project, make_trace

TASKS, RETIRE, TAGS = "projects/algebra/tasks/", "projects/algebra/tasks/retire/", "projects/algebra/tags/"
LINE = {"problem": {"statement": "2 + 2?"}, "steps": ["4"]}


@pytest.fixture
def corpus(cast):
    """Traces t0 to t4, the even ones wrong, and a choice: no tasks yet; another project with the same."""
    for project in (cast.project, make_project("other", admin=cast.max)):
        problem = make_problem(project, "What is it?")
        for i in range(5):
            make_trace(project, [f"Number {i}", "so"], problem, id=f"t{i}", correct=i % 2 == 1)
        make_choice(project, ["It is", "It is not"], (), problem, id="c")
    return cast.project


def tasks(**where):
    return sorted(
        (task.trace or task.choice).external_id
        for task in Task.objects.filter(**where).select_related("trace", "choice")
    )


def test_what_a_query_finds_becomes_tasks_counted_before_and_after(max_, corpus):
    wrong = {"query": "outcome:wrong"}
    counts = {"found": 3, "made": 3, "changed": 0, "unchanged": 0}
    assert max_.post(TASKS, wrong | {"dry_run": True}).json() == counts
    assert tasks() == []
    assert max_.post(TASKS, wrong).json() == counts
    assert tasks(project=corpus) == ["t0", "t2", "t4"]
    assert Task.objects.filter(project__slug="other").count() == 0
    for dry_run in (True, False):
        again = max_.post(TASKS, wrong | {"dry_run": dry_run}).json()
        assert again == counts | {"made": 0, "unchanged": 3}
    assert max_.post(TASKS, {"query": "type:choice OR id:t1"}).json()["made"] == 2
    assert tasks(kind="choice") == ["c"]
    event = Event.objects.filter(verb="tasks.make").first()
    assert (event.data["query"], event.data["made"]) == ("outcome:wrong", 3)


def test_new_ones_are_not_counted_as_changed_nor_for_them(max_, corpus):
    max_.post(TASKS, {"query": "outcome:wrong", "annotations_per_task": 3})
    wish = {"query": "type:trace", "annotations_per_task": corpus.annotations_per_task}
    counts = {"found": 5, "made": 2, "changed": 3, "unchanged": 0}
    assert max_.post(TASKS, wish | {"dry_run": True}).json() == counts
    assert max_.post(TASKS, wish).json() == counts


def test_they_may_have_settings_of_their_own(max_, alice, corpus):
    max_.post(TASKS, {"query": "type:trace"})
    wish = {"query": "id:t3 OR id:c", "annotations_per_task": 3, "priority": 0.99}
    counts = {"found": 2, "made": 1, "changed": 1, "unchanged": 0}
    assert max_.post(TASKS, wish | {"dry_run": True}).json() == counts
    assert max_.post(TASKS, wish).json() == counts
    assert max_.post(TASKS, wish).json() == counts | {"made": 0, "changed": 0, "unchanged": 2}
    assert tasks(wanted=3, free=3, priority=0.99, pinned=True) == ["c", "t3"]
    reprioritise(project=corpus)
    assert tasks(priority=0.99) == ["c", "t3"]
    claimed = {alice.post(f"{TASKS}next/", {"holding": []}).json()["kind"] for _ in range(1)}
    assert claimed <= {"trace", "choice"}
    # Those who have it are never too many for it.
    assert max_.post(TASKS, {"query": "id:t3 OR id:c", "annotations_per_task": 1}).json()["changed"] == 2
    assert sorted(Task.objects.filter(pinned=True).values_list("wanted", "free")) == [(1, 0), (1, 1)]


def test_tasks_that_nobody_has_had_are_retired(max_, alice, corpus):
    max_.post(TASKS, {"query": ""})
    claim = alice.post(f"{TASKS}next/").json()
    counts = {"found": 6, "retired": 5, "begun": 1}
    assert max_.post(RETIRE, {"query": "", "dry_run": True}).json() == counts
    assert Task.objects.count() == 6
    assert max_.post(RETIRE, {"query": ""}).json() == counts
    assert [task.pk for task in Task.objects.all()] == [claim["task"]]
    assert (Trace.objects.filter(project=corpus).count(), Choice.objects.filter(project=corpus).count()) == (5, 1)
    assert alice.post(f"{TASKS}next/", {"holding": [claim["assignment"]]}).status_code == 204
    assert max_.post(TASKS, {"query": ""}).json()["made"] == 5


def test_a_project_may_want_no_tasks_at_import(max_, alice):
    max_.patch("projects/algebra/", {"tasks_at_import": "none"}, content_type="application/json")
    assert max_.post("projects/algebra/traces/", LINE).json()["accepted"] == 1
    assert alice.post(f"{TASKS}next/").status_code == 204
    assert max_.post(TASKS, {"query": "task:none"}).json()["made"] == 1
    assert alice.post(f"{TASKS}next/").status_code == 200


def test_what_a_query_finds_is_tagged(max_, corpus):
    counts = {"found": 4, "changed": 4}
    wish = {"query": "outcome:wrong OR type:choice", "add": ["hard", "for Ada"]}
    assert max_.post(TAGS, wish | {"dry_run": True}).json() == counts
    assert max_.post(TAGS, wish).json() == counts
    assert max_.post(TAGS, wish).json() == counts | {"changed": 0}
    assert max_.post(TAGS, {"query": "tag:hard id:t2", "add": ["new"], "remove": ["hard"]}).json()["changed"] == 1
    tags = {t.external_id: t.tags for t in Trace.objects.filter(project=corpus)}
    assert tags == {"t0": ["hard", "for Ada"], "t1": [], "t2": ["for Ada", "new"], "t3": [], "t4": ["hard", "for Ada"]}
    assert Choice.objects.get(project=corpus).tags == ["hard", "for Ada"]
    assert not Trace.objects.filter(project__slug="other").exclude(tags=[]).exists()


@pytest.mark.parametrize(
    ("url", "wish", "field"),
    [
        (TASKS, {"query": "outcom:wrong"}, "query"),
        (TASKS, {}, "query"),
        (TASKS, {"query": "", "priority": 2}, "priority"),
        (TASKS, {"query": "", "anotations_per_task": 2}, "anotations_per_task"),
        (RETIRE, {"query": "(x"}, "query"),
        (TAGS, {"query": ""}, "add"),
        (TAGS, {"query": "", "add": [" x"]}, "add"),
        (TAGS, {"query": "", "add": ["x"], "remove": ["x"]}, "remove"),
    ],
)
def test_a_wish_that_can_not_be_met_says_why(max_, corpus, url, wish, field):
    response = max_.post(url, wish)
    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == field
    assert Task.objects.count() == 0


@pytest.fixture
def messages(monkeypatch):
    """What was sent to Celery."""
    sent = []
    monkeypatch.setattr(change_selection, "apply_async", lambda args: sent.extend(args))
    return sent


def test_what_is_too_much_for_a_request_is_done_by_a_worker(max_, corpus, messages, monkeypatch):
    monkeypatch.setattr(selection_work, "LARGE", 3)
    scorer = Scorer.objects.create(project=corpus, key="answer", version="1")
    plan(corpus.pk)
    rescoring = f"scorers/{scorer.pk}/rescore/"
    asked = [
        (TASKS, {"annotations_per_task": 2}, {"found": 6, "made": 6, "changed": 0, "unchanged": 0}),
        (TASKS, {"kind": "walk"}, {"found": 1, "made": 1, "changed": 0, "unchanged": 0}),
        (TAGS, {"add": ["hard"]}, {"found": 6, "changed": 6}),
        (RETIRE, {}, {"found": 6, "retired": 6, "begun": 0}),
        (rescoring, {}, {"again": 5}),
    ]
    for path, wish, result in asked:
        answer = max_.post(path, {"query": "", **wish})
        assert (answer.status_code, answer.json()["state"]) == (202, "queued"), path
        work = f"selections/{answer.json()['id']}/"
        assert messages.pop() == answer.json()["id"]
        change_selection(answer.json()["id"])
        done = max_.get(work).json()
        assert (done["state"], done["result"], done["error"]) == ("done", result, ""), path
        assert done["looked_at"] == done["found"]
        assert not selection_work.run(answer.json()["id"]), "once is enough"
    assert not messages
    listed = max_.get("projects/algebra/selections/").json()
    assert [one["verb"] for one in listed] == ["rescore", "retire_tasks", "tag", "make_walks", "make_tasks"]
    assert max_.post(TAGS, {"query": "id:t1", "add": ["x"]}).status_code == 200, "few are changed at once"
    assert max_.post(TAGS, {"query": "", "add": [" "]}).status_code == 400, "and what is wrong is told at once"


def test_work_whose_worker_died_is_begun_anew_and_given_up_at_last(max_, corpus, messages, monkeypatch):
    monkeypatch.setattr(selection_work, "LARGE", 3)
    max_.post(TAGS, {"query": "", "add": ["hard"]})
    ran = []

    def dies(**given):
        ran.append(given["query"])
        SelectionWork.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        raise SystemExit

    monkeypatch.setattr(selection_work, "tag", dies)
    for _ in range(selection_work.MAX_TURNS):
        messages.clear()
        wake_selections()
        with pytest.raises(SystemExit):
            change_selection(messages[0])
    messages.clear()
    wake_selections()
    work = SelectionWork.objects.get()
    assert (messages, len(ran), work.state) == ([], selection_work.MAX_TURNS, "failed")
    assert "log may say why" in work.error
