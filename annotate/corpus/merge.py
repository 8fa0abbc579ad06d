"""Merging parsed lines into a project's trees: keys are computed here, rows go in by COPY.

A batch is one transaction under the project's lock, so what it found missing is still missing when it writes, and two
importers of overlapping data come to the same tree as one after the other. Only what is new is written: work in the
database is one look-up by key per kind of row, plus the new rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.db import connection
from msgspec import Struct

from annotate.core.digests import digest
from annotate.corpus.copying import as_array, as_json, copy, copy_lines, encoded, from_json, text_cell
from annotate.corpus.formats.base import Item, LineError, ProblemIn, StepIn, TraceIn
from annotate.corpus.identity import choice_key, problem_key, step_key, trace_key
from annotate.corpus.known import Known

NOTHING: tuple[Any, ...] = (None, {}, [])  # of a problem's field: not given yet

LOCK_CLASS = 0x57E9  # our advisory locks on a project's tree, apart from anybody else's


class Node(Struct, gc=False):
    key: bytes
    problem: bytes
    parent: bytes | None
    depth: int
    kind: str
    text: str
    media: list[Any] | None = None
    data: dict[str, Any] | None = None


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
    version: int = 1


@dataclass(slots=True)
class Merged:
    """What became of a batch. `traces` and `choices` are the keys of what is new."""

    traces: list[bytes] = field(default_factory=list)
    choices: list[bytes] = field(default_factory=list)
    known_traces: list[bytes] = field(default_factory=list)  # which came again
    known_choices: list[bytes] = field(default_factory=list)
    superseded: list[bytes] = field(default_factory=list)  # traces and choices of which there is a newer version now
    answered: list[bytes] = field(default_factory=list)  # problems that got their reference answer now
    errors: list[tuple[int, LineError]] = field(default_factory=list)

    @property
    def duplicates(self) -> int:
        return len(self.known_traces) + len(self.known_choices)


def prepare(project: int, number: int, item: Item) -> Prepared:
    """All keys of one line, whose media are resolved. Pure."""
    problem = problem_key(project, item.problem.external_id, item.problem.statement, item.problem.media)
    if isinstance(item, TraceIn):
        path = _path(problem, item.steps)
        extra = []
        for label in item.labels:
            if label.rewrite is not None:
                wrong = path[label.values.index(-1)]
                extra.append(_node(problem, wrong.parent, wrong.depth, StepIn(label.rewrite, wrong.kind)))
        key = trace_key(project, item.external_id, path[-1].key, item.generator, item.version)
        labels = [
            (x.source, x.values, x.error_types, x.comment, x.rewrite, *([x.details] if x.details else []))
            for x in item.labels
        ]
        content: list[Any] = [
            item.external_id,
            item.generator,
            item.answer,
            item.correct,
            item.metadata,
            item.step_metadata,
            item.scores,
            item.values,
            item.premises,
            item.tags,
            sorted(labels),
        ]
        whole = digest((_named(item), encoded(_contents(path)), encoded(content)))[:16]
    else:
        path = _path(problem, item.prefix)
        parent = path[-1].key if path else None
        extra = [_node(problem, parent, len(path), candidate) for candidate in item.candidates]
        candidates = [n.key for n in extra]
        for p in item.preferences:
            if p.rewrite is not None:
                extra.append(_node(problem, parent, len(path), StepIn(p.rewrite, item.candidates[0].kind)))
        preferences = sorted((p.source, p.ranking, p.comment, p.rewrite) for p in item.preferences)
        content = [item.external_id, item.info, item.prefix_info, item.metadata, item.tags, preferences]
        key = choice_key(project, item.external_id, candidates, item.version)
        whole = digest((_named(item), encoded(_contents(path + extra[: len(candidates)])), encoded(content)))[:16]
    return Prepared(number, item, problem, key, whole, path, extra, item.version)


def _named(item: Item) -> bytes:
    """What tells the problem from the others of its project: not its key, which is another one in each project."""
    problem = item.problem
    return encoded([problem.external_id, None if problem.external_id is not None else problem.statement])


def _contents(nodes: list[Node]) -> list[Any]:
    return [(node.kind, node.text, node.media, node.data) for node in nodes]


def merge(project: int, batch: list[Prepared], *, new_versions: bool = False) -> Merged:
    """Write what is new. Runs inside the caller's transaction, which holds the project's lock until it ends.

    `new_versions`: other content under an external id that is there becomes its next version, instead of an error.
    """
    result = Merged()
    with connection.cursor() as django_cursor:
        cursor: psycopg.Cursor = django_cursor.cursor
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", (LOCK_CLASS, project))
        known = Known(cursor, project, batch)
        fresh = [p for p in batch if not known.has(p)]
        problems = _Problems(cursor, project, {p.problem for p in fresh})
        steps = _Steps(cursor, problems.existing, fresh)
        good = []
        for prepared in batch:
            trace = isinstance(prepared.item, TraceIn)
            if known.has(prepared):
                (result.known_traces if trace else result.known_choices).append(prepared.key)
                continue
            try:
                known.place(prepared, new_versions)
                problems.check(prepared)
                steps.check(prepared)
            except LineError as error:
                result.errors.append((prepared.number, error))
                continue
            known.take(prepared)
            problems.take(prepared)
            steps.take(prepared)
            good.append(prepared)
            (result.traces if trace else result.choices).append(prepared.key)
            result.superseded += known.before(prepared)
        if good:
            result.answered = problems.write()
            steps.write()
            _write_lines(cursor, project, good)
    result.errors.sort(key=lambda e: e[0])
    return result


def _path(problem: bytes, steps: Iterable[StepIn]) -> list[Node]:
    path: list[Node] = []
    parent = None
    for depth, step in enumerate(steps):
        node = _node(problem, parent, depth, step)
        path.append(node)
        parent = node.key
    return path


def _node(problem: bytes, parent: bytes | None, depth: int, step: StepIn) -> Node:
    media, data = step.media or None, step.data or None
    key = step_key(problem, parent, step.kind, step.text, media, data)
    return Node(key, problem, parent, depth, step.kind, step.text, media, data)


class _Problems:
    """The problems of a batch: what is stored of them, and what the lines add."""

    FIELDS = (
        "statement",
        "answer",
        "solution",
        "metadata",
        "reference_steps",
        "reference_states",
        "material",
        "media",
    )
    JSON = FIELDS[3:]

    def __init__(self, cursor: psycopg.Cursor, project: int, keys: set[bytes]) -> None:
        self.cursor, self.project = cursor, project
        cursor.execute(
            f"SELECT id, {', '.join(self.FIELDS)} FROM corpus_problem WHERE id = ANY(%s::uuid[])",  # noqa: S608
            ([k.hex() for k in keys],),
        )
        self.stored = {row[0].bytes: dict(zip(self.FIELDS, row[1:], strict=True)) for row in cursor}
        for values in self.stored.values():
            for name in self.JSON:
                values[name] = from_json(values[name])
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
            if given not in NOTHING and stored[name] not in NOTHING and given != stored[name]:
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
            if given not in NOTHING and stored[name] in NOTHING:
                stored[name] = given
                if prepared.problem in self.existing:
                    self.filled.setdefault(prepared.problem, set()).add(name)

    def write(self) -> list[bytes]:
        """The keys of the stored problems that got an answer now."""
        new = [(key, self.project, self.external[key], *self._row(key)) for key in self.stored if key in self.external]
        columns = f"id, project_id, external_id, {', '.join(self.FIELDS)}, created_at"
        copy(self.cursor, "corpus_problem", columns, new, stamp=True)
        for key in self.filled:
            settings = ", ".join(f"{name} = %s" for name in self.FIELDS)
            sql = f"UPDATE corpus_problem SET {settings} WHERE id = %s::uuid"  # noqa: S608
            self.cursor.execute(sql, (*self._row(key), key.hex()))
        return [key for key, names in self.filled.items() if "answer" in names]

    def _row(self, key: bytes) -> list[Any]:
        stored = self.stored[key]
        return [as_json(stored[name]) if name in self.JSON else stored[name] for name in self.FIELDS]


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
        self.stored: dict[bytes, tuple[Any, ...]] = {}
        if keys:
            cursor.execute(
                "SELECT id, parent_id, kind, text, media, data FROM corpus_step WHERE id = ANY(%s::uuid[])",
                (list(keys),),
            )
            self.stored = {
                i.bytes: (p.bytes if p else None, k, t, from_json(m), from_json(d)) for i, p, k, t, m, d in cursor
            }
        self.new: dict[bytes, Node] = {}

    def check(self, prepared: Prepared) -> None:
        """Raises LineError when a key stands for another content already: nothing is ever merged on a digest alone."""
        for nodes in (prepared.path, prepared.extra):
            for node in nodes:
                there = self.stored.get(node.key)
                if there is not None and there != (node.parent, node.kind, node.text, node.media, node.data):
                    message = "This step's digest is another step's. It can't be kept."
                    raise LineError("digest-collision", message, "steps")

    def take(self, prepared: Prepared) -> None:
        for nodes in (prepared.path, prepared.extra):
            for node in nodes:
                if node.key not in self.stored:
                    self.stored[node.key] = (node.parent, node.kind, node.text, node.media, node.data)
                    self.new[node.key] = node

    def write(self) -> None:
        nodes = sorted(self.new.values(), key=lambda n: n.key)  # in the index's order: fewer pages touched
        columns = "id, problem_id, parent_id, depth, kind, text, media, data"
        copy_lines(self.cursor, "corpus_step", columns, [_step_line(node) for node in nodes])


def _step_line(node: Node) -> str:
    """What `copy` would write. There are so many of them that going through every cell's type is felt."""
    parent = node.parent.hex() if node.parent else "\\N"
    media = "\\N" if node.media is None else text_cell(encoded(node.media).decode())
    data = "\\N" if node.data is None else text_cell(encoded(node.data).decode())
    text = text_cell(node.text)
    return f"{node.key.hex()}\t{node.problem.hex()}\t{parent}\t{node.depth}\t{node.kind}\t{text}\t{media}\t{data}\n"


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
                    p.version,
                    item.generator,
                    item.answer,
                    item.correct,
                    as_json(item.metadata),
                    as_array(item.tags),
                    as_json(item.step_metadata),
                    as_json(item.premises),
                    as_json(item.scores),
                    as_json(item.values),
                    p.digest,
                )
            )
            rewrites = iter(p.extra)
            for label in item.labels:
                rewrite = None if label.rewrite is None else next(rewrites).key
                values = "{" + ",".join("NULL" if v is None else str(v) for v in label.values) + "}"
                types, details = as_array(label.error_types), as_json(label.details) if label.details else None
                sure = label.confidence
                labels.append((p.key, label.source, values, types, label.comment, rewrite, details, sure))
        else:
            number = len(item.candidates)
            candidates = "{" + ",".join([n.key.hex() for n in p.extra[:number]]) + "}"
            prefix = p.path[-1].key if p.path else None
            info, metadata, tags = as_json(item.info), as_json(item.metadata), as_array(item.tags)
            before = as_json(item.prefix_info)
            name = (item.external_id, p.version)
            choices.append(
                (p.key, project, p.problem, prefix, candidates, info, before, *name, metadata, tags, p.digest)
            )
            rewrites = iter(p.extra[number:])
            for preference in item.preferences:
                rewrite = None if preference.rewrite is None else next(rewrites).key
                ranking = as_json(preference.ranking)
                shown = None if preference.shown is None else "{" + ",".join(map(str, preference.shown)) + "}"
                more = (preference.comment, rewrite, preference.strength, shown)
                preferences.append((p.key, preference.source, ranking, *more))
    copy(
        cursor,
        "corpus_trace",
        "id, project_id, problem_id, path, external_id, version, generator, answer, correct, metadata, tags,"
        " step_metadata, premises, scores, step_values, digest, created_at",
        traces,
        stamp=True,
    )
    copy(
        cursor,
        "corpus_sourcelabel",
        "trace_id, source, values, error_types, comment, rewrite_id, details, confidence",
        labels,
    )
    copy(
        cursor,
        "corpus_choice",
        "id, project_id, problem_id, prefix_id, candidates, candidate_info, prefix_info, external_id, version,"
        " metadata, tags, digest, created_at",
        choices,
        stamp=True,
    )
    copy(
        cursor,
        "corpus_sourcepreference",
        "choice_id, source, ranking, comment, rewrite_id, strength, shown",
        preferences,
    )
