"""TRL's unpaired preferences, for its KTOTrainer, in the standard format: `{"prompt": text, "completion":
text, "label": bool}`.

One row for each labelled step: `prompt` is the problem and the steps before it, observations too, each on a
line of its own and with a line break at the end; `completion` is the step as it is. A neutral step is
`false`, as in `trl-stepwise`. What several traces share of their beginnings is said once for each label;
where labels contradict each other, both are there.

Nothing is made up: after a first error, and where a step is not labelled or labelled "unsure", there is no
row.

Left out: labels that say nothing of any step ("empty"); steps said before in the same way ("the same step
again"). Not carried: choices, since a better step need not be a good one; ids; generator; answers and the
reference; kinds of steps; error types, comments, rewrites; who said it.
"""

from collections.abc import Iterator

from msgspec import Struct

from annotate.exports import options as o
from annotate.exports.formats.base import Format, Rows
from annotate.exports.items import GOOD, UNSURE, Item, TraceItem
from annotate.exports.options import Options
from annotate.exports.stretch import beginning
from annotate.exports.tally import Tally


class Row(Struct, gc=False):
    prompt: str
    completion: str
    label: bool


def start(project: str, options: Options) -> Rows:
    problem = ""
    seen: set[tuple[str, bool]] = set()

    def rows(item: Item, tally: Tally) -> Iterator[Row]:
        nonlocal problem
        assert isinstance(item, TraceItem)  # noqa: S101
        if item.problem.id != problem:
            # A step is a node of one problem's tree, and stands for all steps before it.
            problem = item.problem.id
            seen.clear()
        for said in item.said:
            labels = {i: v == GOOD for i, v in enumerate(said.values) if v is not None and v != UNSURE}
            if not labels:
                tally.leave_out("empty")
                continue
            tally.use(item, said)
            for i, label in labels.items():
                key = (item.steps[i].id, label)
                if key in seen:
                    tally.leave_out("the same step again")
                    continue
                seen.add(key)
                yield Row(beginning(item.problem.statement, item.steps[:i]), item.steps[i].text, label)

    return rows


FORMAT = Format(
    "trl-unpaired",
    "TRL unpaired preferences, for KTOTrainer",
    start=start,
    rows=(Row,),
    by_problem=True,
    neutral=(o.AS_BAD, o.AS_GOOD, o.DROP),
    after_first_error=(o.AS_SAID, o.UNLABELLED, o.TRUNCATE, o.AS_WRONG),
)
