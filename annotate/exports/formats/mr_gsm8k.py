"""MR-GSM8K (Zeng et al., 2023): graded solutions with the first wrong step and the reason.

`model_output_solution_first_error_step` is 1-based, "N/A" where no step is wrong; the reason is the comment, "N/A"
where there is none. `model_output_answer_correctness` is null where the data never said. `question_type` is the
one that came with the trace in its metadata, otherwise "original". `uuid` is the trace's id; without one it is made
from its content. One element for each label.

Left out: labels that don't tell the first wrong step ("partial"). Not carried: choices; generator; kinds of steps,
media; what was said after the first wrong step; neutral (counts as not wrong); error types, rewrites; who said it.

Coming back, `ground_truth_answer` is a text, and evaluations of other models are left out. In Parquet,
`model_output_solution_first_error_step` is a number or null.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from annotate.exports import options as o
from annotate.exports.formats.base import Format, start_with
from annotate.exports.items import Item, TraceItem, first_error, said_wrong
from annotate.exports.tally import Tally

NONE = "N/A"
CORRECT = {True: "correct", False: "wrong", None: None}


class Row(Struct, gc=False):
    uuid: str
    question: str
    ground_truth_solution: str | None
    ground_truth_answer: str | None
    model_output_steps: list[str]
    model_output_answer_correctness: str | None
    model_output_solution_correctness: str
    model_output_solution_first_error_step: int | str
    model_output_solution_first_error_reason: str
    question_type: str


class TableRow(Struct, gc=False):
    uuid: str
    question: str
    ground_truth_solution: str | None
    ground_truth_answer: str | None
    model_output_steps: list[str]
    model_output_answer_correctness: str | None
    model_output_solution_correctness: str
    model_output_solution_first_error_step: int | None
    model_output_solution_first_error_reason: str
    question_type: str


class _Metadata(Struct):
    question_type: Any = None


_metadata = msgspec.json.Decoder(_Metadata)


def rows(item: Item, tally: Tally) -> Iterator[Row]:
    assert isinstance(item, TraceItem)  # noqa: S101
    kind = _metadata.decode(item.metadata).question_type if item.metadata is not None else None
    for said in item.said:
        wrong = first_error(item.steps, said.values)
        if wrong is None:
            tally.leave_out("partial")
            continue
        tally.use(item, said)
        yield Row(
            uuid=item.key,
            question=item.problem.statement,
            ground_truth_solution=item.problem.solution,
            ground_truth_answer=item.problem.answer,
            model_output_steps=[step.text for step in item.steps],
            model_output_answer_correctness=CORRECT[item.correct],
            model_output_solution_correctness="correct" if wrong == -1 else "wrong",
            model_output_solution_first_error_step=NONE if wrong == -1 else wrong + 1,
            model_output_solution_first_error_reason=said.comment
            if wrong == said_wrong(said) and said.comment
            else NONE,
            question_type=kind if isinstance(kind, str) else "original",
        )


def _table_row(row: Row) -> TableRow:
    given = {name: getattr(row, name) for name in Row.__struct_fields__}
    if row.model_output_solution_first_error_step == NONE:
        given["model_output_solution_first_error_step"] = None
    return TableRow(**given)


FORMAT = Format(
    "mr-gsm8k",
    "MR-GSM8K: solutions with the first wrong step and the reason",
    start=start_with(rows),
    rows=(Row,),
    table=(TableRow, _table_row),
    neutral=(o.AS_GOOD, o.AS_BAD, o.DROP),
    after_first_error=(o.UNLABELLED, o.TRUNCATE),
    containers=(o.JSON, o.NDJSON, o.PARQUET, o.HF),
    imports_back=True,
)
