"""Two finished exports, compared."""

import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from annotate.core.errors import Conflict, Invalid
from annotate.exports.build import place_of
from annotate.exports.diffing import Change, Totals, changes
from annotate.exports.itemlist import NAME, Line, lines_of
from annotate.exports.models import Export
from annotate.exports.shelf import Reading, shelf
from annotate.labeling.withdrawal import withdrawals

MUCH = 1 << 62


def compared(old: Export, new: Export, totals: Totals) -> Iterator[Change]:
    """Every change from the old one to the new one; `totals` is complete when they were all read. Raises Invalid
    for exports of different projects or formats, and Conflict for one that is not done.
    """
    if old.project_id != new.project_id or old.format != new.format:
        raise Invalid.field("against", "Two exports of one project in one format can be compared.")
    for export in (old, new):
        if export.state != Export.State.DONE:
            raise Conflict("not-done", f"The export {export.pk} is {export.state}: there is nothing to compare.")
    return changes(_lines(old), _lines(new), totals)


def between(old: Export, new: Export) -> list[dict[str, Any]]:
    """The withdrawals of labels that one of the two has and the other has not, as `withdrawals` gives them."""
    times = [datetime.fromisoformat((export.manifest or {})["read_at"]) for export in (old, new)]
    return withdrawals(new.project_id, min(times), max(times))


def _lines(export: Export) -> Iterator[Line]:
    reading: Any = Reading(shelf().read(place_of(export, NAME), 0, MUCH))
    return lines_of(io.BufferedReader(reading))
