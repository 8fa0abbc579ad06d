"""`prm-http`: a process reward model behind a vLLM server, one row of `/pooling` for each judged step.

    vllm serve Qwen/Qwen2.5-Math-PRM-7B --runner pooling

vLLM reads the scores itself for models of the class `Qwen2ForProcessRewardModel`: at each mark, softmax over two
classes, the second one being "right". For models whose score is a token's logit (Math-Shepherd, RLHFlow) its answers
look plausible and are wrong (vllm#16545), so those are for `prm`, not for this.

The text is built as the model's card does it. A step can't forge a mark: whatever looks like a special token in a
problem or a step is broken up by an invisible character. If a row is missing or too many the trace fails all the same.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from annotate.scoring.scorers.base import Opinion, Scored, TraceText
from annotate.scoring.scorers.settings import Setting

from .client import Trouble
from .scorer import LIMITS, SERVER, Desk, RemoteScorer

SYSTEM = r"Please reason step by step, and put your final answer within \boxed{}."
MARK = "<extra_0>"
_SPECIAL = re.compile(r"<(?=\|[^|<>\s]{1,60}\|>|/?s>|(?:unk|pad|bos|eos|mask|extra_\d+)>)")
BROKEN = "<\u2060"
"""A word joiner behind the bracket: not to be seen, and not a special token any more."""


class WrongRows(Exception):
    """Rows and steps don't match."""


class PrmHttpScorer(RemoteScorer):
    key = "prm-http"
    title = "Process reward model behind a vLLM server"
    needs = (
        "A vLLM server with a model of the class Qwen2ForProcessRewardModel, started with --runner pooling, whose"
        " address the operator has listed."
    )
    version = "1"
    fields = (
        *SERVER,
        Setting("system_prompt", "System prompt", "As the model was trained with.", "long", default=SYSTEM),
        Setting("mark", "Mark", "The special token behind each step.", default=MARK),
        Setting("good_class", "Good class", "Which column means right.", "integer", default=1, minimum=0, maximum=1),
        *LIMITS,
    )
    path = "/pooling"

    def ask(self, trace: TraceText, desk: Desk) -> Scored:
        judged = [i for i, step in enumerate(trace.steps) if step.judged]
        if not judged:
            return Scored(remark="no step to judge")
        body = {
            "model": self.settings["model"],
            "task": "token_classify",
            "input": build_text(trace, self.settings),
            "add_special_tokens": False,
        }
        values = self._values(self.request(body, desk))
        if len(values) != len(judged):
            raise WrongRows(f"The server answered with {len(values)} rows for {len(judged)} judged steps.")
        return Scored(steps={i: Opinion(value) for i, value in zip(judged, values, strict=True)})

    def _values(self, data: Mapping[str, Any]) -> list[float]:
        try:
            [one] = data["data"]
            rows = one["data"]
            values = [self._value(row) for row in rows]
        except (KeyError, TypeError, ValueError, IndexError, OverflowError):
            raise Trouble("The server's answer does not hold a list of rows, one for each step.") from None
        if any(not 0 <= value <= 1 for value in values):
            raise Trouble("The server's rows are not probabilities. Serve the model with its activation on.")
        return values

    def _value(self, row: Any) -> float:
        value = row[int(self.settings["good_class"]) if len(row) == 2 else 0] if isinstance(row, list) else row
        if isinstance(row, list) and len(row) not in (1, 2):
            raise ValueError
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise ValueError
        return float(value)


def build_text(trace: TraceText, settings: Mapping[str, Any]) -> str:
    """The conversation in ChatML: system, problem, and the steps, each judged one with a mark behind it.

    What is not judged stands before the next step, without a mark; after the last judged one it is left out.
    """
    mark = settings["mark"]
    last = max(i for i, step in enumerate(trace.steps) if step.judged)
    answer = "".join(harmless(step.text, mark) + (mark if step.judged else "\n") for step in trace.steps[: last + 1])
    turns = (("system", settings["system_prompt"]), ("user", harmless(trace.problem, mark)), ("assistant", answer))
    return "".join(f"<|im_start|>{role}\n{text}<|im_end|>\n" for role, text in turns)


def harmless(text: str, mark: str) -> str:
    """The text with everything that a tokeniser might take for a special token broken up."""
    text = _SPECIAL.sub(BROKEN, text)
    return text.replace(mark, mark[:1] + "\u2060" + mark[1:]) if mark in text else text
