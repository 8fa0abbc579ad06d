"""Changes to whatever a query finds: which traces and choices are tasks, and their tags.

Each has a dry run, which changes nothing and tells the same numbers. What is found is looked up once, into a temporary
table; the rows are then written CHUNK at a time in short transactions, so that nobody who claims waits for long. Broken
off, it leaves what was done: asking again does the rest.
"""

# ruff: noqa: S608 - the SQL is put together from this module's own constants; values go in as parameters

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from annotate.accounts.models import User
from annotate.audit.actions import record
from annotate.core.errors import Invalid
from annotate.labeling.actions import open_tasks
from annotate.labeling.finding import Query
from annotate.labeling.finding.pages import limited_to
from annotate.labeling.finding.sql import KINDS
from annotate.labeling.models import Task
from annotate.labeling.places import count_up
from annotate.projects.models import Project
from annotate.scoring.actions import check_rescorable, score_again
from annotate.scoring.models import Scorer

CHUNK = 2000
SECONDS = 300

Progress = Callable[[int, int], None]
"""Told after each chunk: how many of those that were found it is through with, and how many were found."""
MAX_TAGS, MAX_TAG = 50, 100


def nobody(looked_at: int, found: int) -> None:
    """Nobody wants to know how far it is."""


@dataclass
class Made:
    """Of the traces and choices that were found: `made` became tasks; of those that were, `changed` have other settings
    now and `unchanged` have not.
    """

    found: int = 0
    made: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass
class Retired:
    """`begun`: tasks that stay, since somebody has had them or wrote a note on them."""

    found: int = 0
    retired: int = 0
    begun: int = 0


@dataclass
class Tagged:
    found: int = 0
    changed: int = 0


@dataclass
class Rescored:
    again: int = 0


# Whether a task `t` has other settings than are asked for. `greatest` passes over NULLs, so they must not get there.
_DIFFERS = """((%(priority)s::float8 IS NOT NULL AND (t.priority, t.pinned) IS DISTINCT FROM (%(priority)s, true))
    OR t.wanted <> greatest(coalesce(%(wanted)s::int, t.wanted), t.wanted - t.free))"""

# Gives tasks `t` these settings; `n` has their ids and how many people they will want.
_SETTLE = """UPDATE labeling_task t SET
    wanted = n.wanted, free = greatest(n.wanted - (t.wanted - t.free), 0),
    priority = coalesce(%(priority)s, t.priority), pinned = t.pinned OR %(priority)s::float8 IS NOT NULL,
    why = CASE WHEN %(priority)s::float8 IS NULL THEN t.why ELSE 'An admin put it here.' END,
    probability = CASE WHEN %(priority)s::float8 IS NULL THEN t.probability END"""


# What is found with its task `t`, if it has one. Two joins, since one on either key could use no hash.
_WITH_TASKS = """(
        SELECT t.* FROM found f LEFT JOIN labeling_task t ON t.trace_id = f.trace WHERE f.trace IS NOT NULL
        UNION ALL
        SELECT t.* FROM found f LEFT JOIN labeling_task t ON t.choice_id = f.choice WHERE f.choice IS NOT NULL
    ) t"""


def make_tasks(
    *,
    actor: User,
    project: Project,
    query: Query,
    annotations_per_task: int | None = None,
    priority: float | None = None,
    dry_run: bool = False,
    progress: Progress = nobody,
) -> Made:
    """Let everything that is found be a task, of those that are tasks already too with these settings.

    `annotations_per_task` holds until the project's own is changed. A `priority`, in [0, 1], is kept whatever the
    scores say; without one the project's policy decides.
    """
    result = Made()
    settings = annotations_per_task is not None or priority is not None
    with _found(project, query) as cursor:
        cursor.execute(
            f"""SELECT count(*), count(*) FILTER (WHERE t.id IS NULL), count(t.id) FILTER (WHERE {_DIFFERS})
            FROM {_WITH_TASKS}""",
            {"priority": priority, "wanted": annotations_per_task},
        )
        result.found, result.made, result.changed = cursor.fetchone()
        if not dry_run:
            result.made = result.changed = 0
            for traces, choices in _chunks(cursor, progress):
                if settings:  # those that are there first, so that the counts tell them from new ones
                    result.changed += _settle(project, traces, choices, annotations_per_task, priority)
                made = open_tasks(project.pk, traces, choices)
                if made and settings:
                    _settle(project, traces, choices, annotations_per_task, priority)
                result.made += made
        result.unchanged = max(0, result.found - result.made - result.changed)
    if not dry_run:
        if result.made and priority is None:
            # What is scored already has its place by the scores at the next look.
            Project.objects.filter(pk=project.pk).update(prioritised_at=None)
        _tell(actor, "tasks.make", project, query, asdict(result))
    return result


