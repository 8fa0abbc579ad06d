"""`answer`: the final answer against the reference.

The strongest signal there is without weights: it says *that* a trace is wrong, not where. It can't see a
right answer that was reached by a wrong way: of ProcessBench's traces with the right answer 3.5 % (gsm8k) and
18.8 % (math) hold an error all the same, so a match is not a certificate. All 200 and 500 with a wrong answer
hold one.
"""

from __future__ import annotations

import re
from fractions import Fraction

from .base import BaseScorer, Opinion, Scored, TraceText
from .equivalence import MAX_CHARACTERS, EquivalenceChild, Unanswerable

_NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:/\d+)?")
_MAX_NUMBER = 50
_LETTER = re.compile(r"\(?([A-H])\)?\.?")
_CHOICE = re.compile(r"(?:choice|option)?[_:]?\(?([A-Ha-h])(?![A-Za-z(=^_])\)?[.:]?", re.I)
_CLOCK = re.compile(r"\d:\d")
_WORDS = re.compile(r"[^\W\d_]{2,}")


class AnswerScorer(BaseScorer):
    key = "answer"
    title = "Final answer against the reference"
    version = "1"
    uses_reference = True
    judges_steps = False

    def __init__(self, child: EquivalenceChild | None = None) -> None:
        self.child = child or EquivalenceChild()

    def score_one(self, trace: TraceText) -> Scored:
        """1 on the whole trace if its final answer means the reference's, 0 if not; no opinion without
        either.
        """
        if not trace.reference or not trace.reference.strip():
            return Scored(remark="no reference answer")
        answer = trace.answer if trace.answer and trace.answer.strip() else final_answer(trace)
        if not answer:
            return Scored(remark="no final answer found")
        try:
            same = self.same(trace.reference.strip(), answer.strip())
        except Unanswerable as error:
            return Scored(remark=str(error))
        shown, reference = _short(answer), _short(trace.reference)
        if same:
            return Scored(Opinion(1.0, f"final answer {shown} agrees with the reference {reference}"))
        return Scored(Opinion(0.0, f"final answer {shown}, reference {reference}"))

    def same(self, reference: str, answer: str) -> bool:
        """Whether the two mean the same; the cheap cases are decided here. Raises `Unanswerable`."""
        if reference == answer:
            return True
        # Before any pattern looks at it: several take time that grows with the square of the length.
        if max(len(reference), len(answer)) > MAX_CHARACTERS:
            raise Unanswerable("too long to be a final answer")
        a, b = _plain(reference), _plain(answer)
        if a == b:
            return True
        x, y = _number(a), _number(b)
        if x is not None and y is not None:
            return x == y
        if choice := _LETTER.fullmatch(a):
            given = _CHOICE.match(b)
            if not given:
                raise Unanswerable("the reference is a letter, the final answer is not")
            return choice[1] == given[1].upper()
        if _CLOCK.search(a) or _CLOCK.search(b):
            raise Unanswerable("times and ratios are compared only as they are written")
        if _WORDS.fullmatch(a) and _WORDS.fullmatch(b):
            # "Tuesday", "east": mathematics would make them products of variables.
            return a.casefold() == b.casefold()
        return self.child.same(_as_math(reference), _as_math(answer))


def final_answer(trace: TraceText) -> str | None:
    """The final answer as the last judged step gives it: `\\boxed{…}`, `#### …` or "the answer is …"."""
    for step in reversed(trace.steps):
        if step.judged and step.text.strip():
            return _boxed(step.text) or _marked(step.text)
    return None


_MARK = re.compile(r"\#{4}|\b(?:final\s+)?answer\s*(?:is|:|=)\s*:?", re.I)


def _marked(text: str) -> str | None:
    """What follows the last mark on its line, up to the end of the sentence."""
    marks = list(_MARK.finditer(text))
    if not marks:
        return None
    answer = text[marks[-1].end() :].lstrip().partition("\n")[0][:300].strip("* ")
    # The sentence ends at a full stop that is no decimal point.
    answer = re.split(r"\.(?=\s|$|\*)|(?<=[\w)$}])[;!](?=\s|$)", answer)[0]
    return answer.strip("* ") or None


def _boxed(text: str) -> str | None:
    """What stands in the last `\\boxed{…}` or `\\fbox{…}`, braces balanced."""
    start = max(text.rfind("\\boxed{"), text.rfind("\\fbox{"))
    if start < 0:
        return None
    begin = text.index("{", start) + 1
    depth = 1
    for i in range(begin, len(text)):
        if text[i] in "{}" and text[i - 1] != "\\":
            depth += 1 if text[i] == "{" else -1
            if not depth:
                return text[begin:i].strip() or None
    return None


_WRAPPING = re.compile(
    r"^(?:\\\((.*)\\\)|\\\[(.*)\\\]|\$\$?([^$]*)\$\$?|\\boxed\{([^{}]*)\}|\\text\{([^{}]*)\})$", re.S
)


def _plain(text: str) -> str:
    """Without the mathematics' wrapping, money signs, spaces and the full stop: for the cheap comparison
    only.
    """
    text = text.strip().rstrip(".").replace("−", "-")
    while found := _WRAPPING.match(text):
        text = next(group for group in found.groups() if group is not None).strip()
    text = re.sub(r"\\[,!;: ]|\\left(?![a-z])|\\right(?![a-z])|\s+", "", text)
    text = re.sub(r"\\[dt]frac", r"\\frac", text).replace("{,}", ",")
    return re.sub(r"^(-?)\\?\$", r"\1", text)


def _number(text: str) -> Fraction | None:
    if len(text) > _MAX_NUMBER or not _NUMBER.fullmatch(text):
        return None
    top, _, bottom = text.replace(",", "").partition("/")
    if bottom:
        return Fraction(top) / int(bottom) if int(bottom) else None
    return Fraction(top)


def _as_math(text: str) -> str:
    """`text` with its mathematics delimited. Raises `Unanswerable` for prose that holds more than one
    number.
    """
    text = re.sub(r"\s+(?:or|and)\s+", ", ", text.replace("−", "-"))
    if re.search(r"\$[^$]+\$|\\\(|\\\[|\\boxed", text):
        return text
    if re.search(r"(?<![\\{A-Za-z])[A-Za-z]{2,}", text) and "\\" not in text:
        numbers = _NUMBER.findall(text)
        if len(numbers) != 1:
            raise Unanswerable("the final answer is in words")
        text = numbers[0] + ("\\%" if re.search(r"\d\s*(?:%|percent)", text) else "")
    text = re.sub(r"\\?\$", "", text)
    return "$" + re.sub(r"(?<!\\)%", r"\\%", text) + "$"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:59] + "…"
