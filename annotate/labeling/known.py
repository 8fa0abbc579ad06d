"""What a person has said already is not asked again.

A step is a node of the tree: whoever judged it in one trace has judged it in every trace that begins alike. So a claim
tells which steps of a trace its person knows. And where it is the first error that they know, nothing is left to ask:
the trace is not shown to them but counted as judged, by a judgement that is *derived* from theirs and names it. These
are made when the origin is submitted, for every trace that is there, and by claims for those that came later. When the
origin is superseded, so are they, and the places they took come back.

A derived judgement says what holds for every trace through the wrong step: the verdict, its error types, comment and
confidence, and what was said of these steps and of the problem. It holds no rewrite: that is a sibling of the wrong
step, and would be counted again for each trace. Only what was said under the label schema in force is passed on, and
nothing where the schema demands an answer about the trace as a whole.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from annotate.corpus.labels import first_error_of
from annotate.corpus.models import StepValue, Trace
from annotate.labeling.details import up_to
from annotate.labeling.models import Assignment, Judgement
from annotate.labeling.places import one_at_a_time
from annotate.projects.actions import newest
from annotate.projects.models import LabelSchema, Mode, Project
from annotate.projects.schema import asks_of_trace, complete

MOST_READ = 1000
"""Judgements of one person on traces of one problem, the newest, in which what they know is looked for."""

# Nothing was decided yet: what was begun is finished by its person.
_UNTOUCHED = """(a.draft IS NULL OR NOT a.draft ?| ARRAY['first_error', 'labels', 'steps', 'answers', 'rubric']
    AND coalesce(a.draft ->> 'comment', '') = '')"""

_THROUGH = """labeling_task t JOIN corpus_trace r ON r.id = t.trace_id
    LEFT JOIN labeling_assignment a ON a.task_id = t.id AND a.annotator_id = %(person)s
