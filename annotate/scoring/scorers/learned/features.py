"""What the model sees of a step: thirteen numbers. Nothing of it is understanding; most of it is place and length.

The final answer is no feature: the model is to say what the text alone says.
"""

from __future__ import annotations

import math
import re

from annotate.scoring.scorers.arithmetic.check import wrong_equations
from annotate.scoring.scorers.base import TraceText

NAMES = (
    "index",
    "place",
    "steps",
    "log_characters",
    "log_characters_before",
    "numbers",
    "new_numbers",
    "share_of_new_numbers",
    "equals_signs",
    "wrong_equations",
    "backslashes",
    "boxed",
    "hedges",
)
MAX_CHARACTERS = 20_000
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_HEDGE = re.compile(
    r"\b(?:wait|hmm|actually|maybe|perhaps|probably|assum\w+|guess\w*|seems?|likely|approximately|let me (?:check|try)"
    r"|mistake|however)\b",
    re.I,
)


def features(trace: TraceText) -> dict[int, list[float]]:
    """For each judged step, by 0-based index, the numbers named by NAMES, in their order."""
    seen = set(_NUMBER.findall(trace.problem[:MAX_CHARACTERS]))
    count = len(trace.steps)
    before = 0
    found = {}
    for index, step in enumerate(trace.steps):
        text = step.text[:MAX_CHARACTERS]
        numbers = _NUMBER.findall(text)
        new = [number for number in numbers if number not in seen]
        if step.judged:
            found[index] = [
                float(index),
                index / max(1, count - 1),
                float(count),
                math.log1p(len(step.text)),
                math.log1p(before),
                math.log1p(len(numbers)),
                math.log1p(len(new)),
                len(new) / len(numbers) if numbers else 0.0,
                math.log1p(text.count("=")),
                float(min(3, len(wrong_equations(text)))),
                math.log1p(text.count("\\")),
                float("\\boxed" in text),
                math.log1p(len(_HEDGE.findall(text))),
            ]
        seen.update(numbers)
        before += len(step.text)
    return found
