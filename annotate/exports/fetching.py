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
_PROBLEM = 1  # the column of a trace
_MORE, _LENGTH = 3, 4  # the columns of paths
_REWRITE = 3  # the column of what was said


Ref = tuple[int, str, int, int, str]


class Page(NamedTuple):
    """What was fetched. `refs`: rank of the kind, key, lot, how many there are in all, and place; `paths`: the steps of
    all traces; `said`: by kind; `chances`: by key of a trace or choice, if provenance is asked for.
    """

    refs: list[Ref]
    traces: Asked | None
    paths: Asked | None
    choices: list[tuple[Any, ...]]
    said: dict[str, Asked]
    parents: dict[str, str | None]
    steps: list[tuple[Any, ...]]
    problems: list[tuple[Any, ...]]
    scores: list[tuple[str, str, float]]
    chances: dict[str, float]


class Fetcher:
    """Fetches what one export is of, and leaves making objects of most of it to whoever needs them."""

    def __init__(self, snapshot: psycopg.Connection, selection: Selection) -> None:
        self.snapshot = snapshot
        self.selection = selection
        self.params = selection.params
        self._kinds = selection.format.kinds
        self._prepared: dict[str, bytes] = {}
        self._named = selection.format.nodes or bool(selection.options.scorers)
        self._paths = q.PATHS.format(ids="array_agg(id::text)" if self._named else "NULL::text[]")

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
        return self.fetch(sql, ids=_array(keys), **params)

    def _asked(self, sql: str, keys: Iterable[str]) -> Asked:
        return Asked(self.snapshot, sql, {**self.params, "ids": _array(keys)}, self._prepared)

    def _page(self, refs: list[Ref]) -> tuple[Page, int]:
        """All that belongs to these items, and about how long their rows will be."""
        of = {kind: some for i, kind in enumerate(self._kinds) if (some := [ref for ref in refs if ref[0] == i])}
        places = {kind: [ref[-1] for ref in some] for kind, some in of.items()}
        traces = self._asked(q.TRACES, places["trace"]) if "trace" in of else None
        paths = self._asked(self._paths, places["trace"]) if "trace" in of else None
        choices = self.by_key(q.CHOICES, places["choice"]) if "choice" in of else []
        keys = {kind: [ref[1] for ref in some] for kind, some in of.items()}
        said = {kind: self._said(kind, some) for kind, some in keys.items()}
        prefixes = [row[2] for row in choices if row[2]]
        parents = dict(self.by_key(q.PARENTS, prefixes)) if prefixes else {}

        needed = {*parents}.union(*(row[3] for row in choices))
        needed.update(key.decode() for asked in said.values() for key in asked.column(_REWRITE) if key)
        named: set[str] = set()
        if paths and (self._named or paths.column(_MORE)[0]):
            _, _, ids, more, _ = paths.rows()[0]
            needed.update(more or ())
            named.update(ids or ())
        steps = self.by_key(q.STEPS, needed) if needed else []
        owners = [key.decode() for key in traces.column(_PROBLEM) if key] if traces else []
        owners += [row[1] for row in choices]
        problems = self.by_key(q.PROBLEMS, {*owners})
        nodes = {*parents}.union(named, *(row[3] for row in choices))
        scores, chances = self._scores(nodes), self._chances(keys)
        page = Page(refs, traces, paths, choices, said, parents, steps, problems, scores, chances)

        of_problem = {row[0]: len(row[2]) + len(row[4] or "") for row in problems}
        of_paths = int(paths.column(_LENGTH)[0] or 0) if paths else 0
        length = of_paths + sum(len(row[2]) for row in steps) + sum(of_problem[key] for key in owners)
        return page, length

    def _said(self, kind: str, keys: list[str]) -> Asked:
        if self.selection.options.labels == IMPORTED:
            return self._asked(q.SOURCE_LABELS if kind == "trace" else q.SOURCE_PREFERENCES, keys)
        answer = q.OF_TRACE if kind == "trace" else q.OF_CHOICE
        return self._asked(q.JUDGED.format(kind=kind, answer=answer, standing=self.selection.standing()), keys)

    def _scores(self, nodes: set[str]) -> list[tuple[str, str, float]]:
        scorers = self.selection.options.scorers
        return self.by_key(q.SCORES, nodes, scorers=scorers) if scorers and nodes else []

    def _chances(self, keys: dict[str, list[str]]) -> dict[str, float]:
        if not self.selection.options.provenance:
            return {}
        return dict(row for kind, some in keys.items() for row in self.by_key(q.CHANCES.format(kind=kind), some))


def _array(keys: Iterable[str]) -> str:
    inside = '","'.join(keys)
    return f'{{"{inside}"}}' if inside else "{}"
