"""Cuts a step into what is mathematics and what is prose.

The two are read differently: in mathematics a letter is a variable, in prose it begins a unit or ends the
sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

MATH_HOLE = "\ue000"
"""Stands in prose for a mathematical span that was cut out: nothing that touches it can be checked."""


class Span(NamedTuple):
    text: str
    math: bool
    after: str
    """Some characters of what follows, to see whether the writer takes the equation back."""


_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.S)
_CALCULATOR = re.compile(r"<<([^<>]{1,400})>>")
# The lengths are bounded so that marks which are never closed cost no quadratic time.
_MATH = re.compile(
    r"\\\[(?P<display>.{,3000}?)\\\]"
    r"|\\\((?P<inline>.{,1000}?)\\\)"
    r"|\$\$(?P<dollars>.{1,3000}?)\$\$"
    r"|\\begin\{(?P<env>align|aligned|equation|gather|gathered|split|array|eqnarray|multline)(?P<star>\*?)\}"
    r"(?P<body>.{,5000}?)\\end\{(?P=env)(?P=star)\}"
    # A dollar sign opens mathematics only if a closing one fits it, as pandoc has it; otherwise it is money.
    r"|(?<![\\$])\$(?=[^\s$])(?P<dollar>[^$\n]{0,400}?)(?<=[^\s\\$])\$(?![\d$])",
    re.S,
)


def spans(step: str) -> Iterator[Span]:
    """All spans of a step: calculator annotations (`<<a=b>>`), mathematics, and the prose around them in one
    piece.
    """
    step = _CODE.sub(MATH_HOLE, step)
    for note in _CALCULATOR.finditer(step):
        yield Span(note[1], math=True, after="")
    step = _CALCULATOR.sub("", step)

    prose, end = [], 0
    for found in _MATH.finditer(step):
        text = next(
            found[name] for name in ("display", "inline", "dollars", "body", "dollar") if found[name] is not None
        )
        yield Span(text, math=True, after=step[found.end() : found.end() + 100])
        prose += [step[end : found.start()], MATH_HOLE]
        end = found.end()
    prose.append(step[end:])
    yield Span("".join(prose), math=False, after="")
