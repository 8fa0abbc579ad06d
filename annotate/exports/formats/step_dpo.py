"""Step-DPO (Lai et al., 2024): a better and a worse next step after the same beginning, in eight text
columns.

`dataset` (the project), `prompt` (the problem), `initial_reason_steps`, `chosen`, `rejected`, `full_chosen`,
`full_rejected`, `answer` (the reference's). As the trainer wants it, `initial_reason_steps` begins "Let's
think step by step.\\nStep 1:" and ends "Step k:", and `chosen` and `rejected` begin with what comes after
the colon: put together they are valid text, with each step's own text unchanged. A step that says "Step k:"
itself doesn't get it twice. `full_*` go on to the end of the trace where it is known; otherwise they are
the step alone. Texts that nobody gave are empty.

Pairs come from where the options say (`annotate.exports.pairs`): choices and rewrites unless they say otherwise.
A pair that several judgements give is one row, two that contradict each other are both there with `labels=all`.

Not carried: ties and none acceptable without a rewrite ("no pair"); first errors without a rewrite ("no
rewrite"); strength; who said it; ids; kinds of steps.
"""

from msgspec import Struct

from annotate.exports.formats.of_pairs import format_of
from annotate.exports.headers import after_header, headed
from annotate.exports.items import Item, Step
from annotate.exports.options import Options
from annotate.exports.pairs import Pair, Tree

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


def row(project: str, item: Item, pair: Pair, tree: Tree, options: Options) -> Row:
    k = len(pair.prefix) + 1
    chosen, rejected = after_header(k, pair.chosen.text), after_header(k, pair.rejected.text)
    return Row(
        dataset=project,
        prompt=item.problem.statement,
        initial_reason_steps=opening(pair.prefix) + f"Step {k}:",
        chosen=chosen,
        rejected=rejected,
        full_chosen=_full(k, chosen, pair.chosen_rest),
        full_rejected=_full(k, rejected, pair.rest),
        answer=item.problem.answer or "",
    )


def _full(k: int, step: str, rest: list[Step]) -> str:
    return "\n".join([step, *(headed(k + 1 + i, one.text) for i, one in enumerate(rest))])


def opening(prefix: list[Step]) -> str:
    return "".join(f"{line}\n" for line in [OPENING, *(headed(i + 1, s.text) for i, s in enumerate(prefix))])


FORMAT = format_of("step-dpo", "Step-DPO: a better and a worse next step", row, Row, imports_back=True)
