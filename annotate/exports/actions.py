"""Every change that people make to exports."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from annotate.accounts.models import User
from annotate.audit.actions import record
from annotate.core.errors import Conflict
from annotate.exports.build import remove_files
from annotate.exports.jobs import wake
from annotate.exports.links import sign
from annotate.exports.models import Export
from annotate.exports.stream import checked
from annotate.projects.models import Project


@transaction.atomic
def request_export(*, actor: User, project: Project, options: Mapping[str, Any]) -> Export:
    """Queue a dataset to be written in the background. Raises Invalid as `checked` does."""
    wish = checked(project, options)
    asked = wish.options.as_dict()
    export = Export.objects.create(project=project, created_by=actor, format=wish.format.name, options=asked)
    record(actor, "export.request", project_id=project.pk, data={"export": str(export.pk), "options": asked})
    # Without Redis the wake-up is lost, which the beat makes good.
    transaction.on_commit(lambda: wake(export.pk), robust=True)
    return export


@transaction.atomic
def cancel_export(*, actor: User, export: Export) -> Export:
    """Stop it; whoever is writing it finds out within a second or a page. Again is fine. Raises Conflict once it is
    done or has failed.
    """
    unfinished = (Export.State.QUEUED, Export.State.RUNNING)
    changed = Export.objects.filter(pk=export.pk, state__in=unfinished).update(
        state=Export.State.CANCELLED, finished_at=timezone.now(), lease_until=None
    )
    export.refresh_from_db()
    if changed:
        record(actor, "export.cancel", project_id=export.project_id, data={"export": str(export.pk)})
    elif export.state != Export.State.CANCELLED:
        raise Conflict("finished", f"This export is {export.state}: there is nothing to cancel. Delete it instead.")
    return export


def delete_export(*, actor: User, export: Export) -> None:
    """It and its files; links to them lead nowhere from now on."""
    with transaction.atomic():
        data = {"export": str(export.pk), "format": export.format, "sha256": export.sha256}
        record(actor, "export.delete", project_id=export.project_id, data=data)
        Export.objects.filter(pk=export.pk).delete()
    # Afterwards, since files don't come back when a transaction does: if this fails, they are without a row, and harm
    # nobody but the disk.
    remove_files(export)


@transaction.atomic
def link_to(*, actor: User, export: Export, name: str, hours: int) -> tuple[str, datetime]:
    """A token that downloads one of its files without signing in, and when it expires."""
    token, expires = sign(export, name, hours)
    data = {"export": str(export.pk), "file": name, "hours": hours}
    record(actor, "export.link", project_id=export.project_id, data=data)
    return token, datetime.fromtimestamp(expires, UTC)
