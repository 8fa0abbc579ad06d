"""Whether seeing scores sways people: those who saw them before they judged, beside those who did not."""

from __future__ import annotations

import statistics
import uuid
from typing import Any

from django.db import connection

from annotate.corpus.labels import first_error_of
from annotate.projects.models import Project
from annotate.quality.evaluation import FIXED_THRESHOLD, Case
from annotate.quality.reading import scores_of
from annotate.scoring.models import Scorer

MAX_JUDGEMENTS = 20_000


def anchoring(project: Project) -> dict[str, Any]:
    """`{"shown": group, "hidden": group}`, a group being `{"judgements", "median_seconds", "agreement"}`; the latter by
    scorer: the share of judgements in which the person's first error (or that there is none) is the one that the scorer
    predicts at 0.5, where it has an opinion on a step. The newest judgements count, derived ones don't.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT a.scores_shown, j.trace_id, j.values, j.active_ms
            FROM labeling_judgement j JOIN labeling_assignment a ON a.id = j.assignment_id
            WHERE j.project_id = %s AND j.superseded_at IS NULL AND j.trace_id IS NOT NULL AND j.derived_from_id IS NULL
            ORDER BY j.id DESC LIMIT %s""",
            [project.pk, MAX_JUDGEMENTS],
        )
        rows = cursor.fetchall()
    predicted: dict[str, dict[uuid.UUID, int]] = {}
    if any(shown for shown, *_ in rows):  # otherwise there is nothing to compare
        traces = sorted({trace for _, trace, _, _ in rows})
        for row in Scorer.objects.filter(project=project, enabled=True).order_by("key"):
            steps, _ = scores_of(row, traces)
            predicted[row.key] = {
                trace: Case("", [None] * len(scores), scores).predicted(FIXED_THRESHOLD)
                for trace, scores in steps.items()
                if any(score is not None for score in scores)
            }
    return {
        name: _group([row[1:] for row in rows if row[0] is shown], predicted)
        for name, shown in (("shown", True), ("hidden", False))
    }


def _group(
    rows: list[tuple[uuid.UUID, list[int | None], int]], predicted: dict[str, dict[uuid.UUID, int]]
) -> dict[str, Any]:
    times = [active / 1000 for _, _, active in rows if active]
    agreement = {}
    for key, by_trace in predicted.items():
        same = []
        for trace, values, _ in rows:
            if trace in by_trace:
                first = first_error_of(values)
                same.append((-1 if first is None else first) == by_trace[trace])
        if same:
            agreement[key] = {"judgements": len(same), "share": sum(same) / len(same)}
    median = statistics.median(times) if times else None
    return {"judgements": len(rows), "median_seconds": median, "agreement": agreement}
