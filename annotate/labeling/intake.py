"""Taking data in: rows of the corpus, a task for each new trace and choice, and a wake-up for the scorers."""

import uuid
from collections.abc import Callable, Iterable

from annotate.corpus.formats.base import Format
from annotate.corpus.ingest import Report, ingest
from annotate.corpus.merge import Merged
from annotate.labeling.actions import open_tasks
from annotate.projects.models import Project
from annotate.scoring.actions import plan, rescore_problems, wake


def take_in(
    project: Project,
    format: Format,
    chunks: Iterable[bytes],
    *,
    atomic: bool = False,
    progress: Callable[[int], None] = lambda lines: None,
) -> Report:
    """`ingest`, with each batch's tasks opened and its scoring planned in the batch's own transaction.

    Scorers are woken when it is through.
    """

    def on_merged(merged: Merged) -> None:
        traces = _uuids(merged.traces)
        plan(project.pk, traces)
        if merged.answered:
            rescore_problems(project, _uuids(merged.answered))
        open_tasks(project.pk, traces, _uuids(merged.choices))

    report = ingest(project, format, chunks, on_merged=on_merged, atomic=atomic, progress=progress)
    if report.accepted:
        wake(project)
    return report


def _uuids(keys: list[bytes]) -> list[uuid.UUID]:
    return [uuid.UUID(bytes=key) for key in keys]
