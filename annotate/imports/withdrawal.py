"""Taking an import back: what nobody has put work into and no other import holds goes, the rest stays.

A few statements over whole sets, in one transaction under the project's lock: either all of it is gone or nothing.
"""

# ruff: noqa: S608 - the SQL is put together from this module's own constants; values go in as parameters

from __future__ import annotations

import uuid
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from annotate.audit.actions import record
from annotate.corpus.identity import named_key
from annotate.corpus.merge import LOCK_CLASS
from annotate.corpus.models import Choice, MediaName, Problem, Step, Trace
from annotate.imports.batches import count
from annotate.imports.deletion import delete, relations
from annotate.imports.files import file_of
from annotate.imports.models import Holding, Import
from annotate.imports.retirement import TOUCHED
from annotate.labeling.actions import open_imported
from annotate.scoring.models import StepScore

KINDS = {"trace": (Trace, "traces"), "choice": (Choice, "choices")}


def withdraw(import_: Import) -> None:
    """What went and what stayed is told in `withdrawn`. Raises Stopped if another worker has taken over."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, import_.project_id])
            told = _withdraw(cursor, import_)
        count(
            import_,
            states=[Import.State.WITHDRAWING],
            state=Import.State.WITHDRAWN,
            withdrawn=told,
            stalls=0,
            lease_until=None,
            finished_at=timezone.now(),
        )
        record(None, "import.withdrawn", project_id=import_.project_id, data={"import": str(import_.pk), **told})
    file_of(import_).unlink(missing_ok=True)


def _withdraw(cursor: CursorWrapper, import_: Import) -> dict[str, int]:
    told: dict[str, int] = {}
    for kind, (_, held) in KINDS.items():
        told.update(_choose(cursor, import_, kind, held))
    _choose_steps(cursor)
    older = _older_versions(cursor, import_.project_id)
    for kind, (model, held) in KINDS.items():
        told[held] = delete(cursor, model, f"gone_{kind}")
    _let_media_go(cursor, import_)
    told["steps"] = delete(cursor, Step, "gone_step")
    told["problems"] = delete(cursor, Problem, "gone_problem")
    Holding.objects.filter(import_of=import_).delete()
    MediaName.objects.filter(project=import_.project_id, data_set=str(import_.pk)).delete()
    open_imported(import_.project_id, older["trace"], older["choice"])
    for name in ("gone_trace", "gone_choice", "gone_step", "gone_problem"):
        cursor.execute(f"DROP TABLE {name}")
    return told


def _let_media_go(cursor: CursorWrapper, import_: Import) -> None:
    """What it brought goes with the next sweep, unless anything else points to it by then: so it is made old."""
    cursor.execute(
        """WITH lists (media) AS (
            SELECT s.media FROM corpus_step s JOIN gone_step g ON g.id = s.id WHERE s.media IS NOT NULL
            UNION ALL SELECT p.media FROM corpus_problem p JOIN gone_problem g ON g.id = p.id
                WHERE jsonb_typeof(p.media) = 'array'
            UNION ALL SELECT piece -> 'media' FROM corpus_problem p JOIN gone_problem g ON g.id = p.id,
                jsonb_array_elements(CASE WHEN jsonb_typeof(p.material) = 'array' THEN p.material ELSE '[]' END) piece
                WHERE jsonb_typeof(piece -> 'media') = 'array')
        UPDATE corpus_media m SET created_at = 'epoch' WHERE m.project_id = %(project)s AND (
            m.sha256 IN (SELECT one ->> 'sha256' FROM lists, jsonb_array_elements(media) one)
            OR m.id IN (SELECT media_id FROM corpus_medianame WHERE project_id = %(project)s AND data_set = %(import)s)
        ) AND NOT EXISTS (SELECT FROM corpus_medianame n WHERE n.media_id = m.id AND n.data_set <> %(import)s)""",
        {"project": import_.project_id, "import": str(import_.pk)},
    )


def _choose(cursor: CursorWrapper, import_: Import, kind: str, held: str) -> dict[str, int]:
    """What goes, into the table `gone_…`: held by this import alone, and untouched. How many stay, and why."""
    params: dict[str, Any] = {"import": import_.pk, "project": import_.project_id}
    cursor.execute(
        f"SELECT count(DISTINCT key) FROM imports_holding, unnest({held}) key WHERE import_id = %(import)s", params
    )
    (all_held,) = cursor.fetchone()
    cursor.execute(
        f"""CREATE TEMP TABLE gone_{kind} ON COMMIT DROP AS
        SELECT o.id, o.problem_id, o.external_id, o.version FROM (
            SELECT unnest({held}) AS id FROM imports_holding WHERE import_id = %(import)s
            EXCEPT
            SELECT unnest(h.{held}) FROM imports_holding h JOIN imports_import i ON i.id = h.import_id
            WHERE i.project_id = %(project)s AND i.id <> %(import)s
        ) alone JOIN corpus_{kind} o ON o.id = alone.id""",
        params,
    )
    cursor.execute(f"SELECT count(*) FROM gone_{kind}")
    (alone,) = cursor.fetchone()
    cursor.execute(f"ANALYZE gone_{kind}")
    # Locked before they are looked at: from here on nobody can claim them.
    cursor.execute(
        f"SELECT count(*) FROM (SELECT t.id FROM labeling_task t JOIN gone_{kind} g ON g.id = t.{kind}_id"
        " ORDER BY t.id FOR UPDATE OF t) locked"
    )
    cursor.execute(
        "SELECT count(*) FROM (SELECT t.id FROM labeling_task t"
        f" WHERE t.problem_id IN (SELECT problem_id FROM gone_{kind}) ORDER BY t.id FOR UPDATE) locked"
    )
    cursor.execute(f"DELETE FROM gone_{kind} g USING labeling_task t WHERE t.{kind}_id = g.id AND {TOUCHED}")
    worked_on = cursor.rowcount
    # Who walks through a problem rates what all its traces and choices do at each depth, and may come back to it.
    cursor.execute(f"DELETE FROM gone_{kind} g USING labeling_task t WHERE t.problem_id = g.problem_id AND {TOUCHED}")
    worked_on += cursor.rowcount
    cursor.execute(f"DELETE FROM gone_{kind} g USING labeling_judgement j WHERE j.{kind}_id = g.id")
    return {f"{held}_held_by_others": all_held - alone, f"{held}_worked_on": worked_on + cursor.rowcount}


def _choose_steps(cursor: CursorWrapper) -> None:
    """The steps of what goes, without those that anything else goes through, into `gone_step`; likewise problems."""
    others = " UNION ALL ".join(
        f"SELECT r.{column} FROM {table} r JOIN steps_there s ON s.id = r.{column}"
        for table, column in _links_to_steps()
    )
    cursor.execute(
        """CREATE TEMP TABLE there ON COMMIT DROP AS
        SELECT DISTINCT problem_id AS id FROM (
            SELECT problem_id FROM gone_trace UNION ALL SELECT problem_id FROM gone_choice) p"""
    )
    cursor.execute("ANALYZE there")
    # All nodes of the problems concerned, found by the beginning of their keys, which is the problem's.
    cursor.execute(
        """CREATE TEMP TABLE steps_there ON COMMIT DROP AS
        SELECT s.id, s.parent_id FROM there p JOIN corpus_step s ON s.problem_id = p.id
            AND s.id BETWEEN (left(p.id::text, 8) || '-0000-0000-0000-000000000000')::uuid
                         AND (left(p.id::text, 8) || '-ffff-ffff-ffff-ffffffffffff')::uuid"""
    )
    cursor.execute("CREATE INDEX ON steps_there (id)")
    cursor.execute("ANALYZE steps_there")
    cursor.execute(
        f"""CREATE TEMP TABLE gone_step ON COMMIT DROP AS
        WITH RECURSIVE
        traces AS (
            SELECT t.id, t.path FROM there p JOIN corpus_trace t ON t.problem_id = p.id
            WHERE NOT EXISTS (SELECT FROM gone_trace g WHERE g.id = t.id)),
        choices AS (
            SELECT c.id, c.prefix_id, c.candidates FROM there p JOIN corpus_choice c ON c.problem_id = p.id
            WHERE NOT EXISTS (SELECT FROM gone_choice g WHERE g.id = c.id)),
        used (id) AS (
            SELECT unnest(path) FROM traces
            UNION ALL SELECT unnest(candidates) FROM choices
            UNION ALL SELECT prefix_id FROM choices WHERE prefix_id IS NOT NULL
            UNION ALL {others}),
        kept (id) AS (
            SELECT id FROM used
            UNION SELECT s.parent_id FROM kept k JOIN steps_there s ON s.id = k.id WHERE s.parent_id IS NOT NULL)
        SELECT s.id FROM steps_there s WHERE NOT EXISTS (SELECT FROM kept k WHERE k.id = s.id)"""
    )
    cursor.execute(
        """CREATE TEMP TABLE gone_problem ON COMMIT DROP AS
        SELECT p.id FROM there p
        WHERE NOT EXISTS (SELECT FROM corpus_trace t WHERE t.problem_id = p.id
                          AND NOT EXISTS (SELECT FROM gone_trace g WHERE g.id = t.id))
          AND NOT EXISTS (SELECT FROM corpus_choice c WHERE c.problem_id = p.id
                          AND NOT EXISTS (SELECT FROM gone_choice g WHERE g.id = c.id))
          AND NOT EXISTS (SELECT FROM steps_there s JOIN corpus_step o ON o.id = s.id WHERE o.problem_id = p.id
                          AND NOT EXISTS (SELECT FROM gone_step g WHERE g.id = s.id))"""
    )
    cursor.execute("DROP TABLE there")
    cursor.execute("DROP TABLE steps_there")


def _links_to_steps() -> list[tuple[str, str]]:
    """Table and column of what names a step by itself and so keeps it, beside paths and candidates: rewrites, and what
    other apps add. Scores go with their steps; labels that came with the data go with their traces.
    """
    of_lines = {"corpus_sourcelabel": "trace", "corpus_sourcepreference": "choice"}
    found: list[tuple[str, str]] = []
    for relation in relations(Step):
        table = relation.related_model._meta.db_table
        if relation.related_model not in (StepScore, Choice) and table not in of_lines:
            found.append((table, relation.field.column))
    for table, kind in of_lines.items():
        staying = f"(SELECT l.* FROM {table} l WHERE NOT EXISTS (SELECT FROM gone_{kind} g WHERE g.id = l.{kind}_id))"
        found.append((staying, "rewrite_id"))
    return found


def _older_versions(cursor: CursorWrapper, project: int) -> dict[str, list[uuid.UUID]]:
    """The newest one that stays of each whose newer versions go: it is current again, and wants its task back."""
    found: dict[str, list[uuid.UUID]] = {}
    for kind in KINDS:
        cursor.execute(
            f"""SELECT g.external_id, max(o.version) FROM gone_{kind} g
            LEFT JOIN corpus_{kind} o ON o.project_id = %s AND o.external_id = g.external_id AND o.version > 1
                AND NOT EXISTS (SELECT FROM gone_{kind} x WHERE x.id = o.id)
            WHERE g.version > 1 GROUP BY 1""",
            [project],
        )
        keys = [named_key(kind, project, name, version or 1).hex() for name, version in cursor.fetchall()]
        cursor.execute(
            f"SELECT o.id FROM corpus_{kind} o WHERE o.id = ANY(%s::uuid[])"
            f" AND NOT EXISTS (SELECT FROM gone_{kind} g WHERE g.id = o.id)",
            [keys],
        )
        found[kind] = [key for (key,) in cursor.fetchall()]
    return found
