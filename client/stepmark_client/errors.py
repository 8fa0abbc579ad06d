"""What can go wrong."""

from __future__ import annotations

from typing import Any


class StepmarkError(Exception):
    """Base of everything that this package raises."""


class Unreachable(StepmarkError):
    """No answer, or not all of it, however often it was tried."""


class ApiError(StepmarkError):
    """The server refused: its problem details (RFC 9457).

    `code` is for programs and does not change, `detail` is for people, `errors` has
    `{"field", "message", "position"?}` where particular fields are wrong, `problem` is all of it.
    """

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        self.status = status
        self.problem = problem
        self.code: str = problem.get("code", "error")
        self.detail: str = problem.get("detail") or problem.get("title") or f"The server answered {status}."
        self.errors: list[dict[str, Any]] = problem.get("errors", [])
        told = [f"{e.get('field')}: {e.get('message')}" for e in self.errors if e.get("message") != self.detail]
        super().__init__(f"{status} {self.code}: {'; '.join([self.detail, *told])}")
