"""Connecting a model to a project, asking it, and doing what was asked."""

import json
import re
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings as installation
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from annotate.accounts.models import User
from annotate.audit.actions import record
from annotate.core.errors import Conflict, Invalid, NotFound, TooMany
from annotate.corpus.identity import step_id
from annotate.corpus.models import Problem, Step, StepKind
from annotate.labeling.access import access_assignment
from annotate.labeling.models import Assignment, Suggester, Suggestion
from annotate.labeling.places import one_at_a_time
from annotate.labeling.suggesting.asking import FIELDS, prompt_version, read, request_body
from annotate.labeling.walks import suggested_to
from annotate.projects.models import Project
from annotate.scoring.actions import invalid
from annotate.scoring.scorers.base import Surroundings, Unavailable
from annotate.scoring.scorers.remote.client import TRIES, Client, Refused, Trouble
from annotate.scoring.scorers.remote.hosts import Hosts, NotAllowed, origin_of
from annotate.scoring.scorers.remote.scorer import RemoteScorer
from annotate.scoring.scorers.settings import WrongSettings, checked
from annotate.scoring.spending import DatabaseBudget

State = Suggestion.State
BUDGET_KEY = "suggest/next-step"
"""Under which its requests and tokens are counted, beside those of scorers. No scorer's name has a slash."""
MAX_LOGGED = 100_000  # characters of one answer of the server
DEAD_AFTER = timedelta(seconds=TRIES * 600 + 60)
"""Whoever asks for longer is gone: every try may wait for ten minutes."""
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")  # not the six characters that a text may hold, escaped as \\u0000


@transaction.atomic
def connect_model(*, actor: User, project: Project, settings: Any, enabled: bool = True) -> Suggester:
    """Connect a model, or change what is connected. Raises Invalid for settings that are wrong, and for a server or a
    key that the operator does not allow.
    """
    try:
        values = checked(FIELDS, settings)
        RemoteScorer.fits(values, Surroundings(hosts=installation.SCORER_HOSTS, keys=installation.SCORER_KEYS))
    except WrongSettings as wrong:
        raise invalid(wrong) from None
    row, made = Suggester.objects.update_or_create(
        project=project, defaults={"settings": values, "enabled": enabled}
    )  # fmt: skip
    verb = "suggester.connect" if made else "suggester.change"
    record(actor, verb, project_id=project.pk, data={"enabled": enabled, "settings": values})
    return row


@transaction.atomic
def disconnect_model(*, actor: User, project: Project) -> None:
    """Nobody can ask any more. What was suggested stays."""
    if Suggester.objects.filter(project=project).delete()[0]:
        record(actor, "suggester.disconnect", project_id=project.pk)


def ask(
    *, user: User, assignment_id: int, step: int | None = None, prefix: Sequence[Mapping[str, Any]] | None = None
) -> Suggestion:
    """Ask for next steps: in a trace, in the place of the step with this 0-based index; on a walk, after `prefix`, each
    of it `{"id"}` or, of a step that the person wrote there, `{"text"}`. What is just being asked is not asked twice.

    Raises Conflict `no-model` without a connected model, Conflict `not-open` for a finished task, TooMany, and Invalid
    for a place that is none.
    """
    with transaction.atomic():
        one_at_a_time(user)
        assignment = access_assignment(user, assignment_id, lock=True)
        if assignment.state not in (Assignment.State.LEASED, Assignment.State.EXPIRED) and not assignment.revising:
            raise Conflict("not-open", "This task is finished. Undo that to go on with it.")
        suggester = Suggester.objects.filter(project=assignment.project, enabled=True).first()
        if suggester is None:
            raise Conflict("no-model", "No model is connected to this project that could be asked.")
        problem, steps, parent, kind = _place(assignment, step, prefix)
        at_it = Suggestion.objects.filter(assignment=assignment, state__in=(State.WAITING, State.ASKING))
        for row in at_it:
            if row.parent_id == parent:
                return row
        _limit(suggester, user)
        chosen = suggester.settings
        made = Suggestion.objects.create(
            project=assignment.project,
            assignment=assignment,
            annotator=user,
            wanted=chosen["candidates"],
            prefix=steps,
            parent_id=parent,
            kind=kind,
            model=chosen["model"],
            url=str(origin_of(chosen["url"])),
            prompt_version=prompt_version(chosen),
            request=request_body(problem.statement, steps, problem.answer, chosen),
        )
        record(
            user,
            "suggestion.ask",
            project_id=assignment.project_id,
            data={"suggestion": made.pk, "assignment": assignment.pk, "model": made.model},
        )
    return made


