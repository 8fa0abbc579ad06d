"""The scorers that this process has ready, made when they are first needed and kept for the next batch."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict

from annotate.scoring.models import Scorer
from annotate.scoring.scorers.base import BaseScorer
from annotate.scoring.scorers.registry import embedded, scorer_class
from annotate.scoring.surroundings import surroundings

LIGHT = 16
"""How many are kept that hold no model on a card. Of those that do (queue not `celery` or `remote`), one is."""

_kept: OrderedDict[tuple[int, str], BaseScorer] = OrderedDict()
_lock = threading.RLock()


def instance(row: Scorer) -> BaseScorer:
    """The scorer of this row, ready to work. Raises `KeyError` for a kind that is not installed here, `Unavailable`,
    and whatever goes wrong in making it.
    """
    if row.kind == Scorer.Kind.EMBEDDED:
        return embedded(row.key)
    name = (row.pk, json.dumps(row.settings, sort_keys=True))
    with _lock:
        if name in _kept:
            _kept.move_to_end(name)
            return _kept[name]
        around = surroundings(row)
        for other in [key for key in _kept if key[0] == row.pk]:
            _let_go(other)  # the same scorer with other settings
        heavy = _heavy(row)
        while heavy and _heavies:
            _let_go(next(iter(_heavies)))  # before the next one is loaded: two may not fit
        while len(_kept) >= LIGHT:
            _let_go(next(iter(_kept)))
        scorer = scorer_class(row.kind, row.key).made(row.settings, around)
        _kept[name] = scorer
        if heavy:
            _heavies.add(name)
        return scorer


_heavies: set[tuple[int, str]] = set()


def _heavy(row: Scorer) -> bool:
    return row.queue not in ("celery", "remote")


def _let_go(name: tuple[int, str]) -> None:
    _heavies.discard(name)
    if scorer := _kept.pop(name, None):
        scorer.close()
