"""ATIF v1.7, Harbor's format of agents' runs, with what was said of each step in the step's `extra`.

Step 1 is the user's, with the problem. Then come the agent's turns, as `annotate.exports.turns` tells them: a
thought is `reasoning_content`, the text `message`, the calls `tool_calls`, and what they were answered the
`observation` of the same step. An observation that answers nothing the agent did is a step of the user's.
Where a text has media, `message` and the results are lists of parts; the `path` of a picture that is kept here
is `media/` and its SHA-256.

The labels are in their places: `extra.labels` of a step is a list of `{"source", "value"}`, the value
"correct", "neutral", "incorrect" or "unsure": the worst that this source said of what the turn holds.
`extra.labels` of the whole has each source's `first_error` (a `step_id`, or null), `error_types`, `comment` and
`rewrite`. `extra.problem`, `answer` and `correct` are what is known of the run.

One object for each trace, with all its labels. Left out: traces without labels. Not carried: choices; times,
metrics and what else an imported run said beside its steps; scores. `agent.version` is "" where nobody knows.

Coming back, the problem, the steps with their kinds, and the ids of calls are as they were; labels are in the
metadata. In Parquet, `arguments` and lists of parts are JSON in texts.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Raw, Struct

from annotate.exports.formats.base import Format, start_with
from annotate.exports.items import BAD, Item, Label, Step, TraceItem
from annotate.exports.tally import Tally
from annotate.exports.turns import WORDS, Turn, turns, value_of

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


class StepExtra(Struct, gc=False):
    labels: list[StepLabel]


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


def rows(item: Item, tally: Tally) -> Iterator[Row]:
    assert isinstance(item, TraceItem)  # noqa: S101
    if not item.said:
        return
    for said in item.said:
        tally.use(item, said)
    media = _media(item.problem.media)
    steps = [RowStep(1, "user", [Part("text", item.problem.statement), *media] if media else item.problem.statement)]
    place: dict[int, int] = {}
    for turn in turns(item):
        if turn.answers and steps[-1].source == "agent":
            results = steps[-1].observation.results if steps[-1].observation else []
            steps[-1].observation = Observation([*results, Result(_content(turn.said), turn.answers)])
        else:
            steps.append(_step(len(steps) + 1, turn, item.said))
        place.update(dict.fromkeys(turn.steps, len(steps)))
    yield Row(
        VERSION,
        item.key,
        item.key,
        Agent(item.generator, "", item.generator or None),
        steps,
        Extra(item.problem.external_id, item.answer, item.correct, [_label(said, place) for said in item.said]),
    )


def _step(id: int, turn: Turn, said: list[Label]) -> RowStep:
    step = RowStep(id, "agent" if turn.agent else "user", _content(turn.said))
    if not turn.agent:
        return step
    step.reasoning_content = turn.thought or None
    step.tool_calls = [ToolCall(c.id, c.name, Raw((c.arguments or "{}").encode())) for c in turn.calls] or None
    values = [(label.by, value_of(turn, label.values)) for label in said]
    labels = [StepLabel(by, WORDS[value]) for by, value in values if value is not None]
    step.extra = StepExtra(labels) if labels else None
    return step


def _label(said: Label, place: dict[int, int]) -> TraceLabel:
    wrong = place[said.values.index(BAD)] if BAD in said.values else None
    rewrite = said.rewrites[0].text if said.rewrites else None
    return TraceLabel(said.by, wrong, said.error_types, said.comment, rewrite)


def _content(steps: list[Step]) -> str | list[Part]:
    if all(step.media is None for step in steps):
        return "\n".join(step.text for step in steps)
    return [part for step in steps for part in (Part("text", step.text), *_media(step.media))]


class Medium(Struct):
    type: str = "image"
    sha256: str = ""
    mime: str = ""
    url: str = ""

    @property
    def path(self) -> str:
        return self.url or f"media/{self.sha256}"


_media_list = msgspec.json.Decoder(list[Medium])


def media_of(raw: Raw | None) -> list[Medium]:
    return [] if raw is None else _media_list.decode(raw)


def _media(raw: Raw | None) -> list[Part]:
    return [Part(one.type, source=Source(one.mime, one.path)) for one in media_of(raw)]


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
    imports_back=True,
)
