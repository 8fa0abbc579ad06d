"""Walks as datasets see them: the way that somebody went is a trace with its ratings, each depth a choice.

So every format has what it can use of a walk, and the trace's label holds all of it as `details.walk`:
`{"finish", "reason", "steps": [{"alternatives": [{"text", "kind", "value"}], "chosen": index, "written": text}]}`.
Labels that came with PRM800K hold the same, and whether a completion (of `written`: the step) is `flagged`.
An alternative that nobody went on with is in the trace only at the end of a walk that is stuck: the first wrong one.

Each walk stands by itself, also where labels are resolved: two people who went different ways don't contradict each
other. Nothing is rated in a step that somebody wrote themselves. Walks come behind the other items of their problem, or
behind all others where a format is not written problem by problem; sorted by problem and by name.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Raw, Struct

from annotate.core.digests import digest
from annotate.exports import queries as q
from annotate.exports.items import (
    BAD,
    UNSURE,
    ChoiceItem,
    Item,
    Label,
    Problem,
    Ranking,
    Step,
    TraceItem,
    problems_of,
    steps_of,
)
from annotate.exports.options import IMPORTED
from annotate.exports.tally import Tally

if TYPE_CHECKING:  # formats are made of this, and these two of formats
    from annotate.exports.fetching import Fetcher
    from annotate.exports.selecting import Selection

PAGE = 200
WITHOUT_STEPS = ("prm800k",)
"""Formats that have a place for a walk in which no step was taken."""

_WALKS = """
SELECT j.id, j.problem_id::text, u.username, j.comment,
    to_char(j.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), j.active_ms, g.version, s.version,
    j.walk::text, {lot}
FROM labeling_judgement j JOIN accounts_user u ON u.id = j.annotator_id
JOIN corpus_problem p ON p.id = j.problem_id JOIN projects_guideline g ON g.id = j.guideline_id
JOIN projects_labelschema s ON s.id = j.label_schema_id
WHERE j.id = ANY(%(walks)s)
"""


class Rating(Struct):
    step: str
    value: int | None


class Depth(Struct):
    ratings: list[Rating]
    chosen: str | None
    written: str | None


class Walk(Struct):
    finish: str
    steps: list[Depth]
    reason: str = ""


class Alternative(Struct, omit_defaults=True):
    text: str
    kind: str = "reasoning"
    value: int | None = None
    flagged: bool | None = None


class ToldDepth(Struct, omit_defaults=True):
    alternatives: list[Alternative]
    chosen: int | None = None
    written: str | None = None
    flagged: bool | None = None


class ToldWalk(Struct, omit_defaults=True):
    """As a label's `details.walk`."""

    finish: str
    steps: list[ToldDepth]
    reason: str = ""


class _Details(Struct):
    walk: ToldWalk | None = None


_decode = msgspec.json.Decoder(Walk).decode
_told = msgspec.json.Decoder(_Details).decode


def walk_in(label: Label) -> ToldWalk | None:
    """The walk that a label is of, if it is of one."""
    if label.details is None or b'"walk"' not in bytes(label.details):
        return None
    try:
        return _told(label.details).walk
    except msgspec.ValidationError:  # a source's own thing of that name
        return None


def walks_asked(fetcher: "Fetcher", selection: "Selection") -> list[int]:
    """The keys of all walks that are asked for, in canonical order."""
    if selection.options.labels == IMPORTED:
        return []
    return [key for (key,) in fetcher.fetch(selection.walks())]


def walk_pages(fetcher: "Fetcher", selection: "Selection", walks: list[int], tally: Tally) -> Iterator[list[Item]]:
    """The items of these walks."""
    for start in range(0, len(walks), PAGE):
        items = _page(fetcher, selection, walks[start : start + PAGE], tally)
        tally.total += len(items)
        if items:
            yield items


