"""How well scores find errors, measured against labels. Pure: numbers in, figures out.

A `Case` is one labelled trace with what one scorer says of it. All figures are plain JSON values; None where there is
nothing to measure. Sources: ProcessBench's F1 as in QwenLM/ProcessBench `code/run_eval.py`; the area under the curve is
the share of pairs in the right order, ties counting half.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

FIXED_THRESHOLD = 0.5
BOOTSTRAPS = 300
BINS = 10
REVIEWED = [round(0.05 * i, 2) for i in range(21)]
"""Where lift curves are read."""
TARGET = 0.8
"""The share of erroneous traces whose finding is priced in time."""


@dataclass(frozen=True, slots=True)
class Case:
    """`problem` groups traces; `right[i]` is what the label says of the step with 0-based index i (None: nothing);
    `scores[i]` is the probability that it is right (None: no opinion). `whole`: the scorer's opinion on the trace.
    """

    problem: str
    right: Sequence[bool | None]
    scores: Sequence[float | None]
    whole: float | None = None

    @property
    def first_error(self) -> int:
        """-1 where there is none."""
        return next((i for i, value in enumerate(self.right) if value is False), -1)

    @property
    def verdict(self) -> float | None:
        """The lowest step score, or else the opinion on the whole."""
        given = [value for value in self.scores if value is not None]
        return min(given) if given else self.whole

    def predicted(self, threshold: float) -> int:
        """The first step that scores below the threshold; -1 if none does. No opinion is not below."""
        return next((i for i, s in enumerate(self.scores) if s is not None and s < threshold), -1)


def measure(cases: Sequence[Case]) -> dict[str, Any]:
    """All figures of one scorer. `steps`: whether it has opinions on steps; without any, what needs places is None."""
    steps = any(score is not None for case in cases for score in case.scores)
    found: dict[str, Any] = {
        "traces": len(cases),
        "with_opinion": sum(case.verdict is not None for case in cases),
        "steps": steps,
        "trace_auc": area_with_interval([trace_pairs(case) for case in cases], [case.problem for case in cases]),
        "f1": None,
        "f1_tuned": None,
        "step_auc": None,
        "calibration": None,
        "lowest_at": None,
    }
    if steps:
        found["f1"] = processbench_f1(cases, FIXED_THRESHOLD)
        found["f1_tuned"] = tuned_f1(cases)
        found["step_auc"] = area_with_interval([step_pairs(case) for case in cases], [case.problem for case in cases])
        found["calibration"] = calibration(cases)
        found["lowest_at"] = lowest_at(cases)
    return found


def processbench_f1(cases: Sequence[Case], threshold: float) -> dict[str, Any]:
    """`erroneous` and `correct`: the share of traces with and without an error whose first error is named exactly;
    `f1`: their harmonic mean (0 when both are 0). All in [0, 1].
    """
    hits: dict[bool, list[bool]] = {True: [], False: []}
    for case in cases:
        hits[case.first_error >= 0].append(case.predicted(threshold) == case.first_error)
    wrong, right = (sum(hits[kind]) / len(hits[kind]) if hits[kind] else None for kind in (True, False))
    f1 = None
    if wrong is not None and right is not None:
        f1 = 2 * wrong * right / (wrong + right) if wrong + right else 0.0
    return {"threshold": threshold, "f1": f1, "erroneous": wrong, "correct": right, "traces": len(cases)}


def tuned_f1(cases: Sequence[Case]) -> dict[str, Any] | None:
    """The same with the threshold that is best on one half of the problems, measured on the other half. The halves go
    by a digest of the problem, so that they are the same every time. None where one is empty.
    """
    tune = [case for case in cases if in_tuning_half(case.problem)]
    held_out = [case for case in cases if not in_tuning_half(case.problem)]
    if not tune or not held_out:
        return None
    best = max(thresholds(tune), key=lambda threshold: processbench_f1(tune, threshold)["f1"] or 0.0)
    return processbench_f1(held_out, best)


def in_tuning_half(problem: str) -> bool:
    return hashlib.sha256(problem.encode()).digest()[0] < 128


def thresholds(cases: Sequence[Case]) -> list[float]:
    """At most 99 candidates: the percentiles of the scores, and one half."""
    values = [score for case in cases for score in case.scores if score is not None]
    if not values:
        return [FIXED_THRESHOLD]
    return sorted({FIXED_THRESHOLD, *map(float, np.percentile(values, np.arange(2, 100, 2)))})


Pairs = list[tuple[float, bool]]
"""(score, whether it was right)"""


def step_pairs(case: Case) -> Pairs:
    return [(s, r) for s, r in zip(case.scores, case.right, strict=True) if s is not None and r is not None]


def trace_pairs(case: Case) -> Pairs:
    verdict = case.verdict
    return [] if verdict is None else [(verdict, case.first_error < 0)]


def area_with_interval(by_trace: Sequence[Pairs], problems: Sequence[str]) -> dict[str, Any] | None:
    """The area under the ROC curve of finding what is right by the score, with a 95 % interval from drawing problems
    (not steps, which depend on each other) again and again. None where all are right or none is.
    """
    numbers = {problem: i for i, problem in enumerate(sorted(set(problems)))}
    rows = [(s, r, numbers[p]) for pairs, p in zip(by_trace, problems, strict=True) for s, r in pairs]
    if len({right for _, right, _ in rows}) < 2:
        return None
    scores, right, problem = (np.array(column) for column in zip(*rows, strict=True))
    area = _area(scores.astype(float), right.astype(bool))
    value = area(np.ones(len(rows)))
    draw = np.random.default_rng(0)
    count = len(numbers)
    drawn = [
        area(np.bincount(draw.integers(0, count, count), minlength=count)[problem].astype(float))
        for _ in range(BOOTSTRAPS)
    ]
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return {
        "value": value,
        "low": float(low),
        "high": float(high),
        "right": int(right.sum()),
        "wrong": int((~right.astype(bool)).sum()),
    }


def _area(scores: Floats, right: npt.NDArray[np.bool_]) -> Callable[[Floats], float]:
    """The area as a function of the rows' weights: sorted once, asked many times."""
    order = np.argsort(scores, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(scores[order]) > 0])
    sorted_right = right[order]

    def area(weights: Floats) -> float:
        given = weights[order]
        good = np.add.reduceat(np.where(sorted_right, given, 0.0), starts)
        bad = np.add.reduceat(np.where(sorted_right, 0.0, given), starts)
        pairs = good.sum() * bad.sum()
        below = np.cumsum(bad) - bad
        return float((good * (below + 0.5 * bad)).sum() / pairs) if pairs else float("nan")

    return area


