"""What others may ask of scoring. Wake-ups are sent when the transaction is through, and may get lost without
harm.
"""

from __future__ import annotations

from django.db import transaction

from annotate.projects.models import Project
from annotate.scoring.jobs import score_project


def wake(project: Project) -> None:
    """Tells a worker that there is something to score, after the current transaction's commit.

    Without Redis nothing is sent and nothing fails: the work is in the database, and is looked for every few
    seconds.
    """

    def send() -> None:  # not a partial: Django names it in its log when it fails
        score_project.delay(project.pk)

    transaction.on_commit(send, robust=True)
