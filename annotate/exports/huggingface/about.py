"""What a dataset card tells of a project: read in the same snapshot as the rows."""

import json
from typing import Any

import psycopg
from msgspec import Struct

_PROJECT = """
SELECT p.name, p.description, p.mode, g.version, g.text, s.version, s.error_types::text, s.definition::text
FROM projects_project p
LEFT JOIN LATERAL (
    SELECT version, text FROM projects_guideline WHERE project_id = p.id ORDER BY version DESC LIMIT 1
) g ON true
LEFT JOIN LATERAL (
    SELECT version, error_types, definition FROM projects_labelschema WHERE project_id = p.id
    ORDER BY version DESC LIMIT 1
) s ON true
WHERE p.id = %(project)s
"""
_FILES = """
SELECT name, format, recognised::text, accepted, licence, source FROM imports_import
WHERE project_id = %(project)s AND accepted > 0 AND withdrawn IS NULL
ORDER BY name COLLATE "C", format, accepted, licence COLLATE "C", source COLLATE "C"
"""
_GENERATORS = """
SELECT generator, count(*) FROM corpus_trace WHERE project_id = %(project)s AND generator <> ''
GROUP BY generator ORDER BY count(*) DESC, generator COLLATE "C" LIMIT 30
"""


class Source(Struct):
    """One import. `accepted`: traces and choices that it brought; `licence` and `source` as somebody said of the data,
    "" where nobody did.
    """

    name: str
    formats: list[str]
    accepted: int
    licence: str
    source: str


class About(Struct):
    """`generators`: (name, traces), the most frequent first, 30 at most."""

    name: str
    description: str
    mode: str
    guidelines: int | None
    guidelines_text: str
    schema: int | None
    error_types: list[dict[str, Any]]
    definition: dict[str, Any]
    sources: list[Source]
    generators: list[tuple[str, int]]


def about(snapshot: psycopg.Connection, project: int) -> About:
    params = {"project": project}
    name, description, mode, guidelines, text, schema, error_types, definition = _one(snapshot, _PROJECT, params)
    return About(
        name=name,
        description=description,
        mode=mode,
        guidelines=guidelines,
        guidelines_text=text or "",
        schema=schema,
        error_types=json.loads(error_types or "[]"),
        definition=json.loads(definition or "{}"),
        sources=sources_of(snapshot, project),
        generators=[(name, count) for name, count in psycopg.Cursor(snapshot).execute(_GENERATORS, params)],
    )


def sources_of(snapshot: psycopg.Connection, project: int) -> list[Source]:
    """All imports that brought something and were not taken back."""
    return [
        Source(name, sorted({one["format"] for one in json.loads(recognised) if one.get("format")}) or [format], *rest)
        for name, format, recognised, *rest in psycopg.Cursor(snapshot).execute(_FILES, {"project": project})
    ]


def _one(snapshot: psycopg.Connection, sql: str, params: dict[str, Any]) -> tuple[Any, ...]:
    row = psycopg.Cursor(snapshot).execute(sql, params).fetchone()
    assert row is not None  # noqa: S101
    found: tuple[Any, ...] = row
    return found
