"""Whether an answer is one that can be kept, and what it says. Pure: no database.

An answer is a mapping with the fields of a submit. A field that is missing, None or blank was not given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotate.core.errors import Invalid
from annotate.corpus.labels import first_error_of, first_error_values
from annotate.corpus.models import StepValue
from annotate.labeling.details import Asked, trace_details
from annotate.projects.schema import UNSURE

VALUES = {value.name.lower(): int(value) for value in StepValue}

TRACE_FIELDS = (
    "first_error",
    "labels",
    "steps",
    "error_types",
    "rubric",
    "answers",
    "problem_spans",
    "confidence",
)
CHOICE_FIELDS = ("preferred", "ranking", "none_acceptable", "strength")


@dataclass(frozen=True)
class TraceVerdict:
    values: list[int | None]
    """One of VALUES, or None for not labelled, for each step by 0-based index."""
    error_types: list[str]
    comment: str
    confidence: int | None
    rewrite: str | None
    details: dict[str, Any]
    """See `Judgement.details`."""

    @property
    def first_error(self) -> int | None:
        """The 0-based index of the first wrong step."""
        return first_error_of(self.values)


@dataclass(frozen=True)
class ChoiceVerdict:
    ranking: list[list[str]]
    """Groups of candidates, best first; within a group sorted. Those left out are worse than all of them, and not
    compared with one another. [] says that none is acceptable."""
    strength: int | None
    comment: str
    rewrite: str | None


def trace_verdict(answer: Mapping[str, Any], *, asked: Asked, every_step: bool) -> TraceVerdict:
    """What the answer says of a trace. Raises Invalid.

    `steps` may hold the ratings of an every-step project instead of `labels`, and in every project what is said of
    single steps. Its error types of the first wrong step are the answer's own.
    """
    only(answer, (*CHOICE_FIELDS, "walk"), f"This is a trace task, which takes {_listed(TRACE_FIELDS)}.")
    _check_steps(answer.get("steps") or [], asked.judged, rated=every_step)
    if every_step:
        if "first_error" in answer:
            raise Invalid.field(
                "first_error", "This project asks for every step: send labels instead.", "no-longer-asked"
            )
        values, words = _from_labels(answer, asked)
    else:
        if "labels" in answer:
            raise Invalid.field(
                "labels", "This project asks for the first error: send first_error instead.", "no-longer-asked"
            )
        if "first_error" not in answer:
            raise Invalid.field(
                "first_error", "Send first_error: a step's index from 0, or null for no error.", "required"
            )
        values, words = _from_first_error(answer["first_error"], asked.judged), {}
    wrong = first_error_of(values)
    details = trace_details(answer, values, asked)
    chosen = set(answer.get("error_types") or [])
    for said in details.get("steps", []):
        if said["step"] == wrong:
            chosen.update(said.pop("error_types", []))
    if unknown := sorted(chosen.difference(asked.error_types)):
        known = ", ".join(asked.error_types) or "none"
        raise Invalid.field(
            "error_types", f"There is no error type {unknown[0]}. This project has: {known}.", "no-longer-asked"
        )
    if chosen and wrong is None:
        raise Invalid.field(
            "error_types", "Error types are of the first wrong step, and no step was called wrong.", "needs-wrong-step"
        )
    rewrite = _rewrite(answer)
    if rewrite is not None and wrong is None:
        raise Invalid.field(
            "rewrite",
            "A rewrite takes the place of the first wrong step, and no step was called wrong.",
            "needs-wrong-step",
        )
    confidence = answer.get("confidence")
    if confidence is not None and not asked.definition["confidence"]:
        raise Invalid.field(
            "confidence", "This project does not ask how sure you are. Leave confidence out.", "no-longer-asked"
        )
    return TraceVerdict(
        values=values,
        error_types=[key for key in asked.error_types if key in chosen],
        comment=comment_of(answer),
        confidence=confidence,
        rewrite=rewrite,
        details=_with_words(details, words),
    )


def _check_steps(steps: Sequence[Mapping[str, Any]], judged: Sequence[bool], *, rated: bool) -> None:
    """Each step is there, is named once, and is rated only where ratings are asked for."""
    seen = set()
    for said in steps:
        index = said["step"]
        if index >= len(judged):
            raise Invalid.field("steps", f"There is no step {index}: the last one is {len(judged) - 1}.", "outside")
        if index in seen:
            raise Invalid.field("steps", f"Step {index} is there twice.", "said-twice")
        seen.add(index)
        if said.get("value") is not None and not rated:
            raise Invalid.field(
                "steps", "This project asks for the first error: send first_error, and no values.", "no-longer-asked"
            )


def _with_words(details: dict[str, Any], words: Mapping[int, str]) -> dict[str, Any]:
    """The details with the project's own words for the values, where these are not the values themselves."""
    of_step: dict[int, dict[str, Any]] = {index: {"step": index, "value": word} for index, word in words.items()}
    for said in details.get("steps", []):
        if len(said) > 1:
            of_step[said["step"]] = {**of_step.get(said["step"], {}), **said}
    rest = {name: value for name, value in details.items() if name != "steps"}
    return {"steps": [of_step[index] for index in sorted(of_step)], **rest} if of_step else rest


