"""How each family writes a trace: the published form, step by step. Pure.

Steps that nobody judges (observations) are context: they are written where they stand and never read. What follows the
last judged step can't change a score, since the models read from left to right, and is left out.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence

from annotate.scoring.scorers.base import TraceText

from .chat import Chat
from .checkpoint import Unusable
from .settings import NO_SYSTEM_PROMPT, PrmSettings
from .tokens import BadInput, Draft, Input, Tokens

MATH_PROMPT = "Please reason step by step, and put your final answer within \\boxed{}."


class Form(ABC):
    """Writes traces. `good` and `bad`: the tokens whose odds are the score, where the family has such."""

    mark: int = -1
    """The id that ends a step, where one does."""
    disarm: int | None = None
    """The mark, if it is ordinary text that must not be mistaken for one."""
    good: int | None = None
    bad: int | None = None

    def __init__(self, tokens: Tokens, settings: PrmSettings) -> None:
        self.tokens = tokens
        self.settings = settings
        self.before = settings.offset == "before"

    @abstractmethod
    def write(self, trace: TraceText) -> Draft:
        """Every judged step is read once, in order."""

    def _known(self, given: int | None, text: str, what: str, setting: str) -> int:
        """The id of a token that the family lives by: as set, or that of `text`."""
        found = given if given is not None else self.tokens.id_of(text)
        if found is None:
            raise Unusable(f"The tokenizer has no token {text!r}, {what}. Which one it is says the setting {setting}.")
        return found

    def _odds(self) -> None:
        """`+` and `-` as they end a text."""
        good, bad = self.settings.good_id, self.settings.bad_id
        self.good = self.tokens.plain("+")[-1] if good is None else good
        self.bad = self.tokens.plain("-")[-1] if bad is None else bad
        if self.good == self.bad:
            raise Unusable("The tokenizer does not tell + from -; set good_id and bad_id.")


def last_judged(trace: TraceText) -> int:
    """Its 0-based index, or -1."""
    return max((i for i, step in enumerate(trace.steps) if step.judged), default=-1)


class Qwen(Form):
    """A chat whose answer is the steps, each ended by a token of its own; read at that token."""

    def __init__(self, tokens: Tokens, settings: PrmSettings) -> None:
        super().__init__(tokens, settings)
        self.chat = Chat(tokens)
        self.mark = self._known(settings.mark_id, settings.mark or "<extra_0>", "which ends a step", "mark_id")
        self.system = system_prompt(settings, MATH_PROMPT)

    def write(self, trace: TraceText) -> Draft:
        answer, draft = Draft(), Draft()
        for i, step in enumerate(trace.steps[: last_judged(trace) + 1]):
            answer.text(step.text)
            if step.judged:
                answer.ids(self.mark)
                answer.read(i, self.mark, before=self.before)
            else:
                answer.text("\n\n")
        turns = [("system", plain(self.system))] if self.system else []
        turns += [("user", plain(trace.problem)), ("assistant", answer)]
        self.chat.write(draft, [role for role, _ in turns], [content for _, content in turns])
        return draft


class MathShepherd(Form):
    """`problem Step 1: … ки`, a line for each step; the odds of + against - are read at the mark, ordinary text."""

    def __init__(self, tokens: Tokens, settings: PrmSettings) -> None:
        super().__init__(tokens, settings)
        self.text_mark = settings.mark or "ки"
        self.mark = tokens.plain(f"a {self.text_mark}")[-1] if settings.mark_id is None else settings.mark_id
        self.disarm = self.mark
        if settings.mark_id is None and self.text_mark.strip() and not tokens.ends_with(self.mark, self.text_mark):
            raise Unusable(
                f"The tokenizer has no token for the mark {self.text_mark!r}, at which this family's scores are read:"
                " this is no such model, or it has another mark; say which by the setting mark or mark_id."
            )
        good, bad = tokens.plain("+ -")[0], tokens.plain("+ -")[-1]
        both = tokens.plain("+ -")
        if len(both) > 2:  # a blank of its own comes first
            good = both[-2]
        self.good = good if settings.good_id is None else settings.good_id
        self.bad = bad if settings.bad_id is None else settings.bad_id
        if self.good == self.bad:
            raise Unusable("The tokenizer does not tell + from -; set good_id and bad_id.")

    def write(self, trace: TraceText) -> Draft:
        draft = Draft()
        if self.tokens.bos is not None:
            draft.ids(self.tokens.bos)
        draft.text(trace.problem + " ")
        for i, step in enumerate(trace.steps[: last_judged(trace) + 1]):
            text = step.text.strip()
            if step.judged and not re.match(r"Step \d+:", text):
                text = f"Step {i + 1}: {text}".rstrip()
            draft.text(f"{text} {self.text_mark}" if step.judged else text)
            if step.judged:
                draft.read(i, self.mark, before=self.before)
            draft.text("\n")
        if draft.parts[-1] == "\n":
            draft.parts.pop()
        return draft


class Rlhflow(Form):
    """A chat in which each step is a turn that is answered by `+`; the odds of + against - are read just before it."""

    def __init__(self, tokens: Tokens, settings: PrmSettings) -> None:
        super().__init__(tokens, settings)
        self.chat = Chat(tokens)
        self._odds()
        self.before = settings.offset != "at"
        self.system = system_prompt(settings, "")

    def write(self, trace: TraceText) -> Draft:
        turns: list[tuple[str, Draft]] = []
        if self.system:
            turns.append(("system", plain(self.system)))
        said = trace.problem + " "
        for i, step in enumerate(trace.steps[: last_judged(trace) + 1]):
            if not step.judged:
                said += step.text + "\n\n"
                continue
            answer = plain("+")
            answer.read(i, self.good, before=self.before)
            turns += [("user", plain(said + step.text)), ("assistant", answer)]
            said = ""
        draft = Draft()
        self.chat.write(draft, [role for role, _ in turns], [content for _, content in turns])
        return draft


class Skywork(Form):
    """Problem, then each step tokenised alone, each ended by a line break; read at that line break."""

    def __init__(self, tokens: Tokens, settings: PrmSettings) -> None:
        super().__init__(tokens, settings)
        self.mark = tokens.plain(settings.mark or "\n")[-1] if settings.mark_id is None else settings.mark_id

    def write(self, trace: TraceText) -> Draft:
        draft = Draft()
        if self.tokens.bos is not None:
            draft.ids(self.tokens.bos)
        draft.text(trace.problem + "\n")
        draft.ids()  # steps are tokenised by themselves
        for i, step in enumerate(trace.steps[: last_judged(trace) + 1]):
            draft.text(step.text)
            draft.ids(self.mark)
            if step.judged:
                draft.read(i, self.mark, before=self.before)
        return draft


class Trl(Form):
    """Problem, then each step and the separator, each tokenised alone; read at the separator's last token."""

    def __init__(self, tokens: Tokens, settings: PrmSettings) -> None:
        super().__init__(tokens, settings)
        self.separator = [settings.mark_id] if settings.mark_id is not None else tokens.plain(settings.mark or "\n")

    def write(self, trace: TraceText) -> Draft:
        draft = Draft()
        if self.tokens.bos is not None:
            draft.ids(self.tokens.bos)
        draft.text(trace.problem)
        draft.ids()
        for i, step in enumerate(trace.steps[: last_judged(trace) + 1]):
            draft.text(step.text)
            draft.ids(*self.separator)
            if step.judged:
                draft.read(i, self.separator[-1], before=self.before)
        return draft


