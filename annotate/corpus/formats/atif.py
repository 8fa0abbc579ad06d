"""ATIF, Harbor's format of agents' runs, versions 1.0 to 1.7: a JSON object a run.

The problem is all up to the first step of the user: the system's messages and that one, joined by blank lines. Of each
step of the agent, `reasoning_content` is a thought, `message` reasoning, and each of its `tool_calls` a tool call,
written `name(arguments)` with the arguments to the byte. The results of an `observation`, and what the system and the
user say later, are observations. Blank texts are no steps, and each part of a content in parts is one; pictures go with
the text before them, and a `path` is that of a file in the data set.

What else a step has (`step_id`, `timestamp`, `metrics`, `extra`, …) is metadata of the last step that it became, before
what was observed, or of the trace, as `without_step`, where it became none. Calls and results keep their ids in the
metadata of their own steps. The trace's id is `trajectory_id`, or else `session_id`; its generator is the agent's
`model_name`, or else its `name`. `agent`, `final_metrics`, `subagent_trajectories` and all else are its metadata.
"""

import re
from typing import Any, Literal

import msgspec
from msgspec import Raw, Struct

from annotate.corpus.formats.agents import Function, Made, StepList
from annotate.corpus.formats.base import (
    Format,
    Item,
    LineError,
    ProblemIn,
    TraceIn,
    check_problem,
    check_text,
    decode,
    objects,
    others,
    unnamed,
)
from annotate.corpus.formats.parts import Part, parts_of
from annotate.corpus.models import StepKind

VERSION = re.compile(r"ATIF-v1\.[0-7]")


class _Call(Struct):
    function_name: str
    arguments: Raw = Raw(b"")


class _Result(Struct):
    content: Any = None


class _Observation(Struct):
    results: list[_Result] = []


class _Step(Struct):
    source: Literal["system", "user", "agent"]
    message: Any = None
    reasoning_content: str | None = None
    tool_calls: list[_Call] | None = None
    observation: _Observation | None = None


class _Agent(Struct, frozen=True):
    name: str = ""
    model_name: str | None = None


class _Line(Struct):
    schema_version: str
    steps: list[_Step]
    agent: _Agent = _Agent()
    trajectory_id: str | None = None
    session_id: str | None = None


class _Placed(Struct):
    steps: Any = None


_decoder = msgspec.json.Decoder(_Line)


def parse(line: bytes) -> list[Item]:
    raw = decode(_decoder, line)
    if not VERSION.fullmatch(raw.schema_version):
        message = "Known here are ATIF-v1.0 to ATIF-v1.7. Bring the run into one of these."
        raise LineError("unknown-version", message, "schema_version")
    given = objects(line, "steps")
    steps = StepList("steps")
    asked = _asked(raw.steps)
    for i, (step, fields) in enumerate(zip(raw.steps, given, strict=True)):
        _add(steps, step, fields, f"steps[{i}]", is_problem=i < len(asked))
    statement, media = steps.asked([step.source for step in raw.steps[: len(asked)]], asked)
    problem = ProblemIn(statement, media=media or None)
    check_problem(problem, "steps")
    metadata = others(line, _Placed)
    generator = raw.agent.model_name or raw.agent.name
    check_text(generator, "agent")
    return [
        TraceIn(
            problem=problem,
            steps=steps.checked(),
            external_id=raw.trajectory_id or raw.session_id or None,
            generator=generator,
            metadata={**metadata, **steps.left_over},
            step_metadata=steps.metadata,
        )
    ]


def _asked(steps: list[_Step]) -> list[list[Part]]:
    """What is said in each step up to the user's first one."""
    asked = []
    for i, step in enumerate(steps):
        if step.source == "agent":
            break
        asked.append(parts_of(step.message, f"steps[{i}].message"))
        if step.source == "user":
            return asked
    message = (
        "Nothing says what the agent was to do: there is no step of the user before the agent's first one. Add one."
    )
    raise LineError("no-problem", message, "steps")


def _add(steps: StepList, step: _Step, fields: dict[str, Any], field: str, *, is_problem: bool) -> None:
    made: Made = []
    more = unnamed(fields, _Step)
    if step.source == "agent":
        made += steps.add(StepKind.THOUGHT, step.reasoning_content or "")
    elif step.reasoning_content or step.tool_calls:
        raise LineError("invalid", "Only the agent reasons and calls tools. Mend the step's source.", f"{field}.source")
    said = parts_of(step.message, f"{field}.message")
    if not is_problem:
        kind = StepKind.REASONING if step.source == "agent" else StepKind.OBSERVATION
        made += steps.add_parts(kind, said)
        if step.source != "agent":
            more["source"] = step.source
    if rest := [one for part in said for one in part.rest]:
        more["message"] = rest
    for call, given in zip(step.tool_calls or [], fields.get("tool_calls") or [], strict=True):
        called = steps.call(Function(call.function_name, call.arguments))
        steps.note(called, unnamed(given, _Call))
        made += called
    steps.note(made, more)
    observed = fields.get("observation") or {}
    steps.note([], unnamed(observed, _Observation))
    for i, (result, given) in enumerate(
        zip(step.observation.results if step.observation else [], observed.get("results", []), strict=True)
    ):
        parts = parts_of(result.content, f"{field}.observation.results[{i}].content")
        seen = steps.add_parts(StepKind.OBSERVATION, parts)
        noted = unnamed(given, _Result)
        if about := [one for part in parts for one in part.rest]:
            noted["content"] = about
        steps.note(seen, noted)


def looks(row: dict[str, Any]) -> str:
    version = row.get("schema_version")
    known = isinstance(version, str) and version.startswith("ATIF-") and "steps" in row
    return "has `steps` and a `schema_version` that begins with ATIF-" if known else ""


FORMAT = Format("atif", "ATIF: an agent's run with tool calls and what came of them", parse, looks)
