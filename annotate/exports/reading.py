"""From a snapshot to items, page by page, in canonical order.

The order depends on content only (external ids first), never on when something was imported or by which
plan it was read. One server-side cursor walks it; for each page, what belongs to it is fetched by key, each
step and problem once however many traces share it.
"""

from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from itertools import count, repeat
from typing import Any, NamedTuple

import msgspec
import psycopg
from msgspec import Raw

from annotate.corpus.models import StepKind
from annotate.exports.ahead import ahead
from annotate.exports.items import ChoiceItem, Item, Label, Problem, Ranking, Step, TraceItem
from annotate.exports.options import IMPORTED, RESOLVED
from annotate.exports.selecting import Selection
from annotate.exports.tally import Tally
from annotate.exports.votes import completed, resolve

FIRST_PAGE = 100
MAX_PAGE = 1000
PAGE_CHARACTERS = 1024 * 1024

_cursor_number = count()
_infos = msgspec.json.Decoder(list[dict[str, Raw]])
_premises = msgspec.json.Decoder(list[list[int] | None])
_raws = msgspec.json.Decoder(list[Raw])
_rankings = msgspec.json.Decoder(list[list[int | str]])

_TRACES = """
SELECT id::text, problem_id::text, path::text[], external_id, generator, answer, correct, metadata::text,
    step_metadata::text, scores::text, digest::text, version, tags, premises::text, step_values::text,
    CASE WHEN %(plain)s THEN ARRAY(
        SELECT CASE WHEN s.kind = 'reasoning' AND s.media IS NULL AND s.data IS NULL THEN s.text END
        FROM unnest(t.path) WITH ORDINALITY x(id, n) JOIN corpus_step s ON s.id = x.id ORDER BY x.n
    ) END
FROM corpus_trace t WHERE id = ANY(%(ids)s::uuid[])
"""
_CHOICES = """
SELECT id::text, problem_id::text, prefix_id::text, candidates::text[], candidate_info::text, external_id,
    metadata::text, digest::text, version, tags, prefix_info::text
FROM corpus_choice WHERE id = ANY(%(ids)s::uuid[])
"""
_PROBLEMS = """
SELECT id::text, external_id, statement, answer, solution, metadata::text, reference_steps::text,
    reference_states::text, material::text, media::text
FROM corpus_problem WHERE id = ANY(%(ids)s::uuid[])
"""
_STEPS = "SELECT id::text, kind, text, media::text, data::text FROM corpus_step WHERE id = ANY(%(ids)s::uuid[])"
_PARENTS = """
WITH RECURSIVE up AS (
    SELECT id, parent_id FROM corpus_step WHERE id = ANY(%(ids)s::uuid[])
    UNION
    SELECT s.id, s.parent_id FROM up JOIN corpus_step s ON s.id = up.parent_id
)
SELECT id::text, parent_id::text FROM up
"""
_JUDGED = """
SELECT j.{kind}_id::text, j.annotator_id, j.comment, j.rewrite_id::text,
    to_char(j.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), j.active_ms, j.guideline_id,
    j.label_schema_id, {answer}
FROM labeling_judgement j WHERE j.{kind}_id = ANY(%(ids)s::uuid[]) AND {standing}
"""
# With the trace that was judged instead, by its id, where nobody was asked about this one.
_DETAILS = """CASE WHEN j.derived_from_id IS NULL THEN nullif(j.details, '{}') ELSE j.details || jsonb_build_object(
    'derived_from', (SELECT coalesce(t.external_id, t.id::text) FROM labeling_judgement o
        JOIN corpus_trace t ON t.id = o.trace_id WHERE o.id = j.derived_from_id)) END::text"""
_NAMES = "SELECT id, username FROM accounts_user WHERE id = ANY(%(people)s)"
_SOURCE_LABELS = """
SELECT trace_id::text, source, comment, rewrite_id::text, NULL, NULL, NULL, NULL, values, error_types,
    nullif(details, '{}')::text
FROM corpus_sourcelabel
WHERE trace_id = ANY(%(ids)s::uuid[]) AND (%(source)s = '' OR source = %(source)s)
ORDER BY source COLLATE "C"
"""
_SOURCE_PREFERENCES = """
SELECT choice_id::text, source, comment, rewrite_id::text, NULL, NULL, NULL, NULL, ranking::text
FROM corpus_sourcepreference
WHERE choice_id = ANY(%(ids)s::uuid[]) AND (%(source)s = '' OR source = %(source)s)
ORDER BY source COLLATE "C"
"""

