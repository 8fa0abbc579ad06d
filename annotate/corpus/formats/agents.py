"""What the formats of agents have in common: turns that become steps of several kinds, and what stands around them."""

from typing import Any

from annotate.corpus.formats.base import LineError, StepIn, check_steps
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

    def checked(self) -> list[StepIn]:
        check_steps(self.steps, self.field)
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
