"""The learned model at work. Its parameters are plain numbers in JSON: loading them can't run anything."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from typing import Any, Self

from annotate.scoring.scorers.base import BaseScorer, Opinion, Scored, Surroundings, TraceText, Unavailable
from annotate.scoring.scorers.settings import Setting, fingerprint

from .features import NAMES, features

UNTRAINED = "untrained"


class LearnedScorer(BaseScorer):
    key = "learned"
    title = "Small model trained from this project's own labels"
    needs = (
        "50 labelled traces, 15 of them with an error. It is trained by itself, and stays off until it finds errors"
        " sooner than `length` does, on labels that it was not trained on."
    )
    version = "1"
    fields = (
        Setting(
            "include_imported",
            "Learn from imported labels too",
            "Where no person of this project has judged the trace.",
            "switch",
            default=False,
        ),
        Setting(
            "every",
            "New labels before it is trained again",
            "",
            "integer",
            default=25,
            minimum=5,
            maximum=10_000,
            decides=False,
        ),
    )
    batch_size = 256

    def __init__(self, model: Mapping[str, Any], version: str) -> None:
        """Raises ValueError for parameters of another form."""
        self.version = version
        if tuple(model.get("features", ())) != NAMES:
            raise ValueError("The model's features are not those of this version.")
        self._mean, self._scale, self._weights = ([float(x) for x in model[n]] for n in ("mean", "scale", "weights"))
        self._bias, self._slope, self._shift = (float(model[n]) for n in ("bias", "slope", "shift"))
        if not len(self._mean) == len(self._scale) == len(self._weights) == len(NAMES):
            raise ValueError("The model has another number of parameters than features.")

    @classmethod
    def version_for(cls, settings: Mapping[str, Any], around: Surroundings) -> str:
        """The digest of the model is the version."""
        if around.model is None:
            return f"{cls.version}-{UNTRAINED}-{fingerprint(cls.fields, settings)}"
        return f"{cls.version}-{digest(around.model)}"

    @classmethod
    def made(cls, settings: Mapping[str, Any], around: Surroundings) -> Self:
        if around.model is None:
            raise Unavailable("It is not trained yet.", 300)
        return cls(around.model, cls.version_for(settings, around))

    def score_one(self, trace: TraceText) -> Scored:
        """An opinion on every judged step."""
        return Scored(steps={i: Opinion(self.probability(row)) for i, row in features(trace).items()})

    def probability(self, row: list[float]) -> float:
        z = self._bias + sum(
            weight * (value - mean) / scale
            for value, mean, scale, weight in zip(row, self._mean, self._scale, self._weights, strict=True)
        )
        z = max(-30.0, min(30.0, self._slope * z + self._shift))
        return 1 / (1 + math.exp(-z))


def digest(model: Mapping[str, Any]) -> str:
    """Sixteen hexadecimal digits over the parameters."""
    return hashlib.sha256(json.dumps(model, sort_keys=True).encode()).hexdigest()[:16]
