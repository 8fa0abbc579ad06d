"""From everybody's standing judgements of one task to the one that is exported as resolved. Pure."""

from collections import Counter
from collections.abc import Hashable

from msgspec.structs import replace

from annotate.exports.items import Label, Ranking, Said, SaidT, Step
from annotate.quality.consensus import consensus

RESOLVED = "resolved"


def resolve(votes: list[SaidT]) -> SaidT | None:
    """The judgement that stands, said by `resolved`; None while the votes are undecided.

    What counts as the same answer are the values, or the ranking. Of those who agree: all their rewrites
    and comments, and the error types that more than half of them name.
    """
    agreed = [votes[i] for i in consensus([_answer(vote) for vote in votes])]
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
    )
    if isinstance(resolved, Label):
        named = Counter(e for vote in agreed if isinstance(vote, Label) for e in vote.error_types)
        resolved.error_types = [e for e, n in named.items() if 2 * n > len(agreed)]
    return resolved


def completed(groups: list[list[int]], size: int) -> list[list[int]]:
    """A single candidate left out of a ranking comes last: the same thing said in full. Groups are sorted
    within.
    """
    ranked = [sorted(group) for group in groups]
    left_out = set(range(size)).difference(*ranked)
    return [*ranked, sorted(left_out)] if ranked and len(left_out) == 1 else ranked


def _answer(vote: Said) -> Hashable:
    if isinstance(vote, Label):
        return tuple(vote.values)
    assert isinstance(vote, Ranking)  # noqa: S101
    return tuple(tuple(group) for group in vote.groups)


def _rewrites(agreed: list[SaidT]) -> list[Step]:
    given = Counter(step for vote in agreed for step in vote.rewrites)
    return [step for step, _ in given.most_common()]
