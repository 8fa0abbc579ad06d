"""Traces as reviewers and admins look at them: with outcome, scores and every label."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import Count

from annotate.corpus.labels import first_error_of
from annotate.corpus.models import Problem, SourceLabel, Step, Trace
from annotate.labeling.finding import Query
from annotate.labeling.finding.excerpts import excerpts
from annotate.labeling.finding.pages import found_page
from annotate.labeling.finding.sql import Kind
from annotate.labeling.models import Assignment, Judgement, Task
from annotate.labeling.selectors import placed_by, step_content
from annotate.projects.models import Project
from annotate.scoring.models import StepScore, TraceScore
from annotate.scoring.parts import order_of

SIBLINGS, SIBLING_TEXT = 20, 1000


def traces_page(
    project: Project, query: Query, *, after: uuid.UUID | None = None, limit: int
) -> tuple[list[dict[str, Any]], uuid.UUID | None]:
    """Rows of the traces that the query finds, by key, from behind `after`, with an `excerpt` each; and the key to go
    on from, or None at the end. Raises Invalid when it takes too long.
    """
    keys = found_page(project, query, "trace", after=after, limit=limit + 1)
    page = keys[:limit]
    shown = excerpts(query, "trace", page)
    traces = Trace.objects.filter(pk__in=page).select_related("problem").order_by("id")
    rows = [{**row, "excerpt": shown[row["id"]]} for row in trace_rows(list(traces))]
    return rows, page[-1] if len(keys) > limit else None


def trace_rows(traces: list[Trace]) -> list[dict[str, Any]]:
    """One row for each trace, in order. Four queries, whatever their number, if `problem` was selected with them."""
    ids = [trace.pk for trace in traces]
    work = work_on("trace", ids)
    answers = dict(
        TraceScore.objects.filter(trace__in=ids, scorer__key="answer", scorer__enabled=True).values_list(
            "trace_id", "value"
        )
    )
    return [{**_row(trace, answers), **work[trace.pk]} for trace in traces]


def work_on(kind: Kind, keys: list[uuid.UUID]) -> dict[uuid.UUID, dict[str, Any]]:
    """What is done about each of these traces or choices: `labels` (standing judgements), `priority` and `state` of its
    task. Three queries.
    """
    tasks = {getattr(task, f"{kind}_id"): task for task in Task.objects.filter(**{f"{kind}__in": keys})}
    leased = set(
        Assignment.objects.filter(task__in=[t.pk for t in tasks.values()], state=Assignment.State.LEASED).values_list(
            "task_id", flat=True
        )
    )
    judged = dict(
        Judgement.objects.filter(**{f"{kind}__in": keys}, superseded_at=None)
        .values_list(kind)
        .annotate(Count("id"))
        .order_by()
    )
    return {
        key: {
            "labels": judged.get(key, 0),
            "priority": task.priority if task else None,
            "state": None if task is None else "open" if task.free else "leased" if task.pk in leased else "done",
        }
        for key in keys
        for task in [tasks.get(key)]
    }


def trace_detail(trace: Trace) -> dict[str, Any]:
    """The row, with steps in order and what was said of them. Ten queries."""
    steps = {step.pk: step for step in Step.objects.filter(pk__in=trace.path)}
    beside = siblings(trace)
    scores = scores_of(trace.path)
    said = [
        {
            "by": j.annotator.username,
            "judgement": j.pk,
            **_label(j),
            **({"derived_from": j.derived_from.trace_id} if j.derived_from else {}),
        }
        for j in Judgement.objects.filter(trace=trace, superseded_at=None)
        .select_related("annotator", "derived_from", "rewrite")
        .order_by("id")
    ]
    came = [
        {"source": s.source, **_label(s)}
        for s in SourceLabel.objects.filter(trace=trace).select_related("rewrite").order_by("source")
    ]
    premises = trace.premises or [None] * len(trace.path)
    values = trace.step_values or {}
    row = trace_rows([trace])[0]
    task = Task.objects.filter(trace=trace).select_related("project").first()
    return {
        **row,
        "problem": row["problem"] | about_problem(trace.problem),
        "task": why_there(task) if task else None,
        "steps": [
            {
                **step_content(steps[key]),
                "premises": premises[i],
                "siblings": beside.get(i, []),
                "scores": scores.get(key, {}),
                "values": {name: given[i] for name, given in values.items() if given[i] is not None},
            }
            for i, key in enumerate(trace.path)
        ],
        "labels": said + came,
    }


def siblings(trace: Trace) -> dict[int, list[dict[str, Any]]]:
    """By 0-based index of a step: other next steps after the same beginning, at most SIBLINGS each, with the key of a
    trace that goes on that way (None for a choice's candidate or a rewrite). One query.
    """
    found: dict[int, list[dict[str, Any]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT s.depth, s.id, s.kind, left(s.text, %(length)s), (
                SELECT t.id FROM corpus_trace t WHERE t.problem_id = %(problem)s AND t.path[s.depth + 1] = s.id
                ORDER BY t.id LIMIT 1)
            FROM (
                SELECT *, row_number() OVER (PARTITION BY depth ORDER BY id) AS place FROM corpus_step
                WHERE problem_id = %(problem)s AND id <> ALL(%(path)s)
                    AND (parent_id = ANY(%(path)s) OR parent_id IS NULL)
            ) s WHERE s.place <= %(most)s ORDER BY s.depth, s.place""",
            {"problem": trace.problem_id, "path": trace.path, "most": SIBLINGS, "length": SIBLING_TEXT},
        )
        for depth, key, kind, text, way in cursor.fetchall():
            found.setdefault(depth, []).append({"id": key, "kind": kind, "text": text, "trace": way})
    return found


