"""Math-Shepherd (Wang et al., 2023): the problem and numbered steps in one text, with a mark after each step
and the same text with its sign there.

`{"input", "label", "task"}`. `input` is the problem, a space, and a line for each step: "Step 1: … ки"; in
`label`, "+" or "-" stands in the place of each "ки". The last line has no line break. A step that says "Step
k:" itself doesn't get it twice. `task` is the one that came with the trace in its metadata, as the import of
this format keeps it; otherwise the project.

One row for each label. Its steps end where the labels end, and observations stand before the step that
answers to them, as in `annotate.exports.stretch`. "+" says that a step is not wrong, so neutral is "+": in
the original data it says that the right answer can still be reached.

Left out: labels that don't label the first step ("partial"); rows whose text holds what the format reads as
its own, "ки" anywhere or another "Step 1:" before the first sign ("holds the format's marks"), since their
problem or signs would be read at other places. Not carried: choices; ids; generator; answers and the
reference; kinds of steps; error types, comments, rewrites; who said it.
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from annotate.exports import options as o
from annotate.exports.formats.base import Format, Rows
from annotate.exports.headers import headed
from annotate.exports.items import BAD, Item, TraceItem
from annotate.exports.options import Options
from annotate.exports.stretch import labelled_start
from annotate.exports.tally import Tally

MARK = "ки"
FIRST_STEP = re.compile(r"[Ss]tep 1:")


class Row(Struct, gc=False):
    input: str
    label: str
    task: str


class _Metadata(Struct, gc=False):
    task: Any = None


_metadata = msgspec.json.Decoder(_Metadata)


def start(project: str, options: Options) -> Rows:
    def rows(item: Item, tally: Tally) -> Iterator[Row]:
        assert isinstance(item, TraceItem)  # noqa: S101
        statement = item.problem.statement
        for said in item.said:
            labelled = labelled_start(item.steps, said.values)
            if not labelled:
                tally.leave_out("partial")
                continue
            lines = [headed(i + 1, text) for i, (text, _) in enumerate(labelled)]
            if _ambiguous(statement, lines):
                tally.leave_out("holds the format's marks")
                continue
            tally.use(item, said)
            signs = ["-" if value == BAD else "+" for _, value in labelled]
            yield Row(
                input=f"{statement} " + "\n".join(f"{line} {MARK}" for line in lines),
                label=f"{statement} " + "\n".join(f"{line} {sign}" for line, sign in zip(lines, signs, strict=True)),
                task=_task(item) or project,
            )

    return rows


def _ambiguous(statement: str, lines: list[str]) -> bool:
    """Whether a reader would find other marks than those that we put in."""
    if FIRST_STEP.search(statement) or lines[0].count("Step 1:") > 1:  # on the latter, TRL's reader stops
        return True
    return any(MARK in text for text in (statement, *lines))


def _task(item: TraceItem) -> str:
    task = _metadata.decode(item.metadata).task if item.metadata is not None else None
    return task if isinstance(task, str) else ""


FORMAT = Format(
    "math-shepherd",
    "Math-Shepherd: steps with signs behind marks",
    start=start,
    nodes=False,
    rows=(Row,),
    neutral=(o.AS_GOOD, o.AS_BAD, o.DROP),
    after_first_error=(o.AS_SAID, o.UNLABELLED, o.TRUNCATE, o.AS_WRONG),
    imports_back=True,
)
