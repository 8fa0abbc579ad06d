"""What the connected model is asked, and what of its answer is a step. Pure: no database, no network.

The model is asked for one next step at a time, several times, so that each can be shown when it comes.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotate.scoring.scorers.remote.scorer import LIMITS, SERVER
from annotate.scoring.scorers.settings import Setting, fingerprint

MAX_TEXT = 20_000  # characters
SYSTEM = "You go on with solutions, one step at a time."
TASK = """Here is a problem, and the first steps of a solution. All of them are right.

<problem>
{problem}
</problem>

{steps}

Write the next step, and only that: the text of step {number} as it should stand there, without a heading or a number,
in the manner of the steps before it. Do not go on to the step after it."""
NO_STEPS = "Nothing is written yet."
FORM = 1
"""Counts up with every change of the words above."""

# What only matters to long batches is no choice of theirs: people wait for an answer.
_LIMITS = [field for field in LIMITS if field.name not in ("concurrency", "timeout")]
FIELDS: tuple[Setting, ...] = (
    *(field for field in SERVER if field.name != "revision"),
    Setting("candidates", "Candidates", "Asked for at a time.", "integer", default=3, minimum=1, maximum=9),
    Setting("instructions", "Further instructions", "Put before the question.", "long"),
    Setting("show_reference", "Show it the reference answer", "", "switch", default=False),
    Setting("temperature", "Temperature", "", "number", default=1.0, minimum=0, maximum=2),
    Setting("max_tokens", "Tokens of an answer", "At most.", "integer", default=1024, minimum=16, maximum=32768),
    Setting("timeout", "Seconds for an answer", "", "number", default=60, minimum=1, maximum=600),
    Setting(
        "per_person_hour", "Requests per person and hour", "One request asks for all its candidates.", "integer",
        default=60, minimum=1, maximum=10_000,
    ),
    Setting(
        "per_project_day", "Requests of the project in 24 hours", "", "integer", default=2000, minimum=1,
        maximum=1_000_000,
    ),
    *_LIMITS,
)  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """`text` is "" where there is no step in it; `why` says why not."""

    text: str
    why: str = ""
    tokens_in: int = 0
    tokens_out: int = 0


def prompt_version(settings: Mapping[str, Any]) -> str:
    """Names all that decides the words of the request beside problem and steps."""
    deciding = [field for field in FIELDS if field.name in ("instructions", "show_reference")]
    return f"next-step/{FORM}-{fingerprint(deciding, settings)}"


def request_body(
    problem: str, steps: Sequence[Mapping[str, str]], reference: str | None, settings: Mapping[str, Any]
) -> dict[str, Any]:
    """For `/chat/completions`. `steps`: [{kind, text}], the steps so far."""
    written = "\n\n".join(
        f"<step_{i}>\n{_apart(step['text'])}\n</step_{i}>" for i, step in enumerate(steps, 1)
    )  # fmt: skip
    question = TASK.format(problem=_apart(problem), steps=written or NO_STEPS, number=len(steps) + 1)
    if settings["show_reference"] and reference:
        question += f"\n\nThe right final answer is {reference}."
    if settings["instructions"]:
        question = f"{settings['instructions']}\n\n{question}"
    return {
        "model": settings["model"],
        "messages": [{"role": "system", "content": SYSTEM}, {"role": "user", "content": question}],
        "temperature": settings["temperature"],
        "max_tokens": settings["max_tokens"],
        "n": 1,
    }


def read(data: Mapping[str, Any]) -> Answer:
    """One answer of the server, whatever it may hold."""
    usage = data.get("usage")
    counted = usage if isinstance(usage, Mapping) else {}
    tokens = (_count(counted.get("prompt_tokens")), _count(counted.get("completion_tokens")))
    try:
        choice = data["choices"][0]
        text = choice["message"]["content"]
    except (KeyError, IndexError, TypeError):
        return Answer("", "The server's answer holds no message.", *tokens)
    if not isinstance(text, str):
        return Answer("", "The server's answer holds no text.", *tokens)
    if choice.get("finish_reason") == "length":
        return Answer("", "The model was cut off at its limit of tokens.", *tokens)
    text = _only_the_step(text)
    if not text:
        return Answer("", "The model's answer is empty.", *tokens)
    if len(text) > MAX_TEXT:
        return Answer("", f"The model's answer has more than {MAX_TEXT:,} characters.", *tokens)
    return Answer(text, "", *tokens)


def _only_the_step(text: str) -> str:
    """Without the thoughts that some models send along, marks that are ours, a heading, and what can't be stored."""
    # No pattern begins with white space: it would be tried at each blank of a long run of them.
    text = text.replace("\0", "")
    text = re.sub(r"^.*</think(?:ing)?>", "", text, flags=re.S).strip()
    text = re.sub(r"^<step_\d+>|</step_\d+>$", "", text).strip()
    text = re.sub(r"^(?:\*\*|#+ )?step\s+\d+\s*[:.](?:\*\*)?\s+", "", text, flags=re.I)
    return text.encode("utf-8", "ignore").decode().strip()


def _apart(text: str) -> str:
    """A text that can't close its place or open another one."""
    return re.sub(r"<(?=/?\s*(?:step_|problem>))", "<\u2060", text)


def _count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 else 0
