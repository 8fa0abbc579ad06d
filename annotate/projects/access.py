"""The one place that decides who may see or do what in a project. Lookup and check are one query."""

from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from annotate.accounts.models import User
from annotate.core.errors import Denied, NotFound
from annotate.projects.models import Membership, Project, Role

Row = TypeVar("Row", bound=Model)


def visible_projects(user: User) -> QuerySet[Membership]:
    """The user's memberships, with their projects: all that they can see."""
    return Membership.objects.filter(user=user).select_related("project").order_by("project__name", "project__slug")


def access_project(user: User, slug: str, role: Role = Role.ANNOTATOR) -> Project:
    """The project, for a member with at least this role.

    Raises NotFound to outsiders, whether the project exists or not, and Denied to members whose role is too small.
    """
    return access_membership(user, role, project__slug=slug).project


def access_row(user: User, rows: QuerySet[Row], key: object, role: Role, *, what: str) -> Row:
    """The row with this key, for a member of the project that it belongs to with at least this role; `what` it is, for
    the error. Raises NotFound to outsiders, whether there is one or not, and Denied to members whose role is too small.
    """
    row: Any = rows.filter(pk=key).first()
    if row is None:
        raise NotFound(what)
    access_membership(user, role, what=what, project_id=row.project_id)
    return row


def access_membership(user: User, role: Role = Role.ANNOTATOR, *, what: str = "project", **where: object) -> Membership:
    membership = Membership.objects.select_related("project").filter(user=user, **where).first()
    if membership is None:
        raise NotFound(what)
    if not Role(membership.role).includes(role):
        raise Denied("role-too-small", f"This needs the role {role.value}; you are {membership.role} here.")
    return membership
