"""Natural Program (Ling et al., 2023), the human-checked chains of verify_cot: a JSON array of numbered statements.

`answer` holds all statements in one text: premises, "#1. …", which restate the question, and steps, "#6. (by #1 #5)
Step 2: …", which name the statements that they rest on. Each statement is a step, number and all, since it is the
model's own and may be what is wrong. It goes on to the next line that begins with "#", a number and a full stop or
colon; the blank lines after it go. (In a text without any such line, the bare number and a full stop are meant.) What
stands before the first statement is `intro` in the trace's metadata, and what a blank line parts from the last premise
before the first step is `bridge`: sentences that the prompt asked for.

Every step's metadata has its number as `statement`. The premises of a step that says "(by …)", at its head or its end,
are the steps before it that it names. Where a number was given twice, the later one is meant. Other grounds ("by
arithmetic") and numbers that came to nothing are left in the text.

`flag` says whether people found the chain valid, as a whole. Which step is wrong is not known, so there is no label,
and `flag` is metadata. `correct` is whether the final answer is right, which a chain with a mistake may well have.
`gt_answer` is the problem's solution.
"""

import re

import msgspec
from msgspec import Struct

from annotate.corpus.formats.base import (
    Format,
    Item,
    LineError,
    ProblemIn,
    TraceIn,
    check_problem,
    check_text,
    decode,
    has,
    others,
    text_steps,
)
from annotate.corpus.formats.content import check_premises

HEAD = re.compile(r"^#(\d{1,6})[.:]", re.MULTILINE)
BARE_HEAD = re.compile(r"^(\d{1,6})\. ", re.MULTILINE)
BY_FIRST = re.compile(r"^#?\d+[.:]\s*\(by\b([^()]*)\)")
BY_LAST = re.compile(r"\(by\b([^()]*)\)\s*$")
REFERENCE = re.compile(r"#(\d{1,6})(?:\s*-\s*#(\d{1,6}))?")
BLANK_LINE = re.compile(r"\n[ \t]*\n")
MAX_PREMISES = 200_000  # of all statements: a short "#1-#9999" names very many


class _Line(Struct):
    question: str
    answer: str
    flag: int
    correct: bool | None = None
    final_answer: str | int | float | None = None
    gt_answer: str | None = None


_decoder = msgspec.json.Decoder(_Line)


def parse(line: bytes) -> list[Item]:
    raw = decode(_decoder, line)
    problem = ProblemIn(raw.question, solution=raw.gt_answer)
    check_problem(problem, "question")
    final = None if raw.final_answer is None else str(raw.final_answer)
    check_text(final, "final_answer")
    intro, numbers, texts = _statements(raw.answer)
    grounds = [match[1] if (match := BY_FIRST.search(t) or BY_LAST.search(t)) else None for t in texts]
    bridge = ""
    first = next((i for i, by in enumerate(grounds) if by is not None), 0)
    if first:
        texts[first - 1], bridge = _parted(texts[first - 1])
    more = {"intro": _bare(intro), "bridge": _bare(bridge)}
    return [
        TraceIn(
            problem=problem,
            steps=text_steps([_bare(text) for text in texts], "answer"),
            answer=final,
            correct=raw.correct,
            metadata={"flag": raw.flag, **{k: v for k, v in more.items() if v}, **others(line, _Line)},
            step_metadata=[{"statement": number} for number in numbers],
            premises=_premises(numbers, grounds),
        )
    ]


def _statements(answer: str) -> tuple[str, list[int], list[str]]:
    """What stands before the first statement; each one's number; each one's text up to the next."""
    check_text(answer, "answer")
    heads = list(HEAD.finditer(answer)) or list(BARE_HEAD.finditer(answer))
    if not heads:
        message = 'There is no numbered statement. Each begins a line with "#", its number and a full stop.'
        raise LineError("no-steps", message, "answer")
    starts = [head.start() for head in heads]
    texts = [answer[start:end] for start, end in zip(starts, [*starts[1:], len(answer)], strict=True)]
    return answer[: starts[0]], [int(head[1]) for head in heads], texts


def _parted(text: str) -> tuple[str, str]:
    gap = BLANK_LINE.search(text)
    return (text[: gap.start()], text[gap.end() :]) if gap else (text, "")


def _bare(text: str) -> str:
    """Without the line breaks at its end and what is blank behind them."""
    line_end = text.find("\n", len(text.rstrip(" \t\n")))
    return text if line_end < 0 else text[:line_end]


def _premises(numbers: list[int], grounds: list[str | None]) -> list[list[int] | None] | None:
    links: list[list[int] | None] = []
    named = 0
    index: dict[int, int] = {}
    for i, (number, by) in enumerate(zip(numbers, grounds, strict=True)):
        link = None
        if by is not None:
            premises: set[int] = set()
            for low, high in REFERENCE.findall(by):
                span = range(int(low), int(high or low) + 1)
                premises |= {k for n, k in index.items() if n in span} if high else {index.get(int(low), -1)}
            link = sorted(premises - {-1})
            named += len(link)
            if named > MAX_PREMISES:
                message = f"The statements name over {MAX_PREMISES:,} premises in all. Name fewer."
                raise LineError("premise-count", message, "answer")
        links.append(link)
        index[number] = i
    return check_premises(links, "answer")


FORMAT = Format(
    "natural-program",
    "Natural Program: numbered statements that name their premises",
    parse,
    has("question", "answer", "flag"),
)