def scores_of(steps: list[uuid.UUID]) -> dict[uuid.UUID, dict[str, dict[str, Any]]]:
    """By step, what each scorer that is on says of it: `{"value", "reason"}`. One query."""
    scores: dict[uuid.UUID, dict[str, dict[str, Any]]] = {}
    for score in StepScore.objects.filter(step__in=steps, scorer__enabled=True).select_related("scorer"):
        scores.setdefault(score.step_id, {})[score.scorer.key] = {"value": score.value, "reason": score.reason}
    return scores


def why_there(task: Task) -> dict[str, Any]:
    """Why the task is where it is in the queue."""
    order = order_of(task.project.policy, task.project.policy_weights)
    return {
        "why": task.why,
        "probability": task.probability,
        **placed_by(order, task.parts, pinned=task.pinned),
    }


def about_problem(problem: Problem) -> dict[str, Any]:
    """What reviewers see of a problem beside its id and statement."""
    return {
        "answer": problem.answer,
        "solution": problem.solution,
        "reference_steps": problem.reference_steps,
        "reference_states": problem.reference_states,
        "material": problem.material or [],
        "media": problem.media or [],
    }


def _label(label: Judgement | SourceLabel) -> dict[str, Any]:
    values: Iterable[int | None] = label.values or []
    return {
        "first_error": first_error_of(list(values)),
        "values": label.values,
        "error_types": label.error_types,
        "comment": label.comment,
        "rewrite": label.rewrite.text if label.rewrite else None,
        "confidence": label.confidence,
        "details": label.details or {},
    }


def _row(trace: Trace, answers: dict[Any, float | None]) -> dict[str, Any]:
    found = answers.get(trace.pk)
    return {
        "id": trace.pk,
        "external_id": trace.external_id,
        "problem": {"id": trace.problem.external_id, "statement": trace.problem.statement},
        "generator": trace.generator,
        "answer": trace.answer,
        "correct": trace.correct,
        "outcome": trace.correct if trace.correct is not None else None if found is None else found >= 0.5,
        "steps": len(trace.path),
        "tags": trace.tags,
    }
