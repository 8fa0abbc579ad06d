"""How far a trace is labelled from its start, for formats in which every step has a label. Pure."""

from collections.abc import Sequence
from typing import TypeVar

from annotate.exports.items import UNSURE, Step

ValueT = TypeVar("ValueT", int, float)
SEPARATOR = "\n"  # TRL's own


def labelled_start(steps: list[Step], values: Sequence[ValueT | None]) -> list[tuple[str, ValueT]]:
    """The text and StepValue (or share of votes) of each judged step, up to where the labels end: with the first
    wrong step, if that is all that was marked (nothing is made up for the steps after it), otherwise before the
    first step that is not labelled or labelled "unsure".

    An observation carries no label, but a step can't be understood without it: its text stands before the
    next step's, in the same text, with a line break between them. Observations at the end are dropped.
    """
    found: list[tuple[str, ValueT]] = []
    context = ""
    for step, value in zip(steps, values, strict=True):
        if not step.judged:
            context += step.text + SEPARATOR
        elif value is None or (isinstance(value, int) and value == UNSURE):  # a reward of 2.0 is none of that
            break
        else:
            found.append((context + step.text, value))
            context = ""
    return found


def beginning(statement: str, prefix: list[Step]) -> str:
    """The problem and the steps so far, each with a line break after it, so that the next step's text follows."""
    return "".join(text + SEPARATOR for text in (statement, *(step.text for step in prefix)))
