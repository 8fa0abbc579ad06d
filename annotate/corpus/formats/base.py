"""What a format turns a line into, and how it says that a line is wrong."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import msgspec

from annotate.core.errors import Invalid
from annotate.core.nesting import deeper_than
from annotate.corpus.labels import first_error_values
from annotate.corpus.models import StepKind, StepValue

Shape = TypeVar("Shape")

MAX_STEPS = 10_000
MAX_CANDIDATES = 50
MAX_METADATA_DEPTH = 100
MAX_MESSAGE = 500  # characters


class LineError(Exception):
    """This line can't be taken. `code` is for programs, `field` says where, `message` what to do about it."""

    def __init__(self, code: str, message: str, field: str = "") -> None:
        message = _short(message)
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = _short(field)
        self.member = ""  # the file of the upload that it is in, if there are several


def _short(text: str) -> str:
    """Messages and paths may quote the line, which may be long."""
    return text if len(text) <= MAX_MESSAGE else f"{text[: MAX_MESSAGE - 1]}…"


@dataclass(slots=True)
class ProblemIn:
    statement: str
    external_id: str | None = None
    answer: str | None = None
    solution: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    reference_steps: list[dict[str, Any]] | None = None
    reference_states: list[Any] | None = None
    material: list[dict[str, Any]] | None = None
    media: list[dict[str, Any]] | None = None


@dataclass(slots=True)
class StepIn:
    """`media` and `data` as in `models.Step`, or None where there is none. Media may name what is not resolved yet, see
    `annotate.corpus.media`.
    """

    text: str
    kind: str = StepKind.REASONING.value
    media: list[dict[str, Any]] | None = None
    data: dict[str, Any] | None = None


@dataclass(slots=True)
class LabelIn:
    """What the data says about a trace. `values`: StepValue or None for each step, by index."""

    source: str
    values: list[int | None]
    error_types: list[str] = field(default_factory=list)
    comment: str = ""
    rewrite: str | None = None
    details: dict[str, Any] | None = None
    """What was said of single steps and beyond, in the form of `labeling.Judgement.details`; any JSON."""
    confidence: int | None = None
    """1 low to 5 high."""


@dataclass(slots=True)
class PreferenceIn:
    """`ranking`: groups of 0-based candidate indexes, best first; groups of several are ties; [] = none acceptable.

    Candidates left out are worse than all ranked ones. A rewrite is better than every candidate. `strength`: 1 slight
    to 3 strong. `shown`: all candidate indexes, in the order in which the annotator saw them.
    """

    source: str
    ranking: list[list[int]]
    comment: str = ""
    rewrite: str | None = None
    strength: int | None = None
    shown: list[int] | None = None


@dataclass(slots=True)
class TraceIn:
    """Lists by step have an entry for each. `scores` are probabilities, or `{"value", "reason"}` with one (or None);
    `values` have scales of their own; `premises` are 0-based indexes of earlier steps; a `version`
    other than 1 needs an external id.
    """

    problem: ProblemIn
    steps: list[StepIn]
    external_id: str | None = None
    generator: str = ""
    answer: str | None = None
    correct: bool | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    step_metadata: list[dict[str, Any] | None] | None = None
    scores: dict[str, list[Any]] | None = None
    values: dict[str, list[float | None]] | None = None
    premises: list[list[int] | None] | None = None
    tags: list[str] = field(default_factory=list)
    labels: list[LabelIn] = field(default_factory=list)
    version: int = 1


@dataclass(slots=True)
class ChoiceIn:
    problem: ProblemIn
    prefix: list[StepIn]
    candidates: list[StepIn]
    info: list[dict[str, Any]]
    prefix_info: list[dict[str, Any]] | None = None
    external_id: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    preferences: list[PreferenceIn] = field(default_factory=list)
    version: int = 1


Item = TraceIn | ChoiceIn


