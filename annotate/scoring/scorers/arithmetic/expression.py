"""Tokens to an exact value. Own grammar, own tree, `Fraction`s: nothing is ever handed to `eval` or to a
symbolic library.

Whatever could be read in two ways is not read at all: `2\\frac{1}{2}`, `6/2(3)`, `2^10` in LaTeX, numbers
side by side.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction

from .tokens import Token

MAX_TOKENS = 200
MAX_DEPTH = 30
MAX_BITS = 4096
MAX_FACTORIAL = 100


class Unreadable(Exception):
    """These tokens are not one plain calculation with numbers."""


class Percent(Enum):
    """What `p%` stands for: writers use all three."""

    HUNDREDTHS = "p/100"
    PLAIN = "p"
    OF_THE_REST = "a ± p% is a ± a·p/100"


@dataclass(slots=True)
class Node:
    op: str
    """number, percent, group, neg, +, -, *, /, ^, !, sqrt or binom."""
    children: tuple[Node, ...] = ()
    value: Fraction = Fraction(0)
    decimals: int = 0


@dataclass(slots=True)
class Expression:
    """A whole side of an equation."""

    root: Node
    text: str
    end: int
    """Where it ends in its span."""
    units: list[str] = field(default_factory=list)
    """Words written as units, in order, lower case; "dollar" for money signs."""

    @property
    def is_calculation(self) -> bool:
        """Whether there is anything to calculate, beyond a sign."""
        return _has_operator(self.root)

    @property
    def literal(self) -> Node | None:
        """The number, if the side is one number, possibly signed or a percentage."""
        node = self.root
        while node.op in ("neg", "percent", "group"):
            node = node.children[0]
        return node if node.op == "number" else None

    def leaves(self) -> list[Node]:
        found, todo = [], [self.root]
        while todo:
            node = todo.pop()
            found += [node] if node.op in ("number", "percent") else []
            todo += reversed(node.children)
        return found


def _has_operator(node: Node) -> bool:
    if node.op in ("number",):
        return False
    return node.op not in ("neg", "percent", "group") or _has_operator(node.children[0])


def parse(tokens: Sequence[Token], source: str, *, latex: bool) -> Expression:
    """Reads all of `tokens` as one expression.

    Raises `Unreadable` if they are anything else.
    """
    if not tokens or len(tokens) > MAX_TOKENS:
        raise Unreadable
    parser = _Parser(tokens, latex)
    root = parser.sum()
    if parser.at < len(tokens):
        raise Unreadable
    return Expression(root, source[tokens[0].start : tokens[-1].end], tokens[-1].end, parser.units)


class _Parser:
    def __init__(self, tokens: Sequence[Token], latex: bool) -> None:
        self.tokens, self.latex = tokens, latex
        self.at = self.depth = 0
        self.units: list[str] = []

    def peek(self, offset: int = 0) -> Token | None:
        i = self.at + offset
        return self.tokens[i] if i < len(self.tokens) else None

    def next_is(self, kind: str, text: str = "") -> bool:
        token = self.peek()
        return token is not None and token.kind == kind and (not text or token.text in text)

    def sum(self) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Unreadable
        left = self.product()
        while self.next_is("op", "+-"):
            sign = self.take().text
            left = Node(sign, (left, self.product()))
        self.depth -= 1
        return left

    def product(self) -> Node:
        left, divided = self.signed(), False
        while True:
            if self.next_is("op", "*/"):
                sign = self.take().text
                if sign == "/" and divided:  # "120/1/6" is 720 to those who write it
                    raise Unreadable
                divided = divided or sign == "/"
                left = Node(sign, (left, self.signed()))
            elif self.multiplies_silently():
                if divided:  # 6/2(3) is 9 to some and 1 to others
                    raise Unreadable
                left = Node("*", (left, self.power()))
            else:
                return left

    def multiplies_silently(self) -> bool:
        """Whether a factor follows without a sign: `2(3)`, `(2)(3)`, `2\\sqrt{4}`; `2\\frac{1}{2}` is
        ambiguous.
        """
        before, token = self.tokens[self.at - 1], self.peek()
        if token is None or before.kind in ("op", "word", "percent"):
            return False
        if token.kind == "open":
            return token.text in "(["
        return token.kind in ("sqrt", "binom") or (token.kind == "frac" and before.text == ")")

    def signed(self) -> Node:
        signs = 0
        while self.next_is("op", "+-"):
            signs += self.take().text == "-"
            if self.at > 2 and signs > 2:
                raise Unreadable
        node = self.power()
        return Node("neg", (node,)) if signs % 2 else node

    def power(self) -> Node:
        node = self.atom()
        while True:
            if self.next_is("op", "!"):
                self.take()
                node = Node("!", (node,))
            elif self.next_is("percent"):
                self.take()
                node = Node("percent", (node,))
            elif self.next_is("op", "^"):
                self.take()
                node = Node("^", (node, self.exponent()))
                if self.next_is("op", "^"):
                    raise Unreadable
            else:
                break
        self.read_units()
        return node

    def exponent(self) -> Node:
        if self.next_is("open", "{("):
            return self.bracketed()
        negative = self.next_is("op", "-")
        if negative:
            self.take()
        token = self.take("number")
        if token.decimals or (self.latex and (len(token.text) > 1 or negative)):
            raise Unreadable  # LaTeX sets 2^10 as "2 to the 1, times 0"; some mean it, some do not
        node = Node("number", value=token.value)
        return Node("neg", (node,)) if negative else node

    def atom(self) -> Node:
        if self.next_is("money"):
            self.take()
            self.units.append("dollar")
            if not self.next_is("number"):
                raise Unreadable
        token = self.take()
        if token.kind == "number":
            return Node("number", value=token.value, decimals=token.decimals)
        if token.kind == "open":
            self.at -= 1
            return self.bracketed()
        if token.kind == "frac":
            return Node("/", self.two_arguments())
        if token.kind == "binom":
            return Node("binom", self.two_arguments())
        if token.kind == "sqrt":
            if not self.next_is("open", "{("):
                raise Unreadable
            return Node("sqrt", (self.bracketed(),))
        raise Unreadable

    def two_arguments(self) -> tuple[Node, Node]:
        token = self.peek()
        if token and token.kind == "number":  # \frac12
            self.take()
            if len(token.text) != 2 or not token.text.isdigit():
                raise Unreadable
            first, second = (Node("number", value=Fraction(digit)) for digit in token.text)
            return first, second
        if not self.next_is("open", "{"):
            raise Unreadable
        first = self.bracketed()
        if not self.next_is("open", "{"):
            raise Unreadable
        return first, self.bracketed()

    def bracketed(self) -> Node:
        opening = self.take("open").text
        inside = self.sum()
        if self.take("close").text != {"(": ")", "[": "]", "{": "}"}[opening]:
            raise Unreadable
        return Node("group", (inside,))

    def read_units(self) -> None:
        """Words after a value, as in "60 minutes/hour": remembered, and worth nothing."""
        words = 0
        while True:
            token, after = self.peek(), self.peek(1)
            if token and token.kind == "word":
                self.take()
            elif words and token and token.kind == "op" and token.text == "/" and after and after.kind == "word":
                self.take()
                token = self.take()
            else:
                return
            self.units.append(token.text.lower())
            words += 1
            if self.latex and self.next_is("op", "^"):  # \text{cm}^2
                self.take()
                self.exponent()

    def take(self, kind: str = "") -> Token:
        token = self.peek()
        if token is None or (kind and token.kind != kind):
            raise Unreadable
        self.at += 1
        return token


def evaluate(expression: Expression, percent: Percent = Percent.HUNDREDTHS) -> Fraction:
    """The exact value.

    Raises `Unreadable` where there is none: division by zero, roots that are not rational, or numbers past
    the caps.
    """
    return _value(expression.root, percent)


def _value(node: Node, percent: Percent) -> Fraction:
    if node.op == "number":
        return node.value
    if node.op in "+-" and percent is Percent.OF_THE_REST and node.children[1].op == "percent":
        base, part = (
            _value(child, Percent.HUNDREDTHS if child.op == "percent" else percent) for child in node.children
        )
        return base * (1 + part if node.op == "+" else 1 - part)
    values = [_value(child, percent) for child in node.children]
    if node.op == "percent":
        return values[0] if percent is Percent.PLAIN else values[0] / 100
    result = _apply(node.op, values)
    if max(result.numerator.bit_length(), result.denominator.bit_length()) > MAX_BITS:
        raise Unreadable
    return result


def _apply(op: str, values: list[Fraction]) -> Fraction:
    match op, values:
        case "group", [a]:
            return a
        case "neg", [a]:
            return -a
        case "+", [a, b]:
            return a + b
        case "-", [a, b]:
            return a - b
        case "*", [a, b]:
            return a * b
        case "/", [a, b] if b:
            return a / b
        case "^", [a, b]:
            return _power(a, b)
        case "sqrt", [a] if a >= 0:
            top, bottom = math.isqrt(a.numerator), math.isqrt(a.denominator)
            if top * top == a.numerator and bottom * bottom == a.denominator:
                return Fraction(top, bottom)
        case "!", [a] if a.denominator == 1 and 0 <= a <= MAX_FACTORIAL:
            return Fraction(math.factorial(a.numerator))
        case "binom", [n, k] if n.denominator == k.denominator == 1 and 0 <= n <= 10 * MAX_FACTORIAL and k >= 0:
            return Fraction(math.comb(n.numerator, k.numerator))
    raise Unreadable


def _power(base: Fraction, exponent: Fraction) -> Fraction:
    if exponent.denominator != 1 or (base == 0 and exponent <= 0):
        raise Unreadable
    size = max(base.numerator.bit_length(), base.denominator.bit_length())
    if size * abs(exponent.numerator) > MAX_BITS:
        raise Unreadable
    return base**exponent.numerator
