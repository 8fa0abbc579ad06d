"""How the pages behave for one person: kept with the account, so that they find it on every computer.

`{"keys": {command: [key, …]}, "single_keys": bool, "theme": "system" | "light" | "dark" | "contrast",
"language": tag, "practised": [slug, …]}`, each of them optional. The pages know what a command, a key and a language
are; here they are only bounded.
"""

from typing import Any

from django.db import transaction

from annotate.accounts.models import User


@transaction.atomic
def change_preferences(*, user: User, changes: dict[str, Any]) -> dict[str, Any]:
    """Put these in place of what was there under the same names; all of them as they are now. Two changes at once from
    two pages don't undo each other.
    """
    locked = User.objects.select_for_update(no_key=True).only("preferences").get(pk=user.pk)
    locked.preferences = {**locked.preferences, **changes}
    locked.save(update_fields=["preferences"])
    user.preferences = locked.preferences
    return locked.preferences
