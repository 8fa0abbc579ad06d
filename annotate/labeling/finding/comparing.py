"""A condition's value against an SQL expression: that it is this, begins so, or lies there. Pure."""

import re
from collections.abc import Callable, Sequence

from annotate.labeling.finding.sql import Scope
from annotate.labeling.finding.syntax import BadQuery, Condition, Range, Value

Compile = Callable[[Scope, Condition], str]
"""Gives an SQL condition on the row `o`. Raises BadQuery for a value that does not fit."""

MAX_NUMBER = 1e15


def one_of(values: Sequence[str], found: Callable[[Scope, str], str]) -> Compile:
    def compiled(scope: Scope, condition: Condition) -> str:
        value = value_of(condition)
        if value.text not in values or value.prefix:
            raise BadQuery(
                f"{condition.field} can be {', '.join(values)}, not {value.text or '*'}.",
                value.at.start,
                value.at.end - value.at.start,
            )
        return found(scope, value.text)

    return compiled


def value_of(condition: Condition) -> Value:
    """The one value of a field that has no order. Raises BadQuery for comparisons and ranges."""
    value = condition.value
    if condition.op != ":" or not isinstance(value, Value):
        raise BadQuery(
            f"{condition.field} can't be compared: write {condition.field}:VALUE.",
            condition.at.start,
            condition.at.end - condition.at.start,
        )
    return value


def is_text(scope: Scope, expression: str, value: Value) -> str:
    """A text that is, or begins with, what was asked for; anything for `*`."""
    if value.prefix and not value.text:
        return f"nullif({expression}, '') IS NOT NULL"
    if value.prefix:
        pattern = re.sub(r"([\\%_])", r"\\\1", value.text) + "%"
        return f"{expression} LIKE {scope.add(pattern)}"
    return f"{expression} = {scope.add(value.text)}"


def compared(
    scope: Scope, expression: str, condition: Condition, read: Callable[[str], object], cast: str, what: str
) -> str:
    """`expression` against a number, a bound or a range. `read` raises ValueError for what is no such value."""

    def checked(text: str) -> str:
        try:
            value = read(text)
        except (ValueError, OverflowError):
            at = condition.value.at
            raise BadQuery(
                f"{condition.field} is compared with {what}, and {text!r} is none. "
                f"Write it like {condition.field}:5, {condition.field}>=5 or {condition.field}:5..8."
                if what != "a date"
                else f"{condition.field} is compared with a date like 2026-01-31, and {text!r} is none.",
                at.start,
                at.end - at.start,
            ) from None
        return f"{scope.add(value)}::{cast}"

    value = condition.value
    if isinstance(value, Range):
        bounds = [f"{expression} {op} {checked(x)}" for op, x in ((">=", value.low), ("<=", value.high)) if x]
        return f"({' AND '.join(bounds)})"
    if value.prefix:
        if value.text:
            checked(value.text + "*")
        return f"({expression}) IS NOT NULL"
    op = "=" if condition.op == ":" else condition.op
    return f"{expression} {op} {checked(value.text)}"


def as_number(text: str) -> float:
    number = float(text)
    if not abs(number) < MAX_NUMBER or not re.fullmatch(r"[-+]?[0-9]*\.?[0-9]+(e[-+]?[0-9]+)?", text, re.IGNORECASE):
        raise ValueError
    return number


def as_whole(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise ValueError
    return int(text)


def number(expression: Callable[[Scope], str | None], *, whole: bool = True) -> Compile:
    """A field that is a number; `expression` is None where rows of this kind have none."""

    def compiled(scope: Scope, condition: Condition) -> str:
        sql = expression(scope)
        if whole:
            found = compared(scope, sql or "NULL", condition, as_whole, "int", "a whole number")
        else:
            found = compared(scope, sql or "NULL", condition, as_number, "float8", "a number")
        return found if sql else "false"

    return compiled
