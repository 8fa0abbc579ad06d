"""MATH-APS (OpenR, after OmegaPRM): all solutions of a problem as one tree, with a value in [0, 1] for each node.

`{"question", "final_answer", "reasoning_steps", "question_id"}`, one row for each problem. In `math-aps-tree`,
`reasoning_steps` is a node `{"text", "mc_value", "children"}` whose root is the question. In `math-aps` it is a list of
`{"solution_prefix", "mc_value"}`: the question and the steps so far in one text, a blank line before each step.

With `scorer`, a value is that scorer's, or what came with the data by this name (`mc` of MATH-APS itself). Otherwise it
is the share of the labels of a step that call it right, among those that call it right or wrong, up to each trace's
first wrong step; with `labels=soft`, of all votes, as far as each goes. What has no value and leads to none is not in
the tree; a node that only leads to some has null. The root's value is the one that came with the data as `mc_value`,
for `scorer=mc`; otherwise null, and no prefix in the flat shape. `question_id` is the one that came with the data, or
null.

Left out: problems without any value ("no value"), and in the tree traces of over 200 steps ("too deep"), which JSON
readers refuse. Not carried: ids; generator; kinds of steps, media; ties; error types, comments, rewrites; who said it.

Coming back, equal nodes at one place are one with the mean of their values. In Parquet the tree is JSON in a text,
since columns can't hold themselves.
"""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from msgspec import Struct

from annotate.exports import options as o
from annotate.exports.formats.base import Format, ProblemRows, Takes, encode_json
from annotate.exports.items import BAD, GOOD, Item, TraceItem
from annotate.exports.options import Options
from annotate.exports.pairs import Tree
from annotate.exports.rows import Marked
from annotate.exports.tally import Tally

SCORER = "mc"
GAP = "\n\n"
MAX_DEPTH = 200


class Prefix(Struct, gc=False):
    solution_prefix: str
    mc_value: float | None


class FlatRow(Struct):
    question: str
    final_answer: str | None
    reasoning_steps: list[Prefix]
    question_id: int | None


class Node(Struct):
    text: str
    mc_value: float | None
    children: list["Node"]


class TreeRow(Struct):
    question: str
    final_answer: str | None
    reasoning_steps: Node
    question_id: int | None


class TableRow(Struct):
    question: str
    final_answer: str | None
    reasoning_steps: str
    question_id: int | None


class _Known(Struct):
    """What came with a trace, whatever it is."""

    question_id: Any = None
    mc_value: Any = None


_known = msgspec.json.Decoder(_Known)
_Below = dict[str, "_Place"]


class _Place(Struct):
    text: str
    value: float | None
    below: _Below


def _start(make: Callable[[Item, Node, _Known], Any], most: int) -> Callable[[str, Options], ProblemRows]:
    def start(project: str, options: Options) -> ProblemRows:
        def rows(items: list[Item], tally: Tally) -> Iterator[Marked]:
            values = Tree(items).values(options.scorer) if options.scorer else _shares(items)
            top: _Below = {}
            for item in items:
                for path in _paths(item):
                    if len(path) > most:
                        tally.leave_out("too deep")
                        continue
                    below = top
                    for step in path:
                        below = below.setdefault(step.id, _Place(step.text, values.get(step.id), {})).below
            told = _told(items)
            own = told.mc_value if options.scorer == SCORER and _is_number(told.mc_value) else None
            root = Node(items[0].problem.statement, own, [node for place in top.values() if (node := _node(place))])
            if root.mc_value is None and not root.children:
                tally.leave_out("no value")
                return
            used = [] if options.scorer else [(item, said) for item in items for said in item.said]
            for item, said in used:
                tally.use(item, said)
            yield Marked(make(items[0], root, told), said=[said for _, said in used])

        return rows

    return start


def _paths(item: Item) -> list[list[Any]]:
    if isinstance(item, TraceItem):
        return [item.steps]
    return [[*item.prefix, candidate] for candidate in item.candidates]


def _shares(items: list[Item]) -> dict[str, float]:
    """By node: the share of labels that call it right."""
    said: dict[str, list[float]] = {}
    for item in items:
        if not isinstance(item, TraceItem):
            continue
        for label in item.said:
            if label.shares is not None:
                for step, share in zip(item.steps, label.shares, strict=True):
                    if share is not None:
                        said.setdefault(step.id, []).append(share)
                continue
            for step, value in zip(item.steps, label.values, strict=True):
                if value in (GOOD, BAD):
                    said.setdefault(step.id, []).append(float(value == GOOD))
                if value == BAD:
                    break
    return {step: sum(votes) / len(votes) for step, votes in said.items()}


def _node(place: _Place) -> Node | None:
    """With what is below it; None where nothing of it has a value. Without recursion, since a trace may be long."""
    # Every place comes before those below it, so in the other direction all children are made before their parents.
    order, todo = [], [place]
    while todo:
        one = todo.pop()
        order.append(one)
        todo += one.below.values()
    made: dict[int, Node | None] = {}
    for one in reversed(order):
        children = [node for below in one.below.values() if (node := made.pop(id(below)))]
        made[id(one)] = Node(one.text, one.value, children) if children or one.value is not None else None
    return made[id(place)]


def _told(items: list[Item]) -> _Known:
    """By the first trace that the data said anything of the kind of."""
    for item in items:
        if isinstance(item, TraceItem) and item.metadata is not None:
            known = _known.decode(item.metadata)
            if known.question_id is not None or known.mc_value is not None:
                return known
    return _Known()


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _id(known: _Known) -> int | None:
    return known.question_id if isinstance(known.question_id, int) else None


def _flat(item: Item, root: Node, known: _Known) -> FlatRow:
    prefixes: list[Prefix] = []
    todo = [(root, "")]
    while todo:
        node, before = todo.pop()
        text = before + node.text
        if node is not root or node.mc_value is not None:
            prefixes.append(Prefix(text, node.mc_value))
        todo += [(child, text + GAP) for child in reversed(node.children)]
    return FlatRow(root.text, item.problem.answer, prefixes, _id(known))


def _tree(item: Item, root: Node, known: _Known) -> TreeRow:
    return TreeRow(root.text, item.problem.answer, root, _id(known))


def _table_row(row: TreeRow) -> TableRow:
    return TableRow(row.question, row.final_answer, encode_json(row.reasoning_steps).decode(), row.question_id)


def _format(name: str, title: str, **more: Any) -> Format:
    return Format(
        name,
        title,
        kinds=("trace", "choice"),
        takes=Takes.EVERYTHING,
        by_problem=True,
        whole_problems=True,
        may_be_scored=True,
        labels=o.LABELS,
        neutral=(o.DROP, o.AS_GOOD, o.AS_BAD),
        **more,
    )


FORMAT = _format(
    "math-aps",
    "MATH-APS: beginnings of solutions, each with a value",
    start=_start(_flat, 10_000),
    rows=(FlatRow,),
    soft_rows=(FlatRow,),
    imports_back=True,
)
TREE = _format(
    "math-aps-tree",
    "MATH-APS: a problem's solutions as a tree with a value for each step",
    start=_start(_tree, MAX_DEPTH),
    rows=(TreeRow,),
    soft_rows=(TreeRow,),
    table=(TableRow, _table_row),
)
