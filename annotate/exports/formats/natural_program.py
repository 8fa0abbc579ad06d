"""Natural Program (Ling et al., 2023), as in verify_cot: numbered statements that name their premises.

`{"question", "answer", "final_answer", "gt_answer", "correct", "flag"}`. `answer` holds all statements: the
premises, then the steps, "#6. (by #1 #5) Step 2: …", parted by blank lines. A trace whose steps are numbered
statements already, as the import leaves them, keeps them as they are, with the sentences that stood between.
Otherwise the question is "#1.", and the step with 0-based index i is "#{i + 2}.": its premises are those that the
labels name, or else those that came with the data; where that is "none of the steps", it rests on "#1", and where
nobody said anything, there is no "(by …)". "Step k:" counts from 1.

`flag` is 1 where no step is wrong and 0 where one is; of a trace without a label it is the one that came with it,
as whole chains of verify_cot have it. `gt_answer` is the reference solution, `final_answer` the trace's answer.

One element for each label, or for the trace where nobody labelled it. Left out: traces of which nobody knows
whether they are valid ("partial"), and those in which a line of a text begins like a statement of its own ("holds the
format's marks"). Not carried: choices; ids; generator; which step is wrong, comments, rewrites,
error types; kinds of steps, media; who said it.

Coming back, statements and premises are as they were. What stands between two statements is one line break among
premises and a blank line among steps, however it was; `final_answer` is a text; and fields of others are left
out.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from annotate.corpus.formats.natural_program import BARE_HEAD, HEAD
from annotate.exports import options as o
from annotate.exports.formats.base import Format, Takes, start_with
from annotate.exports.items import Item, Label, TraceItem, first_error
from annotate.exports.tally import Tally


class Row(Struct, gc=False):
    question: str
    answer: str
    final_answer: str | None
    gt_answer: str | None
    correct: bool | None
    flag: int


class _Metadata(Struct):
    flag: Any = None
    intro: Any = None
    bridge: Any = None


class _StepDetails(Struct):
    step: int
    premises: list[int] | None = None


class _Details(Struct):
    steps: list[_StepDetails] = []


_details = msgspec.json.Decoder(_Details)
_metadata = msgspec.json.Decoder(_Metadata)


def rows(item: Item, tally: Tally) -> Iterator[Row]:
    assert isinstance(item, TraceItem)  # noqa: S101
    given = _metadata.decode(item.metadata) if item.metadata is not None else _Metadata()
    flags: list[tuple[Label | None, int | None]] = [(said, _flag(item, said)) for said in item.said]
    if not flags:
        flags = [(None, given.flag if given.flag in (0, 1) else None)]
    own = _numbered(item)
    if not own and any(HEAD.search(text) for text in (item.problem.statement, *(step.text for step in item.steps))):
        tally.leave_out("holds the format's marks", len(flags))
        return
    for said, flag in flags:
        if flag is None:
            tally.leave_out("partial" if said else "trace: no label")
            continue
        if said is not None:
            tally.use(item, said)
        yield Row(
            question=item.problem.statement,
            answer=_statements(item, said, given) if own else _made(item, said),
            final_answer=item.answer,
            gt_answer=item.problem.solution,
            correct=item.correct,
            flag=flag,
        )


def _flag(item: TraceItem, said: Label) -> int | None:
    wrong = first_error(item.steps, said.values)
    return None if wrong is None else int(wrong == -1)


def _numbered(item: TraceItem) -> bool:
    """Whether its steps are statements already. "1." alone says so only where the import of this format found it: many
    models number their steps so.
    """
    if all(HEAD.match(step.text) for step in item.steps):
        return True
    noted = item.step_metadata or [None] * len(item.steps)
    return all(
        raw is not None and b'"statement"' in bytes(raw) and BARE_HEAD.match(step.text)
        for step, raw in zip(item.steps, noted, strict=True)
    )


def _made(item: TraceItem, said: Label | None) -> str:
    by = map(_by, _premises(item, said))
    steps = [
        f"#{i + 1}. {by_}Step {i}: {step.text}" for i, (by_, step) in enumerate(zip(by, item.steps, strict=True), 1)
    ]
    return "\n\n".join([f"#1. {item.problem.statement}", *steps])


def _statements(item: TraceItem, said: Label | None, given: _Metadata) -> str:
    texts = [step.text for step in item.steps]
    premises = _premises(item, said)
    first = next((i for i, known in enumerate(premises) if known is not None), 0)
    before = "\n".join(texts[:first])
    intro, bridge = (text if isinstance(text, str) else "" for text in (given.intro, given.bridge))
    # The introduction ends with the line before "#1."; a blank line tells the bridge from the last premise.
    head = f"{intro}\n{before}" if intro else before
    return "\n\n".join(text for text in (head, bridge, *texts[first:]) if text)


def _premises(item: TraceItem, said: Label | None) -> list[list[int] | None]:
    """By step: 0-based indexes of earlier steps, or None where nobody said."""
    found = list(item.premises or [None] * len(item.steps))
    details = _details.decode(said.details) if said is not None and said.details is not None else _Details()
    for one in details.steps:
        if one.premises is not None and one.step < len(found):
            found[one.step] = one.premises
    return found


def _by(premises: list[int] | None) -> str:
    if premises is None:
        return ""
    numbers = [f"#{i + 2}" for i in premises] or ["#1"]
    return f"(by {' '.join(numbers)}) "


FORMAT = Format(
    "natural-program",
    "Natural Program: numbered statements that name their premises",
    start=start_with(rows),
    rows=(Row,),
    takes=Takes.EVERYTHING,
    neutral=(o.AS_GOOD, o.AS_BAD, o.DROP),
    containers=(o.JSON, o.NDJSON, o.PARQUET, o.HF),
    imports_back=True,
)
