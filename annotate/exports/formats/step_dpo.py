"""Step-DPO (Lai et al., 2024): a better and a worse next step after the same beginning, in eight text
columns.

`dataset` (the project), `prompt` (the problem), `initial_reason_steps`, `chosen`, `rejected`, `full_chosen`,
`full_rejected`, `answer` (the reference's). As the trainer wants it, `initial_reason_steps` begins "Let's
think step by step.\\nStep 1:" and ends "Step k:", and `chosen` and `rejected` begin with what comes after
the colon: put together they are valid text, with each step's own text unchanged. A step that says "Step k:"
itself doesn't get it twice. `full_*` go on to the end of the trace where it is known; otherwise they are
the step alone. Texts that nobody gave are empty.

Pairs come from choices (ranked over worse or left out) and from rewrites (over the wrong step; in a choice,
over every candidate); a pair that several judgements give is one row, two that contradict each other are
both there with `labels=all`.

Not carried: ties and none acceptable without a rewrite ("no pair"); first errors without a rewrite ("no
rewrite"); strength; who said it; ids; kinds of steps.
"""

from collections.abc import Iterator

from msgspec import Struct

from annotate.exports.formats.base import Format, Marked, Rows, Takes
from annotate.exports.headers import after_header, headed
from annotate.exports.items import Item, Step
from annotate.exports.options import Options
from annotate.exports.pairs import each_once
from annotate.exports.tally import Tally

OPENING = "Let's think step by step."


class Row(Struct, gc=False):
    dataset: str
    prompt: str
    initial_reason_steps: str
    chosen: str
    rejected: str
    full_chosen: str
    full_rejected: str
    answer: str


def start(project: str, options: Options) -> Rows:
    pairs = each_once()

    def rows(item: Item, tally: Tally) -> Iterator[Marked]:
        for pair in pairs(item, tally):
            k = len(pair.prefix) + 1
            chosen, rejected = after_header(k, pair.chosen.text), after_header(k, pair.rejected.text)
            rest = [headed(k + 1 + i, step.text) for i, step in enumerate(pair.rest)]
            row = Row(
                dataset=project,
                prompt=item.problem.statement,
                initial_reason_steps=opening(pair.prefix) + f"Step {k}:",
                chosen=chosen,
                rejected=rejected,
                full_chosen=chosen,
                full_rejected="\n".join([rejected, *rest]),
                answer=item.problem.answer or "",
            )
            yield Marked(row, pair.origin)

    return rows


def opening(prefix: list[Step]) -> str:
    return "".join(f"{line}\n" for line in [OPENING, *(headed(i + 1, s.text) for i, s in enumerate(prefix))])


FORMAT = Format(
    "step-dpo",
    "Step-DPO: a better and a worse next step",
    start=start,
    rows=(Row,),
    kinds=("trace", "choice"),
    takes=Takes.PAIRS,
    by_problem=True,
    imports_back=True,
)
