import uuid

from annotate.accounts.models import User
from annotate.core.errors import NotFound
from annotate.corpus.models import Choice, Media, Trace
from annotate.projects.access import access_project, access_row
from annotate.projects.models import Role


def access_trace(user: User, trace_id: uuid.UUID, role: Role) -> Trace:
    """The trace, for a member of its project with at least this role. Raises NotFound or Denied."""
    return access_row(user, Trace.objects.select_related("problem"), trace_id, role, what="trace")


def access_choice(user: User, choice_id: uuid.UUID, role: Role) -> Choice:
    """The choice, for a member of its project with at least this role. Raises NotFound or Denied."""
    return access_row(user, Choice.objects.select_related("problem"), choice_id, role, what="choice")


def access_media(user: User, slug: str, sha256: str) -> Media:
    """A file of the project, for its members. Raises NotFound."""
    media = Media.objects.filter(project=access_project(user, slug), sha256=sha256).first()
    if media is None:
        raise NotFound("file")
    return media
