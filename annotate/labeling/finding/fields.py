"""What can be asked of a trace or a choice, field by field, and what it is in SQL. Pure.

Every function takes a condition and gives an SQL condition on the row `o`. A field that a choice does not have is false
for it. Step numbers are 0-based, as in the API and in files, but for `wrong_step`, which counts as the pages do.
"""

# ruff: noqa: S608 - the SQL is put together from this module's own constants; values go in as parameters

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from annotate.corpus.identity import named_key, problem_key
from annotate.corpus.models import StepKind
from annotate.labeling.finding import differing
from annotate.labeling.finding.comparing import (
    Compile,
    as_number,
    as_whole,
    compared,
    is_text,
    number,
    one_of,
    value_of,
)
from annotate.labeling.finding.sql import Scope
from annotate.labeling.finding.syntax import Condition, Range, Value


@dataclass(frozen=True)
class Field:
    """`name` ends with a dot where a name of the project's own follows.
    `values`: all that it can be, where that is known.
    """

    name: str
    form: str
    """How it is written, for help: `steps>=n`."""
    help: str
    """One sentence."""
    compile: Compile
    values: tuple[str, ...] = ()
    private: bool = False
    """Tells who said something: for reviewers and admins."""


def _said(scope: Scope, where: str) -> str:
    """Whether some standing judgement is like this; `j` is the judgement."""
    return f"""EXISTS (SELECT FROM labeling_judgement j
        WHERE j.{scope.kind}_id = o.id AND j.superseded_at IS NULL AND {where})"""


def _task(scope: Scope, where: str) -> str:
    return f"EXISTS (SELECT FROM labeling_task k WHERE k.{scope.kind}_id = o.id AND {where})"


def _id(scope: Scope, condition: Condition) -> str:
    value = value_of(condition)
    here = _key_given(value)
    if scope.project_id is None or value.prefix:
        named = is_text(scope, "o.external_id", value)
    else:
        # The first version's key is known from its name; there is an index on the others.
        of = named_key(scope.kind, scope.project_id, value.text)
        named = f"""o.id = {scope.add(UUID(bytes=of))} OR (o.version > 1 AND o.external_id = {scope.add(value.text)}
            AND o.project_id = {scope.add(scope.project_id)})"""
    return f"({named} OR o.id = {scope.add(here)})" if here else f"({named})"


def _problem(scope: Scope, condition: Condition) -> str:
    value = value_of(condition)
    here = [key] if (key := _key_given(value)) else []
    if scope.project_id is not None and not value.prefix:
        here.append(UUID(bytes=problem_key(scope.project_id, value.text, "")))
        return f"o.problem_id = ANY({scope.add(here)})"
    where = "" if scope.project_id is None else f" AND p.project_id = {scope.add(scope.project_id)}"
    return f"""o.problem_id IN (SELECT p.id FROM corpus_problem p
        WHERE ({is_text(scope, "p.external_id", value)} OR p.id = ANY({scope.add(here)}::uuid[])){where})"""


def _key_given(value: Value) -> UUID | None:
    """The key that this is, if it is one of those that things have here."""
    try:
        return None if value.prefix else UUID(value.text)
    except ValueError:
        return None


def _source(scope: Scope, condition: Condition) -> str:
    table = "corpus_sourcelabel" if scope.kind == "trace" else "corpus_sourcepreference"
    return f"""EXISTS (SELECT FROM {table} l
        WHERE l.{scope.kind}_id = o.id AND {is_text(scope, "l.source", value_of(condition))})"""


def _generator(scope: Scope, condition: Condition) -> str:
    value = value_of(condition)
    if scope.kind == "trace":
        return is_text(scope, "o.generator", value)
    return f"""EXISTS (SELECT FROM jsonb_array_elements(o.candidate_info) c
        WHERE {is_text(scope, "c ->> 'generator'", value)})"""


_OUTCOME = """coalesce(o.correct, (
    SELECT w.value >= 0.5 FROM scoring_tracescore w JOIN scoring_scorer c ON c.id = w.scorer_id
    WHERE w.trace_id = o.id AND c.key = 'answer' AND c.enabled AND w.state = 'done'))"""


