"""Taking data in: rows of the corpus, a task for each new trace and choice, and a wake-up for the scorers."""

import uuid
from collections.abc import Callable, Iterable

from annotate.accounts.models import User
from annotate.audit.actions import record
from annotate.corpus.formats.base import Format
from annotate.corpus.ingest import Report, ingest
from annotate.corpus.merge import Merged
from annotate.labeling.actions import open_tasks
from annotate.projects.models import Project
from annotate.scoring.actions import wake
from annotate.scoring.planning import plan, rescore_problems


def take_in(
    project: Project,
    format: Format,
    chunks: Iterable[bytes],
    *,
    actor: User | None = None,
    atomic: bool = False,
    progress: Callable[[int], None] = lambda lines: None,
) -> Report:
    """`ingest`, with each batch's tasks opened and its scoring planned in the batch's own transaction.

    Scorers are woken when it is through. `actor` is None for an import from the shell.
    """

    def on_merged(merged: Merged) -> None:
        traces = _uuids(merged.traces)
        plan(project.pk, traces, _uuids(merged.choices))
        if merged.answered:
            rescore_problems(project, _uuids(merged.answered))
        open_tasks(project.pk, traces, _uuids(merged.choices))

    report = ingest(project, format, chunks, on_merged=on_merged, atomic=atomic, progress=progress)
    counts = {"accepted": report.accepted, "duplicates": report.duplicates, "rejected": report.rejected}
    record(actor, "traces.ingest", project_id=project.pk, data={"format": format.name, **counts})
    if report.accepted:
        wake(project)
    return report


def _uuids(keys: list[bytes]) -> list[uuid.UUID]:
    return [uuid.UUID(bytes=key) for key in keys]
