"""ProcessBench (Zheng et al., 2024): a JSON array of solutions, each with the earliest wrong step.

`{"id", "generator", "problem", "steps": [text], "final_answer_correct", "label"}`; `label` is a 0-based
index, -1 where no step is wrong. One element for each label.

Left out: labels that don't tell the earliest wrong step ("partial": a step before it, or any step of a
trace without a wrong one, is not labelled or labelled "unsure"). Not carried: choices; kinds of steps; the
problem's id, answer and solution; what was said about steps after the first wrong one; neutral (counts as
not wrong); error types, comments, rewrites; who said it. `final_answer_correct` is null where the data
never said. A trace without an id of its own gets one made from its content.
"""

from collections.abc import Iterator

from msgspec import Struct

from annotate.exports import options as o
from annotate.exports.formats.base import Format, start_with
from annotate.exports.items import Item, TraceItem, first_error
from annotate.exports.tally import Tally


class Row(Struct, gc=False):
    id: str
    generator: str
    problem: str
    steps: list[str]
    final_answer_correct: bool | None
    label: int


def rows(item: Item, tally: Tally) -> Iterator[Row]:
    assert isinstance(item, TraceItem)  # noqa: S101
    for label in item.said:
        wrong = first_error(item.steps, label.values)
        if wrong is None:
            tally.leave_out("partial")
            continue
        tally.use(item, label)
        yield Row(
            id=item.key,
            generator=item.generator,
            problem=item.problem.statement,
            steps=[step.text for step in item.steps],
            final_answer_correct=item.correct,
            label=wrong,
        )


FORMAT = Format(
    "processbench",
    "ProcessBench: solutions with the earliest wrong step",
    start=start_with(rows),
    nodes=False,
    rows=(Row,),
    neutral=(o.AS_GOOD, o.AS_BAD, o.DROP),
    after_first_error=(o.UNLABELLED, o.TRUNCATE),
    containers=(o.JSON, o.NDJSON, o.PARQUET, o.HF),
    imports_back=True,
)
