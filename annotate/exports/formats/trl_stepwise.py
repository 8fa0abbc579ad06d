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

from annotate.corpus.models import StepValue
from annotate.exports.formats.base import Format
from annotate.exports.items import GOOD, Item, TraceItem
from annotate.exports.tally import Tally

SEPARATOR = "\n"


class Row(Struct):
    prompt: str
    completions: list[str]
    labels: list[bool]


def rows(item: Item, tally: Tally) -> Iterator[Row]:
    assert isinstance(item, TraceItem)  # noqa: S101
    for said in item.said:
        completions: list[str] = []
        labels: list[bool] = []
        context = ""
        for step, value in zip(item.steps, said.values, strict=True):
            if not step.judged:
                context += step.text + SEPARATOR
            elif value is None or value == StepValue.UNSURE:
                break
            else:
                completions.append(context + step.text)
                labels.append(value == GOOD)
                context = ""
        if not labels:
            tally.leave_out("partial")
            continue
        tally.use(item, said)
        yield Row(item.problem.statement, completions, labels)


FORMAT = Format(
    "trl-stepwise", "TRL stepwise supervision, for PRMTrainer", start=lambda project: rows, imports_back=True
)
