"""What the formats of agents have in common: turns that become steps of several kinds, and what stands around them."""

from typing import Any, Literal

import msgspec
from msgspec import Raw, Struct

from annotate.corpus.formats.base import LineError, StepIn, check_steps, unnamed
from annotate.corpus.models import StepKind

Made = list[int]  # 0-based indexes of the steps that something became: none, one or more


class StepList:
    """Steps in the order in which they are added. `field` is where in the line they come from, for errors."""

    def __init__(self, field: str) -> None:
        self.field = field
        self.steps: list[StepIn] = []
        self._notes: list[dict[str, Any]] = []
        self._without_step: list[dict[str, Any]] = []

    def add(self, kind: StepKind, text: str) -> Made:
        """A blank text is no step: agents often think or see nothing."""
        if not text.strip():
            return []
        self.steps.append(StepIn(text, kind.value))
        self._notes.append({})
        return [len(self.steps) - 1]

    def note(self, made: Made, more: dict[str, Any]) -> None:
        """Further fields of a turn: metadata of the last step that it became, or of the trace where it became none."""
        if not more:
            return
        if made:
            self._notes[made[-1]] |= more
        else:
            self._without_step.append(more)

    def checked(self, *, least: int = 1) -> list[StepIn]:
        check_steps(self.steps, self.field, least=least)
        return self.steps

    @property
    def metadata(self) -> list[dict[str, Any] | None] | None:
        return [note or None for note in self._notes] if any(self._notes) else None

    @property
    def left_over(self) -> dict[str, Any]:
        """Metadata of the trace: what was noted of turns that became no step."""
        return {"without_step": self._without_step} if self._without_step else {}


def texts_of(content: Any, field: str) -> list[str]:
    """A message's texts: its content as it is, or that of its parts, each one apart."""
    if content is None:
        return []
    if isinstance(content, str):
        return [content]
    if not isinstance(content, list):
        raise LineError("invalid", "A content is a text, a list of parts, or null.", field)
    texts = []
    for i, part in enumerate(content):
        if isinstance(part, str):
            texts.append(part)
            continue
        text = part.get("text") if isinstance(part, dict) else None
        if not isinstance(text, str):
            message = (
                "This part is no text, and only texts can be kept yet. Take it out, or say in words what it shows."
            )
            raise LineError("not-text", message, f"{field}[{i}]")
        texts.append(text)
    return texts


class Function(Struct):
    name: str
    arguments: Raw = Raw(b"")

    def __str__(self) -> str:
        """`name(arguments)`, with the arguments as they were written: a text that holds JSON, or JSON itself."""
        given = bytes(self.arguments)
        text = msgspec.json.decode(given, type=str) if given.startswith(b'"') else given.decode()
        return f"{self.name}({text})"


class Call(Struct):
    function: Function


class Message(Struct):
    """A message as OpenAI's chat API has it, and all that speak like it."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Any = None
    reasoning_content: str | None = None
    tool_calls: list[Call] | None = None
    function_call: Function | None = None  # as it was before there were tools


def tell(messages: list[Message], given: list[dict[str, Any]], steps: StepList) -> tuple[str, list[Made]]:
    """What the agent was asked, and which steps each message became. `given`: the messages as they came.

    Asked is all up to the first user message, with the system prompt, joined by blank lines. The assistant's messages
    are a thought (`reasoning_content`), reasoning and a tool call for each call; all others are observations. What a
    message has beside this is metadata of its last step, and of a call of the call's.
    """
    asked = _asked(messages, steps.field)
    made: list[Made] = []
    for i, (message, fields) in enumerate(zip(messages, given, strict=True)):
        texts = texts_of(message.content, f"{steps.field}[{i}].content") if i >= len(asked) else []
        more = {"content": message.content} if _says_more(message.content) else {}
        if message.role == "assistant":
            made.append(_said(message, fields, texts, steps))
            more |= unnamed(fields, Message)
        else:
            made.append([k for text in texts for k in steps.add(StepKind.OBSERVATION, text)])
            more |= {name: value for name, value in fields.items() if name not in ("role", "content")}
            if made[-1] and message.role != "tool":
                more["role"] = message.role
        steps.note(made[-1], more if made[-1] or not more else {"message": i, **more})
    return "\n\n".join(text for text in asked if text), made


def _asked(messages: list[Message], field: str) -> list[str]:
    """The text of each message up to the first user message."""
    texts = []
    for i, message in enumerate(messages):
        if message.role not in ("system", "developer", "user"):
            break
        texts.append("\n\n".join(texts_of(message.content, f"{field}[{i}].content")))
        if message.role == "user":
            return texts
    problem = "Nothing says what the agent was to do: there is no user message before the agent's first one."
    raise LineError("no-problem", f"{problem} Add one.", field)


def _said(message: Message, fields: dict[str, Any], texts: list[str], steps: StepList) -> Made:
    made = steps.add(StepKind.THOUGHT, message.reasoning_content or "")
    for text in texts:
        made += steps.add(StepKind.REASONING, text)
    for call, given in zip(message.tool_calls or [], fields.get("tool_calls") or [], strict=True):
        step = steps.add(StepKind.TOOL_CALL, str(call.function))
        steps.note(step, unnamed(given, Call) | unnamed(given["function"], Function))
        made += step
    if message.function_call:
        step = steps.add(StepKind.TOOL_CALL, str(message.function_call))
        steps.note(step, unnamed(fields["function_call"], Function))
        made += step
    return made


def _says_more(content: Any) -> bool:
    """Whether parts have other fields than their text."""
    return isinstance(content, list) and any(
        isinstance(part, dict) and set(part) - {"type", "text"} for part in content
    )