def _outcome(scope: Scope, value: str) -> str:
    if scope.kind == "choice":
        return "false"
    return {"right": f"{_OUTCOME}", "wrong": f"NOT {_OUTCOME}", "unknown": f"{_OUTCOME} IS NULL"}[value]


def _kind(scope: Scope, value: str) -> str:
    return f"EXISTS (SELECT FROM corpus_step s WHERE s.id = ANY({scope.nodes}) AND s.kind = {scope.add(value)})"


_IN_FORCE = "c.project_id = o.project_id AND c.enabled AND c.key = "


def _lowest(scope: Scope, condition: Condition) -> str:
    key = scope.add(condition.field.partition(".")[2])
    expression = f"""(SELECT min(s.value) FROM scoring_scorer c JOIN scoring_stepscore s ON s.scorer_id = c.id
        WHERE {_IN_FORCE}{key} AND s.step_id = ANY({scope.nodes}))"""
    return compared(scope, expression, condition, as_number, "float8", "a number")


def _whole_trace(scope: Scope, condition: Condition) -> str:
    key = scope.add(condition.field.partition(".")[2])
    expression = f"""(SELECT w.value FROM scoring_scorer c JOIN scoring_tracescore w ON w.scorer_id = c.id
        WHERE {_IN_FORCE}{key} AND w.trace_id = o.id AND w.state = 'done')"""
    found = compared(scope, expression, condition, as_number, "float8", "a number")
    return found if scope.kind == "trace" else "false"


def _label(scope: Scope, value: str) -> str:
    """Who was not sure of a step (2) did not say that there is none that is wrong."""
    if value == "imported":
        table = "corpus_sourcelabel" if scope.kind == "trace" else "corpus_sourcepreference"
        return f"EXISTS (SELECT FROM {table} l WHERE l.{scope.kind}_id = o.id)"
    if value == "skipped":
        return f"""EXISTS (SELECT FROM labeling_task k JOIN labeling_assignment a ON a.task_id = k.id
            WHERE k.{scope.kind}_id = o.id AND a.state = 'skipped')"""
    if value == "unlabelled":
        # Looked up row by row: NOT EXISTS may become a join that reads all judgements before a late page.
        return f"""(SELECT 1 FROM labeling_judgement j
            WHERE j.{scope.kind}_id = o.id AND j.superseded_at IS NULL LIMIT 1) IS NULL"""
    if value == "labelled":
        return _said(scope, "true")
    wanted = {
        "first_error": ("trace", "-1 = ANY(j.values)"),
        "no_error": ("trace", "NOT coalesce(-1 = ANY(j.values), false) AND NOT coalesce(2 = ANY(j.values), false)"),
        "unsure": ("trace", "NOT coalesce(-1 = ANY(j.values), false) AND 2 = ANY(j.values)"),
        "none_acceptable": ("choice", "j.ranking = '[]'"),
        "preferred": ("choice", "j.ranking <> '[]'"),
    }
    kind, where = wanted[value]
    return _said(scope, where) if kind == scope.kind else "false"


_LABELS = (
    "unlabelled",
    "labelled",
    "first_error",
    "no_error",
    "unsure",
    "preferred",
    "none_acceptable",
    "skipped",
    "imported",
)


def _place(table: str, offset: int) -> Compile:
    """Where somebody saw the first error. `offset`: what the number of the first step is."""

    def compiled(scope: Scope, condition: Condition) -> str:
        # array_position counts from 1 and finds the first.
        expression = f"array_position(l.values, -1::smallint) - {1 - offset}"
        found = compared(scope, expression, condition, as_whole, "int", "a step's number")
        if scope.kind == "choice":
            return "false"
        standing = " AND l.superseded_at IS NULL" if table == "labeling_judgement" else ""
        return f"EXISTS (SELECT FROM {table} l WHERE l.trace_id = o.id{standing} AND {found})"

    return compiled


def _agreement(scope: Scope) -> str:
    return f"""(SELECT max(g.n)::float8 / nullif(sum(g.n), 0) FROM (
        SELECT count(*) AS n FROM labeling_judgement j
        WHERE j.{scope.kind}_id = o.id AND j.superseded_at IS NULL GROUP BY j.values, j.ranking
    ) g HAVING sum(g.n) > 1)"""


