"""PRM800K (OpenAI), records as in its second phase: the steps of one solution up to the first wrong one,
rated -1/0/+1.

One record for each label. `label.steps[i].completions` holds the one step that the trace has there,
`chosen_completion` is 0 but for the wrong step, where it is null; a rewrite of the wrong step is the
`human_completion`, whose `source` is "human", or "suggested" where somebody took it from the connected model, word for
word. What follows the first wrong step is not rated by anybody who marks first errors: it is
in `question.pre_generated_steps` only.

A walk is written as it was gone: `completions` are all alternatives of the depth with their ratings, in the order
in which they were shown; `chosen_completion` is the one that was gone on with, and null where the step is the
person's own `human_completion`. Its `finish_reason` is what the person said: `solution` (solved), `found_error`
(stuck: none acceptable), `give_up`, `bad_problem`.

So is a record that came with the data (source "prm800k"), with its labeler, time, generation and flags: the record
itself. A rating that `neutral` changes is changed in walks and records, too.

Otherwise `finish_reason`: `found_error`; `solution` when the labels reach the end; `give_up` when they end before it
without an error. `rating` is null for observations, for steps labelled "unsure" and for steps left
unlabelled among labelled ones. `labeler` is a UUID made from the name (`person:NAME`, `resolved` or the
source). `timestamp` (UTC) and `total_time` (milliseconds) are null for labels that came with the data,
since they came without; of a resolved label they are the last of the votes' times and the sum of them.

Left out: labels that say nothing of any step ("empty"), other than of a walk that ended at once. Not carried:
choices; kinds and metadata of steps; generator; what was said after the first wrong step; error types, comments,
and all but the first of several rewrites. Nobody flags steps here, so `flagged` is null; quality control and
screening questions don't exist.

Coming back, a record says [] or null where it left a field out, and a last step without any completion is gone; so are
records of which no completion on the way was rated.
"""

import uuid
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct

from annotate.core.digests import digest
from annotate.exports import options as o
from annotate.exports.formats.base import Format, Rows
from annotate.exports.items import (
    BAD,
    GOOD,
    NEUTRAL,
    UNSURE,
    Item,
    Label,
    Step,
    TraceItem,
    is_suggested,
    said_wrong,
)
from annotate.exports.options import Options
from annotate.exports.tally import Tally
from annotate.exports.walks import ToldDepth, walk_in

SOURCE = "prm800k"
FINISH = {"solved": "solution", "stuck": "found_error", "given_up": "give_up", "bad_problem": "bad_problem"}


class Completion(Struct, gc=False):
    text: str
    rating: int | None
    flagged: bool | None = None


class HumanCompletion(Struct, gc=False):
    text: str
    rating: int | None = None
    source: str = "human"
    flagged: bool | None = None


class RatedStep(Struct, gc=False):
    completions: list[Completion]
    human_completion: HumanCompletion | None
    chosen_completion: int | None


class RowLabel(Struct, gc=False):
    steps: list[RatedStep]
    total_time: int | None
    finish_reason: str


class Question(Struct, gc=False):
    problem: str
    ground_truth_solution: str | None
    ground_truth_answer: str | None
    pre_generated_steps: list[str]
    pre_generated_answer: str | None
    pre_generated_verifier_score: float | None = None


class Row(Struct, gc=False):
    labeler: str
    timestamp: str | None
    generation: int | None
    is_quality_control_question: bool
    is_initial_screening_question: bool
    question: Question
    label: RowLabel


class _Record(Struct):
    """What a record said beside its steps, as the trace's metadata have it."""

    labeler: Any = None
    timestamp: Any = None
    generation: Any = None
    is_quality_control_question: Any = False
    is_initial_screening_question: Any = False
    finish_reason: Any = None
    total_time: Any = None
    pre_generated_steps: Any = None
    pre_generated_answer: Any = None
    pre_generated_verifier_score: Any = None


_record = msgspec.json.Decoder(_Record)


