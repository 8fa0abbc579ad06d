"""Every change to projects and memberships."""

import secrets
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Q

from annotate.accounts.actions import create_user
from annotate.accounts.models import User
from annotate.audit.actions import record
from annotate.core.errors import Conflict, Denied, NotFound
from annotate.projects.models import Guideline, LabelSchema, Membership, Project, Role
from annotate.projects.schema import ERROR_TYPES, checked_definition, named

Version = TypeVar("Version", Guideline, LabelSchema)

CHANGEABLE = (
    "name",
    "description",
    "mode",
    "annotations_per_task",
    "lease_minutes",
    "policy",
    "policy_weights",
    "random_share",
    "show_scores",
    "show_scores_share",
    "show_reference",
    "tasks_at_import",
    "gold_sources",
)


@transaction.atomic
def create_project(*, actor: User, slug: str, name: str, **settings: Any) -> Project:
    """A project with its first guideline and label schema; the creator is its admin.

    `settings` as for `update_project`. Raises Denied unless the actor is staff, Conflict when the slug is taken.
    """
    if not actor.is_staff:
        raise Denied("staff-only", "Only the installation's admins make projects. Ask one of them.")
    guidelines = settings.pop("guidelines", "")
    schema = {"error_types": ERROR_TYPES, **_schema_changes(settings)}
    project, made = Project.objects.get_or_create(slug=slug, defaults={"name": name, **settings})
    if not made:
        raise Conflict("slug-taken", f"There is a project {slug} already. Choose another slug.")
    Membership.objects.create(project=project, user=actor, role=Role.ADMIN)
    Guideline.objects.create(project=project, version=1, text=guidelines, created_by=actor)
    LabelSchema.objects.create(project=project, version=1, created_by=actor, **_schema_fields(schema))
    record(actor, "project.create", project_id=project.pk, data={"slug": slug})
    return project


@transaction.atomic
def update_project(*, actor: User, project: Project, **changes: Any) -> Project:
    """Change settings; `guidelines` (text) and what annotators may say make a new version of theirs when they differ.

    The latter is `error_types`, and `label_schema` with any part of a definition (see `schema`); what it does not name
    stays as it is.
    """
    project = Project.objects.select_for_update(no_key=True).get(pk=project.pk)  # no_key: claims go on meanwhile
    changed = sorted(changes)
    if "guidelines" in changes:
        guideline = newest(Guideline, project)
        if guideline.text != changes["guidelines"]:
            Guideline.objects.create(
                project=project, version=guideline.version + 1, text=changes["guidelines"], created_by=actor
            )
    if said := _schema_changes(changes):
        schema = newest(LabelSchema, project)
        fields_now = _schema_fields({"error_types": schema.error_types, **schema.definition, **said})
        if (schema.error_types, schema.definition) != (fields_now["error_types"], fields_now["definition"]):
            LabelSchema.objects.create(project=project, version=schema.version + 1, created_by=actor, **fields_now)
    fields = [field for field in CHANGEABLE if field in changes]
    for field in fields:
        setattr(project, field, changes[field])
    if fields:
        if {"policy", "policy_weights", "random_share"} & set(fields):
            project.prioritised_at = None  # every priority is due again
            fields.append("prioritised_at")
        project.save(update_fields=fields)
    record(actor, "project.update", project_id=project.pk, data={"changed": changed})
    return project


def newest(model: type[Version], project: Project) -> Version:
    """The version in force."""
    return model.objects.filter(project=project).latest("version")


def _schema_changes(settings: dict[str, Any]) -> dict[str, Any]:
    """What `settings` say of the label schema, taken out of them. `error_types` may stand by itself."""
    said: dict[str, Any] = dict(settings.pop("label_schema", {}))
    if "error_types" in settings:
        said["error_types"] = settings.pop("error_types")
    return said


def _schema_fields(said: dict[str, Any]) -> dict[str, Any]:
    """The columns of a `LabelSchema`. Raises Invalid."""
    definition = {name: value for name, value in said.items() if name != "error_types"}
    return {"error_types": named(said["error_types"], "error_types"), "definition": checked_definition(definition)}


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
    # With all of the project's admins, so that two of them can't remove each other at once.
    locked = Membership.objects.select_for_update(of=("self",)).select_related("user").order_by("pk")
    members = list(locked.filter(Q(role=Role.ADMIN) | Q(user__username=username), project=project))
    membership = next((m for m in members if m.user.username == username), None)
    if membership is None:
        raise NotFound("member")
    if [m for m in members if m.role == Role.ADMIN] == [membership] and not keeps_admin:
        raise Conflict("last-admin", "This is the project's only admin. Make somebody else admin first.")
    return membership
