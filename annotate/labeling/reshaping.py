"""Splitting and merging the steps of a trace of which nobody has said anything yet.

The text stays what it is, to the byte. The trace keeps its key and the digest of the line that it came in with, so that
importing that line again finds it: it counts as a duplicate, and nothing is cut back.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from annotate.accounts.models import User
from annotate.audit.actions import record
from annotate.core.errors import Conflict, Invalid
from annotate.corpus.identity import step_key
from annotate.corpus.merge import LOCK_CLASS
from annotate.corpus.models import SourceLabel, Step, Trace
from annotate.labeling.models import Assignment, Judgement, Note, Task
from annotate.scoring.models import StepScore, TraceScore
from annotate.scoring.planning import plan

Row = list[Any]


def split_step(*, user: User, trace: Trace, step: int, at: Sequence[int]) -> Trace:
    """Cut the step with this 0-based index before the characters `at`, counted from 0 in its text.

    What the data said of it (metadata, score, value) stays with the last piece, its premises and media with the first.
    Raises Invalid, and Conflict `labelled`.
    """

    def cut(steps: list[Step]) -> tuple[list[Step], Callable[[int], int], int]:
        one = _at(steps, step, "step")
        ends = [0, *at, len(one.text)]
        pieces = [one.text[a:b] for a, b in pairwise(ends)]
        if sorted(set(ends)) != ends or not at or not all(piece.strip() for piece in pieces):
            message = f"The cuts must be inside of the step's {len(one.text)} characters, in order, text on both sides."
            raise Invalid.field("at", message)
        if one.data:
            raise Invalid.field("step", "This step has structured data, which can't be cut with its text.")
        made = [Step(kind=one.kind, text=piece, media=one.media if k == 0 else None) for k, piece in enumerate(pieces)]
        grown = len(pieces) - 1
        return [*steps[:step], *made, *steps[step + 1 :]], lambda k: k if k < step else k + grown, step

    def spread(values: Row, first: bool, nothing: Any) -> Row:
        rest = [nothing] * len(at)
        return [*values[:step], *([values[step], *rest] if first else [*rest, values[step]]), *values[step + 1 :]]

    def stood_before(before: Row) -> Row:
        return [*before[: step + 1], *[""] * len(at), *before[step + 1 :]]

    return _reshaped(user, trace, "split", {"step": step, "at": list(at)}, cut, spread, stood_before)


def merge_steps(*, user: User, trace: Trace, first: int, last: int, between: str | None = None) -> Trace:
    """Make one step of those from `first` to `last`, joined by what stood between them when they were cut from one
    text, or else by `between` (default: a blank line).

    Scores and values of several steps are none of the whole: they are kept in its metadata, as `merged`. Raises
    Invalid, and Conflict `labelled`.
    """

    def cut(steps: list[Step]) -> tuple[list[Step], Callable[[int], int], int]:
        parts = [_at(steps, k, "last") for k in range(first, last + 1)]
        if len(parts) < 2 or first < 0:
            raise Invalid.field("last", "Name at least two steps: the first and the last of those to be one.")
        if len({part.kind for part in parts}) > 1 or any(part.data for part in parts):
            raise Invalid.field("first", "Only steps of one kind, without structured data, can be one step.")
        before = _before(trace)
        joints = [before[k] if before[k] is not None else between for k in range(first + 1, last + 1)]
        text = parts[0].text
        for joint, part in zip(joints, parts[1:], strict=True):
            text += ("\n\n" if joint is None else joint) + part.text
        media = [one for part in parts for one in part.media or []]
        made = Step(kind=parts[0].kind, text=text, media=media or None)
        shrunk = last - first
        return (
            [*steps[:first], made, *steps[last + 1 :]],
            lambda k: k if k < first else max(first, k - shrunk),
            first,
        )

    def together(values: Row, _first: bool, nothing: Any) -> Row:
        parts = [value for value in values[first : last + 1] if value not in (None, nothing)]
        return [*values[:first], parts[0] if len(parts) == 1 else _Several(parts), *values[last + 1 :]]

    def stood_before(before: Row) -> Row:
        return [*before[: first + 1], *before[last + 1 :]]

    return _reshaped(user, trace, "merge", {"first": first, "last": last}, cut, together, stood_before)


class _Several(list[Any]):
    """What was said of several steps that are one now; empty where nothing was."""


def _at(steps: list[Step], index: int, field: str) -> Step:
    if not 0 <= index < len(steps):
        raise Invalid.field(field, f"There is no step {index}: they are numbered from 0 to {len(steps) - 1}.")
    return steps[index]


def _reshaped(
    user: User,
    trace: Trace,
    verb: str,
    said: dict[str, Any],
    cut: Callable[[list[Step]], tuple[list[Step], Callable[[int], int], int]],
    spread: Callable[[Row, bool, Any], Row],
    stood_before: Callable[[Row], Row],
) -> Trace:
    with transaction.atomic():
        with connection.cursor() as cursor:  # as every import does: nobody adds to this tree meanwhile
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, trace.project_id])
        # Nobody is handed the old steps from here on, nor goes over them on a walk through the problem.
        list(Task.objects.select_for_update().filter(Q(trace=trace) | Q(problem=trace.problem_id)).order_by("pk"))
        trace = Trace.objects.select_for_update().select_related("problem").get(pk=trace.pk)
        _refuse_labelled(trace)
        found = Step.objects.in_bulk(trace.path)
        before, of_each = _before(trace), _says_of_each(trace)
        steps, moved, start = cut([found[key] for key in trace.path])
        old = trace.path
        trace.path = _stored(trace, steps, start)
        _remap(trace, spread, moved)
        _note_joints(trace, stood_before(before), of_each)
        trace.save(update_fields=["path", "metadata", "step_metadata", "premises", "scores", "step_values"])
        TraceScore.objects.filter(trace=trace).delete()
        plan(trace.project_id, [trace.pk])
        _sweep(trace.problem_id, [key for key in old[::-1] if key not in trace.path])
        data = {"trace": str(trace.pk), **said}
        record(user, f"trace.{verb}", project_id=trace.project_id, data=data)
    return trace


def _refuse_labelled(trace: Trace) -> None:
    """Labels speak of steps by their places: they must never come to speak of others."""
    worked_on = Assignment.objects.filter(Q(task__trace=trace) | Q(task__problem=trace.problem_id))
    reasons = {
        "it came with labels": SourceLabel.objects.filter(trace=trace),
        "somebody has judged it": Judgement.objects.filter(Q(trace=trace) | Q(problem=trace.problem_id)),
        "somebody is working on it": worked_on.filter(state=Assignment.State.LEASED),
        "somebody has left a draft": worked_on.exclude(draft=None),
        "somebody has skipped it": worked_on.filter(state=Assignment.State.SKIPPED),
        "somebody has flagged it": Note.objects.filter(task__trace=trace),
    }
    for reason, rows in reasons.items():
        if rows.exists():
            message = f"The steps stay as they are: {reason}. Import it again with other steps, under an id of its own."
            raise Conflict("labelled", message)


def _stored(trace: Trace, steps: list[Step], start: int) -> list[uuid.UUID]:
    """The keys of the path; its nodes from `start` on are made where they are missing."""
    path = [step.pk for step in steps[:start]]
    made: list[Step] = []
    for depth, step in enumerate(steps[start:], start):
        parent = path[-1] if path else None
        key = step_key(
            trace.problem_id.bytes, parent.bytes if parent else None, step.kind, step.text, step.media, step.data
        )
        content = {"kind": step.kind, "text": step.text, "media": step.media, "data": step.data}
        made.append(
            Step(id=uuid.UUID(bytes=key), problem_id=trace.problem_id, parent_id=parent, depth=depth, **content)
        )
        path.append(made[-1].pk)
    Step.objects.bulk_create(made, ignore_conflicts=True)
    there = Step.objects.in_bulk(path)
    for step in made:
        stored = there[step.pk]
        if (stored.parent_id, stored.kind, stored.text) != (step.parent_id, step.kind, step.text):
            raise Conflict("digest-collision", "A new step's digest is another step's. Cut it elsewhere.")
    return path


def _remap(trace: Trace, spread: Callable[[Row, bool, Any], Row], moved: Callable[[int], int]) -> None:
    merged: dict[int, dict[str, Any]] = {}

    def one(name: str, values: Row, *, first: bool = False) -> Row:
        row = spread(values, first, None)
        for i, value in enumerate(row):
            if isinstance(value, _Several):
                if value:
                    merged.setdefault(i, {})[name] = list(value)
                row[i] = None
        return row

    if trace.premises is not None:
        premises = spread(trace.premises, True, None)
        for i, named in enumerate(premises):
            together = [k for part in named for k in part] if isinstance(named, _Several) else named
            if isinstance(named, _Several) and not named:
                together = None
            premises[i] = None if together is None else sorted({moved(k) for k in together if moved(k) < i})
        trace.premises = premises
    for column in ("scores", "step_values"):
        given = getattr(trace, column)
        if given:
            setattr(trace, column, {name: one(f"{column}.{name}", values) for name, values in given.items()})
    length = len(trace.path)
    metadata = one("metadata", trace.step_metadata) if trace.step_metadata else [None] * length
    for i, more in merged.items():
        metadata[i] = {**(metadata[i] or {}), "merged": more}
    trace.step_metadata = metadata if any(row is not None for row in metadata) else None


def _before(trace: Trace) -> Row:
    """What stood before each step in the text that it was cut from, None where nothing is known."""
    between = (trace.metadata.get("segmented") or {}).get("between")
    if isinstance(between, list):
        return list(between) if _says_of_each(trace) else [None, *between]
    return [None, *[between] * (len(trace.path) - 1)]


def _says_of_each(trace: Trace) -> bool:
    """Whether `between` has an entry for the first step, too, since it tells of several texts."""
    between = (trace.metadata.get("segmented") or {}).get("between")
    return isinstance(between, list) and len(between) == len(trace.path)


def _note_joints(trace: Trace, before: Row, of_each: bool) -> None:
    """Keeps `segmented` true, so that its text can still be put together again."""
    if (said := trace.metadata.get("segmented")) is not None:
        between = before if of_each else before[1:]
        trace.metadata = {**trace.metadata, "segmented": {**said, "between": between}}


def _sweep(problem: uuid.UUID, keys: Sequence[uuid.UUID]) -> None:
    """Deletes the nodes, leaf first, that nothing leads to any more."""
    fields: list[Any] = Step._meta.get_fields(include_hidden=True)
    links = [
        (field.related_model._meta.db_table, field.field.column)
        for field in fields
        if field.auto_created
        and not field.concrete
        and field.one_to_many
        and field.related_model._meta.managed
        and field.related_model is not StepScore
    ]
    free = " AND ".join(f'NOT EXISTS (SELECT FROM "{t}" x WHERE x."{c}" = s.id)' for t, c in links)
    sql = f"""SELECT 1 FROM corpus_step s WHERE s.id = %(key)s AND {free}
        AND NOT EXISTS (SELECT FROM corpus_trace t WHERE t.problem_id = %(problem)s AND %(key)s = ANY(t.path))
        AND NOT EXISTS (SELECT FROM corpus_choice c WHERE c.problem_id = %(problem)s AND %(key)s = ANY(c.candidates))"""  # noqa: S608
    with connection.cursor() as cursor:
        for key in keys:
            cursor.execute(sql, {"key": key, "problem": problem})
            if cursor.fetchone() is None:
                return  # those before it lead to it
            StepScore.objects.filter(step=key).delete()
            cursor.execute("DELETE FROM corpus_step WHERE id = %s", [key])
