"""What changed between two datasets, item by item, from the lists kept beside them. Pure: reads both once, in
order, in flat memory.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from msgspec import Struct, field

from annotate.exports.itemlist import Line

ADDED, REMOVED, RELABELLED, CHANGED = "added", "removed", "relabelled", "changed"


class Change(Struct):
    """One trace or choice: `relabelled` when what was said of it differs (or who said it, for labels=all),
    `changed` when its rows differ though the labels are the same.
    """

    change: str
    kind: str
    problem: str
    item: str
    before: str | None
    after: str | None
    rows_before: int
    rows_after: int
    gone: list[str]  # people (or sources) whose labels it had before and has no more


class Totals(Struct):
    """Grows while changes are read. `people`: how many items each one's labels are in, before and after."""

    counts: Counter[str] = field(default_factory=Counter)
    same: int = 0
    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)

    def people(self) -> list[dict[str, Any]]:
        """`{"name", "before", "after"}` of those for whom the two differ; those who are gone come first."""
        names = {name for name in self.before | self.after if self.before[name] != self.after[name]}
        found = [{"name": name, "before": self.before[name], "after": self.after[name]} for name in names]
        return sorted(found, key=lambda one: (bool(one["after"]), one["name"]))

    def as_dict(self) -> dict[str, int]:
        changes = {name: self.counts[name] for name in (ADDED, REMOVED, RELABELLED, CHANGED)}
        return {**changes, "same": self.same}


def changes(old: Iterator[Line], new: Iterator[Line], totals: Totals) -> Iterator[Change]:
    """In order of the items' keys, which is no order that people know, but the same in both."""
    before, after = next(old, None), next(new, None)
    while before is not None or after is not None:
        left = before if after is None or (before is not None and before.key <= after.key) else None
        right = after if before is None or (after is not None and after.key <= before.key) else None
        if left is not None:
            totals.before.update(left.who)
            before = next(old, None)
        if right is not None:
            totals.after.update(right.who)
            after = next(new, None)
        found = _change(left, right)
        if found is None:
            totals.same += 1
        else:
            totals.counts[found.change] += 1
            yield found


def _change(old: Line | None, new: Line | None) -> Change | None:
    if old is None:
        assert new is not None  # noqa: S101
        return Change(ADDED, new.kind, new.problem, new.item, None, new.said, 0, new.rows, [])
    if new is None:
        return Change(REMOVED, old.kind, old.problem, old.item, old.said, None, old.rows, 0, old.who)
    gone = sorted(set(old.who) - set(new.who))
    if old.said == new.said and old.digest == new.digest and not gone:
        return None
    what = CHANGED if old.said == new.said and not gone else RELABELLED
    return Change(what, new.kind, new.problem, new.item, old.said, new.said, old.rows, new.rows, gone)
