"""From everybody's standing judgements of one task to the one that is exported as resolved. Pure."""

from collections import Counter
from collections.abc import Hashable

from msgspec.structs import replace

from annotate.exports.items import BAD, GOOD, UNSURE, Label, Ranking, Said, SaidT, Step
from annotate.exports.merging import common, merged, most
from annotate.quality.consensus import consensus

RESOLVED, SOFT = "resolved", "soft"


def resolve(votes: list[SaidT]) -> SaidT | None:
    """The judgement that stands, said by `resolved`; None while the votes are undecided.

    What counts as the same answer are the values, or the ranking. Of those who agree: all their rewrites
    and comments, the error types that more than half of them name, and what `merging` leaves of the details; confidence
    and strength where all said the same.
    """
    if len(votes) == 1:  # nothing to merge, and the most there are
        votes[0].by = RESOLVED
        return votes[0]
    agreed = [votes[i] for i in consensus([answer_of(vote) for vote in votes])]
    if not agreed:
        return None
    times = [vote.said_at for vote in agreed if vote.said_at]
    resolved = replace(
        agreed[0],
        by=RESOLVED,
        comment="\n\n".join(dict.fromkeys(vote.comment for vote in agreed if vote.comment)),
        rewrites=_rewrites(agreed),
        said_at=max(times, default=None),
        active_ms=sum(vote.active_ms or 0 for vote in agreed),
        who="",
        guidelines=None,
        schema=None,
        made_of=agreed,
        votes=len(votes),
    )
    if isinstance(resolved, Ranking):
        resolved.strength = common(vote.strength for vote in agreed if isinstance(vote, Ranking))
        resolved.shown = None  # everybody had an order of their own
    if isinstance(resolved, Label):
        labels = [vote for vote in agreed if isinstance(vote, Label)]
        resolved.confidence = common(vote.confidence for vote in labels)
        resolved.error_types = most((error for vote in labels for error in vote.error_types), len(labels))
        resolved.details = merged([vote.details for vote in labels])
    return resolved


def softened(votes: list[Label]) -> Label | None:
    """All votes on a trace as one label, said by `soft`: of each step the share of votes that call it good, among
    those that say good, neutral or bad of it. `values` are what at least half of them say, good in a draw.
    """
    if not votes:
        return None
    shares: list[float | None] = []
    for said in zip(*(vote.values for vote in votes), strict=True):
        heard = [value for value in said if value is not None and value != UNSURE]
        shares.append(sum(value == GOOD for value in heard) / len(heard) if heard else None)
    times = [vote.said_at for vote in votes if vote.said_at]
    return Label(
        by=SOFT,
        values=[None if share is None else GOOD if share >= 0.5 else BAD for share in shares],
        shares=shares,
        rewrites=_rewrites(votes),
        said_at=max(times, default=None),
        active_ms=sum(vote.active_ms or 0 for vote in votes),
        made_of=list(votes),
        votes=len(votes),
    )


def completed(groups: list[list[int]], size: int) -> list[list[int]]:
    """A single candidate left out of a ranking comes last: the same thing said in full. Groups are sorted
    within.
    """
    ranked = [sorted(group) for group in groups]
    left_out = set(range(size)).difference(*ranked)
    return [*ranked, sorted(left_out)] if ranked and len(left_out) == 1 else ranked


def answer_of(vote: Said) -> Hashable:
    if isinstance(vote, Label):
        return tuple(vote.values)
    assert isinstance(vote, Ranking)  # noqa: S101
    return tuple(tuple(group) for group in vote.groups)


def _rewrites(agreed: list[SaidT]) -> list[Step]:
    given = Counter(step for vote in agreed for step in vote.rewrites)
    return [step for step, _ in given.most_common()]
