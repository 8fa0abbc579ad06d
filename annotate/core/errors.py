"""What can go wrong in the domain, in words for the person who caused it. `annotate.api.errors` maps them to HTTP."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class FieldError:
    """One thing wrong with one input field."""

    field: str
    message: str
    position: int | None = None
    """Where in the field's text, 0-based in characters, if that can be said."""
    code: str = ""
    """What is wrong, for pages in other languages, which know a sentence for it; "" where they say the message."""


class DomainError(Exception):
    """Base of all errors that are the caller's to mend. `code` is stable for programs, `message` is for people."""

    status = 400

    def __init__(self, code: str, message: str, errors: Sequence[FieldError] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.errors = list(errors)


class Invalid(DomainError):
    status = 400

    @classmethod
    def field(cls, field: str, message: str, code: str = "") -> "Invalid":
        return cls("invalid", message, [FieldError(field, message, code=code)])


class TooMany(DomainError):
    """The caller asked more often than is allowed. Later it may."""

    status = 429


class Denied(DomainError):
    """The caller can see the thing but may not do this to it."""

    status = 403


class NotFound(DomainError):
    """There is no such thing, or the caller may not know of it: the two look the same."""

    status = 404

    def __init__(self, what: str) -> None:
        super().__init__("not-found", f"There is no such {what}, or you have no access to it.")


class Conflict(DomainError):
    """The thing is not in the state that the call needs."""

    status = 409
