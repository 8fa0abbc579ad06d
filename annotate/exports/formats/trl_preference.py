"""TRL's preference data, for its DPOTrainer and others, in the standard format: `{"prompt": text, "chosen":
text, "rejected": text}`.

`prompt` is the problem and the steps so far, each on a line of its own, and ends with a line break; `chosen`
and `rejected` are one step each, as they are. TRL puts prompt and answer together without anything between,
so each makes one valid text.

Pairs are those of `step-dpo`: from choices (ranked over worse or left out) and from rewrites (over the wrong
step; in a choice, over every candidate); a pair that several judgements give is one row, two that
contradict each other are both there with `labels=all`.

Left out: ties and none acceptable without a rewrite ("no pair"); first errors without a rewrite ("no
rewrite"). Not carried: what came after a wrong step; the reference; strength; who said it; ids; kinds of
steps.
"""

from collections.abc import Iterator

from msgspec import Struct

from annotate.exports.formats.base import Format, Marked, Rows, Takes
from annotate.exports.items import Item
from annotate.exports.options import Options
from annotate.exports.pairs import each_once
from annotate.exports.stretch import beginning
from annotate.exports.tally import Tally


class Row(Struct, gc=False):
    prompt: str
    chosen: str
    rejected: str


def start(project: str, options: Options) -> Rows:
    pairs = each_once()

    def rows(item: Item, tally: Tally) -> Iterator[Marked]:
        for pair in pairs(item, tally):
            row = Row(beginning(item.problem.statement, pair.prefix), pair.chosen.text, pair.rejected.text)
            yield Marked(row, pair.origin)

    return rows


FORMAT = Format(
    "trl-preference",
    "TRL preferences, for DPOTrainer",
    start=start,
    rows=(Row,),
    kinds=("trace", "choice"),
    takes=Takes.PAIRS,
    by_problem=True,
)
