"""Shaped reads over tasks and what was said."""

from collections.abc import Iterable

from annotate.accounts.models import User


def my_numbers(user: User, project_ids: Iterable[int]) -> dict[int, dict]:
    """For each project: `{"open": tasks that still want somebody, "mine": {"submitted", "today"}}`."""
    return {p: {"open": 0, "mine": {"submitted": 0, "today": 0}} for p in project_ids}
