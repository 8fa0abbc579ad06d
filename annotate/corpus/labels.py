"""First-error semantics, in one place.

Steps before the first error are right, the first error is wrong, and what follows is not labelled: nobody read it. "No
error" says that every step is right. Observations are context and carry no label.
"""

from collections.abc import Sequence

from annotate.corpus.models import StepValue


def first_error_values(judged: Sequence[bool], first_error: int | None) -> list[int | None]:
    """One StepValue or None for each step; `judged[i]` tells whether step i can be judged, `first_error` is 0-based.

    Raises ValueError when the first error lies outside the trace or on a step that can't be judged.
    """
    n = len(judged)
    if first_error is None:
        return [int(StepValue.GOOD) if j else None for j in judged]
    if not 0 <= first_error < n:
        raise ValueError(f"first_error must be from 0 to {n - 1} (the first step is 0), or null for no error.")
    if not judged[first_error]:
        raise ValueError(f"Step {first_error} is an observation: it can't be wrong. Mark the step that acted on it.")
    before: list[int | None] = [int(StepValue.GOOD) if j else None for j in judged[:first_error]]
    return [*before, int(StepValue.BAD), *[None] * (n - first_error - 1)]


def first_error_of(values: Sequence[int | None]) -> int | None:
    """The 0-based index of the first step said to be wrong, or None."""
    return next((i for i, value in enumerate(values) if value == StepValue.BAD), None)


def is_first_error_form(judged: Sequence[bool], values: Sequence[int | None]) -> bool:
    """Whether the values say exactly what a first error (or none) says: `first_error_of(values)` loses nothing."""
    return list(values) == first_error_values(judged, first_error_of(values))
