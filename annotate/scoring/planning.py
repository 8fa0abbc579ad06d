"""What is to be scored by what: scorers of a project, and a row of work for each of their traces.

Rows of work are made in the transaction that makes the traces, so that no message has to arrive for a trace
to be scored: whoever looks into the database finds what is left to do.
"""

# ruff: noqa: S608 - the SQL is put together from this module's own constants; values go in as parameters

from __future__ import annotations

import uuid
from collections.abc import Collection

from django.db import connection, transaction

from annotate.corpus.merge import LOCK_CLASS
from annotate.projects.models import Project
from annotate.scoring.models import Scorer
from annotate.scoring.scorers.registry import EMBEDDED, USING_REFERENCE, embedded

IMPORTED_VERSION = "imported"


@transaction.atomic
def ensure_default_scorers(project: Project) -> None:
    """Turns on the embedded scorers that need neither weights nor labels, in the versions of this
    installation.

    A scorer of another version is turned off, its scores are kept, and every trace is planned anew for the
    new one. Calling it again changes nothing.
    """
    # Traces that are just being imported would be planned neither by their import, which does not see the new
    # scorer yet, nor here: wait until they are in.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, project.pk])
    for key in EMBEDDED:
        version = embedded(key).version
        if Scorer.objects.filter(project=project, key=key, version=version, enabled=True).exists():
            continue
        Scorer.objects.filter(project=project, key=key, enabled=True).update(enabled=False)
        Scorer.objects.update_or_create(
            project=project,
            key=key,
            version=version,
            defaults={"enabled": True, "kind": Scorer.Kind.EMBEDDED},
        )
    plan(project.pk)


def outdated_projects() -> list[Project]:
    """Projects in which an embedded scorer runs in another version than this installation's."""
    current = [(key, embedded(key).version) for key in EMBEDDED]
    running = Scorer.objects.filter(kind=Scorer.Kind.EMBEDDED, enabled=True, key__in=EMBEDDED)
    outdated = {s.project_id for s in running if (s.key, s.version) not in current}
    return list(Project.objects.filter(pk__in=outdated))


def plan(project_id: int, traces: Collection[uuid.UUID] | None = None) -> int:
    """Gives each of the traces (None: of the project's traces) a row of work for each enabled scorer, where
    missing.

    Scores that came with the data are taken over here too. Answers how many rows were made.
    """
    if traces is not None and not traces:
        return 0
    chosen = {"project": project_id, "traces": None if traces is None else list(traces)}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_PLAN, chosen)
        planned = cursor.rowcount
        cursor.execute(_IMPORTED_SCORERS, {**chosen, "version": IMPORTED_VERSION})
        if cursor.fetchone():
            cursor.execute(_IMPORTED_STEPS, chosen)
            cursor.execute(_IMPORTED_TRACES, chosen)
    return planned


def rescore_problems(project: Project, problems: Collection[uuid.UUID]) -> int:
    """Scores the problems' traces again by the scorers that look at the reference: it has changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE scoring_tracescore w SET state = 'pending', attempts = 0, claimed_by = '', lease_until =
            NULL, value = NULL, reason = '',
                error = '', done_at = NULL
            FROM scoring_scorer s, corpus_trace t
            WHERE s.project_id = %s AND s.key = ANY(%s) AND s.kind = 'embedded' AND w.scorer_id = s.id
                AND t.problem_id = ANY(%s) AND w.trace_id = t.id
            """,
            [project.pk, USING_REFERENCE, list(problems)],
        )
        return cursor.rowcount


_CHOSEN = "t.project_id = %(project)s AND (%(traces)s::uuid[] IS NULL OR t.id = ANY(%(traces)s::uuid[]))"

_PLAN = f"""
INSERT INTO scoring_tracescore (scorer_id, trace_id, state, attempts, claimed_by, reason, error)
SELECT s.id, t.id, 'pending', 0, '', '', ''
FROM scoring_scorer s JOIN corpus_trace t ON t.project_id = s.project_id
WHERE s.enabled AND s.kind <> 'imported' AND {_CHOSEN}
    AND NOT EXISTS (SELECT FROM scoring_tracescore w WHERE w.scorer_id = s.id AND w.trace_id = t.id)
ON CONFLICT (scorer_id, trace_id) DO NOTHING
"""

# Imported scores by a name that an own scorer has are kept apart from that scorer's.
_IMPORTED = f"""
    SELECT DISTINCT left(k, 89) || CASE WHEN EXISTS (
        SELECT FROM scoring_scorer s
        WHERE s.project_id = %(project)s AND s.key = left(k, 89) AND s.kind <> 'imported'
    ) THEN ' (imported)' ELSE '' END AS key, k AS name
    FROM corpus_trace t CROSS JOIN LATERAL jsonb_object_keys(t.scores) k
    WHERE jsonb_typeof(t.scores) = 'object' AND {_CHOSEN}
"""

_IMPORTED_SCORERS = f"""
WITH found AS ({_IMPORTED}), made AS (
    INSERT INTO scoring_scorer (project_id, key, version, kind, enabled, created_at)
    SELECT %(project)s, key, %(version)s, 'imported', true, now() FROM found
    ON CONFLICT DO NOTHING
)
SELECT 1 FROM found LIMIT 1
"""

_IMPORTED_STEPS = f"""
WITH found AS ({_IMPORTED})
INSERT INTO scoring_stepscore (scorer_id, step_id, value, reason)
SELECT DISTINCT ON (s.id, path.step_id)
    s.id, path.step_id, (t.scores -> found.name ->> (path.i - 1)::int)::float8, ''
FROM corpus_trace t
JOIN found ON t.scores ? found.name
JOIN scoring_scorer s ON s.project_id = t.project_id AND s.key = found.key AND s.kind = 'imported'
CROSS JOIN LATERAL unnest(t.path) WITH ORDINALITY AS path (step_id, i)
WHERE {_CHOSEN} AND jsonb_typeof(t.scores -> found.name -> (path.i - 1)::int) = 'number'
ORDER BY s.id, path.step_id, t.id
ON CONFLICT (scorer_id, step_id) DO NOTHING
"""

_IMPORTED_TRACES = f"""
WITH found AS ({_IMPORTED})
INSERT INTO scoring_tracescore (scorer_id, trace_id, state, attempts, claimed_by, reason, error, done_at)
SELECT s.id, t.id, 'done', 0, '', '', '', now()
FROM corpus_trace t
JOIN found ON t.scores ? found.name
JOIN scoring_scorer s ON s.project_id = t.project_id AND s.key = found.key AND s.kind = 'imported'
WHERE {_CHOSEN}
ON CONFLICT (scorer_id, trace_id) DO NOTHING
"""
