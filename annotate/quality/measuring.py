"""Measures a project's scorers against its labels. `reading` has the rows, `evaluation` the figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from annotate.core.errors import Invalid
from annotate.projects.models import Project
from annotate.quality.anchoring import anchoring
from annotate.quality.evaluation import RANDOM_LIFT, Case, hours_saved, lift, measure
from annotate.quality.reading import GOLD, IMPORTED, PEOPLE, characters, labelled, median_seconds, priorities, scores_of
from annotate.scoring.models import Scorer

SAMPLES = ("all", "random")


def check(labels: str, sample: str) -> None:
    """Raises Invalid for labels or a sample that can't be."""
    if labels not in (PEOPLE, GOLD) and not (labels.startswith(IMPORTED) and labels != IMPORTED):
        raise Invalid.field("labels", "labels must be people, gold, or imported:SOURCE with the name of a source.")
    if sample not in SAMPLES:
        raise Invalid.field("sample", "sample must be all or random.")


def evaluate(project: Project, labels: str, sample: str = "all") -> dict[str, Any]:
    """All figures of the project's scorers in force, as JSON values. A few queries for each scorer."""
    check(labels, sample)
    found = labelled(project, labels, sample)
    traces = list(found.right)
    erroneous = [False in found.right[trace] for trace in traces]
    seconds, judgements = median_seconds(project)

    def curve(suspicion: Sequence[float]) -> dict[str, Any] | None:
        return priced(lift(suspicion, erroneous))

    def priced(given: dict[str, Any] | None) -> dict[str, Any] | None:
        return given and {**given, "hours_saved": hours_saved(given, len(traces), seconds)}

    scorers = []
    for row in Scorer.objects.filter(project=project, enabled=True).order_by("key"):
        steps, wholes = scores_of(row, traces)
        cases = [Case(found.problems[trace], found.right[trace], steps[trace], wholes.get(trace)) for trace in traces]
        # No opinion is neither for nor against.
        suspicion = [1 - (0.5 if case.verdict is None else case.verdict) for case in cases]
        scorers.append(
            {
                "id": row.pk,
                "key": row.key,
                "version": row.version,
                "kind": row.kind,
                **measure(cases),
                "lift": curve(suspicion),
            }
        )
    lengths, places = characters(traces), priorities(project, traces)
    return {
        "labels": labels,
        "sample": sample,
        "traces": len(traces),
        "erroneous": sum(erroneous),
        "problems": len(set(found.problems.values())),
        "left_out": found.left_out,
        "median_seconds": seconds,
        "judgements": judgements,
        "policy": project.policy,
        "scorers": scorers,
        "baselines": {
            "random": priced(RANDOM_LIFT) if any(erroneous) else None,
            "length": curve([lengths[trace] for trace in traces]),
            "policy": curve([places[trace] for trace in traces]),
        },
        "anchoring": anchoring(project),
    }
