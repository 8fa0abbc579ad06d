"""Each field against rows made by hand; everything is asked of both kinds."""

import pytest
from django.db import connection

from annotate.corpus.models import Choice, SourceLabel, SourcePreference, Trace
from annotate.imports.models import Holding, Import
from annotate.labeling.finding import parse
from annotate.labeling.finding.blocks import fill_in
from annotate.labeling.models import Assignment, Judgement, Task
from annotate.projects.actions import newest
from annotate.projects.models import Guideline, LabelSchema
from annotate.scoring.models import Scorer, StepScore, TraceScore
from tests.factories import make_choice, make_problem, make_project, make_trace, open_all


def find(project, query):
    """The external ids of all that match, sorted. With and without blocks, and with the project known or not."""
    answers = []
    for filled in (False, True):
        while filled and fill_in():
            pass
        for project_id in (None, project.pk):
            found = []
            for kind in ("trace", "choice"):
                sql, params = parse(query).where(kind, project_id=project_id)
                with connection.cursor() as cursor:
                    cursor.execute(
                        f"SELECT o.external_id FROM corpus_{kind} o WHERE o.project_id = %(project)s AND {sql}",
                        {"project": project.pk, **params},
                    )
                    found += [name for (name,) in cursor.fetchall()]
            answers.append(sorted(found))
    assert all(answer == answers[0] for answer in answers), (query, answers)
    return " ".join(answers[0])


def judge(item, user, *, state="submitted", **said):
    task = Task.objects.get(**{item._meta.model_name: item})
    assignment = Assignment.objects.create(
        project=item.project, task=task, annotator=user, state=state, lease_until="2026-01-01T00:00Z"
    )
    if said:
        Judgement.objects.create(
            project=item.project,
            assignment=assignment,
            annotator=user,
            guideline=newest(Guideline, item.project),
            label_schema=newest(LabelSchema, item.project),
            **{item._meta.model_name: item},
            **said,
        )


@pytest.fixture
def project(cast):
    """Traces a, b, c and a choice x; another project with the same texts."""
    algebra = cast.project
    for where in (algebra, make_project("other", admin=cast.max)):
        first = make_problem(where, r"Carry the ONE: what is $\frac{1}{2} + 0.75$?", id="p-1")
        second = make_problem(where, "因此，这个三角形的面积是多少？", id="p-2")
        here = "" if where == algebra else "elsewhere-"
        make_trace(where, ["Half is 0.5.", ("search(half)", "tool_call")], first, id=here + "a", generator="llama-3")
        make_trace(
            where, ["Half is 0.5.", "Carry it over.", "so 1/25"], first, id=here + "b", generator="qwen", tags=["hard"]
        )
        make_trace(where, ["由勾股定理得", "Ответ: Ünïcode_x"], second, id=here + "c", correct=True)
        make_choice(where, ["It is 3.", "Carry the two."], ["Half is 0.5."], first, id=here + "x")
    open_all(algebra)
    Choice.objects.filter(external_id="x").update(candidate_info=[{"generator": "llama-2"}, {}], tags=["hard", "easy"])
    first = Import.objects.create(id="10000000-0000-0000-0000-000000000001", project=algebra, name="first.jsonl")
    Holding.objects.create(import_of=first, traces=[Trace.objects.get(external_id="a").pk])
    Trace.objects.filter(external_id="a").update(created_at="2026-01-31T12:00Z")
    return algebra


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "a b c x"),
        ("half", "a b x"),
        ("HALF search", "a"),
        ('"carry the one"', "a b x"),
        ('"carry it"', "b"),
        ('"carry over"', ""),
        ('"0.5 carry"', ""),  # in two steps
        ("half -tool", "a b x"),
        ("carry -search", "b x"),
        ("two OR over", "b x"),
        ("(two OR over) it", "b x"),
        (r"\frac{1}{2}", "a b x"),
        ("0.5", "a b x"),
        ("5", "a b x"),
        ("0.7", ""),
        ("0.7*", "a b x"),
        ("1/25", "b"),
        ("三角形", "c"),
        ("角形 勾股", "c"),
        ("三形", ""),
        ("勾股*", "c"),
        ("ответ ÜNÏCODE", "c"),
        ("unicode", ""),
        ("sea*", "a"),
        ("two type:choice", "x"),
        ("generator:llama-3", "a"),
        ("generator:llama*", "a x"),
        ("generator:l_ama*", ""),
        ("generator:*", "a b x"),
        ("-generator:*", "c"),
        ("kind:tool_call", "a"),
        ("-kind:tool_call", "b c x"),
        ("steps:2", "a c"),
        ("steps>=2 -steps:3", "a c"),
        ("steps:1..2", "a c x"),
        ("candidates:2", "x"),
        ("type:choice", "x"),
        ("id:a", "a"),
        ("id:elsewhere-a", ""),
        ("id:a OR id:x", "a x"),
        ("problem:p-2", "c"),
        ("problem:p-9", ""),
        ("import:first.jsonl", "a"),
        ("import:first*", "a"),
        ("import:10000000-0000-0000-0000-000000000001", "a"),
        ("import:other.jsonl", ""),
        ("problem:p*", "a b c x"),
        ("outcome:right", "c"),
        ("outcome:unknown", "a b"),
        ("tag:hard", "b x"),
        ("tag:ea*", "x"),
        ("-tag:*", "a c"),
        ("created:2026-01-31", "a"),
        ("created<=2026-01-31", "a"),
        ("created<2026-01-31", ""),
        ("created>2026-01-31", "b c x"),
        ("created>=2026-01-31T12:00:00Z", "a b c x"),
        ("created:..2026-01-30", ""),
        ("created:2026-01-01..2026-02-01", "a"),
        ("task:open", "a b c x"),
        ("task:none", ""),
        ("priority:0..1", "a b c x"),
        ("label:unlabelled", "a b c x"),
        ("label:imported", ""),
    ],
)  # fmt: skip
def test_texts_and_what_came_with_the_data(project, query, found):
    assert find(project, query) == found


