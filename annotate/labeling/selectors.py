"""Shaped reads for annotators and for the queue's page. Progress and throughput are in `progress.py`."""

import json
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from annotate.accounts.models import User
from annotate.corpus.models import Choice, Problem, Step, StepKind, Trace
from annotate.labeling.finding import Query
from annotate.labeling.finding.pages import SECONDS, limited_to, of_tasks
from annotate.labeling.known import known_steps
from annotate.labeling.models import Assignment, Suggester, Task
from annotate.labeling.shown import scores_for
from annotate.labeling.walks import suggestions_as_steps, tree
from annotate.projects.models import Membership, Project
from annotate.scoring.parts import Order, explained, order_of
from annotate.scoring.selectors import projects_with_new_scores

TASKS_A_SECOND = 5000
EXCERPT = 160


def claim_payload(assignment: Assignment, project: Project) -> dict[str, Any]:
    """All that is needed to show a task and go on with it; nothing that could sway the annotator (no label of
    anybody else, no generator or outcome; scores by lot where the project wants that, see `shown`), and the reference
    only where the project shows it. Five queries at most.
    """
    task = Task.objects.select_related("trace__problem", "choice__problem", "problem").get(pk=assignment.task_id)
    payload: dict[str, Any] = {
        "assignment": assignment.pk,
        "task": task.pk,
        "kind": task.kind,
        "state": assignment.state,
        "revising": assignment.revising,
        "lease_until": assignment.lease_until,
        "active_ms": assignment.active_ms,
        "draft": assignment.draft,
    }
    if task.trace is not None:
        trace = task.trace
        steps = {step.pk: step for step in Step.objects.filter(pk__in=trace.path)}
        payload["problem"] = _problem(trace.problem, project)
        payload["trace"] = {"id": trace.external_id or str(trace.pk)}
        payload["known"] = known_steps(trace, assignment.annotator_id, project)
        premises = trace.premises or [None] * len(trace.path)
        payload["steps"] = [
            {
                **step_content(steps[key]),
                "judged": StepKind(steps[key].kind).judged,
                "premises": named,
                **_verdicts(trace, index, steps[key]),
            }
            for index, (key, named) in enumerate(zip(trace.path, premises, strict=True))
        ]
        payload["scores"] = scores_for(assignment, project, trace.path)
    elif task.choice is not None:
        order = assignment.candidate_order or task.choice.candidates
        prefix, candidates = prefix_and_candidates(task.choice)
        payload["problem"] = _problem(task.choice.problem, project)
        payload["prefix"] = [step_content(step) for step in prefix]
        payload["candidates"] = [step_content(candidates[key]) for key in order]
    elif task.problem is not None:
        found = tree(task.problem, assignment)
        payload["problem"] = _problem(task.problem, project)
        known = {step.pk for step in found["steps"]}
        more = [step for step in suggestions_as_steps(assignment, everywhere=True) if step.pk not in known]
        payload["tree"] = {
            **found,
            "steps": [*map(alternative, found["steps"]), *(alternative(step, suggested=True) for step in more)],
        }
    payload["suggestions"] = Suggester.objects.filter(project=project, enabled=True).exists()
    return payload


def alternative(step: Step, *, suggested: bool = False) -> dict[str, Any]:
    """A node of a walk's tree. `suggested`: the connected model's, on this walk."""
    judged = StepKind(step.kind).judged
    parent = step.parent_id and str(step.parent_id)
    return {**step_content(step), "parent": parent, "judged": judged, "suggested": suggested}


def _problem(problem: Problem, project: Project) -> dict[str, Any]:
    shown = {
        "id": problem.external_id or str(problem.pk),
        "statement": problem.statement,
        "metadata": problem.metadata,
        "material": problem.material or [],
        "media": problem.media or [],
    }
    if project.show_reference:
        shown |= {
            "answer": problem.answer,
            "solution": problem.solution,
            "reference_steps": problem.reference_steps,
            "reference_states": problem.reference_states,
        }
    return shown


def _verdicts(trace: Trace, index: int, step: Step) -> dict[str, Any]:
    """What provers and verifiers said of a formal step: scores that came with the data and are exactly 0 or 1.

    They are part of what is to be read, as a test's output is of code; shades in between are opinions and stay hidden.
    """
    if step.kind != StepKind.FORMAL or not trace.scores:
        return {}
    said = ((by, values[index]) for by, values in sorted(trace.scores.items()))
    whole = [(by, one if isinstance(one, dict) else {"value": one}) for by, one in said]
    found = [{"by": by, "reason": "", **one} for by, one in whole if one["value"] in (0, 1)]
    return {"verdicts": found} if found else {}


def step_content(step: Step) -> dict[str, Any]:
    """What a step is, for those who read it. `media` are fetched from the project by their `sha256`."""
    return {"id": str(step.pk), "text": step.text, "kind": step.kind, "media": step.media or [], "data": step.data}


def prefix_and_candidates(choice: Choice) -> tuple[list[Step], dict[Any, Step]]:
    """The steps before the choice, from the root on, and its candidates by key. One query."""
    steps = Step.objects.raw(
        """WITH RECURSIVE up AS (
            SELECT * FROM corpus_step WHERE id = %s
            UNION ALL SELECT s.* FROM corpus_step s JOIN up ON s.id = up.parent_id
        ) SELECT * FROM up UNION ALL SELECT * FROM corpus_step WHERE id = ANY(%s) ORDER BY depth""",
        [choice.prefix_id, choice.candidates],
    )
    candidates = {step.pk: step for step in steps if step.pk in choice.candidates}
    return [step for step in steps if step.pk not in candidates], candidates


