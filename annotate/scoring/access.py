from annotate.accounts.models import User
from annotate.core.errors import NotFound
from annotate.projects.access import access_row
from annotate.projects.models import Role
from annotate.scoring.models import Scorer


def access_scorer(user: User, scorer_id: int) -> Scorer:
    """The scorer in force, for an admin of its project. Raises NotFound to outsiders and Denied to other members."""
    scorer = access_row(user, Scorer.objects.select_related("project"), scorer_id, Role.ADMIN, what="scorer")
    if not scorer.enabled:
        # To outsiders it is not there at all; a member learns no more than that it is not in force.
        raise NotFound("scorer")
    return scorer
