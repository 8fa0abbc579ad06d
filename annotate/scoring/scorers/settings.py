"""What a kind of scorer lets a project choose: the fields of its form, and the check of what came in. Pure."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Type = Literal["text", "long", "url", "integer", "number", "choice", "switch", "key", "scorer"]
MAX_TEXT = 20_000


class WrongSettings(Exception):
    """`errors`: (name of the setting, what is wrong with it) for each one that is wrong."""

    def __init__(self, errors: Sequence[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{name}: {message}" for name, message in errors))
        self.errors = list(errors)


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing to choose. `type` says how a form asks for it: `long` is a text of several lines, `key` the name of
    one of the operator's keys, `scorer` the key of another scorer of the project.
    """

    name: str
    title: str
    hint: str = ""
    type: Type = "text"
    required: bool = False
    default: Any = None
    """None: nothing is chosen, which is allowed unless it is required."""
    choices: Sequence[tuple[str, str]] = ()
    """(value, title), for `choice`."""
    minimum: float | None = None
    maximum: float | None = None
    decides: bool = True
    """Whether it decides the scores: a change of it is a new version, and everything is scored anew."""


def checked(fields: Sequence[Setting], given: Any) -> dict[str, Any]:
    """What was given, with defaults filled in. Raises WrongSettings, which names every setting that is wrong."""
    if not isinstance(given, Mapping):
        raise WrongSettings([("", "Settings are an object of names and values.")])
    known = {field.name: field for field in fields}
    errors = [
        (str(name), f"There is no such setting. Known are: {', '.join(known) or 'none'}.")
        for name in given
        if name not in known
    ]
    values: dict[str, Any] = {}
    for field in fields:
        value = given.get(field.name)
        if isinstance(value, str) and field.type != "long":
            value = value.strip()
        if value is None or value == "":
            if field.required:
                errors.append((field.name, "This is needed."))
            values[field.name] = field.default
        elif problem := _wrong(field, value):
            errors.append((field.name, problem))
        else:
            values[field.name] = value
    if errors:
        raise WrongSettings(errors)
    return values


def _wrong(field: Setting, value: Any) -> str | None:
    if field.type == "switch":
        return None if isinstance(value, bool) else "This is true or false."
    if field.type in ("integer", "number"):
        return _wrong_number(field, value)
    if not isinstance(value, str):
        return "This is a text."
    if len(value) > MAX_TEXT or "\0" in value:
        return f"At most {MAX_TEXT:,} characters, and no NUL."
    if field.type == "choice" and value not in (names := [name for name, _ in field.choices]):
        return f"One of: {', '.join(names)}."
    return None


def _wrong_number(field: Setting, value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return "This is a number."
    if field.type == "integer" and value != int(value):
        return "This is a whole number."
    low, high = field.minimum, field.maximum
    if low is not None and value < low:
        return f"At least {low:g}."
    if high is not None and value > high:
        return f"At most {high:g}."
    return None


def fingerprint(fields: Sequence[Setting], settings: Mapping[str, Any], *more: Any) -> str:
    """Twelve hexadecimal digits over everything that decides the scores."""
    deciding = {field.name: settings.get(field.name, field.default) for field in fields if field.decides}
    text = json.dumps([deciding, *more], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:12]