@transaction.atomic
def _settle(
    project: Project,
    traces: Sequence[UUID],
    choices: Sequence[UUID],
    annotations_per_task: int | None,
    priority: float | None,
) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""{_SETTLE}
            FROM (
                SELECT id, greatest(coalesce(%(wanted)s::int, wanted), wanted - free) AS wanted FROM labeling_task
                WHERE trace_id = ANY(%(traces)s) OR choice_id = ANY(%(choices)s) ORDER BY id FOR NO KEY UPDATE
            ) n
            WHERE t.id = n.id AND {_DIFFERS}""",
            {
                "priority": priority,
                "wanted": annotations_per_task,
                "traces": list(traces),
                "choices": list(choices),
            },
        )
        if changed := cursor.rowcount:
            count_up(cursor, [project.pk])
    return changed


def make_walks(
    *,
    actor: User,
    project: Project,
    query: Query,
    annotations_per_task: int | None = None,
    priority: float | None = None,
    dry_run: bool = False,
    progress: Progress = nobody,
) -> Made:
    """Let every problem of which a trace or choice is found be a walk; of those that are already, with these settings.
    A query that finds everything finds all problems, also those of which nothing else is known.
    """
    result = Made()
    wish = {"priority": priority, "wanted": annotations_per_task}
    wanted, params = of_problems(query, project)
    source = f"SELECT o.id FROM corpus_problem o WHERE o.project_id = %(project)s AND {wanted}", params
    with _looked_up(project, {"problem": source}) as cursor:
        cursor.execute(
            f"""SELECT count(*), count(*) FILTER (WHERE t.id IS NULL), count(t.id) FILTER (WHERE {_DIFFERS})
            FROM found f LEFT JOIN labeling_task t ON t.problem_id = f.problem""",
            wish,
        )
        result.found, result.made, result.changed = cursor.fetchone()
        if not dry_run:
            result.made = result.changed = 0
            for (problems,) in _chunks(cursor, progress, ("problem",)):
                made, changed = _walk_some(project, {**wish, "problems": problems})
                result.made += made
                result.changed += changed
        result.unchanged = max(0, result.found - result.made - result.changed)
    if not dry_run:
        _tell(actor, "tasks.make", project, query, {"kind": "walk", **asdict(result)})
    return result


@transaction.atomic
def _walk_some(project: Project, values: dict[str, Any]) -> tuple[int, int]:
    """How many of these problems became walks, and how many were and have other settings now."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""{_SETTLE}
            FROM (
                SELECT id, greatest(coalesce(%(wanted)s::int, wanted), wanted - free) AS wanted FROM labeling_task
                WHERE problem_id = ANY(%(problems)s) ORDER BY id FOR NO KEY UPDATE
            ) n WHERE t.id = n.id AND {_DIFFERS}""",
            values,
        )
        changed = cursor.rowcount
        # Tasks are locked before the project, as everywhere; its settings are read under its lock.
        locked = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
        cursor.execute(
            """INSERT INTO labeling_task
                (project_id, kind, problem_id, wanted, free, priority, pinned, why, created_at)
            SELECT %(project)s, 'walk', p, w.wanted, w.wanted, coalesce(%(priority)s::float8, 0.5),
                %(priority)s::float8 IS NOT NULL,
                CASE WHEN %(priority)s::float8 IS NULL THEN 'A walk.' ELSE 'An admin put it here.' END,
                statement_timestamp()
            FROM unnest(%(problems)s::uuid[]) p, (SELECT coalesce(%(wanted)s::int, %(usual)s) AS wanted) w
            ON CONFLICT (problem_id) DO NOTHING""",
            {**values, "project": project.pk, "usual": locked.annotations_per_task},
        )
        made = cursor.rowcount
        if made or changed:
            count_up(cursor, [project.pk])
    return made, changed


def of_problems(query: Query, project: Project) -> tuple[str, dict[str, Any]]:
    """An SQL condition on the row `o` of corpus_problem: one of its traces or choices is found. With its parameters."""
    if query.is_everything:
        return "true", {}
    parts: list[str] = []
    params: dict[str, Any] = {}
    for kind in KINDS:
        where, more = query.where(kind, project_id=project.pk)
        parts.append(f"SELECT o.problem_id FROM corpus_{kind} o WHERE o.project_id = %(project)s AND {where}")
        params |= more
    return f"o.id IN ({' UNION ALL '.join(parts)})", params


_UNTOUCHED = """t.free = t.wanted AND NOT EXISTS (SELECT FROM labeling_assignment a WHERE a.task_id = t.id)
    AND NOT EXISTS (SELECT FROM labeling_note n WHERE n.task_id = t.id)"""


def retire_tasks(
    *, actor: User, project: Project, query: Query, dry_run: bool = False, progress: Progress = nobody
) -> Retired:
    """Take what is found out of the queue, except tasks that somebody has had: traces, choices and labels stay."""
    result = Retired()
    with _found(project, query) as cursor:
        cursor.execute(
            f"""SELECT count(*), count(t.id) FILTER (WHERE {_UNTOUCHED}), count(t.id) FILTER (WHERE NOT ({_UNTOUCHED}))
            FROM {_WITH_TASKS}"""
        )
        result.found, result.retired, result.begun = cursor.fetchone()
        if not dry_run:
            tasks = result.retired + result.begun
            result.retired = sum(_retire(traces, choices) for traces, choices in _chunks(cursor, progress))
            result.begun = max(0, tasks - result.retired)
    if not dry_run:
        _tell(actor, "tasks.retire", project, query, asdict(result))
    return result


@transaction.atomic
def _retire(traces: Sequence[UUID], choices: Sequence[UUID]) -> int:
    with connection.cursor() as cursor:
        # A claim that came first has taken a place: `free` is read again under the lock.
        cursor.execute(
            f"""SELECT t.id FROM labeling_task t
            WHERE (t.trace_id = ANY(%(traces)s) OR t.choice_id = ANY(%(choices)s)) AND {_UNTOUCHED}
            ORDER BY t.id FOR UPDATE SKIP LOCKED""",
            {"traces": list(traces), "choices": list(choices)},
        )
        tasks = [task for (task,) in cursor.fetchall()]
    Task.objects.filter(pk__in=tasks).delete()
    return len(tasks)


def check_tags(add: Sequence[str], remove: Sequence[str]) -> None:
    """Raises Invalid for a tag that is none, or when they don't say what to do."""
    for field, tags in (("add", add), ("remove", remove)):
        for name in tags:
            if not name.strip() or name != name.strip() or len(name) > MAX_TAG or "\0" in name:
                message = f"A tag is a text of 1 to {MAX_TAG} characters without space around it; {name!r} is none."
                raise Invalid.field(field, message)
    if not add and not remove:
        raise Invalid.field("add", "Say which tags to add or to remove.")
    if both := sorted(set(add) & set(remove)):
        raise Invalid.field("remove", f"{both[0]} can't be both added and removed.")


