"""Shaped reads over what was imported."""

from django.db import connection

from annotate.projects.models import Project


def label_sources(project: Project) -> list[str]:
    """The names under which labels and preferences came with the data, in byte order."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT s.source FROM corpus_sourcelabel s JOIN corpus_trace t ON t.id = s.trace_id
            WHERE t.project_id = %(project)s
            UNION
            SELECT s.source FROM corpus_sourcepreference s JOIN corpus_choice c ON c.id = s.choice_id
            WHERE c.project_id = %(project)s
            ORDER BY source
            """,
            {"project": project.pk},
        )
        return [source for (source,) in cursor.fetchall()]
