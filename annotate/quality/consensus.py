"""How several judgements of one task become one. Pure."""

from collections import Counter
from collections.abc import Hashable, Sequence


def consensus(answers: Sequence[Hashable]) -> list[int]:
    """The places (0-based) of those who gave the answer that stands; [] while the task is unresolved.

    One answer alone stands. Of several, only the one that more than half of them are: a draw is no decision.
    """
    if not answers:
        return []
    answer, votes = Counter(answers).most_common(1)[0]
    if 2 * votes <= len(answers):
        return []
    return [place for place, given in enumerate(answers) if given == answer]