def suggestion_of(user: User, assignment_id: int, suggestion_id: int) -> Suggestion:
    """One that this person asked for. Raises NotFound."""
    assignment = access_assignment(user, assignment_id)
    row = Suggestion.objects.filter(pk=suggestion_id, assignment=assignment).first()
    if row is None:
        raise NotFound("suggestion")
    return row


def _place(
    assignment: Assignment, step: int | None, prefix: Sequence[Mapping[str, Any]] | None
) -> tuple[Problem, list[dict[str, str]], UUID | None, str]:
    """The problem, the steps before the place, the key of the last of them, and the kind of step that is missing."""
    trace, problem = assignment.task.trace, assignment.task.problem
    if trace is not None:
        if step is None or not 0 <= step < len(trace.path):
            raise Invalid.field("step", f"Send step: the index of a step from 0 to {len(trace.path) - 1}.")
        by_key = {row.pk: row for row in Step.objects.filter(pk__in=trace.path[: step + 1])}
        path = [by_key[key] for key in trace.path[: step + 1]]
        if not StepKind(path[-1].kind).judged:
            raise Invalid.field("step", "An observation is what the world answered: nothing can be suggested for it.")
        told = [{"kind": row.kind, "text": row.text} for row in path[:-1]]
        return trace.problem, told, path[-1].parent_id, path[-1].kind
    if problem is None:
        raise Invalid.field("", "Suggestions are for traces and walks; a choice has its candidates.")
    if prefix is None:
        raise Invalid.field("prefix", "Send prefix: the steps so far, [] at the beginning.")
    return _after(problem, assignment, prefix)


def _after(
    problem: Problem, assignment: Assignment, prefix: Sequence[Mapping[str, Any]]
) -> tuple[Problem, list[dict[str, str]], UUID | None, str]:
    named = [one["id"] for one in prefix if one.get("id")]
    known: dict[str, dict[str, Any]] = {
        str(row.pk): {"parent": row.parent_id, "kind": row.kind, "text": row.text}
        for row in Step.objects.filter(pk__in=named, problem=problem)
    }
    said = suggested_to(assignment)
    parent: UUID | None = None
    steps: list[dict[str, str]] = []
    for i, one in enumerate(prefix):
        if key := one.get("id"):
            found = known.get(key) or said.get(key)
            if found is None or found["parent"] != parent:
                raise Invalid.field("prefix", f"Step {i} does not follow the one before it in this problem.")
            parent = UUID(key)
            steps.append({"kind": found["kind"], "text": found["text"]})
        elif text := (one.get("text") or "").strip():
            parent = step_id(problem.pk, parent, StepKind.REASONING, text)
            steps.append({"kind": StepKind.REASONING.value, "text": text})
        else:
            raise Invalid.field("prefix", f"Step {i} has neither an id nor a text.")
    return problem, steps, parent, StepKind.REASONING.value


def _limit(suggester: Suggester, user: User) -> None:
    chosen, now = suggester.settings, timezone.now()
    asked = Suggestion.objects.filter(project_id=suggester.project_id)
    mine = asked.filter(annotator=user, created_at__gt=now - timedelta(hours=1)).count()
    if mine >= chosen["per_person_hour"]:
        raise TooMany(
            "too-many-suggestions",
            f"You asked {mine} times in the last hour, which is as often as this project allows. Go on without.",
        )
    # Counted under a lock of the project's own row, so that many people at once stay below it, too.
    Suggester.objects.select_for_update(no_key=True).get(pk=suggester.pk)
    everybody = asked.filter(created_at__gt=now - timedelta(days=1)).count()
    if everybody >= chosen["per_project_day"]:
        raise TooMany(
            "too-many-suggestions",
            f"This project has asked {everybody} times in the last 24 hours, which is its limit.",
        )


def due() -> list[int]:
    """Those whose wake-up was lost, and those whose worker died."""
    now = timezone.now()
    lost = Q(state=State.WAITING, created_at__lt=now - timedelta(seconds=5))
    dead = Q(state=State.ASKING, started_at__lt=now - DEAD_AFTER)
    return list(Suggestion.objects.filter(lost | dead).values_list("pk", flat=True)[:100])


