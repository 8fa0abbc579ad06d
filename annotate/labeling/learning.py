"""Labels for the learned scorer, and when it is time to train it again."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import connection

from annotate.corpus.models import SourceLabel, StepValue
from annotate.labeling.models import Judgement
from annotate.scoring.actions import wake
from annotate.scoring.learning import adopt
from annotate.scoring.loading import load
from annotate.scoring.models import Scorer
from annotate.scoring.scorers.learned.training import Example, train

MAX_TRACES = 5000
"""The newest labelled traces that it learns from: training is to take seconds."""
LEARNING = 0x57EC
"""Class of the advisory lock under which one scorer is trained once at a time."""


def due() -> list[Scorer]:
    """Learned scorers for which there are enough new labels."""
    rows = Scorer.objects.filter(kind=Scorer.Kind.LEARNED, enabled=True, paused=False).select_related("project")
    return [row for row in rows if _due(row, count_labels(row))]


def _due(row: Scorer, labels: int) -> bool:
    if row.report is None:
        return True
    return abs(labels - row.report.get("labels", 0)) >= row.settings["every"]


def count_labels(row: Scorer) -> int:
    judged = Judgement.objects.filter(project=row.project_id, superseded_at=None, trace__isnull=False).count()
    if not row.settings["include_imported"]:
        return judged
    return judged + SourceLabel.objects.filter(trace__project=row.project_id).count()


def learn(row: Scorer) -> Scorer | None:
    """Trains the scorer of this row and puts the outcome in force. None: somebody else is just doing it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LEARNING, row.pk % 0x7FFFFFFF])
        if not cursor.fetchone()[0]:
            return None
        try:
            labels = count_labels(row)
            made = adopt(row, train(examples(row)), labels=labels)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LEARNING, row.pk % 0x7FFFFFFF])
    wake(made.project)
    return made


def examples(row: Scorer) -> list[Example]:
    """The newest labelled traces of the project, by key. Several people's labels of a trace: what more than half of
    those who labelled a step said.
    """
    said: dict[uuid.UUID, list[Sequence[int | None]]] = defaultdict(list)
    judged = Judgement.objects.filter(project=row.project_id, superseded_at=None, trace__isnull=False)
    _collect(said, judged.order_by("-id").values_list("trace_id", "values")[: 3 * MAX_TRACES])
    if row.settings["include_imported"] and len(said) < MAX_TRACES:
        people = set(said)
        came = SourceLabel.objects.filter(trace__project=row.project_id).exclude(trace__in=people)
        _collect(said, came.order_by("-id").values_list("trace_id", "values")[:MAX_TRACES])
    found = load(sorted(said))
    problems = dict(_problems(list(found)))
    return [
        Example(str(problems[trace]), text, [_majority(values) for values in zip(*said[trace], strict=True)])
        for trace, (text, path) in found.items()
        if all(len(values) == len(path) for values in said[trace])
    ]


def _collect(
    said: dict[uuid.UUID, list[Sequence[int | None]]], rows: Iterable[tuple[uuid.UUID | None, list[int | None] | None]]
) -> None:
    for trace, values in rows:
        if trace and values and (trace in said or len(said) < MAX_TRACES):
            said[trace].append(values)


def _problems(traces: list[uuid.UUID]) -> list[tuple[uuid.UUID, uuid.UUID]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, problem_id FROM corpus_trace WHERE id = ANY(%s)", [traces])
        return cursor.fetchall()


def _majority(values: Sequence[int | None]) -> bool | None:
    """Neutral steps are right: they are no errors. Whoever was not sure has no vote."""
    right = sum(value in (StepValue.GOOD, StepValue.NEUTRAL) for value in values)
    wrong = sum(value == StepValue.BAD for value in values)
    return None if right == wrong else right > wrong
