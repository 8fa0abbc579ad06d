"""Where a row comes from, as one more field of it: who said it under which rules, and how it became the label.

People are named by pseudonyms, the same in all exports of one project and never the same in two projects.
Only the server's secret leads from a name to its pseudonym, and nothing leads back.
"""

from functools import lru_cache
from typing import Any

import msgspec
from django.utils.crypto import salted_hmac
from msgspec import Struct
from msgspec.structs import replace

from annotate.exports.items import Item, Label, Ranking, Said
from annotate.exports.media import media_in
from annotate.exports.options import IMPORTED, RESOLVED, SOFT

PEOPLE, DATA = "people", "data"


class Provenance(Struct):
    """`resolution`: `only` (the one judgement), `majority` (what more than half of `votes` said), `vote` (one of
    them), `soft`, or `imported` from `source`. `origin` is what the row was made from: the labels of `people` or of
    the `data`; of a pair, what it says itself. `derived_from`: the ids of the traces that were judged instead,
    where what was said of one trace holds for another that begins the same. `probability`: the chance with which
    the task had to be drawn at random; None for one that was not. Times are UTC; versions are those in force when
    it was said, of everybody whom it stands on. Of the `votes` on what the row is made from, `agree` are those that it
    stands on, or that say the same. `suggested`: whether the right step that somebody gave is a connected model's, word
    for word. `media`: the pictures, sounds and films that belong to it, by the `path` that they have in a dataset
    folder, or by their address.

    `annotators` has an entry for each judgement, so who gave several is named several times. `confidence` (1–5),
    `strength` (1–3) and `shown` have one, too, in the same order, null where it was not said. `shown` is the order in
    which candidates were seen, as 0-based indexes of those that the export `native` lists.
    """

    item: str
    kind: str
    problem: str | None
    annotators: list[str]
    first_said_at: str | None
    last_said_at: str | None
    guidelines: list[int]
    label_schemas: list[int]
    resolution: str
    votes: int
    agree: int
    source: str | None
    origin: str
    derived_from: list[str]
    probability: float | None
    confidence: list[int | None] = []
    strength: list[int | None] = []
    shown: list[list[int] | None] = []
    suggested: bool = False
    media: list[str] = []


class _Derived(Struct):
    derived_from: str | None = None


_derived = msgspec.json.Decoder(_Derived)


@lru_cache(maxsize=10_000)
def pseudonym(project: str, username: str) -> str:
    """12 hex digits of a keyed digest."""
    digest = salted_hmac("annotate.exports.pseudonym", f"{project}\x1f{username}", algorithm="sha256").hexdigest()
    return f"annotator-{digest[:12]}"


def provenance(project: str, kind: str, item: Item, labels: str, origin: str = "") -> Provenance:
    """Of a row that was made from this item and all its judgements."""
    standing = [vote for said in item.said for vote in _votes(said)]
    times = sorted(vote.said_at for vote in standing if vote.said_at)
    imported = labels == IMPORTED
    rankings = [vote for vote in standing if isinstance(vote, Ranking)]
    return Provenance(
        item=item.key,
        kind=kind,
        problem=item.problem.external_id,
        annotators=[pseudonym(project, vote.who) for vote in standing if vote.who],
        first_said_at=times[0] if times else None,
        last_said_at=times[-1] if times else None,
        guidelines=sorted({vote.guidelines for vote in standing if vote.guidelines is not None}),
        label_schemas=sorted({vote.schema for vote in standing if vote.schema is not None}),
        resolution=_resolution(item, labels),
        votes=sum({said.of or id(said): said.votes for said in item.said}.values()),
        agree=max(len(standing), *(said.alike for said in item.said), 0),
        source=", ".join(said.by for said in item.said) if imported else None,
        origin=origin or (DATA if imported else PEOPLE),
        derived_from=sorted({trace for vote in standing if (trace := _derived_from(vote))}),
        probability=item.probability,
        confidence=[vote.confidence for vote in standing if isinstance(vote, Label)],
        strength=[vote.strength for vote in rankings],
        shown=[vote.shown for vote in rankings],
        suggested=any(vote.suggested for vote in standing),
        media=media_in(item),
    )


def under_pseudonyms(project: str, item: Item) -> Item:
    """The same where no name stands of who said it. (What people wrote is as they wrote it.)"""
    names = {said.who: pseudonym(project, said.who) for said in item.said if said.who}
    if not names:
        return item
    hidden = replace(item, said=[_hidden(said, names) for said in item.said])
    if item.id.startswith("walk:"):  # which is called by who went it
        (who,) = names
        before, _, after = item.id.rpartition(f":{who}")
        hidden.id = hidden.external_id = f"{before}:{names[who]}{after}"
    return hidden


def _hidden(said: Any, names: dict[str, str]) -> Any:
    return replace(said, by=f"person:{names[said.who]}") if said.by == f"person:{said.who}" and said.who else said


def _votes(said: Said) -> list[Said]:
    return said.made_of or [said]


def _derived_from(vote: Said) -> str | None:
    details = vote.details if isinstance(vote, Label) else None
    return None if details is None else _derived.decode(details).derived_from


def _resolution(item: Item, labels: str) -> str:
    if not item.said:
        return "none"
    if labels in (IMPORTED, SOFT):
        return labels
    if labels != RESOLVED:
        return "vote"
    return "majority" if item.said[0].votes > 1 else "only"
