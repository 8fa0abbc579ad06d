"""The one place that decides who may see or do what in a project. Lookup and check are one query."""

from django.db.models import QuerySet

from annotate.accounts.models import User
from annotate.core.errors import Denied, NotFound
from annotate.projects.models import Membership, Project, Role


def visible_projects(user: User) -> QuerySet[Membership]:
    """The user's memberships, with their projects: all that they can see."""
    return Membership.objects.filter(user=user).select_related("project").order_by("project__name", "project__slug")


def access_project(user: User, slug: str, role: Role = Role.ANNOTATOR) -> Project:
    """The project, for a member with at least this role.

    Raises NotFound to outsiders, whether the project exists or not, and Denied to members whose role is too small.
    """
    return access_membership(user, role, project__slug=slug).project


def access_project_by_id(user: User, project_id: int, role: Role = Role.ANNOTATOR, *, what: str = "project") -> Project:
    """The same for the project that an object belongs to; `what` is the object's name, for the error."""
    return access_membership(user, role, what=what, project_id=project_id).project


def access_membership(user: User, role: Role = Role.ANNOTATOR, *, what: str = "project", **where: object) -> Membership:
    membership = Membership.objects.select_related("project").filter(user=user, **where).first()
    if membership is None:
        raise NotFound(what)
    if not Role(membership.role).includes(role):
        raise Denied("role-too-small", f"This needs the role {role.value}; you are {membership.role} here.")
    return membership