@pytest.fixture
def judged(project, cast):
    rows = {t.external_id: t for t in Trace.objects.filter(project=project)}
    a, b, c, x = rows["a"], rows["b"], rows["c"], Choice.objects.get(external_id="x")
    judge(a, cast.alice, values=[1, -1], error_types=["calculation"])
    judge(a, cast.bob, values=[1, -1], error_types=["format"])
    judge(b, cast.alice, values=[-1, None, None])
    judge(b, cast.bob, values=[1, 1, 1], details={"steps": [{"step": 2, "error_types": ["later", "other"]}]})
    judge(c, cast.alice, values=[1, 2])
    judge(c, cast.bob, state="skipped")
    judge(x, cast.bob, ranking=[])
    Judgement.objects.create(
        project=project,
        assignment=Judgement.objects.get(trace=c).assignment,
        annotator=cast.alice,
        trace=c,
        values=[-1, None],
        superseded_at="2026-01-01T00:00Z",
        guideline=newest(Guideline, project),
        label_schema=newest(LabelSchema, project),
    )
    Task.objects.filter(trace=a).update(free=0)
    Task.objects.filter(trace=b).update(free=0, priority=0.9)
    Assignment.objects.filter(task__trace=b, annotator=cast.bob).update(state="leased")
    SourceLabel.objects.create(trace=c, source="processbench", values=[1, -1])
    SourcePreference.objects.create(choice=x, source="prm800k", ranking=[[0], [1]])
    mine = Scorer.objects.create(project=project, key="my prm", version="2")
    old = Scorer.objects.create(project=project, key="my prm", version="1", enabled=False)
    for step, value in ((a.path[0], 0.9), (a.path[1], 0.2), (x.candidates[1], 0.4)):
        StepScore.objects.create(scorer=mine, step_id=step, value=value)
    StepScore.objects.create(scorer=old, step_id=c.path[0], value=0.1)
    TraceScore.objects.create(scorer=mine, trace=b, state="done", value=0.7)
    answer = Scorer.objects.create(project=project, key="answer", version="1")
    TraceScore.objects.create(scorer=answer, trace=b, state="done", value=0)
    return project


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("label:labelled", "a b c x"),
        ("label:first_error", "a b"),
        ("label:no_error", "b"),
        ("label:unsure", "c"),
        ("label:none_acceptable", "x"),
        ("label:preferred", ""),
        ("label:skipped", "c"),
        ("label:imported", "c x"),
        ("label:unlabelled", ""),
        ("first_error:0", "b"),
        ("first_error>=0", "a b"),
        ("first_error:*", "a b"),
        ("wrong_step:2", "a"),
        ("wrong_step:1..2", "a b"),
        ("imported_error:1", "c"),
        ("source:processbench", "c"),
        ("source:pr*", "c x"),
        ("error_type:format", "a"),
        ("error_type:*", "a b"),
        ("error_type:lat*", "b"),
        ("agreement:1", "a"),
        ("agreement<1", "b"),
        ("-agreement<1", "a c x"),
        ("by:alice", "a b c"),
        ("by:bob -by:alice", "x"),
        ("by:nobody", ""),
        ('score."my prm"<0.5', "a x"),
        ('score."my prm":0.3..', "b x"),
        ('-score."my prm":*', "c"),
        ("score.other<1", ""),
        ('whole."my prm">0.5', "b"),
        ("outcome:wrong", "b"),
        ("-outcome:wrong", "a c x"),
        ("task:done", "a"),
        ("task:leased", "b"),
        ("task:open", "c x"),
        ("priority>0.8", "b"),
        ("(label:first_error OR label:unsure) -by:bob half", ""),
    ],
)  # fmt: skip
def test_what_was_said_and_scored(judged, query, found):
    assert find(judged, query) == found


@pytest.mark.parametrize(
    "evil", ["'; DROP TABLE corpus_step; --", "%s %(x)s %%", "\\", "$$ ' \\' !! & | <-> :*", "é" * 900]
)
def test_what_looks_like_sql_is_only_looked_for(project, evil):
    quoted = '"' + evil.replace('"', '""') + '"'
    for query in (
        f"a{quoted}",
        f"{quoted}a",
        f"generator:{quoted}",
        f"id:{quoted}",
        f"tag:{quoted}",
        f"score.{quoted}<1",
    ):
        if query.startswith(("a", quoted)) and not any(c.isalnum() for c in evil):
            continue
        assert find(project, query) in ("", "a b x")
    assert find(project, "half") == "a b x"
