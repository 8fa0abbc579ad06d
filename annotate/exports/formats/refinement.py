"""Drafts with the place of the first error and the step that is right there, for training refiners as in GLoRe
(Havrilla et al., 2024).

`{"question", "answer", "draft": [text], "first_error", "error_types", "critique", "corrected_step", "refined":
[text]}`. `first_error` is a 0-based index into `draft`; `refined` are the steps before it and the right one, from
where a model goes on. `critique` is the comment, "" where there is none. `answer` is the reference's, or null.
Several rewrites of one step are a row each.

One row for each label with a rewrite of the first wrong step; the same draft with the same rewrite is one row.
Left out: traces without a rewrite ("no rewrite"), repeated rows ("the same step again"). Not carried: choices;
ids; generator; kinds of steps, media; what was said of other steps; who said it.
"""

from collections.abc import Iterator

from msgspec import Struct

from annotate.exports.formats.base import Format, Takes, start_with
from annotate.exports.items import BAD, Item, TraceItem
from annotate.exports.tally import Tally


class Row(Struct, gc=False):
    question: str
    answer: str | None
    draft: list[str]
    first_error: int
    error_types: list[str]
    critique: str
    corrected_step: str
    refined: list[str]


def rows(item: Item, tally: Tally) -> Iterator[Row]:
    assert isinstance(item, TraceItem)  # noqa: S101
    draft = [step.text for step in item.steps]
    seen: set[tuple[int, str]] = set()
    for said in item.said:
        if not said.rewrites or BAD not in said.values:
            tally.leave_out("no rewrite")
            continue
        tally.use(item, said)
        wrong = said.values.index(BAD)
        for rewrite in said.rewrites:
            if (wrong, rewrite.text) in seen:
                tally.leave_out("the same step again")
                continue
            seen.add((wrong, rewrite.text))
            yield Row(
                question=item.problem.statement,
                answer=item.problem.answer,
                draft=draft,
                first_error=wrong,
                error_types=said.error_types,
                critique=said.comment,
                corrected_step=rewrite.text,
                refined=[*draft[:wrong], rewrite.text],
            )


FORMAT = Format(
    "refinement",
    "Refinement: drafts with the first error, a critique and the right step",
    start=start_with(rows),
    rows=(Row,),
    takes=Takes.REWRITTEN,
)
