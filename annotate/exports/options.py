"""Everything that can be asked of an export, in one value. Pure.

`annotate.exports.asking` makes it from what somebody sent and checks it against the format; formats get it as
it is.
"""

from dataclasses import asdict, dataclass, fields
from typing import Any

RESOLVED, IMPORTED, ALL, ANNOTATOR, SOFT = "resolved", "imported", "all", "annotator", "soft"
LABELS = (RESOLVED, IMPORTED, ALL, ANNOTATOR, SOFT)
PEOPLE = (RESOLVED, ALL, ANNOTATOR)  # and `imported`: what any format of labels can write

KEEP, DROP, AS_GOOD, AS_BAD = "keep", "drop", "as-good", "as-bad"
NEUTRAL = (KEEP, DROP, AS_GOOD, AS_BAD)

AS_SAID, UNLABELLED, TRUNCATE, AS_WRONG = "as-said", "unlabelled", "truncate", "as-wrong"
AFTER_FIRST_ERROR = (AS_SAID, UNLABELLED, TRUNCATE, AS_WRONG)

NDJSON, JSON, CSV, PARQUET, HF = "ndjson", "json", "csv", "parquet", "hf"
CONTAINERS = (NDJSON, JSON, CSV, PARQUET, HF)
COLUMNS = (PARQUET, HF)  # those whose rows are in Parquet

CHOICE, REWRITE, SUGGESTED, SIBLINGS, VALUES = "choice", "rewrite", "suggested", "siblings", "values"
PAIRS = (CHOICE, REWRITE, SUGGESTED, SIBLINGS, VALUES)
SAID = (CHOICE, REWRITE, SUGGESTED)  # those that somebody said, and nobody concluded
MARGIN = 0.2  # of values in [0, 1], where nobody said another one

EACH = "*"  # as `part`: every part in files of its own
MAX_FILES = 128  # of one export: shards times parts


@dataclass(frozen=True, kw_only=True)
class Options:
    """`neutral`, `after_first_error` and `container` are never empty once they were checked, where the format
    has such a choice; "" says that it has none.
    """

    format: str
    labels: str = RESOLVED
    source: str = ""  # with `imported`: whose
    by: str = ""  # with `annotator`: the username
    neutral: str = ""
    after_first_error: str = ""
    filter: str = ""  # in the query language of `annotate.labeling.finding`
    split: tuple[tuple[str, float], ...] = ()  # the parts and their shares, which sum to 1
    part: str = ""  # of `split`: one of them, EACH, or "" for all with a column that says which
    seed: str = ""
    per_problem: int = 0  # most rows from one problem; 0: all
    pairs: tuple[str, ...] = ()  # where preference pairs come from, in the order of PAIRS
    scorer: str = ""  # whose values of steps are meant
    margin: float = 0.0  # least difference of values between the two of a pair
    hard: str = ""  # with a limit per problem, pairs whose rejected step this scorer rates highest come first
    provenance: bool = False
    container: str = ""
    shards: int = 1
    licence: str = ""  # of a dataset folder, as its card names it

    @property
    def scorers(self) -> list[str]:
        """All whose values of steps are needed."""
        return sorted({self.scorer, self.hard} - {""})

    @property
    def column(self) -> bool:
        """Whether each row says which part it is in."""
        return bool(self.split) and not self.part

    @property
    def several(self) -> bool:
        """Whether it comes to several files."""
        return self.container != HF and (self.shards > 1 or self.part == EACH)

    def bounds(self) -> dict[str, tuple[float, float]]:
        """The parts and where they begin and end in [0, 1): from the first number on, before the second."""
        found, start = {}, 0.0
        for i, (name, share) in enumerate(self.split, 1):
            end = 1.0 if i == len(self.split) else start + share
            found[name] = (start, end)
            start = end
        return found

    def as_dict(self) -> dict[str, Any]:
        """As the manifest and the database keep it: whatever is as it is without being asked for is left out,
        the format's own defaults are said.
        """
        blank = Options(format=self.format)
        given = {name: value for name, value in asdict(self).items() if value != getattr(blank, name)}
        given = {"format": self.format, "labels": self.labels, **given}
        if self.pairs:
            given["pairs"] = ",".join(self.pairs)
        if self.split:
            given["split"] = ",".join(f"{name}:{share:g}" for name, share in self.split)
        return given


NAMES = tuple(field.name for field in fields(Options))
