"""Labels and scores of a project as they are measured: read over sets, a query or two for each scorer."""

# ruff: noqa: S608 - the SQL is put together from this module's own constants; values go in as parameters

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import connection

from annotate.corpus.models import StepValue
from annotate.labeling.verdicts import verdict
from annotate.projects.models import Project
from annotate.quality.consensus import consensus
from annotate.scoring.models import Scorer
from annotate.scoring.parts import order_of
from annotate.scoring.priority import ranked_traces

MAX_TRACES = 20_000
"""The newest labelled traces: more would not make the figures more certain than the labels are."""
PEOPLE = "people"
GOLD = "gold"
IMPORTED = "imported:"


@dataclass(slots=True)
class Labelled:
    """`right` by trace; `problems` likewise. `left_out`: labelled traces of which no label stands."""

    right: dict[uuid.UUID, list[bool | None]] = field(default_factory=dict)
    problems: dict[uuid.UUID, str] = field(default_factory=dict)
    left_out: int = 0


def labelled(project: Project, labels: str, sample: str) -> Labelled:
    """Of the newest labelled traces, what stands: of several people the answer that more than half gave; of several
    gold sources the verdict that all of them give, with the steps of the one that came first.
    """
    drawn = (
        "AND EXISTS (SELECT FROM labeling_task k WHERE k.trace_id = t.id AND k.probability IS NOT NULL)"
        if sample == "random"
        else ""
    )
    if labels == PEOPLE:
        said = "labeling_judgement WHERE project_id = %(project)s AND superseded_at IS NULL AND trace_id IS NOT NULL"
    else:
        said = "corpus_sourcelabel WHERE source = ANY(%(sources)s)"
    tells = f"AND {verdict('l.values', 't.path')} IS NOT NULL" if labels == GOLD else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT t.id, t.problem_id, jsonb_agg(to_jsonb(l.values) ORDER BY l.id)
            FROM (SELECT id, trace_id, values FROM {said}) l JOIN corpus_trace t ON t.id = l.trace_id
            WHERE t.project_id = %(project)s {drawn} {tells}
            GROUP BY t.id ORDER BY max(l.id) DESC LIMIT %(most)s""",
            {"project": project.pk, "sources": sources_of(project, labels), "most": MAX_TRACES},
        )
        rows = cursor.fetchall()
    found = Labelled()
    for trace, problem, given in rows:
        right = _gold(json.loads(given)) if labels == GOLD else _resolved(json.loads(given))
        if right is None:
            found.left_out += 1
        else:
            found.right[trace], found.problems[trace] = right, str(problem)
    return found


def sources_of(project: Project, labels: str) -> list[str]:
    """Of imported labels: whose are meant."""
    return list(project.gold_sources) if labels == GOLD else [labels.removeprefix(IMPORTED)]


def _resolved(given: Sequence[list[int | None]]) -> list[bool | None] | None:
    votes = [tuple(values) for values in given]
    standing = consensus(votes)
    return meaning(votes[standing[0]]) if standing else None


def _gold(given: Sequence[list[int | None]]) -> list[bool | None] | None:
    meant = [right for values in given if (right := meaning(values)) is not None]
    firsts = {right.index(False) if False in right else None for right in meant}
    return meant[0] if len(firsts) == 1 else None


def meaning(values: Sequence[int | None]) -> list[bool | None] | None:
    """By step whether it is right; None where nothing can be said of the trace: no step is wrong, and of one the person
    was not sure, or nothing was said at all. Neutral steps are no errors.
    """
    right = [None if v is None or v == StepValue.UNSURE else v != StepValue.BAD for v in values]
    if False not in right and (StepValue.UNSURE in values or True not in right):
        return None
    return right


def scores_of(
    row: Scorer, traces: Sequence[uuid.UUID]
) -> tuple[dict[uuid.UUID, list[float | None]], dict[uuid.UUID, float]]:
    """By trace the scores of its steps, and the opinions on whole traces. Two queries."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT t.id, jsonb_agg(s.value ORDER BY p.place)
            FROM corpus_trace t CROSS JOIN LATERAL unnest(t.path) WITH ORDINALITY AS p (step, place)
            LEFT JOIN scoring_stepscore s ON s.step_id = p.step AND s.scorer_id = %(scorer)s
            WHERE t.id = ANY(%(traces)s) GROUP BY t.id""",
            {"scorer": row.pk, "traces": list(traces)},
        )
        steps = {trace: json.loads(given) for trace, given in cursor.fetchall()}
        cursor.execute(
            """SELECT trace_id, value FROM scoring_tracescore
            WHERE scorer_id = %s AND trace_id = ANY(%s) AND state = 'done' AND value IS NOT NULL""",
            [row.pk, list(traces)],
        )
        return steps, dict(cursor.fetchall())


def characters(traces: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, int]:
    """How long each trace is, without what nobody judges."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT t.id, coalesce(sum(length(s.text)) FILTER (WHERE s.kind <> 'observation'), 0)
            FROM corpus_trace t CROSS JOIN LATERAL unnest(t.path) AS p (step) JOIN corpus_step s ON s.id = p.step
            WHERE t.id = ANY(%s) GROUP BY t.id""",
            [list(traces)],
        )
        return dict(cursor.fetchall())


def priorities(project: Project, traces: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, float]:
    """Where the project's order puts each trace, with nothing drawn at random and nothing judged yet."""
    ranked = ranked_traces(order_of(project.policy, project.policy_weights))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT r.trace_id, r.priority FROM ({ranked}) r WHERE r.trace_id = ANY(%(traces)s)",
            {"project": project.pk, "random_share": 0.0, "traces": list(traces)},
        )
        return dict(cursor.fetchall())


def median_seconds(project: Project) -> tuple[float | None, int]:
    """How long people here take for a trace, and of how many judgements that is the median."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY active_ms) / 1000, count(*) FROM labeling_judgement
            WHERE project_id = %s AND superseded_at IS NULL AND trace_id IS NOT NULL AND derived_from_id IS NULL
                AND active_ms > 0""",
            [project.pk],
        )
        seconds, count = cursor.fetchone()
    return seconds, count
