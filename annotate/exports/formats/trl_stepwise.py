"""TRL's stepwise supervision, for its PRMTrainer: `{"prompt": text, "completions": [text], "labels":
[bool]}`.

One row for each label. The row ends where the labels end: with the first wrong step, if that is all that
was marked (nothing is made up for the steps after it), otherwise before the first step that is not labelled
or labelled "unsure". A neutral step is `false`, as in TRL's own conversion of PRM800K: `true` means that
the step is right and leads on.

An observation carries no label, but a step can't be understood without it: its text stands before the next
step's, in the same completion, with TRL's own separator (a line break) between them. Observations at the
end are dropped. TRL puts its separator behind each completion and the label on it, so line breaks within steps do no
harm in training; who cuts answers at the separator later should take one that no step holds, as `step_separator`.

With `labels=soft` a label is the share of votes in [0, 1] that call the step good. TRL's own trainer makes
whole numbers of labels, so 0.9 would be 0 there: soft labels are for trainers that take them.

Left out: labels that don't label the first step ("partial"). Not carried: choices; ids; generator; answers
and the reference; kinds of steps; error types, comments, rewrites; who said it.
"""

from collections.abc import Iterator

from msgspec import Struct

from annotate.exports import options as o
from annotate.exports.formats.base import Format, start_with
from annotate.exports.items import GOOD, Item, TraceItem
from annotate.exports.stretch import labelled_start
from annotate.exports.tally import Tally


class Row(Struct, gc=False):
    prompt: str
    completions: list[str]
    labels: list[bool]


class SoftRow(Struct, gc=False):
    prompt: str
    completions: list[str]
    labels: list[float]


def rows(item: Item, tally: Tally) -> Iterator[Row | SoftRow]:
    assert isinstance(item, TraceItem)  # noqa: S101
    for said in item.said:
        labelled = labelled_start(item.steps, said.values if said.shares is None else said.shares)
        if not labelled:
            tally.leave_out("partial")
            continue
        tally.use(item, said)
        completions = [text for text, _ in labelled]
        if said.shares is not None:
            yield SoftRow(item.problem.statement, completions, [share for _, share in labelled])
        else:
            yield Row(item.problem.statement, completions, [value == GOOD for _, value in labelled])


FORMAT = Format(
    "trl-stepwise",
    "TRL stepwise supervision, for PRMTrainer",
    start=start_with(rows),
    rows=(Row,),
    soft_rows=(SoftRow,),
    labels=(o.RESOLVED, o.IMPORTED, o.ALL, o.ANNOTATOR, o.SOFT),
    neutral=(o.AS_BAD, o.AS_GOOD, o.DROP),
    after_first_error=(o.AS_SAID, o.UNLABELLED, o.TRUNCATE, o.AS_WRONG),
    imports_back=True,
)
