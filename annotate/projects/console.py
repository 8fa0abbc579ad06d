"""For commands, whose user has the shell of the machine and needs no role."""

from django.core.management.base import CommandError

from annotate.projects.models import Project


def project_named(slug: str) -> Project:
    """Raises CommandError, naming those that there are."""
    project = Project.objects.filter(slug=slug).first()
    if project is None:
        known = ", ".join(Project.objects.order_by("slug").values_list("slug", flat=True)) or "none yet"
        raise CommandError(f"There is no project {slug}. Projects: {known}.")
    return project
