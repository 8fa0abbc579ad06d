"""Figures of agreement from counts of pairs of verdicts. Pure: numbers in, figures out.

A verdict is the 0-based index of the first wrong step, or -1 for none. Where a figure is not defined it is None, and no
number stands for it. Sources: Cohen 1960; Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011),
nominal data; Wilson 1927.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

Pair = tuple[int, int]

Z = 1.959963984540054
"""Of a 95 % interval."""


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


def alpha(by_answer: Iterable[tuple[float, float]]) -> float | None:
    """Krippendorff's, nominal. By answer: how often it was given where several answered, and the part of that which
    agrees, the sum over units of n (n - 1) / (m - 1), n of whose m answers are this one. None where all gave one.
    """
    rows = list(by_answer)
    n = sum(given for given, _ in rows)
    by_chance = sum(given * (given - 1) for given, _ in rows)
    if n < 2 or by_chance == n * (n - 1):
        return None
    agreed = sum(same for _, same in rows)
    return 1 - (n - 1) * (n - agreed) / (n * (n - 1) - by_chance)


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
