"""Preference pairs: which of two next steps after the same beginning is better, from all that is known of one
problem. Pure.

Where they come from is each pair's origin:

- `choice`: people's choices, ranked over worse ranked or left out. Ties say nothing of which is better.
- `rewrite`: of a trace, over the wrong step that it replaces; of a choice, over every candidate.
- `suggested`: the same, of what everybody who gave it took from the connected model, word for word.
- `siblings`: two next steps after the same beginning, in whatever traces, of which one is called right and the
  other wrong. Only up to each trace's first wrong step; neutral and unsure steps, and steps called both, make none.
- `values`: two next steps of which a scorer rates one higher, by the margin at least. None that goes against a
  label, and none after a step that is called wrong.

What is concluded (`siblings`, `values`) never goes against what somebody said of the two themselves, in a choice or by
a rewrite: neither the other way round, nor of two that were called equally good.
"""

from collections.abc import Callable, Iterator
from itertools import permutations
from typing import Any

import msgspec
from msgspec import Struct, field

from annotate.corpus.models import StepValue
from annotate.exports import options as o
from annotate.exports.items import (
    BAD,
    GOOD,
    ChoiceItem,
    Item,
    Label,
    Ranking,
    Said,
    Step,
    TraceItem,
    first_error,
    is_suggested,
)
from annotate.exports.options import Options
from annotate.exports.rows import Marked, ProblemRows
from annotate.exports.tally import Tally

ROUNDING = 1e-9  # 0.6 is 0.2 more than 0.4, whatever a processor makes of it


class Pair(Struct):
    """`chosen` is better than `rejected` after `prefix`. `at`: the 0-based index of the item that it belongs to.
    `rest`: the steps that followed `rejected` in its trace; `chosen_rest` those that followed `chosen`, where all
    of them are right. `said`: the judgements that it stands on, all that say it in this way.
    """

    at: int
    prefix: list[Step]
    chosen: Step
    rejected: Step
    origin: str
    said: list[Any]
    rest: list[Step] = field(default_factory=list)
    chosen_rest: list[Step] = field(default_factory=list)

    @property
    def parent(self) -> str:
        return self.prefix[-1].id if self.prefix else ""


class Node(Struct):
    """A step in the tree, where it was first seen. `right` and `wrong`: what calls it so, with the item's index."""

    at: int
    step: Step
    prefix: list[Step]
    rest: list[Step]
    right: list[tuple[int, Label]] = field(default_factory=list)
    wrong: list[tuple[int, Label]] = field(default_factory=list)


class Tree:
    """All next steps of one problem, by the node before them ("": the problem itself), as first seen."""

    def __init__(self, items: list[Item]) -> None:
        self.items = items
        self.nodes: dict[str, Node] = {}
        self.after: dict[str, list[Node]] = {}
        self._values: dict[str, dict[str, float]] = {}
        for at, item in enumerate(items):
            if isinstance(item, TraceItem):
                self._add_trace(at, item)
            else:
                for step in item.candidates:
                    self._add(at, item.prefix, step, [])

    def _add_trace(self, at: int, item: TraceItem) -> None:
        for i, step in enumerate(item.steps):
            if step.judged and step.id not in self.nodes:
                self._add(at, item.steps[:i], step, item.steps[i + 1 :])
        for said in item.said:
            for step, value in zip(item.steps, said.values, strict=True):
                if not step.judged:
                    continue
                if value == GOOD:
                    self.nodes[step.id].right.append((at, said))
                elif value == BAD:
                    self.nodes[step.id].wrong.append((at, said))
                    break  # what comes after a wrong step is no example of anything

    def _add(self, at: int, prefix: list[Step], step: Step, rest: list[Step]) -> None:
        if step.id not in self.nodes:
            node = self.nodes[step.id] = Node(at, step, prefix, rest)
            self.after.setdefault(prefix[-1].id if prefix else "", []).append(node)

    def stands(self, prefix: list[Step]) -> bool:
        """Whether nobody calls a step of it wrong."""
        return not any(self.nodes[step.id].wrong for step in prefix if step.id in self.nodes)

    def values(self, scorer: str) -> dict[str, float]:
        """By node: what the scorer says, or else what came with the data under this name."""
        if scorer not in self._values:
            found: dict[str, float] = {}
            for item in self.items:
                for id, value in _given(item, scorer):
                    found.setdefault(id, value)
            for item in self.items:
                found.update(item.known.get(scorer, {}))
            self._values[scorer] = found
        return self._values[scorer]

    def value_before(self, scorer: str, prefix: list[Step]) -> float | None:
        """Of the state that the prefix leads to. The problem itself is worth the mean of its first steps."""
        values = self.values(scorer)
        if prefix:
            return values.get(prefix[-1].id)
        first = [values[node.step.id] for node in self.after.get("", ()) if node.step.id in values]
        return sum(first) / len(first) if first else None


