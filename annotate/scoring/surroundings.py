"""What the installation gives to a scorer: the operator's hosts and keys, its budget, a learned model."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings

from annotate.scoring.models import Scorer
from annotate.scoring.scorers.base import NoLimits, Surroundings
from annotate.scoring.spending import DatabaseBudget


def surroundings(row: Scorer, versions: Mapping[str, str] | None = None) -> Surroundings:
    """For the scorer of this row. `versions`: those in force in its project by key, if the caller has them."""
    return Surroundings(
        budget=DatabaseBudget(row.project_id, row.key, row.settings) if row.queue == "remote" else NoLimits(),
        hosts=settings.SCORER_HOSTS,
        keys=settings.SCORER_KEYS,
        model=row.model,
        versions=versions_in_force(row.project_id) if versions is None else versions,
    )


def versions_in_force(project_id: int) -> dict[str, str]:
    return dict(Scorer.objects.filter(project_id=project_id, enabled=True).values_list("key", "version"))
