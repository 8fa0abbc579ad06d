"""`arithmetic`: exact check of the calculations that a step writes out.

Precise and of low recall: a highlighter. A flag says that an equation in the step is wrong, with the right
value; no flag says nothing at all, so it is "no opinion" and never "right".

Measured with version 1. A trace is flagged if one of its steps is; "at the error": its first flag is at the
first error, as a share of the erroneous traces and of the flagged ones among them.

| data | correct traces flagged | erroneous traces flagged | at the error |
| --- | --- | --- | --- |
| ProcessBench gsm8k (193 correct, 207 erroneous) | 0 | 6.8 % | 6.3 %, 93 % |
| ProcessBench math (406, 594) | 0 | 9.1 % | 4.4 %, 48 % |
| MR-GSM8K original (340 erroneous) | - | 32.6 % | 27.1 %, 83 % |
| MR-GSM8K reversed (187 erroneous) | - | 9.1 % | 5.9 %, 65 % |
| MR-Ben math (149, 769), whose flags were read once and false readings mended | 0 | 13.3 % | 2.9 %, 22 % |
| GSM8K reference solutions (1,319) | 0.2 % | - | - |
| PRM800K traces without an error, from PRMBench (162), the same | 1.9 % | - | - |
| GSM8K model solutions with the right answer (2,001) | 0.5 % | - | - |

On harder problems the first flag often comes after the first error, which wrong numbers then carry on. The
flags on "correct" traces are real slips of the writer that did not change the answer.
"""

from __future__ import annotations

from annotate.scoring.scorers.base import BaseScorer, Opinion, Scored, TraceText

from .check import wrong_equations

CHECKED_KINDS = frozenset(["reasoning", "thought"])
"""In code and formal steps "=" is not an equation."""

FLAGGED = 0.03
"""Probability that a flagged step is right: none of the 68 flagged ProcessBench traces was, which makes
(0 + 2) / (68 + 2).
"""


class ArithmeticScorer(BaseScorer):
    key = "arithmetic"
    title = "Exact check of the calculations written in each step"
    version = "1"

    def score_one(self, trace: TraceText) -> Scored:
        """Flags for the steps that hold a wrong equation; nothing for all others."""
        steps = {}
        for index, step in enumerate(trace.steps):
            if step.judged and step.kind in CHECKED_KINDS:
                findings = wrong_equations(step.text)
                if findings:
                    steps[index] = Opinion(FLAGGED, findings[0].reason)
        return Scored(steps=steps)