def run(suggestion_id: int) -> None:
    """Ask the server, and keep each candidate as it comes. Of several who are told to, one does it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE labeling_suggestion SET state = 'asking', started_at = statement_timestamp()
            WHERE id = %s AND (state = 'waiting' OR state = 'asking' AND started_at < %s) RETURNING id""",
            [suggestion_id, timezone.now() - DEAD_AFTER],
        )
        if cursor.fetchone() is None:
            return
    row = Suggestion.objects.select_related("project__suggester", "assignment__task__trace").get(pk=suggestion_id)
    try:
        suggester = row.project.suggester
    except Suggester.DoesNotExist:
        return _finished(row, "The model was disconnected.")
    if str(origin_of(suggester.settings["url"])) != row.url or not suggester.enabled:
        return _finished(row, "The model was changed in the meantime. Ask again.")
    try:
        _ask_server(row, suggester.settings)
    except NotAllowed as error:
        _finished(row, str(error))
    except Unavailable as error:
        _finished(row, str(error))


def _ask_server(row: Suggestion, chosen: Mapping[str, Any]) -> None:
    budget = DatabaseBudget(row.project_id, BUDGET_KEY, chosen)
    client = Client(
        chosen["url"],
        hosts=Hosts(installation.SCORER_HOSTS),
        keys=installation.SCORER_KEYS,
        key=chosen["key"],
        timeout=float(chosen["timeout"]),
        connections=row.wanted,
    )
    there = _there_already(row)
    trouble = ""
    with closing(client), ThreadPoolExecutor(row.wanted, thread_name_prefix="suggest") as pool:
        asked = []
        for _ in range(row.wanted):
            try:
                budget.admit()
            except Unavailable as error:
                trouble = str(error)
                break
            asked.append(pool.submit(_one, client, row.request))
        for answer in as_completed(asked):
            data, failed, seconds, tries = answer.result()
            said = read(data) if data is not None else None
            budget.spend(requests=tries - 1, **_cost(said, chosen))
            row.responses.append(
                {**({"error": failed} if data is None else {"body": _logged(data)}), "seconds": seconds}
            )
            if said is None or not said.text:
                trouble = failed if said is None else said.why
            elif said.text not in there:
                there.add(said.text)
                node = step_id(_problem_id(row), row.parent_id, row.kind, said.text)
                row.candidates.append({"step": str(node), "text": said.text})
            if said is not None:
                row.tokens += said.tokens_in + said.tokens_out
            row.save(update_fields=["responses", "candidates", "tokens"])
    _finished(row, trouble)


def _one(client: Client, body: Mapping[str, Any]) -> tuple[dict[str, Any] | None, str, float, int]:
    """The server's answer or what went wrong, how long it took, and how many tries. In a thread: no database."""
    started = time.monotonic()
    data, error = None, ""
    tries: list[None] = []
    try:
        data = client.post("/chat/completions", body, admit=lambda: tries.append(None))
    except (Unavailable, Refused, Trouble) as failure:
        error = str(failure)
    except Exception as failure:  # noqa: BLE001 - whatever a server makes happen is told, and ends nobody's task
        error = f"The server could not be asked: {type(failure).__name__}."
    return data, error, round(time.monotonic() - started, 3), max(1, len(tries))


def _cost(said: Any, chosen: Mapping[str, Any]) -> dict[str, Any]:
    if said is None:
        return {}
    money = said.tokens_in * (chosen["price_in"] or 0) / 1e6 + said.tokens_out * (chosen["price_out"] or 0) / 1e6
    return {"tokens_in": said.tokens_in, "tokens_out": said.tokens_out, "money": money}


def _logged(data: dict[str, Any]) -> Any:
    """As it came, as far as it can be stored: Postgres' JSON takes no NUL and no half of a character."""
    text = _NUL.sub(r"\1", json.dumps(data, ensure_ascii=False)).encode("utf-8", "ignore").decode()
    return json.loads(text) if len(text) <= MAX_LOGGED else {"cut": text[:MAX_LOGGED]}


def _there_already(row: Suggestion) -> set[str]:
    """Texts that stand in this place: of them no suggestion is a new one."""
    siblings = Step.objects.filter(problem_id=_problem_id(row), parent_id=row.parent_id)
    return {text.strip() for text in siblings.values_list("text", flat=True)} | {c["text"] for c in row.candidates}


def _problem_id(row: Suggestion) -> UUID:
    task = row.assignment.task if row.assignment else None
    if task is None:
        raise Unavailable("The task was retired.", 1)
    return task.trace.problem_id if task.trace else task.problem_id  # type: ignore[return-value]


def _finished(row: Suggestion, error: str) -> None:
    row.state = State.DONE if row.candidates or not error else State.FAILED
    row.error, row.finished_at = error, timezone.now()
    row.save(update_fields=["state", "error", "finished_at"])
