"""What is to be scored by what: scorers of a project, and a row of work for each of their traces.

Rows of work are made in the transaction that makes the traces, so that no message has to arrive for a trace
to be scored: whoever looks into the database finds what is left to do.
"""

# ruff: noqa: S608 - the SQL is put together from this module's own constants; values go in as parameters

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from annotate.corpus.merge import LOCK_CLASS
from annotate.projects.models import Project
from annotate.scoring.imported import CHOSEN_CHOICES, CHOSEN_TRACES, import_choice_scores, import_trace_scores
from annotate.scoring.models import Scorer, TraceScore
from annotate.scoring.scorers.registry import DEFAULTS, EMBEDDED, USING_REFERENCE, embedded, kinds, scorer_class
from annotate.scoring.surroundings import surroundings, versions_in_force


@transaction.atomic
def ensure_default_scorers(project: Project) -> None:
    """Turns on the embedded scorers that need neither weights nor labels, and brings every scorer of the project to
    the version that this installation would give it.

    A scorer of another version is turned off, its scores are kept, and every trace is planned anew for the
    new one. One that somebody turned off stays off. Calling it again changes nothing.
    """
    _wait_for_imports(project.pk)
    there = set(Scorer.objects.filter(project=project).values_list("key", flat=True))
    for key in DEFAULTS:
        if key not in there:
            Scorer.objects.create(project=project, key=key, version=embedded(key).version)
    for row, version in _outdated(Scorer.objects.filter(project=project)):
        new_version(row, version)
    plan(project.pk)


def outdated_projects() -> list[Project]:
    """Projects in which a scorer runs in another version than this installation would give it."""
    outdated = {row.project_id for row, _ in _outdated(Scorer.objects.all())}
    return list(Project.objects.filter(pk__in=outdated))


def _outdated(rows: QuerySet[Scorer]) -> Iterator[tuple[Scorer, str]]:
    """Enabled scorers, with the version that each should have."""
    versions: dict[int, dict[str, str]] = {}
    for row in rows.filter(enabled=True).exclude(kind=Scorer.Kind.IMPORTED).order_by("pk"):
        try:
            found = scorer_class(row.kind, row.key)
        except KeyError:
            continue  # nothing here can run it, so nothing here knows its version
        if row.kind == Scorer.Kind.EMBEDDED:
            version = embedded(row.key).version
        else:
            if row.project_id not in versions:
                versions[row.project_id] = versions_in_force(row.project_id)
            version = found.version_for(row.settings, surroundings(row, versions[row.project_id]))
        # What its worker alone can know stands behind a plus.
        if row.version.partition("+")[0] != version:
            yield row, version


@transaction.atomic
def new_version(row: Scorer, version: str, **changes: Any) -> Scorer:
    """Puts another version of a scorer in force, and plans every trace for it. The old one's scores are kept, and
    are taken up again if it comes back. `changes`: fields in which it differs from `row`.
    """
    _wait_for_imports(row.project_id)
    Scorer.objects.filter(project=row.project_id, key=row.key, enabled=True).update(enabled=False)
    kept = {name: getattr(row, name) for name in ("kind", "settings", "queue", "paused", "model", "report")}
    fresh: dict[str, Any] = {"enabled": True, "resume_at": None, "notice": "", "troubles": 0}
    made, _ = Scorer.objects.update_or_create(
        project=row.project, key=row.key, version=version, defaults={**kept, **fresh, **changes}
    )
    plan(row.project_id)
    return made


def complete_version(row: Scorer, version: str) -> Scorer:
    """Puts the whole version in force, which only the scorer's worker knows: in place, as long as nothing was scored
    under the short one.
    """
    with transaction.atomic():
        Scorer.objects.select_for_update(no_key=True).get(pk=row.pk)
        same = Scorer.objects.filter(project=row.project_id, key=row.key, version=version)
        if same.exists() or TraceScore.objects.filter(scorer=row, state=TraceScore.State.DONE).exists():
            return new_version(row, version)
        Scorer.objects.filter(pk=row.pk).update(version=version)
        row.version = version
        return row