def queue(
    project: Project, query: Query, *, after: tuple[float, int] | None = None, limit: int
) -> tuple[list[dict[str, Any]], tuple[float, int] | None]:
    """Open tasks of what the query finds, in the order in which claims find them, behind the place `after` (priority,
    task id); and the place to go on from, or None at the end. One query. Raises Invalid when it takes too long.
    """
    priority, task = after or (float("inf"), 0)
    wanted, params = of_tasks(query, project)
    with limited_to(None if query.is_everything else SECONDS), connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT t.id, t.kind, t.priority, t.why, t.parts, t.probability, t.pinned, t.wanted, t.free,
                coalesce(p.external_id, p.id::text), coalesce(r.external_id, r.id::text), r.id,
                coalesce(c.external_id, c.id::text), c.id, left(p.statement, %(excerpt)s)
            FROM labeling_task t
            LEFT JOIN corpus_trace r ON r.id = t.trace_id
            LEFT JOIN corpus_choice c ON c.id = t.choice_id
            JOIN corpus_problem p ON p.id = coalesce(r.problem_id, c.problem_id, t.problem_id)
            WHERE t.project_id = %(project)s AND t.free > 0 AND (t.priority * -1, t.id) > (%(rank)s::float8, %(task)s)
                AND {wanted}
            ORDER BY t.priority * -1, t.id LIMIT %(limit)s""",  # noqa: S608
            {"excerpt": EXCERPT, "project": project.pk, "rank": -priority, "task": task, "limit": limit + 1, **params},
        )
        names = (
            "id",
            "kind",
            "priority",
            "why",
            "parts",
            "probability",
            "pinned",
            "wanted",
            "free",
            "problem",
            "trace",
            "trace_id",
            "choice",
            "choice_id",
            "excerpt",
        )
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    order = order_of(project.policy, project.policy_weights)
    for row in rows:
        row |= placed_by(order, json.loads(row["parts"]), pinned=row.pop("pinned"))
    page, more = rows[:limit], len(rows) > limit
    return page, (page[-1]["priority"], page[-1]["id"]) if more else None


def placed_by(order: Order, parts: dict[str, float], *, pinned: bool = False) -> dict[str, Any]:
    """What a task's place is made of, for those who ask why it is there; an admin's own choice has no parts."""
    return {
        "parts": [] if pinned else explained(order, parts),
        "minutes": parts.get("minutes"),
        "in_problem": parts.get("in_problem"),
    }


def members(project: Project) -> QuerySet[Membership]:
    """Everybody in the project with their account, by name; `submitted`: how many tasks of it they have judged."""
    theirs = Assignment.objects.filter(annotator=OuterRef("user"), project=project, state=Assignment.State.SUBMITTED)
    submitted = theirs.order_by().values("annotator").annotate(n=Count("pk")).values("n")
    return (
        Membership.objects.filter(project=project)
        .select_related("user")
        .annotate(submitted=Coalesce(Subquery(submitted), 0))
        .order_by("user__username")
    )


def my_numbers(user: User, project_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """For each project: `{"open": tasks that still want somebody and were never mine, "mine": {"submitted",
    "today"}}`; the day is UTC's. Two queries, whatever the number of projects.
    """
    ids = list(project_ids)
    numbers: dict[int, dict[str, Any]] = {p: {"open": 0, "mine": {"submitted": 0, "today": 0}} for p in ids}
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT project_id, count(*) FROM labeling_task
            WHERE project_id = ANY(%s) AND free > 0 GROUP BY project_id""",
            [ids],
        )
        for project, count in cursor.fetchall():
            numbers[project]["open"] = count
        cursor.execute(
            """SELECT a.project_id, count(*) FILTER (WHERE a.state = 'submitted'),
                count(*) FILTER (WHERE a.state = 'submitted' AND a.finished_at >= date_trunc('day', now(), 'UTC')),
                count(*) FILTER (WHERE a.state <> 'expired' AND t.free > 0)
            FROM labeling_assignment a JOIN labeling_task t ON t.id = a.task_id
            WHERE a.annotator_id = %s AND a.project_id = ANY(%s) GROUP BY a.project_id""",
            [user.pk, ids],
        )
        for project, submitted, today, mine_and_open in cursor.fetchall():
            numbers[project]["open"] -= mine_and_open
            numbers[project]["mine"] = {"submitted": submitted, "today": today}
    return numbers


def due_for_priorities() -> list[Project]:
    """Projects whose policy changed, or where scores came in since the last time; these not more often than ranking
    so many tasks is worth.
    """
    scored = projects_with_new_scores()
    return list(
        Project.objects.raw(
            """SELECT p.* FROM projects_project p
            WHERE p.prioritised_at IS NULL OR p.id = ANY(%s) AND statement_timestamp() > p.prioritised_at + (
                SELECT interval '1 second' * count(*) / %s FROM labeling_task t WHERE t.project_id = p.id
            ) ORDER BY p.id""",
            [scored, TASKS_A_SECOND],
        )
    )
