"""What the formats of agents have in common: turns that become steps of several kinds, and what stands around them."""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from msgspec import Raw, Struct

from annotate.corpus.formats.base import LineError, StepIn, check_metadata, check_steps, unnamed
from annotate.corpus.formats.parts import Media, Part, joined, parts_of
from annotate.corpus.models import StepKind
from annotate.corpus.segment import Pieces, segment

Made = list[int]  # 0-based indexes of the steps that something became: none, one or more


class StepList:
    """Steps in the order in which they are added. `field` is where in the line they come from, for errors; `segmenter`
    cuts what the agent thinks and says.
    """

    def __init__(self, field: str, segmenter: str = "none") -> None:
        self.field, self.segmenter = field, segmenter
        self._between: list[str | None] = []
        self.steps: list[StepIn] = []
        self._notes: list[dict[str, Any]] = []
        self._without_step: list[dict[str, Any]] = []
        self._asked: list[dict[str, Any]] = []

    def add(self, kind: StepKind, text: str, media: Media | None = None, data: dict[str, Any] | None = None) -> Made:
        """A blank text is no step, unless there are media: agents often think or see nothing."""
        if not text.strip() and not media:
            return []
        pieces = Pieces([text], ["", ""])
        if self.segmenter != "none" and text.strip() and kind in (StepKind.REASONING, StepKind.THOUGHT):
            pieces = segment(text, self.segmenter)
        made = []
        for i, piece in enumerate(pieces.steps):
            last = i == len(pieces.steps) - 1
            self.steps.append(StepIn(piece, kind.value, media or None if last else None, data if last else None))
            self._notes.append({})
            self._between.append(pieces.between[i] if i or pieces.between[0] else None)
            made.append(len(self.steps) - 1)
        if pieces.between[-1]:
            self._notes[-1]["after"] = pieces.between[-1]
        return made

    def add_parts(self, kind: StepKind, parts: list[Part]) -> Made:
        return [k for part in parts for k in self.add(kind, part.text, part.media)]

    def call(self, function: "Function") -> Made:
        return self.add(StepKind.TOOL_CALL, str(function), data=function.data)

    def note(self, made: Made, more: dict[str, Any]) -> None:
        """Further fields of a turn: metadata of the last step that it became, or of the trace where it became none."""
        if not more:
            return
        if made:
            self._notes[made[-1]] |= more
        else:
            self._without_step.append(more)

    def asked(self, roles: Sequence[str], contents: list[list[Part]]) -> tuple[str, Media]:
        """What several messages ask, joined. Who said how much of it is noted, so that an export can take it apart."""
        if len(roles) > 1:
            lengths = [len(joined([parts])[0]) for parts in contents]
            self._asked = [{"role": r, "characters": n} for r, n in zip(roles, lengths, strict=True)]
        return joined(contents)

    def checked(self, *, least: int = 1) -> list[StepIn]:
        check_steps(self.steps, self.field, least=least)
        return self.steps

    @property
    def metadata(self) -> list[dict[str, Any] | None] | None:
        return [note or None for note in self._notes] if any(self._notes) else None

    @property
    def info(self) -> list[dict[str, Any]] | None:
        """The same for the prefix of a choice."""
        return [{"metadata": note} if note else {} for note in self._notes] if any(self._notes) else None

    @property
    def left_over(self) -> dict[str, Any]:
        """Metadata of the trace: what was noted of turns that became no step, and what stood before each step in the
        text that it was cut from (null: nothing, there it began).
        """
        left: dict[str, Any] = {"without_step": self._without_step} if self._without_step else {}
        if self._asked:
            left["asked"] = self._asked
        if self.segmenter != "none":
            left["segmented"] = {"by": self.segmenter, "between": self._between}
        return left


class Function(Struct):
    name: str
    arguments: Raw = Raw(b"")

    def __str__(self) -> str:
        """`name(arguments)`, with the arguments as they were written: a text that holds JSON, or JSON itself."""
        given = bytes(self.arguments)
        text = msgspec.json.decode(given, type=str) if given.startswith(b'"') else given.decode()
        return f"{self.name}({text})"

    @property
    def data(self) -> dict[str, Any]:
        """The call as data. Arguments that are no JSON, or hold what can't be stored apart, are only in the text."""
        data: dict[str, Any] = {"tool": self.name}
        given = bytes(self.arguments)
        try:
            arguments = msgspec.json.decode(given) if given else None
            if isinstance(arguments, str):
                arguments = msgspec.json.decode(arguments)
            check_metadata(arguments, "arguments")
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, LineError):
            return data
        return data if arguments is None else {**data, "arguments": arguments}


class Call(Struct):
    function: Function


class Message(Struct):
    """A message as OpenAI's chat API has it, and all that speak like it."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Any = None
    reasoning_content: str | None = None
    tool_calls: list[Call] | None = None
    function_call: Function | None = None  # as it was before there were tools


def tell(messages: list[Message], given: list[dict[str, Any]], steps: StepList) -> tuple[str, Media | None, list[Made]]:
    """What the agent was asked, with its media, and which steps each message became. `given`: the messages as they
    came.

    Asked is all up to the first user message, with the system prompt, joined by blank lines; of several messages, the
    trace's metadata have roles and lengths (in code points) as `asked`. The assistant's messages
    are a thought (`reasoning_content`), reasoning and a tool call for each call; all others are observations. What a
    message has beside this is metadata of its last step, and of a call of the call's.
    """
    contents = [parts_of(m.content, f"{steps.field}[{i}].content") for i, m in enumerate(messages)]
    asked = _asked(messages, steps.field)
    made: list[Made] = []
    for i, (message, fields, parts) in enumerate(zip(messages, given, contents, strict=True)):
        more: dict[str, Any] = {}
        if rest := [one for part in parts for one in part.rest]:
            more["content"] = rest
        if i < asked:
            parts = []
        if message.role == "assistant":
            made.append(_said(message, fields, parts, steps))
            more |= unnamed(fields, Message)
        else:
            made.append(steps.add_parts(StepKind.OBSERVATION, parts))
            more |= {name: value for name, value in fields.items() if name not in ("role", "content")}
            if made[-1] and message.role != "tool":
                more["role"] = message.role
        steps.note(made[-1], more if made[-1] or not more else {"message": i, **more})
    statement, media = steps.asked([message.role for message in messages[:asked]], contents[:asked])
    return statement, media or None, made


def _asked(messages: list[Message], field: str) -> int:
    """How many messages set the problem: all up to the first user message."""
    for i, message in enumerate(messages):
        if message.role not in ("system", "developer", "user"):
            break
        if message.role == "user":
            return i + 1
    problem = "Nothing says what the agent was to do: there is no user message before the agent's first one."
    raise LineError("no-problem", f"{problem} Add one.", field)


def _said(message: Message, fields: dict[str, Any], parts: list[Part], steps: StepList) -> Made:
    made = steps.add(StepKind.THOUGHT, message.reasoning_content or "")
    made += steps.add_parts(StepKind.REASONING, parts)
    for call, given in zip(message.tool_calls or [], fields.get("tool_calls") or [], strict=True):
        step = steps.call(call.function)
        steps.note(step, unnamed(given, Call) | unnamed(given["function"], Function))
        made += step
    if message.function_call:
        step = steps.call(message.function_call)
        steps.note(step, unnamed(fields["function_call"], Function))
        made += step
    return made
