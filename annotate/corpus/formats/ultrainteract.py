"""UltraInteract_pair (Yuan et al., 2024): JSON lines, each a better and a worse next action after the same turns.

`trajectory` is a list of `{"from", "value"}`. Its first turn, the user's, is the problem. After it, what the assistant
did is a step each, and what the user answered (what the program printed, and a critique) an observation; blank turns
are none. `chosen` and `rejected` are the two candidates of a choice, with a preference of the source "ultrainteract".
Texts are kept whole: an action in several numbered steps stays one step, since the pair compares it as one.

The choice's id is made of `id`; `parent_id`, `task`, `dataset` and all else are its metadata.
"""

from typing import Literal

import msgspec
from msgspec import Struct

from annotate.corpus.formats.agents import StepList
from annotate.corpus.formats.base import (
    ChoiceIn,
    Format,
    Item,
    LineError,
    PreferenceIn,
    ProblemIn,
    check_problem,
    check_text,
    decode,
    has,
    others,
    pair_of,
)
from annotate.corpus.models import StepKind

SOURCE = "ultrainteract"


class _Turn(Struct, forbid_unknown_fields=True):
    who: Literal["user", "human", "assistant", "gpt", "observation"] = msgspec.field(name="from")
    value: str


class _Line(Struct):
    trajectory: list[_Turn]
    chosen: str
    rejected: str
    id: str | None = None


_decoder = msgspec.json.Decoder(_Line)


def parse(line: bytes) -> list[Item]:
    raw = decode(_decoder, line)
    if not raw.trajectory or raw.trajectory[0].who not in ("user", "human"):
        raise LineError("no-problem", "The first turn must be the user's, with the problem. Add it.", "trajectory")
    problem = ProblemIn(raw.trajectory[0].value)
    check_problem(problem, "trajectory[0].value")
    check_text(raw.id, "id")
    prefix = StepList("trajectory")
    for i, turn in enumerate(raw.trajectory[1:], 1):
        check_text(turn.value, f"trajectory[{i}].value")
        prefix.add(_kind(turn), turn.value)
    return [
        ChoiceIn(
            problem=problem,
            prefix=prefix.checked(least=0),
            candidates=pair_of(raw.chosen, raw.rejected),
            info=[{}, {}],
            external_id=None if raw.id is None else f"{SOURCE}/{raw.id}",
            metadata=others(line, _Line),
            preferences=[PreferenceIn(SOURCE, [[0], [1]])],
        )
    ]


def _kind(turn: _Turn) -> StepKind:
    return StepKind.REASONING if turn.who in ("assistant", "gpt") else StepKind.OBSERVATION


FORMAT = Format(
    SOURCE,
    "UltraInteract: a better and a worse next action",
    parse,
    has("trajectory", "chosen", "rejected"),
)
