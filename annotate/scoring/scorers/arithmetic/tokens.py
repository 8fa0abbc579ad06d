"""Characters to tokens, for both mathematics (LaTeX) and prose. Linear in the text's length."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

MAX_DIGITS = 30


class Token(NamedTuple):
    kind: str
    """number, percent, money, op, frac, sqrt, binom, open, close, relation, word, comma, break or bad."""
    text: str
    start: int
    end: int
    value: Fraction = Fraction(0)
    decimals: int = 0
    """Of a number: how many digits were printed after the point."""


_NUMBER = r"\d{1,3}(?:(?:,|\{,\}|\\,|\\!)\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
_SKIP = (
    r"\\left(?![a-z])|\\right(?![a-z])|\\[bB]igg?[lr]?(?![a-z])|\\displaystyle|\\[,;:! ]|~|&|\\quad|\\qquad"
    r"|\*\*|__|\\(?:bf|it|rm)(?![a-z])"
)
_COMMON = [
    ("number", _NUMBER),
    ("frac", r"\\[dtc]?frac(?![a-zA-Z])"),
    ("sqrt", r"\\sqrt(?![a-zA-Z\[])|√"),
    ("binom", r"\\[dt]?binom(?![a-zA-Z])"),
    ("percent", r"\\?%"),
    ("approx", r"\\approx(?![a-zA-Z])|\\(?:simeq|cong|doteq)(?![a-zA-Z])|≈|≃"),
    ("equal", r"="),
    ("times", r"\\times(?![a-zA-Z])|\\cdot(?![a-zA-Z])|\\ast(?![a-zA-Z])|×|·|⋅|∙|\*"),
    ("divide", r"\\div(?![a-zA-Z])|÷|/"),
    ("plus", r"\+"),
    ("minus", r"-|−"),
    ("power", r"\^"),
    ("open", r"\(|\["),
    ("close", r"\)|\]"),
    ("group", r"\{"),
    ("ungroup", r"\}"),
    ("money", r"\\?\$|€|£"),
]
_MATH_ONLY = [
    ("text", r"\\(?:text|mathrm|textbf|mbox|operatorname|textit|mathbf|textrm)\s*\{(?P<inner>[^{}]*)\}"),
    (
        "break",
        r"\\\\|\\(?:implies|Rightarrow|Longrightarrow|rightarrow|to|iff|Leftrightarrow)(?![a-zA-Z])|[;⇒→]",
    ),
    ("relation", r"\\(?:neq?|leq?|geq?|equiv|lt|gt|sim|mid|nmid|in|ll|gg|propto)(?![a-zA-Z])|[<>≤≥≠≡∼]"),
]
_PROSE_ONLY = [
    ("break", r"\n|[.:;?!](?=\s|$)|⇒|→|=>|->|—|\u2022"),
    ("relation", r"[<>≤≥≠≡]"),
    ("word", r"[^\W\d_]+(?:['’\-][^\W\d_]+)*\.?(?=/)|[^\W\d_]+(?:['’\-][^\W\d_]+)*"),
]
_REST = [("factorial", r"!"), ("comma", r","), ("dot", r"\."), ("space", r"\s+"), ("bad", r".")]


def _compile(kinds: list[tuple[str, str]]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in kinds), re.S)


_MATH = _compile([("skip", _SKIP), *_MATH_ONLY, *_COMMON, *_REST])
_PROSE = _compile([("skip", r"\*\*|__"), *_PROSE_ONLY, *_COMMON, *_REST])
_WORDS = re.compile(r"[^\W\d_]+")

_OPERATORS = {"times": "*", "divide": "/", "plus": "+", "minus": "-", "power": "^", "factorial": "!"}


def tokens(text: str, *, math: bool) -> Iterator[Token]:
    """The tokens of `text`. `{` and `}` come out as brackets."""
    for found in (_MATH if math else _PROSE).finditer(text):
        kind, start, end = found.lastgroup or "bad", found.start(), found.end()
        raw = found[0]
        if kind in ("skip", "space"):
            continue
        if kind == "text":
            yield from _unit(found["inner"], start, end)
        elif kind == "number":
            digits = re.sub(r"[^\d.]", "", raw)
            if len(digits) > MAX_DIGITS:
                yield Token("bad", raw, start, end)
            else:
                yield Token("number", digits, start, end, Fraction(digits), len(digits.partition(".")[2]))
        elif kind in _OPERATORS:
            yield Token("op", _OPERATORS[kind], start, end)
        elif kind in ("equal", "approx"):
            yield Token("relation", "=" if kind == "equal" else "≈", start, end)
        elif kind == "relation":
            yield Token("relation", "other", start, end)
        elif kind == "group":
            yield Token("open", "{", start, end)
        elif kind == "ungroup":
            yield Token("close", "}", start, end)
        elif kind == "dot":
            yield Token("break" if math else "bad", raw, start, end)
        else:
            yield Token(kind, raw, start, end)


def _unit(inner: str, start: int, end: int) -> Iterator[Token]:
    """`\\text{…}`: unit words, or the end of a statement where it holds more than that."""
    if re.search(r"[\d=+*^\\]", inner):
        yield Token("bad", inner, start, end)
        return
    for word in _WORDS.findall(inner):
        if word.lower() in (
            "and",
            "or",
            "so",
            "then",
            "since",
            "because",
            "thus",
            "hence",
            "therefore",
            "with",
        ):
            yield Token("break", word, start, end)
        else:
            yield Token("word", word, start, end)
