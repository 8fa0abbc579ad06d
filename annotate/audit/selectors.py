"""Reading the audit log."""

from datetime import datetime

from django.db.models import Q, QuerySet

from annotate.audit.models import Event


def events_of(
    project_id: int,
    *,
    verb: str = "",
    who: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    after: tuple[datetime, int] | None = None,
) -> QuerySet[Event]:
    """A project's entries with their actors, the newest first: those whose verb begins with `verb`, done by the account
    of the name `who`, from `since` on and before `until`. `after` goes on behind the entry with this `at` and key.
    """
    events = Event.objects.filter(project_id=project_id, verb__startswith=verb).select_related("actor")
    if who:
        events = events.filter(actor__username=who)
    if since is not None:
        events = events.filter(at__gte=since)
    if until is not None:
        events = events.filter(at__lt=until)
    if after is not None:
        at, key = after
        events = events.filter(Q(at__lt=at) | Q(pk__lt=key), at__lte=at)
    return events.order_by("-at", "-pk")
