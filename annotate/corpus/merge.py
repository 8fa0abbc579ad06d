"""Merging parsed lines into a project's trees: keys are computed here, rows go in by COPY.

A batch is one transaction under the project's lock, so what it found missing is still missing when it writes, and two
importers of overlapping data come to the same tree as one after the other. Only what is new is written: work in the
database is one look-up by key per kind of row, plus the new rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec
import psycopg
from django.db import connection

from annotate.core.digests import digest
from annotate.corpus.formats.base import ChoiceIn, Item, LineError, ProblemIn, StepIn, TraceIn
from annotate.corpus.identity import choice_key, problem_key, step_key, trace_key

_encode = msgspec.json.Encoder(order="sorted").encode

LOCK_CLASS = 0x57E9  # our advisory locks on a project's tree, apart from anybody else's


@dataclass(slots=True)
class Node:
    key: bytes
    problem: bytes
    parent: bytes | None
    depth: int
    kind: str
    text: str


@dataclass(slots=True)
class Prepared:
    """One line with all its keys."""

    number: int
    item: Item
    problem: bytes
    key: bytes
    digest: bytes
    path: list[Node]
    extra: list[Node]  # a choice's candidates; the rewrites of labels or preferences, in their order


@dataclass(slots=True)
class Merged:
    """What became of a batch."""

    traces: list[bytes] = field(default_factory=list)
    choices: list[bytes] = field(default_factory=list)
    answered: list[bytes] = field(default_factory=list)  # problems that got their reference answer now
    duplicates: int = 0
    errors: list[tuple[int, LineError]] = field(default_factory=list)


def prepare(project: int, number: int, item: Item) -> Prepared:
    """All keys of one line. Pure."""
    problem = problem_key(project, item.problem.external_id, item.problem.statement)
    if isinstance(item, TraceIn):
        path = _path(problem, item.steps)
        extra = []
        for label in item.labels:
            if label.rewrite is not None:
                wrong = path[label.values.index(-1)]
                extra.append(_node(problem, wrong.parent, wrong.depth, wrong.kind, label.rewrite))
        key = trace_key(project, item.external_id, path[-1].key, item.generator)
        labels = [(x.source, x.values, x.error_types, x.comment, x.rewrite) for x in item.labels]
        content: list[Any] = [
            item.external_id,
            item.generator,
            item.answer,
            item.correct,
            item.metadata,
            item.step_metadata,
            item.scores,
            sorted(labels),
        ]
        whole = digest((problem, path[-1].key, _encode(content)))[:16]
    else:
        path = _path(problem, item.prefix)
        parent = path[-1].key if path else None
        extra = [_node(problem, parent, len(path), c.kind, c.text) for c in item.candidates]
        candidates = [n.key for n in extra]
        for p in item.preferences:
            if p.rewrite is not None:
                extra.append(_node(problem, parent, len(path), item.candidates[0].kind, p.rewrite))
        preferences = sorted((p.source, p.ranking, p.comment, p.rewrite) for p in item.preferences)
        content = [item.external_id, item.info, item.metadata, preferences]
        key = choice_key(project, item.external_id, candidates)
        whole = digest((problem, *candidates, _encode(content)))[:16]
    return Prepared(number, item, problem, key, whole, path, extra)


def merge(project: int, batch: list[Prepared]) -> Merged:
    """Write what is new. Runs inside the caller's transaction, which holds the project's lock until it ends."""
    result = Merged()
    with connection.cursor() as django_cursor:
        cursor: psycopg.Cursor = django_cursor.cursor
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", (LOCK_CLASS, project))
        fresh = _without_known(cursor, batch, result)
        if fresh:
            problems = _Problems(cursor, project, {p.problem for p in fresh})
            steps = _Steps(cursor, problems.existing, fresh)
            good = []
            for prepared in fresh:
                try:
                    problems.check(prepared)
                    steps.check(prepared)
                except LineError as error:
                    result.errors.append((prepared.number, error))
                    continue
                problems.take(prepared)
                steps.take(prepared)
                good.append(prepared)
            result.answered = problems.write()
            steps.write()
            _write_lines(cursor, project, good)
            result.traces = [p.key for p in good if isinstance(p.item, TraceIn)]
            result.choices = [p.key for p in good if isinstance(p.item, ChoiceIn)]
    result.errors.sort(key=lambda e: e[0])
    return result


def _path(problem: bytes, steps: Iterable[StepIn]) -> list[Node]:
    path: list[Node] = []
    parent = None
    for depth, step in enumerate(steps):
        node = _node(problem, parent, depth, step.kind, step.text)
        path.append(node)
        parent = node.key
    return path


def _node(problem: bytes, parent: bytes | None, depth: int, kind: str, text: str) -> Node:
    return Node(step_key(problem, parent, kind, text), problem, parent, depth, kind, text)


def _without_known(cursor: psycopg.Cursor, batch: list[Prepared], result: Merged) -> list[Prepared]:
    """The lines that are neither duplicates nor conflicts, each key once."""
    known: dict[bytes, bytes] = {}
    for table, kind in (("corpus_trace", TraceIn), ("corpus_choice", ChoiceIn)):
        keys = [p.key.hex() for p in batch if isinstance(p.item, kind)]
        if keys:
            cursor.execute(f"SELECT id, digest FROM {table} WHERE id = ANY(%s::uuid[])", (keys,))  # noqa: S608
            known.update((i.bytes, d.bytes) for i, d in cursor)
    fresh = []
    for prepared in batch:
        there = known.setdefault(prepared.key, prepared.digest)
        if there is prepared.digest:
            fresh.append(prepared)
        elif there == prepared.digest:
            result.duplicates += 1
        else:
            what = "trace" if isinstance(prepared.item, TraceIn) else "choice"
            if prepared.item.external_id is None:
                message = f"This {what} is here already with other data beside its steps. Give it an id of its own."
            else:
                message = f"The {what} {prepared.item.external_id} is here already with other content."
            result.errors.append((prepared.number, LineError("conflict", f"{message} Nothing was changed.", "id")))
    return fresh


class _Problems:
    """The problems of a batch: what is stored of them, and what the lines add."""

    FIELDS = ("statement", "answer", "solution", "metadata")

    def __init__(self, cursor: psycopg.Cursor, project: int, keys: set[bytes]) -> None:
        self.cursor, self.project = cursor, project
        cursor.execute(
            "SELECT id, statement, answer, solution, metadata FROM corpus_problem WHERE id = ANY(%s::uuid[])",
            ([k.hex() for k in keys],),
        )
        self.stored = {row[0].bytes: dict(zip(self.FIELDS, row[1:], strict=True)) for row in cursor}
        for values in self.stored.values():
            if isinstance(values["metadata"], str):  # Django's connections leave jsonb as text
                values["metadata"] = msgspec.json.decode(values["metadata"])
        self.existing = set(self.stored)
        self.external: dict[bytes, str | None] = {}
        self.filled: dict[bytes, set[str]] = {}

    def check(self, prepared: Prepared) -> None:
        """Raises LineError when the line says something else of its problem than what was said before."""
        stored = self.stored.get(prepared.problem)
        if stored is None:
            return
        for name in self.FIELDS:
            given = getattr(prepared.item.problem, name)
            if given not in (None, {}) and stored[name] not in (None, {}) and given != stored[name]:
                of = prepared.item.problem.external_id
                raise LineError(
                    "problem-conflict",
                    f"The problem {of if of is not None else 'with this statement'} is here already with another "
                    f"{name}. Nothing was changed: give it another id, or send the {name} that is here.",
                    f"problem.{name}",
                )

    def take(self, prepared: Prepared) -> None:
        problem: ProblemIn = prepared.item.problem
        stored = self.stored.get(prepared.problem)
        if stored is None:
            self.stored[prepared.problem] = {name: getattr(problem, name) for name in self.FIELDS}
            self.external[prepared.problem] = problem.external_id
            return
        for name in self.FIELDS:
            given = getattr(problem, name)
            if given not in (None, {}) and stored[name] in (None, {}):
                stored[name] = given
                if prepared.problem in self.existing:
                    self.filled.setdefault(prepared.problem, set()).add(name)

    def write(self) -> list[bytes]:
        """The keys of the stored problems that got an answer now."""
        new = [
            (key, self.project, self.external[key], s["statement"], s["answer"], s["solution"], _json(s["metadata"]))
            for key, s in self.stored.items()
            if key in self.external
        ]
        columns = "id, project_id, external_id, statement, answer, solution, metadata, created_at"
        copy(self.cursor, "corpus_problem", columns, new, stamp=True)
        for key in self.filled:
            s = self.stored[key]
            self.cursor.execute(
                "UPDATE corpus_problem SET answer = %s, solution = %s, metadata = %s WHERE id = %s::uuid",
                (s["answer"], s["solution"], _json(s["metadata"]), key.hex()),
            )
        return [key for key, names in self.filled.items() if "answer" in names]


class _Steps:
    """The nodes of a batch, each once. Those of problems that are new can't be there yet and are not looked up."""

    def __init__(self, cursor: psycopg.Cursor, existing_problems: set[bytes], fresh: list[Prepared]) -> None:
        self.cursor = cursor
        keys = {
            node.key.hex()
            for p in fresh
            if p.problem in existing_problems
            for nodes in (p.path, p.extra)
            for node in nodes
        }
        self.stored: dict[bytes, tuple[bytes | None, str, str]] = {}
        if keys:
            cursor.execute(
                "SELECT id, parent_id, kind, text FROM corpus_step WHERE id = ANY(%s::uuid[])", (list(keys),)
            )
            self.stored = {i.bytes: (p.bytes if p else None, k, t) for i, p, k, t in cursor}
        self.new: dict[bytes, Node] = {}

    def check(self, prepared: Prepared) -> None:
        """Raises LineError when a key stands for another content already: nothing is ever merged on a digest alone."""
        for nodes in (prepared.path, prepared.extra):
            for node in nodes:
                there = self.stored.get(node.key)
                if there is not None and there != (node.parent, node.kind, node.text):
                    message = "This step's digest is another step's. It can't be kept."
                    raise LineError("digest-collision", message, "steps")

    def take(self, prepared: Prepared) -> None:
        for nodes in (prepared.path, prepared.extra):
            for node in nodes:
                if node.key not in self.stored:
                    self.stored[node.key] = (node.parent, node.kind, node.text)
                    self.new[node.key] = node

    def write(self) -> None:
        nodes = sorted(self.new.values(), key=lambda n: n.key)  # in the index's order: fewer pages touched
        columns = "id, problem_id, parent_id, depth, kind, text"
        copy(
            self.cursor,
            "corpus_step",
            columns,
            ((n.key, n.problem, n.parent, n.depth, n.kind, n.text) for n in nodes),
        )


