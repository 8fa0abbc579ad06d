"""Plain functions that make rows. Keys are the importer's: traces that begin alike share their steps."""

import itertools
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from annotate.accounts.models import User
from annotate.corpus.identity import choice_key, problem_key, step_id, trace_key
from annotate.corpus.models import Choice, Problem, Step, Trace
from annotate.labeling.actions import open_tasks
from annotate.labeling.models import Task
from annotate.projects.actions import create_project
from annotate.projects.models import Membership, Project, Role

PASSWORD = "correct horse battery"
_number = itertools.count(1)

StepSpec = str | tuple[str, str]  # the text, or (text, kind)


def make_user(username: str, *, is_staff: bool = False, password: str | None = None) -> User:
    """Without a password (hashing one is slow) unless it is given: sign in with `Browser(user)`."""
    user = User(username=username, is_staff=is_staff)
    user.set_password(password)
    user.save()
    return user


def make_project(slug: str, *, admin: User, **settings: Any) -> Project:
    return create_project(actor=admin, slug=slug, name=slug.capitalize(), **settings)


def make_member(project: Project, user: User, role: Role = Role.ANNOTATOR) -> Membership:
    return Membership.objects.create(project=project, user=user, role=role)


def make_problem(project: Project, statement: str | None = None, **fields: Any) -> Problem:
    """`id` is the external one; other `fields` as in the model: answer, solution, metadata."""
    external_id = fields.pop("id", None)
    statement = statement if statement is not None else f"What is {next(_number)} + 1?"
    return Problem.objects.get_or_create(
        id=uuid.UUID(bytes=problem_key(project.pk, external_id, statement)),
        defaults={"project": project, "external_id": external_id, "statement": statement, **fields},
    )[0]


def make_path(problem: Problem, steps: Iterable[StepSpec]) -> list[Step]:
    """The nodes of one path from the root, made where they are missing."""
    path: list[Step] = []
    for spec in steps:
        path.append(_node(problem, path[-1] if path else None, spec))
    return path


def make_trace(
    project: Project,
    steps: Sequence[StepSpec] = ("2", "3", "4"),
    problem: Problem | None = None,
    **fields: Any,
) -> Trace:
    """`fields` as in the model: generator, answer, correct, metadata, scores; `id` is the external one."""
    problem = problem or make_problem(project)
    path = [step.pk for step in make_path(problem, steps)]
    external_id = fields.pop("id", None)
    return Trace.objects.create(
        id=uuid.UUID(bytes=trace_key(project.pk, external_id, path[-1].bytes, fields.get("generator", ""))),
        project=project,
        problem=problem,
        path=path,
        external_id=external_id,
        digest=uuid.uuid4(),
        **fields,
    )


def make_choice(
    project: Project,
    candidates: Sequence[StepSpec] = ("a", "b"),
    prefix: Sequence[StepSpec] = ("first",),
    problem: Problem | None = None,
    **fields: Any,
) -> Choice:
    """Candidates after a prefix; an empty prefix is the problem alone. `id` is the external one."""
    problem = problem or make_problem(project)
    path = make_path(problem, prefix)
    parent = path[-1] if path else None
    nodes = [_node(problem, parent, candidate).pk for candidate in candidates]
    external_id = fields.pop("id", None)
    return Choice.objects.create(
        id=uuid.UUID(bytes=choice_key(project.pk, external_id, [node.bytes for node in nodes])),
        project=project,
        problem=problem,
        prefix=parent,
        candidates=nodes,
        candidate_info=fields.pop("candidate_info", [{} for _ in nodes]),
        external_id=external_id,
        digest=uuid.uuid4(),
        **fields,
    )


def _node(problem: Problem, parent: Step | None, spec: StepSpec) -> Step:
    text, kind = (spec, "reasoning") if isinstance(spec, str) else spec
    return Step.objects.get_or_create(
        id=step_id(problem.pk, parent.pk if parent else None, kind, text),
        defaults={
            "problem": problem,
            "parent": parent,
            "depth": parent.depth + 1 if parent else 0,
            "kind": kind,
            "text": text,
        },
    )[0]


def open_all(project: Project) -> list[Task]:
    """A task for every trace and choice that has none, as an import opens them; all tasks, in claim order."""
    traces = Trace.objects.filter(project=project, task=None).values_list("pk", flat=True)
    choices = Choice.objects.filter(project=project, task=None).values_list("pk", flat=True)
    open_tasks(project.pk, list(traces), list(choices))
    return list(Task.objects.filter(project=project).order_by("-priority", "pk"))


def make_tasks(project: Project, count: int) -> list[Task]:
    """Open trace tasks of equal priority, so that they are handed out in the order of this list."""
    problem = make_problem(project)
    for _ in range(count):
        make_trace(project, (f"step {next(_number)}", "2"), problem)
    open_all(project)
    Task.objects.filter(project=project).update(priority=0.5)
    return list(Task.objects.filter(project=project).order_by("pk"))
