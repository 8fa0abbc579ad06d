"""From a snapshot to items, page by page, in canonical order."""

import hashlib
import heapq
import struct
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import chain, islice, repeat
from operator import itemgetter
from typing import Any

import msgspec
import psycopg
from msgspec import Raw

from annotate.corpus.models import StepKind
from annotate.exports.agreeing import asked_beyond
from annotate.exports.ahead import ahead
from annotate.exports.fetching import Fetcher, Page
from annotate.exports.items import (
    ChoiceItem,
    Item,
    Label,
    Problem,
    Ranking,
    Step,
    TraceItem,
    problems_of,
    raw,
    steps_of,
)
from annotate.exports.options import IMPORTED, RESOLVED
from annotate.exports.selecting import Selection
from annotate.exports.tally import Tally
from annotate.exports.votes import completed, resolve
from annotate.exports.walks import PAGE, walk_pages, walks_asked

_infos = msgspec.json.Decoder(list[dict[str, Raw]])
_premises = msgspec.json.Decoder(list[list[int] | None])
_raws = msgspec.json.Decoder(list[Raw])
_rankings = msgspec.json.Decoder(list[list[int | str]])

AT_HAND = 50
"""Items made at once."""

_REASONING = StepKind.REASONING.value
_SaidRow = tuple[Any, ...]


class Reader:
    """Reads what one export is of. Of two threads, one fetches rows, the other makes items of them."""

    def __init__(self, snapshot: psycopg.Connection, selection: Selection, tally: Tally) -> None:
        self.selection = selection
        self.format = selection.format
        self.imported = selection.options.labels == IMPORTED
        self.resolved = selection.options.labels == RESOLVED
        self.tally = tally
        self.guidelines: dict[int, int] = {}
        self.schemas: dict[int, int] = {}
        self._fetcher = Fetcher(snapshot, selection)

    def pages(self) -> Iterator[list[Item]]:
        """Every item once. `tally` is told how many there will be, and of the traces and choices that are left out
        at once.
        """
        self.guidelines = self._versions_of("projects_guideline")
        self.schemas = self._versions_of("projects_labelschema")
        self.tally.agreement.beyond = asked_beyond(
            self._fetcher.fetch(
                "SELECT version, error_types::text, definition::text FROM projects_labelschema"
                " WHERE project_id = %(project)s ORDER BY version DESC"
            )
        )
        self._count_left_out()  # at the start, since a preview may end before the end
        keys = walks_asked(self._fetcher, self.selection)
        walks = walk_pages(self._fetcher, self.selection, keys, self.tally)
        if keys and self.format.by_problem:
            # Both read from the one connection in turns, so none is read ahead.
            with closing(self._fetcher.pages()) as pages:
                yield from _merged(self._read(pages), walks)
            return
        with closing(ahead(self._fetcher.pages())) as pages:
            yield from self._read(pages)
        yield from walks

    def versions(self) -> dict[str, Any]:
        """The versions in force in this snapshot."""
        row = self._fetcher.fetch(
            "SELECT (SELECT max(version) FROM projects_guideline WHERE project_id = %(project)s),"
            " (SELECT max(version) FROM projects_labelschema WHERE project_id = %(project)s)"
        )[0]
        return dict(zip(("guidelines", "label_schema"), row, strict=True))

    def _versions_of(self, table: str) -> dict[int, int]:
        return dict(self._fetcher.fetch(f"SELECT id, version FROM {table} WHERE project_id = %(project)s"))  # noqa: S608

    def _count_left_out(self) -> None:
        for kind, sql in self.selection.left_out().items():
            unlabelled, unmatched, elsewhere = self._fetcher.fetch(sql)[0]
            self.tally.leave_out(self.selection.why_unlabelled(kind), unlabelled)
            self.tally.leave_out(f"{kind}: not matched by the filter", unmatched)
            self.tally.leave_out(f"{kind}: in another part", elsewhere)

    def _read(self, pages: Iterable[Page]) -> Iterator[list[Item]]:
        for number, page in enumerate(pages):
            if number == 0:
                self.tally.total += page.refs[0][3]
            yield from self._items(page)

    def _items(self, page: Page) -> Iterator[list[Item]]:
        """A few at a time: what becomes of them is made, written and gone again while the processor still has them at
        hand.
        """
        steps, problems = steps_of(page.steps), problems_of(page.problems)
        nodes = _nodes(page.paths.rows()[0], steps) if page.paths else {}
        traces = page.traces.rows() if page.traces else []
        rows = {row[0]: row for some in (traces, page.choices) for row in some}
        said: dict[tuple[str, str], list[_SaidRow]] = {}
        for kind, asked in page.said.items():
            for row in asked.rows():
                said.setdefault((kind, row[0]), []).append(row)
        known: dict[str, dict[str, float]] = {}
        for scorer, step, value in page.scores:
            known.setdefault(scorer, {})[step] = value
        items: list[Item] = []
        for rank, key, lot, _, _ in page.refs:
            kind = self.format.kinds[rank]
            of_it = said.get((kind, key), [])
            if kind == "trace":
                items.append(self._trace(rows[key], lot, problems, nodes, steps, of_it))
            else:
                items.append(self._choice(rows[key], lot, problems, steps, page.parents, of_it))
            if known:
                items[-1].known = known
            if page.chances:
                items[-1].probability = page.chances.get(key)
            if len(items) == AT_HAND:
                yield items
                items = []
        if items:
            yield items

    def _trace(
        self,
        row: tuple[Any, ...],
        lot: int,
        problems: dict[str, Problem],
        nodes: dict[bytes, Step],
        steps: dict[str, Step],
        said: list[_SaidRow],
    ) -> TraceItem:
        # In the columns' and the fields' order: with their names it would take four times as long.
        key, problem, path, name, generator, answer, correct, metadata, of_steps, scores, *rest = row
        digest, version, tags, premises, values = rest
        return TraceItem(
            problems[problem],
            key,
            name,
            [nodes[node] for node in _split(path)],
            generator,
            answer,
            correct,
            raw(metadata),
            [r if r != _NULL else None for r in _raws.decode(of_steps)] if of_steps else None,
            raw(scores),
            self._standing([self._label(r, steps) for r in said]),
            version,
            tags,
            _premises.decode(premises) if premises else None,
            raw(values),
            digest,
            lot,
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
            shown = [c if isinstance(c, int) else place[c] for c in r[10]] if r[10] else None
            common = self._common(r, steps)
            groups = completed(groups, len(candidates))
            rankings.append(Ranking(**common, groups=groups, strength=r[9], shown=shown, suggested=r[11]))
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
            metadata=raw(metadata),
            said=self._standing(rankings),
            digest=digest,
            lot=lot,
        )

    def _label(self, row: _SaidRow, steps: dict[str, Step]) -> Label:
        # Written out, since there are more of these than of anything else.
        _, who, comment, rewrite, said_at, active_ms, guideline, schema, values, error_types, details, sure, model = row
        if self.imported:
            common = self._common(row, steps)
            return Label(**common, values=values, error_types=error_types, details=raw(details), confidence=sure)
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
            details=raw(details),
            confidence=sure,
            suggested=model,
        )

    def _standing(self, said: list[Any]) -> list[Any]:
        if len(said) > 1 and not self.imported:
            self.tally.agreement.see(said)
        if not self.resolved or not said:
            return said
        resolved = resolve(said)
        if resolved is None:
            self.tally.leave_out("unresolved")
            return []
        return [resolved]

    def _common(self, row: _SaidRow, steps: dict[str, Step]) -> dict[str, Any]:
        _, by, comment, rewrite, said_at, active_ms, guideline, schema = row[:8]
        return {
            "by": by if self.imported else f"person:{by}",
            "comment": comment,
            "rewrites": [steps[rewrite]] if rewrite else [],
            "said_at": said_at,
            "active_ms": active_ms,
            "who": "" if self.imported else by,
            "guidelines": self.guidelines.get(guideline),
            "schema": self.schemas.get(schema),
        }


