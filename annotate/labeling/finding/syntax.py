"""The grammar of the query language: text to a tree, and a tree back to text. Pure.

    query    := either
    either   := all ("OR" all)*
    all      := one (("AND")? one)*
    one      := "-" one | "(" either ")" | condition | text
    condition:= FIELD (":" | "=" | "<" | "<=" | ">" | ">=") VALUE
    VALUE    := word | quoted | [word] ".." [word]          (a range, both ends included)
    text     := word | quoted

A word ends at white space, a parenthesis or a quotation mark. Between quotation marks everything is itself, a backslash
too, and a quotation mark is written twice. OR and AND are written in capitals. A `*` at the end of a word or value
stands for anything that follows; `field:*` for any value at all.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as made
from typing import Literal

from annotate.core.errors import FieldError, Invalid

MAX_LENGTH = 4000
MAX_WORD = 2000
MAX_CONDITIONS = 100
MAX_DEPTH = 50

Op = Literal[":", "<", "<=", ">", ">="]


class BadQuery(Invalid):
    """The query can't be understood. `position` (0-based, in characters) and `length` say where, the message why and
    what is known instead.
    """

    def __init__(self, message: str, position: int, length: int = 1, *, field: str = "q") -> None:
        text = f"{message} (At character {position + 1} of the query.)"
        super().__init__("bad-query", text, [FieldError(field, text, position=position)])
        self.position = position
        self.length = length


@dataclass(frozen=True)
class Span:
    start: int
    end: int


_NOWHERE = Span(0, 0)


@dataclass(frozen=True)
class Text:
    """Words to be found next to one another. `prefix`: the last one may go on."""

    words: str
    prefix: bool = False
    at: Span = made(default=_NOWHERE, compare=False, repr=False)


@dataclass(frozen=True)
class Value:
    """One value. `prefix`: it was followed by `*`, so that "" with a prefix is anything at all."""

    text: str
    prefix: bool = False
    at: Span = made(default=_NOWHERE, compare=False, repr=False)


@dataclass(frozen=True)
class Range:
    """From `low` to `high`, both included; None is no bound."""

    low: str | None
    high: str | None
    at: Span = made(default=_NOWHERE, compare=False, repr=False)


@dataclass(frozen=True)
class Condition:
    field: str
    op: Op
    value: Value | Range
    at: Span = made(default=_NOWHERE, compare=False, repr=False)


@dataclass(frozen=True)
class Not:
    inner: "Node"


@dataclass(frozen=True)
class All:
    """All of them hold; of none, everything does."""

    parts: tuple["Node", ...]


@dataclass(frozen=True)
class Any:
    parts: tuple["Node", ...]


Node = Text | Condition | Not | All | Any

_SPACE = re.compile(r"\s+")
# `score.KEY` and `whole.KEY` go on after the dot with anything a scorer may be called; odd names are quoted.
_CONDITION = re.compile(r"""([A-Za-z_]+(?:\.(?:"(?:[^"]|"")*"|[^\s()":<>=]+))?)(<=|>=|[:<>=])""")
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')
_WORD = re.compile(r'[^\s()"]+')


def parse_tree(text: str) -> Node:
    """The tree of a query; a blank one is `All(())`, which everything matches. Raises BadQuery."""
    if len(text) > MAX_LENGTH:
        raise BadQuery(f"A query may have {MAX_LENGTH} characters at most.", MAX_LENGTH, len(text) - MAX_LENGTH)
    if "\0" in text:
        raise BadQuery("The character U+0000 is in no text.", text.index("\0"))
    parser = _Parser(text)
    node = parser.either(0)
    if not parser.done():
        raise BadQuery("This ) closes nothing. Put text with parentheses in quotation marks.", parser.place)
    return node


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0
        self.conditions = 0
        self.last_or = 0

    def done(self) -> bool:
        """Whether nothing but space is left; passes over it."""
        space = _SPACE.match(self.text, self.place)
        if space:
            self.place = space.end()
        return self.place == len(self.text)

    def either(self, depth: int) -> Node:
        parts = [self.all(depth)]
        while self._keyword("OR"):
            parts.append(self.all(depth))
        if len(parts) == 1:
            return parts[0]
        for part in parts:
            if part == All(()):
                raise BadQuery('OR stands between two conditions. For the word itself write "OR".', self.last_or, 2)
        return Any(tuple(p for part in parts for p in (part.parts if isinstance(part, Any) else (part,))))

    def all(self, depth: int) -> Node:
        parts: list[Node] = []
        while not self.done() and self.text[self.place] != ")" and not self._at_keyword("OR"):
            if parts and self._keyword("AND"):
                self._needs_more("AND")
            parts.append(self.one(depth))
        if len(parts) == 1:
            return parts[0]
        return All(tuple(p for part in parts for p in (part.parts if isinstance(part, All) else (part,))))

    def one(self, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise BadQuery(f"Parentheses may be nested {MAX_DEPTH} deep at most.", self.place)
        start = self.place
        if self.text[start] == "-" and start + 1 < len(self.text) and not self.text[start + 1].isspace():
            self.place += 1
            if self.text[self.place] == ")":
                raise BadQuery("There is nothing behind this minus sign.", start)
            inner = self.one(depth + 1)
            return inner.inner if isinstance(inner, Not) else Not(inner)
        if self.text[start] == "(":
            self.place += 1
            inner = self.either(depth + 1)
            if self.done():
                raise BadQuery("This ( is never closed. Put text with parentheses in quotation marks.", start)
            self.place += 1
            if inner == All(()):
                raise BadQuery("There is nothing between these parentheses.", start, self.place - start)
            return inner
        self.conditions += 1
        if self.conditions > MAX_CONDITIONS:
            raise BadQuery(f"A query may have {MAX_CONDITIONS} words and conditions at most.", start)
        if condition := _CONDITION.match(self.text, start):
            return self._condition(condition)
        words, quoted = self._string()
        prefix = not quoted and words.endswith("*")
        words = words.rstrip("*") if prefix else words
        at = Span(start, self.place)
        if not any(c.isalnum() for c in words):
            raise BadQuery(
                "There is no letter or digit in this: search looks for words and numbers, not for signs.",
                start,
                self.place - start,
            )
        if any(len(word.encode()) > MAX_WORD for word in words.split()):
            raise BadQuery(f"No word of more than {MAX_WORD:,} bytes can be searched for.", start, self.place - start)
        return Text(words, prefix, at)

    def _condition(self, match: "re.Match[str]") -> Condition:
        start = self.place
        self.place = match.end()
        name, op = match.groups()
        head, dot, rest = name.partition(".")
        if rest.startswith('"'):
            rest = rest[1:-1].replace('""', '"')
        name = f"{head.lower()}{dot}{rest}"
        if self.place == len(self.text) or self.text[self.place].isspace() or self.text[self.place] in "()":
            raise BadQuery(f"{match.group()} lacks a value right behind it.", start, self.place - start)
        value_at = self.place
        words, quoted = self._string()
        at, inner = Span(start, self.place), Span(value_at, self.place)
        if op == "=":
            op = ":"
        value: Value | Range = Value(words, False, inner)
        if not quoted and op == ":":
            if ".." in words:
                low, _, high = words.partition("..")
                if not low and not high:
                    raise BadQuery("A range is low..high, low.. or ..high.", value_at, len(words))
                value = Range(low or None, high or None, inner)
            elif words.endswith("*"):
                value = Value(words[:-1], True, inner)
        return Condition(name, op, value, at)  # type: ignore[arg-type]

    def _string(self) -> tuple[str, bool]:
        """A quoted string or a word, and whether it was quoted."""
        if self.text[self.place] == '"':
            quoted = _QUOTED.match(self.text, self.place)
            if quoted is None:
                raise BadQuery("This quotation mark is never closed.", self.place)
            self.place = quoted.end()
            return quoted.group(1).replace('""', '"'), True
        word = _WORD.match(self.text, self.place)
        assert word  # noqa: S101 - callers have seen something here that is neither space nor parenthesis
        self.place = word.end()
        return word.group(), False

    def _at_keyword(self, word: str) -> bool:
        found = _WORD.match(self.text, self.place)
        return found is not None and found.group() == word

    def _keyword(self, word: str) -> bool:
        """Passes over `word` if it comes next."""
        if self.done() or not self._at_keyword(word):
            return False
        if word == "OR":
            self.last_or = self.place
        self.place += len(word)
        return True

    def _needs_more(self, word: str) -> None:
        if self.done() or self.text[self.place] == ")" or self._at_keyword("OR"):
            at = self.place - len(word) - 1
            raise BadQuery(f'{word} stands between two conditions. For the word itself write "{word}".', max(at, 0))


def render(node: Node) -> str:
    """The query in its plainest form: `parse_tree(render(node)) == node` for every tree that a query can have."""
    return _render(node, 0)


def _render(node: Node, binding: int) -> str:
    """`binding`: 0 anything may stand here, 1 an All needs no parentheses but an Any does, 2 both do."""
    match node:
        case Any(parts):
            inner = " OR ".join(_render(part, 1) for part in parts)
            return f"({inner})" if binding else inner
        case All(parts):
            inner = " ".join(_render(part, 2) for part in parts)
            return f"({inner})" if binding > 1 else inner
        case Not(inner_node):
            return "-" + _render(inner_node, 2)
        case Text(words, prefix):
            return _word(words, prefix)
        case Condition(name, op, value):
            head, dot, rest = name.partition(".")
            if dot and not re.fullmatch(r'[^\s()":<>=]+', rest):
                rest = _quote(rest)
            if isinstance(value, Range):
                return f"{head}{dot}{rest}:{value.low or ''}..{value.high or ''}"
            return f"{head}{dot}{rest}{op}{_value(value)}"


def _word(words: str, prefix: bool) -> str:
    if prefix:
        return f"{words}*"
    plain = (
        _WORD.fullmatch(words)
        and words not in ("OR", "AND")
        and not words.startswith("-")
        and not words.endswith("*")
        and not _CONDITION.match(words)
    )
    return words if plain else _quote(words)


def _value(value: Value) -> str:
    if value.prefix:
        return f"{value.text}*"
    plain = _WORD.fullmatch(value.text) and ".." not in value.text and not value.text.endswith("*")
    return value.text if plain else _quote(value.text)


def _quote(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def leaves(node: Node) -> Iterator[Text | Condition]:
    """Every text and condition of the tree, in order."""
    match node:
        case All(parts) | Any(parts):
            for part in parts:
                yield from leaves(part)
        case Not(inner):
            yield from leaves(inner)
        case _:
            yield node
