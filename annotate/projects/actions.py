"""Every change to projects and memberships."""

import re
import secrets
from typing import Any, TypeVar

from django.db import transaction

from annotate.accounts.actions import create_user
from annotate.accounts.models import User
from annotate.audit.actions import record
from annotate.core.errors import Conflict, Denied, Invalid, NotFound
from annotate.projects.models import Guideline, LabelSchema, Membership, Project, Role

Version = TypeVar("Version", Guideline, LabelSchema)

ERROR_TYPES = [
    {"key": "calculation", "name": "Calculation"},
    {"key": "missing_step", "name": "Missing step"},
    {"key": "misread_problem", "name": "Misread problem"},
    {"key": "irrelevant_condition", "name": "Irrelevant condition"},
    {"key": "unjustified", "name": "Unjustified"},
    {"key": "contradiction", "name": "Contradiction"},
    {"key": "wrong_formula", "name": "Wrong formula"},
    {"key": "hallucinated_fact", "name": "Hallucinated fact"},
    {"key": "format", "name": "Format"},
]
CHANGEABLE = (
    "name",
    "description",
    "mode",
    "annotations_per_task",
    "lease_minutes",
    "policy",
    "random_share",
    "show_reference",
)


@transaction.atomic
def create_project(*, actor: User, slug: str, name: str, **settings: Any) -> Project:
    """A project with its first guideline and label schema; the creator is its admin.

    `settings` as for `update_project`. Raises Denied unless the actor is staff, Conflict when the slug is taken.
    """
    if not actor.is_staff:
        raise Denied("staff-only", "Only the installation's admins make projects. Ask one of them.")
    guidelines, error_types = settings.pop("guidelines", ""), settings.pop("error_types", ERROR_TYPES)
    project, made = Project.objects.get_or_create(slug=slug, defaults={"name": name, **settings})
    if not made:
        raise Conflict("slug-taken", f"There is a project {slug} already. Choose another slug.")
    Membership.objects.create(project=project, user=actor, role=Role.ADMIN)
    Guideline.objects.create(project=project, version=1, text=guidelines, created_by=actor)
    LabelSchema.objects.create(project=project, version=1, error_types=checked(error_types), created_by=actor)
    record(actor, "project.create", project_id=project.pk, data={"slug": slug})
    return project


@transaction.atomic
def update_project(*, actor: User, project: Project, **changes: Any) -> Project:
    """Change settings; `guidelines` (text) and `error_types` make a new version of theirs when they differ."""
    project = Project.objects.select_for_update(no_key=True).get(pk=project.pk)  # no_key: claims go on meanwhile
    if "guidelines" in changes:
        guideline = newest(Guideline, project)
        if guideline.text != changes["guidelines"]:
            Guideline.objects.create(
                project=project, version=guideline.version + 1, text=changes["guidelines"], created_by=actor
            )
    if "error_types" in changes:
        schema = newest(LabelSchema, project)
        error_types = checked(changes["error_types"])
        if schema.error_types != error_types:
            LabelSchema.objects.create(
                project=project, version=schema.version + 1, error_types=error_types, created_by=actor
            )
    fields = [field for field in CHANGEABLE if field in changes]
    for field in fields:
        setattr(project, field, changes[field])
    if fields:
        if {"policy", "random_share"} & set(fields):
            project.prioritised_at = None  # every priority is due again
            fields.append("prioritised_at")
        project.save(update_fields=fields)
    record(actor, "project.update", project_id=project.pk, data={"changed": sorted(changes)})
    return project


def newest(model: type[Version], project: Project) -> Version:
    """The version in force."""
    return model.objects.filter(project=project).latest("version")


def checked(error_types: list[dict[str, str]]) -> list[dict[str, str]]:
    """Raises Invalid unless every key is a short identifier and unique."""
    keys = [t["key"] for t in error_types]
    for key in keys:
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", key):
            raise Invalid.field("error_types", f"The key {key!r} must be lower-case letters, digits and _, at most 40.")
    if len(set(keys)) < len(keys):
        raise Invalid.field("error_types", "Two error types have the same key.")
    return [{"key": t["key"], "name": t["name"]} for t in error_types]


@transaction.atomic
def add_member(*, actor: User, project: Project, username: str, role: Role) -> tuple[Membership, str | None]:
    """The membership, and the password if there was no account of this name and one was made."""
    user = User.objects.filter(username=username).first()
    password = None
    if user is None:
        password = secrets.token_urlsafe(12)
        user = create_user(username=username, password=password)
    membership, made = Membership.objects.get_or_create(project=project, user=user, defaults={"role": role})
    if not made:
        raise Conflict("already-member", f"{username} is a member already. Change the role in the list.")
    record(actor, "member.add", project_id=project.pk, data={"user": username, "role": role})
    return membership, password


@transaction.atomic
def change_role(*, actor: User, project: Project, username: str, role: Role) -> Membership:
    membership = _membership_to_change(project, username, keeps_admin=role == Role.ADMIN)
    membership.role = role
    membership.save(update_fields=["role"])
    record(actor, "member.change", project_id=project.pk, data={"user": username, "role": role})
    return membership


@transaction.atomic
def remove_member(*, actor: User, project: Project, username: str) -> None:
    """What the person said stays; they can't see the project any more."""
    _membership_to_change(project, username, keeps_admin=False).delete()
    record(actor, "member.remove", project_id=project.pk, data={"user": username})


def _membership_to_change(project: Project, username: str, *, keeps_admin: bool) -> Membership:
    # All of the project's admins are locked, so that two of them can't remove each other at once.
    admins = list(Membership.objects.select_for_update().filter(project=project, role=Role.ADMIN))
    membership = Membership.objects.select_related("user").filter(project=project, user__username=username).first()
    if membership is None:
        raise NotFound("member")
    if [m.pk for m in admins] == [membership.pk] and not keeps_admin:
        raise Conflict("last-admin", "This is the project's only admin. Make somebody else admin first.")
    return membership