def _error_type(scope: Scope, condition: Condition) -> str:
    """Of the first error, or of a later step that is wrong, too."""
    kept = is_text(scope, "e.key", value_of(condition))
    return _said(
        scope,
        f"""EXISTS (
            SELECT FROM (
                SELECT unnest(j.error_types) UNION ALL
                SELECT jsonb_array_elements_text(s -> 'error_types') FROM jsonb_array_elements(j.details -> 'steps') s
            ) e(key) WHERE {kept}
        )""",
    )


def _by(scope: Scope, condition: Condition) -> str:
    return _said(
        scope,
        f"EXISTS (SELECT FROM accounts_user u WHERE u.id = j.annotator_id"
        f" AND {is_text(scope, 'u.username', value_of(condition))})",
    )


def _state(scope: Scope, value: str) -> str:
    if value == "none":
        return f"NOT {_task(scope, 'true')}"
    at_work = "EXISTS (SELECT FROM labeling_assignment a WHERE a.task_id = k.id AND a.state = 'leased')"
    return _task(
        scope,
        {"open": "k.free > 0", "leased": f"k.free = 0 AND {at_work}", "done": f"k.free = 0 AND NOT {at_work}"}[value],
    )


def _steps(scope: Scope) -> str:
    if scope.kind == "trace":
        return "cardinality(o.path)"
    return "coalesce((SELECT s.depth + 1 FROM corpus_step s WHERE s.id = o.prefix_id), 0)"


def _day(text: str) -> datetime:
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        day = date.fromisoformat(text)
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _created(scope: Scope, condition: Condition) -> str:
    """Days are UTC's and include all of themselves: `created:2026-01-31`, `created<=2026-01-31`."""
    value = condition.value
    one_day = timedelta(days=1)

    def is_day(text: str | None) -> bool:
        return text is not None and len(text) == len("2026-01-31")

    def at(op: str, text: str) -> str:
        bare = Condition(condition.field, op, Value(text, False, value.at), condition.at)  # type: ignore[arg-type]

        def read(written: str) -> datetime:
            return _day(written) + (one_day if is_day(written) and op in ("<", ">=") and shift else timedelta())

        return compared(scope, "o.created_at", bare, read, "timestamptz", "a date")

    shift = False
    if isinstance(value, Value) and value.prefix:
        return compared(scope, "o.created_at", condition, _day, "timestamptz", "a date")
    if isinstance(value, Range) or condition.op == ":":
        low, high = (value.low, value.high) if isinstance(value, Range) else (value.text, value.text)
        bounds = [at(">=", low)] if low is not None else []
        if high is not None:
            shift = is_day(high)
            bounds.append(at("<" if shift else "<=", high))
        return f"({' AND '.join(bounds)})"
    shift = is_day(value.text) and condition.op in (">", "<=")
    op = {">": ">=", "<=": "<"}[condition.op] if shift else condition.op
    return at(op, value.text)


def _import(scope: Scope, condition: Condition) -> str:
    """By its key, or the name of its file."""
    value = value_of(condition)
    key = _key_given(value)
    which = f"i.id = {scope.add(key)}" if key else is_text(scope, "i.name", value)
    where = "" if scope.project_id is None else f" AND i.project_id = {scope.add(scope.project_id)}"
    return f"""o.id IN (SELECT unnest(h.{scope.kind}s) FROM imports_holding h
        JOIN imports_import i ON i.id = h.import_id WHERE {which}{where})"""


def _tag(scope: Scope, condition: Condition) -> str:
    value = value_of(condition)
    if not value.prefix:
        return f"o.tags @> ARRAY[{scope.add(value.text)}::text]"
    return f"EXISTS (SELECT FROM unnest(o.tags) g(tag) WHERE {is_text(scope, 'g.tag', value)})"


def _differs(scope: Scope, condition: Condition) -> str:
    person, value = condition.field.partition(".")[2], value_of(condition)
    return differing.differs(scope, person, lambda name: is_text(scope, name, value))


def _contradicts(scope: Scope, condition: Condition) -> str:
    source, value = condition.field.partition(".")[2], value_of(condition)
    return differing.contradicts(scope, source, lambda name: is_text(scope, name, value))


