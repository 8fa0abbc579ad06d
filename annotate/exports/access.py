import uuid

from annotate.accounts.models import User
from annotate.core.errors import NotFound
from annotate.exports.models import Export
from annotate.projects.access import access_membership
from annotate.projects.models import Role


def access_export(user: User, export_id: uuid.UUID) -> Export:
    """The export, for an admin of its project. Raises NotFound to outsiders and Denied to other members."""
    export = Export.objects.select_related("project").filter(pk=export_id).first()
    if export is None:
        raise NotFound("export")
    access_membership(user, Role.ADMIN, what="export", project_id=export.project_id)
    return export
