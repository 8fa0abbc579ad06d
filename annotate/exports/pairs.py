"""Preference pairs: what one judgement says about two next steps after the same beginning. Pure.

The same rules as the view behind `labeling.Preference`, for labels of every origin. Ties say nothing of
which is better and make no pair.
"""

from collections.abc import Callable, Iterator

from msgspec import Struct

from annotate.corpus.models import StepValue
from annotate.exports.items import ChoiceItem, Item, Label, Ranking, Step
from annotate.exports.tally import Tally

CHOICE, REWRITE = "choice", "rewrite"


class Pair(Struct):
    """`chosen` is better than `rejected` after `prefix`. `rest`: the steps that followed `rejected` in its
    trace.
    """

    prefix: list[Step]
    chosen: Step
    rejected: Step
    origin: str
    rest: list[Step] = []


def pairs(item: Item, said: Label | Ranking) -> Iterator[Pair]:
    """From a choice: ranked over worse ranked or left out, and a rewrite over every candidate. From a
    trace: the rewrite over the wrong step.
    """
    if isinstance(item, ChoiceItem):
        assert isinstance(said, Ranking)  # noqa: S101
        yield from _of_choice(item, said)
    elif said.rewrites:
        assert isinstance(said, Label)  # noqa: S101
        wrong = said.values.index(StepValue.BAD)
        for rewrite in said.rewrites:
            yield Pair(item.steps[:wrong], rewrite, item.steps[wrong], REWRITE, item.steps[wrong + 1 :])


def each_once() -> Callable[[Item, Tally], Iterator[Pair]]:
    """For one export: the function that gives an item's pairs without those it has given before, and counts
    them. Items must come sorted by problem.
    """
    problem = ""
    seen: set[tuple[str, str]] = set()

    def unseen(item: Item, tally: Tally) -> Iterator[Pair]:
        nonlocal problem
        if item.problem.id != problem:
            # Both steps of a pair are nodes of one problem's tree: no other problem can give the same pair.
            problem = item.problem.id
            seen.clear()
        for said in item.said:
            found = list(pairs(item, said))
            if not found:
                tally.leave_out("no pair")
                continue
            tally.use(item, said)
            for pair in found:
                key = (pair.chosen.id, pair.rejected.id)
                if key in seen:
                    tally.leave_out("the same pair again")
                    continue
                seen.add(key)
                yield pair

    return unseen


def _of_choice(item: ChoiceItem, said: Ranking) -> Iterator[Pair]:
    worse = set(range(len(item.candidates)))
    for group in said.groups:
        worse.difference_update(group)
        for better in group:
            for other in sorted(worse):
                yield Pair(item.prefix, item.candidates[better], item.candidates[other], CHOICE)
    for rewrite in said.rewrites:
        for candidate in item.candidates:
            if candidate.id != rewrite.id:
                yield Pair(item.prefix, rewrite, candidate, REWRITE)