@dataclass(frozen=True)
class Format:
    """`parse` takes one line (or array element) as bytes and gives what it holds; LineError refuses the whole line.

    `looks` is given a row's fields and says by what it knows one of its own, in words that go on after "its first row",
    or "". `grouped`: the rows may also come as the arrays in one object, see `annotate.corpus.lines.split_lines`.
    `cut`: of formats with solutions in one text, `parse` with the name of a segmenter; `segmenter` is that of `parse`.
    """

    name: str
    title: str
    parse: Callable[[bytes], list[Item]]
    looks: Callable[[dict[str, Any]], str]
    grouped: bool = False
    cut: Callable[[bytes, str], list[Item]] | None = None
    segmenter: str = ""

    def cut_by(self, segmenter: str) -> "Format":
        """The same format by another segmenter ("": its own). Raises Invalid where there is nothing to cut."""
        if segmenter in ("", self.segmenter):
            return self
        if self.cut is None:
            message = f"Lines of {self.name} bring their steps already, so no segmenter is needed. Leave it out."
            raise Invalid.field("segmenter", message)
        cut = self.cut
        return replace(self, parse=lambda line: cut(line, segmenter), segmenter=segmenter)


def has(*fields: str) -> Callable[[dict[str, Any]], str]:
    """A `looks` for formats that no other one shares all these fields with."""
    names = [f"`{name}`" for name in fields]
    reason = f"has {', '.join(names[:-1])}{' and ' if names[:-1] else ''}{names[-1]}"
    return lambda row: reason if all(name in row for name in fields) else ""


_AT = re.compile(r"^(?P<what>.*?)(?: - at `\$\.?(?P<where>.*)`)?$", re.DOTALL)

_NAMED = re.compile(r"(?:missing required|contains unknown) field `(.*)`$", re.DOTALL)


def decode(decoder: msgspec.json.Decoder[Shape], line: bytes) -> Shape:
    """One line's JSON in the shape that the decoder's type gives. Raises LineError with the field's path."""
    try:
        return decoder.decode(line)
    except msgspec.ValidationError as error:
        match = _AT.match(str(error))
        assert match  # noqa: S101
        field = match["where"] or ""
        if named := _NAMED.search(match["what"]):
            field = f"{field}.{named[1]}".lstrip(".")
        message = match["what"] + "."
        if message.startswith("Invalid enum value") and field.endswith("kind"):
            message += f" Known are: {', '.join(StepKind.values)}."
        raise LineError("invalid", message, field) from None
    except RecursionError:
        raise LineError("too-deep", "The JSON is nested too deeply.") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise LineError("not-json", f"This is not valid JSON in UTF-8: {error}.") from None


def others(line: bytes, shape: type[msgspec.Struct]) -> dict[str, Any]:
    """The line's fields that the shape doesn't name, to be kept as metadata."""
    rest = unnamed(decode(_anything, line), shape)
    check_metadata(rest, "")
    return rest


def objects(line: bytes, field: str) -> list[dict[str, Any]]:
    """The objects of a field that is a list of them, as they came; every text in them can be stored."""
    found: list[dict[str, Any]] = decode(_anything, line)[field]
    check_metadata(found, field)
    return found


def objects_of(line: bytes, shape: type[msgspec.Struct], key: str) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    """Of the fields that the shape doesn't name: the objects that have `key`, and the others."""
    rest = others(line, shape)
    found = {name: value for name, value in rest.items() if isinstance(value, dict) and key in value}
    return found, {name: value for name, value in rest.items() if name not in found}


def unnamed(raw: dict[str, Any], shape: type[msgspec.Struct]) -> dict[str, Any]:
    """The fields of an object that the shape doesn't name."""
    names = {field.encode_name for field in msgspec.structs.fields(shape)}
    return {name: value for name, value in raw.items() if name not in names}


_anything = msgspec.json.Decoder(dict[str, Any])