def _wait_for_imports(project_id: int) -> None:
    """Traces that are just being imported would be planned neither by their import, which does not see the new
    scorer yet, nor by us: wait until they are in.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, project_id])


def plan(
    project_id: int,
    traces: Collection[uuid.UUID] | None = None,
    choices: Collection[uuid.UUID] | None = None,
) -> int:
    """Gives each of the traces and choices (neither is given: of the project's) a row of work for each enabled
    scorer, where missing. Choices get one for scorers that have opinions on steps.

    Scores that came with the data are taken over here too. Answers how many rows were made.
    """
    everything = traces is None and choices is None
    chosen = {
        "project": project_id,
        "traces": None if everything else list(traces or ()),
        "choices": None if everything else list(choices or ()),
    }
    planned = 0
    with transaction.atomic(), connection.cursor() as cursor:
        if everything or choices:
            cursor.execute(_PLAN_CHOICES, {**chosen, "whole": [k for k, c in EMBEDDED.items() if not c.judges_steps]})
            planned += cursor.rowcount
            import_choice_scores(cursor, chosen)
        if everything or traces:
            cursor.execute(_PLAN, chosen)
            planned += cursor.rowcount
            import_trace_scores(cursor, chosen)
    return planned


def rescore_problems(project: Project, problems: Collection[uuid.UUID]) -> int:
    """Scores the problems' traces and choices again by the scorers that look at the reference: it has changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE scoring_tracescore w SET state = 'pending', attempts = 0, claimed_by = '', lease_until =
            NULL, value = NULL, reason = '',
                error = '', done_at = NULL
            FROM scoring_scorer s
            WHERE s.project_id = %(project)s
                AND (s.kind = 'embedded' AND s.key = ANY(%(keys)s) OR s.kind = ANY(%(kinds)s))
                AND w.scorer_id = s.id AND (
                    w.trace_id = ANY(ARRAY(SELECT id FROM corpus_trace WHERE problem_id = ANY(%(problems)s)))
                    OR w.choice_id = ANY(ARRAY(SELECT id FROM corpus_choice WHERE problem_id = ANY(%(problems)s)))
                )
            """,
            {
                "project": project.pk,
                "keys": USING_REFERENCE,
                "kinds": [k for k, c in kinds().items() if c.uses_reference],
                "problems": list(problems),
            },
        )
        return cursor.rowcount


def start_again(
    scorer: Scorer, traces: Collection[uuid.UUID], choices: Collection[uuid.UUID], *, only: str = "all"
) -> int:
    """Makes the scorer's rows of work on these pending again; see `actions.score_again`. Its step scores of what is
    scored again are forgotten, so that a step on which it has no opinion any more does not keep the old one.
    """
    dependents = [
        row.pk
        for row in Scorer.objects.filter(project=scorer.project_id, enabled=True, kind=Scorer.Kind.CONSENSUS)
        if scorer.key in scorer_class(row.kind, row.key).depends_on(row.settings)
    ]
    states = ["failed"] if only == "failed" else ["pending", "done", "failed"]
    again = 0
    with transaction.atomic(), connection.cursor() as cursor:
        for kind, nodes, keys in (("trace", "o.path", traces), ("choice", "o.candidates", choices)):
            if keys:
                params: dict[str, Any] = {
                    "scorer": scorer.pk,
                    "dependents": dependents,
                    "states": states,
                    "keys": list(keys),
                }
                cursor.execute(_AGAIN.format(kind=kind, nodes=nodes), params)
                again += cursor.fetchone()[0]
    return again


# What a worker holds just now is left to it: it is being scored at this moment.
_AGAIN = """
WITH chosen AS MATERIALIZED (
    SELECT w.id, o.id AS on_id, {nodes} AS nodes
    FROM scoring_tracescore w JOIN corpus_{kind} o ON o.id = w.{kind}_id
    WHERE w.scorer_id = %(scorer)s AND w.state = ANY(%(states)s) AND w.{kind}_id = ANY(%(keys)s)
), forgotten AS (
    DELETE FROM scoring_stepscore s USING (SELECT DISTINCT unnest(nodes) AS step_id FROM chosen) AS n
    WHERE s.scorer_id = %(scorer)s AND s.step_id = n.step_id
), again AS (
    UPDATE scoring_tracescore w SET state = 'pending', attempts = 0, claimed_by = '', lease_until = NULL,
        value = NULL, reason = '', error = '', done_at = NULL
    WHERE w.id IN (
        SELECT id FROM chosen UNION ALL
        SELECT d.id FROM chosen JOIN scoring_tracescore d ON d.{kind}_id = chosen.on_id
        WHERE d.scorer_id = ANY(%(dependents)s) AND d.state <> 'claimed'
    )
)
SELECT count(*) FROM chosen
"""

_READY = "s.enabled AND s.kind <> 'imported' AND (s.kind <> 'learned' OR s.model IS NOT NULL)"

_PLAN = f"""
INSERT INTO scoring_tracescore (scorer_id, trace_id, state, attempts, claimed_by, reason, error)
SELECT s.id, t.id, 'pending', 0, '', '', ''
FROM scoring_scorer s JOIN corpus_trace t ON t.project_id = s.project_id
WHERE {_READY} AND {CHOSEN_TRACES}
    AND NOT EXISTS (SELECT FROM scoring_tracescore w WHERE w.scorer_id = s.id AND w.trace_id = t.id)
ON CONFLICT (scorer_id, trace_id) DO NOTHING
"""

_PLAN_CHOICES = f"""
INSERT INTO scoring_tracescore (scorer_id, choice_id, state, attempts, claimed_by, reason, error)
SELECT s.id, c.id, 'pending', 0, '', '', ''
FROM scoring_scorer s JOIN corpus_choice c ON c.project_id = s.project_id
WHERE {_READY} AND NOT (s.kind = 'embedded' AND s.key = ANY(%(whole)s)) AND {CHOSEN_CHOICES}
    AND NOT EXISTS (SELECT FROM scoring_tracescore w WHERE w.scorer_id = s.id AND w.choice_id = c.id)
ON CONFLICT (choice_id, scorer_id) WHERE choice_id IS NOT NULL DO NOTHING
"""
