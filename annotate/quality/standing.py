"""Figures as they stand: computed at once where that is quick, otherwise by a worker, and kept as long as they hold."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from annotate.projects.models import Project
from annotate.quality.measuring import check, evaluate
from annotate.quality.models import Evaluation
from annotate.quality.reading import GOLD, PEOPLE, sources_of

AT_ONCE = 1000
"""So many labelled traces are measured while somebody waits for the page: a second or two."""
EVALUATING = 0x57EE
"""Class of the advisory lock under which one evaluation is computed once at a time."""
FORMAT = 1
"""Counts up when figures are computed in another way, so that kept ones are none any more."""


def standing(project: Project, labels: str, sample: str = "all") -> dict[str, Any]:
    """`{"state", "result", "error", "computed_at"}`. States: `current`; `old` (something changed since); `computing`;
    `none` (too much to be computed while somebody waits: ask for it). Changes nothing. Raises Invalid.
    """
    check(labels, sample)
    row = Evaluation.objects.filter(project=project, labels=labels, sample=sample).first()
    count, fingerprint = _fingerprint(project, labels, sample)
    if row and row.result is not None and row.fingerprint == fingerprint:
        return _told(row, "current")
    if row and _waits(row):
        return _told(row, "computing")
    if count <= AT_ONCE:
        result = evaluate(project, labels, sample)
        return {"state": "current", "result": result, "error": "", "computed_at": timezone.now()}
    if row and (row.result is not None or row.error):
        return _told(row, "old")
    return {"state": "none", "result": None, "error": "", "computed_at": None}


@transaction.atomic
def ask(project: Project, labels: str, sample: str = "all") -> None:
    """Have the figures computed by a worker. Raises Invalid."""
    check(labels, sample)
    Evaluation.objects.update_or_create(
        project=project, labels=labels, sample=sample, defaults={"wanted_at": timezone.now(), "error": ""}
    )


def compute(row: Evaluation) -> None:
    """Computes and keeps them. Somebody else who is just doing it is left to it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [EVALUATING, row.pk % 0x7FFFFFFF])
        if not cursor.fetchone()[0]:
            return
        try:
            row.refresh_from_db()
            if _waits(row):
                keep(row.project, row.labels, row.sample)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [EVALUATING, row.pk % 0x7FFFFFFF])


def keep(project: Project, labels: str, sample: str = "all") -> dict[str, Any]:
    """Computes the figures here and now, and keeps them. What goes wrong is kept too, and raised."""
    began = timezone.now()
    _, fingerprint = _fingerprint(project, labels, sample)
    kept: dict[str, Any] = {"computed_at": began, "error": ""}
    try:
        kept |= {"result": evaluate(project, labels, sample), "fingerprint": fingerprint}
    except Exception as error:
        kept["error"] = f"{type(error).__name__}: {error}"[:1000]
        raise
    finally:
        Evaluation.objects.update_or_create(project=project, labels=labels, sample=sample, defaults=kept)
    result: dict[str, Any] = kept["result"]
    return result


def waiting() -> list[Evaluation]:
    return list(Evaluation.objects.filter(_WAITS).select_related("project").order_by("wanted_at"))


_WAITS = Q(wanted_at__isnull=False) & (Q(computed_at=None) | Q(computed_at__lt=F("wanted_at")))


def _waits(row: Evaluation) -> bool:
    return row.wanted_at is not None and (row.computed_at is None or row.computed_at < row.wanted_at)


def _told(row: Evaluation, state: str) -> dict[str, Any]:
    return {"state": state, "result": row.result, "error": row.error, "computed_at": row.computed_at}


def choices(project: Project) -> list[dict[str, Any]]:
    """`[{"labels", "traces"}]`: what there is to measure against, people first, then gold if there is any."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT 'people', count(DISTINCT trace_id) FROM labeling_judgement
            WHERE project_id = %(project)s AND superseded_at IS NULL AND trace_id IS NOT NULL
            UNION ALL
            SELECT 'gold', count(DISTINCT l.trace_id) FROM corpus_sourcelabel l
            JOIN corpus_trace t ON t.id = l.trace_id
            WHERE t.project_id = %(project)s AND l.source = ANY(%(gold)s)
            UNION ALL (
                SELECT 'imported:' || l.source, count(*) FROM corpus_sourcelabel l
                JOIN corpus_trace t ON t.id = l.trace_id
                WHERE t.project_id = %(project)s GROUP BY l.source ORDER BY l.source
            )""",
            {"project": project.pk, "gold": sources_of(project, GOLD)},
        )
        return [{"labels": labels, "traces": traces} for labels, traces in cursor.fetchall() if traces]


def _fingerprint(project: Project, labels: str, sample: str) -> tuple[int, str]:
    """How many traces are labelled, and a digest of all that the figures depend on, cheaply: versions and counts."""
    with connection.cursor() as cursor:
        if labels == PEOPLE:
            cursor.execute(
                """SELECT count(DISTINCT trace_id), count(*), max(id) FROM labeling_judgement
                WHERE project_id = %s AND superseded_at IS NULL AND trace_id IS NOT NULL""",
                [project.pk],
            )
        else:
            cursor.execute(
                """SELECT count(DISTINCT l.trace_id), count(*), max(l.id)
                FROM corpus_sourcelabel l JOIN corpus_trace t ON t.id = l.trace_id
                WHERE t.project_id = %s AND l.source = ANY(%s)""",
                [project.pk, sources_of(project, labels)],
            )
        labelled = cursor.fetchone()
        cursor.execute(
            """SELECT s.id, s.version, count(w.id), max(w.done_at)::text
            FROM scoring_scorer s LEFT JOIN scoring_tracescore w ON w.scorer_id = s.id AND w.state = 'done'
            WHERE s.project_id = %s AND s.enabled GROUP BY s.id ORDER BY s.id""",
            [project.pk],
        )
        scores = cursor.fetchall()
        # People's judgements say how long a trace takes and whether scores sway them, whatever is measured against.
        cursor.execute(
            """SELECT count(*) FILTER (WHERE superseded_at IS NULL), max(id)
            FROM labeling_judgement WHERE project_id = %s""",
            [project.pk],
        )
        judged = cursor.fetchone()
    of = [FORMAT, labels, sources_of(project, labels), sample, labelled, scores, judged]
    of += [project.policy, project.policy_weights]
    if sample == "random":
        of += [project.random_share, project.prioritised_at]
    return labelled[0], hashlib.sha256(json.dumps(of, default=str).encode()).hexdigest()
