"""What a measurement says, and the empty project that it is taken in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection

from annotate.accounts.models import User
from annotate.projects.actions import create_project
from annotate.projects.models import Project
from annotate.scoring.planning import ensure_default_scorers


@dataclass(frozen=True)
class Row:
    """`ratio`: ours over the floor, as a rate: 1.0 is as fast as the floor. `aim`: what we want of it."""

    name: str
    ours: str
    floor: str
    ratio: float
    aim: float

    def __str__(self) -> str:
        return f"{self.name}\n    {self.ours} | {self.floor} | ratio {self.ratio:.2f} (aim {self.aim:.2f})"


@contextmanager
def fresh_project(project_id: int | None = None) -> Iterator[Project]:
    """A project in otherwise empty tables; `project_id` asks for the key (and scorers' keys) of an earlier one."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE projects_project, corpus_problem, corpus_step RESTART IDENTITY CASCADE")
    user, _ = User.objects.get_or_create(username="bench", is_staff=True)
    project = create_project(actor=user, slug="bench", name="Bench")
    ensure_default_scorers(project)
    assert project_id in (None, project.pk)
    yield project
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE projects_project, corpus_problem, corpus_step RESTART IDENTITY CASCADE")
