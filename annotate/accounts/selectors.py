"""Shaped reads over accounts."""

from django.db.models import QuerySet

from annotate.accounts.models import ApiToken, User


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """Those that are not revoked, the newest first."""
    return ApiToken.objects.filter(user=user, revoked_at=None).order_by("-id")