_NULL = Raw(b"null")
_HEAD, _LENGTH = 20, b"\0\0\0\x10"  # of an array of keys as Postgres sends it, and of each before its bytes
_key = struct.Struct("20s")


def _split(keys: bytes) -> Iterator[bytes]:
    """The keys in such an array, each with its length in front."""
    return map(itemgetter(0), _key.iter_unpack(keys[_HEAD:]))


def _nodes(row: tuple[Any, ...], steps: dict[str, Step]) -> dict[bytes, Step]:
    """The steps of a page's traces, from what `queries.PATHS` gives: most are a text and no more."""
    keys, texts, ids, more, _ = row
    nodes = dict(zip(_split(keys or b""), map(Step, ids or repeat(""), repeat(_REASONING), texts or ()), strict=False))
    for key in more or ():
        nodes[_LENGTH + bytes.fromhex(key.replace("-", ""))] = steps[key]
    return nodes


def _merged(*sources: Iterable[list[Item]]) -> Iterator[list[Item]]:
    """Of pages that are each sorted by problem; of one problem, the first source's items come first."""
    items = heapq.merge(*map(chain.from_iterable, sources), key=_place)
    while page := list(islice(items, PAGE)):
        yield page


def _place(item: Item) -> tuple[bool, str]:
    """As `selecting` has problems sorted."""
    own = item.problem.external_id
    return (True, hashlib.md5(item.problem.statement.encode()).hexdigest()) if own is None else (False, own)  # noqa: S324
