"""Figures of agreement from counts of pairs of answers. Pure: numbers in, figures out.

A verdict is the 0-based index of the first wrong step, or -1 for none. Where a figure is not defined it is None, and no
number stands for it. Sources: Cohen 1960; Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011);
Wilson 1927.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

Pair = tuple[int, int]

Z = 1.959963984540054
"""Of a 95 % interval."""
NOMINAL, ORDINAL, INTERVAL = "nominal", "ordinal", "interval"
"""Of answers: they are the same or not; they have an order; they have distances."""
Coincidences = defaultdict[tuple[Any, Any], float]
"""[a, b]: how often one said a and another b of the same, in both orders. Of a unit with m answers each pair counts
1 / (m - 1), so that the unit counts m in all."""


def compared(pairs: Mapping[Pair, int]) -> dict[str, Any]:
    """Two raters, from how often the first said a verdict and the second another: `traces` that both judged; `differ`
    of them in the place of the first error; `exact`, the share in which it is the same, and its `exact_kappa`;
    `verdict` and `verdict_kappa` likewise of whether there is an error at all. Shares are in [0, 1], None of no traces.
    """
    traces = sum(pairs.values())
    found: Counter[Pair] = Counter()
    for (a, b), n in pairs.items():
        found[int(a >= 0), int(b >= 0)] += n
    return {
        "traces": traces,
        "differ": sum(n for (a, b), n in pairs.items() if a != b),
        "exact": _same(pairs),
        "exact_kappa": kappa(pairs),
        "verdict": _same(found),
        "verdict_kappa": kappa(found),
    }


def kappa(pairs: Mapping[Pair, int]) -> float | None:
    """Cohen's: the share of agreement beyond what the raters' own habits would bring about by chance. None without
    any pair, and where both only ever gave the same one answer: chance alone then explains everything, 0 / 0.
    """
    n = sum(pairs.values())
    first: Counter[int] = Counter()
    second: Counter[int] = Counter()
    for (a, b), times in pairs.items():
        first[a] += times
        second[b] += times
    by_chance = sum(first[answer] * second[answer] for answer in first)  # times n²
    if by_chance == n * n:
        return None
    same = sum(times for (a, b), times in pairs.items() if a == b)
    return (n * same - by_chance) / (n * n - by_chance)


def coincide(pairs: Coincidences, answers: Sequence[Hashable], times: int = 1) -> None:
    """Adds a unit's two or more answers; `times`: as many units alike."""
    given = Counter(answers)
    for a, n in given.items():
        for b, k in given.items():
            if together := n * (k - (a == b)):
                pairs[a, b] += times * together / (len(answers) - 1)


def alpha(pairs: Mapping[tuple[Any, Any], float], scale: str = NOMINAL) -> float | None:
    """Krippendorff's. 1 is complete agreement, 0 what chance would bring. None where all gave one answer: nothing tells
    what chance would be. Answers of an ordinal or interval scale are numbers; of nominal ones, all b other than a may
    stand together under any name that is no answer.
    """
    given: defaultdict[Any, float] = defaultdict(float)
    for (a, _), times in pairs.items():
        given[a] += times
    if len(given) < 2:
        return None
    n = sum(given.values())
    if scale == NOMINAL:
        apart = n - sum(pairs.get((a, a), 0) for a in given)
        by_chance = n * n - sum(times * times for times in given.values())
    else:
        try:
            at = _middle_ranks(given) if scale == ORDINAL else {answer: float(answer) for answer in given}
            mean = sum(times * at[answer] for answer, times in given.items()) / n
            apart = sum(times * (at[a] - at[b]) ** 2 for (a, b), times in pairs.items())
            by_chance = 2 * n * sum(times * (at[answer] - mean) ** 2 for answer, times in given.items())
        except OverflowError:
            return None
        if not by_chance or not math.isfinite(by_chance):  # numbers too large or too close for their squares
            return None
    return 1 - (n - 1) * apart / by_chance


def _middle_ranks(given: Mapping[Any, float]) -> dict[Any, float]:
    """How many answers lie below each, and half of those that are the same: Krippendorff's ordinal difference is the
    distance of these.
    """
    ranks, below = {}, 0.0
    for answer in sorted(given):
        ranks[answer] = below + given[answer] / 2
        below += given[answer]
    return ranks


def wilson(hits: int, n: int) -> tuple[float, float] | None:
    """The 95 % interval of a share. None of nothing."""
    if n == 0:
        return None
    share, z2 = hits / n, Z * Z
    middle = share + z2 / (2 * n)
    half = Z * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(0.0, (middle - half) / (1 + z2 / n)), min(1.0, (middle + half) / (1 + z2 / n))


def _same(pairs: Mapping[Pair, int]) -> float | None:
    n = sum(pairs.values())
    return sum(times for (a, b), times in pairs.items() if a == b) / n if n else None
