"""ALFWorld games as TRAD keeps them: one JSON object a game, `{"task", "traj": [{"obs", "act", "thought"}]}`.

Each element becomes up to three steps, in the order in which they happened: what was seen (an observation), the
thought, and the action (a tool call). The last element has no thought, and a blank text is no step. The task is the
problem: games that set the same one share it, and part where they see something else. Nothing names a game, so equal
games are one trace. A field that an element has beside these is metadata of its last step.
"""

import msgspec
from msgspec import Struct

from annotate.corpus.formats.agents import StepList
from annotate.corpus.formats.base import (
    Format,
    Item,
    ProblemIn,
    TraceIn,
    check_problem,
    decode,
    has,
    objects,
    others,
    unnamed,
)
from annotate.corpus.models import StepKind


class _Turn(Struct):
    obs: str = ""
    act: str = ""
    thought: str = ""


class _Line(Struct):
    task: str
    traj: list[_Turn]


_decoder = msgspec.json.Decoder(_Line)


def parse(line: bytes) -> list[Item]:
    raw = decode(_decoder, line)
    problem = ProblemIn(raw.task)
    check_problem(problem, "task")
    steps = StepList("traj")
    for turn, given in zip(raw.traj, objects(line, "traj"), strict=True):
        made = steps.add(StepKind.OBSERVATION, turn.obs)
        made += steps.add(StepKind.THOUGHT, turn.thought)
        made += steps.add(StepKind.TOOL_CALL, turn.act)
        steps.note(made, unnamed(given, _Turn))
    metadata = {**others(line, _Line), **steps.left_over}
    return [TraceIn(problem, steps.checked(), metadata=metadata, step_metadata=steps.metadata)]


FORMAT = Format(
    "alfworld", "ALFWorld: a household agent's observations, thoughts and actions", parse, has("task", "traj")
)
