"""What makes a trace worth a person's time, in parts, and how much each part counts. Pure.

A part is a number in [0, 1] for each trace. The value of a trace is the mean of its parts by their weights; with a
weight on time it is divided by the minutes that reading it will take. `priority` has the parts as SQL.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from annotate.core.errors import Invalid


@dataclass(frozen=True, slots=True)
class Part:
    title: str
    """For people, as the name of a slider."""
    explanation: str
    """One sentence on what makes it large."""


PARTS: dict[str, Part] = {
    "convincing_wrong": Part(
        "Convincing wrong answers",
        "The final answer is wrong, and the less the scorers object to the steps the more it counts.",
    ),
    "suspicious_right": Part(
        "Suspicious right answers", "The final answer is right, but a scorer objects to a step, or a check failed."
    ),
    "lowest_step": Part("Most suspicious step", "A scorer objects to a step, whatever the final answer."),
    "uncertainty": Part(
        "Uncertainty", "A step up to the first predicted error has a score near one half: a coin toss."
    ),
    "disagreement": Part(
        "Disagreement", "Scorers and the known outcome differ on the trace, or on where its first error is."
    ),
    "novelty": Part(
        "Novelty", "Few traces of the same problem, and of the same answer to it, come before it or were judged."
    ),
}

MAX_WEIGHT = 100.0
MAX_CAP = 10_000
MINUTES_A_TASK = 0.5
"""What a task costs whatever its length."""
CHARACTERS_A_MINUTE = 1000
"""Read with care."""


@dataclass(frozen=True, slots=True)
class Order:
    """How a project's queue is ordered.

    `weights`: by part, what is left out counts nothing. `minutes`, in [0, 1]: 0 ignores time, 1 is value ÷ minutes.
    `problem_cap`: so many traces of one problem at most (those judged already included) come before all others; 0 is no
    cap. `shuffled`: no part counts, the order is random.
    """

    weights: Mapping[str, float] = field(default_factory=dict)
    minutes: float = 0.0
    problem_cap: int = 0
    shuffled: bool = False

    @property
    def counts(self) -> dict[str, float]:
        """The parts that count, in the order of `PARTS`."""
        return {name: self.weights[name] for name in PARTS if self.weights.get(name)}


PRESETS: dict[str, Order] = {
    "convincing-wrong-answer": Order({"convincing_wrong": 1.0, "suspicious_right": 0.5}),
    "lowest-step": Order({"lowest_step": 1.0}),
    "uncertainty": Order({"uncertainty": 1.0}),
    "disagreement": Order({"disagreement": 1.0}),
    "random": Order(shuffled=True),
}

CUSTOM = "custom"
CUSTOM_WEIGHTS: dict[str, float] = {
    "convincing_wrong": 1.0,
    "suspicious_right": 0.5,
    "lowest_step": 0.0,
    "uncertainty": 0.25,
    "disagreement": 0.25,
    "novelty": 0.25,
    "minutes": 0.0,
    "problem_cap": 0.0,
}
"""What an order of one's own starts from, and what a field means that is left out of one."""


def order_of(policy: str, weights: Mapping[str, Any] | None = None) -> Order:
    """The order that a project has. Raises `KeyError` for an unknown policy."""
    if policy != CUSTOM:
        return PRESETS[policy]
    given = {**CUSTOM_WEIGHTS, **(weights or {})}
    parts = {name: float(given[name]) for name in PARTS}
    return Order(parts, minutes=float(given["minutes"]), problem_cap=int(given["problem_cap"]))


def checked_weights(given: Mapping[str, Any]) -> dict[str, float]:
    """`policy_weights` as they are stored. Raises Invalid, naming the field."""
    found: dict[str, float] = {}
    for name, value in given.items():
        where = f"policy_weights.{name}"
        if name not in CUSTOM_WEIGHTS:
            raise Invalid.field(where, f"There is no such part. Known are: {', '.join(CUSTOM_WEIGHTS)}.")
        most = {"minutes": 1.0, "problem_cap": MAX_CAP}.get(name, MAX_WEIGHT)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            raise Invalid.field(where, f"{name} must be a number from 0 to {most:g}.")
        if name == "problem_cap" and value != int(value):
            raise Invalid.field(where, "problem_cap must be a whole number.")
        found[name] = float(value)
    if found and not any({**CUSTOM_WEIGHTS, **found}[name] for name in PARTS):
        raise Invalid.field("policy_weights", "At least one part must count, or there is no order. Or choose random.")
    return found


def explained(order: Order, parts: Mapping[str, float] | None) -> list[dict[str, Any]]:
    """Why a task is where it is: `[{"part", "title", "value", "weight", "share"}]`, those that count most first.

    `value` in [0, 1]; `share` is what it contributes to the task's value, in [0, 1]. Empty where no part counts.
    """
    total = sum(order.counts.values())
    found = [
        {
            "part": name,
            "title": PARTS[name].title,
            "value": float(parts[name]),
            "weight": weight,
            "share": round(weight * float(parts[name]) / total, 4),
        }
        for name, weight in order.counts.items()
        if parts and name in parts
    ]
    return sorted(found, key=lambda one: -one["share"])