_SCORES = """
SELECT s.key, x.step_id::text, x.value FROM scoring_scorer s JOIN scoring_stepscore x ON x.scorer_id = s.id
WHERE s.project_id = %(project)s AND s.enabled AND s.key = ANY(%(scorers)s) AND x.step_id = ANY(%(ids)s::uuid[])
"""

_REASONING = StepKind.REASONING.value
_SaidRow = tuple[Any, ...]


class _Page(NamedTuple):
    """Rows as they were fetched."""

    refs: list[tuple[int, str, int, int]]
    traces: list[tuple[Any, ...]]
    choices: list[tuple[Any, ...]]
    said: dict[str, dict[str, list[_SaidRow]]]
    parents: dict[str, str | None]
    steps: list[tuple[Any, ...]]
    problems: list[tuple[Any, ...]]
    scores: list[tuple[str, str, float]]

    def characters(self) -> int:
        """About how long the rows will be."""
        of_problem = {row[0]: len(row[2]) + len(row[4] or "") for row in self.problems}
        size = sum(of_problem[row[1]] for rows in (self.traces, self.choices) for row in rows)
        for row in self.traces:
            size += sum(map(len, filter(None, row[-1]))) if row[-1] else 0
        return size + sum(len(row[2]) for row in self.steps)


class Reader:
    """Reads what one export is of. Of two threads, one fetches rows, the other makes items of them."""

    def __init__(self, snapshot: psycopg.Connection, selection: Selection, tally: Tally) -> None:
        self.snapshot = snapshot
        self.selection = selection
        self.format = selection.format
        self.labels = selection.options.labels
        self.scorers = selection.options.scorers
        self.params = selection.params
        self.tally = tally
        self.guidelines: dict[int, int] = {}
        self.schemas: dict[int, int] = {}
        self._names: dict[int, str] = {}
        self._plain = True

    def pages(self) -> Iterator[list[Item]]:
        """Every item once. `tally` is told how many there will be, and at the end of the traces and choices that
        were left out at once.
        """
        self.guidelines = self._versions_of("projects_guideline")
        self.schemas = self._versions_of("projects_labelschema")
        with closing(ahead(self._fetched())) as pages:
            for page in pages:
                self.tally.total = page.refs[0][3]
                yield self._items(page)
        self._count_left_out()

    def _fetched(self) -> Generator["_Page", None, None]:
        size = FIRST_PAGE
        with psycopg.ServerCursor(self.snapshot, f"export_{next(_cursor_number)}") as cursor:
            cursor.execute(self.selection.ordered(), self.params)
            while refs := cursor.fetchmany(size):
                page = self._page(refs)
                # By what was read, not by what becomes of it: the size must not depend on who is faster.
                size = min(MAX_PAGE, 4 * len(refs), max(1, len(refs) * PAGE_CHARACTERS // max(1, page.characters())))
                yield page

    def versions(self) -> dict[str, Any]:
        """The versions in force in this snapshot."""
        row = self._fetch(
            "SELECT (SELECT max(version) FROM projects_guideline WHERE project_id = %(project)s),"
            " (SELECT max(version) FROM projects_labelschema WHERE project_id = %(project)s)"
        )[0]
        return dict(zip(("guidelines", "label_schema"), row, strict=True))

    def _versions_of(self, table: str) -> dict[int, int]:
        return dict(self._fetch(f"SELECT id, version FROM {table} WHERE project_id = %(project)s"))  # noqa: S608

    def _count_left_out(self) -> None:
        for kind, sql in self.selection.left_out().items():
            unlabelled, unmatched, elsewhere = self._fetch(sql)[0]
            self.tally.leave_out(self.selection.why_unlabelled(kind), unlabelled)
            self.tally.leave_out(f"{kind}: not matched by the filter", unmatched)
            self.tally.leave_out(f"{kind}: in another part", elsewhere)

    def _fetch(self, sql: str, **params: Any) -> list[tuple[Any, ...]]:
        # Not the connection's own kind of cursor: Django's puts parameters into the text and reads text back.
        cursor = psycopg.Cursor(self.snapshot)
        return cursor.execute(sql, {**self.params, **params}, binary=True).fetchall()

    def _fetch_keys(self, sql: str, keys: Iterable[str], **params: Any) -> list[tuple[Any, ...]]:
        # One text for all keys: psycopg takes as long to quote a list of them as Postgres to find the rows.
        return self._fetch(sql, ids=f"{{{','.join(keys)}}}", **params)

    def _page(self, refs: list[tuple[int, str, int, int]]) -> "_Page":
        """All rows that belong to these items. Nothing here touches what the other thread works on."""
        kinds = self.format.kinds
        ids = {kind: [key for rank, key, _, _ in refs if kinds[rank] == kind] for kind in kinds}
        traces, choices = (
            self._fetch_keys(sql, ids[kind], plain=self._plain) if ids.get(kind) else []
            for kind, sql in (("trace", _TRACES), ("choice", _CHOICES))
        )
        said = {kind: self._said(kind, keys) for kind, keys in ids.items()}
        parents = self._parents([row[2] for row in choices if row[2]])

        needed = set(parents)
        for row in traces:
            path, texts = row[2], row[-1]
            if texts is None:
                needed.update(path)
            elif None in texts:
                needed.update(step for step, text in zip(path, texts, strict=True) if text is None)
        # Where most steps are more than a text, asking for their texts beside them is for nothing.
        self._plain = self._plain and 4 * len(needed) < sum(len(row[2]) for row in traces) + 4
        for row in choices:
            needed.update(row[3])
        for rows in (rows for of_kind in said.values() for rows in of_kind.values()):
            needed.update(row[3] for row in rows if row[3])
        steps = self._fetch_keys(_STEPS, needed) if needed else []
        problems = self._fetch_keys(_PROBLEMS, {row[1] for rows in (traces, choices) for row in rows})
        nodes = {step for row in traces for step in row[2]} | {step for row in choices for step in row[3]} | {*parents}
        scores = self._fetch_keys(_SCORES, nodes, scorers=self.scorers) if self.scorers and nodes else []
        return _Page(refs, traces, choices, said, parents, steps, problems, scores)

    def _items(self, page: "_Page") -> list[Item]:
        steps = {r[0]: Step(r[0], r[1], r[2], _raw(r[3]), _raw(r[4])) for r in page.steps}
        problems = {row[0]: Problem(*row[:5], *map(_raw, row[5:])) for row in page.problems}
        rows = {row[0]: row for some in (page.traces, page.choices) for row in some}
        known: dict[str, dict[str, float]] = {}
        for scorer, step, value in page.scores:
            known.setdefault(scorer, {})[step] = value
        items: list[Item] = []
        for rank, key, lot, _ in page.refs:
            kind = self.format.kinds[rank]
            said = page.said[kind].get(key, [])
            if kind == "trace":
                items.append(self._trace(rows[key], lot, problems, steps, said))
            else:
                items.append(self._choice(rows[key], lot, problems, steps, page.parents, said))
            if known:
                items[-1].known = known
        return items

    def _said(self, kind: str, ids: list[str]) -> dict[str, list[_SaidRow]]:
        if not ids:
            return {}
        if self.labels == IMPORTED:
            sql = _SOURCE_LABELS if kind == "trace" else _SOURCE_PREFERENCES
        else:
            answer = f'j."values", j.error_types, {_DETAILS}' if kind == "trace" else "j.ranking::text"
            sql = _JUDGED.format(kind=kind, answer=answer, standing=self.selection.standing())
        of: dict[str, list[_SaidRow]] = defaultdict(list)
        rows = self._fetch_keys(sql, ids)
        if self.labels != IMPORTED:
            if missing := {row[1] for row in rows} - self._names.keys():
                self._names.update(self._fetch(_NAMES, people=list(missing)))
            names = self._names
            rows.sort(key=lambda row: names[row[1]])
        for row in rows:
            of[row[0]].append(row)
        return of

    def _parents(self, prefixes: list[str]) -> dict[str, str | None]:
        """The step before each step of these prefixes."""
        return dict(self._fetch_keys(_PARENTS, prefixes)) if prefixes else {}

    def _trace(
        self,
        row: tuple[Any, ...],
        lot: int,
        problems: dict[str, Problem],
        steps: dict[str, Step],
        said: list[_SaidRow],
    ) -> TraceItem:
        key, problem, path, external_id, generator, answer, correct, metadata, step_metadata, scores, digest = row[:11]
        version, tags, premises, values, texts = row[11:]
        labels = [self._label(r, steps) for r in said]
        if texts is None:
            path = [steps[step] for step in path]
        elif None not in texts:
            path = list(map(Step, path, repeat(_REASONING), texts))
        else:
            path = [
                steps[step] if text is None else Step(step, _REASONING, text)
                for step, text in zip(path, texts, strict=True)
            ]
        return TraceItem(
            problem=problems[problem],
            id=key,
            external_id=external_id,
            steps=path,
            generator=generator,
            answer=answer,
            correct=correct,
            metadata=_raw(metadata),
            step_metadata=[r if r != _NULL else None for r in _raws.decode(step_metadata)] if step_metadata else None,
            scores=_raw(scores),
            version=version,
            tags=tags,
            premises=_premises.decode(premises) if premises else None,
            values=_raw(values),
            said=self._standing(labels),
            digest=digest,
            lot=lot,
        )

    def _choice(
        self,
        row: tuple[Any, ...],
        lot: int,
        problems: dict[str, Problem],
        steps: dict[str, Step],
        parents: dict[str, str | None],
        said: list[_SaidRow],
    ) -> ChoiceItem:
        key, problem, prefix, candidates, info, external_id, metadata, digest, version, tags, prefix_info = row
        place: dict[int | str, int] = {c: i for i, c in enumerate(candidates)}
        path = []
        while prefix is not None:
            path.append(steps[prefix])
            prefix = parents[prefix]
        rankings = []
        for r in said:
            # What came with the data names candidates by index, people's by key.
            groups = [[c if isinstance(c, int) else place[c] for c in group] for group in _rankings.decode(r[8])]
            rankings.append(Ranking(**self._common(r, steps), groups=completed(groups, len(candidates))))
        return ChoiceItem(
            problem=problems[problem],
            id=key,
            external_id=external_id,
            prefix=path[::-1],
            candidates=[steps[c] for c in candidates],
            info=_infos.decode(info),
            version=version,
            tags=tags,
            prefix_info=_infos.decode(prefix_info) if prefix_info else None,
            metadata=_raw(metadata),
            said=self._standing(rankings),
            digest=digest,
            lot=lot,
        )

    def _label(self, row: _SaidRow, steps: dict[str, Step]) -> Label:
        # Written out, since there are more of these than of anything else.
        _, who, comment, rewrite, said_at, active_ms, guideline, schema, values, error_types, details = row
        if self.labels == IMPORTED:
            return Label(**self._common(row, steps), values=values, error_types=error_types, details=_raw(details))
        who = self._names[who]
        return Label(
            by=f"person:{who}",
            comment=comment,
            rewrites=[steps[rewrite]] if rewrite else [],
            said_at=said_at,
            active_ms=active_ms,
            who=who,
            guidelines=self.guidelines.get(guideline),
            schema=self.schemas.get(schema),
            values=values,
            error_types=error_types,
            details=_raw(details),
        )

    def _standing(self, said: list[Any]) -> list[Any]:
        if len(said) > 1 and self.labels != IMPORTED:
            self.tally.agreement.see(said)
        if self.labels != RESOLVED or not said:
            return said
        resolved = resolve(said)
        if resolved is None:
            self.tally.leave_out("unresolved")
            return []
        return [resolved]

    def _common(self, row: _SaidRow, steps: dict[str, Step]) -> dict[str, Any]:
        _, by, comment, rewrite, said_at, active_ms, guideline, schema = row[:8]
        imported = self.labels == IMPORTED
        if not imported:
            by = self._names[by]
        return {
            "by": by if imported else f"person:{by}",
            "comment": comment,
            "rewrites": [steps[rewrite]] if rewrite else [],
            "said_at": said_at,
            "active_ms": active_ms,
            "who": "" if imported else by,
            "guidelines": self.guidelines.get(guideline),
            "schema": self.schemas.get(schema),
        }


_NULL = Raw(b"null")


def _raw(text: str | None) -> Raw | None:
    return None if text is None or text == "{}" else Raw(text.encode())
