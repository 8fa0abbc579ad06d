"""Reading what a query finds: page by page, and how much it is."""

# ruff: noqa: S608 - the SQL is put together from this package's own constants; values go in as parameters

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg.errors
from django.db import OperationalError, connection, transaction

from annotate.core.errors import Invalid
from annotate.labeling.finding import Query
from annotate.labeling.finding.sql import KINDS, Kind
from annotate.projects.models import Project

SECONDS = 20
COUNT_SECONDS = 2
COUNTED = 10_000
WORDS_COUNTED = 1000
# So many rows are looked at one by one before anything else, and at most about so many where enough is found.
WALK, LONGEST_WALK = 300, 16_000
# Of so many problems the rows are not sorted for one page.
MANY = 20_000


@dataclass(frozen=True)
class Count:
    """`at_least` it is when there may be more."""

    value: int
    at_least: bool


def found_page(project: Project, query: Query, kind: Kind, *, after: UUID | None = None, limit: int) -> list[UUID]:
    """The keys of what is found, by key, from behind `after`. Raises Invalid when it takes too long.

    A page costs the same wherever it is. What is found often is found soon by walking on from `after`. Where it would
    be a long walk, and the problems can be told of which something may be found, only their rows are looked at.
    """
    narrow = query.problems(kind, project_id=project.pk)
    where, params = query.where(kind, project_id=project.pk, few=narrow is not None or query.reads_texts)
    rows = f"FROM corpus_{kind} o WHERE o.project_id = %(project)s"
    with limited_to(SECONDS), connection.cursor() as cursor:

        def keys(sql: str, limit: int) -> list[UUID]:
            cursor.execute(sql, {"project": project.pk, "after": after, "limit": limit, **params})
            return [key for (key,) in cursor.fetchall()]

        # Row by row, in their order: no condition may become a join.
        each = f"WHERE ({where}) IS TRUE LIMIT %(limit)s"
        found: list[UUID] = []
        walked, step = 0, WALK
        # As long as the page is full before LONGEST_WALK if it goes on like this.
        while (narrow or query.reads_texts) and len(found) * LONGEST_WALK >= limit * walked:
            here = f"{rows}{_behind(after)} ORDER BY o.id"
            found += keys(f"SELECT o.id FROM (SELECT * {here} LIMIT {step}) o {each}", limit - len(found))
            last = keys(f"SELECT o.id {here} OFFSET {step - 1} LIMIT 1", 1)
            if len(found) == limit or not last:
                return found
            after = last[0]
            walked += step
            step = walked
        here = f"{rows}{_behind(after)}"
        if narrow:
            params |= narrow[1]
            cursor.execute(f"SELECT count(*) FROM (SELECT FROM ({narrow[0]}) p LIMIT {MANY}) p", params)
            if cursor.fetchone()[0] == MANY:  # something else makes it rare, and may have an index
                narrow = None
        if narrow is None:
            return found + keys(f"SELECT o.id {here} AND {where} ORDER BY o.id LIMIT %(limit)s", limit - len(found))
        here += f" AND o.problem_id = ANY(ARRAY({narrow[0]}))"
        near = f"""SELECT o.* FROM (SELECT o.id {here} ORDER BY o.id OFFSET 0) k
            CROSS JOIN LATERAL (SELECT * FROM corpus_{kind} o WHERE o.id = k.id OFFSET 0) o OFFSET 0"""
        return found + keys(f"SELECT o.id FROM ({near}) o {each}", limit - len(found))


def _behind(after: UUID | None) -> str:
    return "" if after is None else " AND o.id > %(after)s"


def count_found(project: Project, query: Query, kind: Kind, *, most: int | None = None) -> Count | None:
    """How many are found, counted up to `most`, which is COUNTED, or WORDS_COUNTED of words, if nobody says; None when
    even that takes too long.
    """
    if most is None:
        most = WORDS_COUNTED if query.texts else COUNTED
    where, params = query.where(kind, project_id=project.pk)
    sql = f"""SELECT count(*) FROM (
        SELECT FROM corpus_{kind} o WHERE o.project_id = %(project)s AND {where} LIMIT %(most)s) found"""
    try:
        with limited_to(COUNT_SECONDS), connection.cursor() as cursor:
            cursor.execute(sql, {"project": project.pk, "most": most + 1, **params})
            (number,) = cursor.fetchone()
    except Invalid:
        return None
    return Count(min(number, most), number > most)


@contextmanager
def limited_to(seconds: int | None) -> Iterator[None]:
    """A transaction whose statements are broken off after so long, with an error that says what to do; None: never."""
    if seconds is None:
        yield
        return
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{seconds}s"])
            yield
            cursor.execute("SELECT set_config('statement_timeout', '0', true)")
    except OperationalError as error:
        if isinstance(error.__cause__, psycopg.errors.QueryCanceled):
            raise Invalid(
                "too-slow",
                f"This takes more than {seconds} seconds. Add a condition that finds fewer, like a word or a problem.",
            ) from None
        raise


def of_tasks(query: Query, project: Project) -> tuple[str, dict[str, Any]]:
    """An SQL condition on the row `t` of labeling_task: its trace or choice is found; of a walk, one of its problem's.
    With its parameters.
    """
    if query.is_everything:
        return "true", {}
    parts: list[str] = []
    params: dict[str, Any] = {}
    for kind in KINDS:
        where, more = query.where(kind, project_id=project.pk)
        parts.append(f"EXISTS (SELECT FROM corpus_{kind} o WHERE o.id = t.{kind}_id AND {where})")
        parts.append(f"EXISTS (SELECT FROM corpus_{kind} o WHERE o.problem_id = t.problem_id AND {where})")
        params |= more
    return f"({' OR '.join(parts)})", params
