"""PRMBench (Song et al., 2025): solutions of which every wrong step is known, beside the right solutions they were made
of.

`error_steps` are 1-based numbers of the steps that the label calls wrong; `modified_steps` those that were changed, as
the data said, or else the same. `original_question` and `original_process` are those that came with the trace;
otherwise the problem's statement and its reference steps, where it has any. `classification` is the one that came
with it, or the first error type; `reason` is the comment. `idx` is the data's, or the trace's id; without one it is
made from its content. One row for each label.

Left out: labels that don't say of every judged step whether it is wrong ("partial"): of first errors alone that is what
follows them, unless `after_first_error` says what it counts as. What the data says of the original processes, which are
in the rows already ("original"); what people say of them makes rows. Not carried: choices; generator; answers; kinds of
steps, media; all but one error type; rewrites; who said it.

Coming back, what else a row held (`ground_truth`, `original_response`) is gone.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from annotate.exports import options as o
from annotate.exports.formats.base import Format, start_with
from annotate.exports.items import BAD, UNSURE, Item, Label, TraceItem
from annotate.exports.tally import Tally

SOURCE = "prmbench"
ORIGINAL = "original"


class Row(Struct, gc=False):
    original_question: str
    modified_question: str
    original_process: list[str]
    modified_process: list[str]
    modified_steps: list[int]
    error_steps: list[int]
    reason: str
    idx: str
    question: str
    classification: str


class _Known(Struct):
    """What came with the trace, whatever it is."""

    idx: Any = None
    classification: Any = None
    question: Any = None
    original_question: Any = None
    original_process: Any = None
    modified_steps: Any = None


_known = msgspec.json.Decoder(_Known)
_references = msgspec.json.Decoder(list[dict[str, Any]])


def rows(item: Item, tally: Tally) -> Iterator[Row]:
    assert isinstance(item, TraceItem)  # noqa: S101
    known = _known.decode(item.metadata) if item.metadata is not None else _Known()
    statement = item.problem.statement
    for said in item.said:
        if said.by == SOURCE and known.classification == ORIGINAL:
            tally.leave_out("original")
            continue
        wrong = _wrong(item, said)
        if wrong is None:
            tally.leave_out("partial")
            continue
        tally.use(item, said)
        yield Row(
            original_question=_text(known.original_question, statement),
            modified_question=statement,
            original_process=_original(item, known),
            modified_process=[step.text for step in item.steps],
            modified_steps=_numbers(known.modified_steps, wrong),
            error_steps=wrong,
            reason=said.comment,
            idx=_text(known.idx, item.key),
            question=_text(known.question, statement),
            classification=_text(known.classification, said.error_types[0] if said.error_types else ""),
        )


def _wrong(item: TraceItem, said: Label) -> list[int] | None:
    """The 1-based numbers of the wrong steps; None where a judged step is not labelled or unsure."""
    if any(v is None or v == UNSURE for v, step in zip(said.values, item.steps, strict=True) if step.judged):
        return None
    return [i for i, value in enumerate(said.values, 1) if value == BAD]


def _original(item: TraceItem, known: _Known) -> list[str]:
    given = known.original_process
    if isinstance(given, list) and all(isinstance(text, str) for text in given):
        return given
    if item.problem.reference_steps is None:
        return []
    return [str(step.get("text", "")) for step in _references.decode(item.problem.reference_steps)]


def _numbers(given: Any, otherwise: list[int]) -> list[int]:
    return given if isinstance(given, list) and all(isinstance(one, int) for one in given) else otherwise


def _text(given: Any, otherwise: str) -> str:
    return given if isinstance(given, str) else otherwise


FORMAT = Format(
    "prmbench",
    "PRMBench: solutions with all their wrong steps, beside right ones",
    start=start_with(rows),
    nodes=False,
    rows=(Row,),
    neutral=(o.AS_GOOD, o.AS_BAD),
    after_first_error=(o.AS_SAID, o.AS_WRONG, o.TRUNCATE),
    imports_back=True,
)
