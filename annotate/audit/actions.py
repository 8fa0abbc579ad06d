from typing import TYPE_CHECKING, Any

from annotate.audit.models import Event

if TYPE_CHECKING:
    from annotate.accounts.models import User


def record(
    actor: "User | None", verb: str, *, project_id: int | None = None, data: dict[str, Any] | None = None
) -> None:
    """Write down one change. Call it inside the transaction that makes the change, so that both stand or fall."""
    Event.objects.create(actor=actor, verb=verb, project_id=project_id, data=data or {})
