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
    many. `origins` counts pairs. `roles`: of everybody in the project, by username.

    Summed up by `as_dict`: `counts` and `by`, the labels by what they say and who says it; `steps`, how many steps they
    give each value; `given`, labels by where they come from (`people: ROLE`, `derived`: concluded from what was said of
    another trace, or `imported: SOURCE`) and by what they say; `guidelines` and `schemas`, the versions in force when
    something was said that is in the dataset; `people`, who said it. Until then `labels` (what, by whom, values) and
    `votes` (what, by whom, whose, derived or not, versions) are only counted: most are alike, and each that is another
    one costs no more.
    """

    total: int = 0
    items: int = 0
    rows: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    origins: Counter[str] = field(default_factory=Counter)
    roles: dict[str, str] = field(default_factory=dict)
    agreement: Agreement = field(default_factory=Agreement)
    counts: Counter[str] = field(default_factory=Counter)
    by: Counter[str] = field(default_factory=Counter)
    steps: Counter[int] = field(default_factory=Counter)
    given: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    guidelines: set[int] = field(default_factory=set)
    schemas: set[int] = field(default_factory=set)
    people: set[str] = field(default_factory=set)
    labels: Counter[tuple[str, str, tuple[int | None, ...]]] = field(default_factory=Counter)
    votes: Counter[tuple[str, str, str, bool, int | None, int | None]] = field(default_factory=Counter)

    def use(self, item: Item, said: Said) -> None:
        """This judgement is in the dataset."""
        word = outcome(item, said)
        self.labels[word, said.by, tuple(said.values) if isinstance(said, Label) else ()] += 1
        for vote in said.made_of or (said,):
            own = outcome(item, vote) if said.by == SOFT else word  # all others are of one mind
            self.votes[own, vote.by, vote.who, _is_derived(vote), vote.guidelines, vote.schema] += 1
        if len(self.labels) + len(self.votes) > MOST_KEPT:
            self._sum_up()

    def _sum_up(self) -> None:
        for (word, by, values), times in self.labels.items():
            self.counts[word] += times
            self.by[by] += times
            for value in values:
                if value is not None:
                    self.steps[value] += times
        for (word, by, who, derived, guidelines, schema), times in self.votes.items():
            self.given[self._origin(by, who, derived=derived)][word] += times
            if who:
                self.people.add(who)
            if guidelines is not None:
                self.guidelines.add(guidelines)
            if schema is not None:
                self.schemas.add(schema)
        self.labels.clear()
        self.votes.clear()

    def _origin(self, by: str, who: str, *, derived: bool) -> str:
        if not who:
            return f"imported: {by}"
        return "derived" if derived else f"people: {self.roles.get(who, 'former member')}"

    def leave_out(self, reason: str, count: int = 1) -> None:
        if count:
            self.left_out[reason] += count

    def as_dict(self) -> dict[str, Any]:
        self._sum_up()
        counts = {"counts": self.counts, "by": self.by, "pairs_from": self.origins, "left_out": self.left_out}
        return {
            "rows": self.rows,
            **{name: dict(sorted(counter.items())) for name, counter in counts.items()},
            "steps": {value.name.lower(): n for value in StepValue if (n := self.steps[int(value)])},
            "labels_from": {name: dict(sorted(of.items())) for name, of in sorted(self.given.items())},
            "said_under": {"guidelines": sorted(self.guidelines), "label_schemas": sorted(self.schemas)},
            "annotators": len(self.people),
            "agreement": self.agreement.as_dict(),
        }


def _is_derived(vote: Said) -> bool:
    return isinstance(vote, Label) and vote.details is not None and b'"derived_from"' in bytes(vote.details)