WHERE r.problem_id = %(problem)s AND r.path[%(place)s] = %(step)s AND r.id <> %(trace)s"""


def known_steps(trace: Trace, user_id: int, project: Project) -> list[dict[str, Any]]:
    """What this person said of the trace's steps in others that begin alike, by index: `{"step": 0-based, "value",
    "from": id of the other trace, "said": details of the step}`, the newest where there are several. Steps of which
    they were not sure are left out. One query, and another one where anything is known.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT j.values, j.error_types, j.details::text, j.label_schema_id, r.path,
                coalesce(r.external_id, r.id::text)
            FROM corpus_trace r JOIN labeling_judgement j ON j.trace_id = r.id AND j.annotator_id = %(person)s
            WHERE r.problem_id = %(problem)s AND r.id <> %(trace)s AND r.path[1] = %(root)s
                AND j.superseded_at IS NULL AND j.derived_from_id IS NULL
            ORDER BY j.id DESC LIMIT %(most)s""",
            {
                "person": user_id,
                "problem": trace.problem_id,
                "trace": trace.pk,
                "root": trace.path[0],
                "most": MOST_READ,
            },
        )
        rows = cursor.fetchall()
    if not rows:
        return []
    schema = newest(LabelSchema, project)
    known: dict[int, dict[str, Any]] = {}
    names = {value.value: value.name.lower() for value in StepValue}
    for values, error_types, details, of_schema, path, name in rows:
        wrong = first_error_of(values)
        said_of: dict[int, Mapping[str, Any]] = {}
        if of_schema == schema.pk:
            said_of = {said["step"]: said for said in json.loads(details).get("steps", [])}
            if wrong is not None and error_types:
                said_of[wrong] = {**said_of.get(wrong, {}), "error_types": error_types}
        for i, (mine, its) in enumerate(zip(trace.path, path, strict=False)):
            if mine != its:
                break
            if i in known or values[i] in (None, StepValue.UNSURE):
                continue
            said = {key: value for key, value in said_of.get(i, {}).items() if key not in ("step", "value")}
            word = said_of.get(i, {}).get("value", names[values[i]])
            known[i] = {"step": i, "value": word, "from": name, "said": said}
    return [known[i] for i in sorted(known)]


def finish_known(assignment: Assignment) -> bool:
    """Count an assignment that was just claimed as judged if its person knows the first error of its trace, and every
    other such trace with it; whether it was. One query where there is nothing to do.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT j.id FROM labeling_assignment a
            JOIN labeling_task t ON t.id = a.task_id JOIN corpus_trace r ON r.id = t.trace_id
            JOIN labeling_judgement j ON j.wrong_step_id = ANY(r.path) AND j.annotator_id = a.annotator_id
            WHERE a.id = %s AND a.state = 'leased' AND {_UNTOUCHED}
                AND j.superseded_at IS NULL AND j.derived_from_id IS NULL AND j.wrong_step_id IS NOT NULL
            ORDER BY j.id DESC LIMIT 1""",  # noqa: S608
            [assignment.pk],
        )
        row = cursor.fetchone()
    if row is None:
        return False
    with transaction.atomic():
        one_at_a_time(assignment.annotator)
        origin = Judgement.objects.filter(pk=row[0], superseded_at=None).first()
        if origin is not None:
            derive(origin, newest(LabelSchema, origin.project))
    return Assignment.objects.filter(pk=assignment.pk, state=Assignment.State.SUBMITTED).exists()


def derive(origin: Judgement, schema: LabelSchema) -> int:
    """Count every open trace through the first wrong step of a judgement as judged by its annotator; how many there
    were. `schema` is the one in force. Inside a transaction in which the annotator is alone (`one_at_a_time`).

    What others have locked is passed over: a claim that comes upon it later derives it then.
    """
    if not _can_be_derived(origin, schema):
        return 0
    assert origin.trace is not None  # noqa: S101
    wrong = first_error_of(origin.values or [])
    assert wrong is not None  # noqa: S101
    params: dict[str, Any] = {
        "person": origin.annotator_id,
        "problem": origin.trace.problem_id,
        "trace": origin.trace_id,
        "step": origin.wrong_step_id,
        "place": wrong + 1,
        "now": timezone.now(),
        "origin": origin.pk,
    }
    with connection.cursor() as cursor:
        # Those on their desk already, where they did nothing yet: they have their place.
        cursor.execute(
            f"""UPDATE labeling_assignment SET state = 'submitted', finished_at = %(now)s WHERE id IN (
                SELECT a.id FROM labeling_task t JOIN corpus_trace r ON r.id = t.trace_id
                JOIN labeling_assignment a ON a.task_id = t.id AND a.annotator_id = %(person)s
                WHERE r.problem_id = %(problem)s AND r.path[%(place)s] = %(step)s AND r.id <> %(trace)s
                    AND a.state = 'leased' AND {_UNTOUCHED}
                FOR NO KEY UPDATE OF a SKIP LOCKED
            ) RETURNING id""",  # noqa: S608
            params,
        )
        assignments = [pk for (pk,) in cursor.fetchall()]
        cursor.execute(
            f"""SELECT t.id FROM {_THROUGH} AND t.free > 0 AND (a.id IS NULL OR a.state = 'expired' AND {_UNTOUCHED})
            ORDER BY t.id FOR NO KEY UPDATE OF t SKIP LOCKED""",  # noqa: S608
            params,
        )
        if tasks := [pk for (pk,) in cursor.fetchall()]:
            cursor.execute("UPDATE labeling_task SET free = free - 1 WHERE id = ANY(%s)", [tasks])
            cursor.execute(
                """INSERT INTO labeling_assignment (project_id, task_id, annotator_id, state, lease_until, active_ms,
                    skip_reason, skip_comment, claimed_at, finished_at)
                SELECT t.project_id, t.id, %(person)s, 'submitted', %(now)s, 0, '', '', %(now)s, %(now)s
                FROM labeling_task t WHERE t.id = ANY(%(tasks)s)
                ON CONFLICT (task_id, annotator_id) DO UPDATE SET state = 'submitted', finished_at = %(now)s
                RETURNING id""",
                {**params, "tasks": tasks},
            )
            assignments += [pk for (pk,) in cursor.fetchall()]
    if assignments:
        _record(origin, assignments, wrong)
    return len(assignments)


def _can_be_derived(origin: Judgement, schema: LabelSchema) -> bool:
    values = origin.values or []
    wrong = first_error_of(values)
    if origin.derived_from_id is not None or wrong is None or StepValue.UNSURE in values[:wrong]:
        return False
    if origin.project.mode != Mode.FIRST_ERROR:
        return False
    return origin.label_schema_id == schema.pk and not asks_of_trace(schema.definition)


def _record(origin: Judgement, assignments: list[int], wrong: int) -> None:
    definition = complete(origin.label_schema.definition)
    of_problem = [question["key"] for question in definition["questions"] if question["scope"] == "problem"]
    details = up_to(origin.details, wrong, of_problem)
    said = (origin.values or [])[: wrong + 1]
    rows = Assignment.objects.filter(pk__in=assignments).select_related("task__trace").order_by("pk")
    Judgement.objects.bulk_create(
        Judgement(
            project_id=origin.project_id,
            assignment=row,
            annotator_id=origin.annotator_id,
            trace=row.task.trace,
            values=[*said, *[None] * (len(row.task.trace.path) - len(said))],
            error_types=origin.error_types,
            comment=origin.comment,
            confidence=origin.confidence,
            details=details,
            wrong_step_id=origin.wrong_step_id,
            derived_from=origin,
            guideline_id=origin.guideline_id,
            label_schema_id=origin.label_schema_id,
        )
        for row in rows
        if row.task.trace is not None
    )


def withdraw_derived(origin: Judgement) -> list[int]:
    """Supersede what was derived from a judgement that no longer stands; the tasks whose places the caller has to give
    back. What the annotator has said of such a trace themselves since then is theirs, and stays.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH gone AS (
                UPDATE labeling_judgement SET superseded_at = %(now)s
                WHERE derived_from_id = %(origin)s AND superseded_at IS NULL RETURNING assignment_id
            ) UPDATE labeling_assignment a SET state = 'expired', finished_at = NULL, revising = false FROM gone
            WHERE a.id = gone.assignment_id RETURNING a.task_id""",
            {"now": timezone.now(), "origin": origin.pk},
        )
        return [task for (task,) in cursor.fetchall()]


def derived_count(judgement: Judgement) -> int:
    """How many traces stand as judged because of this judgement."""
    return 0 if judgement.wrong_step_id is None else judgement.derived.filter(superseded_at=None).count()
