r"""`rollouts`: from each beginning of the trace, how often does a model reach the reference answer?

Monte Carlo: the share of completions that reach it says how good a position is, which is not the same as whether the
step is right. A strong model recovers from errors, a weak one fails without any. The first beginning from which none
gets there is where a first error is looked for; what comes after it is not asked about.

Binary search asks at about log2(n) beginnings instead of all of them, and so has opinions on those only. It takes for
granted that from behind an error nobody gets there, and is meant for traces with a wrong answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from annotate.scoring.scorers.answer import AnswerScorer, final_answer
from annotate.scoring.scorers.base import Opinion, Scored, StepText, Surroundings, TraceText
from annotate.scoring.scorers.equivalence import Unanswerable
from annotate.scoring.scorers.settings import Setting

from .chat import SAMPLING, ChatScorer
from .scorer import LIMITS, SERVER, Desk

SYSTEM = r"You solve problems step by step and put the final answer within \boxed{}."
TASK = r"""{problem}

Somebody has begun to solve this. Go on from where they stopped, without changing what they wrote, up to the final
answer, which you put within \boxed{{}}.

What they wrote:

{beginning}"""


@dataclass(frozen=True, slots=True)
class Share:
    reached: int
    of: int

    @property
    def value(self) -> float:
        return self.reached / self.of


class RolloutsScorer(ChatScorer):
    key = "rollouts"
    title = "Completions that reach the reference answer (Monte Carlo)"
    needs = "Problems with a reference answer, and an OpenAI-compatible server whose address the operator has listed."
    version = "1"
    uses_reference = True
    fields = (
        *SERVER,
        Setting("completions", "Completions", "From each beginning.", "integer", default=8, minimum=1, maximum=64),
        Setting(
            "binary_search",
            "Binary search",
            "Ask at about log2(n) beginnings instead of all: cheaper, with opinions on those only.",
            "switch",
            default=False,
        ),
        *SAMPLING,
        *LIMITS,
    )

    def __init__(self, settings: Mapping[str, Any], around: Surroundings) -> None:
        super().__init__(settings, around)
        self.answers = AnswerScorer()

    def close(self) -> None:
        super().close()
        self.answers.child.close()

    def ask(self, trace: TraceText, desk: Desk) -> Scored:
        if not trace.reference or not trace.reference.strip():
            return Scored(remark="no reference answer")
        judged = [i for i, step in enumerate(trace.steps) if step.judged]
        if not judged:
            return Scored(remark="no step to judge")
        look = self._search if self.settings["binary_search"] else self._all
        shares = look(trace, judged, desk)
        if not shares:
            return Scored(remark="no completion had a final answer that can be compared")
        return Scored(
            steps={
                i: Opinion(share.value, f"{share.reached} of {share.of} completions from here reach the reference")
                for i, share in shares.items()
            }
        )

    def _all(self, trace: TraceText, judged: list[int], desk: Desk) -> dict[int, Share]:
        """From the first step on, until a beginning from which nobody gets there."""
        shares: dict[int, Share] = {}
        for i in judged:
            share = self._share(trace, i, desk)
            if share is None:
                continue
            shares[i] = share
            if not share.reached:
                break
        return shares

    def _search(self, trace: TraceText, judged: list[int], desk: Desk) -> dict[int, Share]:
        """Halves the judged steps until the first beginning is found from which nobody gets there."""
        shares: dict[int, Share] = {}
        low, high = 0, len(judged) - 1
        last = self._share(trace, judged[high], desk)
        if last is None:
            return {}
        shares[judged[high]] = last
        if last.reached:
            return shares
        while low < high:
            middle = (low + high) // 2
            share = self._share(trace, judged[middle], desk)
            if share is None:
                return shares
            shares[judged[middle]] = share
            if share.reached:
                low = middle + 1
            else:
                high = middle
        return shares

    def _share(self, trace: TraceText, index: int, desk: Desk) -> Share | None:
        """Of the completions from behind step `index`; None if none can be compared."""
        beginning = TraceText(trace.problem, trace.steps[: index + 1], trace.reference)
        given = trace.answer if index == len(trace.steps) - 1 else None
        given = given or final_answer(beginning)
        if given:
            # There is nothing left to complete: the trace has answered.
            reached = self._reached(trace, given)
            return None if reached is None else Share(int(reached), 1)
        messages = build_messages(beginning)
        texts = self.together([partial(self.say, messages, desk) for _ in range(int(self.settings["completions"]))])
        found = [self._reached(trace, final_answer(_as_trace(text)) if text else None) for text in texts]
        known = [one for one in found if one is not None]
        return Share(sum(known), len(known)) if known else None

    def _reached(self, trace: TraceText, answer: str | None) -> bool | None:
        """Whether it is the reference answer; a completion without one did not get there. None: not comparable."""
        if not answer:
            return False
        try:
            return self.answers.same(str(trace.reference).strip(), answer.strip())
        except Unanswerable:
            return None


def _as_trace(text: str) -> TraceText:
    return TraceText("", [StepText(text)])


def build_messages(trace: TraceText) -> list[dict[str, str]]:
    beginning = "\n\n".join(step.text for step in trace.steps)
    question = TASK.format(problem=trace.problem, beginning=beginning)
    return [{"role": "system", "content": SYSTEM}, {"role": "user", "content": question}]
