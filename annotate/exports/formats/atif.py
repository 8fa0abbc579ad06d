"""ATIF v1.7, Harbor's format of agents' runs, with what was said of each step in the step's `extra`.

Step 1 is the user's, with the problem, or the system's and the user's, if it came as several. Then come the agent's
turns, as `annotate.exports.turns` tells them: a thought is `reasoning_content`, the text `message`, the calls
`tool_calls`, and what they were answered the `observation` of the same step. An observation that answers nothing the
agent did is a step of the user's. A result names its call where the same step made it, as the format wants it; what
comes later only stands behind what the agent did last. Where a text has pictures, `message` and the results are lists
of parts; the `path` of a picture that is kept here is `media/` and its SHA-256. The format knows pictures of four
types alone: sounds, films, and pictures of which nobody knows the type are in the step's `extra.media`.

The labels are in their places: `extra.labels` of a step is a list of `{"source", "value"}`, the value
"correct", "neutral", "incorrect" or "unsure": the worst that this source said of what the turn holds.
`extra.labels` of the whole has each source's `first_error` (a `step_id`, or null), `error_types`, `comment` and
`rewrite`. `extra.problem`, `answer` and `correct` are what is known of the run. Nothing else may stand beside the
format's own fields, so where a row says which part it is in, or where it comes from, that is in `extra`, too.

One object for each trace, with all its labels. Left out: traces without labels. Not carried: choices; times,
metrics and what else an imported run said beside its steps; scores. `agent` is the one that came with the run;
otherwise the generator, with `version` "".

Coming back, the problem, the steps with their kinds, and the ids of calls are as they were; labels are in the
metadata, and so is `extra.media`. In Parquet, `arguments` and lists of parts are JSON in texts.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Raw, Struct

from annotate.exports.formats.base import Format, start_with
from annotate.exports.items import BAD, Item, Label, Step, TraceItem
from annotate.exports.media import media_of
from annotate.exports.tally import Tally
from annotate.exports.turns import WORDS, Turn, asked, turns, value_of

VERSION = "ATIF-v1.7"


class Agent(Struct, gc=False, omit_defaults=True):
    name: str
    version: str
    model_name: str | None = None


class Source(Struct, gc=False):
    media_type: str
    path: str


class Part(Struct, gc=False, omit_defaults=True):
    type: str
    text: str | None = None
    source: Source | None = None


class ToolCall(Struct, gc=False):
    tool_call_id: str
    function_name: str
    arguments: Raw


class Result(Struct, gc=False, omit_defaults=True):
    content: str | list[Part]
    source_call_id: str | None = None


class Observation(Struct, gc=False):
    results: list[Result]


class StepLabel(Struct, gc=False):
    source: str
    value: str


class OtherMedium(Struct, gc=False):
    type: str
    media_type: str
    path: str


class StepExtra(Struct, gc=False, omit_defaults=True):
    labels: list[StepLabel] = []
    media: list[OtherMedium] = []


class RowStep(Struct, gc=False, omit_defaults=True):
    step_id: int
    source: str
    message: str | list[Part]
    reasoning_content: str | None = None
    tool_calls: list[ToolCall] | None = None
    observation: Observation | None = None
    extra: StepExtra | None = None


class TraceLabel(Struct, gc=False):
    source: str
    first_error: int | None
    error_types: list[str]
    comment: str
    rewrite: str | None


class Extra(Struct, gc=False):
    problem: str | None
    answer: str | None
    correct: bool | None
    labels: list[TraceLabel]


class Row(Struct, gc=False):
    schema_version: str
    session_id: str
    trajectory_id: str
    agent: Agent
    steps: list[RowStep]
    extra: Extra


class _Known(Struct):
    agent: Any = None


_known = msgspec.json.Decoder(_Known)


def rows(item: Item, tally: Tally) -> Iterator[Row]:
    assert isinstance(item, TraceItem)  # noqa: S101
    if not item.said:
        return
    for said in item.said:
        tally.use(item, said)
    steps = [_asked(i, *one, item.problem.media) for i, one in enumerate(asked(item), 1)]
    place: dict[int, int] = {}
    for turn in turns(item):
        if turn.answers and steps[-1].source == "agent":
            _observe(steps[-1], turn)
        else:
            steps.append(_step(len(steps) + 1, turn, item.said))
        _keep_others(steps[-1], [step.media for step in turn.said])
        place.update(dict.fromkeys(turn.steps, len(steps)))
    yield Row(
        VERSION,
        item.key,
        item.key,
        _agent(item),
        steps,
        Extra(item.problem.external_id, item.answer, item.correct, [_label(said, place) for said in item.said]),
    )


def _asked(id: int, role: str, text: str, media: Raw | None) -> RowStep:
    """What the system or the user said at first; the media are the user's."""
    if role != "user":
        return RowStep(id, "system", text)
    step = RowStep(id, "user", _content(text, media))
    _keep_others(step, [media])
    return step


