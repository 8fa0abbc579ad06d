"""What an export is of, fetched page by page in canonical order.

The order depends on content only (external ids first), never on when something was imported or by which
plan it was read. One server-side cursor walks it; for each page, what belongs to it is fetched by key, each
step and problem once however many traces share it.
"""

from collections.abc import Generator, Iterable
from itertools import count
from typing import Any, NamedTuple

import psycopg

from annotate.exports import queries as q
from annotate.exports.asked import Asked
from annotate.exports.options import IMPORTED
from annotate.exports.selecting import Selection

FIRST_PAGE = 100
MAX_PAGE = 1000
PAGE_CHARACTERS = 1024 * 1024

_cursor_number = count()
_HAS_NULLS = slice(4, 8)  # of an array as Postgres sends it: whether any of its elements is null
_ALL_THERE = b"\0\0\0\0"
REWRITE = 3  # the column of what was said


class Page(NamedTuple):
    """What was fetched. `refs`: rank of the kind, key, lot and how many there are in all; `said`: by kind."""

    refs: list[tuple[int, str, int, int]]
    traces: Asked | None
    choices: list[tuple[Any, ...]]
    said: dict[str, Asked]
    parents: dict[str, str | None]
    steps: list[tuple[Any, ...]]
    problems: list[tuple[Any, ...]]
    scores: list[tuple[str, str, float]]


class Fetcher:
    """Fetches what one export is of, and leaves making objects of most of it to whoever needs them."""

    def __init__(self, snapshot: psycopg.Connection, selection: Selection) -> None:
        self.snapshot = snapshot
        self.selection = selection
        self.params = selection.params
        self._kinds = selection.format.kinds
        self._plain = True
        self._keys = selection.format.nodes or bool(selection.options.scorers)

    def pages(self) -> Generator[Page, None, None]:
        size = FIRST_PAGE
        with psycopg.ServerCursor(self.snapshot, f"export_{next(_cursor_number)}") as cursor:
            cursor.execute(self.selection.ordered(), self.params)
            while refs := cursor.fetchmany(size):
                page, characters = self._page(refs)
                # By what was read, not by what becomes of it: the size must not depend on who is faster.
                size = min(MAX_PAGE, 4 * len(refs), max(1, len(refs) * PAGE_CHARACTERS // max(1, characters)))
                yield page

    def fetch(self, sql: str, **params: Any) -> list[tuple[Any, ...]]:
        # Not the connection's own kind of cursor: Django's puts parameters into the text and reads text back.
        cursor = psycopg.Cursor(self.snapshot)
        return cursor.execute(sql, {**self.params, **params}, binary=True).fetchall()

    def by_key(self, sql: str, keys: Iterable[str], **params: Any) -> list[tuple[Any, ...]]:
        # One text for all keys: psycopg takes as long to quote a list of them as Postgres to find the rows.
        return self.fetch(sql, ids=f"{{{','.join(keys)}}}", **params)

    def _asked(self, sql: str, keys: Iterable[str], **params: Any) -> Asked:
        return Asked(self.snapshot, sql, {**self.params, **params, "ids": f"{{{','.join(keys)}}}"})

    def _page(self, refs: list[tuple[int, str, int, int]]) -> tuple[Page, int]:
        """All that belongs to these items, and about how long their rows will be."""
        ids = {kind: keys for i, kind in enumerate(self._kinds) if (keys := [r[1] for r in refs if r[0] == i])}
        traces = self._traces(ids["trace"]) if "trace" in ids else None
        choices = self.by_key(q.CHOICES, ids["choice"]) if "choice" in ids else []
        said = {kind: self._said(kind, keys) for kind, keys in ids.items()}
        prefixes = [row[2] for row in choices if row[2]]
        parents = dict(self.by_key(q.PARENTS, prefixes)) if prefixes else {}

        needed, of_texts = self._steps_of(traces)
        needed |= {*parents}.union(*(row[3] for row in choices))
        needed.update(key.decode() for asked in said.values() for key in asked.column(REWRITE) if key)
        steps = self.by_key(q.STEPS, needed) if needed else []
        owners = [key.decode() for key in traces.column(1) if key] if traces else []
        owners += [row[1] for row in choices]
        problems = self.by_key(q.PROBLEMS, {*owners})
        page = Page(refs, traces, choices, said, parents, steps, problems, self._scores(traces, choices, parents))

        of_problem = {row[0]: len(row[2]) + len(row[4] or "") for row in problems}
        of_steps = sum(len(row[2]) for row in steps)
        return page, of_texts + of_steps + sum(of_problem[key] for key in owners)

    def _traces(self, keys: list[str]) -> Asked:
        sql = q.TRACES_WITH_TEXTS if self._plain else q.TRACES
        if self._plain and not self._keys:
            asked = self._asked(sql.format(path="NULL::text[]"), keys)
            if _all_there(asked.column(-1)):
                return asked
            self._keys = True  # others will need them, too
        return self._asked(sql.format(path="path::text[]"), keys)

    def _steps_of(self, traces: Asked | None) -> tuple[set[str], int]:
        """Those steps of traces whose texts did not come with them, and about how long those are that did."""
        needed: set[str] = set()
        if traces is None:
            return needed, 0
        texts = traces.column(-1)
        if not _all_there(texts):
            for row in traces.rows():
                path, own = row[2], row[-1]
                needed.update(
                    path if own is None else [key for key, text in zip(path, own, strict=True) if text is None]
                )
            # Where most steps are more than a text, asking for their texts beside them is for nothing.
            self._plain = self._plain and 4 * len(needed) < sum(len(row[2]) for row in traces.rows()) + 4
        return needed, sum(len(data) for data in texts if data)

    def _said(self, kind: str, keys: list[str]) -> Asked:
        if self.selection.options.labels == IMPORTED:
            return self._asked(q.SOURCE_LABELS if kind == "trace" else q.SOURCE_PREFERENCES, keys)
        answer = f'j."values", j.error_types, {q.DETAILS}' if kind == "trace" else "j.ranking::text"
        return self._asked(q.JUDGED.format(kind=kind, answer=answer, standing=self.selection.standing()), keys)

    def _scores(
        self, traces: Asked | None, choices: list[tuple[Any, ...]], parents: dict[str, str | None]
    ) -> list[tuple[str, str, float]]:
        scorers = self.selection.options.scorers
        if not scorers:
            return []
        nodes = {*parents}.union(*(row[3] for row in choices), *(row[2] for row in (traces.rows() if traces else [])))
        return self.by_key(q.SCORES, nodes, scorers=scorers) if nodes else []


def _all_there(arrays: list[bytes | None]) -> bool:
    return all(data is not None and data[_HAS_NULLS] == _ALL_THERE for data in arrays)
