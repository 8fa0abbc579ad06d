"""The scorers that this installation knows, by key. Adding one is a module and a line here."""

from __future__ import annotations

from functools import cache

from .answer import AnswerScorer
from .arithmetic import ArithmeticScorer
from .base import BaseScorer

EMBEDDED: dict[str, type[BaseScorer]] = {scorer.key: scorer for scorer in (AnswerScorer, ArithmeticScorer)}
"""Need neither weights nor labels nor a network: on in every new project."""

USING_REFERENCE = [key for key, scorer in EMBEDDED.items() if scorer.uses_reference]
"""Keys of those that must look again when a problem gets its reference answer."""


@cache
def embedded(key: str) -> BaseScorer:
    """The scorer of this process under `key`, made once: scorers may hold a model or a child process.

    Raises `KeyError` for a key that this installation does not know.
    """
    return EMBEDDED[key]()