def start(project: str, options: Options) -> Rows:
    neutral = {o.DROP: None, o.AS_GOOD: GOOD, o.AS_BAD: BAD}.get(options.neutral, NEUTRAL)

    def rows(item: Item, tally: Tally) -> Iterator[Row]:
        assert isinstance(item, TraceItem)  # noqa: S101
        for label in item.said:
            walk = walk_in(label)
            length, reason = _extent(item.steps, label.values)
            if walk:
                length, reason = len(walk.steps), FINISH.get(walk.finish, walk.finish)
            if not length and not walk:
                tally.leave_out("empty")
                continue
            tally.use(item, label)
            texts = [step.text for step in item.steps]
            row = Row(
                labeler=labeler(label.by),
                timestamp=label.said_at,
                generation=None,
                is_quality_control_question=False,
                is_initial_screening_question=False,
                question=Question(
                    problem=item.problem.statement,
                    ground_truth_solution=item.problem.solution,
                    ground_truth_answer=item.problem.answer,
                    pre_generated_steps=[] if walk else texts,
                    pre_generated_answer=item.answer,
                ),
                label=RowLabel(
                    steps=(
                        [_walked(depth, neutral) for depth in walk.steps] if walk else _rated(texts[:length], label)
                    ),
                    total_time=label.active_ms,
                    finish_reason=reason,
                ),
            )
            if label.by == SOURCE and item.metadata is not None:
                _restore(row, _record.decode(item.metadata), item)
            yield row

    return rows


def _restore(row: Row, record: _Record, item: TraceItem) -> None:
    """What came with the record, as far as it is what the format has there."""
    for name, kind in (("labeler", str), ("timestamp", str), ("generation", int)):
        if isinstance(value := getattr(record, name), kind):
            setattr(row, name, value)
    row.is_quality_control_question = record.is_quality_control_question is True
    row.is_initial_screening_question = record.is_initial_screening_question is True
    if isinstance(record.finish_reason, str):
        row.label.finish_reason = record.finish_reason
    if isinstance(record.total_time, int):
        row.label.total_time = record.total_time
    asked = row.question
    steps, answer = record.pre_generated_steps, record.pre_generated_answer
    own = steps is True  # otherwise what was generated before was another solution, or nothing
    asked.pre_generated_steps = [step.text for step in item.steps] if own else steps if isinstance(steps, list) else []
    asked.pre_generated_answer = item.answer if own else answer if isinstance(answer, str) else None
    if isinstance(record.pre_generated_verifier_score, float | int):
        asked.pre_generated_verifier_score = float(record.pre_generated_verifier_score)


@lru_cache(maxsize=1000)
def labeler(by: str) -> str:
    return str(uuid.UUID(bytes=digest((b"labeler", by.encode()))[:16]))


def _extent(steps: list[Step], values: list[int | None]) -> tuple[int, str]:
    """How many steps the label covers, and why it ends there."""
    if BAD in values:
        return values.index(BAD) + 1, "found_error"
    if values and None not in values:
        return len(steps), "solution"
    last = max((i for i, value in enumerate(values) if value is not None), default=-1)
    if last == -1:
        return 0, "give_up"
    if any(step.judged for step in steps[last + 1 :]):
        return last + 1, "give_up"
    return len(steps), "solution"


def _walked(depth: ToldDepth, neutral: int | None) -> RatedStep:
    ratings: dict[int | None, int | None] = {UNSURE: None, NEUTRAL: neutral}
    return RatedStep(
        completions=[Completion(a.text, ratings.get(a.value, a.value), a.flagged) for a in depth.alternatives],
        human_completion=HumanCompletion(depth.written, flagged=depth.flagged) if depth.written else None,
        chosen_completion=depth.chosen,
    )


def _rated(texts: list[str], label: Label) -> list[RatedStep]:
    """The first of the steps, each the only one at its place."""
    rated = [
        RatedStep([Completion(text, None if value == UNSURE else value)], None, 0)
        for text, value in zip(texts, label.values, strict=False)
    ]
    if BAD in label.values:
        at = label.values.index(BAD)
        rated[at].chosen_completion = None
        if label.rewrites and at == said_wrong(label):  # not where it ends with a step that neutral makes wrong
            source = "suggested" if is_suggested(label, label.rewrites[0]) else "human"
            rated[at].human_completion = HumanCompletion(label.rewrites[0].text, source=source)
    return rated


FORMAT = Format(
    "prm800k",
    "PRM800K: steps rated up to the first wrong one",
    start=start,
    rows=(Row,),
    nodes=False,
    neutral=(o.KEEP, o.DROP, o.AS_GOOD, o.AS_BAD),
    after_first_error=(o.UNLABELLED, o.TRUNCATE),
    imports_back=True,
)
