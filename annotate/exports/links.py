"""Links that download one file of an export without signing in, until they expire or the export is deleted."""

import time
import uuid

from django.core import signing

from annotate.core.errors import NotFound
from annotate.exports.models import Export

SALT = "annotate.exports.link"
HOURS = 24
MOST_HOURS = 30 * 24


def sign(export: Export, name: str, hours: int) -> tuple[str, int]:
    """The token, and when it expires in seconds since 1970."""
    expires = int(time.time()) + hours * 3600
    return signing.dumps([export.pk.hex, name, expires], salt=SALT), expires


def linked(token: str) -> tuple[Export, str]:
    """The export and the name of its file. Raises NotFound for whatever we did not sign, and after it expired."""
    try:
        id, name, expires = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        raise NotFound("file") from None
    export = Export.objects.select_related("project").filter(pk=uuid.UUID(hex=id)).first()
    if export is None or expires < time.time():
        raise NotFound("file")
    return export, name
