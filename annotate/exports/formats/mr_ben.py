"""MR-Ben (Zeng et al., 2024): graded solutions with the first wrong step, and of each annotator a reason and the right
step.

`Model_Solution_First_Error_Step` is a 1-based number as a text, "N/A" where no step is wrong. What it is, is what the
first label says that tells it; `Model_Solution_Error_Reason` and `Model_Solution_Rectified_First_Error_Step` are lists
of the comments and rewrites of all labels that say the same, "N/A" where there are none. With `labels=all` these are
all annotators', with `labels=imported` and no source those of all sources.

`Subject`, `Question` and `Options` are those that came with the problem in its metadata; otherwise the project, the
statement and "". `Ground_Truth_Answer` is the one before it was put right, where the data told it.

One element for each trace. Left out: traces without labels ("trace: no label") and those whose labels don't tell the
first wrong step ("partial"). Not carried: choices; kinds of steps, media; what was said after the first wrong step;
neutral (counts as not wrong); error types; whether the final answer is right; who said it.

Coming back, the elements are an array instead of an object by question, a reason alone is a list of one, and programs
("coding") are lists of lines.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from annotate.exports import options as o
from annotate.exports.formats.base import Format, Rows, Takes
from annotate.exports.items import Item, TraceItem, first_error, said_wrong
from annotate.exports.options import Options
from annotate.exports.tally import Tally

NONE = "N/A"


class Row(Struct, gc=False, rename=lambda name: "_".join(part.capitalize() for part in name.split("_"))):
    uuid: str = msgspec.field(name="Question_UUID")
    subject: str
    question: str
    options: str
    ground_truth_analysis: str
    ground_truth_answer: str
    ground_truth_answer_modified: str
    sampled_model: str
    model_solution_steps: list[str]
    model_solution_correctness: str
    model_solution_first_error_step: str
    model_solution_error_reason: list[str] | str
    model_solution_rectified_first_error_step: list[str] | str


class TableRow(Row, gc=False):
    model_solution_error_reason: list[str]
    model_solution_rectified_first_error_step: list[str]


class _Known(Struct, rename=lambda name: "_".join(part.capitalize() for part in name.split("_"))):
    subject: Any = None
    question: Any = None
    options: Any = None
    ground_truth_answer: Any = None


_known = msgspec.json.Decoder(_Known)


def start(project: str, options: Options) -> Rows:
    def rows(item: Item, tally: Tally) -> Iterator[Row]:
        assert isinstance(item, TraceItem)  # noqa: S101
        wrongs = [first_error(item.steps, said.values) for said in item.said]
        wrong = next((one for one in wrongs if one is not None), None)
        if wrong is None:
            tally.leave_out("partial" if item.said else "trace: no label")
            return
        agreed = [said for said, one in zip(item.said, wrongs, strict=True) if one == wrong]
        for said in agreed:
            tally.use(item, said)
        explained = [said for said in agreed if said_wrong(said) == wrong]  # not of a step that neutral makes wrong
        problem = item.problem
        of_problem = _known.decode(problem.metadata) if problem.metadata is not None else _Known()
        of_trace = _known.decode(item.metadata) if item.metadata is not None else _Known()
        asked = isinstance(of_problem.question, str)
        yield Row(
            uuid=problem.external_id or problem.statement,
            subject=_text(of_problem.subject, project),
            question=_text(of_problem.question, problem.statement),
            options=_text(of_problem.options, "") if asked else "",
            ground_truth_analysis=problem.solution or "",
            ground_truth_answer=_text(of_trace.ground_truth_answer, problem.answer or ""),
            ground_truth_answer_modified=problem.answer or "",
            sampled_model=item.generator,
            model_solution_steps=[step.text for step in item.steps],
            model_solution_correctness="correct" if wrong == -1 else "incorrect",
            model_solution_first_error_step=NONE if wrong == -1 else str(wrong + 1),
            model_solution_error_reason=_all([said.comment for said in explained if said.comment], wrong),
            model_solution_rectified_first_error_step=_all(
                [step.text for said in explained for step in said.rewrites], wrong
            ),
        )

    return rows


def _all(texts: list[str], wrong: int) -> list[str] | str:
    return texts if texts and wrong != -1 else NONE


def _text(value: Any, otherwise: str) -> str:
    return value if isinstance(value, str) else otherwise


def _table_row(row: Row) -> TableRow:
    given = {name: getattr(row, name) for name in Row.__struct_fields__}
    for name in ("model_solution_error_reason", "model_solution_rectified_first_error_step"):
        given[name] = [] if given[name] == NONE else given[name]
    return TableRow(**given)


FORMAT = Format(
    "mr-ben",
    "MR-Ben: solutions with the first wrong step, reasons and right steps",
    start=start,
    rows=(Row,),
    table=(TableRow, _table_row),
    takes=Takes.EVERYTHING,
    whole_items=True,
    neutral=(o.AS_GOOD, o.AS_BAD, o.DROP),
    after_first_error=(o.UNLABELLED,),
    containers=(o.JSON, o.NDJSON, o.PARQUET, o.HF),
    imports_back=True,
)
