"""PRM800K (Lightman et al., 2023), both phases: JSON lines, a labeler's ratings of the steps of one solution.

A record becomes a trace and, for each step at which several completions were rated, a choice between them.

**The trace** follows, step by step, the chosen completion, or the human one where none was chosen. A last step at which
nothing was taken is its first completion: the wrong one of `found_error`, whose human completion, as our own export
writes it, is the label's rewrite. If `pre_generated_steps` begins with exactly
these steps, its other steps follow without a label. Ratings (-1, 0, 1; null: none) are a label of the source
"prm800k". Where a step has more than one completion, or one is flagged, its `details.walk` holds all of them as they
came, in the shape of walks in exports, so that the record can be written again.

**A choice** holds the distinct completions that were rated, best rating first in the preference of the source
"prm800k", equal ratings tied. All rated -1 means that none was acceptable; a human completion is then a candidate, too,
and better than all. A text that was rated twice in different ways is left out.

What a labeler says of a record as a whole is the trace's metadata. `flagged`, and completions that are neither in the
trace nor in a choice ("alternatives"), are metadata of the step. Quality control and screening records come in like any
other, marked as such: filter before import, or by metadata after export. The final answer is `pre_generated_answer`, or
what follows "# Answer" in the last step.
"""

from typing import Any, Literal

import msgspec
from msgspec import Struct

from annotate.core.digests import digest
from annotate.corpus.formats.base import (
    MAX_CANDIDATES,
    ChoiceIn,
    Format,
    Item,
    LabelIn,
    LineError,
    PreferenceIn,
    ProblemIn,
    StepIn,
    TraceIn,
    check_metadata,
    check_problem,
    check_steps,
    check_text,
    decode,
    others,
    text_steps,
)

SOURCE = "prm800k"
ANSWER = "# Answer\n\n"


class _Completion(Struct, forbid_unknown_fields=True):
    text: str
    rating: Literal[-1, 0, 1] | None = None
    flagged: bool | None = None
    source: str | None = None

    def said(self) -> dict[str, Any]:
        """What is told of it beside its text."""
        known = {"rating": self.rating, "flagged": self.flagged, "source": self.source}
        return {name: value for name, value in known.items() if value is not None}


class _Step(Struct, forbid_unknown_fields=True):
    completions: list[_Completion] | None = None
    human_completion: _Completion | str | None = None
    chosen_completion: int | None = None

    def __post_init__(self) -> None:
        # The README says that it is a text; the records have an object.
        if isinstance(self.human_completion, str):
            self.human_completion = _Completion(self.human_completion)
        if self.human_completion and self.human_completion.source is None:
            self.human_completion.source = "human"

    def all(self) -> list[_Completion]:
        human = self.human_completion
        return [*(self.completions or []), *([human] if isinstance(human, _Completion) else [])]


class _Question(Struct, forbid_unknown_fields=True):
    problem: str
    ground_truth_answer: str | None = None
    ground_truth_solution: str | None = None
    pre_generated_steps: list[str] = []
    pre_generated_answer: str | None = None
    pre_generated_verifier_score: float | None = None


class _Label(Struct, forbid_unknown_fields=True):
    steps: list[_Step]
    finish_reason: str | None = None
    total_time: int | None = None


class _Line(Struct):
    labeler: str
    question: _Question
    label: _Label
    timestamp: str | None = None


_decoder = msgspec.json.Decoder(_Line)


def parse(line: bytes) -> list[Item]:
    raw = decode(_decoder, line)
    asked = raw.question
    problem = ProblemIn(asked.problem, None, asked.ground_truth_answer, asked.ground_truth_solution)
    check_problem(problem, "question.problem")
    steps = [step for step in raw.label.steps if step.all()]
    taken = [_taken(raw.label, steps, i) for i in range(len(steps))]
    trace = _trace(raw, problem, taken, others(line, _Line))
    rewrite = _rewrite(raw.label, steps, taken)
    if any(completion.rating is not None for completion in taken):
        values: list[int | None] = [completion.rating for completion in taken]
        values += [None] * (len(trace.steps) - len(taken))
        rewritten = rewrite.text if rewrite else None
        trace.labels = [LabelIn(SOURCE, values, rewrite=rewritten, details=_walk(raw.label, steps))]
    choices: list[Item] = []
    notes: list[dict[str, Any] | None] = [None] * len(trace.steps)
    for i, step in enumerate(steps):
        completions = [c for c in step.all() if c is not rewrite]
        ranked = _ranked(completions)
        if len(ranked) > 1:
            choices.append(_choice(trace, i, ranked))
        kept = {(c.text, c.rating) for c in (taken[i], *(ranked if len(ranked) > 1 else []))}
        rest = [{"text": c.text, **c.said()} for c in completions if (c.text, c.rating) not in kept]
        notes[i] = {
            **{name: value for name, value in taken[i].said().items() if name != "rating"},
            **({"alternatives": rest} if rest else {}),
        } or None
        check_metadata(notes[i], f"label.steps[{i}]")
    trace.step_metadata = notes if any(notes) else None
    return [trace, *choices]


def _walk(label: _Label, steps: list[_Step]) -> dict[str, Any] | None:
    """What was rated at each step; None where the trace and its values say as much."""
    if all(len(step.all()) == 1 and step.all()[0].flagged is None for step in steps):
        return None
    told: list[dict[str, Any]] = []
    for step in steps:
        alternatives = [{"text": c.text, "value": c.rating, "flagged": c.flagged} for c in step.completions or []]
        one: dict[str, Any] = {"alternatives": [_given(alternative) for alternative in alternatives]}
        if step.chosen_completion is not None:
            one["chosen"] = step.chosen_completion
        if isinstance(human := step.human_completion, _Completion):
            one |= _given({"written": human.text, "flagged": human.flagged})
        told.append(one)
    walk = {"finish": label.finish_reason or "", "steps": told}
    check_metadata(walk, "label")
    return {"walk": walk}


