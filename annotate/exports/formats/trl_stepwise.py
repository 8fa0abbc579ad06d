"""TRL's stepwise supervision, for its PRMTrainer: `{"prompt": text, "completions": [text], "labels":
[bool]}`.

One row for each label. The row ends where the labels end: with the first wrong step, if that is all that
was marked (nothing is made up for the steps after it), otherwise before the first step that is not labelled
or labelled "unsure". A neutral step is `false`, as in TRL's own conversion of PRM800K: `true` means that
the step is right and leads on.

An observation carries no label, but a step can't be understood without it: its text stands before the next
step's, in the same completion, with TRL's own separator (a line break) between them. Observations at the
end are dropped.

Left out: labels that don't label the first step ("partial"). Not carried: choices; ids; generator; answers
and the reference; kinds of steps; error types, comments, rewrites; who said it.
"""

from collections.abc import Iterator

from msgspec import Struct

from annotate.exports.formats.base import Format
from annotate.exports.items import GOOD, Item, TraceItem
from annotate.exports.stretch import labelled_start
from annotate.exports.tally import Tally


class Row(Struct):
    prompt: str
    completions: list[str]
    labels: list[bool]


def rows(item: Item, tally: Tally) -> Iterator[Row]:
    assert isinstance(item, TraceItem)  # noqa: S101
    for said in item.said:
        labelled = labelled_start(item.steps, said.values)
        if not labelled:
            tally.leave_out("partial")
            continue
        tally.use(item, said)
        yield Row(
            prompt=item.problem.statement,
            completions=[text for text, _ in labelled],
            labels=[value == GOOD for _, value in labelled],
        )


FORMAT = Format(
    "trl-stepwise", "TRL stepwise supervision, for PRMTrainer", start=lambda project: rows, imports_back=True
)
