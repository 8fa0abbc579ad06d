import uuid

from annotate.accounts.models import User
from annotate.core.errors import NotFound
from annotate.corpus.models import Media, Trace
from annotate.projects.access import access_membership, access_project
from annotate.projects.models import Role


def access_trace(user: User, trace_id: uuid.UUID, role: Role) -> Trace:
    """The trace, for a member of its project with at least this role. Raises NotFound or Denied."""
    trace = Trace.objects.select_related("problem").filter(pk=trace_id).first()
    if trace is None:
        raise NotFound("trace")
    access_membership(user, role, what="trace", project_id=trace.project_id)
    return trace


def access_media(user: User, slug: str, sha256: str) -> Media:
    """A file of the project, for its members. Raises NotFound."""
    media = Media.objects.filter(project=access_project(user, slug), sha256=sha256).first()
    if media is None:
        raise NotFound("file")
    return media
