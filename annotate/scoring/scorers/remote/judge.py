r"""`judge`: a language model reads the trace as a critic and names the earliest wrong step.

The form of the question is ProcessBench's: paragraphs counted from 0, the answer is the index of the earliest one with
an error, or -1, in `\boxed{}`. It is asked several times; how many votes hold a step for right, of those that read as
far as it, is the step's score. The last `\boxed{}` of an answer counts. An answer without one, or that was cut off, is
no vote, and no vote at all is no opinion.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from annotate.scoring.scorers.base import Opinion, Scored, TraceText
from annotate.scoring.scorers.settings import Setting

from .chat import SAMPLING, ChatScorer
from .scorer import LIMITS, SERVER, Desk

SYSTEM = """You check solutions for errors, step by step, and name the first one that is wrong."""
TASK = r"""Here is a problem and somebody's solution of it. The solution is cut into paragraphs, numbered from 0.

<problem>
{problem}
</problem>

{paragraphs}

Read the paragraphs in their order. A paragraph is wrong if it holds a mistake of its own: a false calculation, a false
claim, a step that does not follow, or a misreading of the problem. Style does not count, nor does a detour that is
sound. Paragraphs marked as context come from outside (a tool's output, for instance) and are not to be judged.
Think it through first. Then write one line that begins with "Reason:" and says in one sentence what is wrong, and
after it the number of the earliest wrong paragraph, or -1 if none is wrong, as \boxed{{number}}."""
CONTEXT = "(context, not to be judged)\n"
_BOXED = re.compile(r"\\boxed\s*\{\s*(?:\\text\s*\{)?\s*(?:paragraph[_ ]?)?([-−–]?\s*\d{1,6})\s*\}")
_ANY_BOX = re.compile(r"\\boxed\s*\{")
_REASON = re.compile(r"^\W*reason\W*?:\W*(.+)$", re.I | re.M)


class JudgeScorer(ChatScorer):
    key = "judge"
    title = "Language model as critic"
    needs = "An OpenAI-compatible server with a model that reasons well, whose address the operator has listed."
    version = "1"
    fields = (
        *SERVER,
        Setting("votes", "Votes", "How often each trace is read.", "integer", default=4, minimum=1, maximum=32),
        Setting("instructions", "Further instructions", "Put before the question, such as your guidelines.", "long"),
        Setting("show_reference", "Show it the reference answer", "", "switch", default=False),
        *SAMPLING,
        *LIMITS,
    )

    def ask(self, trace: TraceText, desk: Desk) -> Scored:
        if not any(step.judged for step in trace.steps):
            return Scored(remark="no step to judge")
        messages = build_messages(trace, self.settings)
        answers = self.together([partial(self.say, messages, desk) for _ in range(int(self.settings["votes"]))])
        return count(trace, answers)


def build_messages(trace: TraceText, settings: Mapping[str, Any]) -> list[dict[str, str]]:
    paragraphs = "\n\n".join(
        f"<paragraph_{i}>\n{'' if step.judged else CONTEXT}{_apart(step.text)}\n</paragraph_{i}>"
        for i, step in enumerate(trace.steps)
    )
    question = TASK.format(problem=_apart(trace.problem), paragraphs=paragraphs)
    if settings["show_reference"] and trace.reference:
        question += f"\n\nThe right final answer is {trace.reference}."
    if settings["instructions"]:
        question = f"{settings['instructions']}\n\n{question}"
    return [{"role": "system", "content": SYSTEM}, {"role": "user", "content": question}]


def _apart(text: str) -> str:
    """A text that can't close its paragraph or open another one."""
    return re.sub(r"<(?=/?\s*(?:paragraph_|problem>))", "<\u2060", text)


def verdict(answer: str | None, trace: TraceText) -> tuple[int, str] | None:
    """(0-based index of the first wrong step or -1, the reason) of one answer; None: it can't be read."""
    if not answer:
        return None
    boxes = list(_ANY_BOX.finditer(answer))
    found = _BOXED.match(answer, boxes[-1].start()) if boxes else None
    if not found:
        return None
    index = int(re.sub(r"\s", "", re.sub(r"[−–]", "-", found[1])))
    if index < -1 or index >= len(trace.steps) or (index >= 0 and not trace.steps[index].judged):
        return None
    reasons = _REASON.findall(answer)
    return index, (" ".join(reasons[-1].split())[:300] if reasons and index >= 0 else "")


def count(trace: TraceText, answers: list[str | None]) -> Scored:
    """The votes' shares: on the whole, and for each step among the votes that read as far as it."""
    votes = [vote for vote in (verdict(answer, trace) for answer in answers) if vote]
    if not votes:
        return Scored(remark=f"none of {len(answers)} answers held a verdict that can be read")
    steps = {}
    for i, step in enumerate(trace.steps):
        reading = [vote for vote in votes if vote[0] == -1 or vote[0] >= i]
        against = [vote for vote in reading if vote[0] == i]
        if step.judged and reading:
            said = next((reason for _, reason in against if reason), "")
            reason = f"{len(against)} of {len(votes)} votes see the first error here" if against else ""
            steps[i] = Opinion(1 - len(against) / len(reading), f"{reason}: {said}" if said else reason)
    clean = sum(index == -1 for index, _ in votes)
    return Scored(Opinion(clean / len(votes), f"{clean} of {len(votes)} votes see no error"), steps)
