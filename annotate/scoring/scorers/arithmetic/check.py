"""Finds the calculations in a step and checks them.

A false alarm costs a reader's trust, a miss costs nothing that was promised. So an equation is checked only
where both sides are plainly numbers, and it is called wrong only if no usual reading of it is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from .expression import Expression, Percent, Unreadable, evaluate, parse
from .prose import first_expression, last_expression, strip_list_marks, without_remarks
from .spans import Span, spans
from .tokens import Token, tokens

MAX_CHARACTERS = 20_000
"""Of a step. What is longer is checked up to here: a bound on time, not a judgement."""

Side = list[Token]


class Finding(NamedTuple):
    """An equation whose sides differ under every reading."""

    left: str
    value: Fraction
    claimed: str

    @property
    def reason(self) -> str:
        return f"{_tidy(self.left)} = {_decimal(self.value)}, not {_tidy(self.claimed)}"


def wrong_equations(step: str) -> list[Finding]:
    """All equations of a step that are wrong under every reading, span by span."""
    step = step[:MAX_CHARACTERS]
    if _OTHER_ARITHMETIC.search(step):
        return []
    found = []
    for span in spans(step):
        for left, relation, right, after in _equations(span):
            finding = _check(left, relation, right)
            if finding and not _TAKEN_BACK.search(after):
                found.append(finding)
    return found


_OTHER_ARITHMETIC = re.compile(r"\bmod(?:ulo|ular)?\b|\\[pb]mod|\bbase[- ]?(?:\d|\$|\\\()|\bin base\b", re.I)
"""Where 8 + 9 may well be 5."""
_TAKEN_BACK = re.compile(
    r"\bnot\b|n['’]t\b|contradict|incorrect|\bfalse\b|\bwrong\b|invalid|impossible|≠|\\ne|\?|\bremainder\b|\bmod\b",
    re.I,
)
"""Words right after an equation by which its writer says that it does not hold."""


def _equations(span: Span) -> Iterator[tuple[Expression, str, Expression, str]]:
    """`(left, "=" or "≈", right, what follows)` for each pair of neighbouring sides that can be read."""
    text = span.text if span.math else strip_list_marks(span.text)
    stream = list(tokens(text, math=span.math))
    if not span.math:
        stream = without_remarks(stream)
    for statement in _statements(stream, latex=span.math):
        for (left, relation), (right, _) in pairwise(statement):
            if relation not in ("=", "≈") or not left or not right:
                continue
            try:
                if span.math:
                    first, second = parse(left, text, latex=True), parse(right, text, latex=True)
                else:
                    first, second = last_expression(left, text), first_expression(right, text)
            except Unreadable:
                continue
            yield first, relation, second, f"{text[second.end : second.end + 60]} {span.after}"[:60]


def _statements(stream: Sequence[Token], *, latex: bool) -> Iterator[list[tuple[Side, str]]]:
    """Splits at breaks into statements, and these at relations into `(side, relation after it)`.

    A line of LaTeX that begins with "=" goes on with the last side of the line before.
    """
    statement: list[tuple[Side, str]] = []
    side: Side = []
    before: Side = []
    depth = 0
    for token in stream:
        depth += (token.kind == "open") - (token.kind == "close")
        if token.kind == "relation":
            statement.append((side if side or statement or not latex else before, token.text))
            side = []
        elif token.kind == "break" or (latex and token.kind == "comma" and depth == 0):
            before = side
            yield [*statement, (side, "")]
            statement, side, depth = [], [], 0
        else:
            side.append(token)
    yield [*statement, (side, "")]


# -- checking
# ---------------------------------------------------------------------------------------------------------

_MEASURES = [
    set(group.split())
    for group in (
        "second sec s minute min hour hr h day week month year decade century am pm",
        "inch in foot feet ft yard yd mile mi km m cm mm meter metre kilometer centimeter millimeter",
        "gram g kg kilogram mg lb pound ounce oz ton",
        "dollar cent penny pennies nickel dime quarter buck",
        "gallon quart pint cup ounce liter litre l ml",
        "degree radian",
        "dozen hundred thousand million billion pair percent half",
    )
]
_CONVERTIBLE = set().union(*_MEASURES)


def _check(left: Expression, relation: str, right: Expression) -> Finding | None:
    if not left.is_calculation or not _units_agree(left, right):
        return None
    exact: Fraction | None = None
    for percent in Percent:
        try:
            a, b = evaluate(left, percent), evaluate(right, percent)
        except Unreadable:
            return None
        if _same(left, a, relation, right, b):
            return None
        exact = a if exact is None else exact
    return Finding(left.text, exact, right.text) if exact is not None else None


def _same(left: Expression, a: Fraction, relation: str, right: Expression, b: Fraction) -> bool:
    if a == b or a * 100 == b or a == b * 100:
        return True
    if relation == "≈" and abs(a - b) <= max(abs(a), abs(b)) / 50:
        return True
    literal = right.literal
    if literal is not None and literal.decimals >= 8:
        return abs(a - b) <= abs(a) / 10**8  # a machine's floating-point result, copied out in full
    if literal is not None and (a.denominator != 1 or _inexact(left)):
        gap, unit = abs(a - b), Fraction(1, 10**literal.decimals)
        return gap < unit or (gap == unit and literal.decimals > 0)
    if literal is None:
        # "5 + 3 = 8 * 2 = 16" is how people write a running calculation.
        first = next((leaf for leaf in right.leaves() if leaf.op == "number"), None)
        if first is not None and first.value == a:
            return True
        if _inexact(left) or _inexact(right):
            return abs(a - b) <= max(abs(a), abs(b)) / 100
    return False


def _inexact(side: Expression) -> bool:
    """Whether a number with decimals takes part, which may have been rounded."""
    return any(leaf.decimals for leaf in side.leaves())


def _units_agree(left: Expression, right: Expression) -> bool:
    """Refuses conversions ("1 hour + 30 minutes = 90 minutes"): the numbers alone do not say what is
    meant.
    """
    a, b = ({_singular(unit) for unit in side.units} & _CONVERTIBLE for side in (left, right))
    return not any(len((a | b) & measure) > 1 or (a and b & measure and not a & measure) for measure in _MEASURES)


def _singular(unit: str) -> str:
    if unit.endswith(("ches", "xes")):
        return unit[:-2]
    return unit.removesuffix("s") if len(unit) > 2 else unit


# -- telling
# ----------------------------------------------------------------------------------------------------------

_NAMES = [
    (re.compile(r"\\[dtc]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}"), r"(\1)/(\2)"),
    (re.compile(r"\\(?:text|mathrm|textbf|mbox)\s*\{([^{}]*)\}"), r"\1"),
    (re.compile(r"\s*\\(?:times|cdot|ast)(?![a-zA-Z])\s*"), " × "),
    (re.compile(r"\s*\\div(?![a-zA-Z])\s*"), " ÷ "),
    (re.compile(r"\\(?:left|right)(?![a-z])"), ""),
    (re.compile(r"\\sqrt"), "√"),
    (re.compile(r"\\[,;:! ]|[&~]|\*\*"), " "),
    (re.compile(r"\\([%$])"), r"\1"),
    (re.compile(r"\((\d+(?:\.\d+)?)\)/\((\d+(?:\.\d+)?)\)"), r"\1/\2"),
]


def _tidy(source: str) -> str:
    """A side as plain text on one line, for the reason."""
    for pattern, plain in _NAMES:
        source = pattern.sub(plain, source)
    source = " ".join(source.split())
    return source if len(source) <= 80 else source[:79] + "…"


def _decimal(value: Fraction) -> str:
    """The exact value where it has a short decimal form, else its first four digits."""
    if value.denominator == 1 and abs(value) < 10**15:
        return str(value.numerator)
    short = f"{Decimal(value.numerator) / Decimal(value.denominator):.6g}"
    if Fraction(short) == value:
        return f"{Decimal(short):f}" if abs(value) < 10**15 and len(short) < 12 else short
    return f"about {Decimal(value.numerator) / Decimal(value.denominator):.4g}"
