"""Steps told as turns, the way agents' formats have them: what the agent thought, said and called at once, and
what it was answered. Pure.

A turn of the agent ends before an answer, before another thought, and before another text; its calls belong to
it. An answer is that of the call whose id it came with; without one, of the first call that has none yet.
"""

from typing import Any

import msgspec
from msgspec import Struct, field

from annotate.corpus.models import StepKind
from annotate.exports.items import BAD, GOOD, NEUTRAL, UNSURE, Step, TraceItem

TOOL_CALL, THOUGHT = StepKind.TOOL_CALL.value, StepKind.THOUGHT.value
WORDS = {BAD: "incorrect", NEUTRAL: "neutral", GOOD: "correct", UNSURE: "unsure"}
ASKING = ("user", "system", "developer")
GAP = "\n\n"  # between what several messages ask


class Call(Struct, gc=False):
    """`arguments`: JSON in a text, as it was written."""

    id: str
    name: str
    arguments: str


class Turn(Struct):
    """`steps`: the 0-based indexes of the steps that it holds. Of an answer `agent` is false, `answers` the id of
    the call, if it is one's, and `name` that of its tool.
    """

    agent: bool
    steps: list[int]
    thought: str = ""
    said: list[Step] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    answers: str = ""
    name: str = ""

    @property
    def text(self) -> str:
        return "\n".join(step.text for step in self.said)


class Noted(Struct):
    """What the importers of agents' formats keep of a step's ids, in its metadata."""

    id: str | None = None
    tool_call_id: str | None = None
    source_call_id: str | None = None
    name: str | None = None
    role: str | None = None


class _Data(Struct):
    """`arguments`: as encoded, b"" for none. (Decoders don't know "raw or null".)"""

    tool: str | None = None
    arguments: msgspec.Raw = msgspec.Raw(b"")


_data = msgspec.json.Decoder(_Data)


class _Part(Struct):
    role: str
    characters: int


class _Known(Struct):
    asked: Any = None


_known = msgspec.json.Decoder(_Known)


def asked(item: TraceItem) -> list[tuple[str, str]]:
    """Who said what of the problem: role and text, the user last. As the importers of agents' formats noted it;
    otherwise all of it is the user's.
    """
    statement = item.problem.statement
    given = _known.decode(item.metadata).asked if item.metadata is not None else None
    try:
        parts = msgspec.convert(given or [], list[_Part])
    except msgspec.ValidationError:  # something of the data's own by that name
        parts = []
    found, at = [], 0
    for part in parts:
        if part.characters and at:
            at += len(GAP)
        found.append((part.role, statement[at : at + part.characters]))
        at += part.characters
    fits = GAP.join(text for _, text in found if text) == statement and found[-1][0] == "user"
    return found if fits else [("user", statement)]


def turns(item: TraceItem) -> list[Turn]:
    found: list[Turn] = []
    open_calls: list[Call] = []
    for i, step in enumerate(item.steps):
        noted = _noted(item, i)
        if not step.judged:
            found.append(_answer(i, step, noted, open_calls))
            continue
        turn = found[-1] if found and found[-1].agent else None
        if turn is None or (step.kind == THOUGHT) or (step.kind != TOOL_CALL and (turn.said or turn.calls)):
            turn = Turn(True, [])
            found.append(turn)
        turn.steps.append(i)
        if step.kind == THOUGHT:
            turn.thought = step.text
        elif step.kind == TOOL_CALL:
            call = _call(i, step, noted)
            turn.calls.append(call)
            open_calls.append(call)
        else:
            turn.said.append(step)
    return found


def value_of(turn: Turn, values: list[int | None]) -> int | None:
    """The worst that was said of its steps: wrong, then unsure, then neutral; None where nothing was said."""
    said = {values[i] for i in turn.steps} - {None}
    return next((value for value in (BAD, UNSURE, NEUTRAL, GOOD) if value in said), None)


def _answer(i: int, step: Step, noted: Noted, open_calls: list[Call]) -> Turn:
    turn = Turn(False, [i], said=[step])
    if noted.role in ASKING:
        return turn
    id = noted.tool_call_id or noted.source_call_id or noted.id
    call = next((call for call in open_calls if call.id == id), None)
    if call is None and id is None and open_calls:
        call = open_calls[0]
    if call is not None:
        open_calls.remove(call)
    turn.answers = call.id if call else id or ""
    turn.name = noted.name or (call.name if call else "")
    return turn


def _call(i: int, step: Step, noted: Noted) -> Call:
    data = _decoded(step)
    name, arguments = _written(step.text)
    if name is None:
        name = data.tool or "tool"
        arguments = (bytes(data.arguments) or msgspec.json.encode({"input": step.text})).decode()
    return Call(noted.id or noted.tool_call_id or f"call_{i}", name, arguments)


def _written(text: str) -> tuple[str | None, str]:
    """`name(arguments)` taken apart, if the arguments are a JSON object."""
    name, bracket, rest = text.partition("(")
    if not bracket or not rest.endswith(")") or not name.strip() or any(c.isspace() for c in name):
        return None, ""
    arguments = rest[:-1]
    try:
        return (name, arguments) if isinstance(msgspec.json.decode(arguments or "{}"), dict) else (None, "")
    except (msgspec.DecodeError, RecursionError):
        return None, ""


def _decoded(step: Step) -> _Data:
    try:
        return _data.decode(step.data) if step.data is not None else _Data()
    except msgspec.ValidationError:
        return _Data()


def _noted(item: TraceItem, i: int) -> Noted:
    raw = item.step_metadata[i] if item.step_metadata else None
    if raw is None:
        return Noted()
    given = msgspec.json.decode(raw)
    texts = {name: given.get(name) for name in Noted.__struct_fields__} if isinstance(given, dict) else {}
    return Noted(**{name: value for name, value in texts.items() if isinstance(value, str)})
