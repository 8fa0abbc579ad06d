"""Every change that people make to imports, beside sending lines."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from annotate.accounts.models import User
from annotate.audit.actions import record
from annotate.core.errors import Conflict, Invalid
from annotate.corpus.containers import write_all
from annotate.corpus.lines import BrokenInput
from annotate.imports.files import file_of, folder
from annotate.imports.jobs import wake
from annotate.imports.models import Import
from annotate.projects.models import Project

State = Import.State
MAX_NAME = 200
ORIGIN = {"licence": 200, "source": 2000}  # characters


@transaction.atomic
def open_import(*, actor: User | None, project: Project, **how: Any) -> Import:
    """An import that takes what programs send under its id, until it is closed. `how`: format, atomic, on_conflict,
    licence, source.
    """
    import_ = Import.objects.create(project=project, created_by=actor, state=State.OPEN, **how)
    record(actor, "import.open", project_id=project.pk, data={"import": str(import_.pk)})
    return import_


def keep_upload(*, actor: User, project: Project, chunks: Iterable[bytes], name: str = "", **how: Any) -> Import:
    """Keep what is sent in a file, to be read in the background. Raises Invalid when nothing or too much is sent.

    The row is made when the file is whole and safe, so that no import ever waits for one that was cut off.
    """
    import_ = Import(project=project, created_by=actor, name=name[:MAX_NAME], background=True, **how)
    part = folder() / f"{uuid.uuid4()}.part"
    try:
        with part.open("xb") as file:
            import_.size = write_all(file, chunks, folder())
            file.flush()
            os.fsync(file.fileno())
        if not import_.size:
            raise Invalid.field(
                "file", "Nothing was sent. Send the file as the request's body, or as `file` of a form."
            )
        with transaction.atomic():
            import_.save(force_insert=True)
            data = {"import": str(import_.pk), "name": import_.name, "bytes": import_.size}
            record(actor, "import.request", project_id=project.pk, data=data)
            os.replace(part, file_of(import_))
            # Without Redis the wake-up is lost, which the beat makes good.
            transaction.on_commit(lambda: wake(import_.pk), robust=True)
    except BrokenInput as error:
        raise Invalid.field("file", str(error)) from None
    finally:
        part.unlink(missing_ok=True)
    return import_


def origin_of(given: Mapping[str, Any]) -> dict[str, str]:
    """What is said of where data are from, in one line each. Raises Invalid, naming the field."""
    told: dict[str, str] = {}
    for name, value in given.items():
        if not isinstance(value, str) or len(value) > ORIGIN[name] or "\0" in value:
            message = f"{name} must be a text of at most {ORIGIN[name]} characters, without U+0000."
            raise Invalid.field(name, message)
        told[name] = " ".join(value.split())
    return told


@transaction.atomic
def describe(*, actor: User, import_: Import, told: Mapping[str, str]) -> Import:
    """Say afterwards where its data are from. `told`: from `origin_of`."""
    for name, value in told.items():
        setattr(import_, name, value)
    import_.save(update_fields=list(told))
    record(actor, "import.describe", project_id=import_.project_id, data={"import": str(import_.pk), **told})
    return import_


def pause(*, actor: User, import_: Import) -> Import:
    """It stops behind the batch that is just being stored; one that is all or nothing begins anew when resumed."""
    return _change(actor, import_, "pause", [State.QUEUED, State.RUNNING], state=State.PAUSED, lease_until=None)


def resume(*, actor: User, import_: Import) -> Import:
    """Go on where it stopped, or try again what failed."""
    if not import_.background or not file_of(import_).exists():
        raise Conflict("nothing-to-resume", "Its file is not here. Send it again: what is in counts as duplicates.")
    states = [State.PAUSED, State.FAILED]
    changed = _change(
        actor, import_, "resume", states, state=State.QUEUED, lease_until=None, stalls=0, error="", finished_at=None
    )
    wake(changed.pk)
    return changed


def close(*, actor: User, import_: Import) -> Import:
    """It takes nothing more. Closing what is done already changes nothing: the first answer may have been lost."""
    if import_.state == State.DONE:
        return import_
    return _change(actor, import_, "close", [State.OPEN], state=State.DONE, finished_at=timezone.now())


def request_withdrawal(*, actor: User, import_: Import) -> Import:
    """Take back what came with it, in the background, as `annotate.imports.withdrawal` says."""
    states = [State.OPEN, State.QUEUED, State.PAUSED, State.DONE, State.FAILED, State.RUNNING]
    changed = _change(actor, import_, "withdraw", states, state=State.WITHDRAWING, lease_until=None, stalls=0, error="")
    wake(changed.pk)
    return changed


def _change(actor: User, import_: Import, verb: str, states: list[State], **changes: Any) -> Import:
    """Conditional, so that of two who change it at once one is told. Raises Conflict."""
    with transaction.atomic():
        if not Import.objects.filter(pk=import_.pk, state__in=states).update(**changes):
            now = Import.objects.values_list("state", flat=True).get(pk=import_.pk)
            raise Conflict("wrong-state", f"This import is {now}: there is nothing to {verb}.")
        record(actor, f"import.{verb}", project_id=import_.project_id, data={"import": str(import_.pk)})
    return Import.objects.select_related("project", "created_by").get(pk=import_.pk)
