"""The scorers that this installation knows. Adding one is a module and a line here.

Embedded ones are made without settings and have their key as their name. The others are configured by a project: it
chooses a kind, a name and settings. They are imported when they are first asked for, since some of them are large.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module, util

from .answer import AnswerScorer
from .arithmetic import ArithmeticScorer
from .base import BaseScorer
from .length import LengthScorer

EMBEDDED: dict[str, type[BaseScorer]] = {
    scorer.key: scorer for scorer in (AnswerScorer, ArithmeticScorer, LengthScorer)
}
"""Need neither weights nor labels nor a network."""

DEFAULTS = ("answer", "arithmetic")
"""On in every new project."""

USING_REFERENCE = [key for key, scorer in EMBEDDED.items() if scorer.uses_reference]
"""Keys of the embedded ones that must look again when a problem gets its reference answer."""

CONFIGURED: dict[str, tuple[str, str]] = {
    "prm": ("prm", "PrmScorer"),
    "prm-http": ("remote.prm_http", "PrmHttpScorer"),
    "judge": ("remote.judge", "JudgeScorer"),
    "rollouts": ("remote.rollouts", "RolloutsScorer"),
    "learned": ("learned", "LearnedScorer"),
    "consensus": ("consensus", "ConsensusScorer"),
}
"""Kind → module under this package, and the class in it. The web server imports them too, so none of these modules
may import torch before a scorer is made.
"""


@cache
def embedded(key: str) -> BaseScorer:
    """The embedded scorer of this process under `key`, made once: scorers may hold a child process.

    Raises `KeyError` for a key that this installation does not know.
    """
    return EMBEDDED[key]()


def scorer_class(kind: str, key: str) -> type[BaseScorer]:
    """What implements a scorer of this kind; `key` tells embedded ones apart. Raises `KeyError` when nothing does."""
    return EMBEDDED[key] if kind == "embedded" else configured(kind)


@cache
def configured(kind: str) -> type[BaseScorer]:
    """The class of a kind that projects configure. Raises `KeyError` for a kind that is not installed."""
    module, name = CONFIGURED[kind]
    full = f"{__package__}.{module}"
    try:
        found = util.find_spec(full)
    except ModuleNotFoundError:
        found = None
    made: type[BaseScorer] | None = getattr(import_module(full), name, None) if found else None
    if made is None:
        raise KeyError(kind)
    return made


def kinds() -> dict[str, type[BaseScorer]]:
    """All kinds that projects can configure here."""
    found = {}
    for kind in CONFIGURED:
        try:
            found[kind] = configured(kind)
        except KeyError:
            continue
    return found