def _gold(scope: Scope, condition: Condition) -> str:
    person = condition.field.partition(".")[2]
    return one_of(differing.KINDS, lambda s, kind: differing.against_gold(s, person, kind))(scope, condition)


def _type(scope: Scope, value: str) -> str:
    return "true" if value == scope.kind else "false"


FIELDS: dict[str, Field] = {
    f.name: f
    for f in (
        Field("outcome", "outcome:wrong", "Whether the final answer is right: what the data said, else what the "
              "answer scorer found.", one_of(("right", "wrong", "unknown"), _outcome), ("right", "wrong", "unknown")),
        Field("label", "label:unlabelled", "What people here said; skipped: somebody left it to others; imported: a "
              "label came with the data.", one_of(_LABELS, _label), _LABELS),
        Field("first_error", "first_error:3", "Where somebody here saw the first error, the first step being 0.",
              _place("labeling_judgement", 0)),
        Field("wrong_step", "wrong_step:4", "The same counted as the pages do: the first step is 1.",
              _place("labeling_judgement", 1)),
        Field("imported_error", "imported_error:3", "Where a label that came with the data has the first error, the "
              "first step being 0.", _place("corpus_sourcelabel", 0)),
        Field("source", "source:processbench", "A label of this source came with the data.", _source),
        Field("error_type", "error_type:calculation", "Somebody gave the error this type.", _error_type),
        Field("agreement", "agreement<1", "Share of people who gave the most frequent answer, where there are two or "
              "more.", number(_agreement, whole=False)),
        Field("by", "by:ada", "This person judged it.", _by, private=True),
        Field("differs.", "differs.PERSON:ada", "The first person and the second (* for any) see the first error in "
              "different places.", _differs, private=True),
        Field("contradicts.", "contradicts.SOURCE:ada", "This person (* for any) sees the first error elsewhere than "
              "the label of the source that came with the data.", _contradicts, private=True),
        Field("gold.", "gold.PERSON:wrong", "How what this person said stands to gold: exact, or wrong, which is one "
              "of earlier, later, missed, false_alarm.", _gold, private=True),
        Field("generator", "generator:llama-*", "The model that wrote it; of a choice, one of the candidates.",
              _generator),
        Field("kind", "kind:tool_call", "A step of this kind is in it.",
              one_of(tuple(StepKind.values), _kind), tuple(StepKind.values)),
        Field("steps", "steps>=10", "How many steps it has; of a choice, before the candidates.", number(_steps)),
        Field("candidates", "candidates:2", "How many candidates the choice has.",
              number(lambda s: "cardinality(o.candidates)" if s.kind == "choice" else None)),
        Field("score.", "score.SCORER<0.5", "The scorer's lowest score of a step, from 0 to 1.", _lowest),
        Field("whole.", "whole.SCORER<0.5", "The scorer's value of the whole trace, from 0 to 1.", _whole_trace),
        Field("task", "task:open", "Whether people may work on it: none, open, leased (all places taken), done.",
              one_of(("none", "open", "leased", "done"), _state), ("none", "open", "leased", "done")),
        Field("priority", "priority>0.8", "The place of its task in the queue, from 0 to 1.",
              number(lambda s: f"(SELECT k.priority FROM labeling_task k WHERE k.{s.kind}_id = o.id)", whole=False)),
        Field("type", "type:trace", "Traces, or choices between next steps.", one_of(("trace", "choice"), _type),
              ("trace", "choice")),
        Field("id", "id:t-17", "Its own id, from the data or the one it has here.", _id),
        Field("problem", "problem:p-3", "The problem's id, from the data or the one it has here.", _problem),
        Field("tag", "tag:hard", "It has this tag.", _tag),
        Field("import", "import:maths.jsonl", "It was in this import: its id, or the name of its file.", _import),
        Field("created", "created>=2026-01-31", "When it came in; days are UTC's.", _created),
    )
}  # fmt: skip


def field_of(condition: Condition) -> Field | None:
    """The field that a condition is about, or None."""
    head, dot, key = condition.field.partition(".")
    return FIELDS.get(head + dot) if not dot or key else None
