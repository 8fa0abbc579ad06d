"""How far the people agreed whose labels are in a dataset, counted while it is read. Pure."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from msgspec import Struct, field

from annotate.exports.items import Label, Said
from annotate.exports.votes import answer_of
from annotate.quality.agreeing import alpha


class Agreement(Struct):
    """Over the traces and choices that several people judged: `items`, and `exact`, of how many of them all said
    the same. `pairs[a, b]`: how often two people said a and b of the same step, weighted as for Krippendorff's alpha.
    """

    items: int = 0
    exact: int = 0
    pairs: Counter[tuple[int, int]] = field(default_factory=Counter)

    def see(self, votes: Sequence[Said]) -> None:
        """All votes on one trace or choice, as they were given: two or more."""
        self.items += 1
        self.exact += len({answer_of(vote) for vote in votes}) == 1
        of_steps = [vote.values for vote in votes if isinstance(vote, Label)]
        for values in zip(*of_steps, strict=True):
            self._see_step([value for value in values if value is not None])

    def _see_step(self, values: Sequence[int]) -> None:
        if len(values) < 2:
            return
        given = Counter(values)
        for a, n in given.items():
            for b, m in given.items():
                self.pairs[a, b] += n * (m - (a == b)) / (len(values) - 1)  # type: ignore[assignment]

    def as_dict(self) -> dict[str, Any] | None:
        """`{"items", "exact", "alpha"}`, the latter two in [0, 1] and up to 1; None where nobody judged the same.
        `alpha` is nominal, over steps that two or more gave a value; None if all values are the same.
        """
        if not self.items:
            return None
        given: Counter[int] = Counter()
        for (a, _), weight in self.pairs.items():
            given[a] += weight
        by_answer = ((given[a], self.pairs[a, a]) for a in sorted(given))
        return {"items": self.items, "exact": self.exact / self.items, "alpha": alpha(by_answer)}