def check_text(text: str | None, field: str) -> None:
    """Refuses what Postgres can't keep: a text is stored to the byte or not at all."""
    if text is not None and "\0" in text:
        raise LineError("nul-character", "A NUL character can't be stored. Remove it.", field)


def check_metadata(value: Any, field: str) -> None:
    """The same for every text inside a JSON value. Refuses what is nested so deep that a reader of it may not get
    through: a task that nobody can open would be handed out again and again.
    """
    if not value:
        return
    if deeper_than(MAX_METADATA_DEPTH, value):
        message = f"It is nested too deeply: metadata may be {MAX_METADATA_DEPTH} levels deep."
        raise LineError("too-deep", message, field)
    _check_texts(value, field)


def _check_texts(value: Any, field: str) -> None:
    if isinstance(value, str):
        check_text(value, field)
    elif isinstance(value, dict):
        for key, inner in value.items():
            check_text(key, field)
            _check_texts(inner, f"{field}.{key}".lstrip("."))
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            _check_texts(inner, f"{field}[{i}]")


def check_problem(problem: ProblemIn, field: str = "problem") -> None:
    if not problem.statement.strip() and not problem.media:
        raise LineError("empty-statement", "The problem has no statement.", f"{field}.statement")
    for name in ("statement", "external_id", "answer", "solution"):
        check_text(getattr(problem, name), f"{field}.{'id' if name == 'external_id' else name}")
    check_metadata(problem.metadata, f"{field}.metadata")


def check_steps(steps: list[StepIn], field: str = "steps", *, least: int = 1, most: int = MAX_STEPS) -> None:
    if not least <= len(steps) <= most:
        raise LineError("step-count", f"There must be from {least} to {most} of them; here are {len(steps)}.", field)
    for i, step in enumerate(steps):
        if not step.text.strip() and not step.media:
            raise LineError("empty-step", "The step has no text: there is nothing to judge.", f"{field}[{i}]")
        if "\0" in step.text:
            check_text(step.text, f"{field}[{i}]")


def text_steps(texts: Sequence[str], field: str = "steps", *, least: int = 1) -> list[StepIn]:
    steps = [StepIn(text) for text in texts]
    check_steps(steps, field, least=least)
    return steps


def pair_of(chosen: str, rejected: str) -> list[StepIn]:
    """The two candidates of a pair, the better one first."""
    for name, text in (("chosen", chosen), ("rejected", rejected)):
        if not text.strip():
            raise LineError("empty-step", "The candidate has no text: there is nothing to compare.", name)
        check_text(text, name)
    if chosen == rejected:
        raise LineError("invalid", "`chosen` and `rejected` are the same: there is nothing to choose.", "rejected")
    return [StepIn(chosen), StepIn(rejected)]


def label_first_error(
    source: str, steps: list[StepIn], first_error: int | None, *, comment: str = "", rewrite: str | None = None
) -> LabelIn:
    """`first_error` is 0-based and within the steps; None: every step is right. `rewrite` replaces the wrong step."""
    values = first_error_values([True] * len(steps), first_error)
    check_text(comment, "comment")
    check_text(rewrite, "rewrite")
    if rewrite is not None and (first_error is None or not rewrite.strip() or rewrite == steps[first_error].text):
        raise LineError("invalid", "A rewrite is a text that replaces the first wrong step by another one.", "rewrite")
    return LabelIn(source, values, comment=comment, rewrite=rewrite)


def from_one(number: int, steps: list[StepIn], field: str) -> int:
    """A 1-based step number of the data as a 0-based index. Raises LineError when there is no such step."""
    if not 1 <= number <= len(steps):
        message = f"The data says step {number}, counted from 1, and there are {len(steps)} steps. Mend or leave out."
        raise LineError("no-such-step", message, field)
    return number - 1


def good_or_bad(right: bool) -> int:
    return int(StepValue.GOOD if right else StepValue.BAD)