def _given(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _taken(label: _Label, steps: list[_Step], i: int) -> _Completion:
    """What the labeler went on with at this step, or ended with."""
    step, field = steps[i], f"label.steps[{i}]"
    completions, human, chosen = step.completions or [], step.human_completion, step.chosen_completion
    last = i == len(steps) - 1
    if chosen is not None:
        if not 0 <= chosen < len(completions):
            message = f"There is no completion {chosen} (the first is 0); here are {len(completions)}."
            raise LineError("no-such-step", message, f"{field}.chosen_completion")
        return completions[chosen]
    if isinstance(human, _Completion) and not (last and completions and label.finish_reason == "found_error"):
        return human
    if last:
        return completions[0]
    message = "No completion is chosen and no human one is given, so nothing tells what the next steps go on from."
    raise LineError("invalid", message, f"{field}.chosen_completion")


def _rewrite(label: _Label, steps: list[_Step], taken: list[_Completion]) -> _Completion | None:
    """The human completion of the wrong step that a record ends with."""
    human = steps[-1].human_completion if steps else None
    wrong = [i for i, completion in enumerate(taken) if completion.rating == -1]
    if not isinstance(human, _Completion) or wrong[:1] != [len(steps) - 1] or label.finish_reason != "found_error":
        return None
    check_text(human.text, "human_completion.text")
    return human if human.text.strip() and human.text != taken[-1].text else None


def _trace(raw: _Line, problem: ProblemIn, taken: list[_Completion], more: dict[str, Any]) -> TraceIn:
    asked, label = raw.question, raw.label
    metadata: dict[str, Any] = {
        "labeler": raw.labeler,
        "timestamp": raw.timestamp,
        "finish_reason": label.finish_reason,
        "total_time": label.total_time,
        **more,
    }
    texts, answer = [completion.text for completion in taken], None
    pre_generated = {
        "pre_generated_verifier_score": asked.pre_generated_verifier_score,
        "pre_generated_answer": asked.pre_generated_answer,
        "pre_generated_steps": asked.pre_generated_steps or None,
    }
    if asked.pre_generated_steps[: len(texts)] == texts:
        # Otherwise it is another solution than the one that was rated.
        texts, answer = asked.pre_generated_steps, asked.pre_generated_answer
        del pre_generated["pre_generated_answer"]
        pre_generated["pre_generated_steps"] = True  # the trace's own
    metadata |= {name: value for name, value in pre_generated.items() if value is not None}
    check_metadata(metadata, "")
    steps = text_steps(texts, "label.steps")
    if answer is None and ANSWER in texts[-1]:
        answer = texts[-1].rpartition(ANSWER)[2]
    check_text(answer, "question.pre_generated_answer")
    # Nothing names a record but who made it and when; our own export has no time for labels that came with data.
    made = raw.timestamp or digest([problem.statement.encode(), *(text.encode() for text in texts)]).hex()[:16]
    return TraceIn(problem, steps, f"{SOURCE}/{raw.labeler}/{made}", answer=answer, metadata=metadata)


def _ranked(completions: list[_Completion]) -> list[_Completion]:
    """The distinct rated completions in their order, and a human one if it alone is not rated -1."""
    ratings: dict[str, set[int]] = {}
    for c in completions:
        if c.rating is not None:
            ratings.setdefault(c.text, set()).add(c.rating)
    only_wrong = set().union(*ratings.values()) == {-1}
    ranked: dict[str, _Completion] = {}
    for c in completions:
        written = only_wrong and c.source == "human" and c.rating is None
        if (c.rating is not None and len(ratings[c.text]) == 1) or (written and c.text not in ratings):
            ranked.setdefault(c.text, c)
    return list(ranked.values())


def _choice(trace: TraceIn, i: int, ranked: list[_Completion]) -> ChoiceIn:
    candidates = [StepIn(completion.text) for completion in ranked]
    check_steps(candidates, f"label.steps[{i}].completions", least=2, most=MAX_CANDIDATES)
    # A human completion is here only where it is better than all that were rated.
    by_rating = [[k for k, c in enumerate(ranked) if c.rating == rating] for rating in (None, 1, 0, -1)]
    ranking = [group for group in by_rating if group]
    if {completion.rating for completion in ranked} == {-1}:
        ranking = []
    names = ("labeler", "timestamp", "is_quality_control_question", "is_initial_screening_question")
    return ChoiceIn(
        problem=trace.problem,
        prefix=trace.steps[:i],
        candidates=candidates,
        info=[{"metadata": said} if (said := completion.said()) else {} for completion in ranked],
        external_id=f"{trace.external_id}/{i}",
        metadata={name: trace.metadata[name] for name in names if name in trace.metadata},
        preferences=[PreferenceIn(SOURCE, ranking)],
    )


def looks(row: dict[str, Any]) -> str:
    label = row.get("label")
    if not isinstance(row.get("question"), dict) or not isinstance(label, dict) or "steps" not in label:
        return ""
    return "has a `question` and a `label` that are objects, the label with `steps`"


FORMAT = Format("prm800k", "PRM800K: rated steps, with the alternatives at each", parse, looks)
