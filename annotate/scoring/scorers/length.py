"""`length`: the longer a trace, the likelier that it holds an error. The honest baseline.

Whatever claims to find errors has to find them sooner than "longest first", which knows nothing of what is written:
over ProcessBench's gsm8k and math, the number of characters alone ranks erroneous traces with an AUC of 0.66, and of
0.72 among those with the right answer. So it is there to be compared with, and off unless a project adds it.
"""

from __future__ import annotations

from .base import BaseScorer, Opinion, Scored, TraceText

HALF = 1500
"""Characters of judged steps at which it says one half. Only the order means something."""


class LengthScorer(BaseScorer):
    key = "length"
    title = "Length alone: the baseline that others must beat"
    version = "1"
    judges_steps = False

    def score_one(self, trace: TraceText) -> Scored:
        """An opinion on the whole that falls with the number of characters; none on any step."""
        characters = sum(len(step.text) for step in trace.steps if step.judged)
        return Scored(Opinion(HALF / (HALF + characters), f"{characters:,} characters"))
