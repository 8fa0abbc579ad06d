"""Every change that people make to exports."""

from django.db import transaction

from annotate.accounts.models import User
from annotate.audit.actions import record
from annotate.exports.jobs import wake
from annotate.exports.models import Export
from annotate.exports.stream import checked
from annotate.projects.models import Project


@transaction.atomic
def request_export(
    *, actor: User, project: Project, format: str, labels: str = Export.Labels.RESOLVED, source: str = ""
) -> Export:
    """Queue a dataset to be written in the background. Raises Invalid as `checked` does."""
    wish = checked(project, format, labels, source)
    export = Export.objects.create(
        project=project, created_by=actor, format=wish.format.name, labels=wish.labels, source=wish.source
    )
    data = {"export": str(export.pk), "format": format, "labels": labels, "source": source}
    record(actor, "export.request", project_id=project.pk, data=data)
    # Without Redis the wake-up is lost, which the beat makes good.
    transaction.on_commit(lambda: wake(export.pk), robust=True)
    return export