def _agent(item: TraceItem) -> Agent:
    own = Agent(item.generator, "", item.generator or None)
    given = _known.decode(item.metadata).agent if item.metadata is not None else None
    if isinstance(given, dict):
        for name in ("name", "version", "model_name"):
            if isinstance(given.get(name), str):
                setattr(own, name, given[name])
    return own


def _step(id: int, turn: Turn, said: list[Label]) -> RowStep:
    step = RowStep(id, "agent" if turn.agent else "user", _contents(turn.said))
    if not turn.agent:
        return step
    step.reasoning_content = turn.thought or None
    step.tool_calls = _calls(turn) or None
    values = [(label.by, value_of(turn, label.values)) for label in said]
    labels = [StepLabel(by, WORDS[value]) for by, value in values if value is not None]
    step.extra = StepExtra(labels) if labels else None
    return step


def _calls(turn: Turn) -> list[ToolCall]:
    """Arguments are an object here, and no two calls of a step have one id."""
    made: list[ToolCall] = []
    for call in turn.calls:
        given = Raw((call.arguments or "{}").encode())
        if not isinstance(msgspec.json.decode(given), dict):
            given = Raw(msgspec.json.encode({"input": given}))
        taken = any(one.tool_call_id == call.id for one in made)
        made.append(ToolCall(f"{call.id}/{len(made)}" if taken else call.id, call.name, given))
    return made


def _observe(step: RowStep, turn: Turn) -> None:
    """An answer, which may name calls of this step only."""
    own = any(call.tool_call_id == turn.answers for call in step.tool_calls or ())
    results = step.observation.results if step.observation else []
    result = Result(_contents(turn.said), turn.answers if own else None)
    step.observation = Observation([*results, result])


def _label(said: Label, place: dict[int, int]) -> TraceLabel:
    wrong = place[said.values.index(BAD)] if BAD in said.values else None
    rewrite = said.rewrites[0].text if said.rewrites else None
    return TraceLabel(said.by, wrong, said.error_types, said.comment, rewrite)


def _contents(steps: list[Step]) -> str | list[Part]:
    parts = [_content(step.text, step.media) for step in steps]
    if all(isinstance(part, str) for part in parts):
        return "\n".join(step.text for step in steps)
    return [one for part in parts for one in ([Part("text", part)] if isinstance(part, str) else part)]


def _content(text: str, media: Raw | None) -> str | list[Part]:
    pictures = [Part("image", source=Source(one.mime_type, one.path)) for one in media_of(media) if one.is_picture]
    return [Part("text", text), *pictures] if pictures else text


def _keep_others(step: RowStep, media: list[Raw | None]) -> None:
    others = [one for raw in media for one in media_of(raw) if not one.is_picture]
    if others:
        step.extra = step.extra or StepExtra()
        step.extra.media = [*step.extra.media, *(OtherMedium(one.type, one.mime_type, one.path) for one in others)]


class TableCall(Struct, gc=False):
    tool_call_id: str
    function_name: str
    arguments: str


class TableResult(Struct, gc=False):
    source_call_id: str | None
    content: str


class TableStep(Struct, gc=False):
    step_id: int
    source: str
    message: str
    reasoning_content: str | None
    tool_calls: list[TableCall]
    results: list[TableResult]
    labels: list[StepLabel]
    media: list[OtherMedium]


class TableRow(Struct, gc=False):
    schema_version: str
    session_id: str
    trajectory_id: str
    agent: Agent
    steps: list[TableStep]
    extra: Extra


def _table_row(row: Row) -> TableRow:
    steps = [
        TableStep(
            step.step_id,
            step.source,
            _text(step.message),
            step.reasoning_content,
            [TableCall(c.tool_call_id, c.function_name, bytes(c.arguments).decode()) for c in step.tool_calls or []],
            [TableResult(r.source_call_id, _text(r.content)) for r in (step.observation or Observation([])).results],
            step.extra.labels if step.extra else [],
            step.extra.media if step.extra else [],
        )
        for step in row.steps
    ]
    return TableRow(row.schema_version, row.session_id, row.trajectory_id, row.agent, steps, row.extra)


def _text(content: Any) -> str:
    return content if isinstance(content, str) else msgspec.json.encode(content).decode()


FORMAT = Format(
    "atif",
    "ATIF: agents' runs with labels in each step's extra",
    start=start_with(rows),
    rows=(Row,),
    table=(TableRow, _table_row),
    whole_items=True,
    names_media=True,
    more_in_last=True,
    imports_back=True,
)