def calibration(cases: Sequence[Case]) -> dict[str, Any] | None:
    """Of ten equal ranges of the score: `[{"low", "high", "steps", "score", "right"}]` (means, None in an empty one);
    `error`: the mean distance between score and share that is right, weighted by steps; `brier`: mean squared error.
    """
    pairs = [pair for case in cases for pair in step_pairs(case)]
    if not pairs:
        return None
    scores, right = np.array([s for s, _ in pairs]), np.array([r for _, r in pairs], dtype=float)
    places = np.minimum((scores * BINS).astype(int), BINS - 1)
    bins, error = [], 0.0
    for i in range(BINS):
        chosen = places == i
        steps = int(chosen.sum())
        score, share = (float(scores[chosen].mean()), float(right[chosen].mean())) if steps else (None, None)
        if score is not None and share is not None:
            error += steps * abs(score - share)
        bins.append({"low": i / BINS, "high": (i + 1) / BINS, "steps": steps, "score": score, "right": share})
    return {"bins": bins, "error": error / len(pairs), "brier": float(((scores - right) ** 2).mean())}


def lowest_at(cases: Sequence[Case]) -> dict[str, Any] | None:
    """Where the lowest score stands, in fifths of the trace, and how often at its last step; beside it, where the first
    errors of the same traces are. A scorer that drifts to judging the outcome has its lowest score at the end.
    """
    lowest, errors, last, last_errors = [0] * 5, [0] * 5, 0, 0
    traces = wrong = 0
    for case in cases:
        given = [(score, i) for i, score in enumerate(case.scores) if score is not None]
        if len(given) < 2:
            continue
        traces += 1
        place, count = min(given)[1], len(case.scores)
        lowest[place * 5 // count] += 1
        last += place == count - 1
        if case.first_error >= 0:
            wrong += 1
            errors[case.first_error * 5 // count] += 1
            last_errors += case.first_error == count - 1
    if not traces:
        return None
    return {
        "traces": traces,
        "erroneous": wrong,
        "lowest": [n / traces for n in lowest],
        "lowest_last": last / traces,
        "errors": [n / wrong for n in errors] if wrong else None,
        "errors_last": last_errors / wrong if wrong else None,
    }


def lift(suspicion: Sequence[float], erroneous: Sequence[bool]) -> dict[str, Any] | None:
    """What share of the erroneous traces is found when traces are reviewed by falling suspicion. Among equals each
    order is as likely as any other, so the curve is straight there.

    `found`: at each of `REVIEWED`; `at_20`: found at 20 % reviewed; `lift_20`: how many times as many as at random;
    `reviewed_80`: the share to review until 80 % are found; `area`: under the curve, one half at random. None without
    an erroneous trace.
    """
    total, bad = len(suspicion), sum(erroneous)
    if not bad:
        return None
    order = np.argsort(-np.array(suspicion, dtype=float), kind="stable")
    ranked, wrong = np.array(suspicion, dtype=float)[order], np.array(erroneous, dtype=float)[order]
    ends = np.flatnonzero(np.r_[np.diff(ranked) < 0, True]) + 1
    reviewed = np.r_[0.0, ends / total]
    found = np.r_[0.0, np.cumsum(wrong)[ends - 1] / bad]
    at_20 = float(np.interp(0.2, reviewed, found))
    # Where the curve is flat the first place counts: what is found there is found.
    first = int(np.searchsorted(found, TARGET))
    low, high = found[first - 1], found[first]
    needed = reviewed[first - 1] + (TARGET - low) / (high - low) * (reviewed[first] - reviewed[first - 1])
    return {
        "found": [float(np.interp(share, reviewed, found)) for share in REVIEWED],
        "at_20": at_20,
        "lift_20": at_20 / 0.2,
        "reviewed_80": float(needed),
        "area": float(np.trapezoid(found, reviewed)),
    }


RANDOM_LIFT = {"found": REVIEWED, "at_20": 0.2, "lift_20": 1.0, "reviewed_80": TARGET, "area": 0.5}


def hours_saved(curve: dict[str, Any] | None, traces: int, seconds: float | None) -> float | None:
    """Against reading in a random order, until 80 % of the erroneous traces are found; `seconds` is the median time
    that a trace takes. Below 0: it costs time.
    """
    if curve is None or seconds is None:
        return None
    return (TARGET - float(curve["reviewed_80"])) * traces * seconds / 3600
