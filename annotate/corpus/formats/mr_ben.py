"""MR-Ben (Zeng et al., 2024): one JSON object, question UUID → graded solutions; arrays and JSON lines are read, too.

`Model_Solution_First_Error_Step` is a 1-based number as a text, or "N/A" where the solution is right. Two annotators
wrote a reason and a right step each: these are labels of the sources "mr-ben/1" and "mr-ben/2", with comment and
rewrite. Each right step is also preferred to the wrong one, in a choice after the steps before it with a preference of
that source; the same right step from both is one choice. An export of pairs gives each pair once. Steps are kept as
they are, "Step 1:" included.

The statement is the question, a blank line, and the options, which the steps speak of; `Question` and `Options` as they
came are in the problem's metadata. Rows of one question whose options differ are a problem-conflict. The reference
answer is the one that MR-Ben's annotators put right, if they did.

Rows of the subject "coding" hold a program in one text, and name the wrong line by its text. Each line of the program
is a step of the kind "code", with the blank lines before it; joined by line breaks they are the program again. Where no
line, or more than one, is the one that is named, the row is refused.
"""

from typing import Literal

import msgspec
from msgspec import Struct

from annotate.corpus.formats.base import (
    ChoiceIn,
    Format,
    Item,
    LabelIn,
    LineError,
    PreferenceIn,
    ProblemIn,
    StepIn,
    TraceIn,
    check_problem,
    check_steps,
    check_text,
    decode,
    from_one,
    has,
    label_first_error,
    others,
    text_steps,
)
from annotate.corpus.models import StepKind

SOURCE = "mr-ben"
STEP = "Model_Solution_First_Error_Step"


class _Line(Struct, rename=lambda name: "_".join(part.capitalize() for part in name.split("_"))):
    uuid: str = msgspec.field(name="Question_UUID")
    subject: str
    question: str
    sampled_model: str
    model_solution_steps: list[str] | str
    model_solution_correctness: Literal["correct", "incorrect"]
    model_solution_first_error_step: str
    model_solution_error_reason: list[str] | str = "N/A"
    model_solution_rectified_first_error_step: list[str] | str = "N/A"
    options: str = ""
    ground_truth_analysis: str = ""
    ground_truth_answer: str = ""
    ground_truth_answer_modified: str = ""


_decoder = msgspec.json.Decoder(_Line)


def parse(line: bytes) -> list[Item]:
    raw = decode(_decoder, line)
    for name in ("uuid", "sampled_model"):
        check_text(getattr(raw, name), name)
    metadata = others(line, _Line)
    if raw.ground_truth_answer != raw.ground_truth_answer_modified:
        # Of the trace, not of the problem, whose metadata annotators see also where the reference is hidden.
        metadata["Ground_Truth_Answer"] = raw.ground_truth_answer
    problem = ProblemIn(
        raw.question + (f"\n\n{raw.options}" if raw.options else ""),
        raw.uuid,
        raw.ground_truth_answer_modified or raw.ground_truth_answer or None,
        raw.ground_truth_analysis or None,
        {"Subject": raw.subject, "Question": raw.question, "Options": raw.options},
    )
    check_problem(problem)
    if isinstance(raw.model_solution_steps, str):
        steps = [StepIn(text, StepKind.CODE.value) for text in _program_lines(raw.model_solution_steps)]
        check_steps(steps, "Model_Solution_Steps")
    else:
        steps = text_steps(raw.model_solution_steps, "Model_Solution_Steps")
    trace = TraceIn(
        problem=problem,
        steps=steps,
        external_id=f"{raw.uuid}/{raw.sampled_model}",
        generator=raw.sampled_model,
        metadata=metadata,
        labels=_labels(raw, steps),
    )
    return [trace, *_choices(trace)]


def _choices(trace: TraceIn) -> list[ChoiceIn]:
    """Between each right step and the wrong one that it replaces."""
    choices: dict[str, ChoiceIn] = {}
    for label in trace.labels:
        if label.rewrite is None:
            continue
        wrong = label.values.index(-1)
        choice = choices.get(label.rewrite)
        if choice is None:
            better = StepIn(label.rewrite, trace.steps[wrong].kind)
            choice = ChoiceIn(
                problem=trace.problem,
                prefix=trace.steps[:wrong],
                candidates=[better, trace.steps[wrong]],
                info=[{}, {"generator": trace.generator}],
                external_id=f"{trace.external_id}/{label.source.rpartition('/')[2]}",
            )
            choices[label.rewrite] = choice
        choice.preferences.append(PreferenceIn(label.source, [[0], [1]], comment=label.comment))
    return list(choices.values())


def _labels(raw: _Line, steps: list[StepIn]) -> list[LabelIn]:
    number = raw.model_solution_first_error_step
    if (raw.model_solution_correctness == "correct") is (number != "N/A"):
        said = f"{raw.model_solution_correctness}, and its first wrong step {number}"
        raise LineError("contradiction", f"The solution is said to be {said}. Mend one of the two.", STEP)
    reasons = _each(raw.model_solution_error_reason)
    rewrites = _each(raw.model_solution_rectified_first_error_step)
    if number == "N/A":
        if reasons or rewrites:
            message = "The solution is said to be correct, but an error is explained or put right. Mend one of the two."
            raise LineError("contradiction", message, STEP)
        # One verdict is given for both annotators.
        return [label_first_error(f"{SOURCE}/{i}", steps, None) for i in (1, 2)]
    if isinstance(raw.model_solution_steps, str):
        index = _line_named(steps, number)
        rewrites = [steps[index].text.replace(number.rstrip(), line.rstrip(), 1) for line in rewrites]
    elif number.strip().isdecimal() and len(number) < 10:
        index = from_one(int(number), steps, STEP)
    else:
        raise LineError("invalid", 'This must be the number of a step, counted from 1, as a text, or "N/A".', STEP)
    return [
        label_first_error(
            f"{SOURCE}/{i + 1}",
            steps,
            index,
            comment=reasons[i] if i < len(reasons) else "",
            rewrite=rewrites[i] if i < len(rewrites) else None,
        )
        for i in range(max(len(reasons), len(rewrites), 1))
    ]


def _program_lines(program: str) -> list[str]:
    """Each line with the blank ones before it; the last one also with those after it."""
    found: list[str] = []
    blank: list[str] = []
    for line in program.split("\n"):
        if line.strip():
            found.append("\n".join([*blank, line]))
            blank = []
        else:
            blank.append(line)
    if found and blank:
        found[-1] = "\n".join([found[-1], *blank])
    return found


def _line_named(steps: list[StepIn], said: str) -> int:
    lines = [[line.rstrip() for line in step.text.split("\n")] for step in steps]
    found = [i for i, of_step in enumerate(lines) if said.strip() and said.rstrip() in of_step]
    if len(found) != 1:
        message = f"{len(found)} lines of the program are the one that is named as the first error; it must be one."
        raise LineError("no-such-step", f"{message} Give it as it stands there, with its indentation.", STEP)
    return found[0]


def _each(said: list[str] | str) -> list[str]:
    if isinstance(said, list):
        return said
    return [] if said in ("N/A", "") else [said]


FORMAT = Format(
    "mr-ben",
    "MR-Ben: solutions with the first wrong step, two reasons and two right steps",
    parse,
    has("Question_UUID", "Model_Solution_Steps"),
    grouped=True,
)
