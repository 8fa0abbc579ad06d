"""Calculations in running prose: where they begin and where they end.

Between "= " and the next sign of a sentence there may be units ("8 apples + 3 apples"), remarks ("(this
week)") and the rest of the sentence. What touches a calculation decides whether it can be read: "half of 6 +
2" is not 6 + 2.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .expression import Expression, Unreadable, parse
from .tokens import Token

MAX_UNIT_WORDS = 3
VALUE_ENDS = ("number", "close", "percent")
PARTS = ("number", "percent", "money", "op", "open", "close", "frac", "sqrt", "binom")

_LIST_MARK = re.compile(r"(?m)^[ \t]*(?:(?:[-*+•–]|\(?(?:\d{1,2}|[a-zA-Z])[.)]|\#+|>)[ \t]+)+")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


BINDING = _words(
    """
    and or of than more less fewer times twice thrice double triple half third quarter plus minus over by per
    from to mod modulo log ln lg sin cos tan cot sec csc exp sqrt root square cube cubed squared sum product
    difference quotient remainder r rem dozen hundred thousand million billion trillion percent pi e i base
    power factorial choose gcd lcm max min divided multiplied added subtracted increased decreased between not
    st nd rd th day step week month year case part problem question page chapter equation figure option number
    no hour period term row column round line level grade item example stage
    """
)
"""Words that change what stands beside them, or that make a number a name ("day 1")."""
ENDING = BINDING - _words(
    """
    square cube and or of from to by over times between than more less not twice per day step week month year
    case part problem question page hour period term row column round line level grade
    """
)
"""The same after a result, where most of them only go on with the sentence."""
NEVER_UNITS = (BINDING - {"square"}) | _words(
    """
    is are was were be been has have had will would can could get gets got so then thus hence if when where
    which that who this these those his her their its my our your he she it they we i you the in on at for as
    with but because since equals makes gives leaves means needs pays costs
    """
)
"""At these a sentence begins or turns: a calculation may begin after them (unless they bind), no unit goes
on.
"""
TOUCHING_UNITS = _words("kg km cm mm mg ml lb lbs oz ft hr hrs min mins sec secs mph kph gal yd yds mi")


def strip_list_marks(text: str) -> str:
    """Takes "- ", "1. ", "a) " and the like from the beginnings of lines: they are no part of a
    calculation.
    """
    return _LIST_MARK.sub("", text)


def without_remarks(stream: Sequence[Token]) -> list[Token]:
    """Leaves out "(this week)" after values, and reads "5 x 3" and "1/3 of 18" as products."""
    out: list[Token] = []
    i = 0
    while i < len(stream):
        token = stream[i]
        remark = out and out[-1].kind in ("number", "percent", "word") and out[-1].end < token.start
        if token.kind == "open" and token.text == "(" and remark:
            end = i + 1
            while end < len(stream) and stream[end].kind == "word":
                end += 1
            if end > i + 1 and end < len(stream) and stream[end].text == ")":
                i = end + 1
                continue
        if token.kind == "word" and out and i + 1 < len(stream):
            begins = stream[i + 1].kind in ("number", "money", "open")
            times = token.text in ("x", "X") and out[-1].kind in (*VALUE_ENDS, "word") and out[-1].end < token.start
            if begins and (times or (token.text == "of" and _is_share(out))):
                token = token._replace(kind="op", text="*")
        out.append(token)
        i += 1
    return out


def _is_share(out: Sequence[Token]) -> bool:
    """Whether what was read so far ends in a percentage or a plain fraction: "20% of", "1/3 of"."""
    if out[-1].kind == "percent":
        return True
    kinds = [t.kind for t in out[-3:]]
    whole = len(out) < 4 or out[-4].kind not in ("number", "op")
    return kinds == ["number", "op", "number"] and out[-2].text == "/" and whole


def last_expression(side: Sequence[Token], text: str) -> Expression:
    """The calculation that `side` ends with. Raises `Unreadable` if there is none, or if what precedes it
    matters.
    """
    begin, depth = len(side), 0
    i = len(side) - 1
    while i >= 0:
        token = side[i]
        if token.kind == "word" or (token.text == "/" and i + 1 < len(side) and side[i + 1].kind == "word"):
            first = _unit_words_before(side, i)
            right = side[i + 1] if i + 1 < len(side) else None
            if first is None or (right and right.kind not in ("op", "close")):
                break
            begin = i = first
        elif token.kind in PARTS:
            depth += (token.kind == "close") - (token.kind == "open")
            if depth < 0:
                break
            begin = i
        else:
            break
        i -= 1
    if depth > 0:
        raise Unreadable
    part = list(side[begin:])
    before = side[begin - 1] if begin else None
    if before is not None:
        if not _is_total(side, begin - 1):
            _refuse_before(before, part, text)
        if _goes_back(side, begin - 1):
            raise Unreadable
    return parse(part, text, latex=False)


def _unit_words_before(side: Sequence[Token], end: int) -> int | None:
    """Index of the first of the unit words that end at `end`, if a value stands before them."""
    i = end
    while i >= 0 and end - i <= 2 * MAX_UNIT_WORDS:
        token = side[i]
        if (token.kind == "word" and (token.text.lower() not in NEVER_UNITS or (i and side[i - 1].text == "/"))) or (
            token.text == "/" and side[i + 1].kind == "word"
        ):
            i -= 1
        else:
            break
    if i < 0 or end - i > 2 * MAX_UNIT_WORDS:
        return None
    first = i + 1
    return first if first <= end and side[i].kind in VALUE_ENDS and _apart(side[i], side[first]) else None


def _is_total(side: Sequence[Token], i: int) -> bool:
    """Whether "a total of" ends at `i`: the one "of" that changes nothing."""
    return i > 0 and side[i].text == "of" and side[i - 1].text.lower() == "total"


def _goes_back(side: Sequence[Token], i: int) -> bool:
    """Whether the words that end at `i` are themselves added to something: "25 classmates + his 1
    teacher".
    """
    while i >= 0 and side[i].kind == "word":
        i -= 1
    return i >= 0 and side[i].kind == "op"


def _apart(value: Token, word: Token) -> bool:
    """Letters that touch a number are variables, unless they are a unit that is written so ("5kg")."""
    return value.end < word.start or word.kind != "word" or word.text.lower() in TOUCHING_UNITS


def _refuse_before(before: Token, part: Sequence[Token], text: str) -> None:
    first = part[0] if part else None
    if first is None:
        raise Unreadable
    if before.kind == "word":
        if before.text.lower() in BINDING or (len(before.text) == 1 and before.text not in "aAI"):
            raise Unreadable
        touches = before.end == first.start
        spaced = first.kind == "op" and (first.text != "-" or text[first.end : first.end + 1].isspace())
        if touches or spaced:
            raise Unreadable
    elif before.kind == "open":
        # "f(2 + 3 = 5" and "gcd(4 + 2" belong to what stands before the bracket.
        if before.start and (text[before.start - 1].isalnum() or text[before.start - 1] in "_^}"):
            raise Unreadable
    elif before.kind != "comma":
        raise Unreadable


def first_expression(side: Sequence[Token], text: str) -> Expression:
    """The calculation that `side` begins with. Raises `Unreadable` if there is none, or if what follows it
    matters.
    """
    depth, end, i = 0, 0, 0
    while i < len(side):
        token = side[i]
        if token.kind == "word":
            if not i or side[i - 1].kind not in VALUE_ENDS or not _apart(side[i - 1], token):
                break
            last = i
            while last + 1 < len(side) and last - i < 2 * MAX_UNIT_WORDS and _goes_on(side, last + 1):
                last += 1
            if token.text == "of" or any(t.text.lower() in ENDING for t in side[i : last + 1]):
                raise Unreadable
            after = side[last + 1] if last + 1 < len(side) else None
            if after is None or after.kind not in ("op", "close"):
                break
            i = last
        elif token.kind in PARTS:
            depth += (token.kind == "open") - (token.kind == "close")
            if depth < 0:
                break
        else:
            break
        i += 1
        end = i
    if depth > 0:
        raise Unreadable
    after = side[end] if end < len(side) else None
    if after is not None and end:
        word = after.kind == "word"
        if after.kind not in ("word", "comma", "close"):
            raise Unreadable
        if word and (not _apart(side[end - 1], after) or (len(after.text) == 1 and after.text not in "aAI")):
            raise Unreadable
    part = list(side[:end])
    return parse(part, text, latex=False)


def _goes_on(side: Sequence[Token], i: int) -> bool:
    return side[i].kind == "word" or (side[i].text == "/" and i + 1 < len(side) and side[i + 1].kind == "word")
