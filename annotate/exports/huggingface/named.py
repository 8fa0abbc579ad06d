"""Which pictures, sounds and films belong to what is in a dataset. Pure."""

from annotate.exports.encoding import Encoded
from annotate.exports.media import kept_in, media_in


class Named:
    """Collects, of all that gave rows, the digests of those that are kept here, and whether others are at addresses.

    `whole_problems`: a row of one item is made of all that its problem has.
    """

    def __init__(self, whole_problems: bool) -> None:
        self.whole_problems = whole_problems
        self.digests: set[str] = set()
        self.elsewhere = False

    def see(self, page: Encoded) -> None:
        """All items of a problem are on one page, where rows are made of whole problems."""
        giving = {item.problem.id for item, rows in page if rows}
        for item, rows in page:
            if rows or (self.whole_problems and item.problem.id in giving):
                self.digests.update(kept_in(item))
                self.elsewhere = self.elsewhere or any(not path.startswith("media/") for path in media_in(item))
