"""`consensus`: keeps only what two other scorers agree on, the place of the first error.

Two scorers that err in different ways are seldom wrong at the same place. Where they disagree there is no opinion at
all, rather than a middle that neither holds. A trace on which the two agree is a label that is cheap to trust; one on
which they differ is worth a person's time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

from .base import BaseScorer, Opinion, Scored, Surroundings, TraceText
from .settings import Setting, WrongSettings, fingerprint


class ConsensusScorer(BaseScorer):
    key = "consensus"
    title = "Agreement of two other scorers on the first error"
    needs = "Two scorers of this project that have opinions on steps."
    version = "1"
    fields = (
        Setting("first", "One scorer", type="scorer", required=True),
        Setting("second", "The other scorer", type="scorer", required=True),
        Setting(
            "threshold",
            "An error is below",
            "A step counts as wrong when its score is below this.",
            type="number",
            default=0.5,
            minimum=0.01,
            maximum=0.99,
        ),
    )
    batch_size = 256

    def __init__(self, first: str, second: str, threshold: float, version: str) -> None:
        self.first, self.second, self.threshold, self.version = first, second, threshold, version

    @classmethod
    def check(cls, settings: Any) -> dict[str, Any]:
        found = super().check(settings)
        if found["first"] == found["second"]:
            raise WrongSettings([("second", "Choose two different scorers.")])
        return found

    @classmethod
    def depends_on(cls, settings: Mapping[str, Any]) -> Sequence[str]:
        return (settings["first"], settings["second"])

    @classmethod
    def version_for(cls, settings: Mapping[str, Any], around: Surroundings) -> str:
        """Another version of one of the two is another version of this one."""
        read = [around.versions.get(key, "") for key in cls.depends_on(settings)]
        return f"{cls.version}-{fingerprint(cls.fields, settings, read)}"

    @classmethod
    def made(cls, settings: Mapping[str, Any], around: Surroundings) -> Self:
        version = cls.version_for(settings, around)
        return cls(settings["first"], settings["second"], settings["threshold"], version)

    def score_one(self, trace: TraceText) -> Scored:
        """Up to the common first error, or everywhere if neither sees one, the mean of the two; else no opinion."""
        one, other = (trace.scores.get(key) or [None] * len(trace.steps) for key in (self.first, self.second))
        for key, values in ((self.first, one), (self.second, other)):
            if all(value is None for value in values):
                return Scored(remark=f"{key} has no opinion on its steps")
        errors = [self._first_error(values) for values in (one, other)]
        if errors[0] != errors[1]:
            places = [
                f"{key} sees {'none' if at is None else f'it at step {at + 1}'}"
                for key, at in zip((self.first, self.second), errors, strict=True)
            ]
            return Scored(remark=f"no agreement on the first error: {places[0]}, {places[1]}")
        end = len(trace.steps) if errors[0] is None else errors[0] + 1
        steps = {}
        for index in range(end):
            a, b = one[index], other[index]
            if a is not None and b is not None:
                wrong = index == errors[0]
                reason = f"{self.first} {a:.2f}, {self.second} {b:.2f}: both see the first error here" if wrong else ""
                steps[index] = Opinion((a + b) / 2, reason)
        return Scored(steps=steps)

    def _first_error(self, values: Sequence[float | None]) -> int | None:
        return next((i for i, value in enumerate(values) if value is not None and value < self.threshold), None)
