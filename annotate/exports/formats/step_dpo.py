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

from annotate.exports.formats.base import Format, Rows, Takes
from annotate.exports.items import Item, Step
from annotate.exports.pairs import pairs
from annotate.exports.tally import Tally

OPENING = "Let's think step by step."


class Row(Struct):
    dataset: str
    prompt: str
    initial_reason_steps: str
    chosen: str
    rejected: str
    full_chosen: str
    full_rejected: str
    answer: str


def start(project: str) -> Rows:
    problem = ""
    seen: set[tuple[str, str]] = set()

    def rows(item: Item, tally: Tally) -> Iterator[Row]:
        nonlocal problem
        if item.problem.id != problem:
            # Both steps of a pair are nodes of one problem's tree: no other problem can give the same pair.
            problem = item.problem.id
            seen.clear()
        for said in item.said:
            found = list(pairs(item, said))
            if not found:
                tally.leave_out("no pair")
                continue
            tally.use(item, said)
            for pair in found:
                key = (pair.chosen.id, pair.rejected.id)
                if key in seen:
                    tally.leave_out("the same pair again")
                    continue
                seen.add(key)
                tally.origins[pair.origin] += 1
                k = len(pair.prefix) + 1
                chosen, rejected = after_header(k, pair.chosen), after_header(k, pair.rejected)
                yield Row(
                    dataset=project,
                    prompt=item.problem.statement,
                    initial_reason_steps=opening(pair.prefix) + f"Step {k}:",
                    chosen=chosen,
                    rejected=rejected,
                    full_chosen=chosen,
                    full_rejected="\n".join([rejected, *(headed(k + 1 + i, s) for i, s in enumerate(pair.rest))]),
                    answer=item.problem.answer or "",
                )

    return rows


def opening(prefix: list[Step]) -> str:
    return "".join(f"{line}\n" for line in [OPENING, *(headed(i + 1, step) for i, step in enumerate(prefix))])


def headed(number: int, step: Step) -> str:
    return f"Step {number}:{after_header(number, step)}"


def after_header(number: int, step: Step) -> str:
    """What follows "Step k:" (`number` is 1-based)."""
    header = f"Step {number}:"
    return step.text[len(header) :] if step.text.startswith(header) else f" {step.text}"


FORMAT = Format(
    "step-dpo",
    "Step-DPO: a better and a worse next step",
    start=start,
    kinds=("trace", "choice"),
    takes=Takes.PAIRS,
    by_problem=True,
    imports_back=True,
)