def _page(fetcher: "Fetcher", selection: "Selection", keys: list[int], tally: Tally) -> list[Item]:
    rows = fetcher.fetch(_WALKS.format(lot=selection.lot()), walks=keys)
    rows.sort(key=lambda row: keys.index(row[0]))
    walks = [_decode(row[8]) for row in rows]
    named = {r.step for walk in walks for one in walk.steps for r in one.ratings}
    named |= {one.written for walk in walks for one in walk.steps if one.written}
    steps = steps_of(fetcher.by_key(q.STEPS, named))
    problems = problems_of(fetcher.by_key(q.PROBLEMS, {row[1] for row in rows}))
    items: list[Item] = []
    for row, walk in zip(rows, walks, strict=True):
        found = _items(row, walk, problems[row[1]], steps, selection.format.name in WITHOUT_STEPS)
        items += (
            item for item in found if ("trace" if isinstance(item, TraceItem) else "choice") in selection.format.kinds
        )
        if not found:
            tally.leave_out("walk: no step")
    return items


def _items(
    row: tuple[Any, ...], walk: Walk, problem: Problem, steps: dict[str, Step], empty_too: bool
) -> list[TraceItem | ChoiceItem]:
    _, _, who, comment, said_at, active_ms, guidelines, schema, _, lot = row
    said = {
        "by": f"person:{who}",
        "comment": comment,
        "said_at": said_at,
        "active_ms": active_ms,
        "who": who,
        "guidelines": guidelines,
        "schema": schema,
    }
    own = digest([problem.statement.encode()]).hex()[:16] if problem.external_id is None else problem.external_id
    name = f"walk:{own}:{who}"
    path: list[Step] = []
    values: list[int | None] = []
    choices: list[TraceItem | ChoiceItem] = []
    for depth, one in enumerate(walk.steps):
        if choice := _choice(one, path, problem, steps, f"{name}:{depth}", lot, said):
            choices.append(choice)
        taken = one.chosen or one.written
        rated = {r.step: r.value for r in one.ratings}
        if taken is None and walk.finish == "stuck":
            taken = next((step for step, value in rated.items() if value == BAD), None)
        if taken is None:
            break
        path.append(steps[taken])
        values.append(rated.get(taken))
    if not path and not empty_too:
        return choices
    details = Raw(msgspec.json.encode({"walk": _told_walk(walk, steps)}))
    trace = TraceItem(
        problem=problem,
        id=name,
        external_id=name,
        steps=path,
        generator="",
        answer=None,
        correct=None,
        metadata=None,
        step_metadata=None,
        scores=None,
        said=[Label(**said, values=values, details=details)],
        lot=lot,
    )
    return [trace, *choices]


def _choice(
    one: Depth, path: list[Step], problem: Problem, steps: dict[str, Step], name: str, lot: int, said: dict[str, Any]
) -> ChoiceItem | None:
    rated = {r.step: r.value for r in one.ratings if r.value is not None and r.value != UNSURE}
    if len(rated) < 2:
        return None
    order = list(rated)
    groups = [
        [i for i, step in enumerate(order) if rated[step] == value]
        for value in sorted(set(rated.values()), reverse=True)
    ]
    if len(groups) == 1 and set(rated.values()) == {BAD}:
        groups = []
    return ChoiceItem(
        problem=problem,
        id=name,
        external_id=name,
        prefix=list(path),
        candidates=[steps[step] for step in order],
        info=[{} for _ in order],
        metadata=None,
        said=[Ranking(**{**said, "comment": ""}, groups=groups, rewrites=[steps[one.written]] if one.written else [])],
        lot=lot,
    )


def _told_walk(walk: Walk, steps: dict[str, Step]) -> ToldWalk:
    told = [
        ToldDepth(
            alternatives=[Alternative(steps[r.step].text, steps[r.step].kind, r.value) for r in one.ratings],
            chosen=next((i for i, r in enumerate(one.ratings) if r.step == one.chosen), None),
            written=steps[one.written].text if one.written else None,
        )
        for one in walk.steps
    ]
    return ToldWalk(walk.finish, told, walk.reason)