def _from_first_error(index: int | None, judged: Sequence[bool]) -> list[int | None]:
    try:
        return first_error_values(judged, index)
    except ValueError as error:
        raise Invalid.field("first_error", str(error), "outside") from None


def _from_labels(answer: Mapping[str, Any], asked: Asked) -> tuple[list[int | None], dict[int, str]]:
    """Every step that can be judged has a value; after the first wrong one it may be left out. With them the words that
    are the project's own, by index.
    """
    labels = [*(answer.get("labels") or []), *(s for s in answer.get("steps") or [] if s.get("value") is not None)]
    meanings = {value["key"]: value["means"] for value in asked.definition["values"]} | {UNSURE: UNSURE}
    judged = asked.judged
    values: list[int | None] = [None] * len(judged)
    words = {}
    for label in labels:
        index, word = label["step"], label["value"]
        if index >= len(judged):
            raise Invalid.field("labels", f"There is no step {index}: the last one is {len(judged) - 1}.", "outside")
        if not judged[index]:
            raise Invalid.field(
                "labels", f"Step {index} is an observation. Observations are never judged.", "not-judged"
            )
        if values[index] is not None:
            raise Invalid.field("labels", f"Step {index} has two labels.", "said-twice")
        if word not in meanings:
            raise Invalid.field(
                "labels", f"There is no value {word}. This project has: {', '.join(meanings)}.", "no-longer-asked"
            )
        values[index] = VALUES[meanings[word]]
        if word != meanings[word]:
            words[index] = word
    needed = values.index(StepValue.BAD) if StepValue.BAD in values else len(values)
    missing = [i for i in range(needed) if judged[i] and values[i] is None]
    if missing:
        raise Invalid.field("labels", f"Step {missing[0]} has no label.", "required")
    return values, words


def choice_verdict(answer: Mapping[str, Any], *, candidates: Sequence[str]) -> ChoiceVerdict:
    """What the answer says of a choice among `candidates` (step ids). Raises Invalid."""
    only(answer, (*TRACE_FIELDS, "walk"), f"This is a choice task, which takes {_listed(CHOICE_FIELDS)}.")
    said = [field for field in ("preferred", "ranking", "none_acceptable") if answer.get(field)]
    if len(said) != 1:
        raise Invalid.field("preferred", "Send one of preferred, ranking and none_acceptable.", "required")
    groups: list[list[str]] = []
    left_out: set[str] = set()
    if said != ["none_acceptable"]:
        given = answer["ranking"] if said == ["ranking"] else [[answer["preferred"]]]
        groups = [sorted(str(step) for step in group) for group in given]
        _check_ranking(groups, candidates, said[0])
        left_out = set(candidates).difference(*groups)
        if len(left_out) == 1:  # the same thing, said in full
            groups.append(sorted(left_out))
    strength = answer.get("strength")
    if strength is not None and len(groups) < 2 and not left_out:
        raise Invalid.field("strength", "Strength says how much better one candidate is; none is.", "nothing-better")
    return ChoiceVerdict(groups, strength, comment=comment_of(answer), rewrite=_rewrite(answer))


def _check_ranking(groups: list[list[str]], candidates: Sequence[str], field: str) -> None:
    ranked = [step for group in groups for step in group]
    if not all(groups):
        raise Invalid.field(field, "A group is empty.", "required")
    if foreign := [step for step in ranked if step not in candidates]:
        raise Invalid.field(field, f"{foreign[0]} is none of the candidates.", "outside")
    if len(set(ranked)) < len(ranked):
        raise Invalid.field(field, "A candidate is named twice.", "said-twice")


def check_rewrite(rewrite: str, others: Sequence[str]) -> None:
    """Raises Invalid when the rewrite says the same as one of the steps that it should be better than."""
    if any(rewrite.strip() == other.strip() for other in others):
        raise Invalid.field("rewrite", "The rewrite is the same as the step that it should put right.", "same-as-step")


def only(answer: Mapping[str, Any], others: Sequence[str], message: str) -> None:
    """Raises Invalid with this message where one of the `others` is given: they belong to another kind of task."""
    for field in others:
        value = answer.get(field)
        if not (value is None or value is False or value == []):
            raise Invalid.field(field, message, "other-task")


def _listed(fields: Sequence[str]) -> str:
    return f"{', '.join(fields)}, comment and rewrite"


def _rewrite(answer: Mapping[str, Any]) -> str | None:
    rewrite: str | None = answer.get("rewrite")
    return rewrite if rewrite and rewrite.strip() else None


def comment_of(answer: Mapping[str, Any]) -> str:
    return (answer.get("comment") or "").strip()
