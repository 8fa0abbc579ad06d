"""How far the people agreed whose labels are in a dataset, counted while it is read. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from msgspec import Struct, field

from annotate.exports.items import Label, Said
from annotate.exports.votes import answer_of
from annotate.quality.agreeing import Coincidences, alpha, coincide


class Agreement(Struct):
    """Over the traces and choices that several people judged: `items`, and `exact`, of how many of them all said
    the same. `pairs`: of the values of steps.
    """

    items: int = 0
    exact: int = 0
    pairs: Coincidences = field(default_factory=lambda: defaultdict(float))

    def see(self, votes: Sequence[Said]) -> None:
        """All votes on one trace or choice, as they were given: two or more."""
        self.items += 1
        self.exact += len({answer_of(vote) for vote in votes}) == 1
        of_steps = [vote.values for vote in votes if isinstance(vote, Label)]
        for values in zip(*of_steps, strict=True):
            given = [value for value in values if value is not None]
            if len(given) > 1:
                coincide(self.pairs, given)

    def as_dict(self) -> dict[str, Any] | None:
        """`{"items", "exact", "alpha"}`, the latter two in [0, 1] and up to 1; None where nobody judged the same.
        `alpha` is nominal, over steps that two or more gave a value; None if all values are the same.
        """
        if not self.items:
            return None
        return {"items": self.items, "exact": self.exact / self.items, "alpha": alpha(self.pairs)}
