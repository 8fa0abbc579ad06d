"""What all formats of pairs have in common."""

from typing import Any

from msgspec import Struct

from annotate.exports import options as o
from annotate.exports.formats.base import Format, Takes
from annotate.exports.pairs import MakeRow, start


def format_of(
    name: str,
    title: str,
    row: MakeRow,
    type: type[Struct],
    *,
    pairs: tuple[str, ...] = o.SAID,
    **more: Any,
) -> Format:
    """A format with one row of this type for each pair. `pairs`: where they come from if nobody says otherwise;
    `more`: what else a `Format` takes.
    """
    return Format(
        name,
        title,
        start=start(row),
        rows=(type,),
        kinds=("trace", "choice"),
        takes=Takes.PAIRS,
        by_problem=True,
        whole_problems=True,
        pairs=pairs,
        **more,
    )