class Implicit(Form):
    """A chat whose answer is `Step 1: …`, with blank lines between; log ratios count from the answer's beginning."""

    def __init__(self, tokens: Tokens, settings: PrmSettings) -> None:
        super().__init__(tokens, settings)
        self.chat = Chat(tokens)
        self.system = system_prompt(settings, "")

    def write(self, trace: TraceText) -> Draft:
        answer, draft = Draft(), Draft()
        end = last_judged(trace) + 1
        start = 0
        for i, step in enumerate(trace.steps[:end]):
            text = step.text
            if step.judged and not re.match(r"Step \d+:", text):
                text = f"Step {i + 1}: {text}"
            answer.text(text)
            if step.judged:
                answer.counted.append((start, len(answer.parts)))
                answer.read(i)
            start = len(answer.parts)  # the blank line counts with the step after it; an observation never counts
            if i < end - 1:
                answer.text("\n\n")
        turns = [("system", plain(self.system))] if self.system else []
        turns += [("user", plain(trace.problem)), ("assistant", answer)]
        self.chat.write(draft, [role for role, _ in turns], [content for _, content in turns])
        return draft


FORMS: dict[str, type[Form]] = {
    "qwen": Qwen,
    "math-shepherd": MathShepherd,
    "rlhflow": Rlhflow,
    "skywork": Skywork,
    "trl": Trl,
    "implicit": Implicit,
}


def system_prompt(settings: PrmSettings, default: str) -> str:
    """ "": no such turn, so that the chat template may put in its own."""
    chosen = default if settings.system_prompt is None else settings.system_prompt
    return "" if chosen.strip() == NO_SYSTEM_PROMPT else chosen


def plain(text: str) -> Draft:
    return Draft([text])


def build(form: Form, traces: Sequence[TraceText]) -> list[Input | BadInput]:
    """For each trace its input, or why there is none."""
    return form.tokens.inputs([form.write(trace) for trace in traces], disarm=form.disarm)