def tag(
    *,
    actor: User,
    project: Project,
    query: Query,
    add: Sequence[str] = (),
    remove: Sequence[str] = (),
    dry_run: bool = False,
    progress: Progress = nobody,
) -> Tagged:
    """Give tags to what is found, and take tags from it. Raises Invalid for a tag that is none."""
    check_tags(add, remove)
    result = Tagged()
    params = {"add": list(dict.fromkeys(add)), "remove": list(remove)}
    differs = "NOT o.tags @> %(add)s::text[] OR o.tags && %(remove)s::text[]"
    with _found(project, query) as cursor:
        counted = " UNION ALL ".join(
            f"SELECT 1, ({differs})::int FROM found f JOIN corpus_{kind} o ON o.id = f.{kind}" for kind in KINDS
        )
        cursor.execute(f"SELECT count(*), coalesce(sum(n), 0) FROM ({counted}) c(one, n)", params)
        result.found, result.changed = cursor.fetchone()
        if not dry_run:
            result.changed = 0
            for chunk in _chunks(cursor, progress):
                for kind, keys in zip(KINDS, chunk, strict=True):
                    cursor.execute(
                        f"""UPDATE corpus_{kind} o SET tags = ARRAY(
                            SELECT x FROM unnest(o.tags) WITH ORDINALITY u(x, n) WHERE x <> ALL(%(remove)s::text[])
                            UNION ALL SELECT x FROM unnest(%(add)s::text[]) x WHERE x <> ALL(o.tags)
                        ) WHERE o.id = ANY(%(keys)s) AND ({differs})""",
                        {**params, "keys": keys},
                    )
                    result.changed += cursor.rowcount
    if not dry_run:
        _tell(actor, "traces.tag", project, query, {**asdict(result), **params})
    return result


