"""Scores that came with the data become scores of scorers of kind `imported`, under the name that they came with.

A score is a number, or `{"value", "reason"}`: what a verifier said goes with its verdict.
"""

# ruff: noqa: S608 - the SQL is put together from this module's own constants; values go in as parameters

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.backends.utils import CursorWrapper

IMPORTED_VERSION = "imported"

CHOSEN_TRACES = "t.project_id = %(project)s AND (%(traces)s::uuid[] IS NULL OR t.id = ANY(%(traces)s::uuid[]))"
CHOSEN_CHOICES = "c.project_id = %(project)s AND (%(choices)s::uuid[] IS NULL OR c.id = ANY(%(choices)s::uuid[]))"


def import_trace_scores(cursor: CursorWrapper, chosen: Mapping[str, Any]) -> None:
    """Takes over `Trace.scores` of the traces `chosen["traces"]` (None: all) of `chosen["project"]`."""
    cursor.execute(_IMPORTED_SCORERS, {**chosen, "version": IMPORTED_VERSION})
    if cursor.fetchone():
        cursor.execute(_IMPORTED_STEPS, chosen)
        cursor.execute(_IMPORTED_TRACES, chosen)


def import_choice_scores(cursor: CursorWrapper, chosen: Mapping[str, Any]) -> None:
    """Takes over the candidates' `scores` of the choices `chosen["choices"]`, likewise."""
    cursor.execute(_IMPORTED_CHOICE_SCORERS, {**chosen, "version": IMPORTED_VERSION})
    if cursor.fetchone():
        cursor.execute(_IMPORTED_CANDIDATES, chosen)


# Imported scores by a name that an own scorer has are kept apart from that scorer's.
_IMPORTED = f"""
    SELECT DISTINCT left(k, 89) || CASE WHEN EXISTS (
        SELECT FROM scoring_scorer s
        WHERE s.project_id = %(project)s AND s.key = left(k, 89) AND s.kind <> 'imported'
    ) THEN ' (imported)' ELSE '' END AS key, k AS name
    FROM corpus_trace t CROSS JOIN LATERAL jsonb_object_keys(t.scores) k
    WHERE jsonb_typeof(t.scores) = 'object' AND {CHOSEN_TRACES}
"""

_IMPORTED_SCORERS = f"""
WITH found AS ({_IMPORTED}), made AS (
    INSERT INTO scoring_scorer (project_id, key, version, kind, settings, queue, enabled, paused, notice, troubles,
        created_at)
    SELECT %(project)s, key, %(version)s, 'imported', '{{}}', 'celery', true, false, '', 0, now() FROM found
    ON CONFLICT DO NOTHING
)
SELECT 1 FROM found LIMIT 1
"""

_IMPORTED_STEPS = f"""
WITH found AS ({_IMPORTED})
INSERT INTO scoring_stepscore (scorer_id, step_id, value, reason)
SELECT DISTINCT ON (s.id, path.step_id)
    s.id, path.step_id, (one.score #>> '{{}}')::float8, coalesce(one.said ->> 'reason', '')
FROM corpus_trace t
JOIN found ON t.scores ? found.name
JOIN scoring_scorer s ON s.project_id = t.project_id AND s.key = found.key AND s.kind = 'imported'
CROSS JOIN LATERAL unnest(t.path) WITH ORDINALITY AS path (step_id, i)
CROSS JOIN LATERAL (
    SELECT said, coalesce(said -> 'value', said) AS score
    FROM (VALUES (t.scores -> found.name -> (path.i - 1)::int)) AS of (said)
) AS one
WHERE {CHOSEN_TRACES} AND jsonb_typeof(one.score) = 'number'
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
WHERE {CHOSEN_TRACES}
ON CONFLICT (scorer_id, trace_id) DO NOTHING
"""

_CANDIDATES = f"""
    SELECT c.id AS choice_id, c.candidates[i.n] AS step_id, score.key AS name,
        coalesce(score.value -> 'value', score.value) AS value, coalesce(score.value ->> 'reason', '') AS reason
    FROM corpus_choice c
    CROSS JOIN LATERAL jsonb_array_elements(c.candidate_info) WITH ORDINALITY AS i (info, n)
    CROSS JOIN LATERAL jsonb_each(
        CASE WHEN jsonb_typeof(i.info -> 'scores') = 'object' THEN i.info -> 'scores' ELSE '{{}}' END
    ) AS score (key, value)
    WHERE {CHOSEN_CHOICES} AND jsonb_typeof(coalesce(score.value -> 'value', score.value)) = 'number'
"""

_IMPORTED_CHOICE_SCORERS = f"""
WITH found AS (
    SELECT DISTINCT left(name, 89) || CASE WHEN EXISTS (
        SELECT FROM scoring_scorer s
        WHERE s.project_id = %(project)s AND s.key = left(name, 89) AND s.kind <> 'imported'
    ) THEN ' (imported)' ELSE '' END AS key FROM ({_CANDIDATES}) AS candidate
), made AS (
    INSERT INTO scoring_scorer (project_id, key, version, kind, settings, queue, enabled, paused, notice, troubles,
        created_at)
    SELECT %(project)s, key, %(version)s, 'imported', '{{}}', 'celery', true, false, '', 0, now() FROM found
    ON CONFLICT DO NOTHING
)
SELECT 1 FROM found LIMIT 1
"""

_IMPORTED_CANDIDATES = f"""
INSERT INTO scoring_stepscore (scorer_id, step_id, value, reason)
SELECT DISTINCT ON (s.id, candidate.step_id)
    s.id, candidate.step_id, (candidate.value #>> '{{}}')::float8, candidate.reason
FROM ({_CANDIDATES}) AS candidate
JOIN scoring_scorer s ON s.project_id = %(project)s AND s.kind = 'imported'
    AND s.key IN (left(candidate.name, 89), left(candidate.name, 89) || ' (imported)')
WHERE candidate.step_id IS NOT NULL AND (candidate.value #>> '{{}}')::float8 BETWEEN 0 AND 1
ORDER BY s.id, candidate.step_id, candidate.choice_id
ON CONFLICT (scorer_id, step_id) DO NOTHING
"""
