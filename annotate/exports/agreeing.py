"""How far the people agreed whose labels are in a dataset, counted while it is read. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct, field, json

from annotate.exports.items import Label, Said
from annotate.exports.votes import answer_of
from annotate.quality.agreeing import Coincidences, alpha, coincide
from annotate.quality.beyond import Beyond, Opinion, things


class Agreement(Struct):
    """Over the traces and choices that several people judged: `items`, and `exact`, of how many of them all said
    the same. `pairs`: of the values of steps. `beyond`: of what else people were asked, by versions of the label
    schema; None where nobody wants to know.
    """

    items: int = 0
    exact: int = 0
    pairs: Coincidences = field(default_factory=lambda: defaultdict(float))
    beyond: Beyond | None = None

    def see(self, votes: Sequence[Said]) -> None:
        """All votes on one trace or choice, as they were given: two or more."""
        self.items += 1
        self.exact += len({answer_of(vote) for vote in votes}) == 1
        labels = [vote for vote in votes if isinstance(vote, Label)]
        if self.beyond and labels:
            self.beyond.see([_opinion(label) for label in labels])
        for values in zip(*(label.values for label in labels), strict=True):
            given = [value for value in values if value is not None]
            if len(given) > 1:
                coincide(self.pairs, given)

    def as_dict(self) -> dict[str, Any] | None:
        """`{"items", "exact", "alpha", "things"}`, the second and third in [0, 1] and up to 1; None where nobody judged
        the same. `alpha` is nominal, over steps that two or more gave a value; None if all values are the same.
        `things`: of what else several people were asked, the figures of `Beyond`.
        """
        if not self.items:
            return None
        return {
            "items": self.items,
            "exact": self.exact / self.items,
            "alpha": alpha(self.pairs),
            "things": [
                {name: value for name, value in one.items() if name != "examples"}
                for one in (self.beyond.figures() if self.beyond else ())
                if one["items"]
            ],
        }


def asked_beyond(schemas: Iterable[tuple[int, str, str]]) -> Beyond:
    """From versions of the label schema, the newest first, with error types and definition as JSON."""
    return Beyond(
        {
            version: {
                thing: name
                for thing, name in things(json.decode(error_types), json.decode(definition)).items()
                if thing.part != "value"  # these are counted apart
            }
            for version, error_types, definition in schemas
        }
    )


def _opinion(label: Label) -> Opinion:
    details = json.decode(label.details) if label.details else {}
    schema = label.schema or 0
    return Opinion(label.values, label.error_types, details, schema, derived="derived_from" in details)
