"""Media that nothing points to any more: no step, no problem and none of its material."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import connection, transaction

from annotate.corpus.media.store import storage
from annotate.corpus.models import Media

# Of what is old enough to go, what is still used. One look through all steps, whatever the number of media.
UNUSED = """
WITH old AS (SELECT id, project_id, sha256 FROM corpus_media WHERE created_at < %(before)s),
lists (project_id, media) AS (
    SELECT p.project_id, s.media FROM corpus_step s JOIN corpus_problem p ON p.id = s.problem_id
        WHERE s.media IS NOT NULL
    UNION ALL SELECT project_id, media FROM corpus_problem WHERE jsonb_typeof(media) = 'array'
    UNION ALL SELECT project_id, piece -> 'media' FROM corpus_problem,
        jsonb_array_elements(CASE WHEN jsonb_typeof(material) = 'array' THEN material ELSE '[]' END) piece
        WHERE jsonb_typeof(piece -> 'media') = 'array'),
used AS (SELECT DISTINCT project_id, one ->> 'sha256' AS sha256 FROM lists, jsonb_array_elements(media) one)
SELECT o.id FROM old o WHERE NOT EXISTS (SELECT FROM used u WHERE u.project_id = o.project_id AND u.sha256 = o.sha256)
LIMIT 10000
"""


def sweep(before: datetime, *, busy: Callable[[], Sequence[int]]) -> int:
    """Delete media that were last brought in before this time and that nothing points to; how many. With their names,
    and with their bytes.

    `busy` gives keys of projects to leave alone, since an import may have found such a file. It is asked only behind
    the look through all steps, which takes long; from then on the caller keeps imports from beginning.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        if not Media.objects.filter(created_at__lt=before).exists():
            return 0
        cursor.execute(UNUSED, {"before": before})
        found = [key for (key,) in cursor.fetchall()]
        # Locked, so that whoever brings the same file again waits, and then keeps it anew: see `store.keep`.
        old = Media.objects.filter(pk__in=found, created_at__lt=before).exclude(project__in=busy())
        gone = list(old.select_for_update().order_by("pk"))
        for media in gone:
            storage().delete(media.path)
        Media.objects.filter(pk__in=[media.pk for media in gone]).delete()
    return len(gone)