def rescore(
    *, actor: User, project: Project, scorer: Scorer, query: Query, only: str = "all", progress: Progress = nobody
) -> Rescored:
    """Let the scorer score again what is found and what it has scored (`only="all"`) or what failed (`"failed"`)."""
    check_rescorable(scorer)
    with _found(project, query) as cursor:
        again = score_again(actor=actor, scorer=scorer, only=only, chunks=_chunks(cursor, progress))
    return Rescored(again)


@contextmanager
def _found(project: Project, query: Query) -> Iterator[CursorWrapper]:
    """A temporary table `found` (n, trace, choice) of what the query finds. Raises Invalid when it takes too long."""
    sources: dict[str, tuple[str, dict[str, Any]]] = {}
    for kind in KINDS:
        where, params = query.where(kind, project_id=project.pk)
        sources[kind] = f"SELECT o.id FROM corpus_{kind} o WHERE o.project_id = %(project)s AND {where}", params
    with _looked_up(project, sources) as cursor:
        yield cursor


@contextmanager
def _looked_up(project: Project, sources: Mapping[str, tuple[str, dict[str, Any]]]) -> Iterator[CursorWrapper]:
    """A temporary table `found` of numbered rows, each with one key in the column that its SELECT is named by."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS found")
        cursor.execute(f"CREATE TEMPORARY TABLE found (n bigserial, {', '.join(f'{name} uuid' for name in sources)})")
        try:
            with limited_to(SECONDS):
                for name, (sql, params) in sources.items():
                    cursor.execute(f"INSERT INTO found ({name}) {sql}", {"project": project.pk, **params})
            cursor.execute("CREATE INDEX ON found (n)")
            cursor.execute("ANALYZE found")
            yield cursor
        finally:
            if not connection.needs_rollback:
                cursor.execute("DROP TABLE IF EXISTS found")


def _chunks(
    cursor: CursorWrapper, progress: Progress, columns: Sequence[str] = KINDS
) -> Iterator[tuple[list[UUID], ...]]:
    """The keys in `found`, CHUNK rows at a time, a list for each column. `progress` is told before the first, too."""
    after = 0
    cursor.execute("SELECT count(*) FROM found")
    (found,) = cursor.fetchone()
    while True:
        progress(after, found)
        cursor.execute(f"SELECT n, {', '.join(columns)} FROM found WHERE n > %s ORDER BY n LIMIT %s", [after, CHUNK])
        rows = cursor.fetchall()
        if not rows:
            return
        after = rows[-1][0]
        yield tuple([row[i] for row in rows if row[i]] for i in range(1, len(columns) + 1))


def _tell(actor: User, verb: str, project: Project, query: Query, data: dict[str, object]) -> None:
    record(actor, verb, project_id=project.pk, data={"query": str(query), **data})
