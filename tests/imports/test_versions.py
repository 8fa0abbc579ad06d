"""An id that comes again with other content: a conflict, or a version beside the old one. Labels stay."""

import itertools

import pytest

from annotate.corpus.formats import FORMATS
from annotate.corpus.ingest import Report
from annotate.corpus.models import Choice, Trace
from annotate.imports.intake import take_in
from annotate.labeling.actions import claim
from annotate.labeling.models import Judgement, Task
from tests.cast import Browser, Cast
from tests.factories import make_project
from tests.imports.material import Line, line, ndjson, tree


def send(cast: Cast, *lines: Line, new: bool = True) -> Report:
    how = "new-version" if new else "reject"
    return take_in(cast.project, FORMATS["native"], [ndjson(lines)], on_conflict=how)


OLD, NEW, NEWER = line(0), line(0, steps=["Anew."]), line(0, answer="1")


def versions() -> list[tuple[int, str]]:
    return [(t.version, t.external_id or "") for t in Trace.objects.order_by("version")]


def test_it_is_a_conflict_unless_versions_are_asked_for(cast: Cast) -> None:
    send(cast, OLD)
    report = send(cast, NEW, new=False)
    assert [(n, e.code, e.field) for n, e in report.errors] == [(1, "conflict", "id")]
    assert "on_conflict=new-version" in report.errors[0][1].message
    assert versions() == [(1, "t0")]


@pytest.mark.parametrize("split", [1, 2, 5])
def test_every_content_is_one_version_however_often_and_in_how_many_requests_it_comes(cast: Cast, split: int) -> None:
    sent = [OLD, NEW, OLD, NEWER, NEW, NEWER, OLD]
    reports = [send(cast, *sent[i : i + split]) for i in range(0, len(sent), split)]
    assert sum(r.accepted for r in reports) == 3
    assert sum(r.duplicates for r in reports) == 4
    assert versions() == [(1, "t0"), (2, "t0"), (3, "t0")]
    assert send(cast, *sent, new=False).duplicates == len(sent), "what is here is here, as whatever version"


def test_without_an_id_there_are_no_versions(cast: Cast) -> None:
    bare = {k: v for k, v in OLD.items() if k != "id"}
    report = send(cast, bare, {**bare, "answer": "7"})
    assert (report.accepted, [e.code for _, e in report.errors]) == (1, ["conflict"])


def test_choices_have_versions_too(cast: Cast) -> None:
    old = {"id": "c", "problem": OLD["problem"], "candidates": ["a", "b"]}
    report = send(cast, old, {**old, "candidates": ["a", "c"]}, old)
    assert (report.accepted, report.duplicates, report.rejected) == (2, 1, 0)
    assert [c.version for c in Choice.objects.order_by("version")] == [1, 2]


def test_the_old_one_s_task_goes_where_nobody_touched_it(cast: Cast) -> None:
    send(cast, OLD)
    send(cast, NEW)
    assert [t.trace.version for t in Task.objects.select_related("trace")] == [2]


def test_a_label_stays_with_the_text_that_was_read(cast: Cast, alice: Browser) -> None:
    send(cast, OLD)
    assignment = claim(user=cast.alice, project=cast.project)
    assert assignment
    assert alice.post(f"assignments/{assignment.pk}/submit/", {"first_error": 1}).status_code == 200
    send(cast, NEW)
    judgement = Judgement.objects.select_related("trace").get()
    assert judgement.trace
    assert (judgement.trace.version, judgement.values[:2]) == (1, [1, -1])
    assert sorted(t.trace.version for t in Task.objects.select_related("trace")) == [1, 2]
    again = claim(user=cast.alice, project=cast.project)
    assert again
    assert again.task.trace.version == 2


def test_a_task_that_somebody_has_on_their_desk_stays(cast: Cast) -> None:
    send(cast, OLD)
    assert claim(user=cast.alice, project=cast.project)
    send(cast, NEW)
    assert Task.objects.count() == 2


def test_versions_and_their_labels_go_out_and_come_back(cast: Cast, max_: Browser) -> None:
    labelled = [{**one, "labels": [{"source": "s", "first_error": 0}]} for one in (OLD, NEW, NEWER)]
    send(cast, *labelled)
    out = b"".join(max_.get("projects/algebra/export/?format=native&labels=imported&source=s"))
    assert out.count(b"\n") == 3
    back = make_project("back", admin=cast.max)
    report = take_in(back, FORMATS["native"], [out])
    assert (report.accepted, report.errors) == (3, [])
    assert tree(back) == tree(cast.project)


def test_a_version_that_is_named_comes_back_as_that_version(cast: Cast) -> None:
    named = [OLD, {**NEW, "version": 2}, {**NEWER, "version": 3}]
    trees = []
    for lines in itertools.permutations(named):
        Trace.objects.all().delete()
        assert send(cast, *lines, new=False).accepted == 3
        trees.append(tree(cast.project)["traces"])
    assert all(one == trees[0] for one in trees)
    report = send(cast, {**NEW, "version": 3}, {**OLD, "version": 9}, new=False)
    assert report.duplicates == 2, "the same content is the same version, whatever it is called"
    assert send(cast, {"version": 2, **{k: v for k, v in OLD.items() if k != "id"}}).errors[0][1].field == "version"
