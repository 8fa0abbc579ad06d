"""Step-level preferences with advantages, as CPL's Step-APO trains on (Wang et al., 2024): how much better each side
makes the state that it starts from.

`{"prompt", "prefix": [text], "chosen_step", "rejected_step", "value", "advantage_chosen", "advantage_rejected"}`.
`value` is V(s), what the scorer says of the last step of `prefix`; an advantage is V(s') - V(s), with V(s') of the step
itself. The steps are not named as DPO names whole answers, since a loader that knows no `prefix` would train them
without it.
The problem alone has no value of its own: it is the mean of all first steps that were scored.

`scorer` is needed: a scorer of the project, or values that came with the data by this name (Q, Monte Carlo). Pairs
come from where the options say (`annotate.exports.pairs`): the scorer's own values, with a margin, unless they say
otherwise. Left out: pairs of which a step has no value ("no value"). Not carried: the reference; who said it; ids;
kinds of steps, media; what came after.
"""

from msgspec import Struct

from annotate.exports import options as o
from annotate.exports.formats.of_pairs import format_of
from annotate.exports.items import Item
from annotate.exports.options import Options
from annotate.exports.pairs import Pair, Tree


class Row(Struct, gc=False):
    prompt: str
    prefix: list[str]
    chosen_step: str
    rejected_step: str
    value: float
    advantage_chosen: float
    advantage_rejected: float


def row(project: str, item: Item, pair: Pair, tree: Tree, options: Options) -> Row | str:
    values = tree.values(options.scorer)
    before = tree.value_before(options.scorer, pair.prefix)
    chosen, rejected = values.get(pair.chosen.id), values.get(pair.rejected.id)
    if before is None or chosen is None or rejected is None:
        return "no value"
    return Row(
        prompt=item.problem.statement,
        prefix=[step.text for step in pair.prefix],
        chosen_step=pair.chosen.text,
        rejected_step=pair.rejected.text,
        value=before,
        advantage_chosen=chosen - before,
        advantage_rejected=rejected - before,
    )


FORMAT = format_of(
    "step-apo", "Step-APO: pairs of next steps with advantages", row, Row, pairs=(o.VALUES,), scored=True
)