def pairs_of(tree: Tree, options: Options, tally: Tally) -> Iterator[Pair]:
    """Each pair once, under the first of its origins, by item. Counts which judgements were used."""
    direct = [pair for at, item in enumerate(tree.items) for pair in _direct(at, item)]
    found = [pair for pair in direct if pair.origin in options.pairs]
    concluded: list[Pair] = []
    if o.SIBLINGS in options.pairs:
        concluded += _siblings(tree, tally)
    if o.VALUES in options.pairs:
        concluded += _by_value(tree, options, tally)
    other_way = {(pair.rejected.id, pair.chosen.id) for pair in direct}.union(*map(_ties, tree.items))
    for pair in concluded:
        if (pair.chosen.id, pair.rejected.id) in other_way:
            tally.leave_out("goes against a choice")
        else:
            found.append(pair)
    used = {id(said) for pair in found for said in pair.said}
    for item in tree.items:
        for said in item.said:
            if id(said) in used:
                tally.use(item, said)
            else:
                tally.leave_out("no pair")
    once: dict[tuple[str, str], Pair] = {}
    for pair in found:
        first = once.setdefault((pair.chosen.id, pair.rejected.id), pair)
        if first is not pair:
            tally.leave_out("the same pair again")
            if first.origin == pair.origin:
                first.said += pair.said
    yield from sorted(once.values(), key=lambda pair: pair.at)


MakeRow = Callable[[str, Item, Pair, Tree, Options], Any]
"""`row(project, item, pair, tree, options)`: the row of a pair, or a text that says why there is none."""


def start(row: MakeRow) -> Callable[[str, Options], ProblemRows]:
    """For formats of pairs."""

    def started(project: str, options: Options) -> ProblemRows:
        def rows(items: list[Item], tally: Tally) -> Iterator[Marked]:
            tree = Tree(items)
            hard = tree.values(options.hard) if options.hard else {}
            for pair in pairs_of(tree, options, tally):
                same = pair.chosen.text == pair.rejected.text  # they differ in what is no text, such as a picture
                made = "both read the same" if same else row(project, items[pair.at], pair, tree, options)
                if isinstance(made, str):
                    tally.leave_out(made)
                    continue
                group = f"{pair.parent} {pair.origin}"
                yield Marked(made, pair.origin, pair.at, group, hard.get(pair.rejected.id), pair.said)

        return rows

    return started


def _direct(at: int, item: Item) -> Iterator[Pair]:
    """What the judgements of one item say by themselves."""
    for said in item.said:
        if isinstance(item, ChoiceItem):
            assert isinstance(said, Ranking)  # noqa: S101
            yield from _of_choice(at, item, said)
        elif said.rewrites:
            assert isinstance(said, Label)  # noqa: S101
            wrong = said.values.index(StepValue.BAD)
            for rewrite in said.rewrites:
                before, after = item.steps[:wrong], item.steps[wrong + 1 :]
                yield Pair(at, before, rewrite, item.steps[wrong], _origin(said, rewrite), [said], after)