def _write_lines(cursor: psycopg.Cursor, project: int, good: list[Prepared]) -> None:
    traces, labels, choices, preferences = [], [], [], []
    for p in good:
        item = p.item
        if isinstance(item, TraceIn):
            traces.append(
                (
                    p.key,
                    project,
                    p.problem,
                    "{" + ",".join([n.key.hex() for n in p.path]) + "}",
                    item.external_id,
                    item.generator,
                    item.answer,
                    item.correct,
                    _json(item.metadata),
                    _json(item.step_metadata),
                    _json(item.scores),
                    p.digest,
                )
            )
            rewrites = iter(p.extra)
            for label in item.labels:
                rewrite = None if label.rewrite is None else next(rewrites).key
                values = "{" + ",".join("NULL" if v is None else str(v) for v in label.values) + "}"
                labels.append((p.key, label.source, values, _array(label.error_types), label.comment, rewrite))
        else:
            number = len(item.candidates)
            candidates = "{" + ",".join([n.key.hex() for n in p.extra[:number]]) + "}"
            prefix = p.path[-1].key if p.path else None
            info, metadata = _json(item.info), _json(item.metadata)
            choices.append((p.key, project, p.problem, prefix, candidates, info, item.external_id, metadata, p.digest))
            rewrites = iter(p.extra[number:])
            for preference in item.preferences:
                rewrite = None if preference.rewrite is None else next(rewrites).key
                ranking = _json(preference.ranking)
                preferences.append((p.key, preference.source, ranking, preference.comment, rewrite))
    copy(
        cursor,
        "corpus_trace",
        "id, project_id, problem_id, path, external_id, generator, answer, correct, metadata, step_metadata, scores,"
        " digest, created_at",
        traces,
        stamp=True,
    )
    copy(cursor, "corpus_sourcelabel", "trace_id, source, values, error_types, comment, rewrite_id", labels)
    copy(
        cursor,
        "corpus_choice",
        "id, project_id, problem_id, prefix_id, candidates, candidate_info, external_id, metadata, digest, created_at",
        choices,
        stamp=True,
    )
    copy(cursor, "corpus_sourcepreference", "choice_id, source, ranking, comment, rewrite_id", preferences)


