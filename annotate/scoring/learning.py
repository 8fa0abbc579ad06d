"""Puts what was learned in force, or out of it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from annotate.scoring.models import Scorer
from annotate.scoring.planning import new_version
from annotate.scoring.scorers.learned.training import Trained
from annotate.scoring.scorers.registry import configured
from annotate.scoring.surroundings import surroundings


@transaction.atomic
def adopt(scorer: Scorer, trained: Trained, *, labels: int) -> Scorer:
    """Another model is another version, and everything is scored by it; one that stays off has none.

    `labels`: how many there were, to know when there are enough new ones.
    """
    row = Scorer.objects.select_for_update(no_key=True).get(pk=scorer.pk)
    if not row.enabled:
        return row  # removed or changed in the meantime
    report: dict[str, Any] = {**trained.report, "labels": labels, "trained_at": timezone.now().isoformat()}
    row.model = trained.model
    version = configured(Scorer.Kind.LEARNED).version_for(row.settings, surroundings(row))
    if version != row.version:
        return new_version(row, version, model=trained.model, report=report)
    Scorer.objects.filter(pk=row.pk).update(report=report)
    row.report = report
    return row
