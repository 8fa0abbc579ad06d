import uuid

from annotate.accounts.models import User
from annotate.exports.models import Export
from annotate.projects.access import access_row
from annotate.projects.models import Role


def access_export(user: User, export_id: uuid.UUID) -> Export:
    """The export, for an admin of its project. Raises NotFound to outsiders and Denied to other members."""
    return access_row(user, Export.objects.select_related("project"), export_id, Role.ADMIN, what="export")