def _json(value: object) -> str | None:
    return None if value is None else _encode(value).decode()


def _array(texts: list[str]) -> str:
    return "{" + ",".join('"' + t.replace("\\", "\\\\").replace('"', '\\"') + '"' for t in texts) + "}"


def _cell(value: object) -> str:
    """One value in COPY's text format. Written by hand: it runs for every cell of an import."""
    if isinstance(value, str):
        # The backslash first: the others' escapes hold one. (`replace` is several times quicker than `translate`.)
        value = value.replace("\\", "\\\\")
        return value.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    if value is None:
        return "\\N"
    if isinstance(value, bytes):
        return value.hex()
    if value is True:
        return "t"
    if value is False:
        return "f"
    return str(value)


def copy(
    cursor: psycopg.Cursor, table: str, columns: str, rows: Iterable[tuple[object, ...]], *, stamp: bool = False
) -> None:
    """COPY the rows into the table; `stamp` adds the transaction's time as the last column. Bytes are uuids."""
    lines: list[str] = []
    end = "\n"
    if stamp:
        cursor.execute("SELECT now()::text")
        row = cursor.fetchone()
        assert row  # noqa: S101
        end = f"\t{row[0]}\n"
    for row in rows:
        lines.append("\t".join([_cell(value) for value in row]) + end)
    if not lines:
        return
    with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as stream:
        for i in range(0, len(lines), 512):
            stream.write("".join(lines[i : i + 512]))