def _of_choice(at: int, item: ChoiceItem, said: Ranking) -> Iterator[Pair]:
    worse = set(range(len(item.candidates)))
    for group in said.groups:
        worse.difference_update(group)
        for better in group:
            for other in sorted(worse):
                yield Pair(at, item.prefix, item.candidates[better], item.candidates[other], o.CHOICE, [said])
    for rewrite in said.rewrites:
        for candidate in item.candidates:
            if candidate.id != rewrite.id:
                yield Pair(at, item.prefix, rewrite, candidate, _origin(said, rewrite), [said])


def _origin(said: Said, rewrite: Step) -> str:
    return o.SUGGESTED if is_suggested(said, rewrite) else o.REWRITE


def _ties(item: Item) -> set[tuple[str, str]]:
    """Any two candidates that somebody called equally good."""
    if isinstance(item, TraceItem):
        return set()
    groups = [group for said in item.said for group in said.groups]
    return {(item.candidates[a].id, item.candidates[b].id) for group in groups for a, b in permutations(group, 2)}


def _siblings(tree: Tree, tally: Tally) -> Iterator[Pair]:
    for nodes in tree.after.values():
        if (both := sum(bool(node.right and node.wrong) for node in nodes)) and tree.stands(nodes[0].prefix):
            tally.leave_out("a step called both right and wrong", both)
        right = [node for node in nodes if node.right and not node.wrong]
        wrong = [node for node in nodes if node.wrong and not node.right]
        if right and wrong and tree.stands(nodes[0].prefix):
            for better in right:
                for worse in wrong:
                    yield _pair(tree, better, worse, o.SIBLINGS)


def _by_value(tree: Tree, options: Options, tally: Tally) -> Iterator[Pair]:
    values = tree.values(options.scorer)
    for nodes in tree.after.values():
        rated = sorted((node for node in nodes if node.step.id in values), key=lambda node: -values[node.step.id])
        if len(rated) < 2 or not tree.stands(nodes[0].prefix):
            continue
        for i, better in enumerate(rated):
            for worse in rated[i + 1 :]:
                if values[better.step.id] - values[worse.step.id] < options.margin - ROUNDING:
                    continue
                if better.wrong or worse.right:
                    tally.leave_out("goes against a label")
                else:
                    yield _pair(tree, better, worse, o.VALUES)


def _pair(tree: Tree, better: Node, worse: Node, origin: str) -> Pair:
    said: list[Said] = []
    if origin == o.SIBLINGS:
        said = list({id(label): label for _, label in (*better.right, *worse.wrong)}.values())
    at = worse.wrong[0][0] if worse.wrong else worse.at
    return Pair(
        max(at, better.at),
        worse.prefix,
        better.step,
        worse.step,
        origin,
        said,
        worse.rest,
        _right_rest(tree, better),
    )


def _right_rest(tree: Tree, node: Node) -> list[Step]:
    """How a trace goes on that is called right from its start to its end."""
    for at, label in node.right:
        item = tree.items[at]
        if isinstance(item, TraceItem) and first_error(item.steps, label.values) == -1:
            return item.steps[len(node.prefix) + 1 :]
    return []


_by_name = msgspec.json.Decoder(dict[str, Any])


def _given(item: Item, name: str) -> Iterator[tuple[str, float]]:
    """Scores and values of this name that came with the data: node and number."""
    if isinstance(item, TraceItem):
        for raw in (item.scores, item.values):
            numbers = _by_name.decode(raw).get(name) if raw is not None else None
            if isinstance(numbers, list):
                for step, one in zip(item.steps, numbers, strict=False):
                    if (number := _number(one)) is not None:
                        yield step.id, number
        return
    for step, info in zip(item.candidates, item.info, strict=True):
        for kind in ("scores", "values"):
            if kind in info and (number := _number(_by_name.decode(info[kind]).get(name))) is not None:
                yield step.id, number


def _number(one: Any) -> float | None:
    value = one.get("value") if isinstance(one, dict) else one
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
