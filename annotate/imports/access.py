import uuid

from annotate.accounts.models import User
from annotate.core.errors import NotFound
from annotate.imports.models import Import
from annotate.projects.access import access_row
from annotate.projects.models import Project, Role


def access_import(user: User, import_id: uuid.UUID) -> Import:
    """The import, for an admin of its project. Raises NotFound to outsiders and Denied to other members."""
    imports = Import.objects.select_related("project", "created_by")
    return access_row(user, imports, import_id, Role.ADMIN, what="import")


def import_in(project: Project, import_id: uuid.UUID) -> Import:
    """The import of this project. Raises NotFound."""
    import_ = Import.objects.select_related("project").filter(pk=import_id, project=project).first()
    if import_ is None:
        raise NotFound("import")
    return import_
