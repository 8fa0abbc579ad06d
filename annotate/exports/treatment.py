"""What the options make of labels before a format sees them. Pure: an item in, items out.

A format that writes a row for each judgement gets each in an item of its own where something is to be done
with it; otherwise the item goes through as it is.
"""

import operator
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from msgspec.structs import replace

from annotate.exports.items import BAD, GOOD, NEUTRAL, Item, Label, Step, TraceItem
from annotate.exports.options import (
    ALL,
    AS_BAD,
    AS_GOOD,
    AS_SAID,
    AS_WRONG,
    DROP,
    SOFT,
    TRUNCATE,
    Options,
)
from annotate.exports.votes import answer_of, softened

_NEUTRAL_AS = {DROP: None, AS_GOOD: GOOD, AS_BAD: BAD}


def units(item: Item, options: Options, *, alone: bool) -> Iterable[Item]:
    """What the format is to turn into rows, one after the other. `alone`: one judgement in each."""
    after = options.after_first_error
    if isinstance(item, TraceItem) and (options.neutral in _NEUTRAL_AS or after not in ("", AS_SAID)):
        if after == TRUNCATE and options.labels != SOFT:
            return [_cut(item, label, treated(label, item.steps, options)) for label in item.said]
        said = [treated(label, item.steps, options) for label in item.said]
        if not all(map(operator.is_, said, item.said)):
            item = replace(item, said=said)
    if options.labels == SOFT and isinstance(item, TraceItem) and (soft := softened(item.said)):
        return (replace(item, said=[soft]),)
    if alone:
        return [replace(item, said=[one]) for one in _counted(item, options)] or (item,)
    return (item,)


def _counted(item: Item, options: Options) -> Sequence[Any]:
    """Of every vote, how many there are beside it, and how many say the same."""
    if options.labels != ALL or not item.said:
        return item.said
    answers = Counter(answer_of(one) for one in item.said)
    return [replace(one, votes=len(item.said), alike=answers[answer_of(one)], of=item.id) for one in item.said]


def treated(label: Label, steps: list[Step], options: Options) -> Label:
    """The label with `after_first_error` and then `neutral` done to its values: the first error is the first
    step that was said to be wrong, whatever neutral counts as.
    """
    values = label.values
    if options.after_first_error not in ("", AS_SAID) and BAD in values:
        wrong = values.index(BAD) + 1
        if options.after_first_error == AS_WRONG:
            values = values[:wrong] + [BAD if step.judged else None for step in steps[wrong:]]
        elif values[wrong:].count(None) != len(values) - wrong:
            values = values[:wrong] + [None] * (len(values) - wrong)
    if options.neutral in _NEUTRAL_AS and NEUTRAL in values:
        instead = _NEUTRAL_AS[options.neutral]
        values = [instead if value == NEUTRAL else value for value in values]
    if values is label.values:
        return label
    return replace(label, values=values, as_said=label.values, shares=None)


def _cut(item: TraceItem, before: Label, label: Label) -> TraceItem:
    """With the first wrong step as the last."""
    if BAD not in before.values:
        return replace(item, said=[label])
    end = before.values.index(BAD) + 1
    return replace(
        item,
        steps=item.steps[:end],
        step_metadata=item.step_metadata[:end] if item.step_metadata else None,
        said=[replace(label, values=label.values[:end])],
    )
