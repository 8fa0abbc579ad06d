"""What went into a dataset and what did not, counted while it is written."""

from collections import Counter, defaultdict
from typing import Any

from msgspec import Struct, field

from annotate.corpus.models import StepValue
from annotate.exports.agreeing import Agreement
from annotate.exports.items import Item, Label, Said, outcome
from annotate.exports.options import SOFT

MOST_KEPT = 1000


class Tally(Struct):
    """`items` of `total` traces and choices are through; `rows` came of them. `left_out`: reason → how
    many. `origins` counts pairs, `given` labels: by where they come from (`people: ROLE`, `derived`: concluded from
    what was said of another trace, or `imported: SOURCE`) and by what they say. `roles`: of everybody in the project,
    by username. `steps`: of the labels in the dataset, how many steps they give each value (`values` are those that are
    yet to be counted). `guidelines` and `schemas`: the versions in force when something was said that is in it.
    """

    total: int = 0
    items: int = 0
    rows: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    by: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    origins: Counter[str] = field(default_factory=Counter)
    given: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    roles: dict[str, str] = field(default_factory=dict)
    agreement: Agreement = field(default_factory=Agreement)
    values: Counter[tuple[int | None, ...]] = field(default_factory=Counter)
    steps: Counter[int] = field(default_factory=Counter)
    guidelines: set[int] = field(default_factory=set)
    schemas: set[int] = field(default_factory=set)

    def use(self, item: Item, said: Said) -> None:
        """This judgement is in the dataset."""
        word = outcome(item, said)
        self.counts[word] += 1
        self.by[said.by] += 1
        if isinstance(said, Label):
            # Most labels are one of few, so single steps are counted afterwards.
            self.values[tuple(said.values)] += 1
            if len(self.values) > MOST_KEPT:
                self._count_steps()
        for vote in said.made_of or (said,):
            own = outcome(item, vote) if said.by == SOFT else word  # all others are of one mind
            self.given[self._origin(vote)][own] += 1
            if vote.guidelines is not None:
                self.guidelines.add(vote.guidelines)
            if vote.schema is not None:
                self.schemas.add(vote.schema)

    def _count_steps(self) -> None:
        for values, times in self.values.items():
            for value in values:
                if value is not None:
                    self.steps[value] += times
        self.values.clear()

    def _origin(self, vote: Said) -> str:
        if not vote.who:
            return f"imported: {vote.by}"
        if isinstance(vote, Label) and vote.details is not None and b'"derived_from"' in bytes(vote.details):
            return "derived"
        return f"people: {self.roles.get(vote.who, 'former member')}"

    def leave_out(self, reason: str, count: int = 1) -> None:
        if count:
            self.left_out[reason] += count

    def as_dict(self) -> dict[str, Any]:
        self._count_steps()
        counts = {"counts": self.counts, "by": self.by, "pairs_from": self.origins, "left_out": self.left_out}
        return {
            "rows": self.rows,
            **{name: dict(sorted(counter.items())) for name, counter in counts.items()},
            "steps": {value.name.lower(): n for value in StepValue if (n := self.steps[int(value)])},
            "labels_from": {name: dict(sorted(of.items())) for name, of in sorted(self.given.items())},
            "said_under": {"guidelines": sorted(self.guidelines), "label_schemas": sorted(self.schemas)},
            "agreement": self.agreement.as_dict(),
        }
