"""GSM8K's example solutions (Cobbe et al., 2021): a problem, its reference, and each model's solution with whether its
final answer is right.

`{"question", "ground_truth", MODEL: {"solution", "is_correct"}, …}`, one row for each problem. `ground_truth` is the
reference solution, or else the reference answer. MODEL is the generator, "unknown" without one; further solutions of
the same one are "MODEL (2)" and so on. `is_correct` is null where the data never said: what people say of steps is no
word on the final answer, so labels make no difference here.

A solution is the text that it was cut from, to the byte, where it was cut here; otherwise its steps, each on a line.

Not carried: choices; labels; ids; kinds of steps, media. Coming back, what else a row held is gone. In Parquet the
models are a list, `solutions`, since columns have fixed names.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from annotate.corpus.segment import rejoined
from annotate.exports.formats.base import Format, ProblemRows, Takes
from annotate.exports.items import Item, TraceItem
from annotate.exports.options import Options
from annotate.exports.rows import Marked
from annotate.exports.tally import Tally

LINE = "\n"


class Solution(Struct, gc=False):
    is_correct: bool | None
    solution: str


class TableSolution(Struct, gc=False):
    model: str
    is_correct: bool | None
    solution: str


class TableRow(Struct, gc=False):
    question: str
    ground_truth: str | None
    solutions: list[TableSolution]


class _Known(Struct):
    segmented: Any = None


_known = msgspec.json.Decoder(_Known)


def start(project: str, options: Options) -> ProblemRows:
    def rows(items: list[Item], tally: Tally) -> Iterator[Marked]:
        problem = items[0].problem
        row: dict[str, Any] = {"question": problem.statement, "ground_truth": problem.solution or problem.answer}
        for item in items:
            assert isinstance(item, TraceItem)  # noqa: S101
            row[_free(item.generator or "unknown", row)] = Solution(item.correct, _text(item))
        yield Marked(row, said=[])

    return rows


def _free(name: str, taken: dict[str, Any]) -> str:
    found, number = name, 1
    while found in taken:
        number += 1
        found = f"{name} ({number})"
    return found


def _text(item: TraceItem) -> str:
    steps = [step.text for step in item.steps]
    said = _known.decode(item.metadata).segmented if item.metadata is not None else None
    if not isinstance(said, dict):
        return LINE.join(steps)
    try:
        return rejoined(steps, said)
    except (TypeError, ValueError):  # something of the data's own by that name
        return LINE.join(steps)


def _table_row(row: dict[str, Any]) -> TableRow:
    solutions = [
        TableSolution(model, one.is_correct, one.solution) for model, one in row.items() if isinstance(one, Solution)
    ]
    return TableRow(row["question"], row["ground_truth"], solutions)


FORMAT = Format(
    "gsm8k",
    "GSM8K: problems with the solutions of several models, right or wrong",
    start=start,
    nodes=False,
    rows=(TableRow,),
    table=(TableRow, _table_row),
    takes=Takes.EVERYTHING,
    by_problem=True,
    whole_problems=True,
    imports_back=True,
)
